"""Every reason that the duties and the starts of clocks can give; run `python -m tests.law.clock.reasons` to see them.

A line: what it does to the duty (or "start", "finding"), rule, source, text.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product

from incident.law.awareness import awareness_findings, own_awareness, processor_awareness
from incident.law.duties import rulings
from incident.law.facts import AffectedController, BreachFacts, CountryCount, Trigger
from incident.law.obligations import start_of
from incident.law.regimes import all_regimes
from incident.law.trace import Reason
from incident.law.vocabulary import UNKNOWN, IncidentKind, NotInformingGround, RiskLevel, Role, Ternary, TriggerKind
from tests.law.clock.cases import EVERY_REGIME, at, duties

AWARE = at("2026-11-16T09:20")
COUNTRIES = ((), (CountryCount("GB"), CountryCount("CH")), (CountryCount("NL"),))
KINDS: tuple[tuple[IncidentKind, ...], ...] = ((), (IncidentKind.VULNERABILITY_EXPLOITED,))
LISTED = ((), (AffectedController("Bakker"),))


def sheets() -> Iterator[BreachFacts]:
    """Every combination of the answers on which a duty depends."""
    for role, breach, network, countries, kinds, listed in product(Role, Ternary, Ternary, COUNTRIES, KINDS, LISTED):
        yield BreachFacts(
            role=role,
            is_breach=breach,
            network_incident=network,
            countries=countries,
            kinds=kinds,
            affected_controllers=listed,
        )


def lines() -> Iterator[str]:
    """The distinct reasons, not yet in order."""
    yield from of_conditions()
    yield from of_starts()
    yield from of_obligations()
    yield from of_timelines()


def of_conditions() -> Iterator[str]:
    """What the conditions of every duty say."""
    for facts, regime, risk in product(sheets(), all_regimes(), (None, *RiskLevel)):
        yield from (written(str(ruling.duty), ruling.because) for ruling in rulings(facts, regime, risk))
    for kind, met, regime in product(TriggerKind, Ternary, all_regimes()):
        facts = BreachFacts(triggers=(Trigger(kind, met),))
        yield from (written(str(each.duty), each.because) for each in rulings(facts, regime, None))
    for ground, regime in product(NotInformingGround, all_regimes()):
        facts = BreachFacts(not_informing_ground=ground)
        yield from (written(str(each.duty), each.because) for each in rulings(facts, regime, RiskLevel.HIGH))


def of_starts() -> Iterator[str]:
    """What starts the clock of every duty, or what it waits for."""
    for regime in all_regimes():
        stated = tuple(Trigger(kind, aware_at=AWARE) for kind in TriggerKind)
        for sheet in (BreachFacts(), BreachFacts(triggers=stated)):
            yield written("start", start_of(regime, sheet).because)
        for moments in ({}, {regime.after or regime.anchor.value: AWARE}):
            yield written("start", start_of(regime, BreachFacts(aware_at=AWARE), moments).because)


def of_obligations() -> Iterator[str]:
    """What whole obligations say, with and without reports sent and customers listed."""
    sent = {regime.id: AWARE for regime in all_regimes()}
    listed = (AffectedController("Bakker", notice_hours=24), AffectedController("Smid"))
    for moments, risk, customers in product(({}, sent), (None, RiskLevel.UNLIKELY), ((), listed)):
        role = Role.PROCESSOR if risk else Role.UNKNOWN
        facts = BreachFacts(aware_at=AWARE, role=role, affected_controllers=customers)
        for obligation in duties(facts, risk=risk, regimes=EVERY_REGIME, moments=moments).values():
            yield from (written(str(obligation.duty), each) for each in obligation.reasons)


def of_timelines() -> Iterator[str]:
    """What the recorded moments give rise to."""
    for facts in timelines():
        for start in (own_awareness(facts), processor_awareness(facts)):
            yield written("start", start.because)
        found = awareness_findings(facts, now=AWARE - timedelta(days=30))
        yield from (written("finding", finding) for finding in found)


def timelines() -> Iterator[BreachFacts]:
    """Fact sheets with every doubt that can be raised about their moments."""
    days: tuple[datetime, ...] = tuple(AWARE + timedelta(days=days) for days in (0, 2))
    for role, signal, aware, told in product(Role, (UNKNOWN, *days), (UNKNOWN, *days), (UNKNOWN, *days)):
        yield BreachFacts(
            role=role,
            first_signal_at=signal,
            aware_at=aware,
            processor_told_us_at=told,
            investigation_started_at=days[1],
            processor_aware_at=days[1],
        )


def written(effect: str, reason: Reason) -> str:
    """One reason in one line."""
    return f"{effect} | {reason.rule_id} | {reason.citation} | {reason.text_id}\n"


def reasons() -> str:
    """All distinct reasons in the order of the alphabet."""
    return "".join(sorted(set(lines())))


if __name__ == "__main__":
    print(reasons(), end="")  # noqa: T201
