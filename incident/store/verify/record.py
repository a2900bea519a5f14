"""Go through all chains once and compare them with the rows, files and messages that they speak of."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from incident.domain.kernel.reference import is_exercise
from incident.domain.kinds import OutboxOutcome
from incident.store.blobs import BlobStore, DamagedBlob, LockedBlob
from incident.store.commitments import SYSTEM_CHAIN, committed_tables, recipients_digests, standing
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
from incident.store.proof.canonical import GONE, plain
from incident.store.proof.timestamp import BadStamp, stamped_at
from incident.store.rows import as_stored, read_along
from incident.store.verify.chains import Chain, Entry, follow
from incident.store.verify.findings import Finding, Problem
from incident.store.verify.outside import Outside
from incident.store.verify.together import Readers, together
from incident.store.verify.tree import verify_tree

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

CHAINS_AT_ONCE = 200
LONG = 10_000
"""Chains from which it pays to start other processes."""
WITH_MORE: tuple[type[Committed], ...] = (Evidence, Rendition, Mailing)
"""The tables whose rows speak of what lies elsewhere: files, and a list of people."""
_CHAINS = select(AuditEntry.chain).distinct()


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

    def add(self, part: "Report") -> None:
        """Count in what was found in a part of the chains."""
        self.chains += part.chains
        self.entries += part.entries
        self.rows += part.rows
        self.erased += part.erased
        self.findings += part.findings


class _More(NamedTuple):
    """A row of one of these tables, with its chain and what entries call it."""

    model: type[Committed]
    chain: str
    name: str
    row: Entry


def verify(
    session: Session,
    blobs: BlobStore,
    public: bytes,
    outside: Sequence[Outside] = (),
    authority: "Sequence[Certificate]" = (),
    *,
    through: Callable[[int, int], object] = lambda _done, _all: None,
    alone: bool = True,
) -> Report:
    """Compare everything; ``public`` is the key that signs checkpoints, ``outside`` what was kept of them elsewhere.

    ``authority`` are the certificates of who stamps checkpoints; without them stamps are counted and not checked.
    ``through`` hears after each part how many chains it had, and how many there are in all. A session that is not
    ``alone`` has written nothing and is helped with a long register by other processes.
    """
    report = Report(outside=len(outside))
    anchored: dict[int, int] = {}
    with nullcontext(Readers(session)) if alone or _is_short(session) else together(session) as readers:
        numbered = {*session.scalars(select(Incident.reference)), *session.scalars(_CHAINS)}
        report.findings += _gaps(session, numbered)
        names = sorted(numbered | set(session.scalars(select(AuditHead.chain))))
        for found, anchors in readers.each(partial(_part, blobs), list(_parts(names))):
            report.add(found)
            anchored |= anchors
            through(found.chains, len(names))
        report.checkpoints = verify_tree(session, public, outside, anchored, report.findings)
        _stamps(session, authority, report)
    return report


def _is_short(session: Session) -> bool:
    return len(session.scalars(select(AuditHead.chain).limit(LONG)).all()) < LONG


def _part(blobs: BlobStore, session: Session, names: Sequence[str]) -> tuple[Report, dict[int, int]]:
    """What these chains say, compared with what they speak of; and the checkpoints of which they speak."""
    keys = select(Incident.reference, Incident.id).where(Incident.reference.in_(names))
    return _compared(blobs, session, names, {reference: key for reference, key in session.execute(keys)})


def _compared(
    blobs: BlobStore, session: Session, names: Sequence[str], incidents: dict[str, UUID]
) -> tuple[Report, dict[int, int]]:
    report = Report()
    chains = follow(session, names, report.findings)
    report.chains = len(chains)
    report.entries = sum(chain.entries for chain in chains.values())
    _compare(session, chains, incidents, blobs, report)
    return report, {size: seq for chain in chains.values() for size, seq in chain.anchored.items()}


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
    return _compared(blobs, session, [incident.reference], {incident.reference: incident.id})[0]


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), CHAINS_AT_ONCE):
        yield names[start : start + CHAINS_AT_ONCE]


def _gaps(session: Session, names: Iterable[str]) -> Iterator[Finding]:
    """Numbers are given out without gaps: whatever is missing was there."""
    found: dict[int, set[int]] = {row.year: {0} for row in session.scalars(select(ReferenceCounter))}
    for name in names:
        if "-" not in name or is_exercise(name):
            continue
        year, number = map(int, name.split("-")[1:3])
        found.setdefault(year, {0}).add(number)
    counters = {row.year: row.last for row in session.scalars(select(ReferenceCounter))}
    for year, numbers in sorted(found.items()):
        for number in sorted(set(range(max(counters.get(year, 0), *numbers) + 1)) - numbers):
            yield Finding(Problem.INCIDENT_GONE, params={"number": number, "year": year})


def _compare(
    session: Session, chains: dict[str, Chain], incidents: dict[str, UUID], blobs: BlobStore, report: Report
) -> None:
    names = {incidents[name]: name for name in chains if name in incidents}
    found: dict[str, dict[str, str]] = {name: {} for name in chains}
    more: list[_More] = []
    for model in committed_tables().values():
        for incident, name, digest, row in standing(session, model, list(names), system=SYSTEM_CHAIN in chains):
            whose = names[incident] if incident else SYSTEM_CHAIN
            found[whose][name] = digest
            if model in WITH_MORE:
                more.append(_More(model, whose, name, row))
    for chain in chains.values():
        report.findings += _differences(chain, found[chain.name], report)
        report.rows += len(found[chain.name])
    report.findings += _files(more, blobs)
    report.findings += _lists(session, more)
    report.findings += _messages(session, chains, list(names), names)


def _differences(chain: Chain, rows: Mapping[str, str], report: Report) -> Iterator[Finding]:
    if (gone := _whole_incident(chain, rows)) is not None:
        yield gone
        return
    for name, stands in rows.items():
        digest, entry = chain.rows.get(name, (None, None))
        if digest is None:
            yield _of_row(Problem.ROW_UNKNOWN, chain.name, name)
        elif digest != stands:
            yield _of_row(Problem.ROW_BACK if digest == GONE else Problem.ROW_ALTERED, chain.name, name, entry)
    yield from _missing(chain, rows, report)


def _missing(chain: Chain, rows: Mapping[str, str], report: Report) -> Iterator[Finding]:
    for name, (digest, entry) in chain.rows.items():
        if digest == GONE and "policy" in entry.details:
            report.erased[str(entry.details["policy"])] += 1
        elif digest != GONE and name not in rows:
            yield _of_row(Problem.ROW_GONE, chain.name, name, entry)


def _whole_incident(chain: Chain, rows: Mapping[str, str]) -> Finding | None:
    """Of an incident that is gone one finding is enough."""
    for name, (digest, entry) in chain.rows.items():
        if name.startswith("incident/") and digest != GONE and not rows:
            return _of_row(Problem.ROW_GONE, chain.name, name, entry)
    return None


def _of_row(problem: Problem, chain: str, name: str, entry: Entry = None) -> Finding:
    table, _, key = name.partition("/")
    params = {"seq": entry.seq, "at": f"{str(plain(entry.at))[:16].replace('T', ' ')} UTC"} if entry else {}
    return Finding(problem, chain, table, key, params)


def _lists(session: Session, rows: Iterable[_More]) -> Iterator[Finding]:
    lists = [(UUID(str(one.row.id)), one) for one in rows if one.model is Mailing]
    digests = recipients_digests(session, [key for key, one in lists if one.row.recipients_sha256])
    for key, one in lists:
        if digests.get(key, one.row.recipients_sha256) != one.row.recipients_sha256:
            yield _of_row(Problem.LIST_ALTERED, one.chain, one.name)


def _files(rows: Iterable[_More], blobs: BlobStore) -> Iterator[Finding]:
    for model, chain, name, row in rows:
        if model is not Mailing and (problem := _damage(blobs, row)) is not None:
            table = name.partition("/")[0]
            yield Finding(problem, chain, table, str(getattr(row, "filename", row.id)))


def _damage(blobs: BlobStore, row: Entry) -> Problem | None:
    try:
        size = blobs.size(row.blob_sha256)
    except LockedBlob:
        return Problem.FILE_LOCKED
    except DamagedBlob as damage:
        return Problem.FILE_GONE if damage.missing else Problem.FILE_ALTERED
    longer = size != getattr(row, "size", size)
    return Problem.FILE_ALTERED if longer else None


def _messages(
    session: Session, chains: dict[str, Chain], incidents: list[UUID], names: dict[UUID, str]
) -> Iterator[Finding]:
    """What the outbox calls sent is in the log, and what the log calls sent is in the outbox."""
    whose = [OutboxMessage.incident_id.in_(incidents)]
    if SYSTEM_CHAIN in chains:
        whose.append(OutboxMessage.incident_id.is_(None))
    row = OutboxMessage.__table__.c
    query = select(as_stored(row.id), as_stored(row.incident_id)).where(
        OutboxMessage.outcome == OutboxOutcome.SENT, or_(*whose)
    )
    left = {name: dict(chain.sent) for name, chain in chains.items()}
    named = {str(key): name for key, name in names.items()}
    for key, incident in read_along(session, query):
        chain = named[str(incident)] if incident else SYSTEM_CHAIN
        if left[chain].pop(str(key), None) is None:
            yield Finding(Problem.MESSAGE_UNPROVEN, chain, key=str(key))
    for chain, sent in left.items():
        for message, seq in sent.items():
            yield Finding(Problem.MESSAGE_GONE, chain, key=message, params={"seq": seq})
