"""What holds for every duty in the data, whatever its law: who is bound, where it is filed, and how it is counted."""

import pytest

from incident.law.regimes import Anchor, Bearer, Counting, Status, Threshold, all_regimes
from incident.law.rulesets import RuleSet
from tests.law.clock.cases import NOW

RULES = RuleSet.at(NOW)
FILED = {
    "cbw": ("recipient.csirt", "ncsc-meldportaal", Counting.ATW),
    "telecom": ("recipient.ap", "ap-2022", Counting.EU_1182_71),
    "dora": ("recipient.dnb_afm", "dora-2025-302", Counting.RTS_2025_301),
    "cra": ("recipient.enisa", "enisa-srp", Counting.EU_1182_71),
    "eidas": ("recipient.rdi", "", Counting.EU_1182_71),
    "wwke": ("recipient.wwke", "", Counting.ATW),
    "wpg": ("recipient.ap", "ap-2022", Counting.ATW),
    "uk_gdpr": ("recipient.ico", "", Counting.PLAIN),
    "swiss_fadp": ("recipient.fdpic", "", Counting.PLAIN),
}
"""To whom each law beside the GDPR has its reports made, on which form, and by which act their time is counted."""


@pytest.mark.parametrize("regime_id", RULES.regimes)
def test_each_law_is_filed_with_its_authority_on_its_form_and_counted_by_its_act(regime_id: str) -> None:
    """Acts of the Union by Regulation 1182/71, Dutch ones by the Algemene termijnenwet, DORA by its own standard."""
    regime = RULES.regime(regime_id)
    if regime.setting:
        assert (regime.recipient, regime.form, regime.counting) == FILED[regime.setting]


@pytest.mark.parametrize("regime_id", [key for key, regime in RULES.regimes.items() if regime.setting])
def test_other_law_binds_whoever_falls_under_it_by_an_event_of_its_own(regime_id: str) -> None:
    """NIS2 art. 23, Tw art. 11.3a: only laws after the GDPR's own model speak of controllers and of risks."""
    regime = RULES.regime(regime_id)
    like_the_gdpr = regime.setting in ("uk_gdpr", "swiss_fadp", "wpg")
    assert regime.bearer is (Bearer.CONTROLLER if like_the_gdpr else Bearer.ANYONE)
    assert (regime.threshold is Threshold.OWN_TRIGGER) is not (like_the_gdpr or regime.setting == "telecom")


def test_what_each_law_asks_of_the_risk_before_it_binds() -> None:
    """GDPR art. 33(1), British and police law: any risk; Swiss FADP art. 24: a high one; telecom law: none."""
    asked = {
        key: str(RULES.regime(key).threshold) for key in ("uk_gdpr_33", "wpg_33a", "swiss_fadp_24", "telecom_initial")
    }
    assert list(asked.values()) == ["risk", "risk", "high_risk", "any_breach"]
    house = {regime.id: str(regime.house) for regime in RULES.regimes.values() if regime.house}
    assert house.pop("gdpr_33_2") == "PT24H"
    assert house.pop("swiss_fadp_24") == "PT72H"
    assert set(house.values()) == {"PT72H"}


def test_a_version_is_called_by_the_year_of_its_first_day() -> None:
    """GDPR art. 99(2): by that name a clock is stored; what is no law is not called by a year."""
    for regime in RULES.regimes.values():
        if regime.status is Status.IN_FORCE and regime.valid_from:
            assert regime.version == str(regime.valid_from.year), regime.id
        else:
            assert regime.full_version == "gdpr_33_4@house-1"


@pytest.mark.parametrize("regime_id", ["gdpr_33_1", "gdpr_33_4"])
def test_a_breach_is_notified_to_the_ap_on_its_form(regime_id: str) -> None:
    """GDPR art. 33(1) and 33(4): the notification and what follows it go to the same place."""
    assert (RULES.regime(regime_id).recipient, RULES.regime(regime_id).form) == ("recipient.ap", "ap-2022")


@pytest.mark.parametrize("regime_id", [key for key, regime in RULES.regimes.items() if regime.after])
def test_a_later_report_binds_whom_the_first_one_binds(regime_id: str) -> None:
    """GDPR art. 33(4), Cbw art. 29: who had to make the first report makes the next one, for the same breach."""
    later = RULES.regime(regime_id)
    first = RULES.regime(later.after)
    for name in ("setting", "bearer", "threshold", "trigger", "recipient", "form"):
        assert getattr(later, name) == getattr(first, name), name


@pytest.mark.parametrize("regime_id", ["gdpr_34_4", "gdpr_58_1"])
def test_a_letter_of_an_authority_binds_whoever_gets_it(regime_id: str) -> None:
    """GDPR art. 34(4), 58(1)(a): controller or processor, whatever the risk; without a term 72 hours of the house."""
    regime = RULES.regime(regime_id)
    assert regime.letter is not None
    assert (regime.bearer, regime.anchor, regime.threshold) == (Bearer.ANYONE, Anchor.LETTER, Threshold.OWN_TRIGGER)
    assert (str(regime.house), regime.note) == ("PT72H", "note.letter_sets_it")


def test_what_is_not_a_number_of_the_law_is_not_counted_by_an_act_and_is_called_our_own() -> None:
    """Regulation 1182/71 art. 1: it counts periods set by acts; hours of the house are no such period."""
    for regime in RULES.regimes.values():
        if regime.period is None or regime.status is Status.POLICY:
            assert regime.counting is Counting.PLAIN, regime.id
        if regime.house and not regime.letter:
            ours = "note.contract_hours" if regime.bearer is Bearer.PROCESSOR else "note.own_hours"
            assert regime.note == ours, regime.id
    assert RULES.regimes["gdpr_33_4"].note == "note.own_policy"
    assert {regime.note for regime in all_regimes() if regime.status is Status.PROPOSAL} == {"note.proposal"}
