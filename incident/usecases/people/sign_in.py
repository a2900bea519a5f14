"""The sign-in throttle and the sign-in entries of the audit log; in tables, so that it holds over all processes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM
from incident.store.insert import insert_missing
from incident.store.models import Inbound, Person, SignInThrottle
from incident.usecases.common.record import record_system

FREE_FAILURES = {"account": 5, "address": 20, "browser": 5}
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in: the account name as typed, the network address it came from, and the browser if known."""

    account: str
    address: str
    browser: str = ""

    @property
    def subjects(self) -> tuple[tuple[str, str], ...]:
        """The counters it falls under, as hashes: neither names nor addresses are stored.

        A browser that this person signed in with before has one of its own, so that strangers cannot use it up.
        """
        if self.browser:
            return (("browser", _hashed("browser", f"{self.name}:{self.browser}")),)
        return ("account", _hashed("account", self.name)), ("address", _hashed("address", self.address))

    @property
    def name(self) -> str:
        """The account, however it was typed."""
        return self.account.strip().lower()


def _hashed(kind: str, value: str) -> str:
    return f"{kind}:{sha256(value.encode()).hexdigest()[:40]}"


def pause(failures: int, free: int) -> timedelta:
    """How long to wait after so many failures: nothing at first, then doubling up to a quarter of an hour."""
    if failures < free:
        return timedelta(0)
    doublings: int = min(failures - free, 10)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def blocked_until(session: Session, attempt: Attempt, *, now: datetime) -> datetime | None:
    """When this account or address may try again, or None when it may now."""
    rows = (session.get(SignInThrottle, subject) for _, subject in attempt.subjects)
    ends = [row.blocked_until for row in rows if row and row.blocked_until and row.blocked_until > now]
    return max(ends, default=None)


def note_failure(session: Session, attempt: Attempt, *, now: datetime, second_factor: bool = False) -> None:
    """Count a failed try against the account and the address, and write it to the audit log."""
    for kind, subject in attempt.subjects:
        insert_missing(session, SignInThrottle, subject=subject, failures=0, last_at=now)
        row = session.get_one(SignInThrottle, subject, with_for_update=True, populate_existing=True)
        row.failures = 1 if now - row.last_at > FORGOTTEN_AFTER else row.failures + 1
        row.last_at = now
        wait = pause(row.failures, FREE_FAILURES[kind])
        row.blocked_until = now + wait if wait else None
    factor = "second" if second_factor else "password"
    record_system(
        session, Tag.PERSON_SIGN_IN_FAILED, SYSTEM, now, account=_hashed("account", attempt.name), factor=factor
    )
    session.flush()


def note_success(session: Session, person: Person, attempt: Attempt, *, now: datetime, by: str = "") -> None:
    """Forget the failures of the account or the browser (the address's stay) and write the sign-in to the audit log."""
    row = session.get(SignInThrottle, attempt.subjects[0][1])
    if row is not None:
        row.failures, row.blocked_until = 0, None
    more = {"by": by} if by else {}
    record_system(session, Tag.PERSON_SIGNED_IN, person.actor(), now, person=str(person.id), **more)
    session.flush()


def note_refusal(session: Session, reason: str, network: str, *, now: datetime) -> None:
    """Write to the audit log that what the identity provider sent opened nothing; the reason names nobody.

    Once an hour for each network and reason: whoever has an account at a public provider does not fill the record.
    """
    place = sha256(f"{network}:{reason}".encode()).hexdigest()[:32]
    if not insert_missing(session, Inbound, key=f"provider:{place}:{now:%Y%m%d%H}", result={}, at=now):
        return
    record_system(session, Tag.PERSON_SIGN_IN_FAILED, SYSTEM, now, factor="provider", reason=reason)
