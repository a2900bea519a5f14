"""A version of a notice as a file: made when asked for, and kept once the version is approved."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from unicodedata import combining, normalize
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.organisation import OrganisationProfile
from incident.store import tree
from incident.store.blobs import BlobStore
from incident.store.models import Evidence, Incident, Notice, NoticeVersion, Rendition
from incident.store.queries.case import NoticeFile
from incident.store.shelf import claim_file
from incident.usecases.common.access import find_incident
from incident.usecases.common.record import record
from incident.usecases.common.settings import organisation_profile
from incident.usecases.notices.approve import valid_approval
from incident.usecases.notices.earlier_filing import earlier_form, earlier_form_among
from incident.usecases.notices.own_templates import house_files, house_style
from incident.usecases.notices.ports import NoticeRenderer, PrintableNotice


@dataclass(frozen=True, slots=True)
class RenderedNotice:
    """The file: its name, its bytes, and whether it is the first one of an approved version and so to be kept."""

    filename: str
    content: bytes
    to_keep: bool


def render_notice(
    session: Session, version_id: UUID, format: str, *, actor: Actor, renderer: NoticeRenderer, blobs: BlobStore
) -> RenderedNotice:
    """The version in ``pdf``, ``docx``, ``html`` or ``txt``; a draft is marked as such. Only reads.

    What is to be kept goes to its place first (:mod:`incident.store.shelf`), and then by :func:`keep_rendition` on
    record.
    """
    version, notice, incident = _found(session, version_id, actor)
    approved = valid_approval(session, version) is not None
    name = f"{incident.reference}-{file_stem(notice, version)}.{format}"
    if approved and (digest := _kept(session, version, format)) is not None:
        return RenderedNotice(name, blobs.get(digest), to_keep=False)
    sheet = replace(_printable(session, incident, notice, version, approved), house=house_style(session, blobs))
    return RenderedNotice(name, renderer.render(sheet, format), to_keep=approved)


@dataclass(frozen=True, slots=True)
class KeepRendition:
    """Keep these bytes as the file of an approved version in this format."""

    actor: Actor
    version: UUID
    format: str
    content: bytes
    renderer: str


def keep_rendition(command: KeepRendition, *, session: Session, now: datetime, blobs: BlobStore) -> bool:
    """Put the file on record; False where another was kept meanwhile, or the version is approved no more."""
    version, notice, incident = _found(session, command.version, command.actor)
    if valid_approval(session, version) is None or _kept(session, version, command.format) is not None:
        return False
    claim_file(session, sha256(command.content).hexdigest(), now)
    digest = blobs.put(command.content)
    row = Rendition(
        id=uuid4(), version_id=version.id, format=command.format, renderer=command.renderer, created_at=now,
        blob_sha256=digest,
    )  # fmt: skip
    session.add(row)
    said: dict[str, str | int | bool | None] = {"number": version.number, "format": command.format, "sha256": digest}
    record(session, incident, Tag.NOTICE_RENDERED, command.actor, now, notice=str(notice.id), **said)
    return True


def _kept(session: Session, version: NoticeVersion, format: str) -> str | None:
    kept = select(Rendition.blob_sha256).where(Rendition.version_id == version.id, Rendition.format == format)
    return session.scalars(kept).one_or_none()


def files_of(session: Session, incident_id: UUID) -> list[str]:
    """The SHA-256 of every file that a dossier of the incident reads: evidence, kept renditions, the house's own."""
    evidence = select(Evidence.blob_sha256).where(Evidence.incident_id == incident_id)
    renditions = select(Rendition.blob_sha256).join(NoticeVersion, NoticeVersion.id == Rendition.version_id)
    renditions = renditions.join(Notice, Notice.id == NoticeVersion.notice_id).where(Notice.incident_id == incident_id)
    return [*session.scalars(evidence), *session.scalars(renditions), *house_files(session).values()]


def file_stem(notice: Notice, version: NoticeVersion) -> str:
    """What tells the file of a version from all others: addressee, kind, customer, group, language and version."""
    parts = (notice.addressee.value, notice.kind.value, notice.recipient, notice.group, notice.language)
    bare = ("".join(one for one in normalize("NFKD", part) if not combining(one)) for part in parts)
    plain = (re.sub(r"[^\w-]+", "-", part, flags=re.ASCII).strip("-")[:40] for part in bare)
    return "-".join((*filter(None, plain), f"v{version.number}"))


def render_pages(
    session: Session, incident: Incident, files: Sequence[NoticeFile], *, renderer: NoticeRenderer
) -> list[str]:
    """The newest version of each notice as HTML, for somebody who may see this incident; reads only.

    No checkpoint stands on what is not a document.
    """
    around = Imprint(organisation_profile(session), "")
    sheets = [
        printable(incident, file.notice, file.latest, around, approved=file.approval is not None) for file in files
    ]
    earlier = [earlier_form_among(file.notice, files) for file in files]
    made = zip(sheets, earlier, strict=True)
    return [renderer.render(replace(sheet, previous=previous), "html").decode() for sheet, previous in made]


def _found(session: Session, version_id: UUID, actor: Actor) -> tuple[NoticeVersion, Notice, Incident]:
    version = session.get(NoticeVersion, version_id)
    if version is None:
        raise NotFound("There is no such notice.")
    notice = session.get_one(Notice, version.notice_id)
    return version, notice, find_incident(session, notice.incident_id, actor)


@dataclass(frozen=True, slots=True)
class Imprint:
    """What stands around every text on paper, read once for many: who sends it, and the newest checkpoint."""

    organisation: OrganisationProfile
    checkpoint: str


def imprint(session: Session) -> Imprint:
    """The imprint of what is made now."""
    return Imprint(organisation_profile(session), tree.stamp(session))


def printable(
    incident: Incident, notice: Notice, version: NoticeVersion, around: Imprint, *, approved: bool
) -> PrintableNotice:
    """One version with what stands around it on paper."""
    return PrintableNotice(
        addressee=notice.addressee.value,
        kind=notice.kind.value,
        language=notice.language,
        title=version.title,
        body=version.body,
        form=version.form,
        organisation=around.organisation,
        reference=incident.reference,
        number=version.number,
        at=version.recorded_at,
        approved=approved,
        audit_head=around.checkpoint,
    )


def _printable(
    session: Session, incident: Incident, notice: Notice, version: NoticeVersion, approved: bool
) -> PrintableNotice:
    sheet = printable(incident, notice, version, imprint(session), approved=approved)
    return replace(sheet, previous=earlier_form(session, incident, notice))
