"""Where files lie: a folder of this machine, or a bucket of any service that speaks S3."""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from obstore.store import S3Store

BUCKET: Final = "s3"
READ_ONLY: Final = 0o444
PART: Final = 1024 * 1024
PIECE: Final = 8 * 1024 * 1024
"""What a bucket takes at once: services want pieces of at least five MiB."""
PATIENCE: Final = timedelta(seconds=15)
"""How long a bucket that does not answer is asked again, so that no page waits for minutes."""


class Away(OSError):
    """A bucket does not answer, or a folder takes no more; ``reason`` says why, without a secret."""

    def __init__(self, name: str, reason: str, kind: str = "bucket") -> None:
        super().__init__(f"The {kind} {name} cannot be used: {reason}.")
        self.reason = reason


class Place(Protocol):
    """Keeps whole files under names such as ``ab/abcdef``; whoever is killed leaves none half written."""

    def read(self, name: str) -> bytes:
        """The bytes. Raises FileNotFoundError where there are none, and OSError where nobody can tell."""
        ...

    def write(self, name: str, content: bytes, *, once: bool = False) -> None:
        """Keep the bytes durably. With ``once`` what has that name already stays as it is. Raises OSError."""
        ...

    def flow(self, name: str) -> Iterator[bytes]:
        """The bytes in parts of about one MiB, so that a large file needs no memory. Raises as ``read`` does."""
        ...

    def pour(self, name: str, parts: Iterable[bytes]) -> None:
        """Keep durably what comes in parts; where they break off, what has that name stays. Raises OSError."""
        ...

    def has(self, name: str) -> bool:
        """Whether there is a file of that name. Raises OSError where nobody can tell."""
        ...

    def remove(self, name: str) -> None:
        """Take the file away, where it is there. Raises OSError."""
        ...

    def names(self) -> Iterator[str]:
        """The names of all files, in order. Raises OSError."""
        ...


class Folder:
    """A folder; files are written aside and moved to their names."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, name: str) -> bytes:
        """The bytes of the file."""
        return (self.folder / name).read_bytes()

    def write(self, name: str, content: bytes, *, once: bool = False) -> None:
        """Write the file; ``once`` makes it one that can only be read. Raises Away where there is no room for it."""
        self._write(self.folder / name, [content], once)

    def flow(self, name: str) -> Iterator[bytes]:
        """The file, part by part."""
        with (self.folder / name).open("rb") as file:
            while part := file.read(PART):
                yield part

    def pour(self, name: str, parts: Iterable[bytes]) -> None:
        """Write the file, part by part. Raises Away where there is no room for it."""
        self._write(self.folder / name, parts, once=False)

    def _write(self, path: Path, parts: Iterable[bytes], once: bool) -> None:
        with _room(str(self.folder)):
            self._write_aside(path, parts, once)

    def _write_aside(self, path: Path, parts: Iterable[bytes], once: bool) -> None:
        if path.parent != self.folder:
            path.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".")
        draft = Path(aside)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())
            if once:
                draft.chmod(READ_ONLY)
                with suppress(FileExistsError):
                    os.link(draft, path)
            else:
                draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        """Whether the file is there."""
        return (self.folder / name).exists()

    def remove(self, name: str) -> None:
        """Delete the file."""
        (self.folder / name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """All files but drafts."""
        found = (path for path in self.folder.rglob("*") if path.is_file() and not path.name.startswith("."))
        yield from sorted(path.relative_to(self.folder).as_posix() for path in found)


class Bucket:
    """A bucket, or what begins with a prefix in it. Every upload carries its SHA-256, which the service compares."""

    def __init__(self, bucket: str, prefix: str, access: Mapping[str, str]) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._access = access

    @cached_property
    def _store(self) -> "S3Store":
        """Made at the first use: its threads do not survive the fork of a web process."""
        from obstore.store import S3Store

        config: Any = {**self._access, "checksum_algorithm": "SHA256"}
        return S3Store(
            self._bucket,
            prefix=self._prefix or None,
            config=config,
            client_options={"allow_http": self._access.get("endpoint", "").startswith("http://"), "timeout": "60s"},
            retry_config={"max_retries": 3, "retry_timeout": PATIENCE},
        )

    def read(self, name: str) -> bytes:
        """The bytes of the object."""
        with _telling(self._bucket):
            return bytes(self._store.get(name).bytes())

    def write(self, name: str, content: bytes, *, once: bool = False) -> None:
        """Put the object; ``once`` asks the service itself to refuse another one of that name (If-None-Match)."""
        from obstore.exceptions import AlreadyExistsError

        with _telling(self._bucket, absence_is_news=True), suppress(AlreadyExistsError):
            self._store.put(name, content, mode="create" if once else "overwrite", use_multipart=False)

    def flow(self, name: str) -> Iterator[bytes]:
        """The object, part by part."""
        with _telling(self._bucket):
            yield from map(bytes, self._store.get(name).stream(min_chunk_size=PART))

    def pour(self, name: str, parts: Iterable[bytes]) -> None:
        """Put the object from a file without a name; a large one goes up in pieces, and is there once all of them are.

        The library may not be asked for parts while it takes others, and of what breaks off here nothing goes up.
        """
        with tempfile.TemporaryFile() as aside:
            with _room(tempfile.gettempdir()):
                aside.writelines(parts)
                aside.flush()
            aside.seek(0)
            with _telling(self._bucket, absence_is_news=True):
                self._store.put(name, aside, chunk_size=PIECE, max_concurrency=2)

    def has(self, name: str) -> bool:
        """Whether there is such an object."""
        try:
            with _telling(self._bucket):
                self._store.head(name)
        except FileNotFoundError:
            return False
        return True

    def remove(self, name: str) -> None:
        """Delete the object; a service that keeps versions keeps the older ones by its own rules."""
        with _telling(self._bucket):
            self._store.delete(name)

    def names(self) -> Iterator[str]:
        """The names of all objects below the prefix."""
        with _telling(self._bucket, absence_is_news=True):
            found = [entry["path"] for part in self._store.list() for entry in part]
        yield from sorted(found)


@contextmanager
def _room(folder: str) -> Iterator[None]:
    """Turns what the disk refuses into one sentence."""
    try:
        yield
    except Away:
        raise
    except OSError as problem:
        raise Away(folder, problem.strerror or type(problem).__name__, "folder") from problem


@contextmanager
def _telling(bucket: str, *, absence_is_news: bool = False) -> Iterator[None]:
    """Turns the words of the library, which are many, into one sentence.

    That there is no such object may be an answer; where none is asked for, it is the bucket that is missing.
    """
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, FileNotFoundError) as problem:
        if isinstance(problem, FileNotFoundError) and not absence_is_news:
            raise
        raise Away(bucket, str(problem).strip().partition("\n")[0][:300].rstrip(".")) from problem


def place_at(url: str, access: Mapping[str, str] | None = None) -> Place:
    """The place that an address names: ``file:///folder`` or ``s3://bucket/prefix``.

    ``access`` is what a bucket needs: ``endpoint``, ``region``, ``access_key_id``, ``secret_access_key``; what is not
    given is found as the service's own tools find it. Raises ValueError for any other address.
    """
    parts = urlsplit(url)
    if parts.scheme == BUCKET and parts.netloc:
        return Bucket(parts.netloc, unquote(parts.path).strip("/"), access or {})
    if parts.scheme not in ("", "file") or not parts.path:
        raise ValueError(f"Files can be kept in a folder (file:///…) or in a bucket (s3://…), not at {url}.")
    return Folder(Path(unquote(parts.path)))
