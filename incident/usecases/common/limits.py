"""How often something may be asked, counted in the database: it holds across processes, and after a restart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import TooMany
from incident.store.insert import count_within
from incident.store.models import SignInThrottle

FORGOTTEN: Final = timedelta(days=1)
"""Longer than every window and every pause."""

TOO_MANY_REPORTS_FROM = (
    "This network has sent 300 reports within an hour. Look for a program in a loop, "
    "or try again in %(minutes)s minutes."
)
TOO_MANY_UPLOADS = (
    "You have handed in 300 files within an hour. Pack what belongs together into one, "
    "or try again in %(minutes)s minutes."
)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``times`` ``within`` a window that begins with the first one."""

    kind: str
    times: int
    within: timedelta


RESETS: Final = Limit("reset", 3, timedelta(hours=1))
"""Mails with a password link to one account: each works for hours, so nobody needs more."""
RESETS_FROM: Final = Limit("reset_from", 20, timedelta(hours=1))
"""The same from one network address, for whichever accounts."""
RESETS_REHEARSED: Final = Limit("reset_rehearsed", 1, timedelta(hours=1))
"""Refuses nothing: it is counted where no mail goes out, so that this takes as long as where one does."""
REPORTS: Final = Limit("report", 100, timedelta(hours=1))
"""Reports of one person or program. Each starts a clock and wakes people; a loop is not a hundred breaches."""
REPORTS_FROM: Final = Limit("report_from", 300, timedelta(hours=1))
"""The same over the API from one network, for whichever persons and programs, one by one or in one request."""
PUBLIC_FROM: Final = Limit("public_from", 30, timedelta(hours=1))
"""Reports without an account from one network that people are told of one by one; an office may share its address."""
PUBLIC_DOOR: Final = Limit("public_door", 60, timedelta(hours=1))
"""The same by one door, from everywhere: each wakes people, and a flood must not wear them out."""
KEPT_FROM: Final = Limit("kept_from", 200, timedelta(hours=1))
"""Reports without an account that are kept from one network, told of or not."""
KEPT_DOOR: Final = Limit("kept_door", 2_000, timedelta(days=1))
"""The same by one door: more than any real day brings, and a database holds it."""
FILES_OF: Final = Limit("file_of", 30, timedelta(days=1))
"""Files that come with one report of somebody without an account, and after it."""
FILES_FROM: Final = Limit("file_from", 100, timedelta(days=1))
"""The same from one network."""
FILES_DOOR: Final = Limit("file_door", 500, timedelta(days=1))
"""The same by one door, so that nobody fills the disk."""
RECEIPTS: Final = Limit("receipt", 5, timedelta(days=1))
"""Receipts by mail to one address: anybody can write in its name, and we fill nobody's mailbox."""
CODES_FROM: Final = Limit("code_from", 30, timedelta(hours=1))
"""Codes of receipts tried from one network, right or wrong."""
ANSWERS: Final = Limit("answer", 20, timedelta(hours=1))
"""What one reporter adds: each tells people."""
UPLOADS: Final = Limit("upload", 300, timedelta(hours=1))
"""Files that one person takes into evidence."""
LISTS: Final = Limit("list", 60, timedelta(hours=1))
"""Lists of one person (a register, the people of a mailing): each is read by a process of its own."""
READS: Final = Limit("api", 6_000, timedelta(hours=1))
"""Reading requests to the API from one network: more than one every second, hour after hour, is no use of it."""
CALENDARS: Final = Limit("calendar", 2_000, timedelta(hours=1))
"""Calendars and shared statuses from one network: five hundred people behind one address, four times an hour each."""
ELSEWHERE: Final = Limit("elsewhere", 1_000, timedelta(hours=1))
"""Sign-ins at the identity provider from one network: a whole office at nine o'clock, and each asks the provider."""
LET_INS: Final = Limit("let_in", 10, timedelta(hours=1))
"""Tries of one person to let somebody in to a restricted incident, right or wrong."""
SET_UPS: Final = Limit("setup", 60, timedelta(hours=1))
"""Tries of set-up links from one network."""


def network_of(address: str) -> str:
    """What of a network address is counted: whoever has one IPv6 address has the other 2^64 of its network too."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    return str(int(known) >> 64) if isinstance(known, IPv6Address) and known.ipv4_mapped is None else str(known)


def wait_for(session: Session, limit: Limit, whose: str, *, now: datetime) -> timedelta | None:
    """How long to wait where nothing is left within the limit, else None; counts nothing and writes nothing."""
    row = session.get(SignInThrottle, _subject(limit, whose), populate_existing=True)
    if row is None or now - row.last_at >= limit.within or row.failures < limit.times:
        return None
    return limit.within - (now - row.last_at)


def refuse(session: Session, limit: Limit, whose: str, sentence: str, *, now: datetime) -> None:
    """Raises TooMany with the sentence where nothing is left within the limit; counts nothing."""
    wait = wait_for(session, limit, whose, now=now)
    if wait is not None:
        raise TooMany(sentence, seconds=int(wait.total_seconds()) + 1)


def refuse_or_count(session: Session, limit: Limit, whose: str, sentence: str, *, now: datetime) -> None:
    """Count one more. Raises TooMany with the sentence, which names ``%(minutes)s``."""
    wait = spend(session, limit, whose, now=now)
    if wait is not None:
        raise TooMany(sentence, seconds=int(wait.total_seconds()) + 1)


def _subject(limit: Limit, whose: str) -> str:
    return f"{limit.kind}:{sha256(whose.encode()).hexdigest()[:40]}"


def spend_all(session: Session, counted: Iterable[tuple[Limit, str]], *, now: datetime) -> timedelta | None:
    """Count one more of each, up to the first that is spent: what one network sends in vain is no other's loss.

    None while all are within their limits, else how long to wait.
    """
    for limit, whose in counted:
        if (wait := spend(session, limit, whose, now=now)) is not None:
            return wait
    return None


def spend(session: Session, limit: Limit, whose: str, *, now: datetime) -> timedelta | None:
    """Count one more: None while that is within the limit, else how long to wait. Neither name nor address is kept."""
    subject = _subject(limit, whose)
    if count_within(session, subject, limit.times, since=now - limit.within, now=now):
        return None
    row = session.get_one(SignInThrottle, subject, populate_existing=True)
    return limit.within - (now - row.last_at)


def count_report(session: Session, who: str, *, now: datetime, network: str | None = None) -> None:
    """Count a report of this person or program. Raises TooMany; a report that is refused is not counted."""
    if network is not None:
        refuse_or_count(session, REPORTS_FROM, network, TOO_MANY_REPORTS_FROM, now=now)
    sentence = (
        "You have sent 100 reports within an hour. Add what belongs together to one of them, "
        "or try again in %(minutes)s minutes."
    )
    refuse_or_count(session, REPORTS, who, sentence, now=now)


def count_upload(session: Session, who: str, *, now: datetime) -> None:
    """Count a file of this person. Raises TooMany; a file that is refused is not counted."""
    refuse_or_count(session, UPLOADS, who, TOO_MANY_UPLOADS, now=now)


def refuse_upload(session: Session, who: str, *, now: datetime) -> None:
    """Raises TooMany where :func:`count_upload` would; counts nothing."""
    refuse(session, UPLOADS, who, TOO_MANY_UPLOADS, now=now)


def forget_counts(session: Session, *, now: datetime) -> None:
    """Erase what counts for nothing any more."""
    session.execute(delete(SignInThrottle).where(SignInThrottle.last_at < now - FORGOTTEN))
