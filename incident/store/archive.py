"""The format of a back-up: one file, sealed as a stream, that holds a tar archive and ends with its manifest.

First line: ``meldklok backup 1``. Second line: JSON with the number of the key and a salt. Then chunks of one MiB, each
sealed with AES-256-GCM under a key that HKDF-SHA256 derives from the installation's encryption key and the salt. The
nonce of a chunk is its number (eleven bytes, big-endian) and one byte that is 1 for the last chunk only, and both lines
are authenticated with every chunk: chunks cannot be dropped, moved, cut off or taken from another archive.

Inside lies a gzipped tar: ``database/<table>/<part>.jsonl``, ``files/<sha256>`` and at last ``manifest.json``, which
names every entry with its SHA-256. No key of the installation is in it: keys are kept apart.
"""

import io
import json
import os
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, ValidationError

from incident.domain.kernel.errors import DomainError
from incident.store.sealing import key_id

MAGIC = b"meldklok backup 1\n"
MANIFEST = "manifest.json"
CHUNK, TAG, SALT = 1024 * 1024, 16, 32
LONGEST_HEADER = 1000


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


class _Tar:
    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.entries: dict[str, str] = {}

    def add(self, name: str, content: bytes) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        self._tar.addfile(info, io.BytesIO(content))
        self.entries[name] = sha256(content).hexdigest()


@contextmanager
def writing(path: Path, key: bytes) -> Iterator[Writer]:
    """Write an archive that gets its name only when it is whole and on the disk; whoever is killed leaves a draft."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            sealing = _Sealing(file, key)
            with tarfile.open(fileobj=sealing, mode="w|gz") as tar:
                yield _Tar(tar)
            sealing.finish()
            file.flush()
            os.fsync(file.fileno())
        draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def check(path: Path, keys: Sequence[bytes]) -> Manifest:
    """Read the whole archive and compare it with its manifest. Raises BadArchive with one sentence, and OSError."""
    found: dict[str, str] = {}
    told = b""
    for name, content in entries(path, keys):
        if name == MANIFEST:
            told = content
        else:
            found[name] = sha256(content).hexdigest()
    try:
        manifest = Manifest.model_validate_json(told)
    except ValidationError as problem:
        raise BadArchive(f"The back-up {path} has no manifest that this program reads.") from problem
    if manifest.entries != found:
        raise BadArchive(f"The back-up {path} does not hold what its manifest names.")
    return manifest


def entries(path: Path, keys: Sequence[bytes]) -> Iterator[tuple[str, bytes]]:
    """The entries in their order, the manifest last. Raises BadArchive where the file is cut off or was altered."""
    with path.open("rb") as file:
        opening = _Opening(file, path, keys)
        try:
            with tarfile.open(fileobj=opening, mode="r|gz") as tar:
                for member in tar:
                    inside = tar.extractfile(member)
                    yield member.name, inside.read() if inside else b""
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


def _derived(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"meldklok backup").derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class _Sealing(io.RawIOBase):
    """Seals what is written to it, chunk by chunk."""

    def __init__(self, file: IO[bytes], key: bytes) -> None:
        salt = os.urandom(SALT)
        self._header = MAGIC + json.dumps({"key": key_id(key).hex(), "salt": salt.hex()}).encode() + b"\n"
        self._file, self._key = file, _derived(key, salt)
        self._waiting = bytearray()
        self._number = 0
        file.write(self._header)

    def write(self, content: Any) -> int:
        self._waiting += content
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(content)

    def finish(self) -> None:
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        self._file.write(self._key.encrypt(_nonce(self._number, last), plain, self._header))
        self._number += 1


class _Opening(io.RawIOBase):
    """Opens what it reads, chunk by chunk; nothing is given out that was not authenticated."""

    def __init__(self, file: IO[bytes], path: Path, keys: Sequence[bytes]) -> None:
        self._file, self._path = file, path
        self._header = file.readline(LONGEST_HEADER) + file.readline(LONGEST_HEADER)
        self._key = self._found(keys)
        self._open = b""
        self._next = file.read(CHUNK + TAG)
        self._number = 0

    def _found(self, keys: Sequence[bytes]) -> AESGCM:
        try:
            told = json.loads(self._header.removeprefix(MAGIC))
            number, salt = bytes.fromhex(told["key"]), bytes.fromhex(told["salt"])
        except (ValueError, LookupError, TypeError) as problem:
            raise BadArchive(f"{self._path} is no back-up of Meldklok that this program reads.") from problem
        fitting = [key for key in keys if key_id(key) == number]
        if not self._header.startswith(MAGIC) or not fitting:
            raise BadArchive(
                f"The back-up {self._path} was made with another encryption key: put that key into ENCRYPTION_KEY or "
                "into DATA_DIR/encryption_key."
            )
        return _derived(fitting[0], salt)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while len(self._open) < size and self._next:
            sealed, self._next = self._next, self._file.read(CHUNK + TAG)
            try:
                self._open += self._key.decrypt(_nonce(self._number, not self._next), sealed, self._header)
            except InvalidTag as problem:
                raise BadArchive(f"The back-up {self._path} was altered or is cut off.") from problem
            self._number += 1
        given, self._open = self._open[:size], self._open[size:]
        return given
