"""The code on the receipt of somebody without an account: made of the ticket, and only a keyed hash of it is kept."""

import hmac
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.store.models import PublicReport
from incident.store.sealing import Sealer
from incident.usecases.common import limits

DIGITS: Final = 16
_CODES: Final = "public_report.code"
TOO_MANY_CODES = "Too many codes were tried from your network. Try again in %(minutes)s minutes."


def was_taken(session: Session, ticket: str, sealer: Sealer) -> bool:
    """Whether this report came in before, with its files: sent again it gets its first receipt."""
    return by_code(session, sealer, code_of(sealer, ticket)) is not None


def code_of(sealer: Sealer, ticket: str) -> str:
    """Sixteen digits that only this installation can make of the ticket, so that a repetition shows the same again."""
    return f"{int(sealer.fingerprint(ticket.encode(), _CODES + '.made'), 16) % 10**DIGITS:0{DIGITS}d}"


def hash_of(sealer: Sealer, code: str) -> str:
    """What is kept of a code."""
    return sealer.fingerprint(code.encode(), _CODES)


def by_code(session: Session, sealer: Sealer, code: str) -> PublicReport | None:
    """The report of a code; it is looked up and compared by a keyed hash, so that time tells nothing about a code."""
    wanted = hash_of(sealer, code)
    found = session.scalars(select(PublicReport).where(PublicReport.code_hash == wanted)).one_or_none()
    return found if found is not None and hmac.compare_digest(found.code_hash, wanted) else None


def report_of_code(session: Session, code: str, *, network: str, now: datetime, sealer: Sealer) -> UUID | None:
    """The incident of a code as it is typed, or None. Every try counts: the caller commits also when nothing is found.

    Raises TooMany when too many were tried from this network.
    """
    limits.refuse_or_count(session, limits.CODES_FROM, network, TOO_MANY_CODES, now=now)
    digits = "".join(mark for mark in code if mark.isascii() and mark.isdigit())
    found = by_code(session, sealer, digits) if len(digits) == DIGITS else None
    return found.incident_id if found is not None else None
