"""Long work that somebody asked for on a page: a worker does it, and the page looks at how far it is.

An errand is a request like any other (:mod:`incident.usecases.common.inbound`), whose result grows while it is done.
Its file lies on the shelf for as long as a row here names it. Whoever works on it holds a claim and renews it with each
step: of a worker that is killed another one takes over when the claim runs out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from incident.domain.kernel.json import Json
from incident.store.insert import insert_missing
from incident.store.models import BlobRemoval, Inbound
from incident.store.shelf import claim_file

LEASE: Final = timedelta(minutes=5)
KEPT: Final = timedelta(days=1)
"""So long what came of an errand can be fetched."""
_PREFIX: Final = "errand:"


@dataclass(frozen=True, slots=True)
class Errand:
    """One piece of work. ``file`` is the SHA-256 of what it needs or, when it is done, of what came of it."""

    kind: str
    id: UUID
    about: Mapping[str, Json]
    file: str
    until: str
    done: int
    all: int
    ended: bool
    problem: str
    params: Mapping[str, str]
    """The gaps of the sentence that tells the problem."""

    @property
    def key(self) -> str:
        """Its name among the requests."""
        return f"{_PREFIX}{self.kind}:{self.id}"


_KEPT: Final = ("about", "file", "until", "done", "all", "ended", "problem", "params")


def ask(session: Session, kind: str, id: UUID, about: Mapping[str, Json], now: datetime, *, file: str = "") -> None:
    """Leave it to a worker. A ``file`` was put on the shelf before. Raises Conflict where it may be going just then."""
    if file:
        claim_file(session, file, now)
    start = Errand(kind, id, about, file, until="", done=0, all=0, ended=False, problem="", params={})
    result = {name: getattr(start, name) for name in _KEPT}
    insert_missing(session, Inbound, key=start.key, result=result, at=now)


def find(session: Session, kind: str, id: UUID) -> Errand | None:
    """The errand, or None where there is none, or none any more."""
    row = session.get(Inbound, f"{_PREFIX}{kind}:{id}", populate_existing=True)
    return _errand(row) if row is not None else None


def anything_to_do(session: Session, kind: str, now: datetime) -> bool:
    """Whether an errand of this kind waits for somebody who does it."""
    return any(_waits(row, now) for row in session.scalars(select(Inbound).where(_of(kind))))


def claim(session: Session, kind: str, now: datetime) -> Errand | None:
    """Take the errand that has waited longest; None where there is none. Commit before it is done."""
    for row in session.scalars(select(Inbound).where(_of(kind)).order_by(Inbound.at).with_for_update(skip_locked=True)):
        if _waits(row, now):
            return _write(row, until=(now + LEASE).isoformat())
    return None


def step(session: Session, errand: Errand, now: datetime, *, done: int, all: int) -> Errand | None:
    """Renew the claim and say how far it is, in the transaction of the step; None where somebody else has taken it."""
    row = _held(session, errand)
    return _write(row, until=(now + LEASE).isoformat(), done=done, all=all) if row is not None else None


def end(
    session: Session,
    errand: Errand,
    now: datetime,
    *,
    file: str = "",
    problem: str = "",
    params: Mapping[str, Json] | None = None,
    about: Mapping[str, Json] | None = None,
) -> bool:
    """It is done, or will never be (``problem``); a ``file`` that came of it was put on the shelf before.

    False where somebody else has taken it.
    """
    row = _held(session, errand)
    if row is None:
        return False
    if errand.file:
        insert_missing(session, BlobRemoval, sha256=errand.file, since=now)
    if file:
        claim_file(session, file, now)
    told = {**errand.about, **(about or {})}
    _write(row, file=file, problem=problem, params=dict(params or {}), about=told, ended=True)
    row.at = now
    return True


def forget_ended(session: Session, now: datetime) -> None:
    """Let what came of errands go when its time is over."""
    for row in session.scalars(select(Inbound).where(_of(), Inbound.at <= now - KEPT)):
        if row.result["ended"] and (file := str(row.result["file"])):
            insert_missing(session, BlobRemoval, sha256=file, since=now)
            _write(row, file="")


def is_named(digest: str) -> ColumnElement[bool]:
    """The errands that name a file."""
    return and_(_of(), Inbound.result["file"].as_string() == digest)


def _of(kind: str = "") -> ColumnElement[bool]:
    """A range of keys, which both databases look up in the index."""
    start = f"{_PREFIX}{kind}:" if kind else _PREFIX
    return and_(Inbound.key >= start, Inbound.key < start[:-1] + chr(ord(":") + 1))


def _waits(row: Inbound, now: datetime) -> bool:
    until = str(row.result["until"])
    return not row.result["ended"] and (not until or datetime.fromisoformat(until) <= now)


def _held(session: Session, errand: Errand) -> Inbound | None:
    row = session.get(Inbound, errand.key, with_for_update=True, populate_existing=True)
    return row if row is not None and row.result["until"] == errand.until and not row.result["ended"] else None


def _write(row: Inbound, **changes: Json) -> Errand:
    row.result = {**row.result, **changes}
    return _errand(row)


def _errand(row: Inbound) -> Errand:
    kind, _, id = row.key.removeprefix(_PREFIX).partition(":")
    return Errand(kind, UUID(id), **row.result)


__all__ = ["Errand", "anything_to_do", "ask", "claim", "end", "find", "forget_ended", "is_named", "step"]
