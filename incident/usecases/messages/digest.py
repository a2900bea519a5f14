"""The daily digest to the DPO: open clocks, what is due, what failed, and a checkpoint of the log.

It comes every day, also when nothing runs, so that its absence is noticed; and the signed checkpoint that it
carries out of the house makes a later change of the record provable.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, null, select
from sqlalchemy.orm import Session

from incident.domain.kinds import OutboxOutcome
from incident.store.insert import insert_missing
from incident.store.models import Deadline, Inbound, Incident, OutboxMessage
from incident.store.proof.note import Signer
from incident.store.queries.clock import in_earnest
from incident.usecases.messages.checkpoints import new_checkpoint
from incident.usecases.messages.ports import Params
from incident.usecases.messages.queue import Audience, queue

HOUR = 8
LISTED = 25
DAY = timedelta(days=1)


def queue_digest(session: Session, now: datetime, zone: ZoneInfo, signer: Signer) -> bool:
    """Queue the digest of this day once, from eight o'clock on the clock of ``zone``; tells whether it did.

    ``signer`` signs the checkpoint that it carries out of the house.
    """
    local = now.astimezone(zone)
    if local.hour < HOUR:
        return False
    key = f"digest:{local.date().isoformat()}"
    if session.get(Inbound, key) is not None or not insert_missing(session, Inbound, key=key, result={}, at=now):
        return False
    note = new_checkpoint(session, signer, now).note
    params = digest_params(session, now, local.date().isoformat(), note)
    queue(session, incident=None, template="digest", params=params, to=Audience.DPO, now=now, dedupe=key)
    return True


def digest_params(session: Session, now: datetime, day: str, note: str) -> Params:
    """The numbers and the list of the digest; references and duties only, no personal data.

    It may go to a deputy of the DPO, so it names no restricted incident.
    """
    running = in_earnest()
    clocks = select(func.count()).select_from(Deadline).where(running)
    messages = select(func.count()).select_from(OutboxMessage)
    return {
        "day": day,
        "open_clocks": session.scalars(clocks).one(),
        "open_incidents": session.scalars(select(func.count(Deadline.incident_id.distinct())).where(running)).one(),
        "due_soon": session.scalars(clocks.where(Deadline.due_at > now, Deadline.due_at <= now + DAY)).one(),
        "overdue_clocks": session.scalars(clocks.where(Deadline.due_at <= now)).one(),
        "failed": session.scalars(messages.where(OutboxMessage.outcome == OutboxOutcome.FAILED)).one(),
        "sent": session.scalars(
            messages.where(OutboxMessage.outcome == OutboxOutcome.SENT, OutboxMessage.settled_at > now - DAY)
        ).one(),
        "checkpoint": note,
        "path": "/",
        "also": running_clocks(session, Incident.circle.is_(null()))[:LISTED],
    }


def running_clocks(session: Session, *seen: ColumnElement[bool]) -> list[str]:
    """The clocks in earnest that are ``seen``, those that end first, as ``reference|obligation|instant``."""
    query = (
        select(Incident.reference, Deadline.obligation, Deadline.due_at)
        .join(Incident, Incident.id == Deadline.incident_id)
        .where(in_earnest(), *seen)
        .order_by(Deadline.due_at)
    )
    return [
        f"{reference}|{obligation}|{due_at.isoformat()}" for reference, obligation, due_at in session.execute(query)
    ]
