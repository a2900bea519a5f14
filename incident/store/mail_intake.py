"""Which mails with reports wait outside because they could not be taken in, and who looks into the mailbox."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from incident.store.insert import insert_missing
from incident.store.models import MailboxTurn, StuckMail

MAILBOX: Final = "mailbox"
"""The mailbox itself; its mails are named ``mailbox:…``, those of the pipe ``pipe:…``."""
TURN: Final = timedelta(minutes=3)
"""Longer than a look into the mailbox takes. Two at once are harmless: a mail is one report however often it comes."""
LATEST: Final = timedelta(minutes=20)
"""Nobody lets the next look wait for so long."""
LONG: Final = timedelta(minutes=30)
"""After so long people are told. Mail servers try again within minutes."""
GIVEN_UP: Final = timedelta(days=1)
"""What no mail server has tried again for so long has been returned to its sender, or somebody took it away."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """A mail that waits outside: where it lies, since when, when it was last tried, and why it is not taken."""

    name: str
    since: datetime
    tried_at: datetime
    reason: str


def take_turn(session: Session, now: datetime) -> bool:
    """Whether it is ours to look into the mailbox now. Free impossibly late it is by a clock since set back."""
    if insert_missing(session, MailboxTurn, name=MAILBOX, free_at=now + TURN):
        return True
    free = or_(MailboxTurn.free_at <= now, MailboxTurn.free_at > now + LATEST)
    taken = update(MailboxTurn).where(MailboxTurn.name == MAILBOX, free).values(free_at=now + TURN)
    return session.execute(taken.returning(MailboxTurn.name)).first() is not None


def end_turn(session: Session, free_at: datetime, emptied_at: datetime | None) -> None:
    """Let the next look begin at ``free_at``, and keep when the mailbox was seen whole."""
    values = {"free_at": free_at} | ({"emptied_at": emptied_at} if emptied_at else {})
    session.execute(update(MailboxTurn).where(MailboxTurn.name == MAILBOX).values(values))


def last_emptied(session: Session) -> datetime | None:
    """When the mailbox was last seen whole, or None."""
    return session.scalars(select(MailboxTurn.emptied_at).where(MailboxTurn.name == MAILBOX)).one_or_none()


def tell_stuck(session: Session, name: str, reason: str, now: datetime) -> None:
    """Write down that a mail was tried and not taken."""
    if not insert_missing(session, StuckMail, name=name, since=now, tried_at=now, reason=reason):
        session.execute(update(StuckMail).where(StuckMail.name == name).values(tried_at=now, reason=reason))


def tell_taken(session: Session, name: str) -> None:
    """Write down that a mail is stuck no more."""
    session.execute(delete(StuckMail).where(StuckMail.name == name))


def keep_only(session: Session, names: Collection[str]) -> None:
    """Forget the mails of the mailbox that lie in it no more; the mailbox itself stays as it is."""
    known = session.scalars(select(StuckMail.name).where(StuckMail.name.startswith(f"{MAILBOX}:")))
    for name in set(known) - set(names):
        tell_taken(session, name)


def stuck_mail(session: Session, now: datetime) -> list[Stuck]:
    """What waits outside, the longest first."""
    rows = session.scalars(select(StuckMail).where(StuckMail.tried_at > now - GIVEN_UP).order_by(StuckMail.since))
    return [Stuck(row.name, row.since, row.tried_at, row.reason) for row in rows]


def stuck_for_long(session: Session, now: datetime) -> int:
    """How much of it has waited for so long that people must know."""
    long = (StuckMail.since <= now - LONG, StuckMail.tried_at > now - GIVEN_UP)
    return session.scalars(select(func.count()).select_from(StuckMail).where(*long)).one()
