"""What the risk assessment states is a fact, and where facts and assessment disagree both are named."""

from dataclasses import replace

import pytest

from incident.law.facts import BreachFacts
from incident.law.facts_from_risk import newer_facts, updated, with_assessment
from incident.law.risk.answers import DataItem, Insight, Restoration, RiskAnswers, VulnerableGroup
from incident.law.risk_from_facts import risk_answers
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    Alteration,
    AvailabilityLoss,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    Nature,
    Protection,
    Recipient,
    SubjectGroup,
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


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("nature", (Nature.INTEGRITY,)),
        ("disclosure", Disclosure.LIKELY),
        ("alteration", Alteration.MISUSE_REVERSIBLE),
        ("restoration", Restoration.NEVER),
        ("backup", Ternary.NO),
        ("data", (DataItem(DataCategory.HEALTH),)),
        ("protection", Protection.HASHED),
        ("key_safe", Ternary.YES),
        ("recipient", Recipient.TRUSTED),
        ("actor", Actor.EXTERNAL_NON_MALICIOUS),
        ("subjects_number", 7),
    ],
)
def test_what_is_answered_on_the_one_is_answered_on_the_other(name: str, answer: object) -> None:
    """GDPR art. 33(5): each question that both ask, there and back; and nobody is told of a difference."""
    answers = RiskAnswers(**{name: answer})  # type: ignore[arg-type]
    facts = with_assessment(BreachFacts(), answers)
    assert getattr(risk_answers(facts), name) == answer
    assert newer_facts(facts, answers) == ()


def test_what_the_assessment_leaves_open_stays_as_it_was() -> None:
    """The short form in Slack asks seven questions: it must not erase the others."""
    before = with_assessment(BreachFacts(), ANSWERS)
    assert with_assessment(before, RiskAnswers()) == before


def test_who_is_hit_and_what_they_suffered_join_what_is_on_record() -> None:
    """GDPR art. 33(3)(a), (c): minors and other vulnerable people have a group on the sheet, others not."""
    people = (VulnerableGroup.MINORS, VulnerableGroup.OTHER, VulnerableGroup.DEPENDENT)
    before = BreachFacts(
        subject_groups=(SubjectGroup.CUSTOMERS,), consequences_subjects=(ConsequenceForSubjects.REPUTATION,)
    )
    seen = RiskAnswers(vulnerable=people, consequences_seen=(ConsequenceForSubjects.FRAUD,))
    facts = with_assessment(before, seen)
    assert facts.subject_groups == (SubjectGroup.CUSTOMERS, SubjectGroup.MINORS, SubjectGroup.VULNERABLE)
    assert facts.consequences_subjects == (ConsequenceForSubjects.REPUTATION, ConsequenceForSubjects.FRAUD)


def test_what_was_stated_as_unknown_is_known_once_the_assessment_answers_it() -> None:
    """GDPR art. 33(5): "we do not know" stays on record for what is still open, and only for that."""
    before = BreachFacts(stated_unknown=("recipient", "dpo_informed_at"))
    assert with_assessment(before, ANSWERS).stated_unknown == ("dpo_informed_at",)
    assert with_assessment(before, RiskAnswers()).stated_unknown == before.stated_unknown


def test_a_fact_that_says_more_and_agrees_is_kept() -> None:
    """The assessment takes the weakest of several protections; the sheet keeps them all."""
    facts = BreachFacts(protection=(Protection.ENCRYPTED, Protection.NONE))
    assert with_assessment(facts, RiskAnswers(protection=Protection.NONE)).protection == facts.protection


def test_a_fact_that_the_assessment_contradicts_gives_way() -> None:
    """The sheet says that something lay open; who assessed found that all was encrypted."""
    facts = BreachFacts(protection=(Protection.ENCRYPTED, Protection.NONE))
    assert with_assessment(facts, RiskAnswers(protection=Protection.ENCRYPTED)).protection == (Protection.ENCRYPTED,)


@pytest.mark.parametrize(
    ("before", "number", "after"),
    [
        ((UNKNOWN, UNKNOWN, False), 15, (15, 15, False)),
        ((10, 20, False), 15, (10, 15, False)),
        ((10, 20, False), 10, (10, 10, False)),
        ((10, 20, False), 5, (5, 5, False)),
        ((10, 10, True), 10, (10, 10, True)),
        ((10, 10, True), 30, (10, 30, False)),
        ((10, 10, False), 10, (10, 10, False)),
    ],
)
def test_one_number_is_least_and_most_and_a_smaller_one_ends_a_range(
    before: tuple[int, int, bool], number: int, after: tuple[int, int, bool]
) -> None:
    """AP form, question 7.3: counted exactly is only what was, and stays that only while the number stays."""
    names = ("subjects_min", "subjects_max", "subjects_exact")
    facts = with_assessment(BreachFacts(**dict(zip(names, before, strict=True))), RiskAnswers(subjects_number=number))
    assert tuple(getattr(facts, name) for name in names) == after


def test_data_that_never_come_back_are_lost_for_good_and_all_others_for_a_time() -> None:
    """EDPB template, field 59; a loss for good that is recorded later is named, one for a time says nothing new."""
    assert with_assessment(BreachFacts(), RiskAnswers(restoration=Restoration.NEVER)).availability_loss is (
        AvailabilityLoss.PERMANENT
    )
    gone = BreachFacts(availability_loss=AvailabilityLoss.PERMANENT)
    (found,) = newer_facts(gone, ANSWERS)
    assert (found.question, found.fact) == ("restoration", Restoration.NEVER)
    assert newer_facts(gone, RiskAnswers(restoration=Restoration.NEVER)) == ()
    assert with_assessment(gone, RiskAnswers(restoration=Restoration.NEVER)) == gone
    assert newer_facts(BreachFacts(availability_loss=AvailabilityLoss.TEMPORARY), ANSWERS) == ()


def test_what_nobody_recorded_contradicts_nothing_and_what_was_recorded_answers() -> None:
    """GDPR art. 5(1)(d): an empty sheet names nothing; a kind of data that nobody weighed is named."""
    assert newer_facts(BreachFacts(), ANSWERS) == ()
    (found,) = newer_facts(BreachFacts(data_categories=(DataCategory.HEALTH,)), RiskAnswers())
    assert (found.question, found.assessed) == ("data", UNKNOWN)


def test_a_kind_of_data_that_turns_up_is_named_and_the_others_keep_what_they_tell() -> None:
    """EDPB 9/2022 IV.B: assessing again keeps what was said of each kind; a new one has its usual weight."""
    known = with_assessment(BreachFacts(), ANSWERS)
    facts = replace(known, data_categories=(*known.data_categories, DataCategory.HEALTH))
    assert [one.question for one in newer_facts(facts, ANSWERS)] == ["data"]
    assert updated(ANSWERS, facts).data == (*ANSWERS.data, DataItem(DataCategory.HEALTH))
    first = updated(RiskAnswers(), BreachFacts(data_categories=(DataCategory.HEALTH,)))
    assert first.data == (DataItem(DataCategory.HEALTH),)


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
    assert risk_answers(BreachFacts(subject_groups=(SubjectGroup.PATIENTS,))).vulnerable == (VulnerableGroup.DEPENDENT,)


def test_how_long_data_are_away_stays_as_the_sheet_has_it() -> None:
    """EDPB field 59: an assessment that says "within days" neither changes a loss that is temporary, nor is newer."""
    away = BreachFacts(nature=(Nature.AVAILABILITY,), availability_loss=AvailabilityLoss.TEMPORARY)
    assessed = RiskAnswers(nature=(Nature.AVAILABILITY,), restoration=Restoration.WITHIN_DAYS)
    assert with_assessment(away, assessed).availability_loss is AvailabilityLoss.TEMPORARY
    assert newer_facts(away, assessed) == ()
    gone = replace(away, availability_loss=AvailabilityLoss.PERMANENT)
    assert [one.field for one in newer_facts(gone, assessed)] == ["availability_loss"]
    assert with_assessment(gone, assessed).availability_loss is AvailabilityLoss.TEMPORARY


def test_a_loss_that_nobody_recorded_is_not_newer() -> None:
    """What the sheet leaves open contradicts nothing."""
    assessed = RiskAnswers(nature=(Nature.AVAILABILITY,), restoration=Restoration.NEVER)
    assert newer_facts(BreachFacts(nature=(Nature.AVAILABILITY,)), assessed) == ()


def test_a_list_that_was_unknown_is_newer_once_it_is_known() -> None:
    """GDPR art. 33(4): the kinds of data come later than the first assessment."""
    found = newer_facts(BreachFacts(data_categories=(DataCategory.BSN,)), RiskAnswers())
    assert [one.question for one in found if one.question == "data"] == ["data"]
