"""The authority's form, filled from the record."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    String,
    bindparam,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.people import Role
from incident.domain.kinds import Addressee, DeadlineState, DecisionState, NoticeKind, OutboxOutcome, Subject, TaskKind
from incident.domain.languages import country_name
from incident.domain.organisation import OrganisationProfile
from incident.domain.risk_document import result_from
from incident.law.explain import authorities_told
from incident.law.facts import BreachFacts
from incident.law.forms.answers import FilledAnswer, FilledForm
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.filing import NOBODY, Contact, Earlier, FilingContext, FilingKind
from incident.law.forms.fill import kind_as_known
from incident.law.forms.notation import same_day
from incident.law.forms.progress import Progress, progress
from incident.law.obligations import ObligationKind
from incident.law.proposals import proposals
from incident.law.questions import first_asked, questions
from incident.law.risk.answers import RecipientResponse
from incident.law.risk.telling import tell_factors
from incident.law.vocabulary import UNKNOWN, RiskLevel, SubjectGroup
from incident.store.db import UtcDateTime
from incident.store.models import (
    Assessment,
    Deadline,
    Decision,
    Evidence,
    Incident,
    Mailing,
    MailingRecipient,
    Notice,
    NoticeVersion,
    OutboxMessage,
    Person,
    RoleRow,
    Submission,
    Task,
)
from incident.store.queries.attached import KEPT, NAMED, told_of
from incident.store.rows import among, read
from incident.usecases.clock.deadlines import AUTHORITY
from incident.usecases.common.fact_versions import facts_at
from incident.usecases.common.settings import organisation_profile

FILING = {
    NoticeKind.INITIAL: FilingKind.FIRST_COMPLETE,
    NoticeKind.PROVISIONAL: FilingKind.FIRST_PROVISIONAL,
    NoticeKind.FOLLOW_UP: FilingKind.FOLLOW_UP_PROVISIONAL,
    NoticeKind.FINAL: FilingKind.FOLLOW_UP,
    NoticeKind.WITHDRAWAL: FilingKind.WITHDRAWAL,
}
_MINE: Final[BindParameter[UUID]] = bindparam("incident")
"""The incident that is asked about: the statements are put together once, as every overview asks them."""
_UNTIL: Final[BindParameter[datetime]] = bindparam("until", type_=UtcDateTime)
"""What came later is left out."""
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


def fill_authority_form(
    session: Session,
    incident: Incident,
    notice: Notice,
    facts: BreachFacts,
    organisation: OrganisationProfile,
    now: datetime,
) -> FilledForm:
    """The AP form for this notice, from these facts."""
    context = filing_context(session, incident, notice.kind, now, facts, organisation, notice.withdrawn_reason)
    return fill_ap(facts, organisation, context)


def kind_by_content(
    session: Session,
    incident: Incident,
    notice: Notice,
    facts: BreachFacts,
    organisation: OrganisationProfile,
    now: datetime,
) -> NoticeKind:
    """GDPR art. 33(4): whether the authority may expect more after this notice follows from what it says."""
    whole = {NoticeKind.PROVISIONAL: NoticeKind.INITIAL, NoticeKind.FOLLOW_UP: NoticeKind.FINAL}
    context = filing_context(session, incident, whole.get(notice.kind, notice.kind), now, facts, organisation)
    filing = kind_as_known(FILING[notice.kind], fill_ap(facts, organisation, context), facts, context)
    return next(kind for kind, one in FILING.items() if one is filing)


def progress_now(session: Session, incident: Incident, facts: BreachFacts, now: datetime) -> Progress:
    """How far the authority's form is, if it were filed now."""
    kind = NoticeKind.INITIAL if incident.notified_at is None else NoticeKind.FINAL
    organisation = organisation_profile(session)
    return progress(fill_ap(facts, organisation, filing_context(session, incident, kind, now, facts, organisation)))


@dataclass(frozen=True, slots=True)
class Missing:
    """What the authority's form lacks: questions of the fact sheet, and answers that are given elsewhere."""

    questions: tuple[str, ...]
    elsewhere: tuple[FilledAnswer, ...]


def missing_questions(
    session: Session, incident: Incident, facts: BreachFacts, telling: Decision | None, now: datetime
) -> Missing:
    """The questions that the missing answers need first, in the order of the sheet.

    ``telling`` is the decision about telling the people that stands now.

    What an assessment or a decision will answer is not asked before it; afterwards it is, where it is still missing.
    A breach that goes on has no end: whoever is asked for the end is asked for that, too.
    Whether one notifies for customers, too, leaves no answer empty, but decides how many people the form counts.
    The form of the authority takes effects that follow from other answers; a letter needs them from a person.
    """
    found = progress_now(session, incident, facts, now)
    names = {name for answer in found.missing for name in answer.fields if name in questions()}
    names.add("on_behalf_of_customers")
    if incident.risk is None:
        names -= {"severity", "severity_note", "consequences_subjects"}
    if telling is not None and telling.act:
        names.add("consequences_subjects")
    if telling is None:
        names -= {name for name in names if name == "informed" or name.startswith(("informed_", "not_informing_"))}
    if "occurred_to" in names:
        names.add("ongoing")
    if facts.measures_prevent:
        names.discard("measures_prevent_note")
    return Missing(first_asked(names, facts), tuple(answer for answer in found.missing if not answer.fields))


def filing_context(
    session: Session,
    incident: Incident,
    kind: NoticeKind,
    now: datetime,
    facts: BreachFacts,
    organisation: OrganisationProfile,
    withdrawn_reason: str = "",
    language: str = "nl",
    until: datetime | None = None,
) -> FilingContext:
    """What the forms need beside the facts and the organisation, in two statements, and two more where there are news.

    ``language`` is that of the form, in which the assessment is told; ``until`` leaves out what came later.
    """
    beside, moments, messages = _beside(session, incident, until or _NEVER)
    due, again = moments["clock"], max((at for at, _group, _number in messages), default=None)
    result = next((result_from(json.loads(assessed)) for assessed in beside["assessed"]), None)
    rated = next((RiskLevel(one) for one in beside["rated"]), UNKNOWN)
    risk = rated if until is not None else incident.risk or UNKNOWN
    return FilingContext(
        kind=FILING[kind],
        now=now,
        earlier_number=next(iter(beside["filed"]), ""),
        withdrawal_reason=withdrawn_reason,
        due_at=due.get(AUTHORITY),
        running=frozenset(due),
        other_notifications=tuple(authorities_told(beside["elsewhere"], language)),
        reference=incident.reference,
        risk=risk,
        risk_explanation=tell_factors(result, language) if result is not None else "",
        risk_reason="\n".join(filter(None, beside["deviating"])),
        attachments_note="\n".join(dict.fromkeys(beside["attached"])),
        attachments_named="\n".join(dict.fromkeys(beside["named"])),
        filer=_filer(session, organisation),
        proposed=proposals(facts, result, risk),
        planned=tuple(beside["planned"]),
        told_so_far=_told(beside),
        told_again_at=again,
        told_again=tuple(
            (SubjectGroup(group) if group else None, number)
            for at, group, number in messages
            if again is not None and same_day(at, again)
        ),
        told_publicly_at=moments["public"].get(""),
        telling_reason="\n".join(beside["telling"]),
        then=_then(session, incident, until or _NEVER) if facts.told_news.strip() else None,
        customers_told=_customers_told(moments),
        deleted=RecipientResponse.DELETION_CONFIRMED in beside["answered"],
        country_name=country_name,
    )


def _customers_told(moments: dict[str, dict[str, datetime | None]]) -> tuple[tuple[str, datetime, datetime], ...]:
    found = ((name, first, moments["customer_last"][name]) for name, first in moments["customer"].items())
    return tuple((name, first, last) for name, first, last in found if first is not None and last is not None)


def _then(session: Session, incident: Incident, until: datetime) -> Earlier | None:
    """What the authority was last told; None where it was told nothing."""
    query = (
        select(NoticeVersion.fact_version, Submission.submitted_at)
        .join(Submission, Submission.version_id == NoticeVersion.id)
        .join(Notice, Notice.id == Submission.notice_id)
        .where(Submission.incident_id == incident.id, Notice.addressee == Addressee.AUTHORITY)
        .where(Submission.submitted_at < until)
        .order_by(Submission.submitted_at.desc())
        .limit(1)
    )
    for version, at in session.execute(query):
        facts = facts_at(session, incident, version)
        return Earlier(at, facts.description or facts.summary, facts.measures_taken)
    return None


def told_by_now(session: Session, incident: Incident) -> int:
    """Question 10.1.3 while a mailing runs: how many first letters have left by now."""
    return _told(_beside(session, incident, _NEVER)[0])


def _told(beside: dict[str, list[str]]) -> int:
    return sum(map(int, beside["told"]))


def _beside(
    session: Session, incident: Incident, until: datetime
) -> tuple[dict[str, list[str]], dict[str, dict[str, datetime | None]], list[tuple[datetime, str, int]]]:
    """What stands in other tables, each in its order: numbers the authority gave, files (5.4), planned measures; the
    newest assessment; and how many first letters have left of mailings that are not through (10.1.3).

    And the newest deadline of each duty that has, or had, its clock; the duties that were done; when each customer was
    told first and last, and the public first; why people are told; and the further messages to people: when, to which
    group, to how many.
    """
    found: dict[str, list[str]] = defaultdict(list)
    moments: dict[str, dict[str, datetime | None]] = {"clock": {}, "customer": {}, "customer_last": {}, "public": {}}
    messages = []
    for kind, place, text, at in read(session, _others(), {"incident": incident.id, "until": until}):
        if kind == "told_again" and at is not None:
            messages.append((at, text, place))
        elif kind in moments:
            moments[kind][text] = at
        else:
            found[kind].append(text)
    return found, moments, messages


@cache
def _others() -> CompoundSelect[str, int, str, datetime | None]:
    never = cast(null(), UtcDateTime)
    attached = select(told_of(_UNTIL), _place(Evidence.recorded_at), NAMED, never).where(
        Evidence.incident_id == _MINE, Evidence.recorded_at < _UNTIL, *KEPT
    )
    planned = select(literal("planned"), _place(Task.position), Task.title, never).where(
        Task.incident_id == _MINE, Task.kind == TaskKind.MEASURE
    )
    numbers = (literal("filed"), _place(Submission.submitted_at), Submission.reference, never)
    filed = _numbers().with_only_columns(*numbers)
    told = (
        select(literal("told"), literal(0), cast(func.count(), String), never)
        .select_from(Mailing)
        .join(MailingRecipient, MailingRecipient.mailing_id == Mailing.id)
        .join(NoticeVersion, NoticeVersion.id == MailingRecipient.version_id)
        .join(Notice, Notice.id == NoticeVersion.notice_id)
        .join(OutboxMessage, OutboxMessage.id == MailingRecipient.outbox_id)
        .where(Mailing.incident_id == _MINE, Mailing.released_at.is_not(None), Mailing.ended_at.is_(None))
        .where(Notice.kind == NoticeKind.INITIAL, OutboxMessage.outcome == OutboxOutcome.SENT)
    )
    clocks = select(literal("clock"), _place(Deadline.created_at), Deadline.obligation, Deadline.due_at).where(
        Deadline.incident_id == _MINE, among(Deadline.state, DeadlineState.OPEN, DeadlineState.MET)
    )
    elsewhere = select(literal("elsewhere"), _place(Deadline.created_at), Deadline.obligation, never).where(
        *(Deadline.incident_id == _MINE, Deadline.state == DeadlineState.MET, Deadline.met_at < _UNTIL)
    )
    telling = select(literal("telling"), literal(0), Decision.reason, never).where(
        *(Decision.incident_id == _MINE, Decision.subject == Subject.SUBJECTS, Decision.act),
        *(Decision.state == DecisionState.FINAL, Decision.recorded_at < _UNTIL),
    )
    every = (attached, planned, filed, told, clocks, elsewhere, telling, *_people_told(), *_newest_assessment())
    return union_all(*every).order_by("place")


def _people_told() -> Iterator[Select[str, int, str, datetime | None]]:
    """When which and how many data subjects were told more, each customer that it reached, and the public first."""
    number = func.coalesce(Submission.recipients, 0)
    sent = (
        select(literal("told_again"), number, Notice.group, Submission.submitted_at)
        .join(Notice, Notice.id == Submission.notice_id)
        .where(Submission.incident_id == _MINE, Submission.submitted_at < _UNTIL)
    )
    yield sent.where(Notice.addressee == Addressee.SUBJECTS, Notice.kind == NoticeKind.FOLLOW_UP)
    public = (literal("public"), literal(0), literal(""), func.min(Submission.submitted_at))
    yield (
        sent.with_only_columns(*public, maintain_column_froms=True)
        .where(Notice.addressee == Addressee.PUBLIC)
        .having(func.count() > 0)
    )
    for kind, moment in (("customer", func.min), ("customer_last", func.max)):
        told = (literal(kind), literal(0), Notice.recipient, moment(Submission.submitted_at))
        customers = sent.with_only_columns(*told, maintain_column_froms=True)
        running = select(Deadline.obligation).where(Deadline.incident_id == _MINE, Deadline.state == DeadlineState.OPEN)
        reached = (literal(f"{ObligationKind.NOTIFY_CONTROLLER}:") + Notice.recipient).not_in(running)
        yield customers.where(Notice.addressee == Addressee.CONTROLLER, reached).group_by(Notice.recipient)


def _newest_assessment() -> Iterator[Select[str, int, str, datetime | None]]:
    """What it found, why somebody judged otherwise, and the risk on which that person decided."""
    then = (Assessment.incident_id == _MINE, Assessment.recorded_at < _UNTIL)
    newest = select(func.max(Assessment.number)).where(*then).scalar_subquery()
    for kind, column in (
        ("assessed", cast(Assessment.result, String)),
        ("deviating", Assessment.deviation_reason),
        ("rated", cast(Assessment.risk, String)),
        ("answered", Assessment.answers["recipient_response"].as_string()),
    ):
        chosen = select(literal(kind), literal(0), column, cast(null(), UtcDateTime))
        yield chosen.where(Assessment.incident_id == _MINE, Assessment.number == newest)


def _place(column: InstrumentedAttribute[datetime] | InstrumentedAttribute[int]) -> ColumnElement[int]:
    return func.row_number().over(order_by=column).label("place")


def _filer(session: Session, profile: OrganisationProfile) -> Contact:
    """Who files at the authority unless recorded otherwise: the officer of the profile, else who is officer here."""
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


def _officer(session: Session, email: str) -> Row[str, str, str, str] | None:
    found = read(session, _officers())
    return next((one for one in found if one.email.casefold() == email.casefold()), found[0] if found else None)


@cache
def _officers() -> Select[str, str, str, str]:
    query = select(Person.name, Person.function, Person.email, Person.phone)
    return query.where(Person.active, Person.roles.any(RoleRow.name == Role.DPO.value)).order_by(Person.create_datetime)


@cache
def _numbers() -> Select[str]:
    return (
        select(Submission.reference)
        .join(Notice, Notice.id == Submission.notice_id)
        .where(Submission.incident_id == _MINE, Notice.addressee == Addressee.AUTHORITY)
        .where(Submission.reference != "")
    )


@cache
def _adapter() -> TypeAdapter[FilledForm]:
    return TypeAdapter(FilledForm)


def form_document(form: FilledForm) -> JsonObject:
    """A filled form as plain JSON values."""
    document: JsonObject = _adapter().dump_python(form, mode="json")
    return document


def form_from(document: JsonObject) -> FilledForm:
    """A filled form back from plain JSON values."""
    return _adapter().validate_python(document)


def form_body(form: FilledForm) -> str:
    """The form as plain text in its own order: number, question, which part of it is asked, answer."""
    lines = []
    for chapter in form.chapters:
        lines += [f"{chapter.number}. {chapter.title}", ""]
        for answer in chapter.answers:
            part = f" – {answer.part_label}" if answer.part_label else ""
            lines += [f"{answer.number} {answer.question}{part}", answer.text or "—", ""]
    return "\n".join(lines).rstrip() + "\n"
