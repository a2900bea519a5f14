"""Draft a notice from the facts, edit it, or draft it anew; every text is an immutable version."""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.fact_sheet import told_hash
from incident.domain.kernel.errors import IllegalMove, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import clean, required
from incident.domain.kinds import Addressee, NoticeKind
from incident.domain.languages import gaps
from incident.domain.merge import merge
from incident.domain.placeholders import RECIPIENT_PLACEHOLDERS, check_placeholders
from incident.law.facts import BreachFacts
from incident.store.models import Approval, Evidence, Incident, Notice, NoticeVersion, Person
from incident.store.queries.answered import recipient_response
from incident.store.queries.sent import earlier_text, sent_versions
from incident.usecases.clock.deadlines import last_filed_at, rules_for
from incident.usecases.common.access import incident_for
from incident.usecases.common.fact_versions import current_facts, facts_at
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.common.settings import organisation_profile
from incident.usecases.messages.turns import tell_turns
from incident.usecases.notices.authority_form import fill_authority_form, form_body, form_document, kind_by_content
from incident.usecases.notices.earlier_filing import LATER_KINDS
from incident.usecases.notices.own_templates import own_template
from incident.usecases.notices.ports import KeptFile, NoticeRequest, NoticeWriter, WrittenNotice
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
    if command.addressee is Addressee.AUTHORITY and command.kind.is_first and last_filed_at(session, incident):
        raise IllegalMove("The authority was notified before. Draft this as a follow-up.", field="kind")
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
    tell_timeline(session, incident, command.actor, kind="drafted", text=notice.whom, happened_at=now, now=now)
    tell_turns(session, incident, command.actor, now)
    return version


@dataclass(frozen=True, slots=True)
class RedraftNotice:
    """Draft the same notice again from the newest facts."""

    actor: Actor
    notice: UUID


def redraft_notice(command: RedraftNotice, *, session: Session, now: datetime, writer: NoticeWriter) -> NoticeVersion:
    """Add a version from the newest facts; an approval of the older one is void when the text differs.

    What somebody changed by hand stays: only what the facts changed since is put into it. Where neither text nor facts
    differ, the version there is stays the newest: drafting twice makes no second one.
    """
    notice, incident = notice_for(session, command.notice, command.actor, Permission.DRAFT)
    must_be_open(incident)
    _must_not_be_sent(session, notice)
    before = latest_version(session, notice)
    version = _write(session, incident, notice, command.actor, now, writer, before)
    return _put_in_place(session, incident, before, version, command.actor, now)


def renew_forms(session: Session, incident: Incident, *, actor: Actor, now: datetime) -> None:
    """Draft anew the later forms to the authority that nobody filed yet: what they say of the earlier ones changed."""
    later = (Notice.incident_id == incident.id, Notice.addressee == Addressee.AUTHORITY, Notice.kind.in_(LATER_KINDS))
    sent = sent_versions(session, incident.id)
    for notice in session.scalars(select(Notice).where(*later)).all():
        before = latest_version(session, notice)
        if before.id not in sent:
            version = _write_form(session, incident, notice, actor, now)
            _put_in_place(session, incident, before, version, actor, now)


def _put_in_place(
    session: Session, incident: Incident, before: NoticeVersion, version: NoticeVersion, actor: Actor, now: datetime
) -> NoticeVersion:
    if (before.body_sha256, before.facts_sha256) == (version.body_sha256, version.facts_sha256):
        session.delete(version)
        session.flush()
        return before
    _after_change(session, incident, version, actor, now)
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
    _must_not_be_sent(session, notice)
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


def _must_not_be_sent(session: Session, notice: Notice) -> None:
    """What has left the house stays as it left."""
    mine = session.scalars(select(NoticeVersion.id).where(NoticeVersion.notice_id == notice.id))
    if sent_versions(session, notice.incident_id).intersection(mine):
        raise IllegalMove("This text was sent and stays as it is. Draft a follow-up instead.")


_KEPT = (Evidence.recorded_at, Evidence.filename)
"""Files in the order in which they were taken into evidence."""

CHOOSE = {
    "nl": "[nog invullen: kies een van deze twee teksten]",
    "en": "[to be completed: choose one of these two texts]",
    "sv": "[fyll i: välj en av dessa två texter]",
    "de": "[noch auszufüllen: wählen Sie einen dieser beiden Texte]",
    "fr": "[à compléter : choisissez l’un de ces deux textes]",
}
"""Stands between a text that somebody changed by hand and what the newest facts say in its place."""


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
    session: Session,
    incident: Incident,
    notice: Notice,
    actor: Actor,
    now: datetime,
    writer: NoticeWriter,
    before: NoticeVersion | None = None,
) -> NoticeVersion:
    if notice.addressee is Addressee.AUTHORITY:
        return _write_form(session, incident, notice, actor, now)
    facts = current_facts(session, incident)
    written = writer.write(_request(session, incident, notice, facts, now))
    if before is not None and before.template_ref.endswith(EDITED):
        then = facts_at(session, incident, before.fact_version)
        base = writer.write(_request(session, incident, notice, then, now, until=before.recorded_at))
        written = _merged(base, before, written, notice.language)
    return _add_version(session, incident, notice, written, {}, actor, now)


def _write_form(session: Session, incident: Incident, notice: Notice, actor: Actor, now: datetime) -> NoticeVersion:
    facts, organisation = current_facts(session, incident), organisation_profile(session)
    notice.kind = kind_by_content(session, incident, notice, facts, organisation, now)
    form = fill_authority_form(session, incident, notice, facts, organisation, now)
    missing = tuple(answer.key for answer in form.missing)
    written = WrittenNotice(form.catalogue, form_body(form), form.catalogue, missing)
    return _add_version(session, incident, notice, written, form_document(form), actor, now)


def _request(
    session: Session,
    incident: Incident,
    notice: Notice,
    facts: BreachFacts,
    now: datetime,
    until: datetime | None = None,
) -> NoticeRequest:
    own = own_template(session, notice.addressee.value, notice.kind.value, notice.language)
    earlier = earlier_text(session, notice)
    return NoticeRequest(
        notice.addressee.value,
        notice.kind.value,
        notice.language,
        facts,
        organisation_profile(session),
        incident.reference,
        now,
        notice.recipient,
        notice.group,
        _kept_files(session, incident),
        own.text if own else None,
        own.title if own else None,
        earlier.day if earlier else None,
        facts_at(session, incident, earlier.fact_version) if earlier else None,
        recipient_response(session, incident.id, until),
    )


def _kept_files(session: Session, incident: Incident) -> tuple[KeptFile, ...]:
    """The evidence in the order in which it was taken in; of a harmful file the hash is its own, not its archive's.

    Whoever reads a name there does not know whose it is, so the function stands behind it.
    """
    files = select(Evidence, Person.function).outerjoin(Person, Person.id == Evidence.author_id)
    rows = session.execute(files.where(Evidence.incident_id == incident.id).order_by(*_KEPT))
    return tuple(
        KeptFile(
            row.filename,
            row.harmful_sha256 or row.blob_sha256,
            row.recorded_at,
            ", ".join(filter(None, (row.author_name, function))),
            row.description,
        )
        for row, function in rows
    )


def _merged(base: WrittenNotice, before: NoticeVersion, written: WrittenNotice, language: str) -> WrittenNotice:
    body = merge(base.body, before.body, written.body, CHOOSE.get(language, CHOOSE["en"]))
    title = written.title if before.title == base.title else before.title
    return WrittenNotice(title, body, written.template_ref + EDITED, gaps(body))


def _add_version(
    session: Session,
    incident: Incident,
    notice: Notice,
    written: WrittenNotice,
    form: JsonObject,
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
        facts_sha256=told_hash(notice.addressee, facts, recipient_response(session, incident.id)),
        missing=list(written.missing),
        ruleset=rules_for(facts, now).version,
        author_id=actor.id,
        author_name=actor.name,
        recorded_at=now,
    )
    session.add(version)
    session.flush()
    return version


def text_hash(title: str, body: str, form: JsonObject) -> str:
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
