"""What becomes of reminders that waited for their channel: they say what is true when they leave, or nothing."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kinds import DeadlineState
from incident.domain.reminders.ladder import LATE_AFTER
from incident.domain.reminders.time_left import time_left
from incident.store.due import Claimed
from incident.store.models import Deadline

REMINDERS = frozenset({"reminder", "escalation"})
"""Messages about one deadline; their ``dedupe_key`` begins with its id."""


def as_it_stands(session: Session, claimed: Claimed, now: datetime) -> Claimed | None:
    """The message with the time that is left now; None when its deadline no longer runs. Others are as they were."""
    late_by = now - claimed.created_at
    if claimed.payload["template"] not in REMINDERS or late_by <= LATE_AFTER:
        return claimed
    deadline = session.get_one(Deadline, deadline_of(claimed.dedupe_key), populate_existing=True)
    if deadline.state is not DeadlineState.OPEN:
        return None
    params: dict[str, Any] = {**claimed.payload["params"], **time_left(deadline.due_at, now), "late": True}
    params["late_minutes"] = int(params["late_minutes"]) + int(late_by.total_seconds() // 60)
    return replace(claimed, payload={**claimed.payload, "params": params})


def deadline_of(dedupe_key: str) -> UUID:
    """The deadline that a reminder is about."""
    return UUID(dedupe_key.partition(":")[0])
