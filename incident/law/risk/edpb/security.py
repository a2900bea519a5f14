"""GDPR art. 4(12): the three sides of security, each with its own outcome; EDPB Guidelines 9/2022, section IV.B."""

from collections.abc import Callable
from typing import Final

from incident.law.risk.answers import (
    ControllerField,
    Restoration,
    RiskAnswers,
    ServiceEffect,
    broken,
    confidentiality_in_play,
    data_items,
)
from incident.law.risk.edpb import data, people, recipients
from incident.law.risk.edpb.case import Case
from incident.law.risk.findings import Axis, Effect, Finding, Gravity, Likelihood, finding, weigh
from incident.law.risk.parameters import EdpbParameters
from incident.law.risk.protection import readable_items
from incident.law.vocabulary import Alteration, Disclosure, Nature, RiskLevel, Ternary

TYPE_OF_BREACH: Final = "EDPB 9/2022 IV.B, type of breach; GDPR art. 4(12)"
LIKELIHOOD_AND_SEVERITY: Final = "EDPB 9/2022 IV.B; GDPR recitals 75 and 76"
NO_EXFILTRATION: Final = "EDPB 01/2021, ransomware (evidence in the logs)"
BACKUP: Final = "EDPB 01/2021, ransomware (back-up and restoration in time)"

Judgement = tuple[RiskLevel, tuple[Finding, ...]]
"""GDPR art. 33(1): the outcome for one side of security, and what led to it."""

GRAVITY_RULES: Final[tuple[Callable[[Case], Finding | None], ...]] = (
    data.sensitivity,
    data.combination,
    data.volume_per_person,
    data.identification,
    data.permanence,
    people.vulnerable_people,
    people.people_in_hiding,
    people.nature_of_controller,
    people.number_of_people,
    people.consequences_seen,
)

DISCLOSURE_RULES: Final[tuple[Callable[[Case], Finding | None], ...]] = (
    recipients.recipient,
    recipients.many_recipients,
    recipients.intent,
    recipients.read_for_good,
    recipients.unintelligible,
    data.pseudonymisation,
)
"""What bears on disclosure only: that data are coded does not help whoever is judged by wrong ones."""


def confidentiality(answers: RiskAnswers, parameters: EdpbParameters) -> Judgement | None:
    """EDPB 9/2022 IV.B, disclosure: how likely misuse is, and how hard it would hit; recital 76 weighs both."""
    if not confidentiality_in_play(answers):
        return _no_disclosure(answers)
    items = readable_items(answers)
    case = Case(answers, items, parameters, data.base_gravity(items, answers, parameters), disclosed=True)
    found = _apply(DISCLOSURE_RULES + GRAVITY_RULES, case)
    likelihood = Likelihood(weigh(found, Axis.LIKELIHOOD, max(Likelihood)))
    gravity = Gravity(weigh(found, Axis.GRAVITY, max(Gravity)))
    level = parameters.confidentiality[likelihood][gravity]
    outcome = finding(
        "edpb.confidentiality",
        Effect.SETS,
        LIKELIHOOD_AND_SEVERITY,
        likelihood=f"@risk.likelihood.{likelihood.name.lower()}",
        gravity=f"@risk.gravity.{gravity.name.lower()}",
        level=f"@risk.level.{level.value}",
    )
    return level, (*found, outcome)


def _no_disclosure(answers: RiskAnswers) -> Judgement | None:
    """EDPB 01/2021, ransomware: evidence that nothing left takes the risk of misuse away; lack of evidence does not."""
    if answers.disclosure is not Disclosure.RULED_OUT:
        return None
    return RiskLevel.UNLIKELY, (finding("edpb.disclosure", Effect.REMOVES, NO_EXFILTRATION),)


def _apply(rules: tuple[Callable[[Case], Finding | None], ...], case: Case) -> tuple[Finding, ...]:
    return tuple(found for rule in rules if (found := rule(case)))


_DURATION: Final = {
    Restoration.WITHIN_HOURS: 0,
    Restoration.WITHIN_DAYS: 1,
    Restoration.LATER: 2,
    Restoration.NEVER: 3,
    Restoration.UNKNOWN: 3,
}
_NOTICED: Final = {
    ServiceEffect.NONE: 0,
    ServiceEffect.MINOR: 1,
    ServiceEffect.SERIOUS: 2,
    ServiceEffect.UNKNOWN: 2,
}
_DEPENDED_ON: Final = {
    ControllerField.HEALTH: "care",
    ControllerField.SOCIAL_CARE: "care",
    ControllerField.UNKNOWN: "unknown",
}
"""Whose data people depend on, whatever the data, and the sentence that says so."""


def availability(answers: RiskAnswers, parameters: EdpbParameters) -> Judgement | None:
    """EDPB 9/2022 IV.B, loss of availability: how long the data were away and what people noticed of it.

    A usable back-up means that nothing is lost for good (GDPR art. 32(1)(c)).
    """
    if not broken(answers, Nature.AVAILABILITY):
        return None
    duration, noticed = _DURATION[answers.restoration], _NOTICED[answers.service_effect]
    if answers.backup is Ternary.YES:
        duration = min(duration, _DURATION[Restoration.LATER])
    depend = depended_on(answers, parameters)
    table = parameters.availability_depended_on if depend else parameters.availability
    level = table[duration][noticed]
    outcome = finding("edpb.availability", Effect.SETS, TYPE_OF_BREACH, level=f"@risk.level.{level.value}")
    return level, (*_about_the_loss(answers, depend), outcome)


def depended_on(answers: RiskAnswers, parameters: EdpbParameters) -> bool:
    """EDPB 9/2022 IV.B, special characteristics of the controller: care stops when its data are away."""
    if answers.controller_field in _DEPENDED_ON:
        return True
    return data.base_gravity(data_items(answers), answers, parameters) >= Gravity.HIGH


def _about_the_loss(answers: RiskAnswers, depend: bool) -> tuple[Finding, ...]:
    effect = Effect.LOWERS if answers.backup is Ternary.YES else Effect.RAISES
    back = finding("edpb.backup", effect, BACKUP, text=answers.backup.value)
    why = _DEPENDED_ON.get(answers.controller_field, "data")
    return (back, finding("edpb.depended_on", Effect.RAISES, people.CONTROLLER, text=why)) if depend else (back,)


_ALTERATION: Final = {
    Alteration.NO_MISUSE: 0,
    Alteration.MISUSE_REVERSIBLE: 1,
    Alteration.MISUSE_IRREVERSIBLE: 2,
    Alteration.UNKNOWN: 2,
}


def integrity(answers: RiskAnswers, parameters: EdpbParameters) -> Judgement | None:
    """EDPB 9/2022 IV.B, alteration: wrong data harm as soon as somebody acts on them, most when it cannot be undone."""
    if not broken(answers, Nature.INTEGRITY):
        return None
    items = data_items(answers)
    case = Case(answers, items, parameters, data.base_gravity(items, answers, parameters), disclosed=False)
    found = _apply(GRAVITY_RULES, case)
    gravity = weigh(found, Axis.GRAVITY, max(Gravity))
    level = parameters.integrity[_ALTERATION[answers.alteration]][gravity]
    level_text = f"@risk.level.{level.value}"
    return level, (*found, finding("edpb.integrity", Effect.SETS, TYPE_OF_BREACH, level=level_text))
