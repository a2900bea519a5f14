"""Append to the hash-chained audit log: one chain per incident and one named ``system``."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256

from sqlalchemy import Select, bindparam, event, func, inspect, select
from sqlalchemy.orm import Session, SessionTransaction, make_transient_to_detached

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Source
from incident.store import commitments
from incident.store.db import UtcDateTime
from incident.store.insert import insert_missing
from incident.store.models.audit import AuditEntry, AuditHead
from incident.store.proof.canonical import plain, written

SYSTEM_CHAIN = commitments.SYSTEM_CHAIN
_HELD = "meldklok_held_chains"
Scalar = str | int | bool | None


def is_untouched(session: Session) -> bool:
    """Whether this transaction has written nothing of any chain, so that a head read earlier in it still stands."""
    return commitments.is_told(session) and not session.info.get(_HELD)


def genesis(chain: str) -> str:
    """The 'previous hash' of a chain's first entry."""
    return sha256(f"meldklok:{chain}".encode()).hexdigest()


def entry_hash(entry: AuditEntry) -> str:
    """SHA-256 over everything an entry says and over the hash before it."""
    said = (entry.chain, entry.seq, entry.tag, entry.actor, entry.at, entry.details, entry.previous, entry.content)
    return hash_of(*said)


def hash_of(
    chain: str,
    seq: int,
    tag: str,
    actor: str,
    at: datetime | str,
    details: Mapping[str, Scalar],
    previous: str,
    content: Mapping[str, str],
) -> str:
    """The same of an entry that is no row; ``at`` may be the canonical text of the instant."""
    said = [chain, seq, tag, actor, plain(at), details, previous, content]
    return sha256(written(said).encode()).hexdigest()


def append(session: Session, chain: str, tag: Tag, actor_key: str, at: datetime, **details: Scalar) -> AuditEntry:
    """Add one entry, which commits to all that was written in this chain since the last one.

    ``details`` are scalars and hold no personal data: they can never be erased.
    """
    session.flush()
    head = _locked_head(session, chain)
    entry = AuditEntry(
        chain=chain,
        seq=head.seq + 1,
        tag=tag.value,
        actor=actor_key,
        at=at,
        details=details,
        content=commitments.take(session, (chain,)).get(chain, {}),
        previous=head.hash,
    )
    entry.hash = entry_hash(entry)
    head.seq, head.hash = entry.seq, entry.hash
    session.add(entry)
    session.flush()
    return entry


def lock(session: Session, chain: str) -> None:
    """Keep everybody else from appending to the chain until the commit."""
    _locked_head(session, chain)


def begin(session: Session, chain: str) -> None:
    """Begin the chain of what was made a moment ago, without asking first whether there is one."""
    held: dict[str, AuditHead] = session.info.setdefault(_HELD, {})
    held[chain] = _begun(session, chain)


def _locked_head(session: Session, chain: str) -> AuditHead:
    """The end of the chain, held until the commit; of two who begin a chain at once the second waits for the first."""
    held: dict[str, AuditHead] = session.info.setdefault(_HELD, {})
    head = held.get(chain)
    if head is None or head not in session or inspect(head).expired:
        head = held[chain] = _head_for_update(session, chain)
    return head


def _head_for_update(session: Session, chain: str) -> AuditHead:
    found = session.scalars(_to_be_held(), {"chain": chain}).one_or_none()
    if found is not None:
        return found
    return _begun(session, chain)


def _begun(session: Session, chain: str) -> AuditHead:
    """The beginning of a chain; who has written it holds it, and needs not read it back."""
    values = {"chain": chain, "seq": 0, "hash": genesis(chain)}
    if not insert_missing(session, AuditHead, **values):
        return session.scalars(_to_be_held(), {"chain": chain}).one()
    head = AuditHead(**values)
    make_transient_to_detached(head)
    session.add(head)
    return head


@cache
def _to_be_held() -> Select[AuditHead]:
    """Every act asks this, so it is put together once."""
    query = select(AuditHead).where(AuditHead.chain == bindparam("chain")).with_for_update()
    return query.execution_options(populate_existing=True)


def _let_go(session: Session, transaction: SessionTransaction) -> None:
    """A lock ends with its transaction."""
    if transaction.parent is None:
        session.info.pop(_HELD, None)


def _undone(session: Session, _transaction: SessionTransaction) -> None:
    """A lock ends with the savepoint in which it was taken, where that is undone."""
    session.info.pop(_HELD, None)


def head(session: Session, chain: str) -> str:
    """The newest hash of a chain, as printed on documents; the genesis value where the chain is empty."""
    row = session.get(AuditHead, chain)
    return row.hash if row is not None else genesis(chain)


def entries(session: Session, chain: str) -> list[AuditEntry]:
    """All entries of one chain, oldest first."""
    return list(session.scalars(select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.seq)))


def _seal_the_rest(session: Session) -> None:
    """What was written after the last entry of its chain gets an entry of its own, at the commit."""
    if session.in_nested_transaction():
        return
    session.flush()
    for chain in commitments.open_chains(session):
        append(session, chain, Tag.RECORD_SEALED, Source.SYSTEM.value, _moment(session, chain))


def _moment(session: Session, chain: str) -> datetime:
    """When the newest entry of the chain was written; the database's time where the chain begins here."""
    last = select(func.max(AuditEntry.at)).where(AuditEntry.chain == chain)
    now = select(func.current_timestamp(type_=UtcDateTime()))
    return session.scalars(last).one() or session.scalars(now).one()


event.listen(Session, "before_commit", _seal_the_rest)
event.listen(Session, "after_transaction_end", _let_go)
event.listen(Session, "after_soft_rollback", _undone)
