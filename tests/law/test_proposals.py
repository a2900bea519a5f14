"""AP form, 9.1 to 9.3; GDPR recitals 75 and 85: what follows from what is on record, for a person to accept."""

from dataclasses import replace
from typing import Any

import pytest

from incident.law.facts import BreachFacts
from incident.law.labels import label
from incident.law.proposals import proposals, with_proposals
from incident.law.risk import Assessment, RiskAnswers, assess
from incident.law.risk.enisa import EnisaLevel
from incident.law.vocabulary import (
    SPECIAL_CATEGORIES,
    UNKNOWN,
    AvailabilityLoss,
    ConsequenceForData,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    Nature,
    RiskLevel,
    Severity,
)
from tests.law.risk.support import RULES

SEEN = BreachFacts(nature=(Nature.CONFIDENTIALITY,), disclosure=Disclosure.CONFIRMED)


def proposed(facts: BreachFacts, assessment: Assessment | None = None, risk: Any = UNKNOWN) -> dict[str, Any]:
    return {one.name: one.value for one in proposals(facts, assessment, risk)}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (SEEN, ConsequenceForData.SEEN_BY_UNAUTHORISED),
        (replace(SEEN, disclosure=Disclosure.NOT_ASSESSABLE), ConsequenceForData.SEEN_BY_UNAUTHORISED),
        (replace(SEEN, disclosure=Disclosure.RULED_OUT), None),
        (replace(SEEN, nature=(Nature.INTEGRITY,)), ConsequenceForData.WRONG_DATA_USED),
        (BreachFacts(nature=(Nature.AVAILABILITY,)), None),
        (BreachFacts(availability_loss=AvailabilityLoss.TEMPORARY), ConsequenceForData.SERVICE_TEMPORARILY_LOST),
        (BreachFacts(availability_loss=AvailabilityLoss.PERMANENT), ConsequenceForData.SERVICE_PERMANENTLY_LOST),
    ],
)
def test_each_broken_side_of_security_does_something_to_the_data(
    facts: BreachFacts, expected: ConsequenceForData | None
) -> None:
    """AP form, question 9.1: seen unless that is ruled out, wrong data used, a service away for a time or for good."""
    assert proposed(facts).get("consequences_data", ()) == ((expected,) if expected else ())


@pytest.mark.parametrize(
    ("category", "follows"),
    [
        (DataCategory.NAME, ()),
        (DataCategory.HEALTH, ("discrimination", "professional_secrecy")),
        (DataCategory.CRIMINAL, ("discrimination", "reputation")),
        (DataCategory.BIOMETRIC, ("identity_theft",)),
        (DataCategory.BSN, ("identity_theft",)),
        (DataCategory.EMAIL, ("fraud",)),
        (DataCategory.BANK_ACCOUNT, ("fraud", "financial_loss")),
        (DataCategory.OTHER_FINANCIAL, ("financial_loss",)),
        (DataCategory.DEBTS, ("reputation",)),
        (DataCategory.IDENTIFICATION_NUMBER, ("identity_theft",)),
        (DataCategory.ID_DOCUMENT_COPY, ("identity_theft",)),
        (DataCategory.CREDENTIALS, ("identity_theft",)),
        (DataCategory.CREDIT_CARD, ("fraud", "financial_loss")),
        (DataCategory.PHONE, ("fraud",)),
        (DataCategory.BENEFITS, ("reputation",)),
        (DataCategory.SEX_LIFE, ("discrimination", "reputation")),
        (DataCategory.COMMUNICATION_CONTENT, ("reputation",)),
        *((one, ()) for one in (DataCategory.ADDRESS, DataCategory.LOCATION, DataCategory.ORDERS, DataCategory.OTHER)),
    ],
)
def test_each_kind_of_data_leads_to_the_effects_that_the_legislator_names(
    category: DataCategory, follows: tuple[str, ...]
) -> None:
    """GDPR recital 85: control is lost whatever was seen; the rest follows from the kind of data."""
    found = proposed(replace(SEEN, data_categories=(category,)))["consequences_subjects"]
    assert found == (ConsequenceForSubjects.LOSS_OF_CONTROL, *(ConsequenceForSubjects(one) for one in follows))


@pytest.mark.parametrize(
    "facts",
    [
        SEEN,
        replace(SEEN, data_categories=(DataCategory.UNKNOWN,)),
        replace(SEEN, data_categories=(DataCategory.BSN,), disclosure=Disclosure.RULED_OUT),
        BreachFacts(nature=(Nature.AVAILABILITY,), data_categories=(DataCategory.BSN,)),
    ],
)
def test_no_effect_on_people_is_proposed_where_nobody_saw_anything_or_the_data_are_unknown(facts: BreachFacts) -> None:
    """A guess would stand in a form to an authority."""
    assert "consequences_subjects" not in proposed(facts)


@pytest.mark.parametrize(
    ("level", "risk", "severity"),
    [
        (EnisaLevel.LOW, RiskLevel.UNLIKELY, Severity.NEGLIGIBLE),
        (EnisaLevel.MEDIUM, RiskLevel.RISK, Severity.LIMITED),
        (EnisaLevel.HIGH, UNKNOWN, Severity.SIGNIFICANT),
        (EnisaLevel.VERY_HIGH, RiskLevel.RISK, Severity.VERY_GREAT),
        (EnisaLevel.LOW, RiskLevel.HIGH, Severity.SIGNIFICANT),
        (EnisaLevel.MEDIUM, RiskLevel.HIGH, Severity.SIGNIFICANT),
        (EnisaLevel.HIGH, RiskLevel.HIGH, Severity.SIGNIFICANT),
        (EnisaLevel.VERY_HIGH, RiskLevel.HIGH, Severity.VERY_GREAT),
    ],
)
def test_a_high_risk_is_never_called_less_than_significant(level: EnisaLevel, risk: Any, severity: Severity) -> None:
    """AP form, question 9.3: the step of the score; a level that a person adopted as high sets the least."""
    judged = assess(RiskAnswers(), RULES)
    scored = replace(judged, enisa=replace(judged.enisa, level=level))
    assert proposed(BreachFacts(), scored, risk)["severity"] is severity
    assert "severity" not in proposed(BreachFacts(), None, risk)


def test_what_somebody_answered_is_not_proposed_again_and_what_is_accepted_is_on_the_sheet() -> None:
    """GDPR art. 33(3): a person decides; each proposal says in words from what it follows."""
    found = proposals(SEEN)
    assert [one.name for one in found] == ["consequences_data"]
    assert all(one.why("en") and one.why("nl") for one in found)
    accepted = with_proposals(SEEN, found)
    assert accepted.consequences_data == (ConsequenceForData.SEEN_BY_UNAUTHORISED,)
    assert proposals(accepted) == ()
    told = proposed(replace(SEEN, aware_ground="  The log showed it.  "))
    assert told["discovery"] == "The log showed it."


def test_the_special_categories_are_those_of_the_article() -> None:
    """GDPR art. 9(1), in its order; data on health at work are data concerning health (art. 4(15))."""
    assert {label(one, "en") for one in SPECIAL_CATEGORIES} == {
        "Racial or ethnic origin",
        "Political opinions",
        "Religion or belief",
        "Trade union membership",
        "Genetic data",
        "Biometric data",
        "Health",
        "Health in relation to work (sick leave)",
        "Sex life or sexual orientation",
    }
