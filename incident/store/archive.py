"""The format of a back-up: one file, sealed as a stream, that holds a tar archive and ends with its manifest.

It is a sealed stream (:mod:`incident.store.stream`) whose first line is ``meldklok backup 1``.

Inside lies a gzipped tar: ``database/<table>/<part>.jsonl``, ``files/<sha256>`` and at last ``manifest.json``, which
names every entry with its SHA-256. No key of the installation is in it: keys are kept apart.
"""

import io
import os
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Protocol

from pydantic import BaseModel, ValidationError

from incident.domain.kernel.errors import DomainError
from incident.store.sealing import CannotOpen
from incident.store.stream import CHUNK, Flow, KeyGone, NotSealed, Sealing, opened

MAGIC = b"meldklok backup 1\n"
BOUND = b"meldklok backup"
MANIFEST = "manifest.json"
Alive = Callable[[bytes], object]
"""Hears of each part that is written or read, so that somebody knows that it goes on."""


def unheard(_part: bytes) -> None:
    """Nobody waits for a sign of life."""


class BadArchive(DomainError):
    """The file is no whole back-up that the keys of this installation open."""


class Manifest(BaseModel, extra="forbid"):
    """What an archive holds. ``rows`` counts by table; ``damaged`` names files that were lost before it was made."""

    program: str
    revision: str
    taken_at: str
    database: str
    rows: dict[str, int]
    damaged: list[str]
    checkpoint: str | None
    entries: dict[str, str]


class Writer(Protocol):
    """Takes the entries of an archive, one after the other."""

    entries: dict[str, str]

    def add(self, name: str, content: bytes) -> None:
        """Put one entry into the archive."""
        ...

    def pour(self, name: str, parts: Iterable[bytes], size: int) -> None:
        """Put one entry into the archive that comes in parts, of this size together."""
        ...


class _Tar:
    def __init__(self, tar: tarfile.TarFile, alive: Alive) -> None:
        self._tar, self._alive = tar, alive
        self.entries: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        self.pour(name, [content], len(content))

    def pour(self, name: str, parts: Iterable[bytes], size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        digest = sha256()
        self._tar.addfile(info, Flow(_told(parts, digest.update, self._alive)))
        self.entries[name] = digest.hexdigest()


def _told(parts: Iterable[bytes], *listeners: Callable[[bytes], object]) -> Iterator[bytes]:
    for part in parts:
        for listener in listeners:
            listener(part)
        yield part


@contextmanager
def writing(path: Path, key: bytes, alive: Alive = unheard) -> Iterator[Writer]:
    """Write an archive that gets its name only when it is whole and on the disk; whoever is killed leaves a draft."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            sealing = _Sealed(file, key)
            with tarfile.open(fileobj=sealing, mode="w|gz") as tar:
                yield _Tar(tar, alive)
            sealing.finish()
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def check(path: Path, keys: Sequence[bytes], alive: Alive = unheard) -> Manifest:
    """Read the whole archive and compare it with its manifest. Raises BadArchive with one sentence, and OSError."""
    found: dict[str, str] = {}
    told = b""
    for name, parts in entries(path, keys):
        digest = sha256()
        if name == MANIFEST:
            told = b"".join(parts)
        else:
            for _part in _told(parts, digest.update, alive):
                pass
            found[name] = digest.hexdigest()
    try:
        manifest = Manifest.model_validate_json(told)
    except ValidationError as problem:
        raise BadArchive(f"The back-up {path} has no manifest that this program reads.") from problem
    if manifest.entries != found:
        raise BadArchive(f"The back-up {path} does not hold what its manifest names.")
    return manifest


def entries(path: Path, keys: Sequence[bytes]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The entries in their order, the manifest last; the parts of one are read before the next one is asked for.

    Raises BadArchive where the file is cut off or was altered.
    """
    with path.open("rb") as file:
        opening = Flow(_opened(file, path, keys))
        try:
            with tarfile.open(fileobj=opening, mode="r|gz") as tar:
                for member in tar:
                    inside = tar.extractfile(member)
                    yield member.name, iter(partial(inside.read, CHUNK), b"") if inside else iter(())
        except (tarfile.TarError, EOFError) as problem:
            raise BadArchive(f"The back-up {path} was altered or is cut off.") from problem
        while opening.read(CHUNK):
            pass


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class _Sealed(io.RawIOBase):
    """Takes what is written to it into a file, sealed."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        self._file, self._sealing = file, Sealing(key, MAGIC, BOUND)
        file.write(self._sealing.header)

    def write(self, content: Any) -> int:
        self._file.writelines(self._sealing.feed(content))
        return len(content)

    def finish(self) -> None:
        self._file.write(self._sealing.finish())


def _opened(file: IO[bytes], path: Path, keys: Sequence[bytes]) -> Iterator[bytes]:
    try:
        yield from opened(iter(lambda: file.read(CHUNK), b""), keys, MAGIC, BOUND)
    except NotSealed as problem:
        raise BadArchive(f"{path} is no back-up of Meldklok that this program reads.") from problem
    except KeyGone as problem:
        raise BadArchive(
            f"The back-up {path} was made with another encryption key: put that key into ENCRYPTION_KEY or into "
            "DATA_DIR/encryption_key."
        ) from problem
    except CannotOpen as problem:
        raise BadArchive(f"The back-up {path} was altered or is cut off.") from problem
