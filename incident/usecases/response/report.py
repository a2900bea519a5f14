"""Take a report: the first word about a possible breach. Nothing but what happened is compulsory."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.chronology import check_chronology
from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor
from incident.domain.kernel.reference import EXERCISE, make_reference
from incident.domain.kernel.roles import Permission, require
from incident.domain.kernel.text import LINE, clean, required
from incident.domain.next_steps import About, Act, Step
from incident.domain.presets import words_of
from incident.domain.report_words import discovery_told
from incident.domain.step_words import path
from incident.law.facts import BreachFacts, Party
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.vocabulary import UNKNOWN, DiscoveredBy, PartyRole, Role, SubjectGroup, Ternary
from incident.store.audit import begin
from incident.store.insert import next_number
from incident.store.models import Incident, ReferenceCounter
from incident.store.queries.clock import open_deadlines
from incident.usecases.clock.deadlines import AUTHORITY, sync_deadlines
from incident.usecases.common.directory import Directory, load_directory
from incident.usecases.common.fact_versions import append_version, facts_at
from incident.usecases.common.record import record, tell_timeline
from incident.usecases.common.settings import with_known_systems
from incident.usecases.messages.channels import configured
from incident.usecases.messages.queue import Audience, Channel, queue

WHAT_HAPPENED = "Write what happened, in a few words. Everything else may stay open."
SAME_WITHIN = timedelta(minutes=15)
NUMBER_LIMIT = 2_000_000_000


@dataclass(frozen=True, slots=True)
class ProcessorTold:
    """What a processor tells the controller (GDPR art. 33(2)), of what art. 33(3) wants to know, as far as it can."""

    name: str
    contact: str = ""
    aware_at: datetime | None = None
    data: str = ""
    consequences: str = ""
    measures: str = ""


@dataclass(frozen=True, slots=True)
class Played:
    """The exercise in which a report is played: its row, the number of it, and who takes part."""

    exercise: UUID
    number: int
    people: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class ReportIncident:
    """What a reporter can say. Instants are aware; None, an empty text and an empty tuple mean "not known"."""

    actor: Actor
    summary: str
    noticed_at: datetime | None = None
    noticed_by: str = ""
    aware_at: datetime | None = None
    late_reason: str = ""
    systems: tuple[str, ...] = ()
    subject_groups: tuple[SubjectGroup, ...] = ()
    groups_note: str = ""
    subjects: int | None = None
    subjects_least: int | None = None
    ongoing: Ternary = Ternary.UNKNOWN
    is_example: bool = False
    played: Played | None = None
    in_flood: bool = False
    reporter_language: str | None = None
    processor: ProcessorTold | None = None


def check_report(command: ReportIncident, *, now: datetime) -> None:
    """Refuse what :func:`report_incident` would refuse, before files go to their place; asks nobody."""
    require(command.actor, Permission.REPORT)
    check_chronology(_facts(command, now), now)


def report_incident(command: ReportIncident, *, session: Session, now: datetime) -> Incident:
    """Register the report, start the clock on the worst case, and tell who is on duty.

    Registration time is ``now``. Raises Invalid, naming the field, for an empty summary, an impossible time or number.
    """
    require(command.actor, Permission.REPORT)
    facts = with_known_systems(session, _facts(command, now))
    check_chronology(facts, now)
    # Everything that can be asked is asked before the number is drawn: others who report wait from there to the commit.
    directory, channels = load_directory(session), configured(session)
    incident = _register(session, command, facts, now)
    append_version(session, incident, facts, actor=command.actor, now=now, chapter="report", reason="")
    begin(session, incident.reference)
    record(session, incident, Tag.INCIDENT_REPORTED, command.actor, now, source=command.actor.source.value)
    sync_deadlines(session, incident, facts, actor=command.actor, now=now, new=True)
    tell_timeline(session, incident, command.actor, kind="reported", text=facts.summary, happened_at=now, now=now)
    _announce(session, incident, facts, directory, channels)
    return incident


def sent_before(command: ReportIncident, *, session: Session, now: datetime) -> Incident | None:
    """What the same person reported minutes ago in exactly these words: the way back in a browser sends them again."""
    mine = (Incident.reporter_id == command.actor.id, Incident.reported_at > now - SAME_WITHIN)
    recent = select(Incident).where(*mine, Incident.source == command.actor.source)
    for incident in session.scalars(recent.order_by(Incident.reported_at)):
        if facts_at(session, incident, 1) == with_known_systems(session, _facts(command, incident.reported_at)):
            return incident
    return None


def _facts(command: ReportIncident, now: datetime) -> BreachFacts:
    summary = required(command.summary, WHAT_HAPPENED, field="summary")
    number = _number(command.subjects)
    facts = BreachFacts(
        summary=summary,
        description=summary,
        first_signal_at=_utc(command.noticed_at) or now,
        aware_at=_utc(command.aware_at) or UNKNOWN,
        aware_person=clean(command.noticed_by, field="noticed_by", limit=LINE),
        aware_ground=clean(command.late_reason, field="late_reason"),
        logged_at=now,
        systems=tuple(clean(system, field="systems", limit=LINE) for system in command.systems),
        subject_groups=command.subject_groups,
        subjects_note=clean(command.groups_note, field="groups_note"),
        ongoing=command.ongoing,
    )
    if command.processor is not None:
        facts = _told_by(command.processor, facts, now)
    if number is None:
        return facts
    least = _number(command.subjects_least)
    return replace(facts, subjects_min=number if least is None else least, subjects_max=number)


def _told_by(processor: ProcessorTold, facts: BreachFacts, now: datetime) -> BreachFacts:
    """The facts of a report by our processor.

    GDPR art. 33(2) and EDPB Guidelines 9/2022 par. 44: the controller is in principle aware once the processor has
    informed it. So our clock runs from now, and a person confirms that; what the processor knew before moves nothing.
    """
    name = required(processor.name, "Write the name of your organisation.", field="company", limit=LINE)
    contact = clean(processor.contact, field="contact", limit=LINE)
    return replace(
        facts,
        role=Role.CONTROLLER,
        first_signal_at=now,
        discovered_by=DiscoveredBy.PROCESSOR,
        parties=(Party(name, PartyRole.PROCESSOR, contact),),
        processor_aware_at=_utc(processor.aware_at) or UNKNOWN,
        processor_told_us_at=now,
        data_note=clean(processor.data, field="data"),
        consequences_subjects_note=clean(processor.consequences, field="consequences"),
        measures_taken=clean(processor.measures, field="measures"),
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment is not None else None


def _number(subjects: int | None) -> int | None:
    if subjects is not None and not 0 <= subjects <= NUMBER_LIMIT:
        raise Invalid("Enter a number of people between 0 and two billion, or leave it open.", field="subjects")
    return subjects


def _register(session: Session, command: ReportIncident, facts: BreachFacts, now: datetime) -> Incident:
    incident = Incident(
        id=uuid4(),
        reference=_reference(session, command.played, now),
        summary=facts.summary,
        source=command.actor.source,
        reported_at=now,
        reporter_id=command.actor.id,
        reporter_name=command.actor.name,
        reporter_slack_id=command.actor.slack_id,
        reporter_language=command.reporter_language,
        is_example=command.is_example or command.played is not None,
        exercise_id=command.played.exercise if command.played else None,
        circle=sorted(map(str, command.played.people)) if command.played else None,
        in_flood=command.in_flood,
        fact_version=0,
    )
    session.add(incident)
    return incident


def _reference(session: Session, played: Played | None, now: datetime) -> str:
    """The next number of the register; an exercise takes none of it."""
    year = now.astimezone(AUTHORITY_ZONE).year
    if played is not None:
        return make_reference(year, played.number, EXERCISE)
    return make_reference(year, next_number(session, ReferenceCounter, "last", year=year))


def _announce(
    session: Session, incident: Incident, facts: BreachFacts, directory: Directory, channels: Collection[Channel]
) -> None:
    """Tell the duty officer and the DPO that a report came in, by when the authority must know, what other law wants
    before that, and whether its words name an earlier discovery.
    """
    now = incident.reported_at
    running = open_deadlines(session, [incident.id]).get(incident.id, [])
    clock = next((one for one in running if one.obligation == AUTHORITY), None)
    first = next((one for one in running[:1] if one is not clock), None)
    step = Step(Act.TRIAGE, About.BREACH, Permission.RECORD)
    params = {
        "reference": incident.reference,
        "due_at": clock.due_at.isoformat() if clock else None,
        "first": f"{first.obligation}|{first.due_at.isoformat()}" if first else "",
        "earlier": discovery_told(words_of(facts), facts, now) is not None,
        "next_step": step.code,
        "path": path(incident.reference, step),
    }
    for audience in (Audience.DUTY, Audience.DPO):
        # The room and the house are told once, together with who is on duty.
        queue(
            session,
            incident=incident,
            template="incident_reported",
            params=params,
            to=audience,
            now=now,
            dedupe=f"reported:{incident.reference}",
            urgent=True,
            personally=audience is Audience.DPO,
            channels=channels,
            directory=directory,
        )
