"""NIS2 art. 23, DORA art. 19, CRA art. 14: the event that starts a duty of other law, and since when it was known.

None of these clocks runs from awareness of the breach of personal data: each law names an event of its own. Until a
person states since when that was known, the earliest signal counts, as for the GDPR.
"""

from datetime import UTC, datetime
from typing import Protocol

from incident.law.awareness import Start, earliest_signal, known
from incident.law.facts import BreachFacts, Trigger
from incident.law.regimes import Regime, all_regimes
from incident.law.trace import reason
from incident.law.vocabulary import Ternary, TriggerKind


class Recorded(Protocol):
    """NIS2 art. 23: a fact sheet, or a part of one with the events of other law."""

    @property
    def triggers(self) -> tuple[Trigger, ...]: ...


def trigger_of(facts: Recorded, kind: TriggerKind) -> Trigger:
    """NIS2 art. 23: what is recorded of one event; nothing known when nothing is recorded."""
    return next((each for each in facts.triggers if each.kind is kind), Trigger(kind))


def trigger_awareness(facts: BreachFacts, regime: Regime) -> Start:
    """NIS2 art. 23(4): awareness of the event that this law names; the earliest signal until it is stated."""
    rule = f"trigger.{regime.trigger}"
    if regime.trigger is not None and (at := instant(trigger_of(facts, regime.trigger).aware_at)):
        return Start(at, False, reason(rule, regime.citation, "start.trigger", at=at))
    signal = earliest_signal(facts) or known(facts, "aware_at")
    if signal is None:
        return Start(None, True, reason(rule, regime.citation, "waits.trigger"))
    return Start(signal, True, reason(rule, regime.citation, "start.trigger_worst_case", at=signal))


def laws_of_filing(facts: BreachFacts, form: str, running: frozenset[str]) -> tuple[str, ...]:
    """Wpg art. 33a, Tw art. 11.3a: the other laws under which a filing on this form is made too.

    ``running`` holds the duties that have a clock. A clock runs while a question is open; a form says that a law
    applies only when the event it needs has been stated.
    """
    found = (one for one in all_regimes() if one.id in running and one.setting and one.form == form)
    stated = (one.setting for one in found if not one.trigger or trigger_of(facts, one.trigger).met is Ternary.YES)
    return tuple(dict.fromkeys(stated))


def instant(value: object) -> datetime | None:
    """GDPR art. 33(5): an instant in UTC, or ``None`` when it is not known."""
    return value.astimezone(UTC) if isinstance(value, datetime) else None
