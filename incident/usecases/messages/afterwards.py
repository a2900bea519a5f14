"""What becomes of reminders that waited for their channel: they say what is true when they leave, or nothing."""

from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kinds import DeadlineState
from incident.domain.reminders.ladder import LATE_AFTER
from incident.domain.reminders.time_left import time_left
from incident.store.due import Claimed
from incident.store.models import Deadline, Incident
from incident.usecases.common.directory import load_directory
from incident.usecases.messages.outsiders import TO_OUTSIDERS
from incident.usecases.messages.ports import Channel, Params
from incident.usecases.messages.rooms import headline_tells, is_private, room_of

UNWATCHED: Final = "nobody_inside"
"""The reminder for whoever can let somebody in to a restricted incident in which nobody is there who may act."""
FOR_OUTSIDE: Final = ("reference", "due_at", "overdue", "hours", "minutes", "late", "late_minutes", "missed")
"""What of a reminder they are told: which incident, and its clock."""
IF_UNTOLD: Final = "if_untold"
"""The mark of a reminder that leaves only where the headline in Slack has not told of its clock meanwhile."""
REMINDERS = frozenset({"reminder", "escalation", UNWATCHED})
"""Messages about one deadline; their ``dedupe_key`` begins with its id."""


def as_it_stands(session: Session, claimed: Claimed, now: datetime) -> Claimed | None:
    """The message with the time that is left now; None when its deadline no longer runs. Others are as they were.

    None too for whoever may not know of its incident, restricted since the message was queued; for whoever is asked to
    let somebody in, when somebody inside is there again; and where the headline says it, of what leaves only if not.
    """
    if _is_kept_from(session, claimed, now):
        return None
    if claimed.payload.get(IF_UNTOLD) and not claimed.maybe_sent and _is_told(session, claimed):
        return None
    late_by = now - claimed.created_at
    if claimed.payload["template"] not in REMINDERS or late_by <= LATE_AFTER:
        return claimed
    deadline = session.get_one(Deadline, deadline_of(claimed.dedupe_key), populate_existing=True)
    if deadline.state is not DeadlineState.OPEN:
        return None
    params: Params = {**claimed.payload["params"], **time_left(deadline.due_at, now), "late": True}
    params["late_minutes"] = int(params["late_minutes"]) + int(late_by.total_seconds() // 60)
    return replace(claimed, payload={**claimed.payload, "params": params})


def _is_told(session: Session, claimed: Claimed) -> bool:
    """Whether the headline tells of its clock, or that one has ended meanwhile."""
    deadline = session.get_one(Deadline, deadline_of(claimed.dedupe_key), populate_existing=True)
    return deadline.state is not DeadlineState.OPEN or headline_tells(session, deadline.incident_id, deadline.due_at)


def _is_kept_from(session: Session, claimed: Claimed, now: datetime) -> bool:
    """Whether the recipient is outside the circle of a restricted incident; the letters to data subjects go anyway."""
    if claimed.incident_id is None or claimed.channel == Channel.SUBJECTS:
        return False
    incident = session.get_one(Incident, claimed.incident_id, populate_existing=True)
    if claimed.payload["template"] == UNWATCHED:
        return not load_directory(session).unwatched(incident, now)
    if incident.circle is None or claimed.payload["template"] in TO_OUTSIDERS:
        return False
    people = load_directory(session).within(incident).people
    if claimed.recipient in {way for one in people for way in (one.email, one.slack_user_id)}:
        return False
    return not (is_private(claimed.recipient) and claimed.recipient == room_of(session, incident))


def deadline_of(dedupe_key: str) -> UUID:
    """The deadline that a reminder is about."""
    return UUID(dedupe_key.partition(":")[0])
