"""Files, kept once under their SHA-256 and checked again at every reading."""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from incident.store.places import Place, place_at

DIGEST_CHARACTERS = 64


class DamagedBlob(Exception):
    """A kept file is missing or no longer has the hash under which it was kept."""

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


class BlobStore:
    """Keeps bytes under their SHA-256, as ``ab/abcdef…`` in a place."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def put(self, content: bytes) -> str:
        """Keep the bytes durably and return their SHA-256 in hexadecimal. Raises OSError."""
        digest = sha256(content).hexdigest()
        try:
            self.get(digest)
        except DamagedBlob:
            self.place.write(_name(digest), content)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes, re-hashed; raises DamagedBlob when they are gone or altered, and OSError where nobody can tell."""
        try:
            content = self.place.read(_name(digest))
        except FileNotFoundError as error:
            raise DamagedBlob(f"the file {digest} is missing", missing=True) from error
        if sha256(content).hexdigest() != digest:
            raise DamagedBlob(f"the file {digest} was altered")
        return content

    def remove(self, digest: str) -> None:
        """Take the file away for good."""
        self.place.remove(_name(digest))

    def digests(self) -> Iterator[str]:
        """The SHA-256 of everything that is kept, in order."""
        for name in self.place.names():
            folder, _, digest = name.rpartition("/")
            if len(digest) == DIGEST_CHARACTERS and folder == digest[:2]:
                yield digest


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def blobs_at(url: str, access: Mapping[str, str] | None = None) -> BlobStore:
    """The store that a ``BLOB_URL`` names: a folder or a bucket. Raises ValueError for any other kind."""
    return BlobStore(place_at(url, access))


@dataclass(frozen=True, slots=True)
class Moved:
    """The SHA-256 of the files that were read back where they came to, of those that are damaged, and of those that
    came in while the others were copied and stayed behind."""

    arrived: tuple[str, ...]
    damaged: tuple[str, ...]
    late: tuple[str, ...]


def move(origin: BlobStore, target: BlobStore) -> Moved:
    """Copy every file and read each back from where it came to. The origin stays as it is.

    What is there already is only read: whoever is killed begins again. Raises SamePlace, OSError.
    """
    if _is_same(origin.place, target.place):
        raise SamePlace
    damaged = []
    found = list(origin.digests())
    for digest in found:
        try:
            target.put(origin.get(digest))
            target.get(digest)
        except DamagedBlob:
            damaged.append(digest)
    late = sorted(set(origin.digests()) - set(found))
    return Moved(tuple(one for one in found if one not in damaged), tuple(damaged), tuple(late))


class SamePlace(Exception):
    """Two addresses lead to the same files: taking the originals away would take the copies away."""


def _is_same(one: Place, other: Place) -> bool:
    """Asked of the places themselves: links, gateways and spellings give one place many addresses."""
    name = _name(secrets.token_hex(DIGEST_CHARACTERS // 4))
    other.write(name, name.encode())
    try:
        return one.has(name)
    finally:
        other.remove(name)
