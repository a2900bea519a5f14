"""Take a file into evidence: kept under its SHA-256, never changed, re-checked at every reading."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import DomainError, Invalid, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.kernel.text import clean
from incident.domain.uploads import Content, media_type
from incident.store.blobs import BlobStore, DamagedBlob
from incident.store.models import Evidence, Incident, Submission
from incident.store.shelf import claim_file
from incident.usecases.common.access import find_incident, incident_for
from incident.usecases.common.limits import count_upload, refuse_upload
from incident.usecases.common.record import record

SIZE_LIMIT = 50 * 1024 * 1024
AGAIN: Final = timedelta(minutes=15)
"""Whoever chooses a file again within this time, and says the same of it, has not heard that it is kept."""


@dataclass(frozen=True, slots=True)
class AttachEvidence:
    """A file with the moment it is about; ``submission`` ties a confirmation to what it confirms.

    With ``own_report`` it comes with a report, and whoever made that may hand it in. ``harmful_sha256`` is there where
    the file is the archive of a harmful one (:func:`incident.usecases.response.harmful.as_harmful`).
    """

    actor: Actor
    incident: UUID | str
    filename: str
    content: Content
    description: str = ""
    effective_at: datetime | None = None
    submission: UUID | None = None
    slack_permalink: str | None = None
    own_report: bool = False
    harmful_sha256: str | None = None


def check_evidence(command: AttachEvidence, *, session: Session, now: datetime) -> None:
    """Refuse what :func:`attach_evidence` would refuse, before the bytes go to their place; only reads."""
    _may_attach(command, find_incident(session, command.incident, command.actor))
    named(command.filename, command.content)
    refuse_upload(session, command.actor.key, now=now)


def attach_evidence(command: AttachEvidence, *, session: Session, now: datetime, blobs: BlobStore) -> Evidence:
    """Keep the file, or give the one that is kept where it was chosen again because the answer was lost.

    Raises Invalid for an empty, too large or unaccepted one, TooMany for a flood of them.

    A bucket may be slow: put the bytes ahead (:mod:`incident.store.shelf`), so that no writer waits for it here.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.REPORT)
    _may_attach(command, incident)
    if (kept := _kept_just_now(command, incident, session, now)) is not None:
        return kept
    count_upload(session, command.actor.key, now=now)
    return keep(command, incident, session=session, now=now, blobs=blobs)


def _kept_just_now(command: AttachEvidence, incident: Incident, session: Session, now: datetime) -> Evidence | None:
    """The same file from the same person with the same words, some minutes ago: nobody heard the answer to that one."""
    if command.actor.id is None:
        return None
    digest = sha256(command.content).hexdigest()
    harmful = Evidence.harmful_sha256 == command.harmful_sha256
    plain = and_(Evidence.harmful_sha256.is_(None), Evidence.blob_sha256 == digest)
    same = (
        Evidence.incident_id == incident.id,
        Evidence.author_id == command.actor.id,
        Evidence.recorded_at > now - AGAIN,
        Evidence.filename == bare(command.filename),
        Evidence.description == command.description.strip(),
        Evidence.effective_at.is_not_distinct_from(command.effective_at),
        Evidence.submission_id.is_not_distinct_from(command.submission),
        plain if command.harmful_sha256 is None else harmful,
    )
    return session.scalars(select(Evidence).where(*same).limit(1)).first()


def _may_attach(command: AttachEvidence, incident: Incident) -> None:
    require(command.actor, Permission.REPORT)
    if not (command.own_report and _reported_by(incident, command.actor)):
        require(command.actor, Permission.RECORD)


def named(filename: str, content: Content) -> tuple[str, str]:
    """The name of the file and its kind. Raises Invalid for an empty, too large or unaccepted one."""
    name = clean(bare(filename), field="file", limit=255)
    if not name or not content:
        raise Invalid("Choose a file that is not empty.", field="file")
    if len(content) > SIZE_LIMIT:
        raise Invalid("This file is larger than 50 MB. Split it, or attach a smaller copy.", field="file")
    return name, media_type(name, content)


def bare(filename: str) -> str:
    """The name without the folders of whoever sent it."""
    return PurePosixPath(filename.replace("\\", "/")).name


def keep(command: AttachEvidence, incident: Incident, *, session: Session, now: datetime, blobs: BlobStore) -> Evidence:
    """Keep a file of somebody who may hand it in. Raises Invalid for an empty, too large or unaccepted one."""
    name, kind = named(command.filename, command.content)
    claim_file(session, sha256(command.content).hexdigest(), now)
    if command.submission is not None:
        _own_submission(session, incident.id, command.submission)
    row = Evidence(
        id=uuid4(),
        incident_id=incident.id,
        submission_id=command.submission,
        blob_sha256=blobs.put(command.content),
        filename=name,
        media_type=kind,
        size=len(command.content),
        description=clean(command.description, field="description"),
        effective_at=command.effective_at,
        slack_permalink=command.slack_permalink,
        harmful_sha256=command.harmful_sha256,
        author_id=command.actor.id,
        author_name=command.actor.name,
        recorded_at=now,
    )
    session.add(row)
    record(
        session,
        incident,
        Tag.EVIDENCE_ATTACHED,
        command.actor,
        now,
        evidence=str(row.id),
        sha256=row.blob_sha256,
        size=row.size,
    )
    return row


def _reported_by(incident: Incident, actor: Actor) -> bool:
    by_account = actor.id is not None and actor.id == incident.reporter_id
    return by_account or (actor.slack_id is not None and actor.slack_id == incident.reporter_slack_id)


def _own_submission(session: Session, incident_id: UUID, submission_id: UUID) -> None:
    submission = session.get(Submission, submission_id)
    if submission is None or submission.incident_id != incident_id:
        raise NotFound("There is no such submission.")


def digest_of(session: Session, evidence_id: UUID) -> str | None:
    """The SHA-256 of a file, for who reads its bytes before the reading is recorded; None where there is none."""
    return session.scalars(select(Evidence.blob_sha256).where(Evidence.id == evidence_id)).one_or_none()


def read_evidence(
    session: Session, evidence_id: UUID, *, actor: Actor, now: datetime, blobs: BlobStore
) -> tuple[Evidence, Iterator[bytes]]:
    """The file, whole, and its bytes in parts; the reading is recorded in the chain of custody."""
    row = session.get(Evidence, evidence_id)
    if row is None:
        raise NotFound("There is no such file.")
    incident = find_incident(session, row.incident_id, actor)
    try:
        blobs.size(row.blob_sha256)
    except DamagedBlob as error:
        raise damaged() from error
    record(session, incident, Tag.EVIDENCE_READ, actor, now, evidence=str(row.id), sha256=row.blob_sha256)
    return row, blobs.parts(row.blob_sha256)


def damaged() -> DomainError:
    """What is said of a file whose bytes are not what was kept."""
    return DomainError("This file is missing or no longer the one that was kept. Tell an administrator.")
