"""Go through all chains once and compare them with the rows, files and messages that they speak of."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.reference import is_exercise
from incident.domain.kinds import OutboxOutcome
from incident.store.audit import entry_hash, genesis
from incident.store.blobs import BlobStore, DamagedBlob, LockedBlob
from incident.store.commitments import (
    SYSTEM_CHAIN,
    commitment_of,
    committed_tables,
    name_of,
    recipients_digests,
    rows_of_incidents,
)
from incident.store.models import (
    AuditEntry,
    AuditHead,
    CheckpointRow,
    Evidence,
    Incident,
    Mailing,
    OutboxMessage,
    ReferenceCounter,
    Rendition,
)
from incident.store.models.columns import Committed
from incident.store.proof.canonical import GONE
from incident.store.proof.timestamp import BadStamp, stamped_at
from incident.store.verify.findings import Finding, Problem
from incident.store.verify.outside import Outside
from incident.store.verify.tree import verify_tree

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

CHAINS_AT_ONCE = 200
FILES: dict[type[Committed], str] = {Evidence: "evidence", Rendition: "rendition"}


@dataclass(slots=True)
class Report:
    """What was gone through, and what did not fit. ``erased`` counts rows by the policy under which they went."""

    chains: int = 0
    entries: int = 0
    rows: int = 0
    checkpoints: int = 0
    outside: int = 0
    stamps: int = 0
    stamped_at: datetime | None = None
    unchecked_stamps: int = 0
    erased: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class _Chain:
    """What one chain says: of each row its last commitment with the entry it stands in, and which messages left."""

    name: str
    rows: dict[str, tuple[str, AuditEntry]] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    anchored: dict[int, int] = field(default_factory=dict)


def verify(
    session: Session,
    blobs: BlobStore,
    public: bytes,
    outside: Sequence[Outside] = (),
    authority: "Sequence[Certificate]" = (),
    *,
    through: Callable[[int, int], object] = lambda _done, _all: None,
) -> Report:
    """Compare everything; ``public`` is the key that signs checkpoints, ``outside`` what was kept of them elsewhere.

    ``authority`` are the certificates of who stamps checkpoints; without them stamps are counted and not checked.
    ``through`` hears after each part how many chains it had, and how many there are in all.
    """
    report = Report(outside=len(outside))
    report.findings += _gaps(session)
    heads = {head.chain: (head.seq, head.hash) for head in session.scalars(select(AuditHead))}
    incidents = {reference: key for reference, key in session.execute(select(Incident.reference, Incident.id))}
    anchored: dict[int, int] = {}
    names = sorted({*heads, *incidents, *session.scalars(select(AuditEntry.chain).distinct())})
    for part in _parts(names):
        chains = _chains(session, part, heads, report)
        anchored |= {size: seq for chain in chains.values() for size, seq in chain.anchored.items()}
        _compare(session, chains, incidents, blobs, report)
        session.expunge_all()
        through(len(part), len(names))
    report.checkpoints = verify_tree(session, public, outside, anchored, report.findings)
    _stamps(session, authority, report)
    return report


def _stamps(session: Session, authority: "Sequence[Certificate]", report: Report) -> None:
    for row in session.scalars(select(CheckpointRow).where(CheckpointRow.stamp.is_not(None))):
        if not authority:
            report.unchecked_stamps += 1
            continue
        try:
            moment = stamped_at(row.stamp or b"", row.note, authority)
        except BadStamp:
            report.findings.append(Finding(Problem.STAMP_WRONG, params={"size": row.size}))
        else:
            report.stamps += 1
            report.stamped_at = max(report.stamped_at or moment, moment)


def verify_incident(session: Session, incident: Incident, blobs: BlobStore) -> Report:
    """Compare one incident's record and files with its log, both ways."""
    report = Report()
    head = session.get(AuditHead, incident.reference)
    heads = {head.chain: (head.seq, head.hash)} if head else {}
    chains = _chains(session, [incident.reference], heads, report)
    _compare(session, chains, {incident.reference: incident.id}, blobs, report)
    return report


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), CHAINS_AT_ONCE):
        yield names[start : start + CHAINS_AT_ONCE]


def _gaps(session: Session) -> Iterator[Finding]:
    """Numbers are given out without gaps: whatever is missing was there."""
    chains = session.scalars(select(AuditEntry.chain).distinct())
    found: dict[int, set[int]] = {row.year: {0} for row in session.scalars(select(ReferenceCounter))}
    for name in {*session.scalars(select(Incident.reference)), *(chain for chain in chains if "-" in chain)}:
        if is_exercise(name):
            continue
        _, year, number, _ = name.split("-")
        found.setdefault(int(year), {0}).add(int(number))
    counters = {row.year: row.last for row in session.scalars(select(ReferenceCounter))}
    for year, numbers in sorted(found.items()):
        for number in sorted(set(range(max(counters.get(year, 0), *numbers) + 1)) - numbers):
            yield Finding(Problem.INCIDENT_GONE, params={"number": number, "year": year})


def _chains(
    session: Session, names: Sequence[str], heads: dict[str, tuple[int, str]], report: Report
) -> dict[str, _Chain]:
    """Recompute these chains, and gather what they say."""
    found = {name: _Chain(name) for name in names}
    query = select(AuditEntry).where(AuditEntry.chain.in_(names)).order_by(AuditEntry.chain, AuditEntry.seq)
    ends = dict.fromkeys(names, (0, ""))
    for name, entries in groupby(session.scalars(query), key=lambda entry: entry.chain):
        ends[name] = _follow(found[name], entries, report)
    for name, (seq, digest) in ends.items():
        if heads.get(name) != (seq, digest or genesis(name)):
            report.findings.append(Finding(Problem.LOG_CUT, name, params={"seq": seq}))
    report.chains += len(names)
    return found


def _follow(chain: _Chain, entries: Iterable[AuditEntry], report: Report) -> tuple[int, str]:
    previous, count, broken = genesis(chain.name), 0, False
    for entry in entries:
        count += 1
        problem = _misfit(entry, count, previous)
        if problem and not broken:
            report.findings.append(Finding(problem, chain.name, params={"seq": count}))
        broken = broken or problem is not None
        previous = entry.hash
        _gather(chain, entry)
    report.entries += count
    return count, previous


def _misfit(entry: AuditEntry, number: int, previous: str) -> Problem | None:
    if entry.seq != number:
        return Problem.ENTRY_MISSING
    if entry.previous != previous:
        return Problem.ENTRY_UNCHAINED
    return Problem.ENTRY_ALTERED if entry.hash != entry_hash(entry) else None


def _gather(chain: _Chain, entry: AuditEntry) -> None:
    for name, digest in entry.content.items():
        chain.rows[name] = (digest, entry)
    if entry.tag == Tag.MESSAGE_SENT.value and "message" in entry.details:
        chain.sent[str(entry.details["message"])] = entry.seq
    if entry.tag == Tag.CHAIN_ANCHORED.value and "checkpoint" in entry.details:
        chain.anchored[int(entry.details["checkpoint"])] = entry.seq


def _compare(
    session: Session, chains: dict[str, _Chain], incidents: dict[str, UUID], blobs: BlobStore, report: Report
) -> None:
    names = {incidents[name]: name for name in chains if name in incidents}
    found: dict[str, dict[str, Committed]] = {name: {} for name in chains}
    for model in committed_tables().values():
        for row, incident in rows_of_incidents(session, model, list(names), system=SYSTEM_CHAIN in chains):
            found[names[incident] if incident else SYSTEM_CHAIN][name_of(row)] = row
    for name, chain in chains.items():
        report.findings += _differences(chain, found[name], report)
        report.rows += len(found[name])
        report.findings += _files(name, found[name].values(), blobs)
    report.findings += _lists(session, found)
    report.findings += _messages(session, chains, list(names), names)


def _differences(chain: _Chain, rows: dict[str, Committed], report: Report) -> Iterator[Finding]:
    if (gone := _whole_incident(chain, rows)) is not None:
        yield gone
        return
    for name, row in rows.items():
        digest, entry = chain.rows.get(name, (None, None))
        if digest is None:
            yield _of_row(Problem.ROW_UNKNOWN, chain.name, name)
        elif digest != commitment_of(row):
            yield _of_row(Problem.ROW_BACK if digest == GONE else Problem.ROW_ALTERED, chain.name, name, entry)
    yield from _missing(chain, rows, report)


def _missing(chain: _Chain, rows: dict[str, Committed], report: Report) -> Iterator[Finding]:
    for name, (digest, entry) in chain.rows.items():
        if digest == GONE and "policy" in entry.details:
            report.erased[str(entry.details["policy"])] += 1
        elif digest != GONE and name not in rows:
            yield _of_row(Problem.ROW_GONE, chain.name, name, entry)


def _whole_incident(chain: _Chain, rows: dict[str, Committed]) -> Finding | None:
    """Of an incident that is gone one finding is enough."""
    for name, (digest, entry) in chain.rows.items():
        if name.startswith("incident/") and digest != GONE and not rows:
            return _of_row(Problem.ROW_GONE, chain.name, name, entry)
    return None


def _of_row(problem: Problem, chain: str, name: str, entry: AuditEntry | None = None) -> Finding:
    table, _, key = name.partition("/")
    params = {"seq": entry.seq, "at": f"{entry.at:%Y-%m-%d %H:%M} UTC"} if entry else {}
    return Finding(problem, chain, table, key, params)


def _lists(session: Session, found: dict[str, dict[str, Committed]]) -> Iterator[Finding]:
    rows = [(chain, row) for chain, of_chain in found.items() for row in of_chain.values() if isinstance(row, Mailing)]
    digests = recipients_digests(session, [row.id for _, row in rows if row.recipients_sha256])
    for chain, row in rows:
        if digests.get(row.id, row.recipients_sha256) != row.recipients_sha256:
            yield _of_row(Problem.LIST_ALTERED, chain, name_of(row))


def _files(chain: str, rows: Iterable[Committed], blobs: BlobStore) -> Iterator[Finding]:
    for row in rows:
        if isinstance(row, Evidence | Rendition) and (problem := _damage(blobs, row)) is not None:
            yield Finding(problem, chain, FILES[type(row)], str(getattr(row, "filename", row.id)))


def _damage(blobs: BlobStore, row: Evidence | Rendition) -> Problem | None:
    try:
        size = blobs.size(row.blob_sha256)
    except LockedBlob:
        return Problem.FILE_LOCKED
    except DamagedBlob as damage:
        return Problem.FILE_GONE if damage.missing else Problem.FILE_ALTERED
    longer = isinstance(row, Evidence) and size != row.size
    return Problem.FILE_ALTERED if longer else None


def _messages(
    session: Session, chains: dict[str, _Chain], incidents: list[UUID], names: dict[UUID, str]
) -> Iterator[Finding]:
    """What the outbox calls sent is in the log, and what the log calls sent is in the outbox."""
    whose = [OutboxMessage.incident_id.in_(incidents)]
    if SYSTEM_CHAIN in chains:
        whose.append(OutboxMessage.incident_id.is_(None))
    query = select(OutboxMessage.id, OutboxMessage.incident_id).where(
        OutboxMessage.outcome == OutboxOutcome.SENT, or_(*whose)
    )
    left = {name: dict(chain.sent) for name, chain in chains.items()}
    for key, incident in session.execute(query):
        chain = names[incident] if incident else SYSTEM_CHAIN
        if left[chain].pop(str(key), None) is None:
            yield Finding(Problem.MESSAGE_UNPROVEN, chain, key=str(key))
    for chain, sent in left.items():
        for message, seq in sent.items():
            yield Finding(Problem.MESSAGE_GONE, chain, key=message, params={"seq": seq})
