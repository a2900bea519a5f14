"""GDPR art. 33(5): everything about one incident as one ZIP, so complete that an authority can verify compliance.

The archive is written part by part, never held in memory. ``manifest.json`` lists every part with size and SHA-256;
``SHA256SUMS`` says the same in the notation of ``sha256sum -c``; ``VERIFY.txt`` tells how to check it. The same parts
give the same bytes.
"""

import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import IO, Final
from zlib import compress

from incident.documents.verifier import GUIDE, guide

CHUNK: Final = 1024 * 1024
"""How much of a part is in memory at once, in bytes."""

MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
_SAMPLE: Final = 64 * 1024
_RESERVED: Final = frozenset({MANIFEST, SUMS, GUIDE})
Closing = Callable[[Sequence["Written"]], Iterable["Part"]]
"""What comes last, once all other parts and their hashes are known."""
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f<>:\"|?*\\]")


class PartChanged(Exception):
    """A part no longer has the hash the record names: the evidence was touched, and the export stops."""

    def __init__(self, name: str, expected: str, found: str) -> None:
        self.name, self.expected, self.found = name, expected, found
        super().__init__(f"{name}: expected SHA-256 {expected}, found {found}")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the dossier: bytes or a path, and the SHA-256 the record has for it (checked while writing)."""

    name: str
    content: bytes | Path
    sha256: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """One part as it stands in the archive."""

    name: str
    size: int
    sha256: str
    description: str


@dataclass(frozen=True, slots=True)
class DossierHead:
    """What the archive says about itself."""

    reference: str
    organisation: str
    made_at: datetime


def write_dossier(
    target: IO[bytes], parts: Iterable[Part], head: DossierHead, closing: Closing = lambda _written: ()
) -> tuple[Written, ...]:
    """Write the archive to ``target`` and return what it holds. Memory stays bounded whatever the size of the parts.

    ``closing`` gives the parts that speak of all others, the manifest and the guide included. Raises ``PartChanged``
    when a part differs from its recorded hash, ``ValueError`` for two parts of one name.
    """
    at = head.made_at.astimezone(UTC)
    written: dict[str, Written] = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:

        def put(part: Part) -> None:
            name = safe_name(part.name)
            if name in written:
                raise ValueError(f"two parts are called {name}")
            written[name] = _write(archive, name, part, at)

        for part in parts:
            if safe_name(part.name) in _RESERVED:
                raise ValueError(f"two parts are called {part.name}")
            put(part)
        found = tuple(written.values())
        put(Part(MANIFEST, _manifest(head, found).encode()))
        moment = f"{at:%Y-%m-%d %H:%M:%S}"
        put(Part(GUIDE, guide(reference=head.reference, organisation=head.organisation, moment=moment)))
        for part in closing(tuple(written.values())):
            put(part)
        archive.writestr(_entry(SUMS, at), _sums(written.values()))
    return found


def _write(archive: zipfile.ZipFile, name: str, part: Part, at: datetime) -> Written:
    digest, size = sha256(), 0
    chunks = _chunks(part.content)
    start = next(chunks, b"")
    with archive.open(_entry(name, at, _method(start)), "w", force_zip64=True) as stream:
        for chunk in chain((start,), chunks):
            digest.update(chunk)
            size += len(chunk)
            stream.write(chunk)
    found = digest.hexdigest()
    if part.sha256 and found != part.sha256.lower():
        raise PartChanged(name, part.sha256.lower(), found)
    return Written(name, size, found, part.description)


def _method(start: bytes) -> int:
    """Compress only what gets smaller: pictures, archives and encrypted evidence cost time and gain nothing."""
    sample = start[:_SAMPLE]
    return zipfile.ZIP_DEFLATED if len(compress(sample, 1)) < 0.9 * len(sample) else zipfile.ZIP_STORED


def _entry(name: str, at: datetime, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second))
    entry.compress_type = method
    entry.external_attr, entry.create_system = 0o644 << 16, 3
    return entry


def _chunks(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        view = memoryview(content)
        yield from (bytes(view[start : start + CHUNK]) for start in range(0, len(content), CHUNK))
        return
    with content.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            yield chunk


def safe_name(name: str) -> str:
    """``name`` as a path inside the archive: relative, without ``..``, drive letters or characters Windows refuses."""
    clean = _UNSAFE.sub("_", unicodedata.normalize("NFC", name.replace("\\", "/")))
    steps = [step.strip(" ").rstrip(".") for step in clean.split("/")]
    kept = [step for step in steps if step]
    if not kept:
        raise ValueError("a part needs a name")
    return "/".join(step[:120] if at < len(kept) - 1 else _short(step) for at, step in enumerate(kept))


def _short(name: str, limit: int = 160) -> str:
    """A long file name, cut so that its ending stays."""
    stem, dot, suffix = name.rpartition(".")
    if len(name) <= limit or not dot or len(suffix) > 10:
        return name[:limit]
    return f"{stem[: limit - len(suffix) - 1]}.{suffix}"


def _manifest(head: DossierHead, parts: tuple[Written, ...]) -> str:
    about = {
        "reference": head.reference,
        "organisation": head.organisation,
        "made_at": head.made_at.astimezone(UTC).isoformat(),
        "parts": [
            {"name": part.name, "size": part.size, "sha256": part.sha256, "description": part.description}
            for part in parts
        ],
    }
    return json.dumps(about, ensure_ascii=False, indent=2) + "\n"


def _sums(parts: Iterable[Written]) -> str:
    return "".join(f"{part.sha256}  {part.name}\n" for part in parts)
