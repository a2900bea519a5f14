"""What the risk assessment states is a fact, and where facts and assessment disagree both are named."""

from dataclasses import replace

from incident.law.facts import BreachFacts
from incident.law.facts_from_risk import newer_facts, updated, with_assessment
from incident.law.risk.answers import DataItem, Insight, Restoration, RiskAnswers
from incident.law.risk_from_facts import risk_answers
from incident.law.vocabulary import (
    Actor,
    AvailabilityLoss,
    DataCategory,
    Disclosure,
    Nature,
    Protection,
    Recipient,
    Ternary,
)

ANSWERS = RiskAnswers(
    nature=(Nature.CONFIDENTIALITY, Nature.AVAILABILITY),
    disclosure=Disclosure.LIKELY,
    restoration=Restoration.WITHIN_DAYS,
    backup=Ternary.YES,
    data=(DataItem(DataCategory.NAME, Insight.DETAILED), DataItem(DataCategory.BSN)),
    protection=Protection.NONE,
    recipient=Recipient.MALICIOUS,
    actor=Actor.EXTERNAL_MALICIOUS,
    subjects_number=300,
)


def test_the_answers_of_an_assessment_become_facts() -> None:
    """GDPR art. 33(5): what was answered once is on record and is not asked again."""
    facts = with_assessment(BreachFacts(), ANSWERS)
    assert facts.data_categories == (DataCategory.NAME, DataCategory.BSN)
    assert facts.availability_loss is AvailabilityLoss.TEMPORARY
    assert (facts.protection, facts.recipient, facts.actor) == (
        (Protection.NONE,),
        Recipient.MALICIOUS,
        Actor.EXTERNAL_MALICIOUS,
    )
    assert (facts.subjects_min, facts.subjects_max) == (300, 300)


def test_what_the_assessment_leaves_open_stays_as_it_was() -> None:
    """The short form in Slack asks seven questions: it must not erase the others."""
    before = with_assessment(BreachFacts(), ANSWERS)
    assert with_assessment(before, RiskAnswers()) == before


def test_a_fact_that_says_more_and_agrees_is_kept() -> None:
    """The assessment takes the weakest of several protections; the sheet keeps them all."""
    facts = BreachFacts(protection=(Protection.ENCRYPTED, Protection.NONE))
    assert with_assessment(facts, RiskAnswers(protection=Protection.NONE)).protection == facts.protection


def test_both_ways_agree_right_after_assessing() -> None:
    """No contradiction comes from the product itself."""
    assert newer_facts(with_assessment(BreachFacts(), ANSWERS), ANSWERS) == ()


def test_facts_recorded_after_the_assessment_are_named_and_can_be_taken_over() -> None:
    """GDPR art. 5(1)(d): a decision must not rest on answers that the record contradicts, unseen."""
    facts = replace(with_assessment(BreachFacts(), ANSWERS), protection=(Protection.HASHED,))
    (found,) = newer_facts(facts, ANSWERS)
    assert (found.question, found.field, found.fact, found.assessed) == (
        "protection",
        "protection",
        Protection.HASHED,
        Protection.NONE,
    )
    again = updated(ANSWERS, facts)
    assert again.protection is Protection.HASHED
    assert again.data == ANSWERS.data
    assert newer_facts(facts, again) == ()


def test_patients_are_dependent_people() -> None:
    """EDPB 9/2022 IV.B: who is in care cannot easily protect themselves."""
    from incident.law.risk.answers import VulnerableGroup
    from incident.law.vocabulary import SubjectGroup

    assert risk_answers(BreachFacts(subject_groups=(SubjectGroup.PATIENTS,))).vulnerable == (VulnerableGroup.DEPENDENT,)
