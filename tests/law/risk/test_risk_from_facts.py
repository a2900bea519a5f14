"""What the facts of a breach say about its risk, and what they leave open."""

from dataclasses import replace

import pytest

from incident.law.facts import BreachFacts
from incident.law.risk import DataItem, RiskAnswers, assess
from incident.law.risk.answers import EaseOfIdentification, Insight, Intent, Restoration, VulnerableGroup
from incident.law.risk_from_facts import risk_answers
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    Alteration,
    AvailabilityLoss,
    DataCategory,
    Disclosure,
    Nature,
    Protection,
    Recipient,
    RiskLevel,
    SubjectGroup,
    Ternary,
)
from tests.law.risk.support import RULES

FACTS = BreachFacts(
    nature=(Nature.CONFIDENTIALITY,),
    disclosure=Disclosure.CONFIRMED,
    alteration=Alteration.NO_MISUSE,
    availability_loss=AvailabilityLoss.PERMANENT,
    backup_available=Ternary.YES,
    data_categories=(DataCategory.NAME, DataCategory.EMAIL),
    protection=(Protection.ENCRYPTED,),
    protection_intact=Ternary.YES,
    recipient=Recipient.KNOWN,
    actor=Actor.INTERNAL_NON_MALICIOUS,
    subjects_min=10,
    subjects_max=20,
    subject_groups=(SubjectGroup.CUSTOMERS, SubjectGroup.MINORS),
)


def test_no_category_on_record_is_no_statement_about_the_data() -> None:
    """GDPR art. 33(3)(a): an empty list says that nobody has looked, not that nothing leaked."""
    assert risk_answers(BreachFacts()).data is UNKNOWN


def test_recorded_facts_become_answers() -> None:
    expected = RiskAnswers(
        nature=(Nature.CONFIDENTIALITY,),
        disclosure=Disclosure.CONFIRMED,
        alteration=Alteration.NO_MISUSE,
        restoration=Restoration.NEVER,
        backup=Ternary.YES,
        data=(DataItem(DataCategory.NAME), DataItem(DataCategory.EMAIL)),
        identification=EaseOfIdentification.MAXIMUM,
        protection=Protection.ENCRYPTED,
        key_safe=Ternary.YES,
        recipient=Recipient.KNOWN,
        actor=Actor.INTERNAL_NON_MALICIOUS,
        intent=Intent.ACCIDENT,
        subjects_number=20,
        vulnerable=(VulnerableGroup.MINORS,),
    )
    assert expected == risk_answers(FACTS)


def test_an_empty_sheet_leaves_everything_unknown_and_so_the_worst_case() -> None:
    assert RiskAnswers() == risk_answers(BreachFacts())
    assert RiskLevel.HIGH is assess(risk_answers(BreachFacts()), RULES).risk


def test_an_unknown_category_may_tell_anything() -> None:
    sheet = replace(FACTS, data_categories=(DataCategory.UNKNOWN,))
    assert (DataItem(DataCategory.UNKNOWN, Insight.UNKNOWN),) == risk_answers(sheet).data


@pytest.mark.parametrize(
    ("categories", "ease"),
    [
        ((DataCategory.NAME,), EaseOfIdentification.UNKNOWN),
        ((DataCategory.EMAIL,), EaseOfIdentification.UNKNOWN),
        ((DataCategory.NAME, DataCategory.HEALTH), EaseOfIdentification.UNKNOWN),
        ((DataCategory.NAME, DataCategory.CREDENTIALS), EaseOfIdentification.UNKNOWN),
        ((DataCategory.NAME, DataCategory.DATE_OF_BIRTH), EaseOfIdentification.MAXIMUM),
        ((DataCategory.NAME, DataCategory.ADDRESS), EaseOfIdentification.MAXIMUM),
        ((DataCategory.NAME, DataCategory.EMAIL), EaseOfIdentification.MAXIMUM),
        ((DataCategory.NAME, DataCategory.PHONE), EaseOfIdentification.MAXIMUM),
        ((DataCategory.NAME, DataCategory.BSN), EaseOfIdentification.MAXIMUM),
    ],
)
def test_only_a_name_with_more_identifies_at_once(
    categories: tuple[DataCategory, ...], ease: EaseOfIdentification
) -> None:
    assert ease is risk_answers(replace(FACTS, data_categories=categories)).identification


@pytest.mark.parametrize(
    ("recorded", "counts"),
    [
        ((), Protection.UNKNOWN),
        ((Protection.ENCRYPTED, Protection.NONE), Protection.NONE),
        ((Protection.ENCRYPTED, Protection.HASHED), Protection.HASHED),
        ((Protection.HASHED, Protection.PSEUDONYMISED), Protection.PSEUDONYMISED),
        ((Protection.ENCRYPTED, Protection.OTHERWISE_UNINTELLIGIBLE), Protection.OTHERWISE_UNINTELLIGIBLE),
        ((Protection.PSEUDONYMISED, Protection.UNKNOWN), Protection.UNKNOWN),
    ],
)
def test_of_several_protections_the_weakest_counts(recorded: tuple[Protection, ...], counts: Protection) -> None:
    assert counts is risk_answers(replace(FACTS, protection=recorded)).protection


def test_every_protection_has_its_place() -> None:
    assert all(
        protection is risk_answers(replace(FACTS, protection=(protection,))).protection for protection in Protection
    )


def test_temporary_loss_does_not_say_how_long() -> None:
    assert Restoration.UNKNOWN is risk_answers(replace(FACTS, availability_loss=AvailabilityLoss.TEMPORARY)).restoration


def test_nobody_received_the_data_means_no_recipients() -> None:
    assert risk_answers(replace(FACTS, recipient=Recipient.NOBODY)).recipients_number == 0
    assert UNKNOWN is risk_answers(FACTS).recipients_number


@pytest.mark.parametrize(
    ("actor", "intent"),
    [
        (Actor.EXTERNAL_NON_MALICIOUS, Intent.ACCIDENT),
        (Actor.EXTERNAL_MALICIOUS, Intent.UNKNOWN),
        (Actor.INTERNAL_MALICIOUS, Intent.UNKNOWN),
        (Actor.UNKNOWN, Intent.UNKNOWN),
    ],
)
def test_only_a_mistake_says_what_the_actor_was_after(actor: Actor, intent: Intent) -> None:
    assert intent is risk_answers(replace(FACTS, actor=actor)).intent


def test_groups_that_are_not_vulnerable_do_not_say_that_nobody_is() -> None:
    assert UNKNOWN is risk_answers(replace(FACTS, subject_groups=(SubjectGroup.CUSTOMERS,))).vulnerable


def test_patients_police_and_other_vulnerable_people_are_recognised() -> None:
    """Whoever is in care depends on it."""
    groups = (SubjectGroup.PATIENTS, SubjectGroup.MILITARY_OR_POLICE, SubjectGroup.VULNERABLE)
    found = risk_answers(replace(FACTS, subject_groups=groups)).vulnerable
    assert found == (VulnerableGroup.DEPENDENT, VulnerableGroup.PROTECTED_IDENTITY, VulnerableGroup.OTHER)
