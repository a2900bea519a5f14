"""The authority's form, filled from the record."""

from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Role
from incident.domain.kinds import Addressee, DeadlineState, NoticeKind, TaskKind
from incident.domain.organisation import OrganisationProfile
from incident.domain.risk_document import result_from
from incident.law.explain import explain
from incident.law.facts import BreachFacts
from incident.law.forms.answers import FilledForm
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.filing import NOBODY, Contact, FilingContext, FilingKind
from incident.law.forms.progress import Progress, progress
from incident.law.proposals import Proposal, proposals
from incident.law.vocabulary import UNKNOWN
from incident.store.models import (
    Assessment,
    Deadline,
    Evidence,
    Incident,
    Notice,
    Person,
    RoleRow,
    Submission,
    Task,
)
from incident.usecases.clock.deadlines import AUTHORITY
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.settings import organisation_profile

FILING = {
    NoticeKind.INITIAL: FilingKind.FIRST_COMPLETE,
    NoticeKind.PROVISIONAL: FilingKind.FIRST_PROVISIONAL,
    NoticeKind.FOLLOW_UP: FilingKind.FOLLOW_UP_PROVISIONAL,
    NoticeKind.FINAL: FilingKind.FOLLOW_UP,
    NoticeKind.WITHDRAWAL: FilingKind.WITHDRAWAL,
}


def fill_authority_form(
    session: Session,
    incident: Incident,
    notice: Notice,
    facts: BreachFacts,
    organisation: OrganisationProfile,
    now: datetime,
) -> FilledForm:
    """The AP form for this notice, from these facts."""
    return fill_ap(facts, organisation, filing_context(session, incident, notice.kind, now, notice.withdrawn_reason))


def progress_now(session: Session, incident: Incident, now: datetime) -> Progress:
    """How far the authority's form is, if it were filed now."""
    kind = NoticeKind.INITIAL if incident.notified_at is None else NoticeKind.FINAL
    context = filing_context(session, incident, kind, now)
    return progress(fill_ap(current_facts(session, incident), organisation_profile(session), context))


def filing_context(
    session: Session, incident: Incident, kind: NoticeKind, now: datetime, withdrawn_reason: str = ""
) -> FilingContext:
    """What the forms need beside the facts and the organisation."""
    return FilingContext(
        kind=FILING[kind],
        now=now,
        earlier_number=earlier_number(session, incident),
        withdrawal_reason=withdrawn_reason,
        due_at=_due_at(session, incident),
        reference=incident.reference,
        risk=incident.risk or UNKNOWN,
        risk_explanation=_why(session, incident),
        attachments_note=_attached(session, incident),
        filer=_filer(session),
        proposed=proposed(session, incident),
        planned=_planned(session, incident),
    )


def proposed(session: Session, incident: Incident) -> tuple[Proposal, ...]:
    """The answers that follow from what is on record, as long as nobody has given them."""
    newest = _newest(session, incident)
    result = result_from(newest.result) if newest else None
    return proposals(current_facts(session, incident), result, incident.risk or UNKNOWN)


def _attached(session: Session, incident: Incident) -> str:
    """The files that were added to the incident, without proofs of sending (AP question 5.4)."""
    query = select(Evidence.filename).where(Evidence.incident_id == incident.id, Evidence.submission_id.is_(None))
    return "\n".join(dict.fromkeys(session.scalars(query.order_by(Evidence.recorded_at))))


def _planned(session: Session, incident: Incident) -> tuple[str, ...]:
    query = select(Task.title).where(Task.incident_id == incident.id, Task.kind == TaskKind.MEASURE)
    return tuple(session.scalars(query.order_by(Task.position)))


def _filer(session: Session) -> Contact:
    """Who files at the authority unless recorded otherwise: the officer of the profile, else who is officer here."""
    profile = organisation_profile(session)
    account = _officer(session, profile.dpo_email)
    if not profile.dpo_name and account is None:
        return NOBODY
    own = (account.name, account.function, account.email, account.phone) if account else ("", "", "", "")
    return Contact(
        profile.dpo_name or own[0],
        own[1] or "Functionaris gegevensbescherming",
        profile.dpo_email or own[2],
        profile.dpo_phone or own[3] or profile.phone,
    )


def _officer(session: Session, email: str) -> Person | None:
    query = select(Person).where(Person.active, Person.roles.any(RoleRow.name == Role.DPO.value))
    found = list(session.scalars(query.order_by(Person.create_datetime)))
    return next((one for one in found if one.email.casefold() == email.casefold()), found[0] if found else None)


def _why(session: Session, incident: Incident) -> str:
    """The method, the findings and, where a person judged otherwise, that person's reason; in the authority's words."""
    newest = _newest(session, incident)
    if newest is None:
        return ""
    result = replace(result_from(newest.result), unknowns=())
    return "\n".join(filter(None, (newest.deviation_reason, explain(result, "nl"))))


def _newest(session: Session, incident: Incident) -> Assessment | None:
    query = select(Assessment).where(Assessment.incident_id == incident.id)
    return session.scalars(query.order_by(Assessment.number.desc()).limit(1)).one_or_none()


def earlier_number(session: Session, incident: Incident) -> str:
    """The number the authority gave to the first notification, exactly as received, or nothing."""
    query = (
        select(Submission.reference)
        .join(Notice, Notice.id == Submission.notice_id)
        .where(Submission.incident_id == incident.id, Notice.addressee == Addressee.AUTHORITY)
        .where(Submission.reference != "")
    )
    return session.scalars(query.order_by(Submission.submitted_at).limit(1)).one_or_none() or ""


def _due_at(session: Session, incident: Incident) -> datetime | None:
    query = select(Deadline.due_at).where(
        Deadline.incident_id == incident.id,
        Deadline.obligation == AUTHORITY,
        Deadline.state.in_((DeadlineState.OPEN, DeadlineState.MET)),
    )
    return session.scalars(query.order_by(Deadline.created_at.desc()).limit(1)).one_or_none()


@cache
def _adapter() -> TypeAdapter[FilledForm]:
    return TypeAdapter(FilledForm)


def form_document(form: FilledForm) -> dict[str, Any]:
    """A filled form as plain JSON values."""
    document: dict[str, Any] = _adapter().dump_python(form, mode="json")
    return document


def form_from(document: dict[str, Any]) -> FilledForm:
    """A filled form back from plain JSON values."""
    return _adapter().validate_python(document)


def form_body(form: FilledForm) -> str:
    """The form as plain text in its own order: number, question, answer."""
    lines = []
    for chapter in form.chapters:
        lines += [f"{chapter.number}. {chapter.title}", ""]
        for answer in chapter.answers:
            lines += [f"{answer.key} {answer.question}", answer.text or "—", ""]
    return "\n".join(lines).rstrip() + "\n"
