"""A file that may be harmful: kept in an archive that nothing on its way opens, and called what it is.

Scanners of mails, browsers and machines look into what is not encrypted and delete what they find, a whole dossier
included. So the archive has a password, the one by which those who examine malware know such a file; it hides nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from tempfile import TemporaryFile
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.uploads import Content
from incident.store.blobs import BlobStore, DamagedBlob
from incident.store.insert import insert_missing
from incident.store.models import BlobRemoval, Evidence
from incident.store.shelf import claim_file, put_ahead
from incident.store.stream import CHUNK
from incident.usecases.common.access import find_incident, incident_for
from incident.usecases.common.record import record
from incident.usecases.response.attach_evidence import SIZE_LIMIT, AttachEvidence, bare, damaged

PASSWORD: Final = "infected"
KIND: Final = "application/zip"
_ROOM: Final = 200
"""So many characters of a name are kept, so that the endings fit; of those only what can be printed."""


@dataclass(frozen=True, slots=True)
class MarkHarmful:
    """That a file which lies in evidence may be harmful: it came by mail, by Slack or with a report."""

    actor: Actor
    incident: UUID | str
    evidence: UUID


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The archive with a file, and the SHA-256 of the file itself."""

    filename: str
    content: Content
    sha256: str


def as_harmful(command: AttachEvidence) -> AttachEvidence:
    """The same with the file in its archive. What is going to be refused, being empty or too large, stays as it is."""
    if not 0 < len(command.content) <= SIZE_LIMIT:
        return command
    wrapped = _wrapped(bare(command.filename), _parts(command.content))
    return replace(command, filename=wrapped.filename, content=wrapped.content, harmful_sha256=wrapped.sha256)


def wrap_ahead(
    command: MarkHarmful, *, session: Session, now: datetime, blobs: BlobStore
) -> tuple[Wrapped | None, BlobStore]:
    """The file in its archive and the store with it, before the transaction of :func:`mark_harmful`; None where it is
    marked already. Raises DomainError for a file that is missing or was altered, and OSError."""
    row = _row(command, session)
    if row.harmful_sha256 is not None:
        return None, blobs
    name, digest = row.filename, row.blob_sha256
    session.rollback()
    try:
        wrapped = _wrapped(name, blobs.parts(digest))
    except DamagedBlob as error:
        raise damaged() from error
    return wrapped, put_ahead(session, blobs, [wrapped.content], now)


def mark_harmful(
    command: MarkHarmful, wrapped: Wrapped | None, *, session: Session, now: datetime, blobs: BlobStore
) -> Evidence:
    """Let the archive stand where the file stood; the log has both hashes. What is marked already stays as it is.

    The bytes of the bare file go as those of an erased one do, unless another row names them. Raises NotFound,
    also where the archive is of another file.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    row = _row(command, session)
    if row.harmful_sha256 is not None:
        return row
    if wrapped is None or wrapped.sha256 != row.blob_sha256:
        raise NotFound("There is no such file.")
    kept = sha256(wrapped.content).hexdigest()
    claim_file(session, kept, now)
    insert_missing(session, BlobRemoval, sha256=row.blob_sha256, since=now)
    row.harmful_sha256, row.blob_sha256 = row.blob_sha256, blobs.put(wrapped.content)
    row.filename, row.media_type, row.size = wrapped.filename, KIND, len(wrapped.content)
    told = {"evidence": str(row.id), "sha256": row.harmful_sha256, "archive": kept}
    record(session, incident, Tag.EVIDENCE_HARMFUL, command.actor, now, **told)
    return row


def _row(command: MarkHarmful, session: Session) -> Evidence:
    incident = find_incident(session, command.incident, command.actor)
    require(command.actor, Permission.RECORD)
    row = session.get(Evidence, command.evidence, populate_existing=True)
    if row is None or row.incident_id != incident.id:
        raise NotFound("There is no such file.")
    return row


def _parts(content: Content) -> Iterable[bytes]:
    return (content[start : start + CHUNK] for start in range(0, len(content), CHUNK))


def _wrapped(filename: str, parts: Iterable[bytes]) -> Wrapped:
    """The archive, read back once: the bytes of the file are in it alone."""
    # Few processes ever need it.
    import pyzipper

    name, digest = "".join(filter(str.isprintable, filename))[:_ROOM] or "file", sha256()
    with TemporaryFile() as file:
        with pyzipper.AESZipFile(file, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
            archive.setpassword(PASSWORD.encode())
            with archive.open(f"{name}.bin", "w") as member:
                for part in parts:
                    digest.update(part)
                    member.write(part)
            archive.comment = _comment(digest.hexdigest()).encode()
        found = sha256()
        with pyzipper.AESZipFile(file) as archive, archive.open(f"{name}.bin", pwd=PASSWORD.encode()) as member:
            while part := member.read(CHUNK):
                found.update(part)
        if found.digest() != digest.digest():
            raise OSError("an archive was not written as it should be")
        return Wrapped(f"{name}.zip", mmap(file.fileno(), 0, access=ACCESS_READ), digest.hexdigest())


def _comment(digest: str) -> str:
    """What programs show before they ask for the password."""
    return (
        "The file in this archive may be harmful (malware). It was kept as evidence. Open it only on a machine that is "
        f"made for that. Password: {PASSWORD}. SHA-256 of the file: {digest}"
    )
