"""The change of duty: whoever comes on is told what runs, whether a shift, an absence or a person made it."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from incident.domain.kernel.people import SYSTEM, Actor
from incident.domain.reminders.roster import Audience
from incident.store.settings import newest
from incident.usecases.common.access import visible
from incident.usecases.common.directory import load_directory
from incident.usecases.common.settings import save_setting
from incident.usecases.messages.digest import LISTED, running_clocks
from incident.usecases.messages.queue import queue

NAME: Final = "on_duty"
"""The setting that remembers who was on duty when somebody last looked."""


def hand_over(session: Session, now: datetime) -> int:
    """Tell those who came on duty since the last look how it stands; says how many. The first look tells nobody."""
    directory = load_directory(session)
    duty = directory.persons(Audience.DUTY, None, now)
    present, known = sorted(str(person.id) for person in duty), newest(session, NAME)
    before = known["people"] if known is not None else None
    if before == present:
        return 0
    save_setting(session, NAME, {"people": present}, actor=SYSTEM, now=now)
    if not isinstance(before, list):
        return 0
    fresh = [person for person in duty if str(person.id) not in before]
    left = [person.name for person in directory.people if str(person.id) in before and str(person.id) not in present]
    for person in fresh:
        clocks = running_clocks(session, *visible(Actor(person.id, person.name, person.roles)))
        params = {"path": "/", "who": ", ".join(left), "open_clocks": len(clocks), "also": clocks[:LISTED]}
        dedupe = f"handover:{person.id}:{now.isoformat()}"
        queue(
            session,
            incident=None,
            template="handover",
            params=params,
            to=person.id,
            now=now,
            dedupe=dedupe,
            personally=True,
            directory=directory,
        )
    return len(fresh)
