"""Who may agree to a decision not to act: a second person; in an office of one its author, rested and in writing."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove, Invalid, NotAllowed
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, permissions_of
from incident.domain.kernel.text import required
from incident.law.sources import house_value
from incident.store.models import Decision
from incident.usecases.common.directory import load_directory

SHORTEST_REVIEW: Final = 40
"""Characters below which nobody has gone through anything again."""


def check_second(
    session: Session, decision: Decision, actor: Actor, *, agree: bool, reason: str, now: datetime
) -> None:
    """Raise where this person may not answer, or not yet, or says too little.

    Raises NotAllowed for the author while anybody else may agree, IllegalMove before the author has rested, and Invalid
    at ``reason`` for a refusal without one, or a self-review that is none.
    """
    if not agree:
        required(reason, "Write why you do not agree.", field="reason")
    if decision.author_id is None or decision.author_id != actor.id:
        return
    if not in_an_office_of_one(session, decision.author_id):
        raise NotAllowed("You made this decision yourself. Somebody else has to look at it.")
    if agree and now < rested_at(decision):
        raise IllegalMove("Nobody else here can agree. You can look at it again yourself once it has rested.")
    if agree and not _reviews(decision, reason):
        raise Invalid("You are alone: write what you checked again, and why it holds.", field="reason")


def in_an_office_of_one(session: Session, person: UUID) -> bool:
    """Whether no other active account may agree to decisions."""
    people = load_directory(session).people
    return not any(Permission.CONFIRM in permissions_of(one.roles) for one in people if one.id != person)


def rested_at(decision: Decision) -> datetime:
    """When the author of a decision may look at it again."""
    hours: int = house_value("decision.cooling_off_hours").value
    return decision.recorded_at + timedelta(hours=hours)


def _reviews(decision: Decision, reason: str) -> bool:
    """Whether this is a review of its own: of some length, and not the reason over again."""
    words = reason.split()
    return len(" ".join(words)) >= SHORTEST_REVIEW and words != decision.reason.split()
