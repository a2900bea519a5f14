"""What proves the record to others: the leaves of the one tree over all chains, its checkpoints, the sealed secrets."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from incident.store.db import Base
from incident.store.models.columns import Sha256, bytewise


class TreeLeaf(Base):
    """How far one chain had come when a checkpoint was made: entry ``seq`` was its last, with this hash."""

    __tablename__ = "tree_leaf"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chain: Mapped[str] = mapped_column(bytewise(60))
    seq: Mapped[int]
    hash: Mapped[Sha256]

    @property
    def content(self) -> bytes:
        """The bytes that the tree is made of."""
        return content_of_leaf(self.chain, self.seq, self.hash)


def content_of_leaf(chain: str, seq: int, digest: str) -> bytes:
    """The same of a leaf that was read as columns."""
    return f"{chain}\n{seq}\n{digest}\n".encode()


class CheckpointRow(Base):
    """A signed checkpoint: ``size`` leaves have the root that the note names. ``peaks`` let the tree grow on.

    ``stamp`` is the answer of a time-stamp authority (RFC 3161), and ``stamped_at`` the moment in it.
    """

    __tablename__ = "checkpoint"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    made_at: Mapped[datetime]
    root: Mapped[str] = mapped_column(String(64))
    note: Mapped[str]
    peaks: Mapped[list[Any]]
    stamp: Mapped[bytes | None] = mapped_column(LargeBinary)
    stamped_at: Mapped[datetime | None]


class KeptSecret(Base):
    """A secret that the installation made and keeps, sealed under its encryption key.

    Besides those of the installation itself there is one for each subscription to events, as long as that lasts
    (``subscription:<key>``). None of them has to be given from outside, and all survive a change of ``SECRET_KEY`` and
    of ``ENCRYPTION_KEY``.
    """

    __tablename__ = "kept_secret"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
