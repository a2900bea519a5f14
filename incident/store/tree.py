"""One Merkle tree over all chains, and its signed checkpoints.

A leaf says how far one chain had come: its name, its last entry and that entry's hash, which covers all entries
before. A checkpoint adds a leaf for each chain that has moved since the last one, so that everything that stands in any
chain is below one root.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM
from incident.store import audit
from incident.store.models import AuditHead, CheckpointRow, TreeLeaf
from incident.store.proof.merkle import Growing
from incident.store.proof.note import Checkpoint, Signer


def newest(session: Session) -> CheckpointRow | None:
    """The last checkpoint that was made, or None."""
    return session.scalars(select(CheckpointRow).order_by(CheckpointRow.size.desc()).limit(1)).first()


def make_checkpoint(session: Session, signer: Signer, now: datetime) -> CheckpointRow:
    """Add what has moved since the last checkpoint to the tree and sign its root.

    The system's chain is locked, so that two checkpoints at once follow each other; it says how many leaves there are,
    and is the last of the new leaves itself.
    """
    audit.lock(session, audit.SYSTEM_CHAIN)
    before = newest(session)
    tree = Growing(before.size, [bytes.fromhex(peak) for peak in before.peaks]) if before else Growing()
    moved = [head for head in _moved(session) if head[0] != audit.SYSTEM_CHAIN]
    size = tree.size + len(moved) + 1
    entry = audit.append(session, audit.SYSTEM_CHAIN, Tag.CHAIN_ANCHORED, SYSTEM.key, now, checkpoint=size)
    for chain, seq, digest in [*moved, (entry.chain, entry.seq, entry.hash)]:
        leaf = TreeLeaf(number=tree.size, chain=chain, seq=seq, hash=digest)
        tree.add(leaf.content)
        session.add(leaf)
    made = Checkpoint(signer.origin, size, tree.root(), now)
    row = CheckpointRow(
        size=size, made_at=now, root=made.root.hex(), note=signer.sign(made), peaks=[peak.hex() for peak in tree.peaks]
    )
    session.add(row)
    session.flush()
    return row


def _moved(session: Session) -> Iterable[tuple[str, int, str]]:
    """The ends of all chains that no leaf holds yet, in the order of their names."""
    session.flush()
    known = and_(TreeLeaf.chain == AuditHead.chain, TreeLeaf.seq == AuditHead.seq)
    query = select(AuditHead.chain, AuditHead.seq, AuditHead.hash).outerjoin(TreeLeaf, known)
    rows = session.execute(query.where(TreeLeaf.number.is_(None)).order_by(AuditHead.chain))
    return [(chain, seq, digest) for chain, seq, digest in rows]


def checkpoint_of(session: Session, chain: str) -> CheckpointRow | None:
    """The newest checkpoint that holds something of this chain, or None."""
    number = select(func.max(TreeLeaf.number)).where(TreeLeaf.chain == chain).scalar_subquery()
    query = select(CheckpointRow).where(CheckpointRow.size > number).order_by(CheckpointRow.size.desc()).limit(1)
    return session.scalars(query).first()


def leaves(session: Session, start: int = 0, end: int | None = None) -> list[TreeLeaf]:
    """The leaves from ``start`` to before ``end``."""
    query = select(TreeLeaf).where(TreeLeaf.number >= start).order_by(TreeLeaf.number)
    return list(session.scalars(query if end is None else query.where(TreeLeaf.number < end)))
