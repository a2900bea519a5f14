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

CHUNK: Final = 1024 * 1024
"""How much of a part is in memory at once, in bytes."""

MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
GUIDE: Final = "VERIFY.txt"
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
        put(Part(GUIDE, _guide(head).encode()))
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


def _guide(head: DossierHead) -> str:
    return f"""Dossier {head.reference} of {head.organisation}
Made at {head.made_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC

How to check that nothing in this dossier was changed
=====================================================

1. Unpack the whole archive into an empty folder and open a terminal there.
2. No file was changed. Every line must say OK:
       $ sha256sum -c {SUMS}
   (macOS: shasum -a 256 -c {SUMS}; Windows: Get-FileHash -Algorithm SHA256 FILE, compare with the line in {SUMS}.)
3. Log, record, files, submissions and checkpoint fit each other. With Python 3.10 or newer:
       $ python3 proof/verify.py
4. The log is the one of which a signed checkpoint left the house before. Save a checkpoint that came by the daily mail
   in a file, here the one that lies in the dossier itself:
       $ python3 proof/verify.py --checkpoint proof/checkpoint.txt
5. {MANIFEST} says what each file is, and proof/FORMAT.md how everything is proved, so that you need not trust us.
   The names and contents of the files are covered; the dates that an archive gives to files are not.

Zo controleert u dat er niets aan dit dossier is veranderd
===========================================================

1. Pak het hele archief uit in een lege map en open daar een opdrachtvenster.
2. Stap 2 hierboven: geen bestand is veranderd. Op elke regel moet OK staan.
3. Stap 3: logboek, gegevens, bestanden, verzendingen en controlepunt passen bij elkaar.
4. Stap 4: het logboek is het logboek waarvan eerder een ondertekend controlepunt naar buiten is gegaan. Bewaar een
   controlepunt uit de dagelijkse mail in een bestand en noem dat achter --checkpoint.
5. In {MANIFEST} staat wat elk bestand is, en in proof/FORMAT.md (Engels) hoe alles is bewezen, zodat u ons niet hoeft
   te vertrouwen. Namen en inhoud van de bestanden zijn beschermd; de datums die een archief aan bestanden geeft niet.
"""
