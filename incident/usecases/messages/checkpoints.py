"""A checkpoint that is made is handed at once to every system that subscribed to it, so that it is kept outside."""

from datetime import datetime

from sqlalchemy.orm import Session

from incident.domain.subscriptions import EventKind
from incident.store.models import CheckpointRow, TreeLeaf
from incident.store.proof.note import Signer
from incident.store.tree import make_checkpoint
from incident.usecases.common.announce import Happened, announce


def new_checkpoint(session: Session, signer: Signer, now: datetime) -> CheckpointRow:
    """Make a checkpoint and queue its signed note for whoever hears of checkpoints; nothing in it is personal data."""
    row = make_checkpoint(session, signer, now)
    # The last leaf is the system's entry that says how large the checkpoint is.
    entry = session.get_one(TreeLeaf, row.size - 1)
    announce(session, [Happened(None, EventKind.CHECKPOINT, entry.seq, now, {"size": row.size, "note": row.note})])
    return row
