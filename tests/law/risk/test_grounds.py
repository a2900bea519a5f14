"""GDPR art. 34(3), UAVG 41 and 42: what excuses from informing people, and what does not."""

from dataclasses import replace

import pytest

from incident.law.risk import Assessment, RiskAnswers, assess
from incident.law.risk.answers import ControllerField
from incident.law.vocabulary import NotInformingGround, RiskLevel
from tests.law.risk.support import RULES, situations

HIGH = RiskAnswers()
UNLIKELY = next(each for each in situations("edpb-01-2021.yaml") if "tablets" in each.title).read()


def with_ground(answers: RiskAnswers, ground: NotInformingGround) -> Assessment:
    return assess(replace(answers, not_informing_ground=ground), RULES)


def effects(result: Assessment) -> list[str]:
    return [found.effect.value for found in result.findings if found.rule == "gdpr.not_informing"]


def told(result: Assessment) -> list[tuple[str, str]]:
    grounds = [found for found in result.findings if found.rule == "gdpr.not_informing"]
    return [(found.citation, found.reason.text_id.rpartition(".")[2]) for found in grounds]


def test_a_high_risk_without_a_ground_means_informing() -> None:
    assert assess(HIGH, RULES).inform_subjects
    assert told(assess(HIGH, RULES)) == []


@pytest.mark.parametrize(
    ("ground", "citation"),
    [
        (NotInformingGround.RISK_REMOVED, "GDPR art. 34(3)(b)"),
        (NotInformingGround.DISPROPORTIONATE, "GDPR art. 34(3)(c)"),
        (NotInformingGround.UAVG_41, "UAVG art. 41"),
    ],
)
def test_a_ground_that_a_person_substantiates_lifts_the_duty_to_inform_only(
    ground: NotInformingGround, citation: str
) -> None:
    result = with_ground(HIGH, ground)
    assert not result.inform_subjects
    assert result.notify_authority
    assert RiskLevel.HIGH is result.risk
    assert [(citation, "holds")] == told(result)
    assert effects(result) == ["lowers"]


def test_protection_excuses_only_when_the_answers_show_that_nobody_can_read_the_data() -> None:
    refused = with_ground(HIGH, NotInformingGround.PROTECTED)
    assert refused.inform_subjects
    assert told(refused) == [("GDPR art. 34(3)(a)", "fails")]
    assert effects(refused) == ["notes"]
    assert told(with_ground(UNLIKELY, NotInformingGround.PROTECTED)) == [("GDPR art. 34(3)(a)", "holds")]


def test_article_42_excuses_only_financial_undertakings() -> None:
    bank = replace(HIGH, controller_field=ControllerField.FINANCIAL)
    assert with_ground(HIGH, NotInformingGround.UAVG_42).inform_subjects
    assert told(with_ground(HIGH, NotInformingGround.UAVG_42)) == [("UAVG art. 42", "fails")]
    assert not with_ground(bank, NotInformingGround.UAVG_42).inform_subjects
    assert told(with_ground(bank, NotInformingGround.UAVG_42)) == [("UAVG art. 42", "holds")]


def test_without_a_high_risk_nobody_need_be_informed_whatever_the_ground() -> None:
    assert not with_ground(UNLIKELY, NotInformingGround.UAVG_42).inform_subjects


def test_unrest_reputation_and_lack_of_proof_are_no_grounds() -> None:
    assert {"34_3_a", "34_3_b", "34_3_c", "uavg_41", "uavg_42"} == {ground.value for ground in NotInformingGround}
