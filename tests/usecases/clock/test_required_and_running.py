"""Required means running, and running means required: what the law asks has a clock, and nothing else runs."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import select

from incident.demo.examples import load_examples
from incident.domain.kinds import DeadlineState
from incident.domain.next_steps import About, Step, steps
from incident.law.deadlines import deadlines
from incident.law.duties import Duty
from incident.law.facts import AffectedController, AuthorityLetter, BreachFacts, CountryCount, Trigger
from incident.law.facts_from_risk import with_assessment
from incident.law.letters import answers_letter
from incident.law.obligations import Obligation, ObligationKind, obligations, rules_for
from incident.law.regimes import all_regimes, law_of, settings
from incident.law.risk import assess
from incident.law.vocabulary import (
    UNKNOWN,
    IncidentKind,
    LetterKind,
    NotInformingGround,
    RiskLevel,
    Role,
    Ternary,
    TriggerKind,
)
from incident.platform.clock import FixedClock
from incident.store.models import Deadline, Incident
from incident.store.queries.progress import progress_of_one
from incident.usecases.clock.deadlines import obligations_of, sync_deadlines
from incident.usecases.common.fact_versions import append_version, current_facts
from incident.usecases.common.settings import REGIMES, save_setting
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.report import ReportIncident, report_incident
from incident.usecases.response.triage import ConfirmBreach, confirm_breach
from tests.factories import PlainWriter
from tests.law.risk.support import RULES, situations

ON_RECORD, ON_PAPER = 25, 1000
"""How many generated incidents go through the database, and how many through the law alone."""

WITHOUT_A_CLOCK = {ObligationKind.DOCUMENT}
"""The register entry is made by reporting."""

TABLE = ("edpb-01-2021.yaml", "decisions.yaml", "decisions-blind.yaml", "practice.yaml")
DECIDED = "decisions.yaml"
"""All cases go through the law; those that an authority decided go through the use cases too."""


@pytest.fixture
def clock() -> FixedClock:
    """A day on which every law holds."""
    return FixedClock(datetime(2026, 11, 16, 9, tzinfo=UTC))


def _facts(random: Random, now: datetime) -> BreachFacts:
    def moment() -> datetime:
        return now - timedelta(minutes=random.randrange(60 * 40))

    def perhaps() -> datetime | type(UNKNOWN):  # type: ignore[valid-type]
        return random.choice((UNKNOWN, moment()))

    hours = random.choice((None, 0, 24))
    triggers = tuple(
        Trigger(kind, random.choice(tuple(Ternary)), perhaps(), perhaps(), perhaps())
        for kind in TriggerKind
        if random.random() < 0.5
    )
    return BreachFacts(
        summary="Generated",
        role=random.choice(tuple(Role)),
        is_breach=random.choice((Ternary.YES, Ternary.UNKNOWN)),
        network_incident=random.choice(tuple(Ternary)),
        countries=random.choice(((), (CountryCount("GB", 2), CountryCount("CH", 1)), (CountryCount("NL", 2),))),
        kinds=random.choice(((), (IncidentKind.VULNERABILITY_EXPLOITED,), (IncidentKind.HACKING,))),
        affected_controllers=random.choice(((), (AffectedController("Bakker", notice_hours=hours),))),
        triggers=triggers,
        authority_letters=tuple(
            AuthorityLetter(kind, moment(), random.choice((UNKNOWN, now + timedelta(days=9))))
            for kind in LetterKind
            if random.random() < 0.3
        ),
        first_signal_at=moment(),
        logged_at=now,
        aware_at=perhaps(),
        high_risk_established_at=perhaps(),
        not_informing_ground=random.choice((UNKNOWN, *NotInformingGround)),
    )


def test_what_the_law_requires_runs_and_what_runs_is_required(session, team, clock) -> None:
    """For every generated incident, by every law: a clock, or a text that says what the duty waits for."""
    save_setting(session, REGIMES, {"regimes": list(settings())}, actor=team.admin, now=clock.now())
    random = Random(19)
    for number in range(ON_RECORD):
        incident = _incident(session, team, clock, number)
        facts = _facts(random, clock.now())
        incident.risk = random.choice((None, *RiskLevel))
        append_version(session, incident, facts, actor=team.dpo, now=clock.now(), chapter="report", reason="")
        sync_deadlines(session, incident, facts, actor=team.dpo, now=clock.now())
        on_record(session, incident, clock.now())


def check(found: Iterable[Obligation], running: set[str], facts: BreachFacts) -> None:
    """Both ways. The authority's clock ends by a decision only, so an assessment "unlikely" leaves it running."""
    by_id = {each.id: each for each in found}
    assert running <= set(by_id)
    for key, obligation in by_id.items():
        if obligation.duty is Duty.NOT_REQUIRED:
            decided_only = key == "gdpr_33_1" and facts.role is not Role.PROCESSOR
            assert key not in running or decided_only, (key, "runs, but nothing asks for it", facts)
        elif obligation.kind not in WITHOUT_A_CLOCK and not obligation.waits_for:
            nobody_yet = key == ObligationKind.NOTIFY_CONTROLLER and obligation.duty is Duty.UNDECIDED
            assert key in running or nobody_yet, (key, "is required, but nothing runs", facts)


def test_on_paper_a_duty_has_a_clock_or_says_what_it_waits_for(clock) -> None:
    """The same for a thousand situations, each under every law, without the record."""
    random, required = Random(33), set()
    for _number in range(ON_PAPER):
        facts = _facts(random, clock.now())
        rules, risk = rules_for(facts, clock.now()), random.choice((None, *RiskLevel))
        moments = {"ground_invoked": clock.now()} if random.random() < 0.5 else {}
        found = obligations(facts, rules, risk=risk, regimes=frozenset(settings()), moments=moments)
        check(found, {each.obligation_id for each in deadlines(found, facts, rules)}, facts)
        required |= {each.kind for each in found if each.duty is Duty.REQUIRED}
    assert {regime.id for regime in all_regimes()} - required <= {ObligationKind.FOLLOW_UP}, (
        "the situations must reach every duty"
    )


@pytest.mark.parametrize("name", TABLE)
def test_each_case_of_the_table_has_the_clocks_that_the_law_asks(clock, name) -> None:
    """On paper, by every law: what is asked of a case has a clock, and nothing else has."""
    now = clock.now()
    for case in situations(name):
        answers = case.read()
        risk = assess(answers, RULES).risk
        high = now if risk is RiskLevel.HIGH else UNKNOWN
        bare = BreachFacts(
            role=Role.CONTROLLER, is_breach=Ternary.YES, aware_at=now, logged_at=now, high_risk_established_at=high
        )
        facts = with_assessment(bare, answers)
        found = obligations(facts, RULES, risk=risk, regimes=frozenset(settings()))
        running = {each.obligation_id for each in deadlines(found, facts, RULES)}
        check(found, running, facts)
        assert (ObligationKind.NOTIFY_AUTHORITY in running) == (risk is not RiskLevel.UNLIKELY), case.title
        assert (ObligationKind.INFORM_SUBJECTS in running) == (risk is RiskLevel.HIGH), case.title


def test_what_authorities_decided_runs_as_the_law_explains(session, team, clock) -> None:
    """Reported, confirmed and assessed by the use cases, each case has the clocks that the law asks, and the steps."""
    for case in situations(DECIDED):
        command = ReportIncident(team.dpo, case.title, noticed_at=clock.now(), noticed_by="Alice")
        incident = report_incident(command, session=session, now=clock.now())
        told = ConfirmBreach(team.dpo, incident.id, clock.now(), "Alice", "Seen with her own eyes", Role.CONTROLLER)
        confirm_breach(told, session=session, now=clock.now())
        assess_risk(AssessRisk(team.dpo, incident.id, case.answers), session=session, now=clock.now())
        assert ObligationKind.NOTIFY_AUTHORITY in on_record(session, incident, clock.now()), case.title


def test_the_examples_run_as_the_law_explains(session, team, clock) -> None:
    """What a visitor is shown obeys the rule too, a processor's customers among it."""
    for incident in load_examples(session, actor=team.dpo, now=clock.now(), writer=PlainWriter()):
        assert on_record(session, incident, clock.now())


def on_record(session, incident: Incident, now: datetime) -> set[str]:
    """The clocks that run, after comparing them both ways with the law, and with the steps that people are shown."""
    open_ones = Deadline.incident_id == incident.id, Deadline.state == DeadlineState.OPEN
    running = set(session.scalars(select(Deadline.obligation).where(*open_ones)))
    facts = current_facts(session, incident)
    check(obligations_of(session, incident, facts, now), running, facts)
    shown = steps(progress_of_one(session, incident))
    assert not running or not shown[-1].ready, "nothing may be closed while a clock runs"
    missing = {key for key in running if not any(_is_about(step, key) for step in shown)}
    assert not missing, (missing, [step.code for step in shown])
    return running


def _is_about(step: Step, obligation: str) -> bool:
    """Whether a step takes the duty of a clock further: its own, or the assessment and decision it waits for."""
    kind = obligation.partition(":")[0]
    if law_of(kind) or answers_letter(kind):
        return step.name == obligation
    return step.about in _STEPS_OF[ObligationKind(kind)]


_STEPS_OF = {
    ObligationKind.NOTIFY_AUTHORITY: {About.AUTHORITY},
    ObligationKind.NOTIFY_CONTROLLER: {About.CUSTOMERS},
    ObligationKind.FOLLOW_UP: {About.FOLLOW_UP},
    ObligationKind.INFORM_SUBJECTS: {About.SUBJECTS},
    ObligationKind.INFORM_PUBLIC: {About.PUBLIC},
}


def _incident(session, team, clock, number: int) -> Incident:
    incident = Incident(
        id=uuid4(),
        reference=f"T-{number}",
        summary="Generated",
        source=team.dpo.source,
        reported_at=clock.now(),
        reporter_name="Alice",
        fact_version=0,
    )
    session.add(incident)
    session.flush()
    return incident
