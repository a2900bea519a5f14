"""Required means running, and running means required: what the law asks has a clock, and nothing else runs."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import select

from incident.domain.kinds import DeadlineState
from incident.law.deadlines import deadlines
from incident.law.duties import Duty
from incident.law.facts import AffectedController, BreachFacts, CountryCount, Trigger
from incident.law.obligations import REGIME_SETTINGS, Obligation, ObligationKind, obligations, rules_for
from incident.law.vocabulary import UNKNOWN, IncidentKind, NotInformingGround, RiskLevel, Role, Ternary, TriggerKind
from incident.platform.clock import FixedClock
from incident.store.models import Deadline, Incident
from incident.usecases.clock.deadlines import obligations_of, sync_deadlines
from incident.usecases.common.fact_versions import append_version
from incident.usecases.common.settings import REGIMES, save_setting

ON_RECORD, ON_PAPER = 40, 1000
"""How many generated incidents go through the database, and how many through the law alone."""

WITHOUT_A_CLOCK = {ObligationKind.DOCUMENT, ObligationKind.SWISS_FADP}
"""The register entry is made by reporting; the Swiss act gives no number and says as soon as possible."""


@pytest.fixture
def clock() -> FixedClock:
    """A day on which every law holds."""
    return FixedClock(datetime(2026, 11, 16, 9, tzinfo=UTC))


def _facts(random: Random, now: datetime) -> BreachFacts:
    def moment() -> datetime:
        return now - timedelta(minutes=random.randrange(60 * 40))

    def perhaps() -> datetime | type(UNKNOWN):  # type: ignore[valid-type]
        return random.choice((UNKNOWN, moment()))

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
        countries=random.choice(((), (CountryCount("GB", 2),), (CountryCount("NL", 2),))),
        kinds=random.choice(((), (IncidentKind.VULNERABILITY_EXPLOITED,), (IncidentKind.HACKING,))),
        affected_controllers=random.choice(((), (AffectedController("Bakker", notice_hours=24),))),
        triggers=triggers,
        first_signal_at=moment(),
        logged_at=now,
        aware_at=perhaps(),
        high_risk_established_at=perhaps(),
        not_informing_ground=random.choice((UNKNOWN, *NotInformingGround)),
    )


def test_what_the_law_requires_runs_and_what_runs_is_required(session, team, clock) -> None:
    """For every generated incident, by every law: a clock, or a text that says what the duty waits for."""
    save_setting(session, REGIMES, {"regimes": list(REGIME_SETTINGS)}, actor=team.admin, now=clock.now())
    random = Random(19)
    for number in range(ON_RECORD):
        incident = _incident(session, team, clock, number)
        facts = _facts(random, clock.now())
        incident.risk = random.choice((None, *RiskLevel))
        append_version(session, incident, facts, actor=team.dpo, now=clock.now(), chapter="report", reason="")
        sync_deadlines(session, incident, facts, actor=team.dpo, now=clock.now())
        query = select(Deadline.obligation).where(
            Deadline.incident_id == incident.id, Deadline.state == DeadlineState.OPEN
        )
        running = set(session.scalars(query))
        found = obligations_of(session, incident, facts, clock.now())
        check(found, running, facts)


def check(found: Iterable[Obligation], running: set[str], facts: BreachFacts) -> None:
    """Both ways. The authority's clock ends by a decision only, so an assessment "unlikely" leaves it running."""
    by_id = {each.id: each for each in found}
    assert running <= set(by_id)
    for key, obligation in by_id.items():
        if obligation.duty is Duty.NOT_REQUIRED:
            decided_only = key == "gdpr_33_1" and facts.role is not Role.PROCESSOR
            assert key not in running or decided_only, (key, "runs, but nothing asks for it", facts)
        elif obligation.kind not in WITHOUT_A_CLOCK and not obligation.waits_for:
            no_hours = obligation.kind is ObligationKind.NOTIFY_CONTROLLER and not facts.affected_controllers
            assert key in running or no_hours, (key, "is required, but nothing runs", facts)


def test_on_paper_a_duty_has_a_clock_or_says_what_it_waits_for(clock) -> None:
    """The same for a thousand situations, each under every law, without the record."""
    random, required = Random(33), set()
    for _number in range(ON_PAPER):
        facts = _facts(random, clock.now())
        rules, risk = rules_for(facts, clock.now()), random.choice((None, *RiskLevel))
        moments = {"ground_invoked": clock.now()} if random.random() < 0.5 else {}
        found = obligations(facts, rules, risk=risk, regimes=frozenset(REGIME_SETTINGS), moments=moments)
        check(found, {each.obligation_id for each in deadlines(found, facts, rules)}, facts)
        required |= {each.kind for each in found if each.duty is Duty.REQUIRED}
    never = {ObligationKind.FOLLOW_UP, ObligationKind.SWISS_FADP}
    assert set(ObligationKind) - required <= never, "the situations must reach every duty"


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
