"""Each law beside the GDPR by its own event: worked examples written from the texts, in Amsterdam time.

What a text says is marked as in the data: Cbw and CRA from secondary sources (S), DORA, telecom, eIDAS and Wwke from
own knowledge (K); a lawyer has yet to read them against the texts.
"""

from dataclasses import replace
from datetime import datetime

import pytest

from incident.law.explain import explain
from incident.law.facts import BreachFacts, Trigger
from incident.law.regimes import Regime, all_regimes, law_of
from incident.law.texts import sentence
from incident.law.triggers import laws_of_filing, trigger_awareness
from incident.law.vocabulary import UNKNOWN, Role, Ternary, TriggerKind
from tests.law.clock.cases import EVERY_REGIME, at, clocks, duties, outcome, remark_ids

BREACH = BreachFacts(role=Role.CONTROLLER, is_breach=Ternary.YES, first_signal_at=at("2026-11-16T08:00"))
"""A Monday; the laws of these examples hold."""


def due(facts: BreachFacts, key: str, **moments: datetime) -> datetime:
    """Until when one report is due."""
    return clocks(facts, regimes=EVERY_REGIME, moments=moments)[key].due_at


def known_since(kind: TriggerKind, aware: str, **more: datetime) -> BreachFacts:
    """A breach with an event of other law that was known since a moment of its own."""
    return replace(BREACH, triggers=(Trigger(kind, Ternary.YES, at(aware), **more),))


def test_the_clocks_of_other_law_do_not_move_with_the_awareness_of_the_breach() -> None:
    """NIS2 art. 23(4)(a): from awareness of the significant incident; the breach was certain 56 hours later."""
    aware = replace(BREACH, aware_at=at("2026-11-18T16:00"))
    assert due(aware, "gdpr_33_1") == at("2026-11-21T16:00")
    for key in ("cbw_early_warning", "dora_initial", "cra_early_warning", "cra_vulnerability_warning"):
        assert due(aware, key) == due(BREACH, key) == at("2026-11-17T08:00")
        assert clocks(aware, regimes=EVERY_REGIME)[key].provisional
    assert "9/2022" not in explain(duties(aware, regimes=EVERY_REGIME)["cbw_early_warning"], "en")


def test_the_cyberbeveiligingswet_counts_from_the_significant_incident() -> None:
    """Cbw art. 26, 27, 29: 24 hours, 72 hours, one month after the notification."""
    facts = known_since(TriggerKind.SIGNIFICANT_INCIDENT, "2026-11-17T10:15")
    assert due(facts, "cbw_early_warning") == at("2026-11-18T10:15")
    assert due(facts, "cbw_notification") == at("2026-11-20T10:15")
    assert due(facts, "cbw_final_report", cbw_notification=at("2026-11-19T09:00")) == at("2026-12-19T09:00")
    assert not clocks(facts, regimes=EVERY_REGIME)["cbw_notification"].provisional


MAJOR = TriggerKind.MAJOR_ICT_INCIDENT


@pytest.mark.parametrize(
    ("classified", "end", "told"),
    [
        (None, "2026-11-18T10:15", "period.sooner_open"),
        ("2026-11-17T12:00", "2026-11-17T16:00", "period.sooner"),
        ("2026-11-18T06:14", "2026-11-18T10:14", "period.sooner"),
        ("2026-11-18T06:15", "2026-11-18T10:15", "period.not_sooner"),
        ("2026-11-18T09:00", "2026-11-18T10:15", "period.not_sooner"),
    ],
)
def test_dora_counts_four_hours_from_classification_and_a_day_from_awareness(
    classified: str | None, end: str, told: str
) -> None:
    """RTS 2025/301: four hours after the classification as major, at the latest 24 hours after awareness."""
    more = {"classified_at": at(classified)} if classified else {}
    clock = clocks(known_since(MAJOR, "2026-11-17T10:15", **more), regimes=EVERY_REGIME)["dora_initial"]
    assert (clock.due_at, clock.because[-1].text_id) == (at(end), told)


def test_dora_has_reports_after_one_another_and_a_weekend_rule_of_its_own() -> None:
    """72 hours after the first, a month after the second; noon of the next working day is told and not planned on."""
    facts = known_since(MAJOR, "2026-11-19T10:15")
    assert due(facts, "dora_intermediate", dora_initial=at("2026-11-20T09:00")) == at("2026-11-23T09:00")
    assert due(facts, "dora_final", dora_intermediate=at("2026-11-23T08:00")) == at("2026-12-23T08:00")
    clock = clocks(known_since(MAJOR, "2026-11-20T10:15"), regimes=EVERY_REGIME)["dora_initial"]
    assert clock.due_at == at("2026-11-21T10:15")
    assert remark_ids(clock) == ("2025/301",)
    assert outcome(clock, "2025/301") == at("2026-11-23T12:00")
    assert remark_ids(clocks(known_since(MAJOR, "2026-11-17T10:15"), regimes=EVERY_REGIME)["dora_initial"]) == ()


def test_the_cra_has_two_triggers_with_clocks_of_their_own() -> None:
    """CRA art. 14: 24 and 72 hours for each; then 14 days after a fix, or a month after the notification."""
    both = replace(
        BREACH,
        triggers=(
            Trigger(
                TriggerKind.EXPLOITED_VULNERABILITY,
                Ternary.YES,
                at("2026-11-16T09:00"),
                fixed_at=at("2026-11-20T12:00"),
            ),
            Trigger(TriggerKind.SEVERE_PRODUCT_INCIDENT, Ternary.YES, at("2026-11-17T14:00")),
        ),
    )
    assert due(both, "cra_vulnerability_warning") == at("2026-11-17T09:00")
    assert due(both, "cra_vulnerability_notification") == at("2026-11-19T09:00")
    assert due(both, "cra_vulnerability_report") == at("2026-12-04T12:00")
    assert due(both, "cra_early_warning") == at("2026-11-18T14:00")
    assert due(both, "cra_notification") == at("2026-11-20T14:00")
    assert due(both, "cra_final_report", cra_notification=at("2026-11-20T10:00")) == at("2026-12-20T10:00")


def test_telecom_law_counts_from_the_breach_itself() -> None:
    """Regulation 611/2013 art. 2: the breach of personal data is its event; 24 hours, details within three days."""
    aware = replace(BREACH, aware_at=at("2026-11-18T16:00"))
    assert due(aware, "telecom_initial") == at("2026-11-19T16:00")
    assert due(aware, "telecom_details", telecom_initial=at("2026-11-19T10:00")) == at("2026-11-22T10:00")


def test_what_may_come_instead_of_a_report_is_told_beside_its_clock() -> None:
    """Own knowledge, and called that: details only after an incomplete first one; of what still goes on, progress."""
    incident = known_since(TriggerKind.SIGNIFICANT_INCIDENT, "2026-11-17T10:15")
    final = clocks(incident, regimes=EVERY_REGIME, moments={"cbw_notification": at("2026-11-19T09:00")})
    assert "note.still_going_on" in remark_ids(final["cbw_final_report"])
    details = clocks(incident, regimes=EVERY_REGIME, moments={"telecom_initial": at("2026-11-19T10:00")})
    assert "note.only_if_incomplete" in remark_ids(details["telecom_details"])
    for text_id in ("note.still_going_on", "note.only_if_incomplete"):
        assert "own knowledge" in sentence(text_id, (), "en")
        assert "eigen kennis" in sentence(text_id, (), "nl")


def test_trust_services_essential_services_and_police_data_have_their_own_events() -> None:
    """eIDAS and Wwke count from their event, 24 hours; the Wpg from awareness of the breach, 72 hours."""
    trust = known_since(TriggerKind.TRUST_SERVICE_INCIDENT, "2026-11-17T11:00")
    assert due(trust, "eidas_notification") == at("2026-11-18T11:00")
    essential = known_since(TriggerKind.ESSENTIAL_SERVICE_DISRUPTION, "2026-11-17T12:00")
    assert due(essential, "wwke_initial") == at("2026-11-18T12:00")
    assert due(essential, "wwke_details", wwke_initial=at("2026-11-18T09:00")) == at("2026-12-18T09:00")
    police = replace(BREACH, aware_at=at("2026-11-18T16:00"))
    assert due(police, "wpg_33a") == at("2026-11-21T16:00")


def test_while_no_sign_is_recorded_the_clock_of_other_law_waits_and_says_so() -> None:
    """NIS2 art. 23(4): nothing to count from, and nothing that anybody stated."""
    regime = next(each for each in all_regimes() if each.id == "cbw_early_warning")
    start = trigger_awareness(BreachFacts(), regime)
    assert (start.at, start.provisional, start.because.text_id) == (None, True, "waits.trigger")


def test_of_several_signs_the_earliest_starts_the_clock_of_other_law() -> None:
    """NIS2 art. 23(4)(a): until somebody states since when the event was known, the worst case counts."""
    facts = replace(BREACH, discovered_at=at("2026-11-17T09:00"), logged_at=at("2026-11-18T09:00"))
    assert due(facts, "cbw_early_warning") == at("2026-11-17T08:00")
    later = replace(facts, first_signal_at=UNKNOWN, processor_told_us_at=at("2026-11-16T11:00"))
    assert due(later, "cbw_early_warning") == at("2026-11-17T11:00")


@pytest.mark.parametrize(
    ("duty", "law"), [("cbw_early_warning", "cbw"), ("wpg_33a", "wpg"), ("gdpr_33_1", ""), ("of_no_law", "")]
)
def test_a_duty_says_under_which_other_law_it_falls(duty: str, law: str) -> None:
    """NIS2 art. 23, Wpg art. 33a: the setting of the organisation that brings it about; of the GDPR there is none."""
    assert law_of(duty) == law


@pytest.mark.parametrize(
    ("running", "met", "form", "laws"),
    [
        ({"wpg_33a"}, Ternary.UNKNOWN, "ap-2022", ()),
        ({"wpg_33a"}, Ternary.YES, "ap-2022", ("wpg",)),
        ({"wpg_33a"}, Ternary.NO, "ap-2022", ()),
        ({"wpg_33a"}, Ternary.YES, "edpb-1.0", ()),
        ({"telecom_initial", "telecom_details", "gdpr_33_1"}, Ternary.UNKNOWN, "ap-2022", ("telecom",)),
        ({"gdpr_33_1", "gdpr_33_4"}, Ternary.YES, "ap-2022", ()),
        ({"cbw_early_warning"}, Ternary.YES, "ap-2022", ()),
        (set(), Ternary.YES, "ap-2022", ()),
    ],
)
def test_a_filing_names_another_law_when_its_clock_runs_on_this_form_and_its_event_is_stated(
    running: set[str], met: Ternary, form: str, laws: tuple[str, ...]
) -> None:
    """Each law once, and none because its question is open; what is filed elsewhere is not filed here."""
    facts = replace(BREACH, triggers=(Trigger(TriggerKind.POLICE_OR_JUDICIAL_DATA, met),))
    assert laws_of_filing(facts, form, frozenset(running)) == laws


@pytest.mark.parametrize("regime", [one for one in all_regimes() if one.anchor == "trigger"], ids=lambda one: one.id)
def test_a_clock_of_other_law_says_that_it_runs_from_its_own_event(regime: Regime) -> None:
    """Whoever reads it sees since when the event was known, and not the breach."""
    assert regime.trigger is not None
    clock = clocks(known_since(regime.trigger, "2026-11-17T10:30"), regimes=EVERY_REGIME)[regime.id]
    assert "from the awareness of its own event: Tuesday 17 November 2026 10:30 CET" in explain(clock, "en")
