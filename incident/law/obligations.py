"""GDPR art. 33 and 34: who must be told of one breach, why or why not, and which event starts each clock.

One incident yields several obligations. An obligation whose starting event is not known exists all the same, and
says what it waits for.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import count
from types import MappingProxyType
from typing import Final, NamedTuple

from incident.law.awareness import Start, known, own_awareness, processor_awareness
from incident.law.duties import Duty, judged
from incident.law.facts import AffectedController, BreachFacts
from incident.law.letters import letters_of
from incident.law.regimes import Anchor, Regime, Status
from incident.law.rulesets import RuleSet, local_day
from incident.law.trace import Reason, reason
from incident.law.triggers import instant, trigger_awareness, trigger_of
from incident.law.vocabulary import UNKNOWN, RiskLevel, Ternary


class ObligationKind(StrEnum):
    """GDPR art. 33, 34 and 58: the duties that the product takes further itself, by the id of their regime.

    Duties of other law stand in the data only; a duty is known by the id of its regime, which never changes.
    """

    NOTIFY_AUTHORITY = "gdpr_33_1"
    NOTIFY_CONTROLLER = "gdpr_33_2"
    FOLLOW_UP = "gdpr_33_4"
    DOCUMENT = "gdpr_33_5"
    INFORM_SUBJECTS = "gdpr_34"
    INFORM_PUBLIC = "gdpr_34_3_c"
    ORDERED = "gdpr_34_4"
    ANSWER = "gdpr_58_1"


_NOTHING: Final[Mapping[str, datetime]] = MappingProxyType({})


class Obligation(NamedTuple):
    """GDPR art. 33 and 34: one addressee of one breach under one duty.

    ``kind`` is the id of the regime. ``id`` is stable within an incident (``gdpr_33_1``, ``gdpr_33_2:<customer>``,
    ``gdpr_58_1:<number of the letter>``).
    ``recipient`` is a text id, or the name of the customer. ``anchored_at`` (aware UTC) starts the clock; while it is
    ``None``, ``waits_for`` names the text that says what is missing, if the duty waits for anything.
    """

    id: str
    kind: str
    regime_version: str
    recipient: str
    anchor: Anchor
    anchored_at: datetime | None
    waits_for: str | None
    duty: Duty
    reasons: tuple[Reason, ...]


def obligations(
    facts: BreachFacts,
    rules: RuleSet,
    *,
    risk: RiskLevel | None = None,
    regimes: frozenset[str] = frozenset(),
    moments: Mapping[str, datetime] = _NOTHING,
) -> tuple[Obligation, ...]:
    """GDPR art. 33 and 34: every duty that this breach touches under these rules, in the order of the law.

    ``risk`` is the level a person has accepted; ``None`` means not assessed, and counts as the worse case. ``regimes``
    are those of ``settings`` that hold for the organisation. ``moments`` are instants outside the fact sheet: the id of
    an obligation gives when its first report left, ``fix_available`` when a correction of the product existed.
    """
    if risk is None and known(facts, "high_risk_established_at"):
        risk = RiskLevel.HIGH
    found: dict[str, Obligation] = {}
    for regime in rules.regimes.values():
        if not regime.setting or regime.setting in regimes:
            of_letters = _of_letters(regime, facts) if regime.letter else None
            for obligation in of_letters or _of_regime(regime, facts, risk, moments, found):
                found[obligation.id] = obligation
    return tuple(found.values())


def rules_for(facts: BreachFacts, now: datetime, *, include_proposals: bool = False) -> RuleSet:
    """GDPR art. 99(2): a breach is judged by the rules valid at awareness; at ``now`` while no signal is recorded."""
    return RuleSet.at(own_awareness(facts).at or now, include_proposals=include_proposals)


def start_of(regime: Regime, facts: BreachFacts, moments: Mapping[str, datetime] = _NOTHING) -> Start:
    """GDPR art. 33 and 34: the instant that starts the clock of one duty, with its reason."""
    if regime.anchor is Anchor.AWARENESS:
        return own_awareness(facts)
    if regime.anchor is Anchor.PROCESSOR_AWARENESS:
        return processor_awareness(facts)
    if regime.anchor is Anchor.TRIGGER:
        return trigger_awareness(facts, regime)
    at = _moment(regime, facts, moments)
    if at is None:
        return _waiting(regime)
    return Start(at, False, reason(f"start.{regime.anchor}", regime.citation, f"start.{regime.anchor}", at=at))


@lru_cache(maxsize=256)
def _waiting(regime: Regime) -> Start:
    return Start(None, False, reason(f"start.{regime.anchor}", regime.citation, f"waits.{regime.anchor}"))


def _moment(regime: Regime, facts: BreachFacts, moments: Mapping[str, datetime]) -> datetime | None:
    if regime.anchor is Anchor.HIGH_RISK:
        return known(facts, "high_risk_established_at")
    if regime.anchor is Anchor.FIRST_NOTIFICATION:
        return known(facts, "first_notified_at") or moments.get(regime.after)
    if regime.anchor is Anchor.RECORDING:
        return known(facts, "logged_at")
    if regime.trigger is not None and (at := instant(trigger_of(facts, regime.trigger).fixed_at)):
        return at
    return moments.get(regime.after or regime.anchor)


def _of_regime(
    regime: Regime,
    facts: BreachFacts,
    risk: RiskLevel | None,
    moments: Mapping[str, datetime],
    earlier: Mapping[str, Obligation],
) -> Iterator[Obligation]:
    start = start_of(regime, facts, moments)
    duty, reasons = _duty(regime, facts, risk, start, earlier)
    waits = start.because.text_id if start.at is None and duty is not Duty.NOT_REQUIRED else None
    for addressee_id, recipient, hours in _addressees(regime, facts):
        ended = duty is Duty.NOT_REQUIRED
        told = (*reasons, *_draft(regime)) if ended else (*reasons, start.because, *_number(regime, hours))
        yield Obligation(
            addressee_id, regime.id, regime.full_version, recipient, regime.anchor, start.at, waits, duty, told
        )


def _of_letters(regime: Regime, facts: BreachFacts) -> Iterator[Obligation]:
    """GDPR art. 34(4), 58(1)(a): what an authority asks is due whatever we think of the breach."""
    for number, letter in letters_of(facts, regime.letter) if regime.letter else ():
        at = letter.received_at
        because = reason(f"{regime.id}.letter", regime.citation, f"duty.letter.{letter.kind}", at=at)
        open_ended = _number(regime, None) if letter.answer_by is UNKNOWN else ()
        yield Obligation(
            f"{regime.id}:{number}",
            regime.id,
            regime.full_version,
            regime.recipient,
            regime.anchor,
            at,
            None,
            Duty.REQUIRED,
            (because, *open_ended),
        )


def _duty(
    regime: Regime, facts: BreachFacts, risk: RiskLevel | None, start: Start, earlier: Mapping[str, Obligation]
) -> tuple[Duty, tuple[Reason, ...]]:
    if regime.after and start.at is not None:
        return Duty.REQUIRED, (reason(f"{regime.id}.after", regime.citation, _what_follows(regime, facts, risk)),)
    if regime.after and earlier[regime.after].duty is Duty.NOT_REQUIRED:
        return Duty.NOT_REQUIRED, (reason(f"{regime.id}.after", regime.citation, "duty.no_report_to_follow"),)
    if regime.after:
        return earlier[regime.after].duty, (reason(f"{regime.id}.after", regime.citation, "duty.follows_report"),)
    if regime.anchor is Anchor.TRIGGER and start.at is not None and not regime.in_force(local_day(start.at)):
        return Duty.NOT_REQUIRED, (reason(f"{regime.id}.in_force", regime.citation, "duty.not_in_force", at=start.at),)
    return judged(facts, regime, risk)


def _what_follows(regime: Regime, facts: BreachFacts, risk: RiskLevel | None) -> str:
    """GDPR art. 33(4): more information, or a withdrawal where the notification turns out to be unnecessary."""
    unnecessary = facts.is_breach is Ternary.NO or risk is RiskLevel.UNLIKELY
    return "duty.withdraw" if regime.anchor is Anchor.FIRST_NOTIFICATION and unnecessary else "duty.follows_report"


@lru_cache(maxsize=256)
def _number(regime: Regime, hours: int | None) -> tuple[Reason, ...]:
    if hours is not None:
        return (reason(f"{regime.id}.period", regime.citation, "period.contract", hours=hours),)
    if regime.period is None:
        return (reason(f"{regime.id}.period", regime.citation, f"period.none.{regime.anchor}"),)
    return ()


def _draft(regime: Regime) -> tuple[Reason, ...]:
    """GDPR art. 99(2): that a draft is no law, also where it ends a duty and no clock is left to say so."""
    if regime.status is not Status.PROPOSAL:
        return ()
    return (reason(f"{regime.id}.draft", regime.citation, regime.note),)


def _addressees(regime: Regime, facts: BreachFacts) -> Iterator[tuple[str, str, int | None]]:
    if regime.id != ObligationKind.NOTIFY_CONTROLLER or not facts.affected_controllers:
        yield regime.id, regime.recipient, None
        return
    for obligation_id, customer in customers(facts).items():
        yield obligation_id, customer.name, contract_hours(customer)


def customers(facts: BreachFacts) -> dict[str, AffectedController]:
    """GDPR art. 33(2): the affected customers by the id of the notice to each; twin names get a number."""
    found: dict[str, AffectedController] = {}
    for customer in facts.affected_controllers:
        base = f"{ObligationKind.NOTIFY_CONTROLLER}:{customer.name}"
        numbered = (f"{base}#{number}" for number in count(2))
        obligation_id = base if base not in found else next(each for each in numbered if each not in found)
        found[obligation_id] = customer
    return found


def contract_hours(customer: AffectedController) -> int | None:
    """GDPR art. 33(2): the hours agreed with a customer; ``None`` when nothing usable was agreed."""
    return customer.notice_hours if customer.notice_hours is not None and customer.notice_hours > 0 else None
