"""Each morning everybody for whom something waits is told what: the steps that are theirs, and tasks that are due."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import not_
from sqlalchemy.orm import Session

from incident.domain.kernel.roles import sees
from incident.domain.next_steps import Step, steps
from incident.domain.turns import waiting_for
from incident.store.insert import insert_missing
from incident.store.models import Inbound, Incident
from incident.store.queries.incidents import waits_quietly
from incident.store.queries.progress import open_progress
from incident.usecases.common.directory import load_directory
from incident.usecases.messages.digest import HOUR, LISTED
from incident.usecases.messages.queue import queue

TASK = "task"
"""What stands for a task in a line: its title is typed, and stays in the house."""


def tell_waiting(session: Session, now: datetime, zone: ZoneInfo) -> int:
    """Once a day, from eight o'clock on the clock of ``zone``; gives how many people were told.

    Nobody hears of examples, of a flood that waits to be looked at, or of a restricted incident outside its circle.
    """
    local = now.astimezone(zone)
    key = f"morning:{local.date().isoformat()}"
    if local.hour < HOUR or session.get(Inbound, key) is not None:
        return 0
    if not insert_missing(session, Inbound, key=key, result={}, at=now):
        return 0
    directory = load_directory(session)
    heard = (Incident.is_example.is_(False), not_(waits_quietly()))
    found = [(progress, steps(progress)) for progress in open_progress(session, heard).values()]
    told, team = 0, directory.team(now)
    for person in directory.people:
        mine = [
            f"{progress.reference}|{one.code if isinstance(one, Step) else TASK}"
            for progress, one in waiting_for(person.id, found, team, now)
            if sees(progress.circle, person.id, person.roles)
        ]
        if not mine:
            continue
        told += 1
        params = {"path": "/", "count": len(mine), "waiting": list(dict.fromkeys(mine))[:LISTED]}
        queue(
            session,
            incident=None,
            template="morning",
            params=params,
            to=person.id,
            now=now,
            dedupe=f"{key}:{person.id}",
            personally=True,
            directory=directory,
        )
    return told
