"""The running clocks: their ends, their reasons, and what a correction changes."""

from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from incident.law.deadlines import deadline
from incident.law.duties import Duty
from incident.law.errors import NoRuleInForce
from incident.law.facts import AffectedController, AuthorityLetter, BreachFacts
from incident.law.letters import letter_of
from incident.law.obligations import obligations, rules_for
from incident.law.regimes import Anchor, all_regimes
from incident.law.rulesets import RuleSet
from incident.law.vocabulary import UNKNOWN, IncidentKind, LetterKind, NotInformingGround, RiskLevel, Role, Ternary
from tests.law.clock.cases import EVERY_REGIME, NOW, at, clocks, duties, outcome, remark_ids

AWARE = at("2026-11-16T09:20")
SENT = at("2026-11-17T10:00")
BREACH = BreachFacts(role=Role.CONTROLLER, is_breach=Ternary.YES, network_incident=Ternary.YES, aware_at=AWARE)


def test_the_clock_of_the_authority() -> None:
    """72 hours from awareness, with the rule set and both reasons."""
    clock = clocks(BREACH)["gdpr_33_1"]
    assert (clock.starts_at, clock.due_at) == (AWARE, at("2026-11-19T09:20"))
    assert clock.due_at.tzinfo is UTC
    assert clock.ruleset == "nl-2026-09-11.1"
    assert not clock.provisional
    assert [reason.text_id for reason in clock.because] == ["awareness.aware_at", "period.hours"]
    assert dict(clock.because[1].params) == {"hours": 72}
    assert clock.because[1].citation == "GDPR art. 33(1)"


def test_until_awareness_is_stated_the_clock_is_provisional() -> None:
    """It runs from the earliest signal and says so; once awareness is stated it runs from there."""
    facts = replace(BreachFacts(), first_signal_at=AWARE, logged_at=SENT, occurred_from=at("2026-11-01T00:00"))
    before = clocks(facts)["gdpr_33_1"]
    assert (before.provisional, before.starts_at) == (True, AWARE)
    assert before.because[0].text_id == "awareness.worst_case"
    after = clocks(replace(facts, aware_at=SENT))["gdpr_33_1"]
    assert (after.provisional, after.starts_at) == (False, SENT)


@pytest.mark.parametrize(
    ("moments", "ids"),
    [
        ({}, {"cbw_early_warning": "2026-11-17T09:20", "cbw_notification": "2026-11-19T09:20"}),
        ({"cbw_notification": SENT}, {"cbw_final_report": "2026-12-17T10:00"}),
        ({}, {"dora_initial": "2026-11-17T09:20", "telecom_initial": "2026-11-17T09:20"}),
        ({"dora_initial": SENT}, {"dora_intermediate": "2026-11-20T10:00"}),
        ({"dora_intermediate": SENT}, {"dora_final": "2026-12-17T10:00"}),
        ({"telecom_initial": SENT}, {"telecom_details": "2026-11-20T10:00"}),
        ({}, {"cra_early_warning": "2026-11-17T09:20", "cra_notification": "2026-11-19T09:20"}),
        ({"cra_notification": SENT}, {"cra_final_report": "2026-12-17T10:00"}),
        ({"fix_available": SENT}, {"cra_vulnerability_report": "2026-12-01T10:00"}),
        ({"gdpr_33_1": SENT}, {"gdpr_33_4": "2026-12-01T10:00"}),
        ({}, {"uk_gdpr_33": "2026-11-19T09:20"}),
    ],
)
def test_every_clock_ends_where_its_law_says(moments: dict[str, object], ids: dict[str, str]) -> None:
    """Each regime with its own start and its own period."""
    facts = replace(BREACH, kinds=(IncidentKind.VULNERABILITY_EXPLOITED,))
    found = clocks(facts, regimes=EVERY_REGIME, moments=moments)
    assert {key: found[key].due_at for key in ids} == {key: at(due) for key, due in ids.items()}
    own = {regime.id for regime in all_regimes() if regime.anchor is Anchor.TRIGGER}
    assert {key for key, clock in found.items() if clock.provisional} == own & set(found), "nobody stated these yet"
    assert {found[key].starts_at for key in ids} <= {AWARE, SENT}
    for key in ids:
        assert dict(found[key].because[0].params)["at"] == found[key].starts_at


def test_what_has_no_number_has_no_clock() -> None:
    """The entry in the register is made at once; that is no number."""
    facts = replace(BREACH, logged_at=SENT, high_risk_established_at=SENT)
    assert duties(facts, regimes=EVERY_REGIME)["gdpr_33_5"].anchored_at is not None
    assert "gdpr_33_5" not in clocks(facts, regimes=EVERY_REGIME)


def test_a_processor_has_hours_of_the_house_where_none_were_agreed() -> None:
    """Art. 33(2): without undue delay is no number, but no notice goes without a clock; agreed hours of zero are none.

    Own hours only shorten it, because the customer can tell nobody before it knows; an open role starts nothing.
    """
    listed = (AffectedController("Smid"), AffectedController("Nul", notice_hours=0))
    facts = BreachFacts(role=Role.PROCESSOR, processor_aware_at=AWARE, affected_controllers=listed)
    found = clocks(facts)
    assert {clock.due_at for clock in found.values()} == {at("2026-11-17T09:20")}
    assert {clock.because[-1].text_id for clock in found.values()} == {"period.house_hours"}
    duty = duties(facts)["gdpr_33_2:Smid"]
    for hours, due in ((12, "2026-11-16T21:20"), (96, "2026-11-17T09:20")):
        assert deadline(duty, facts, rules_for(facts, NOW).with_house_hours(hours)).due_at == at(due)
    assert "gdpr_33_2" in clocks(replace(facts, affected_controllers=()))
    assert "gdpr_33_2" not in clocks(replace(facts, affected_controllers=(), role=Role.UNKNOWN))


def test_what_an_authority_asks_is_due_by_its_own_term_whatever_we_think_of_the_breach() -> None:
    """GDPR art. 34(4), 58(1)(a): one duty for each letter that asks, by its number; a receipt asks for nothing.

    An order without a term gets hours of the house, and says that the law has no number.
    """
    letters = (
        AuthorityLetter(LetterKind.RECEIPT, AWARE),
        AuthorityLetter(LetterKind.QUESTIONS, AWARE, at("2026-11-30T17:00")),
        AuthorityLetter(LetterKind.ORDER, SENT, UNKNOWN),
    )
    facts = replace(BREACH, is_breach=Ternary.NO, authority_letters=letters)
    found, running = duties(facts), clocks(facts)
    assert {key for key in found if ":" in key} == {"gdpr_58_1:2", "gdpr_34_4:3"}
    assert {found[key].duty for key in ("gdpr_58_1:2", "gdpr_34_4:3")} == {Duty.REQUIRED}
    asked, order = running["gdpr_58_1:2"], running["gdpr_34_4:3"]
    assert (asked.starts_at, asked.due_at, asked.remarks) == (AWARE, at("2026-11-30T17:00"), ())
    assert [why.text_id for why in asked.because] == ["duty.letter.questions", "period.letter"]
    assert (order.starts_at, order.due_at) == (SENT, at("2026-11-20T10:00"))
    assert order.because[-1].text_id == "period.house_hours"
    assert found["gdpr_34_4:3"].reasons[-1].text_id.startswith("period.none.")
    assert len(found["gdpr_58_1:2"].reasons) == 1


def test_a_letter_is_found_by_the_number_of_its_duty_and_by_nothing_else() -> None:
    """The last letter too; and a customer whose name is a number has nothing to do with a letter."""
    letters = (AuthorityLetter(LetterKind.QUESTIONS, AWARE, at("2026-11-30T17:00")),) * 2
    facts = replace(BREACH, authority_letters=letters, affected_controllers=(AffectedController("1"),))
    assert {key: clock.due_at for key, clock in clocks(facts).items() if key.startswith("gdpr_58_1")} == {
        "gdpr_58_1:1": at("2026-11-30T17:00"),
        "gdpr_58_1:2": at("2026-11-30T17:00"),
    }
    assert letter_of("gdpr_58_1:2", facts) is letters[1]
    for other in ("gdpr_58_1:3", "gdpr_58_1:x", "gdpr_58_1", "gdpr_33_2:1", "gdpr_33_1"):
        assert letter_of(other, facts) is None, other


def test_house_policy_that_ends_on_a_saturday_is_not_lengthened_by_any_act() -> None:
    """Algemene termijnenwet art. 1(1): it lengthens terms that an act sets, and the 14 days are our own."""
    clock = clocks(replace(BREACH, first_notified_at=at("2026-11-21T10:00")))["gdpr_33_4"]
    assert clock.due_at == at("2026-12-05T10:00")
    assert remark_ids(clock) == ("policy-longest", "note.own_policy")


def test_informing_people_has_hours_of_the_house() -> None:
    """Art. 34 gives no number: 72 hours from the high risk are house policy, named as such; others can be set."""
    facts = replace(BREACH, high_risk_established_at=SENT)
    clock = clocks(facts)["gdpr_34"]
    assert (clock.starts_at, clock.due_at) == (SENT, at("2026-11-20T10:00"))
    assert clock.because[-1].text_id == "period.house_hours"
    assert remark_ids(clock) == ("note.own_hours",)
    rules = rules_for(facts, NOW).with_house_hours(24)
    mine = deadline(duties(facts)["gdpr_34"], facts, rules)
    assert mine is not None
    assert (mine.due_at, mine.ruleset) == (at("2026-11-18T10:00"), "nl-2026-09-11.1+house24")
    for hours in (0, 337):
        with pytest.raises(ValueError, match="336"):
            rules_for(facts, NOW).with_house_hours(hours)


def test_own_hours_from_one_to_336_take_the_place_of_house_policy_and_of_nothing_else() -> None:
    """Art. 34(1): longer is the organisation's own word too; a number of the law, or a duty without clock, stays."""
    facts = replace(BREACH, high_risk_established_at=SENT, logged_at=SENT)
    law = rules_for(facts, NOW)
    for hours, due in ((1, "2026-11-17T11:00"), (336, "2026-12-01T10:00")):
        rules = law.with_house_hours(hours)
        mine = deadline(duties(facts)["gdpr_34"], facts, rules)
        assert mine is not None
        assert mine.due_at == at(due)
        told = deadline(duties(facts)["gdpr_33_1"], facts, rules)
        assert told is not None
        assert told.due_at == at("2026-11-19T09:20")
        assert deadline(duties(facts)["gdpr_33_5"], facts, rules) is None
        for key, regime in law.regimes.items():
            assert (rules.regimes[key].house is None) == (regime.house is None), key


def test_who_tells_nobody_in_person_owes_the_public() -> None:
    """Art. 34(3)(c): the ground brings its own duty, from the decision; no other ground does."""
    facts = replace(BREACH, not_informing_ground=NotInformingGround.DISPROPORTIONATE)
    found = clocks(facts, risk=RiskLevel.HIGH, moments={"ground_invoked": SENT})
    assert found["gdpr_34_3_c"].due_at == at("2026-11-20T10:00")
    assert "gdpr_34" not in found
    for ground in set(NotInformingGround) - {NotInformingGround.DISPROPORTIONATE}:
        other = replace(BREACH, not_informing_ground=ground)
        assert duties(other, risk=RiskLevel.HIGH)["gdpr_34_3_c"].duty is Duty.NOT_REQUIRED
    assert duties(facts, risk=RiskLevel.RISK)["gdpr_34_3_c"].duty is Duty.NOT_REQUIRED


def test_the_hours_of_a_contract_are_a_clock() -> None:
    """From our own awareness as processor, one clock per customer, with the agreed hours as the reason."""
    listed = (AffectedController("Bakker", notice_hours=24), AffectedController("Smid", notice_hours=48))
    facts = BreachFacts(role=Role.PROCESSOR, processor_aware_at=AWARE, affected_controllers=listed)
    found = clocks(facts)
    assert set(found) == {"gdpr_33_2:Bakker", "gdpr_33_2:Smid"}
    assert found["gdpr_33_2:Bakker"].due_at == at("2026-11-17T09:20")
    assert found["gdpr_33_2:Smid"].due_at == at("2026-11-18T09:20")
    last = found["gdpr_33_2:Bakker"].because[-1]
    assert (last.text_id, dict(last.params)) == ("period.contract", {"hours": 24})
    assert remark_ids(found["gdpr_33_2:Bakker"]) == ("note.contract_hours",)


def test_a_customer_that_is_no_longer_listed_has_no_clock() -> None:
    """An obligation of an older sheet, asked with newer facts."""
    listed = replace(BREACH, affected_controllers=(AffectedController("Bakker", notice_hours=24),))
    obligation = duties(listed)["gdpr_33_2:Bakker"]
    assert deadline(obligation, listed, RuleSet.at(AWARE)) is not None
    assert deadline(obligation, BREACH, RuleSet.at(AWARE)) is None


def test_a_duty_that_does_not_exist_has_no_clock() -> None:
    """An unlikely risk that a person accepted ends the clock; an open duty keeps it running."""
    assert "gdpr_33_1" not in clocks(BREACH, risk=RiskLevel.UNLIKELY)
    open_network = replace(BREACH, network_incident=Ternary.UNKNOWN)
    assert duties(open_network, regimes=EVERY_REGIME)["cbw_notification"].duty is Duty.UNDECIDED
    assert "cbw_notification" in clocks(open_network, regimes=EVERY_REGIME)


def test_the_follow_up_has_house_policy_and_an_outer_limit() -> None:
    """14 days, at most 28."""
    facts = replace(BREACH, first_notified_at=SENT)
    clock = clocks(facts)["gdpr_33_4"]
    assert clock.due_at == at("2026-12-01T10:00")
    assert clock.because[-1].text_id == "period.policy"
    assert dict(clock.because[-1].params) == {"days": 14}
    assert outcome(clock, "policy-longest") == at("2026-12-15T10:00")
    assert dict(clock.remarks[0].params) == {"days": 28, "end": at("2026-12-15T10:00")}


def test_the_follow_up_keeps_the_time_on_the_clock() -> None:
    """Over the autumn change 14 and 28 days end at the same hour in Amsterdam."""
    facts = replace(BREACH, aware_at=at("2026-10-19T09:00"), first_notified_at=at("2026-10-20T10:00"))
    clock = clocks(facts)["gdpr_33_4"]
    assert clock.due_at == at("2026-11-03T10:00")
    assert outcome(clock, "policy-longest") == at("2026-11-17T10:00")


@pytest.mark.parametrize(
    ("key", "text", "params"),
    [
        ("telecom_initial", "period.hours", {"hours": 24}),
        ("telecom_details", "period.days", {"days": 3}),
        ("cbw_final_report", "period.months", {"months": 1}),
        ("gdpr_33_4", "period.policy", {"days": 14}),
    ],
)
def test_the_period_is_told_in_its_own_unit(key: str, text: str, params: dict[str, int]) -> None:
    """The last reason names the rule, the source, and the number in hours, days or months."""
    sent = {"telecom_initial": SENT, "cbw_notification": SENT, "gdpr_33_1": SENT}
    clock = clocks(BREACH, regimes=EVERY_REGIME, moments=sent)[key]
    told = clock.because[-1]
    assert (told.rule_id, told.text_id, dict(told.params)) == (f"{key}.period", text, params)


def test_the_omnibus_is_a_what_if_of_96_hours() -> None:
    """Marked as a proposal in the rule set and in a remark."""
    clock = clocks(BREACH, proposals=True)["gdpr_33_1"]
    assert clock.due_at == AWARE + timedelta(hours=96)
    assert clock.ruleset == "nl-2026-09-11.1+proposals"
    assert "note.proposal" in remark_ids(clock)
    assert outcome(clock, "note.proposal") == clock.due_at


def test_rules_of_another_time_are_refused() -> None:
    """Awareness before the law, judged by the law of today, is an error and no deadline."""
    facts = replace(BREACH, aware_at=at("2020-06-01T10:00"))
    rules = RuleSet.at(NOW)
    found = {each.id: each for each in obligations(facts, rules, regimes=EVERY_REGIME)}
    with pytest.raises(NoRuleInForce) as refused:
        deadline(found["uk_gdpr_33"], facts, rules)
    assert str(refused.value) == (
        "The rule uk_gdpr_33@2021 was not in force on Monday 1 June 2020 10:00 CEST; "
        "the rule set nl-2026-09-11.1 does not fit that time. Use the rules of that moment."
    )
    told = refused.value.reason
    assert (told.rule_id, told.citation) == ("gdpr_99_2", "GDPR art. 99(2)")
    assert deadline(found["gdpr_33_1"], facts, rules) is not None


def test_awareness_before_the_gdpr_is_refused() -> None:
    """There was no duty then."""
    facts = replace(BREACH, aware_at=at("2018-05-24T23:59"))
    rules = RuleSet.at(NOW)
    (first, *_) = obligations(facts, rules)
    with pytest.raises(NoRuleInForce, match="gdpr_33_1@2018 was not in force"):
        deadline(first, facts, rules)
    first_day = replace(BREACH, aware_at=at("2018-05-25T00:00"))
    (first, *_) = obligations(first_day, rules)
    assert deadline(first, first_day, rules) is not None


def test_a_processor_that_knew_before_the_gdpr_owed_its_customer_nothing_under_it() -> None:
    """Art. 33(2) counts from the processor's own awareness."""
    knew = at("2018-05-24T23:59")
    facts = BreachFacts(role=Role.PROCESSOR, processor_aware_at=knew, affected_controllers=(AffectedController("A"),))
    found = {each.kind: each for each in obligations(facts, RuleSet.at(NOW))}
    with pytest.raises(NoRuleInForce, match="gdpr_33_2@2018 was not in force"):
        deadline(found["gdpr_33_2"], facts, RuleSet.at(NOW))


def test_a_report_sent_under_newer_rules_starts_its_clock() -> None:
    """Only awareness must fit the rules; a later report of the same breach is judged with it."""
    facts = replace(BREACH, first_notified_at=at("2017-01-01T10:00"))
    assert "gdpr_33_4" in clocks(facts)
