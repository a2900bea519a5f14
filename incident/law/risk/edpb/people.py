"""EDPB Guidelines 9/2022, section IV.B: the individuals, their number, and the controller."""

from typing import Final

from incident.law.risk.answers import ControllerField, Insight, VulnerableGroup
from incident.law.risk.edpb.case import Case
from incident.law.risk.edpb.recipients import known_or_not, own_staff_on_purpose
from incident.law.risk.findings import Axis, Effect, Finding, Gravity, Weight, finding
from incident.law.vocabulary import ConsequenceForSubjects, Unknown

INDIVIDUAL: Final = "EDPB 9/2022 IV.B, special characteristics of the individual; GDPR recital 75"
CONTROLLER: Final = "EDPB 9/2022 IV.B, special characteristics of the data controller"
NUMBER: Final = "EDPB 9/2022 IV.B, number of affected individuals"
CONSEQUENCES: Final = "EDPB 9/2022 IV.B, severity of consequences for individuals; GDPR recital 75"

HITS_THE_PERSON: Final = frozenset(
    {ConsequenceForSubjects.PHYSICAL_OR_MENTAL_HARM, ConsequenceForSubjects.DISCRIMINATION}
)
HITS_THE_PURSE: Final = frozenset(
    {
        ConsequenceForSubjects.IDENTITY_THEFT,
        ConsequenceForSubjects.FRAUD,
        ConsequenceForSubjects.FINANCIAL_LOSS,
        ConsequenceForSubjects.PROPERTY_DAMAGE,
        ConsequenceForSubjects.ECONOMIC_OR_SOCIAL_DISADVANTAGE,
    }
)


def vulnerable_people(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, factor 'special characteristics of the individual': children and others who need protection."""
    groups = case.answers.vulnerable
    if not isinstance(groups, Unknown) and not set(groups) - {VulnerableGroup.PROTECTED_IDENTITY}:
        return None
    return finding("edpb.vulnerable", Effect.RAISES, INDIVIDUAL, Weight(Axis.GRAVITY, step=1), text=_who(groups))


def _who(groups: tuple[VulnerableGroup, ...] | Unknown) -> str:
    """Which of the sentences about vulnerable people applies."""
    if isinstance(groups, Unknown):
        return "unknown"
    others = set(groups) - {VulnerableGroup.PROTECTED_IDENTITY, VulnerableGroup.MINORS}
    return "others" if VulnerableGroup.MINORS not in groups else "both" if others else "minors"


def people_in_hiding(case: Case) -> Finding | None:
    """GDPR recital 75, physical damage: for somebody who must not be found, a name or an address is a danger."""
    groups = case.answers.vulnerable
    in_hiding = isinstance(groups, Unknown) or VulnerableGroup.PROTECTED_IDENTITY in groups
    if not in_hiding or not case.base:
        return None
    weight = Weight(Axis.GRAVITY, floor=Gravity.HIGH)
    return finding("edpb.protected_identity", Effect.RAISES, INDIVIDUAL, weight, text=known_or_not(groups))


def nature_of_controller(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, factor 'special characteristics of the controller': being known to a clinic says something."""
    field = case.answers.controller_field
    if field is ControllerField.ORDINARY or not case.base:
        return None
    text = "unknown" if field is ControllerField.UNKNOWN else "known"
    return finding(
        "edpb.controller", Effect.RAISES, CONTROLLER, Weight(Axis.GRAVITY, floor=Gravity.ELEVATED), text=text
    )


def number_of_people(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, factor 'number of affected individuals': among many, somebody will be hit.

    Two things do not grow graver with the number, unless the data are sensitive: a single ordinary kind of data, such
    as bare e-mail addresses, by which nobody was hit yet, and the disclosure of ordinary data that a known member of
    the own staff took for a purpose of his own, of which misuse counts as certain already.
    """
    number = case.answers.subjects_number
    if not isinstance(number, Unknown) and number < case.parameters.large_number:
        return None
    if (case.disclosed and own_staff_on_purpose(case) and case.base < Gravity.HIGH) or _bare(case):
        return None
    weight, least = Weight(Axis.GRAVITY, step=1), case.parameters.large_number
    return finding("edpb.number", Effect.RAISES, NUMBER, weight, text=known_or_not(number), threshold=least)


def _bare(case: Case) -> bool:
    """Whether the data are a single ordinary kind: nothing can be combined from it, and nobody was hit by it yet."""
    if set(case.answers.consequences_seen) & (HITS_THE_PERSON | HITS_THE_PURSE):
        return False
    kinds = {item.category for item in case.items if item.insight is not Insight.NONE}
    return len(kinds) == 1 and case.base <= Gravity.ORDINARY


def consequences_seen(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, factor 'severity of consequences': what already happened need not be estimated."""
    seen = set(case.answers.consequences_seen)
    if seen & HITS_THE_PERSON:
        weight = Weight(Axis.GRAVITY, floor=Gravity.HIGH)
        return finding("edpb.consequences", Effect.RAISES, CONSEQUENCES, weight, text="person")
    if seen & HITS_THE_PURSE:
        weight = Weight(Axis.GRAVITY, floor=Gravity.ELEVATED)
        return finding("edpb.consequences", Effect.RAISES, CONSEQUENCES, weight, text="purse")
    return None
