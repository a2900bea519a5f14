"""Files come before the transaction that names them: a bucket may take a minute, and on SQLite all writers would wait.

What is put ahead is written down as going away first. The transaction that names it takes that back; where it never
comes, because it was refused or the process was killed, the sweep of files that nobody names (``removable`` of
``usecases.retention.erase``) takes the bytes away some minutes later. So an orphan is tolerable, and a name without its
bytes never happens.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from incident.domain.kernel.errors import Conflict
from incident.domain.uploads import Content
from incident.store.blobs import BlobStore, DamagedBlob
from incident.store.insert import insert_missing
from incident.store.models import BlobRemoval
from incident.store.places import Folder

REST: Final = timedelta(minutes=10)
"""A file goes so long after it was written down, so that nobody is naming the same bytes just then."""


class Shelf(BlobStore):
    """A store of which some files are at hand: they are put and read without asking its place."""

    def __init__(self, blobs: BlobStore, files: Iterable[Content]) -> None:
        super().__init__(blobs.place, blobs.keys)
        self.files = {sha256(content).hexdigest(): content for content in files}

    def put(self, content: Content) -> str:
        """The SHA-256, at once for a file that is at hand."""
        digest = sha256(content).hexdigest()
        return digest if digest in self.files else super().put(content)

    def parts(self, digest: str) -> Iterator[bytes]:
        """The bytes, at once of a file that is at hand."""
        content = self.files.get(digest)
        return super().parts(digest) if content is None else iter([content[:]])


def put_ahead(
    session: Session, blobs: BlobStore, files: Iterable[Content], now: datetime, lasts: timedelta = timedelta(0)
) -> Shelf:
    """Put the files in their place; gives the store for the use case that names them within ``lasts`` and some minutes.

    A file that was put before gets its time anew. One that is being erased just then is not at hand in the store:
    who names it is refused by :func:`claim_file`, or puts it when it is gone. Ends the transaction of the session, and
    leaves it without one. Raises OSError.
    """
    shelf = Shelf(blobs, files)
    session.rollback()
    for digest in list(shelf.files):
        if not _goes_later(session, digest, now, now + lasts):
            del shelf.files[digest]
    session.commit()
    for content in shelf.files.values():
        blobs.put(content)
    return shelf


def _goes_later(session: Session, digest: str, now: datetime, since: datetime) -> bool:
    """Write down when a file goes, unless it is named by then; False where it may be going already."""
    if insert_missing(session, BlobRemoval, sha256=digest, since=since):
        return True
    row = session.get(BlobRemoval, digest, with_for_update=True, populate_existing=True)
    if row is None or _is_going(row, now):
        return False
    row.since = max(row.since, since)
    return True


def _is_going(row: BlobRemoval, now: datetime) -> bool:
    return now - row.since >= REST / 2


class _Read(BlobStore):
    """A store of which some files were read through just now: nobody waits until they are read again."""

    def __init__(self, blobs: BlobStore, digests: Iterable[str]) -> None:
        super().__init__(blobs.place, blobs.keys)
        self._sizes = {digest: blobs.size(digest) for digest in digests}

    def size(self, digest: str) -> int:
        """The size, at once of a file that was read."""
        return self._sizes[digest] if digest in self._sizes else super().size(digest)


def read_ahead(session: Session, blobs: BlobStore, digests: Iterable[str]) -> BlobStore:
    """Read the files through; gives the store for the use case that asks whether they are whole.

    Ends the transaction of the session, and leaves it without one. Raises DamagedBlob, OSError.
    """
    wanted = list(digests)
    session.rollback()
    return _Read(blobs, wanted)


class _Near(BlobStore):
    """A store with copies of some of its files nearby."""

    def __init__(self, blobs: BlobStore, copies: BlobStore) -> None:
        super().__init__(blobs.place, blobs.keys)
        self._copies, self._near = copies, set(copies.digests())

    def parts(self, digest: str) -> Iterator[bytes]:
        """The bytes of the copy, else from afar."""
        return self._copies.parts(digest) if digest in self._near else super().parts(digest)


def bring_near(blobs: BlobStore, digests: Iterable[str], folder: Path) -> BlobStore:
    """The store with these files copied into the folder, where they are too many for the memory.

    Files that lie in a folder already are near. What is damaged is left out, and is told when it is read. Raises
    OSError.
    """
    if isinstance(blobs.place, Folder):
        return blobs
    copies = BlobStore(Folder(folder), blobs.keys)
    for digest in digests:
        with suppress(DamagedBlob):
            copies.take(digest, blobs.parts(digest))
    return _Near(blobs, copies)


def claim_file(session: Session, digest: str, now: datetime) -> None:
    """Say in this transaction that a row names the file. Raises Conflict where it may be going already."""
    row = session.get(BlobRemoval, digest, with_for_update=True, populate_existing=True)
    if row is None:
        return
    if _is_going(row, now):
        raise being_erased()
    session.delete(row)


def being_erased() -> Conflict:
    """The refusal of a file whose bytes may be going away just then."""
    return Conflict("The same file is just being erased. Try again in a quarter of an hour.", field="file")
