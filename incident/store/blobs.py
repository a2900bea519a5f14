"""Files, kept once under their SHA-256 and checked again at every reading."""

import os
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

DIGEST_CHARACTERS = 64


class DamagedBlob(Exception):
    """A kept file is missing or no longer has the hash under which it was kept."""

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


class BlobStore(Protocol):
    """Keeps bytes under their SHA-256."""

    def put(self, content: bytes) -> str:
        """Keep the bytes durably and return their SHA-256 in hexadecimal."""
        ...

    def get(self, digest: str) -> bytes:
        """The bytes; raises DamagedBlob when they are gone or altered."""
        ...

    def digests(self) -> Iterator[str]:
        """The SHA-256 of everything that is kept, in order."""
        ...


class FolderBlobs:
    """Blobs in a folder: ``ab/abcdef…``; written aside and renamed, so that a crash leaves no half file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest

    def put(self, content: bytes) -> str:
        """Keep the bytes durably and return their SHA-256."""
        digest = sha256(content).hexdigest()
        path = self._path(digest)
        if path.exists() and sha256(path.read_bytes()).hexdigest() == digest:
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).replace(path)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes, re-hashed; raises DamagedBlob when they are gone or altered."""
        try:
            content = self._path(digest).read_bytes()
        except OSError as error:
            raise DamagedBlob(f"the file {digest} is missing", missing=True) from error
        if sha256(content).hexdigest() != digest:
            raise DamagedBlob(f"the file {digest} was altered")
        return content

    def digests(self) -> Iterator[str]:
        """The names of the files; what a crash has left beside them has shorter ones."""
        yield from sorted(path.name for path in self.folder.glob("??/*") if len(path.name) == DIGEST_CHARACTERS)


def blobs_at(url: str) -> BlobStore:
    """The store a ``BLOB_URL`` names: ``file:///folder``. Raises ValueError for any other kind."""
    parts = urlsplit(url)
    if parts.scheme not in ("", "file"):
        raise ValueError(f"BLOB_URL: files can be kept in a folder (file:///…), not at {parts.scheme}://")
    return FolderBlobs(Path(unquote(parts.path)))
