"""ENISA 2013: every example of the method with its score, the bounds, the levels and the flags."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from incident.law.risk import EnisaLevel, RiskAnswers, proposed_severity
from incident.law.risk.answers import (
    Coverage,
    DataClass,
    DataItem,
    EaseOfIdentification,
    Insight,
    Intent,
    Restoration,
    ServiceEffect,
    Strength,
)
from incident.law.risk.enisa import Flag, data_processing_context, ease_of_identification, level_of, points_to, score
from incident.law.risk.parameters import risk_parameters
from incident.law.vocabulary import (
    Actor,
    Alteration,
    DataCategory,
    Disclosure,
    Nature,
    Protection,
    Recipient,
    RiskLevel,
    Severity,
    Ternary,
)
from tests.law.risk.support import RULES

ENISA = risk_parameters(RULES).enisa
SEEN, ALTERED, AWAY = (Nature.CONFIDENTIALITY,), (Nature.INTEGRITY,), (Nature.AVAILABILITY,)

CALM = RiskAnswers(
    nature=SEEN,
    disclosure=Disclosure.CONFIRMED,
    recipient=Recipient.KNOWN,
    identification=EaseOfIdentification.MAXIMUM,
    protection=Protection.NONE,
    actor=Actor.INTERNAL_NON_MALICIOUS,
    intent=Intent.ACCIDENT,
    subjects_number=10,
)
"""Data seen by one known recipient, by mistake."""


def of(category: str, insight: str = "usual", opens: str = "unknown") -> RiskAnswers:
    item = DataItem(DataCategory(category), Insight(insight))
    return replace(CALM, data=(item,), credentials_open=DataClass(opens))


@pytest.mark.parametrize(
    ("dpc", "answers"),
    [
        pytest.param(1, of("name"), id="customers of a supermarket"),
        pytest.param(2, of("name", "detailed"), id="customers of a seller of luxury goods"),
        pytest.param(3, of("address", "sensitive_inference"), id="delivery addresses of an adult book store"),
        pytest.param(3, of("name", "sensitive_inference"), id="customers of an on-line pharmacy"),
        pytest.param(4, of("name", "safety"), id="undercover police officers"),
        pytest.param(1, of("credentials", opens="simple"), id="login of a music shop"),
        pytest.param(1, of("behaviour", "none"), id="incoming calls of a provider's helpdesk"),
        pytest.param(2, of("behaviour"), id="one week of call history"),
        pytest.param(3, of("behaviour", "detailed"), id="one year of call history"),
        pytest.param(4, of("behaviour", "sensitive_inference"), id="calls to a psychological support centre"),
        pytest.param(2, of("orders"), id="monthly purchases on a loyalty card"),
        pytest.param(3, of("location", "detailed"), id="one year of locations of a transport card"),
        pytest.param(4, of("orders", "sensitive_inference"), id="purchases at a pharmacy"),
        pytest.param(1, of("other_financial", "none"), id="letter that shows somebody is a bank's customer"),
        pytest.param(2, of("other_financial", "limited"), id="one day of transactions without details"),
        pytest.param(2, of("bank_account", "limited"), id="bare account number"),
        pytest.param(3, of("other_financial"), id="one month of balances"),
        pytest.param(4, of("other_financial", "detailed"), id="one year of detailed statements"),
        pytest.param(1, of("credit_card", "none"), id="very old or invalid card data"),
        pytest.param(2, of("credit_card", "limited"), id="partial card data, little"),
        pytest.param(3, of("credit_card"), id="partial card data, more"),
        pytest.param(4, of("credit_card", "detailed"), id="full card data that enable payments"),
        pytest.param(1, of("health", "none"), id="general blood tests were performed"),
        pytest.param(2, of("health", "limited"), id="a blood test in an emergency room"),
        pytest.param(3, of("health", "sensitive_inference"), id="a test for a specific disease"),
        pytest.param(4, of("health"), id="the results of a test"),
        pytest.param(4, of("political"), id="political opinions in a closed forum"),
        pytest.param(4, of("sex_life"), id="dating site with declared orientation"),
    ],
)
def test_dpc_examples(dpc: int, answers: RiskAnswers) -> None:
    assert dpc == data_processing_context(answers, ENISA)


@pytest.mark.parametrize(("category", "insight"), [*product(DataCategory, Insight)])
def test_dpc_stays_within_one_and_four(category: DataCategory, insight: Insight) -> None:
    assert 1 <= data_processing_context(of(category.value, insight.value), ENISA) <= 4


@pytest.mark.parametrize(("opens", "dpc"), [("simple", 1), ("behavioural", 2), ("financial", 3), ("sensitive", 4)])
def test_credentials_take_the_class_of_what_they_open(opens: str, dpc: int) -> None:
    assert dpc == data_processing_context(of("credentials", opens=opens), ENISA)


def test_of_several_kinds_of_data_the_highest_counts() -> None:
    both = replace(
        CALM, data=(DataItem(DataCategory.NAME), DataItem(DataCategory.HEALTH), DataItem(DataCategory.EMAIL))
    )
    assert data_processing_context(both, ENISA) == 4


def test_what_is_unknown_scores_highest_and_an_empty_list_is_unknown() -> None:
    assert data_processing_context(replace(CALM, data=RiskAnswers().data), ENISA) == 4
    assert data_processing_context(of("name", "unknown"), ENISA) == 4
    assert data_processing_context(of("credentials"), ENISA) == 4
    assert data_processing_context(replace(CALM, data=()), ENISA) == 4


def test_every_category_has_one_class() -> None:
    assert set(DataCategory) - {DataCategory.CREDENTIALS} == set(ENISA.data_class)


@pytest.mark.parametrize(
    ("identifier", "eases"),
    [
        ("full_name", ("negligible", "limited", "significant", "maximum")),
        ("identity_number", ("negligible", "significant", "maximum")),
        ("telephone_or_address", ("negligible", "limited", "maximum")),
        ("email", ("negligible", "significant", "maximum")),
        ("picture", ("negligible", "limited", "significant", "maximum")),
        ("code", ("negligible", "significant", "maximum")),
    ],
)
def test_ei_examples(identifier: str, eases: tuple[str, ...]) -> None:
    """Each identifier of the method has an example for exactly these steps."""
    examples = RULES.value("enisa.ei_examples").value[identifier]
    assert eases == tuple(examples)
    assert all(examples.values())


@pytest.mark.parametrize(
    ("ease", "ei"), [("negligible", 0.25), ("limited", 0.5), ("significant", 0.75), ("maximum", 1.0), ("unknown", 1.0)]
)
def test_ei_of_each_step(ease: str, ei: float) -> None:
    assert ei == ease_of_identification(replace(of("name"), identification=EaseOfIdentification(ease)), ENISA)


ENCRYPTED = replace(
    of("name"),
    protection=Protection.ENCRYPTED,
    protection_strength=Strength.STATE_OF_THE_ART,
    key_safe=Ternary.YES,
)


def test_encryption_with_a_safe_key_makes_identification_negligible_and_raises_the_flag() -> None:
    result = score(ENCRYPTED, ENISA)
    assert result.ei == 0.25
    assert Flag.UNINTELLIGIBLE_DATA in result.flags


@pytest.mark.parametrize(
    "weaker",
    [
        replace(ENCRYPTED, key_safe=Ternary.NO),
        replace(ENCRYPTED, key_safe=Ternary.UNKNOWN),
        replace(ENCRYPTED, protection_strength=Strength.WEAK),
        replace(ENCRYPTED, protection=Protection.NONE),
        replace(ENCRYPTED, protection=Protection.HASHED),
        replace(ENCRYPTED, data=(DataItem(DataCategory.NAME, protected=Coverage.NO),)),
        replace(ENCRYPTED, data=()),
    ],
)
def test_anything_less_does_not(weaker: RiskAnswers) -> None:
    result = score(weaker, ENISA)
    assert result.ei == 1
    assert Flag.UNINTELLIGIBLE_DATA not in result.flags


def test_pseudonymisation_with_a_safe_key_lowers_identification_to_limited() -> None:
    coded = replace(of("name"), protection=Protection.PSEUDONYMISED, key_safe=Ternary.YES)
    assert score(coded, ENISA).ei == 0.5
    assert score(replace(coded, identification=EaseOfIdentification.NEGLIGIBLE), ENISA).ei == 0.25
    assert score(replace(coded, key_safe=Ternary.NO), ENISA).ei == 1


MALICE: dict[str, Any] = {"actor": Actor.EXTERNAL_MALICIOUS, "intent": Intent.TARGETED}


@pytest.mark.parametrize(
    ("cb", "answers"),
    [
        pytest.param(0, replace(of("name"), disclosure=Disclosure.NOT_ASSESSABLE), id="lost, no evidence of access"),
        pytest.param(0, replace(of("name"), disclosure=Disclosure.RULED_OUT), id="ruled out"),
        pytest.param(0, replace(of("name"), recipient=Recipient.NOBODY), id="nobody"),
        pytest.param(0.25, of("name"), id="known recipient"),
        pytest.param(0.25, replace(of("name"), recipient=Recipient.TRUSTED), id="trusted recipient"),
        pytest.param(0.5, replace(of("name"), recipient=Recipient.UNKNOWN_PERSONS), id="published"),
        pytest.param(0.5, replace(of("name"), recipient=Recipient.UNKNOWN), id="recipient unknown"),
        pytest.param(0, replace(of("name"), nature=ALTERED, alteration=Alteration.NO_MISUSE), id="altered, not used"),
        pytest.param(
            0.25, replace(of("name"), nature=ALTERED, alteration=Alteration.MISUSE_REVERSIBLE), id="recoverable"
        ),
        pytest.param(
            0.5, replace(of("name"), nature=ALTERED, alteration=Alteration.MISUSE_IRREVERSIBLE), id="for good"
        ),
        pytest.param(0.5, replace(of("name"), nature=ALTERED), id="alteration unknown"),
        pytest.param(
            0,
            replace(of("name"), nature=AWAY, restoration=Restoration.WITHIN_HOURS, service_effect=ServiceEffect.NONE),
            id="copy exists",
        ),
        pytest.param(
            0.25,
            replace(of("name"), nature=AWAY, restoration=Restoration.WITHIN_HOURS, service_effect=ServiceEffect.MINOR),
            id="noticed",
        ),
        pytest.param(
            0.25,
            replace(of("name"), nature=AWAY, restoration=Restoration.LATER, service_effect=ServiceEffect.NONE),
            id="rebuilt",
        ),
        pytest.param(
            0.5, replace(of("name"), nature=AWAY, restoration=Restoration.NEVER, backup=Ternary.NO), id="gone"
        ),
        pytest.param(
            0.25, replace(of("name"), nature=AWAY, restoration=Restoration.NEVER, backup=Ternary.YES), id="copy"
        ),
        pytest.param(0.5, replace(of("name"), nature=AWAY), id="duration unknown"),
        pytest.param(0.75, replace(of("name"), **MALICE), id="malicious"),
        pytest.param(0.25, replace(of("name"), actor=Actor.UNKNOWN), id="unknown actor, but an accident"),
        pytest.param(0.75, replace(of("name"), actor=Actor.UNKNOWN, intent=Intent.UNKNOWN), id="unknown intent"),
    ],
)
def test_cb_of_each_circumstance(cb: float, answers: RiskAnswers) -> None:
    assert cb == score(answers, ENISA).cb


STOLEN: dict[str, Any] = {
    "actor": Actor.EXTERNAL_MALICIOUS,
    "intent": Intent.OPPORTUNISTIC,
    "disclosure": Disclosure.NOT_ASSESSABLE,
}
RANSOM: dict[str, Any] = {**MALICE, "nature": AWAY, "disclosure": Disclosure.RULED_OUT}


@pytest.mark.parametrize(
    ("dpc", "ei", "cb", "se", "level", "answers"),
    [
        pytest.param(
            1, 1, 0.5, 1.5, "low", replace(of("email"), recipient=Recipient.UNKNOWN_PERSONS), id="export exposed"
        ),
        pytest.param(1, 1, 0.25, 1.25, "low", of("email"), id="newsletter in cc"),
        pytest.param(3, 1, 0.25, 3.25, "high", of("other_financial"), id="salary to the wrong colleague"),
        pytest.param(
            1, 0.25, 0, 0.25, "low", replace(ENCRYPTED, disclosure=Disclosure.NOT_ASSESSABLE), id="encrypted laptop"
        ),
        pytest.param(
            4,
            0.75,
            0.75,
            3.75,
            "high",
            replace(
                of("health"),
                **RANSOM,
                restoration=Restoration.WITHIN_HOURS,
                service_effect=ServiceEffect.SERIOUS,
                identification=EaseOfIdentification.SIGNIFICANT,
            ),
            id="hospital ransomware",
        ),
        pytest.param(
            4, 1, 1, 5, "very_high", replace(of("health"), **MALICE, recipient=Recipient.MALICIOUS), id="insurer"
        ),
        pytest.param(
            1,
            1,
            0.75,
            1.75,
            "low",
            replace(of("phone"), **RANSOM, restoration=Restoration.WITHIN_DAYS),
            id="no back-up",
        ),
        pytest.param(1, 1, 0.75, 1.75, "low", replace(of("email"), **MALICE), id="contacts taken by staff"),
        pytest.param(2, 1, 0.25, 2.25, "medium", of("other_financial", "limited"), id="insurance agent"),
        pytest.param(1, 1, 0.25, 1.25, "low", of("name"), id="insurance agent, contact data"),
        pytest.param(1, 1, 0.5, 1.5, "low", replace(of("address"), **STOLEN), id="notebook"),
        pytest.param(2, 1, 0.25, 2.25, "medium", of("other_financial", "limited"), id="letter in the wrong envelope"),
    ],
)
def test_worked_scores(dpc: int, ei: float, cb: float, se: float, level: str, answers: RiskAnswers) -> None:
    result = score(answers, ENISA)
    assert (dpc, ei, cb, se, level) == (result.dpc, result.ei, result.cb, result.se, result.level)


@pytest.mark.parametrize(
    ("se", "level"),
    [
        (0.25, "low"),
        (1.99, "low"),
        (2, "medium"),
        (2.99, "medium"),
        (3, "high"),
        (3.99, "high"),
        (4, "very_high"),
        (6, "very_high"),
    ],
)
def test_levels_begin_where_the_method_says(se: float, level: str) -> None:
    assert level == level_of(se, ENISA)


@pytest.mark.parametrize(("number", "flagged"), [(0, False), (100, False), (101, True)])
def test_the_flag_for_many_individuals_does_not_move_the_score(number: int, flagged: bool) -> None:
    one, several = score(CALM, ENISA), score(replace(CALM, subjects_number=number), ENISA)
    assert flagged is (Flag.MORE_THAN_100_INDIVIDUALS in several.flags)
    assert one.se == several.se


def test_an_unknown_number_of_individuals_is_flagged() -> None:
    unknown = replace(CALM, subjects_number=RiskAnswers().subjects_number)
    assert score(unknown, ENISA).flags == (Flag.MORE_THAN_100_INDIVIDUALS,)


def test_the_level_proposes_a_step_of_the_authoritys_scale_and_a_duty() -> None:
    proposed = {level: (proposed_severity(level), points_to(level)) for level in EnisaLevel}
    assert proposed == {
        EnisaLevel.LOW: (Severity.NEGLIGIBLE, RiskLevel.UNLIKELY),
        EnisaLevel.MEDIUM: (Severity.LIMITED, RiskLevel.RISK),
        EnisaLevel.HIGH: (Severity.SIGNIFICANT, RiskLevel.HIGH),
        EnisaLevel.VERY_HIGH: (Severity.VERY_GREAT, RiskLevel.HIGH),
    }
