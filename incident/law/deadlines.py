"""GDPR art. 33(1): until when an addressee must be told, strictly counted, with the later readings as cited remarks.

``due_at`` is the awareness plus the period in elapsed time. The remarks tell what Regulation 1182/71 and the Algemene
termijnenwet say beside it: shown, never planned on.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from incident.law.duties import Duty
from incident.law.errors import NoRuleInForce
from incident.law.facts import BreachFacts
from incident.law.letters import letter_of
from incident.law.obligations import Obligation, ObligationKind, contract_hours, customers, start_of
from incident.law.periods import Period
from incident.law.readings import Remark, remarks
from incident.law.regimes import Anchor, Regime, Status
from incident.law.rulesets import AUTHORITY_ZONE, RuleSet, local_day
from incident.law.trace import Param, Reason, reason
from incident.law.triggers import instant, trigger_of

_FROM_AWARENESS: Final = (Anchor.AWARENESS, Anchor.PROCESSOR_AWARENESS)


@dataclass(frozen=True, slots=True)
class Deadline:
    """GDPR art. 33: one running clock. Instants are aware UTC; ``ruleset`` names the rules it was computed by.

    ``provisional`` says that nobody has stated the starting event yet and the earliest signal stands in for it.
    """

    obligation_id: str
    starts_at: datetime
    due_at: datetime
    ruleset: str
    remarks: tuple[Remark, ...]
    because: tuple[Reason, ...]
    provisional: bool = False


def deadline(obligation: Obligation, facts: BreachFacts, rules: RuleSet) -> Deadline | None:
    """GDPR art. 33: the clock of one obligation; ``None`` when it has no start yet, no number, or no duty.

    Raises ``NoRuleInForce`` when the rules were not in force at the awareness: a breach is judged by the version valid
    then (see ``rules_for``).
    """
    if obligation.duty is Duty.NOT_REQUIRED or obligation.anchored_at is None:
        return None
    regime = rules.regime(obligation.kind)
    if (by_letter := _by_letter(obligation, facts, regime, rules)) is not None:
        return by_letter
    period = _period(obligation, facts, regime)
    if period is None:
        return None
    _check_in_force(regime, obligation.anchored_at, rules)
    starts_at, due_at = obligation.anchored_at, period.end_after(obligation.anchored_at, AUTHORITY_ZONE)
    due_at, sooner = _sooner(regime, facts, due_at)
    found = tuple(remarks(regime, period, starts_at, due_at))
    start = start_of(regime, facts, {regime.after or regime.anchor.value: starts_at})
    because = (start.because, _period_reason(regime, period, _agreed(obligation, facts)), *sooner)
    return Deadline(obligation.id, starts_at, due_at, rules.version, found, because, start.provisional)


def _by_letter(obligation: Obligation, facts: BreachFacts, regime: Regime, rules: RuleSet) -> Deadline | None:
    """GDPR art. 34(4), 58(1)(a): the term that the authority set in its letter; ``None`` where no letter sets one."""
    letter = letter_of(obligation.id, facts)
    if letter is None or (due_at := instant(letter.answer_by)) is None:
        return None
    because = reason(f"{regime.id}.period", regime.citation, "period.letter", end=due_at)
    return Deadline(obligation.id, letter.received_at, due_at, rules.version, (), (*obligation.reasons, because))


def deadlines(found: Iterable[Obligation], facts: BreachFacts, rules: RuleSet) -> tuple[Deadline, ...]:
    """GDPR art. 33: the clocks of all obligations that have one, in the order of the obligations."""
    clocks = (deadline(obligation, facts, rules) for obligation in found)
    return tuple(clock for clock in clocks if clock is not None)


def _period(obligation: Obligation, facts: BreachFacts, regime: Regime) -> Period | None:
    """GDPR art. 33(2): what was agreed with a customer; house policy where nothing was, once somebody is our customer.

    As long as the role is open there is nobody to tell, and the triage settles that.
    """
    if obligation.kind != ObligationKind.NOTIFY_CONTROLLER:
        return regime.period or regime.house
    listed = customers(facts)
    gone = obligation.id != obligation.kind and obligation.id not in listed
    if gone or obligation.duty is Duty.UNDECIDED:
        return None
    hours = _agreed(obligation, facts)
    return Period(hours=hours) if hours else regime.house


def _agreed(obligation: Obligation, facts: BreachFacts) -> int | None:
    customer = customers(facts).get(obligation.id)
    return contract_hours(customer) if customer else None


def _sooner(regime: Regime, facts: BreachFacts, due_at: datetime) -> tuple[datetime, tuple[Reason, ...]]:
    """DORA RTS 2025/301: hours from the classification as major, where these end before the hours from awareness."""
    if regime.sooner is None or regime.trigger is None:
        return due_at, ()
    classified = instant(trigger_of(facts, regime.trigger).classified_at)
    if classified is None:
        return due_at, (
            reason(f"{regime.id}.sooner", regime.citation, "period.sooner_open", hours=regime.sooner.hours),
        )
    end = regime.sooner.end_after(classified, AUTHORITY_ZONE)
    text_id = "period.sooner" if end < due_at else "period.not_sooner"
    told = reason(f"{regime.id}.sooner", regime.citation, text_id, hours=regime.sooner.hours, at=classified, end=end)
    return min(due_at, end), (told,)


def _check_in_force(regime: Regime, at: datetime, rules: RuleSet) -> None:
    if regime.anchor not in _FROM_AWARENESS or regime.status is Status.PROPOSAL:
        return
    if not regime.in_force(local_day(at)):
        params: dict[str, Param] = {"rule": regime.full_version, "at": at, "ruleset": rules.version}
        raise NoRuleInForce(reason("gdpr_99_2", "GDPR art. 99(2)", "error.not_in_force", **params))


def _period_reason(regime: Regime, period: Period, agreed: int | None) -> Reason:
    unit = "hours" if period.hours else "days" if period.days else "months"
    text_id = "period.policy" if regime.status is Status.POLICY else f"period.{unit}"
    text_id = "period.house_hours" if regime.period is None else text_id
    text_id = "period.contract" if agreed else text_id
    number = period.hours or period.days or period.months
    return reason(f"{regime.id}.period", regime.citation, text_id, **{unit: number})
