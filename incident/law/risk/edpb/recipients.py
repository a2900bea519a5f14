"""EDPB Guidelines 9/2022, section IV.B, severity of consequences: who has the data, and what they want with them."""

from typing import Final

from incident.law.risk.answers import (
    EaseOfIdentification,
    Insight,
    Intent,
    RecipientResponse,
    VulnerableGroup,
    on_purpose,
)
from incident.law.risk.edpb.case import Case
from incident.law.risk.findings import Axis, Effect, Finding, Likelihood, Weight, finding
from incident.law.risk.protection import all_unintelligible, pseudonymised
from incident.law.trace import Param
from incident.law.vocabulary import Actor, Protection, Recipient, Unknown

RECIPIENT: Final = "EDPB 9/2022 IV.B, severity of consequences (trusted recipient)"
INTENT: Final = "EDPB 9/2022 IV.B, severity of consequences (intentions of the recipient)"
UNINTELLIGIBLE: Final = "EDPB 9/2022 IV.B, ease of identification (encryption); GDPR art. 34(3)(a)"
HASHED: Final = "EDPB 9/2022 IV.B, ease of identification; EDPB 01/2021, hashed passwords"

PLACE: Final = "EDPB 9/2022 IV.B, severity of consequences for individuals; GDPR recital 75"

_NAMED: Final = frozenset({Recipient.TRUSTED, Recipient.KNOWN})


def recipient(case: Case) -> Finding:
    """EDPB 9/2022 IV.B, trusted recipient: who has the data, and whether they gave them back or deleted them."""
    kind, size = case.answers.recipient, size_of(case)
    likelihood = Likelihood(_likelihood(case, size))
    effect = Effect.RAISES if likelihood > Likelihood.LIMITED else Effect.LOWERS
    params: dict[str, Param] = {"likelihood": f"@risk.likelihood.{likelihood.name.lower()}"}
    text = kind.value
    if kind in _NAMED:
        params["response"] = f"@risk.response.{case.answers.recipient_response.value}"
    if kind in _NAMED and size != FEW:
        uncounted = isinstance(case.answers.subjects_number, Unknown)
        text, params["threshold"] = f"{text}.{'uncounted' if uncounted else 'many'}", case.parameters.few_people
    return finding("edpb.recipient", effect, RECIPIENT, Weight(Axis.LIKELIHOOD, floor=likelihood), text=text, **params)


def _likelihood(case: Case, size: str) -> int:
    kind, response = case.answers.recipient, case.answers.recipient_response
    if kind is Recipient.UNKNOWN:
        return Likelihood.INTENDED
    column = RecipientResponse.REFUSED if response is RecipientResponse.UNKNOWN else response
    return case.parameters.recipients[size][kind.value][column.value]


def known_or_not(answer: object) -> str:
    """Which of two sentences applies: the one about what is known, or that it is not and counts as the worse case."""
    return "unknown" if isinstance(answer, Unknown) else "known"


FEW: Final = "few"


def size_of(case: Case) -> str:
    """EDPB 9/2022 IV.B, number of affected individuals: few, many or a large number; unknown counts as the last.

    People whom a recipient cannot find behind coded data do not count as many: see ``coded``.
    """
    number = case.answers.subjects_number
    if coded(case):
        return FEW
    if isinstance(number, Unknown) or number >= case.parameters.large_number:
        return "large"
    return FEW if number <= case.parameters.few_people else "many"


def too_many(case: Case) -> bool:
    """EDPB 9/2022 IV.B: more recipients than anybody can hold to account; an unknown number counts as such."""
    number = case.answers.recipients_number
    return isinstance(number, Unknown) or number > case.parameters.many_recipients


def coded(case: Case) -> bool:
    """EDPB 9/2022 IV.B, ease of identification: pseudonymised, the key safe, and hard to link without it."""
    hard = case.answers.identification in (EaseOfIdentification.NEGLIGIBLE, EaseOfIdentification.LIMITED)
    return hard and pseudonymised(case.answers)


def many_recipients(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, severity of consequences: a promise of hundreds of people to delete is worth little."""
    kind = case.answers.recipient
    if kind not in _NAMED or not too_many(case):
        return None
    floor = Likelihood.LIMITED if kind is Recipient.TRUSTED else Likelihood.REAL
    limit, text = case.parameters.many_recipients, known_or_not(case.answers.recipients_number)
    weight = Weight(Axis.LIKELIHOOD, floor=floor)
    return finding("edpb.many_recipients", Effect.RAISES, RECIPIENT, weight, text=text, threshold=limit)


def intent(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, intentions: who was after the data, or wanted to do harm, will use them."""
    aimed = on_purpose(case.answers) and case.answers.intent in (Intent.TARGETED, Intent.UNKNOWN)
    if not aimed or case.answers.recipient is Recipient.NOBODY:
        return None
    weight = Weight(Axis.LIKELIHOOD, floor=Likelihood.INTENDED)
    return finding("edpb.intent", Effect.RAISES, INTENT, weight, text=case.answers.intent.value)


_DANGEROUS: Final = frozenset({Insight.SAFETY, Insight.UNKNOWN})


def read_for_good(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, severity of consequences: where somebody is in danger, what was read cannot be unread.

    That is so for people who must not be found, and for data on which somebody's safety depends. Only a recipient who
    gave the data back unread takes that away.
    """
    answers = case.answers
    hidden = isinstance(answers.vulnerable, Unknown) or VulnerableGroup.PROTECTED_IDENTITY in answers.vulnerable
    in_danger = (hidden and case.base) or any(item.insight in _DANGEROUS for item in case.items)
    unread = answers.recipient is Recipient.NOBODY or (
        answers.recipient in _NAMED and answers.recipient_response is RecipientResponse.RETURNED_UNREAD
    )
    if not in_danger or unread:
        return None
    return finding(
        "edpb.read", Effect.RAISES, PLACE, Weight(Axis.LIKELIHOOD, floor=Likelihood.LIMITED), text=_who(case)
    )


def _who(case: Case) -> str:
    """Which of the sentences about danger applies: what is known goes before what is not."""
    groups = case.answers.vulnerable
    if not isinstance(groups, Unknown) and VulnerableGroup.PROTECTED_IDENTITY in groups and case.base:
        return "hiding"
    return "safety" if any(item.insight is Insight.SAFETY for item in case.items) else "unknown"


def unintelligible(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, encryption and hashing: data that nobody can read cannot be misused.

    This asks for a method that withstands attack today, a secret that is safe, and all data covered. Whether the data
    can still be used by the controller is the question of availability.
    """
    if not all_unintelligible(case.answers):
        return None
    hashed = case.answers.protection is Protection.HASHED
    rule, citation = ("edpb.hashing", HASHED) if hashed else ("edpb.encryption", UNINTELLIGIBLE)
    return finding(rule, Effect.REMOVES, citation, Weight(Axis.LIKELIHOOD, ceiling=Likelihood.NONE))


def own_staff_on_purpose(case: Case) -> bool:
    """EDPB 9/2022 IV.B, intentions: a known member of the own staff took the data on purpose; the law reaches them."""
    means_to = case.answers.recipient is Recipient.MALICIOUS or intent(case) is not None
    known_where = case.answers.recipient is not Recipient.UNKNOWN
    return case.answers.actor is Actor.INTERNAL_MALICIOUS and means_to and known_where
