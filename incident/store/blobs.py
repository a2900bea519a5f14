"""Files, kept once under their SHA-256, sealed, and checked again at every reading.

A file lies as a sealed stream (:mod:`incident.store.stream`) that is bound to its hash; nothing here holds a large one
in memory. What was kept before files were sealed is read as it is until ``meldklok keys rotate`` seals it.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain

from incident.domain.uploads import Content
from incident.store.places import Place, place_at
from incident.store.sealing import CannotOpen, key_id
from incident.store.stream import CHUNK, KeyGone, NotSealed, number_of_key, opened, sealed

DIGEST_CHARACTERS = 64
KIND = b"meldklok file 1\n"


class DamagedBlob(Exception):
    """A kept file is missing or no longer has the hash under which it was kept."""

    def __init__(self, message: str, *, missing: bool = False) -> None:
        super().__init__(message)
        self.missing = missing


class LockedBlob(DamagedBlob):
    """A kept file was sealed with a key that this installation does not have."""


class BlobStore:
    """Keeps bytes under their SHA-256, as ``ab/abcdef…`` in a place. The first key seals; all keys open."""

    def __init__(self, place: Place, keys: Sequence[bytes]) -> None:
        self.place = place
        self.keys = keys

    def put(self, content: Content) -> str:
        """Keep the bytes durably and return their SHA-256 in hexadecimal. Raises OSError."""
        digest = sha256(content).hexdigest()
        self.take(digest, (content[start : start + CHUNK] for start in range(0, len(content), CHUNK)))
        return digest

    def take(self, digest: str, parts: Iterable[bytes]) -> None:
        """Keep durably, under its SHA-256, what comes in parts. Raises DamagedBlob where they do not fit, and OSError.

        What is there whole stays as it is, and no part is asked for.
        """
        try:
            self.size(digest)
        except DamagedBlob:
            self._write(digest, parts)

    def _write(self, digest: str, parts: Iterable[bytes]) -> None:
        stream = sealed(_fitting(digest, parts), self.keys[0], KIND, _bound(digest))
        self.place.pour(_name(digest), stream)

    def get(self, digest: str) -> bytes:
        """The bytes, all of them in memory; raises as :meth:`parts` does."""
        return b"".join(self.parts(digest))

    def parts(self, digest: str) -> Iterator[bytes]:
        """The bytes in parts. Each was authenticated; after the last one, all of them have the hash.

        Raises DamagedBlob where they are gone, altered or sealed with another key, and OSError where nobody can tell.
        """
        try:
            yield from _fitting(digest, self._plain(digest))
        except FileNotFoundError as error:
            raise DamagedBlob(f"the file {digest} is missing", missing=True) from error
        except KeyGone as error:
            raise LockedBlob(f"the file {digest} was sealed with a key that is gone") from error
        except CannotOpen as error:
            raise DamagedBlob(f"the file {digest} was altered") from error

    def _plain(self, digest: str) -> Iterator[bytes]:
        stream = self.place.flow(_name(digest))
        beginning = next(stream, b"")
        stream = chain([beginning], stream)
        return opened(stream, self.keys, KIND, _bound(digest)) if beginning.startswith(KIND) else stream

    def size(self, digest: str) -> int:
        """How many bytes there are, all of them read and checked; raises as :meth:`parts` does."""
        return sum(map(len, self.parts(digest)))

    def is_current(self, digest: str) -> bool:
        """Whether the file is there, and sealed with the first key. Raises OSError where nobody can tell."""
        return self._key_number(digest) == key_id(self.keys[0])

    def is_sealed(self, digest: str) -> bool:
        """Whether the file is there, and not as it was kept before files were sealed."""
        return self._key_number(digest) is not None

    def _key_number(self, digest: str) -> bytes | None:
        try:
            return number_of_key(next(self.place.flow(_name(digest)), b""), KIND)
        except (FileNotFoundError, NotSealed):
            return None

    def seal_anew(self, digest: str) -> None:
        """Seal the file with the first key, in its place, unless it is; whoever is killed leaves it as it was.

        Raises as :meth:`parts` does.
        """
        if not self.is_current(digest):
            self._write(digest, self.parts(digest))

    def remove(self, digest: str) -> None:
        """Take the file away for good."""
        self.place.remove(_name(digest))

    def digests(self) -> Iterator[str]:
        """The SHA-256 of everything that is kept, in order."""
        for name in self.place.names():
            folder, _, digest = name.rpartition("/")
            if len(digest) == DIGEST_CHARACTERS and folder == digest[:2]:
                yield digest


def _fitting(digest: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts; at their end raises DamagedBlob where they have another hash."""
    found = sha256()
    for part in parts:
        found.update(part)
        yield part
    if found.hexdigest() != digest:
        raise DamagedBlob(f"the file {digest} was altered")


def _bound(digest: str) -> bytes:
    return f"meldklok file {digest}".encode()


def _name(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def blobs_at(url: str, keys: Sequence[bytes], access: Mapping[str, str] | None = None) -> BlobStore:
    """The store that a ``BLOB_URL`` names: a folder or a bucket. Raises ValueError for any other kind."""
    return BlobStore(place_at(url, access), keys)


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
            target.take(digest, origin.parts(digest))
            target.size(digest)
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
