"""Follow each chain of the log from its first entry to its end: whether it is whole, and what it says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.store.audit import genesis, hash_of
from incident.store.models import AuditEntry, AuditHead
from incident.store.rows import as_stored, read
from incident.store.verify.findings import Finding, Problem

_ENTRY = tuple(
    as_stored(AuditEntry.__table__.c[name])
    for name in ("chain", "seq", "tag", "actor", "at", "details", "previous", "content", "hash")
)
_HEAD = (AuditHead.chain, AuditHead.seq, AuditHead.hash)
Entry = Any
"""A row of the log: what its hash is over, in that order, and the hash."""


@dataclass(slots=True)
class Chain:
    """What one chain says: of each row its last commitment with the entry it stands in, and which messages left."""

    name: str
    entries: int = 0
    rows: dict[str, tuple[str, Entry]] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    anchored: dict[int, int] = field(default_factory=dict)


def follow(session: Session, names: Sequence[str], findings: list[Finding]) -> dict[str, Chain]:
    """Recompute these chains, compare their ends with those that were kept, and gather what they say."""
    heads = {name: (seq, digest) for name, seq, digest in read(session, select(*_HEAD).where(_HEAD[0].in_(names)))}
    found = {name: Chain(name) for name in names}
    ends = {name: genesis(name) for name in names}
    query = select(*_ENTRY).where(AuditEntry.chain.in_(names)).order_by(AuditEntry.chain, AuditEntry.seq)
    for name, entries in groupby(read(session, query), key=itemgetter(0)):
        ends[name] = _follow(found[name], entries, findings)
    for name, digest in ends.items():
        if heads.get(name) != (found[name].entries, digest):
            findings.append(Finding(Problem.LOG_CUT, name, params={"seq": found[name].entries}))
    return found


def _follow(chain: Chain, entries: Iterable[Entry], findings: list[Finding]) -> str:
    previous, broken = genesis(chain.name), False
    for entry in entries:
        chain.entries += 1
        problem = _misfit(entry, chain.entries, previous)
        if problem and not broken:
            findings.append(Finding(problem, chain.name, params={"seq": chain.entries}))
        broken = broken or problem is not None
        previous = entry.hash
        _gather(chain, entry)
    return previous


def _misfit(entry: Entry, number: int, previous: str) -> Problem | None:
    if entry.seq != number:
        return Problem.ENTRY_MISSING
    if entry.previous != previous:
        return Problem.ENTRY_UNCHAINED
    return Problem.ENTRY_ALTERED if entry.hash != hash_of(*entry[:-1]) else None


def _gather(chain: Chain, entry: Entry) -> None:
    for name, digest in entry.content.items():
        chain.rows[name] = (digest, entry)
    if entry.tag == Tag.MESSAGE_SENT.value and "message" in entry.details:
        chain.sent |= dict.fromkeys(str(entry.details["message"]).split(), entry.seq)
    if entry.tag == Tag.CHAIN_ANCHORED.value and "checkpoint" in entry.details:
        chain.anchored[int(entry.details["checkpoint"])] = entry.seq
