"""Who must be told, and why or why not."""

from dataclasses import replace
from datetime import datetime

import pytest

from incident.law.duties import Duty
from incident.law.facts import AffectedController, BreachFacts, CountryCount, Trigger
from incident.law.obligations import (
    Obligation,
    ObligationKind,
    contract_hours,
    customers,
    obligations,
    rules_for,
    start_of,
)
from incident.law.regimes import Anchor, all_regimes, law_of, settings
from incident.law.rulesets import RuleSet
from incident.law.vocabulary import IncidentKind, NotInformingGround, RiskLevel, Role, Ternary, TriggerKind
from tests.law.clock.cases import EVERY_REGIME, NOW, at, clocks, duties

AWARE = at("2026-11-16T09:20")
SENT = at("2026-11-17T10:00")
BREACH = BreachFacts(role=Role.CONTROLLER, is_breach=Ternary.YES, aware_at=AWARE)


def texts_of(obligation: Obligation) -> tuple[str, ...]:
    """The text ids of the reasons."""
    return tuple(reason.text_id for reason in obligation.reasons)


def test_a_duty_that_waits_has_no_provisional_start() -> None:
    """Art. 34(1): until the high risk is established no earlier signal stands in for it."""
    start = start_of(RuleSet.at(NOW).regime("gdpr_34"), BREACH)
    assert (start.at, start.provisional, start.because.text_id) == (None, False, "waits.high_risk_established")


def test_the_duties_of_the_gdpr_are_always_looked_at() -> None:
    """Without any setting the duties of art. 33 and 34 are listed, in the order of the law."""
    expected = ["gdpr_33_1", "gdpr_33_2", "gdpr_33_4", "gdpr_33_5", "gdpr_34", "gdpr_34_3_c"]
    assert list(duties(BREACH)) == expected


@pytest.mark.parametrize(
    ("setting", "ids"),
    [
        ("cbw", {"cbw_early_warning", "cbw_notification", "cbw_final_report"}),
        ("telecom", {"telecom_initial", "telecom_details"}),
        ("dora", {"dora_initial", "dora_intermediate", "dora_final"}),
        (
            "cra",
            {
                "cra_early_warning",
                "cra_notification",
                "cra_final_report",
                "cra_vulnerability_warning",
                "cra_vulnerability_notification",
                "cra_vulnerability_report",
            },
        ),
        ("eidas", {"eidas_notification"}),
        ("wwke", {"wwke_initial", "wwke_details"}),
        ("wpg", {"wpg_33a"}),
        ("uk_gdpr", {"uk_gdpr_33"}),
        ("swiss_fadp", {"swiss_fadp_24"}),
    ],
)
def test_a_setting_switches_its_duties_on(setting: str, ids: set[str]) -> None:
    """Nothing but the duties of that law is added."""
    assert set(duties(BREACH, regimes=frozenset({setting}))) - set(duties(BREACH)) == ids


def test_what_the_product_takes_further_is_always_on() -> None:
    """Its own duties are those of the GDPR; every other law is a matter of data and of a setting."""
    assert {regime.id for regime in all_regimes() if not regime.setting} == set(ObligationKind)


def test_the_duties_of_the_gdpr_come_first() -> None:
    """Other law follows, each by itself, in the order of the settings."""
    laws = [law_of(key) for key in RuleSet.at(NOW).regimes]
    assert list(dict.fromkeys(laws)) == ["", *settings()]
    assert laws == sorted(laws, key=["", *settings()].index)


@pytest.mark.parametrize(
    ("risk", "authority", "subjects"),
    [
        (None, Duty.REQUIRED, Duty.UNDECIDED),
        (RiskLevel.UNLIKELY, Duty.NOT_REQUIRED, Duty.NOT_REQUIRED),
        (RiskLevel.RISK, Duty.REQUIRED, Duty.NOT_REQUIRED),
        (RiskLevel.HIGH, Duty.REQUIRED, Duty.REQUIRED),
    ],
)
def test_the_risk_decides_who_is_told(risk: RiskLevel | None, authority: Duty, subjects: Duty) -> None:
    """Not assessed is the worst case for the authority; the data subjects wait for a high risk."""
    found = duties(BREACH, risk=risk)
    assert found["gdpr_33_1"].duty is authority
    assert found["gdpr_34"].duty is subjects
    assert found["gdpr_33_5"].duty is Duty.REQUIRED


@pytest.mark.parametrize(
    ("risk", "text"),
    [
        (None, "duty.risk_open"),
        (RiskLevel.UNLIKELY, "duty.risk.not_met"),
        (RiskLevel.RISK, "duty.risk.met"),
        (RiskLevel.HIGH, "duty.risk.met"),
    ],
)
def test_the_authority_duty_says_which_risk_carries_it(risk: RiskLevel | None, text: str) -> None:
    """The reason names the level; a duty that ended keeps only the reason that ended it."""
    found = duties(BREACH, risk=risk)["gdpr_33_1"]
    assert texts_of(found)[0] == text
    assert found.reasons[0].citation == "GDPR art. 33(1)"
    assert dict(found.reasons[0].params) == ({} if risk is None else {"level": f"@risk.level.{risk}"})
    assert texts_of(found)[1:] == (() if risk is RiskLevel.UNLIKELY else ("awareness.aware_at",))


@pytest.mark.parametrize(
    ("risk", "text"),
    [(None, "duty.risk_open_waits"), (RiskLevel.RISK, "duty.high.not_met"), (RiskLevel.HIGH, "duty.high.met")],
)
def test_the_communication_says_what_it_waits_for(risk: RiskLevel | None, text: str) -> None:
    """Until a high risk is established the clock waits; a duty that does not exist waits for nothing."""
    found = duties(BREACH, risk=risk)["gdpr_34"]
    assert texts_of(found)[0] == text
    assert found.anchored_at is None
    assert found.waits_for == (None if risk is RiskLevel.RISK else "waits.high_risk_established")


def test_an_established_high_risk_starts_the_communication() -> None:
    """The recorded instant is enough; an accepted lower level wins over it."""
    facts = replace(BREACH, high_risk_established_at=SENT)
    found = duties(facts)["gdpr_34"]
    assert (found.duty, found.anchored_at, found.waits_for) == (Duty.REQUIRED, SENT, None)
    assert texts_of(found) == ("duty.high.met", "start.high_risk_established", "period.none.high_risk_established")
    assert duties(facts, risk=RiskLevel.RISK)["gdpr_34"].duty is Duty.NOT_REQUIRED


@pytest.mark.parametrize(
    ("ground", "citation"),
    [
        (NotInformingGround.PROTECTED, "GDPR art. 34(3)(a)"),
        (NotInformingGround.RISK_REMOVED, "GDPR art. 34(3)(b)"),
        (NotInformingGround.DISPROPORTIONATE, "GDPR art. 34(3)(c)"),
        (NotInformingGround.UAVG_41, "UAVG art. 41"),
        (NotInformingGround.UAVG_42, "UAVG art. 42"),
    ],
)
def test_only_the_legal_grounds_end_the_communication(ground: NotInformingGround, citation: str) -> None:
    """A ground counts where the risk is high; the notification to the authority is untouched by it."""
    facts = replace(BREACH, not_informing_ground=ground)
    found = duties(facts, risk=RiskLevel.HIGH)
    assert found["gdpr_34"].duty is Duty.NOT_REQUIRED
    assert [(reason.text_id, reason.citation) for reason in found["gdpr_34"].reasons] == [
        (f"ground.{ground}", citation)
    ]
    assert found["gdpr_33_1"].duty is Duty.REQUIRED
    assert duties(facts)["gdpr_34"].duty is Duty.UNDECIDED


def test_no_breach_ends_the_duties_of_data_protection_only() -> None:
    """An incident without personal data may still have to be told under network security law."""
    facts = replace(BREACH, is_breach=Ternary.NO, network_incident=Ternary.YES)
    found = duties(facts, risk=RiskLevel.HIGH, regimes=EVERY_REGIME)
    ended = {"gdpr_33_1", "gdpr_33_2", "gdpr_33_4", "gdpr_33_5", "gdpr_34", "telecom_initial", "telecom_details"}
    for key in ended:
        assert found[key].duty is Duty.NOT_REQUIRED, key
    assert texts_of(found["gdpr_33_1"]) == ("duty.no_breach",)
    assert found["gdpr_33_1"].waits_for is None
    assert found["cbw_notification"].duty is Duty.UNDECIDED


def test_an_open_question_of_breach_counts_as_yes() -> None:
    """The register and the authority do not wait for the triage."""
    facts = replace(BREACH, is_breach=Ternary.UNKNOWN)
    for key in ("gdpr_33_1", "gdpr_33_5"):
        assert duties(facts)[key].duty is Duty.REQUIRED
        assert texts_of(duties(facts)[key])[0] == "duty.breach_open"


def test_the_register_holds_every_breach_whatever_the_risk() -> None:
    """Art. 33(5): at once, no number, and its instant is the registration."""
    waiting = duties(BREACH, risk=RiskLevel.UNLIKELY)["gdpr_33_5"]
    assert (waiting.duty, waiting.waits_for) == (Duty.REQUIRED, "waits.recording")
    assert texts_of(waiting) == ("duty.any_breach", "waits.recording", "period.none.recording")
    logged = duties(replace(BREACH, logged_at=SENT))["gdpr_33_5"]
    assert (logged.anchored_at, logged.waits_for, logged.recipient) == (SENT, None, "recipient.register")


def test_the_register_is_the_duty_of_a_controller_in_any_role() -> None:
    """Art. 33(5) binds the controller; that a processor keeps the product's record is its own choice."""
    for role in Role:
        duty = duties(replace(BREACH, role=role))["gdpr_33_5"].duty
        assert (duty is Duty.NOT_REQUIRED) is (role is Role.PROCESSOR), role


def test_of_processing_across_borders_the_lead_authority_is_named() -> None:
    """Art. 56(1): one authority is told; only an answer that the processing crosses borders says so."""
    for border in Ternary:
        found = duties(replace(BREACH, cross_border=border), risk=RiskLevel.RISK, regimes=EVERY_REGIME)
        named = {key for key, one in found.items() if "GDPR art. 56(1)" in {why.citation for why in one.reasons}}
        assert named == ({"gdpr_33_1"} if border is Ternary.YES else set())
        assert found["gdpr_33_1"].duty is Duty.REQUIRED


@pytest.mark.parametrize(
    ("role", "duty", "text"),
    [
        (Role.PROCESSOR, Duty.NOT_REQUIRED, "duty.we_are_processor"),
        (Role.JOINT_CONTROLLER, Duty.REQUIRED, "duty.joint_controllers"),
        (Role.UNKNOWN, Duty.REQUIRED, "duty.role_open"),
    ],
)
def test_the_role_decides_whose_duty_the_notification_is(role: Role, duty: Duty, text: str) -> None:
    """A processor does not notify; an open role counts as controller; joint controllers look at their arrangement."""
    found = duties(replace(BREACH, role=role))
    assert found["gdpr_33_1"].duty is duty
    assert text in texts_of(found["gdpr_33_1"])
    assert found["gdpr_33_4"].duty is duty


@pytest.mark.parametrize(
    ("role", "duty", "text"),
    [
        (Role.PROCESSOR, Duty.REQUIRED, "duty.name_the_customers"),
        (Role.CONTROLLER, Duty.NOT_REQUIRED, "duty.no_customers"),
        (Role.JOINT_CONTROLLER, Duty.NOT_REQUIRED, "duty.no_customers"),
        (Role.UNKNOWN, Duty.UNDECIDED, "duty.customers_open"),
    ],
)
def test_without_customers_the_role_says_what_is_missing(role: Role, duty: Duty, text: str) -> None:
    """One obligation stands in for the customers that are not named yet."""
    found = duties(replace(BREACH, role=role))["gdpr_33_2"]
    assert (found.duty, found.recipient) == (duty, "recipient.controller")
    assert text in texts_of(found)


@pytest.mark.parametrize("role", list(Role))
def test_every_customer_gets_a_notice_of_its_own(role: Role) -> None:
    """Whatever the role: who is listed is told. Agreed hours are named; without them the law has no number."""
    listed = (AffectedController("Bakker B.V.", notice_hours=24), AffectedController("Smid N.V."))
    found = duties(replace(BREACH, role=role, affected_controllers=listed))
    assert "gdpr_33_2" not in found
    bakker, smid = found["gdpr_33_2:Bakker B.V."], found["gdpr_33_2:Smid N.V."]
    assert (bakker.recipient, smid.recipient) == ("Bakker B.V.", "Smid N.V.")
    assert bakker.duty is smid.duty is Duty.REQUIRED
    assert bakker.anchored_at == AWARE
    assert texts_of(bakker)[1:] == ("duty.customers_listed", "awareness.aware_at", "period.contract")
    assert dict(bakker.reasons[-1].params) == {"hours": 24}
    assert texts_of(smid)[-1] == "period.none.processor_awareness"
    assert smid.waits_for is None
    assert bakker.kind == ObligationKind.NOTIFY_CONTROLLER
    assert bakker.anchor is Anchor.PROCESSOR_AWARENESS


@pytest.mark.parametrize(("agreed", "usable"), [(None, None), (-1, None), (0, None), (1, 1), (72, 72)])
def test_agreed_hours_count_when_there_is_at_least_one(agreed: int | None, usable: int | None) -> None:
    """No hours, or hours that make no sense, leave the law's own words."""
    listed = AffectedController("Bakker", notice_hours=agreed)
    assert contract_hours(listed) == usable
    told = duties(replace(BREACH, affected_controllers=(listed,)))["gdpr_33_2:Bakker"].reasons[-1].text_id
    assert told == ("period.contract" if usable else "period.none.processor_awareness")


def test_customers_of_the_same_name_are_told_apart() -> None:
    """Also when a third one is really called like the number that the second would get."""
    names = ("Bakker", "Bakker", "Bakker#2", "Bakker")
    listed = tuple(AffectedController(name) for name in names)
    found = customers(replace(BREACH, affected_controllers=listed))
    assert list(found) == ["gdpr_33_2:Bakker", "gdpr_33_2:Bakker#2", "gdpr_33_2:Bakker#2#2", "gdpr_33_2:Bakker#3"]
    assert tuple(found.values()) == listed


@pytest.mark.parametrize(
    ("risk", "duty", "waits"),
    [
        (None, Duty.REQUIRED, "waits.first_notification"),
        (RiskLevel.UNLIKELY, Duty.NOT_REQUIRED, None),
    ],
)
def test_the_follow_up_depends_on_the_notification(risk: RiskLevel | None, duty: Duty, waits: str | None) -> None:
    """Where nothing is notified, nothing follows; otherwise it waits for the first filing."""
    found = duties(BREACH, risk=risk)["gdpr_33_4"]
    assert (found.duty, found.waits_for, found.anchored_at) == (duty, waits, None)
    assert texts_of(found)[0] == ("duty.follows_report" if waits else "duty.no_report_to_follow")


def test_a_filing_starts_the_follow_up_even_if_it_was_not_required() -> None:
    """What was begun is finished. The fact sheet's instant comes before the one from outside."""
    moments = {"gdpr_33_1": at("2026-11-18T10:00")}
    found = duties(replace(BREACH, first_notified_at=SENT), risk=RiskLevel.UNLIKELY, moments=moments)["gdpr_33_4"]
    assert (found.duty, found.anchored_at) == (Duty.REQUIRED, SENT)
    assert texts_of(found) == ("duty.withdraw", "start.first_notification")
    assert duties(BREACH, moments=moments)["gdpr_33_4"].anchored_at == moments["gdpr_33_1"]


SIGNIFICANT = TriggerKind.SIGNIFICANT_INCIDENT


@pytest.mark.parametrize(
    ("is_breach", "risk", "follows"),
    [
        (Ternary.YES, RiskLevel.RISK, "duty.follows_report"),
        (Ternary.YES, RiskLevel.HIGH, "duty.follows_report"),
        (Ternary.YES, None, "duty.follows_report"),
        (Ternary.UNKNOWN, None, "duty.follows_report"),
        (Ternary.YES, RiskLevel.UNLIKELY, "duty.withdraw"),
        (Ternary.NO, RiskLevel.HIGH, "duty.withdraw"),
        (Ternary.NO, None, "duty.withdraw"),
    ],
)
def test_after_a_filing_that_turns_out_unnecessary_a_withdrawal_is_due(
    is_breach: Ternary, risk: RiskLevel | None, follows: str
) -> None:
    """Art. 33(4): more information, or a withdrawal where there was no breach or no risk; other law knows none."""
    facts = replace(BREACH, is_breach=is_breach, first_notified_at=SENT)
    found = duties(facts, risk=risk, regimes=EVERY_REGIME, moments={"cbw_notification": SENT})
    assert (found["gdpr_33_4"].duty, texts_of(found["gdpr_33_4"])[0]) == (Duty.REQUIRED, follows)
    assert texts_of(found["cbw_final_report"])[0] == "duty.follows_report"


@pytest.mark.parametrize(
    ("network", "met", "duty", "text"),
    [
        (Ternary.YES, Ternary.YES, Duty.REQUIRED, "yes"),
        (Ternary.YES, Ternary.NO, Duty.NOT_REQUIRED, "no"),
        (Ternary.YES, Ternary.UNKNOWN, Duty.UNDECIDED, "unknown"),
        (Ternary.UNKNOWN, Ternary.UNKNOWN, Duty.UNDECIDED, "unknown"),
        (Ternary.NO, Ternary.UNKNOWN, Duty.NOT_REQUIRED, "no"),
        (Ternary.NO, Ternary.YES, Duty.REQUIRED, "yes"),
    ],
)
def test_network_law_asks_for_a_significant_incident(network: Ternary, met: Ternary, duty: Duty, text: str) -> None:
    """What is stated of the event itself counts; the final report shares the fate of the notification before it."""
    facts = replace(BREACH, network_incident=network, triggers=(Trigger(SIGNIFICANT, met),))
    found = duties(facts, regimes=frozenset({"cbw"}))
    assert found["cbw_notification"].duty is duty
    assert texts_of(found["cbw_notification"])[0] == f"duty.trigger.significant_incident.{text}"
    assert found["cbw_final_report"].duty is duty
    assert found["cbw_final_report"].waits_for == (None if duty is Duty.NOT_REQUIRED else "waits.earlier_report")
    sent = duties(facts, regimes=frozenset({"cbw"}), moments={"cbw_notification": SENT})
    assert (sent["cbw_final_report"].duty, sent["cbw_final_report"].anchored_at) == (Duty.REQUIRED, SENT)


@pytest.mark.parametrize(("network", "expected"), [(Ternary.NO, Duty.NOT_REQUIRED), (Ternary.UNKNOWN, Duty.UNDECIDED)])
def test_what_touches_no_system_is_no_major_ict_incident(network: Ternary, expected: Duty) -> None:
    """DORA art. 3(8), 3(10): a lost paper file starts no clock of it; a product may be attacked all the same."""
    found = duties(replace(BREACH, network_incident=network), regimes=frozenset({"dora", "cra"}))
    assert found["dora_initial"].duty is expected
    assert found["cra_early_warning"].duty is Duty.UNDECIDED


def test_an_exploited_vulnerability_is_a_trigger_of_its_own() -> None:
    """CRA art. 14(1)-(2): 24 and 72 hours whether or not there was an incident; 14 days from the corrective measure."""
    cra = frozenset({"cra"})
    facts = replace(BREACH, network_incident=Ternary.NO, kinds=(IncidentKind.VULNERABILITY_EXPLOITED,))
    found = duties(facts, regimes=cra)
    assert found["cra_vulnerability_warning"].duty is Duty.REQUIRED
    waiting = found["cra_vulnerability_report"]
    assert (waiting.duty, waiting.waits_for) == (Duty.REQUIRED, "waits.fix_available")
    stated = replace(facts, triggers=(Trigger(TriggerKind.EXPLOITED_VULNERABILITY, Ternary.YES, fixed_at=SENT),))
    fixed = duties(stated, regimes=cra)["cra_vulnerability_report"]
    assert (fixed.anchored_at, fixed.waits_for) == (SENT, None)
    assert "start.fix_available" in texts_of(fixed)
    assert duties(facts, regimes=cra, moments={"fix_available": SENT})["cra_vulnerability_report"].anchored_at == SENT
    denied = replace(facts, triggers=(Trigger(TriggerKind.EXPLOITED_VULNERABILITY, Ternary.NO),))
    assert duties(denied, regimes=cra)["cra_vulnerability_warning"].duty is Duty.NOT_REQUIRED
    assert duties(denied, regimes=cra)["cra_early_warning"].duty is Duty.UNDECIDED, "each trigger by itself"


def test_an_event_before_its_law_starts_nothing() -> None:
    """What became known before 15 August 2026 is no case of the Cyberbeveiligingswet, whatever came out later."""
    facts = replace(BREACH, first_signal_at=at("2026-08-14T12:00"))
    found = duties(facts, regimes=frozenset({"cbw"}))["cbw_notification"]
    assert (found.duty, texts_of(found)) == (Duty.NOT_REQUIRED, ("duty.not_in_force",))


@pytest.mark.parametrize(
    ("countries", "duty", "text"),
    [
        ((CountryCount("gb", 3), CountryCount("NL", 9)), Duty.REQUIRED, "duty.people_there"),
        ((CountryCount("GB"),), Duty.REQUIRED, "duty.people_there"),
        ((CountryCount("NL", 9),), Duty.NOT_REQUIRED, "duty.nobody_there"),
        ((CountryCount("GB", 0), CountryCount("NL", 9)), Duty.NOT_REQUIRED, "duty.nobody_there"),
        ((), Duty.UNDECIDED, "duty.country_open"),
    ],
)
def test_foreign_law_asks_for_people_there(countries: tuple[CountryCount, ...], duty: Duty, text: str) -> None:
    """A count of zero is nobody, an unknown count is somebody, and no countries at all leave it open."""
    found = duties(replace(BREACH, countries=countries), regimes=frozenset({"uk_gdpr"}))["uk_gdpr_33"]
    assert found.duty is duty
    assert text in texts_of(found)
    asked = next(reason for reason in found.reasons if reason.text_id == text)
    assert dict(asked.params) == {"country": "GB"}


def test_the_swiss_duty_needs_a_high_risk_and_has_no_number() -> None:
    """As soon as possible, from awareness, only where the risk is high; not assessed is the worst case.

    The law has no number; the clock that runs all the same is house policy."""
    facts = replace(BREACH, countries=(CountryCount("CH", 1),))
    swiss = frozenset({"swiss_fadp"})
    assert duties(facts, regimes=swiss, risk=RiskLevel.RISK)["swiss_fadp_24"].duty is Duty.NOT_REQUIRED
    found = duties(facts, regimes=swiss)["swiss_fadp_24"]
    assert (found.duty, found.anchored_at) == (Duty.REQUIRED, AWARE)
    assert texts_of(found)[-1] == "period.none.awareness"


def test_the_omnibus_would_notify_high_risks_only() -> None:
    """Asked for as a what-if: a plain risk is not notified, an open one is."""
    ended = duties(BREACH, risk=RiskLevel.RISK, proposals=True)["gdpr_33_1"]
    assert (ended.duty, texts_of(ended)[-1]) == (Duty.NOT_REQUIRED, "note.proposal"), "a draft that ends a duty says so"
    assert duties(BREACH, risk=RiskLevel.HIGH, proposals=True)["gdpr_33_1"].duty is Duty.REQUIRED
    open_risk = duties(BREACH, proposals=True)["gdpr_33_1"]
    assert (open_risk.duty, open_risk.regime_version) == (Duty.REQUIRED, "gdpr_33_1@omnibus-2025-0360")
    assert duties(BREACH, risk=RiskLevel.RISK, proposals=True)["gdpr_33_5"].duty is Duty.REQUIRED


@pytest.mark.parametrize(
    ("facts", "version"),
    [
        (BreachFacts(aware_at=at("2026-08-01T12:00")), "nl-2025-01-17.1"),
        (BreachFacts(first_signal_at=at("2018-12-31T12:00")), "nl-2018-05-25.1"),
        (BreachFacts(), "nl-2026-09-11.1"),
    ],
)
def test_a_breach_is_judged_by_the_rules_of_its_awareness(facts: BreachFacts, version: str) -> None:
    """Awareness, else the earliest signal, else now."""
    assert rules_for(facts, NOW).version == version
    assert rules_for(facts, NOW, include_proposals=True).version == f"{version}+proposals"


def test_a_law_that_was_not_in_force_is_not_listed() -> None:
    """A breach found before 15 August 2026 knows no Cyberbeveiligingswet."""
    before = replace(BREACH, aware_at=at("2026-08-14T23:00"))
    assert not any(key.startswith("cbw") for key in duties(before, regimes=EVERY_REGIME))


def test_an_obligation_names_everything_it_stands_on() -> None:
    """The whole of one obligation, field by field."""
    found = obligations(BREACH, RuleSet.at(AWARE), risk=RiskLevel.RISK)[0]
    assert found.id == "gdpr_33_1"
    assert found.kind == ObligationKind.NOTIFY_AUTHORITY
    assert found.regime_version == "gdpr_33_1@2018"
    assert found.recipient == "recipient.ap"
    assert found.anchor is Anchor.AWARENESS
    assert found.anchored_at == AWARE
    assert found.waits_for is None


def test_without_any_moment_every_clock_waits() -> None:
    """An obligation without a date is normal: it exists and says what it waits for."""
    empty = BreachFacts(role=Role.PROCESSOR, affected_controllers=(AffectedController("Bakker", notice_hours=24),))
    found = duties(empty, regimes=EVERY_REGIME)
    for obligation in found.values():
        assert obligation.anchored_at is None
        assert (obligation.waits_for is None) == (obligation.duty is Duty.NOT_REQUIRED)
    assert found["gdpr_33_2:Bakker"].waits_for == "awareness.none"
    assert clocks(empty, regimes=EVERY_REGIME) == {}


@pytest.mark.parametrize("moment", ["2026-11-16T09:20", "2026-10-25T02:30+02:00"])
def test_obligation_ids_are_stable_over_time(moment: str) -> None:
    """The same breach at another moment has the same ids."""
    other: datetime = at(moment)
    assert list(duties(replace(BREACH, aware_at=other), regimes=EVERY_REGIME)) == list(
        duties(BREACH, regimes=EVERY_REGIME)
    )
