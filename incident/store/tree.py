"""One Merkle tree over all chains, and its signed checkpoints.

A leaf says how far one chain had come: its name, its last entry and that entry's hash, which covers all entries
before. A checkpoint adds a leaf for each chain that has moved since the last one; whatever one of them did not see, the
first one of the next day does, so that everything that stands in any chain comes below one root.
"""

import base64
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import and_, exists, func, select, update
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import SYSTEM
from incident.store import audit
from incident.store.models import AuditEntry, AuditHead, CheckpointRow, TreeLeaf
from incident.store.models.proof import content_of_leaf
from incident.store.proof.merkle import Growing
from incident.store.proof.note import Checkpoint, Signer

ANCHORED_AT_ONCE = (Tag.NOTICE_APPROVED, Tag.NOTICE_RELEASED, Tag.NOTICE_SUBMITTED, Tag.INCIDENT_CLOSED)
"""After these acts a checkpoint is made within a minute; everything else waits for the daily one."""

LEAVES_AT_ONCE = 1000
LONGEST_ACT = timedelta(days=1)
"""An act is written down with the moment at which it began, and may be seen only after a checkpoint of a later one."""


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
    moved = [head for head in _moved(session, before, now) if head[0] != audit.SYSTEM_CHAIN]
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


def _moved(session: Session, before: CheckpointRow | None, now: datetime) -> Iterable[tuple[str, int, str]]:
    """The ends of the chains that no leaf holds yet, in the order of their names.

    The first checkpoint of a day compares all chains with all leaves, which takes a second with 400,000. The others,
    for which an act waits, look only at chains with an act since the one before: what was written with an older moment
    comes with the first of the next day.
    """
    session.flush()
    known = and_(TreeLeaf.chain == AuditHead.chain, TreeLeaf.seq == AuditHead.seq)
    query = select(AuditHead.chain, AuditHead.seq, AuditHead.hash).outerjoin(TreeLeaf, known)
    if before is not None and before.made_at.date() == now.astimezone(UTC).date():
        recent = select(AuditEntry.chain).where(AuditEntry.at >= before.made_at - LONGEST_ACT)
        query = query.where(AuditHead.chain.in_(recent))
    rows = session.execute(query.where(TreeLeaf.number.is_(None)).order_by(AuditHead.chain))
    return [(chain, seq, digest) for chain, seq, digest in rows]


def unstamped(session: Session) -> CheckpointRow | None:
    """The newest checkpoint, unless an authority has stamped it; all earlier ones are beginnings of it."""
    row = newest(session)
    return row if row is not None and row.stamp is None else None


def keep_stamp(session: Session, size: int, answer: bytes, moment: datetime) -> None:
    """Keep the stamp of a checkpoint; of two workers the first one's stays."""
    unset = (CheckpointRow.size == size, CheckpointRow.stamp.is_(None))
    session.execute(update(CheckpointRow).where(*unset).values(stamp=answer, stamped_at=moment))


def stamp(session: Session) -> str:
    """The newest checkpoint as documents name it: size and root, in the notation of the checkpoint itself."""
    return named(newest(session))


def named(row: CheckpointRow | None) -> str:
    """A checkpoint as documents name it; empty where there is none."""
    return f"{row.size} {base64.b64encode(bytes.fromhex(row.root)).decode()}" if row is not None else ""


def is_due(session: Session) -> bool:
    """Whether an act that must be provable to others stands in no checkpoint yet, or there is no checkpoint at all.

    Asked twice a minute, so it looks back no further than an act can have lasted when the last checkpoint was made.
    """
    last = newest(session)
    if last is None:
        return session.scalars(select(AuditHead.chain).limit(1)).first() is not None
    covered = exists().where(TreeLeaf.chain == AuditEntry.chain, TreeLeaf.seq >= AuditEntry.seq)
    acts = AuditEntry.tag.in_([tag.value for tag in ANCHORED_AT_ONCE])
    recent = AuditEntry.at >= last.made_at - LONGEST_ACT
    return session.scalars(select(AuditEntry.chain).where(acts, recent, ~covered).limit(1)).first() is not None


def checkpoint_sizes(session: Session) -> list[int]:
    """The sizes of all checkpoints, newest first."""
    return list(session.scalars(select(CheckpointRow.size).order_by(CheckpointRow.size.desc())))


def leaves_of(session: Session, row: CheckpointRow) -> list[TreeLeaf]:
    """The leaves that were added for this checkpoint."""
    before = select(func.max(CheckpointRow.size)).where(CheckpointRow.size < row.size)
    start = session.scalars(before).one() or 0
    query = select(TreeLeaf).where(TreeLeaf.number >= start, TreeLeaf.number < row.size)
    return list(session.scalars(query.order_by(TreeLeaf.number)))


def leaf_contents(session: Session) -> Iterator[tuple[int, bytes]]:
    """The number of each leaf and the bytes that the tree is made of, in order, a part in memory at a time."""
    session.flush()
    query = select(TreeLeaf.number, TreeLeaf.chain, TreeLeaf.seq, TreeLeaf.hash).order_by(TreeLeaf.number)
    found = session.connection().execute(query, execution_options={"yield_per": LEAVES_AT_ONCE})
    for number, chain, seq, digest in found:
        yield number, content_of_leaf(chain, seq, digest)
