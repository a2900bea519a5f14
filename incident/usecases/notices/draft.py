"""Draft a notice from the facts, edit it, or draft it anew; every text is an immutable version."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.fact_sheet import facts_hash
from incident.domain.kernel.errors import IllegalMove, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import clean, required
from incident.domain.kinds import Addressee, NoticeKind
from incident.domain.languages import gaps
from incident.domain.placeholders import RECIPIENT_PLACEHOLDERS, check_placeholders
from incident.store.models import Approval, Incident, Notice, NoticeVersion
from incident.usecases.clock.deadlines import rules_for
from incident.usecases.common.access import incident_for
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.common.settings import organisation_profile
from incident.usecases.notices.authority_form import fill_authority_form, form_body, form_document
from incident.usecases.notices.own_templates import own_template
from incident.usecases.notices.ports import NoticeRequest, NoticeWriter, WrittenNotice
from incident.usecases.response.consequences import void
from incident.usecases.response.triage import must_be_open

TEXT_LIMIT = 100_000
EDITED = ", edited"
"""Ends the name of a version's template once somebody has changed the text by hand."""


@dataclass(frozen=True, slots=True)
class DraftNotice:
    """A new notice; ``group`` and ``recipient`` narrow a letter to some data subjects or to one customer."""

    actor: Actor
    incident: UUID | str
    addressee: Addressee
    kind: NoticeKind = NoticeKind.INITIAL
    language: str = "nl"
    recipient: str = ""
    group: str = ""
    supersedes: UUID | None = None
    withdrawn_reason: str = ""


def draft_notice(command: DraftNotice, *, session: Session, now: datetime, writer: NoticeWriter) -> NoticeVersion:
    """Make the notice and its first version. A draft may be incomplete: what is missing is listed, not refused."""
    incident = incident_for(session, command.incident, command.actor, Permission.DRAFT)
    must_be_open(incident)
    withdrawn = clean(command.withdrawn_reason, field="withdrawn_reason")
    if command.kind is NoticeKind.WITHDRAWAL:
        required(withdrawn, "Write why the notification is withdrawn.", field="withdrawn_reason")
    notice = Notice(
        id=uuid4(),
        incident_id=incident.id,
        addressee=command.addressee,
        kind=command.kind,
        language=command.language,
        recipient=command.recipient,
        group=command.group,
        created_at=now,
        supersedes=command.supersedes,
        withdrawn_reason=withdrawn,
    )
    session.add(notice)
    session.flush()
    version = _write(session, incident, notice, command.actor, now, writer)
    record(
        session,
        incident,
        Tag.NOTICE_DRAFTED,
        command.actor,
        now,
        notice=str(notice.id),
        number=version.number,
        addressee=notice.addressee.value,
        kind=notice.kind.value,
        sha256=version.body_sha256,
    )
    tell_timeline(
        session, incident, command.actor, kind="drafted", text=notice.addressee.value, happened_at=now, now=now
    )
    return version


@dataclass(frozen=True, slots=True)
class RedraftNotice:
    """Draft the same notice again from the newest facts."""

    actor: Actor
    notice: UUID


def redraft_notice(command: RedraftNotice, *, session: Session, now: datetime, writer: NoticeWriter) -> NoticeVersion:
    """Add a version from the newest facts; an approval of the older one is void when the text differs.

    Where neither text nor facts differ, the version there is stays the newest: drafting twice makes no second one.
    """
    notice, incident = notice_for(session, command.notice, command.actor, Permission.DRAFT)
    must_be_open(incident)
    before = latest_version(session, notice)
    version = _write(session, incident, notice, command.actor, now, writer)
    if (before.body_sha256, before.facts_sha256) == (version.body_sha256, version.facts_sha256):
        session.delete(version)
        session.flush()
        return before
    _after_change(session, incident, version, command.actor, now)
    return version


@dataclass(frozen=True, slots=True)
class EditNotice:
    """Replace the text of a notice by hand; ``base_number`` is the version the author looked at."""

    actor: Actor
    notice: UUID
    title: str
    body: str
    base_number: int


def edit_notice(command: EditNotice, *, session: Session, now: datetime) -> NoticeVersion:
    """Add a version with this text. The authority's form cannot be edited here: it follows the fact sheet."""
    notice, incident = notice_for(session, command.notice, command.actor, Permission.DRAFT)
    must_be_open(incident)
    before = latest_version(session, notice)
    if notice.addressee is Addressee.AUTHORITY:
        raise IllegalMove("The answers to the authority follow the fact sheet. Change the facts, then draft anew.")
    if command.base_number != before.number:
        raise IllegalMove("Somebody saved another version meanwhile. Compare both, then save again.")
    body = required(command.body, "The text is empty.", field="body", limit=TEXT_LIMIT)
    check_placeholders(body, RECIPIENT_PLACEHOLDERS, field="body")
    origin = before.template_ref.removesuffix(EDITED) + EDITED
    written = WrittenNotice(clean(command.title, field="title", limit=500), body, origin, gaps(body))
    version = _add_version(session, incident, notice, written, {}, command.actor, now)
    _after_change(session, incident, version, command.actor, now)
    return version


def notice_for(session: Session, notice_id: UUID, actor: Actor, permission: Permission) -> tuple[Notice, Incident]:
    """The notice and its incident, when the actor may do the act."""
    notice = session.get(Notice, notice_id)
    if notice is None:
        raise NotFound("There is no such notice.")
    return notice, incident_for(session, notice.incident_id, actor, permission)


def latest_version(session: Session, notice: Notice) -> NoticeVersion:
    """The newest version of a notice."""
    query = select(NoticeVersion).where(NoticeVersion.notice_id == notice.id)
    return session.scalars(query.order_by(NoticeVersion.number.desc()).limit(1)).one()


def _write(
    session: Session, incident: Incident, notice: Notice, actor: Actor, now: datetime, writer: NoticeWriter
) -> NoticeVersion:
    facts, organisation = current_facts(session, incident), organisation_profile(session)
    if notice.addressee is Addressee.AUTHORITY:
        form = fill_authority_form(session, incident, notice, facts, organisation, now)
        missing = tuple(answer.key for answer in form.missing)
        written = WrittenNotice(form.catalogue, form_body(form), form.catalogue, missing)
        return _add_version(session, incident, notice, written, form_document(form), actor, now)
    own = own_template(session, notice.addressee.value, notice.kind.value, notice.language)
    request = NoticeRequest(
        notice.addressee.value,
        notice.kind.value,
        notice.language,
        facts,
        organisation,
        incident.reference,
        now,
        notice.recipient,
        notice.group,
        own.text if own else None,
        own.title if own else None,
    )
    return _add_version(session, incident, notice, writer.write(request), {}, actor, now)


def _add_version(
    session: Session,
    incident: Incident,
    notice: Notice,
    written: WrittenNotice,
    form: dict[str, Any],
    actor: Actor,
    now: datetime,
) -> NoticeVersion:
    facts = current_facts(session, incident)
    last = session.scalar(select(func.max(NoticeVersion.number)).where(NoticeVersion.notice_id == notice.id)) or 0
    version = NoticeVersion(
        id=uuid4(),
        notice_id=notice.id,
        number=last + 1,
        title=written.title,
        body=written.body,
        form=form,
        body_sha256=text_hash(written.title, written.body, form),
        template_ref=written.template_ref,
        fact_version=incident.fact_version,
        facts_sha256=facts_hash(facts),
        missing=list(written.missing),
        ruleset=rules_for(facts, now).version,
        author_id=actor.id,
        author_name=actor.name,
        recorded_at=now,
    )
    session.add(version)
    session.flush()
    return version


def text_hash(title: str, body: str, form: dict[str, Any]) -> str:
    """SHA-256 of everything a reader of the notice sees."""
    canonical = json.dumps([title, body, form], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()


def _after_change(session: Session, incident: Incident, version: NoticeVersion, actor: Actor, now: datetime) -> None:
    older = select(NoticeVersion.id).where(
        NoticeVersion.notice_id == version.notice_id, NoticeVersion.number < version.number
    )
    query = select(Approval).where(Approval.version_id.in_(older), Approval.void_at.is_(None))
    for approval in session.scalars(query):
        if (approval.body_sha256, approval.facts_sha256) != (version.body_sha256, version.facts_sha256):
            void(session, incident, approval, "the text changed", actor=actor, now=now)
    record(
        session,
        incident,
        Tag.NOTICE_EDITED,
        actor,
        now,
        notice=str(version.notice_id),
        number=version.number,
        sha256=version.body_sha256,
    )
