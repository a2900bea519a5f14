"""Append many audit entries at once: the same chains and the same hashes as one by one, in four statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.store import commitments
from incident.store.audit import Scalar, genesis, hash_of
from incident.store.insert import insert_missing_rows
from incident.store.models.audit import AuditEntry, AuditHead


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One act to append; ``details`` are scalars without personal data."""

    chain: str
    tag: Tag
    actor: str
    at: datetime
    details: dict[str, Scalar] = field(default_factory=dict)


def append_many(session: Session, entries: Sequence[NewEntry]) -> list[int]:
    """Append the entries in their order, each to its chain; returns the place of each in its chain.

    The heads are locked in the order of their names, so two batches can never wait for each other.
    """
    if not entries:
        return []
    session.flush()
    chains = sorted({entry.chain for entry in entries})
    heads = _locked(session, chains)
    if fresh := [chain for chain in chains if chain not in heads]:
        insert_missing_rows(session, AuditHead, [{"chain": c, "seq": 0, "hash": genesis(c)} for c in fresh])
        heads = _locked(session, chains)
    rows = chained(entries, heads, commitments.take(session, heads))
    session.connection().execute(_APPEND, rows)
    session.connection().execute(_MOVE, [{"name": c, "number": heads[c][0], "digest": heads[c][1]} for c in chains])
    for head in [known for known in session.identity_map.values() if isinstance(known, AuditHead)]:
        session.expire(head)
    return [cast(int, row["seq"]) for row in rows]


def chained(
    entries: Sequence[NewEntry], heads: dict[str, tuple[int, str]], written: Mapping[str, Mapping[str, str]]
) -> list[dict[str, object]]:
    """The rows of these entries, each after the one before it; ``heads``, the ends of their chains, move along.

    ``written`` is what the last entry of each chain commits to.
    """
    last = {entry.chain: number for number, entry in enumerate(entries)}
    return [
        _row(entry, heads, written.get(entry.chain, {}) if last[entry.chain] == number else {})
        for number, entry in enumerate(entries)
    ]


_APPEND = insert(cast(Table, AuditEntry.__table__))
_HEADS = cast(Table, AuditHead.__table__)
_MOVE = (
    update(_HEADS).where(_HEADS.c.chain == bindparam("name")).values(seq=bindparam("number"), hash=bindparam("digest"))
)


def _locked(session: Session, chains: list[str]) -> dict[str, tuple[int, str]]:
    query = select(AuditHead.chain, AuditHead.seq, AuditHead.hash).where(AuditHead.chain.in_(chains))
    rows = session.execute(query.order_by(AuditHead.chain).with_for_update())
    return {chain: (seq, digest) for chain, seq, digest in rows}


def _row(new: NewEntry, heads: dict[str, tuple[int, str]], content: Mapping[str, str]) -> dict[str, object]:
    (seq, previous), tag = heads[new.chain], new.tag.value
    values = {
        "chain": new.chain,
        "seq": seq + 1,
        "tag": tag,
        "actor": new.actor,
        "at": new.at,
        "details": new.details,
        "content": content,
        "previous": previous,
    }
    digest = hash_of(new.chain, seq + 1, tag, new.actor, new.at, new.details, previous, content)
    heads[new.chain] = (seq + 1, digest)
    return {**values, "hash": digest}
