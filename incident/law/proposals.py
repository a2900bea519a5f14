"""GDPR art. 33(3)(a), (c): answers that follow from other answers, proposed with the reason, for a person to accept.

Only what nobody has answered is proposed. A form shows a proposal as derived and asks to check it; the fact sheet
takes it over when a person accepts it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from incident.law.facts import BreachFacts, FactValue
from incident.law.questions import question
from incident.law.risk.assessment import Assessment
from incident.law.risk.enisa import proposed_severity
from incident.law.texts import sentence
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
    Unknown,
)
from incident.law.words import kinds_from_words


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed answer to the question ``name``; ``text_id`` names the sentence that says from what it follows."""

    name: str
    value: FactValue
    text_id: str

    def why(self, language: str) -> str:
        """GDPR art. 12(1): from what the answer follows, in words."""
        return sentence(self.text_id, (), language)


def proposals(
    facts: BreachFacts, assessment: Assessment | None = None, risk: RiskLevel | Unknown = UNKNOWN
) -> tuple[Proposal, ...]:
    """GDPR art. 33(3): what follows from the facts, and from the assessment with the level that was adopted."""
    found = (
        Proposal("kinds", kinds_from_words(f"{facts.summary} {facts.description}"), "proposal.kinds"),
        Proposal("consequences_data", tuple(_for_data(facts)), "proposal.consequences_data"),
        Proposal("consequences_subjects", tuple(_for_subjects(facts)), "proposal.consequences_subjects"),
        Proposal("severity", _severity(assessment, risk), "proposal.severity"),
        Proposal("discovery", facts.aware_ground.strip(), "proposal.discovery"),
    )
    return tuple(one for one in found if question(one.name).open(facts) and one.value != question(one.name).nothing)


def with_proposals(facts: BreachFacts, proposed: tuple[Proposal, ...]) -> BreachFacts:
    """GDPR art. 33(3): the facts as they would stand with these proposals accepted."""
    return replace(facts, **{one.name: one.value for one in proposed})


def _may_be_seen(facts: BreachFacts) -> bool:
    return Nature.CONFIDENTIALITY in facts.nature and facts.disclosure is not Disclosure.RULED_OUT


def _for_data(facts: BreachFacts) -> Iterator[ConsequenceForData]:
    """AP form, question 9.1: what each broken side of security does to the data themselves."""
    if _may_be_seen(facts):
        yield ConsequenceForData.SEEN_BY_UNAUTHORISED
    if Nature.INTEGRITY in facts.nature:
        yield ConsequenceForData.WRONG_DATA_USED
    if facts.availability_loss is AvailabilityLoss.TEMPORARY:
        yield ConsequenceForData.SERVICE_TEMPORARILY_LOST
    if facts.availability_loss is AvailabilityLoss.PERMANENT:
        yield ConsequenceForData.SERVICE_PERMANENTLY_LOST


_FOLLOWS: Final[tuple[tuple[ConsequenceForSubjects, frozenset[DataCategory]], ...]] = (
    (
        ConsequenceForSubjects.DISCRIMINATION,
        (SPECIAL_CATEGORIES - {DataCategory.BIOMETRIC}) | {DataCategory.CRIMINAL},
    ),
    (
        ConsequenceForSubjects.IDENTITY_THEFT,
        frozenset(
            {
                DataCategory.BSN,
                DataCategory.IDENTIFICATION_NUMBER,
                DataCategory.ID_DOCUMENT_COPY,
                DataCategory.CREDENTIALS,
                DataCategory.BIOMETRIC,
            }
        ),
    ),
    (
        ConsequenceForSubjects.FRAUD,
        frozenset({DataCategory.BANK_ACCOUNT, DataCategory.CREDIT_CARD, DataCategory.EMAIL, DataCategory.PHONE}),
    ),
    (
        ConsequenceForSubjects.FINANCIAL_LOSS,
        frozenset({DataCategory.BANK_ACCOUNT, DataCategory.CREDIT_CARD, DataCategory.OTHER_FINANCIAL}),
    ),
    (
        ConsequenceForSubjects.REPUTATION,
        frozenset(
            {
                DataCategory.CRIMINAL,
                DataCategory.DEBTS,
                DataCategory.BENEFITS,
                DataCategory.SEX_LIFE,
                DataCategory.COMMUNICATION_CONTENT,
            }
        ),
    ),
    (ConsequenceForSubjects.PROFESSIONAL_SECRECY, frozenset({DataCategory.HEALTH})),
)
"""GDPR recitals 75 and 85: the effects the legislator names, with the kinds of data that lead to each."""


def _for_subjects(facts: BreachFacts) -> Iterator[ConsequenceForSubjects]:
    """AP form, question 9.2; GDPR recital 85: whoever loses sight of who has their data has lost control of them."""
    known = frozenset(facts.data_categories) - {DataCategory.UNKNOWN}
    if not known or not _may_be_seen(facts):
        return
    yield ConsequenceForSubjects.LOSS_OF_CONTROL
    yield from (effect for effect, categories in _FOLLOWS if known & categories)


def _severity(assessment: Assessment | None, risk: RiskLevel | Unknown) -> Severity:
    """AP form, question 9.3: the level of the score; a high risk is never less than significant."""
    if assessment is None:
        return Severity.UNKNOWN
    found = proposed_severity(assessment.enisa.level)
    mild = found in (Severity.NEGLIGIBLE, Severity.LIMITED)
    return Severity.SIGNIFICANT if risk is RiskLevel.HIGH and mild else found
