"""Grow the tree again from its leaves, and compare it with the log and with every checkpoint, kept here or outside."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from incident.store.models import AuditEntry, CheckpointRow, TreeLeaf
from incident.store.proof.merkle import Growing
from incident.store.proof.note import Checkpoint, NotACheckpoint, read_note
from incident.store.tree import leaf_contents
from incident.store.verify.findings import Finding, Problem
from incident.store.verify.outside import Outside


def verify_tree(
    session: Session, public: bytes, outside: Sequence[Outside], anchored: dict[int, int], findings: list[Finding]
) -> int:
    """Add to ``findings`` what does not fit; returns how many checkpoints there are.

    ``anchored`` are the checkpoints that the log speaks of: their sizes, and the entries.
    """
    kept = {row.size: row for row in session.scalars(select(CheckpointRow).order_by(CheckpointRow.size))}
    given = list(_given(outside, public, findings))
    roots = _roots(session, {*kept, *(checkpoint.size for checkpoint in given)}, findings)
    findings += _altered_leaves(session)
    for size, row in kept.items():
        findings += _kept(row, roots.get(size), public)
    for size, seq in anchored.items():
        if size not in kept:
            findings.append(Finding(Problem.CHECKPOINT_GONE, params={"size": size, "seq": seq}))
    for checkpoint in given:
        findings += _outside(checkpoint, roots.get(checkpoint.size))
    for one in outside:
        findings += _ends(session, one.leaves)
    return len(kept)


def _given(outside: Sequence[Outside], public: bytes, findings: list[Finding]) -> Iterator[Checkpoint]:
    for one in outside:
        try:
            yield read_note(one.note, public)
        except NotACheckpoint:
            findings.append(Finding(Problem.OUTSIDE_UNSIGNED, key=one.name))


def _roots(session: Session, sizes: set[int], findings: list[Finding]) -> dict[int, bytes]:
    """The roots of the tree at these sizes, as far as it reaches."""
    tree, found = Growing(), {}
    for number, content in leaf_contents(session):
        if number != tree.size:
            findings.append(Finding(Problem.LEAF_GONE, params={"number": tree.size}))
            break
        tree.add(content)
        if tree.size in sizes:
            found[tree.size] = tree.root()
    return found


def _altered_leaves(session: Session) -> Iterator[Finding]:
    same = and_(AuditEntry.chain == TreeLeaf.chain, AuditEntry.seq == TreeLeaf.seq)
    query = select(TreeLeaf.chain, TreeLeaf.seq, TreeLeaf.number).outerjoin(AuditEntry, same)
    for chain, seq, number in session.execute(
        query.where(or_(AuditEntry.hash.is_(None), AuditEntry.hash != TreeLeaf.hash))
    ):
        yield Finding(Problem.LEAF_ALTERED, chain, params={"seq": seq, "size": number + 1})


def _kept(row: CheckpointRow, root: bytes | None, public: bytes) -> Iterator[Finding]:
    try:
        checkpoint = read_note(row.note, public)
    except NotACheckpoint:
        yield Finding(Problem.CHECKPOINT_UNSIGNED, params={"size": row.size})
        return
    if (checkpoint.size, checkpoint.root, checkpoint.root.hex()) != (row.size, root, row.root):
        yield Finding(Problem.CHECKPOINT_ALTERED, params={"size": row.size})


def _outside(checkpoint: Checkpoint, root: bytes | None) -> Iterator[Finding]:
    params = {"size": checkpoint.size, "at": f"{checkpoint.made_at:%Y-%m-%d %H:%M} UTC"}
    if root is None:
        yield Finding(Problem.OUTSIDE_LONGER, params=params)
    elif root != checkpoint.root:
        yield Finding(Problem.OUTSIDE_OTHER, params=params)


def _ends(session: Session, leaves: Iterable[tuple[str, int, str]]) -> Iterator[Finding]:
    for chain, seq, digest in leaves:
        found = session.scalars(select(AuditEntry.hash).where(AuditEntry.chain == chain, AuditEntry.seq == seq)).first()
        if found != digest:
            yield Finding(Problem.OUTSIDE_ENTRY, chain, params={"seq": seq})
