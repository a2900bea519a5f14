"""EDPB Guidelines 9/2022, section IV.B, severity of consequences: who has the data, and what they want with them."""

from typing import Final

from incident.law.risk.answers import Intent, RecipientResponse, on_purpose
from incident.law.risk.edpb.case import Case
from incident.law.risk.findings import Axis, Effect, Finding, Likelihood, Weight, finding
from incident.law.risk.protection import all_unintelligible
from incident.law.vocabulary import Actor, Protection, Recipient, Unknown

RECIPIENT: Final = "EDPB 9/2022 IV.B, severity of consequences (trusted recipient)"
INTENT: Final = "EDPB 9/2022 IV.B, severity of consequences (intentions of the recipient)"
UNINTELLIGIBLE: Final = "EDPB 9/2022 IV.B, ease of identification (encryption); GDPR art. 34(3)(a)"
HASHED: Final = "EDPB 9/2022 IV.B, ease of identification; EDPB 01/2021, hashed passwords"

_NOBODY_KNOWS: Final = frozenset({Recipient.UNKNOWN_PERSONS, Recipient.UNKNOWN})
_NAMED: Final = frozenset({Recipient.TRUSTED, Recipient.KNOWN})


def recipient(case: Case) -> Finding:
    """EDPB 9/2022 IV.B, trusted recipient: who has the data, and whether they gave them back or deleted them."""
    kind = case.answers.recipient
    likelihood = Likelihood(_likelihood(case))
    effect = Effect.RAISES if likelihood > Likelihood.POSSIBLE else Effect.LOWERS
    weight = Weight(Axis.LIKELIHOOD, floor=likelihood)
    likely = f"@risk.likelihood.{likelihood.name.lower()}"
    return finding("edpb.recipient", effect, RECIPIENT, weight, text=kind.value, likelihood=likely)


def _likelihood(case: Case) -> int:
    kind, response = case.answers.recipient, case.answers.recipient_response
    if kind is Recipient.UNKNOWN:
        return Likelihood.INTENDED
    column = RecipientResponse.NONE if response is RecipientResponse.UNKNOWN else response
    return case.parameters.recipients[kind.value][column.value]


def too_many(case: Case) -> bool:
    """EDPB 9/2022 IV.B: more recipients than anybody can hold to account; an unknown number counts as such."""
    number = case.answers.recipients_number
    return isinstance(number, Unknown) or number > case.parameters.many_recipients


def many_recipients(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, severity of consequences: a promise of hundreds of people to delete is worth little."""
    kind = case.answers.recipient
    if kind not in _NAMED or not too_many(case):
        return None
    floor = Likelihood.POSSIBLE if kind is Recipient.TRUSTED else Likelihood.OUT_OF_CONTROL
    limit = case.parameters.many_recipients
    weight = Weight(Axis.LIKELIHOOD, floor=floor)
    return finding("edpb.many_recipients", Effect.RAISES, RECIPIENT, weight, threshold=limit)


def intent(case: Case) -> Finding | None:
    """EDPB 9/2022 IV.B, intentions: who was after the data, or wanted to do harm, will use them."""
    aimed = on_purpose(case.answers) and case.answers.intent in (Intent.TARGETED, Intent.UNKNOWN)
    if not aimed or case.answers.recipient is Recipient.NOBODY:
        return None
    return finding("edpb.intent", Effect.RAISES, INTENT, Weight(Axis.LIKELIHOOD, floor=Likelihood.INTENDED))


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


def within_reach(case: Case) -> bool:
    """EDPB 9/2022 IV.B, severity of consequences: everybody who has the data is known and can be held to account.

    That is so for few named recipients, and for a member of the own staff who took data and did not spread them among
    strangers: the law reaches them.
    """
    kind = case.answers.recipient
    if case.answers.actor is Actor.INTERNAL_MALICIOUS:
        return kind not in _NOBODY_KNOWS
    if intent(case):
        return False
    return kind is Recipient.NOBODY or (kind in _NAMED and not too_many(case))
