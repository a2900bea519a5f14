"""Which version of which rule is in force when."""

from datetime import UTC, date, datetime

import pytest

from incident.law.errors import NoRuleInForce
from incident.law.explain import explain
from incident.law.grounds import grounds
from incident.law.regimes import Regime, Status, all_regimes
from incident.law.rulesets import AUTHORITY_ZONE, EDITION, RuleSet
from incident.law.sources import Certainty, Value, house_value, in_force, values
from tests.law.clock.cases import NOW, at


@pytest.mark.parametrize(
    ("instant", "version"),
    [
        ("2018-05-25T00:00", "nl-2018-05-25.1"),
        ("2018-12-31T23:59", "nl-2018-05-25.1"),
        ("2021-01-01T00:00", "nl-2021-01-01.1"),
        ("2026-08-14T23:59:59", "nl-2025-01-17.1"),
        ("2026-08-15T00:00", "nl-2026-08-15.1"),
        ("2026-08-14T22:00Z", "nl-2026-08-15.1"),
        ("2026-09-10T23:59", "nl-2026-08-15.1"),
        ("2026-11-22T12:00", "nl-2026-09-11.1"),
        ("2099-01-01T00:00", "nl-2026-09-11.1"),
    ],
)
def test_the_rules_of_a_moment_have_a_name(instant: str, version: str) -> None:
    """A law starts at midnight in the Netherlands, and the name says since when the set holds."""
    assert RuleSet.at(at(instant)).version == version
    assert version.endswith(f".{EDITION}")


def test_before_the_gdpr_there_are_no_rules() -> None:
    """One second before the GDPR applied, the answer is a sentence and no guess."""
    with pytest.raises(NoRuleInForce) as refused:
        RuleSet.at(at("2018-05-24T23:59:59"))
    assert str(refused.value) == (
        "On Thursday 24 May 2018 23:59 CEST the GDPR did not apply yet: it applies since 25 May 2018. Check the time."
    )
    assert explain(refused.value.reason, "nl").endswith("Controleer het tijdstip. [AVG art. 99(2)]")
    assert refused.value.reason.citation == "GDPR art. 99(2)"


def test_the_instant_of_a_refusal_is_told_in_utc_terms() -> None:
    """Whatever zone the question came in, the reason holds an aware UTC instant."""
    with pytest.raises(NoRuleInForce) as refused:
        RuleSet.at(datetime(2018, 5, 25, 0, 0, tzinfo=AUTHORITY_ZONE).replace(year=2017))
    assert dict(refused.value.reason.params)["at"] == datetime(2017, 5, 24, 22, 0, tzinfo=UTC)


def test_an_instant_needs_a_zone() -> None:
    """A naive time is a guess."""
    with pytest.raises(ValueError, match=r"^An instant must carry its zone\.$"):
        RuleSet.at(datetime(2026, 1, 1))


def test_the_cyberbeveiligingswet_is_there_from_its_first_day() -> None:
    """15 August 2026, midnight in the Netherlands."""
    assert "cbw_notification" not in RuleSet.at(at("2026-08-14T23:59")).regimes
    assert RuleSet.at(at("2026-08-15T00:00")).regime("cbw_notification").citation == "Cyberbeveiligingswet art. 27"


def test_a_rule_that_is_not_in_the_set_is_refused() -> None:
    """The sentence names the rule and the set."""
    with pytest.raises(NoRuleInForce) as refused:
        RuleSet.at(at("2020-01-01T00:00")).regime("cbw_notification")
    assert str(refused.value) == (
        "The rule set nl-2019-01-01.1 has no rule cbw_notification. "
        "Use the rules of the moment at which the organisation became aware."
    )


def test_a_proposal_is_never_chosen_unasked() -> None:
    """At no change of the law does a proposal slip in."""
    for regime in all_regimes():
        if regime.valid_from and regime.valid_from >= date(2018, 5, 25):
            chosen = RuleSet.at(datetime(*regime.valid_from.timetuple()[:3], 12, tzinfo=UTC))
            assert all(each.status is not Status.PROPOSAL for each in chosen.regimes.values())
            assert "+proposals" not in chosen.version


def test_a_proposal_takes_the_place_of_the_law_when_asked_for() -> None:
    """The Omnibus: 96 hours, high risk only, and the name of the set says that it is a what-if."""
    rules = RuleSet.at(at("2026-11-22T12:00"), include_proposals=True)
    proposed = rules.regime("gdpr_33_1")
    assert rules.version == "nl-2026-09-11.1+proposals"
    assert (str(proposed.period), proposed.threshold, proposed.status) == ("PT96H", "high_risk", "proposal")
    assert proposed.full_version == "gdpr_33_1@omnibus-2025-0360"
    assert rules.regime("gdpr_33_5").status is Status.IN_FORCE
    assert not proposed.in_force(date(2026, 11, 22))


def test_every_regime_of_the_data_is_complete() -> None:
    """Ids with versions are unique; what follows a report names that report; all values have their types."""
    versions = [regime.full_version for regime in all_regimes()]
    ids = {regime.id for regime in all_regimes()}
    assert len(versions) == len(set(versions))
    for regime in all_regimes():
        assert isinstance(regime, Regime)
        assert regime.certainty in Certainty
        assert (regime.anchor in ("earlier_report", "first_notification")) == bool(regime.after)
        assert not regime.after or regime.after in ids
        assert regime.citation
        assert (regime.valid_from is None) == (regime.status is Status.PROPOSAL)


def test_validity_includes_its_first_and_its_last_day() -> None:
    """Both ends belong to the period of validity; an open end has no limit."""
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    assert [in_force(first, last, day) for day in (date(2025, 12, 31), first, last, date(2027, 1, 1))] == [
        False,
        True,
        True,
        False,
    ]
    assert in_force(None, None, first)
    assert in_force(first, None, date(9000, 1, 1))
    assert in_force(None, last, date(1, 1, 1))


def test_a_question_of_what_if_adds_drafts_and_no_law_of_another_day() -> None:
    """Art. 99(2): a fortnight before the Cyberbeveiligingswet a draft may stand in for the law, that law may not."""
    rules = RuleSet.at(at("2026-08-01T12:00"), include_proposals=True)
    assert "cbw_early_warning" not in rules.regimes
    assert rules.regime("gdpr_33_1").status is Status.PROPOSAL


def test_a_ground_for_not_informing_holds_from_the_day_of_its_law() -> None:
    """UAVG art. 41 and 42: no ground before 25 May 2018."""
    for ground in grounds().values():
        assert [ground.in_force(day) for day in (date(2018, 5, 24), date(2018, 5, 25))] == [False, True], ground.id


def test_a_value_has_its_source() -> None:
    """House values are found by name, with citation and certainty."""
    gap = house_value("awareness.gap_hours")
    assert (gap.value, gap.citation, gap.certainty) == (24, "EDPB Guidelines 9/2022, par. 34", Certainty.SECONDARY)
    assert RuleSet.at(at("2026-11-22T12:00")).value("awareness.gap_hours") is gap
    assert all(value.citation for value in values())
    with pytest.raises(KeyError):
        house_value("awareness.nothing")


@pytest.mark.parametrize("dates", [{"valid_from": date(2026, 1, 1)}, {"valid_to": date(2026, 1, 31)}])
def test_a_dated_value_is_no_value_of_the_house(monkeypatch: pytest.MonkeyPatch, dates: dict[str, date]) -> None:
    """GDPR art. 99(2): what holds only for a time is read from the rules of that time."""
    from incident.law import sources

    monkeypatch.setattr(sources, "values", lambda: (Value("x", 1, "somewhere", Certainty.PRIMARY, **dates),))
    sources._house_values.cache_clear()
    try:
        with pytest.raises(KeyError):
            house_value("x")
    finally:
        sources._house_values.cache_clear()


def test_a_dated_value_holds_only_within_its_dates() -> None:
    """A value asks the same question as a regime."""
    value = Value("x", 1, "somewhere", Certainty.PRIMARY, date(2026, 1, 1), date(2026, 1, 31))
    assert value.in_force(date(2026, 1, 31))
    assert not value.in_force(date(2026, 2, 1))


def test_a_rule_that_ends_makes_a_new_set_the_day_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day after the last day of a value is a change of the law like a first day."""
    from incident.law import rulesets

    ended = Value("x", 1, "somewhere", Certainty.PRIMARY, date(2019, 1, 1), date(2019, 3, 31))
    monkeypatch.setattr(rulesets, "values", lambda: (ended,))
    rulesets._history.cache_clear()
    try:
        assert RuleSet.at(at("2019-03-31T23:59")).version == "nl-2019-01-01.1"
        assert RuleSet.at(at("2019-03-31T23:59")).value("x") is ended
        assert RuleSet.at(at("2019-04-01T00:00")).version == "nl-2019-04-01.1"
        assert "x" not in RuleSet.at(at("2019-04-01T00:00")).values
        assert RuleSet.at(at("2018-12-31T23:59")).version == "nl-2018-05-25.1"
    finally:
        rulesets._history.cache_clear()


@pytest.mark.parametrize(("hours", "allowed"), [(0, False), (1, True), (336, True), (337, False)])
def test_the_hours_of_the_house_are_one_hour_to_two_weeks(hours: int, allowed: bool) -> None:
    """More would be no "without undue delay"; nobody can do it within no time."""
    rules = RuleSet.at(NOW)
    if allowed:
        assert rules.with_house_hours(hours).version == f"{rules.version}+house{hours}"
    else:
        with pytest.raises(ValueError, match="1 to 336"):
            rules.with_house_hours(hours)
