"""GDPR art. 33(1) and 33(2): when somebody became aware, and which recorded instant therefore starts which clock.

Signal, start of the investigation, awareness, the processor's awareness and its notice are five instants. Until a
person has stated awareness, the earliest signal counts: the worst case. When the breach itself happened never
starts a clock.
"""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Final, NamedTuple

from incident.law.facts import BreachFacts
from incident.law.periods import hours_between
from incident.law.sources import house_value
from incident.law.trace import Param, Reason, reason
from incident.law.vocabulary import Role, Unknown

_EDPB: Final = "EDPB Guidelines 9/2022"
_SIGNALS: Final = (
    "first_signal_at",
    "discovered_at",
    "investigation_started_at",
    "processor_told_us_at",
    "logged_at",
)
"""Each tells that somebody knew of something: nobody registers or looks into what nobody has noticed."""
_MOMENTS: Final = tuple(one.name for one in fields(BreachFacts) if one.type == datetime | Unknown)
_ORDERS: Final = (
    ("occurred_from", "occurred_to"),
    ("occurred_from", "first_signal_at"),
    ("occurred_from", "aware_at"),
    ("occurred_from", "processor_aware_at"),
    ("occurred_from", "discovered_at"),
    ("occurred_from", "contained_at"),
    ("contained_at", "recovered_at"),
    ("first_signal_at", "discovered_at"),
    ("discovered_at", "aware_at"),
    ("first_signal_at", "investigation_started_at"),
    ("first_signal_at", "aware_at"),
    ("processor_aware_at", "processor_told_us_at"),
    ("aware_at", "high_risk_established_at"),
    ("aware_at", "first_notified_at"),
)
"""Pairs of instants of which the first cannot be later than the second."""


class Start(NamedTuple):
    """GDPR art. 33: the instant that starts a clock (``None`` = not known), whether it is provisional, and why."""

    at: datetime | None
    provisional: bool
    because: Reason


def own_awareness(facts: BreachFacts) -> Start:
    """GDPR art. 33(1): when the organisation became aware; the earliest signal as long as nobody has stated it.

    A controller is in principle aware once its processor has told it: a later awareness counts from the moment a
    person has recorded why (EDPB Guidelines 9/2022, par. 44).
    """
    names = ("aware_at", "processor_aware_at") if facts.role is Role.PROCESSOR else ("aware_at",)
    if notice := _notice_before_awareness(facts):
        because = reason("awareness.notice", f"{_EDPB}, par. 44", "awareness.processor_notice", at=notice)
        return Start(notice, False, because)
    return _stated(facts, names) or _worst_case(facts)


def _notice_before_awareness(facts: BreachFacts) -> datetime | None:
    told, aware = known(facts, "processor_told_us_at"), known(facts, "aware_at")
    unexplained = facts.role is not Role.PROCESSOR and not facts.aware_ground.strip()
    return told if unexplained and told and aware and told < aware else None


def processor_awareness(facts: BreachFacts) -> Start:
    """GDPR art. 33(2): when the organisation became aware as processor; the earliest signal until that is stated.

    A controller's ``processor_aware_at`` tells of somebody else's awareness and starts no clock of its own, unless it
    has customers of its own here and no processor told it: for their part it is the processor. Whose moment it is the
    record does not say then. The earlier one counts, as no customer may hear of it too late, and the reason says how
    it is put right.
    """
    told = isinstance(facts.processor_told_us_at, datetime)
    for_customers = bool(facts.affected_controllers) and not told
    ours = facts.role in (Role.PROCESSOR, Role.UNKNOWN) or for_customers
    if ours and facts.role is not Role.PROCESSOR and (at := known(facts, "processor_aware_at")) is not None:
        return Start(at, False, reason("awareness.whose", f"{_EDPB}, par. 44", "awareness.whose", at=at))
    return _stated(facts, ("processor_aware_at", "aware_at") if ours else ("aware_at",)) or _worst_case(facts)


def awareness_findings(facts: BreachFacts, *, now: datetime | None = None) -> tuple[Reason, ...]:
    """EDPB Guidelines 9/2022 section II.A.2: what is doubtful about the recorded instants, each with its source.

    ``now`` (aware) adds the check for instants in the future. Findings are advice: none of them stops anything.
    """
    return (*_gaps(facts), *_after_notice(facts), *_wrong_orders(facts), *_future(facts, now))


def _stated(facts: BreachFacts, names: tuple[str, ...]) -> Start | None:
    for name in names:
        if (at := known(facts, name)) is not None:
            because = reason(f"awareness.{name}", f"{_EDPB}, par. 31", f"awareness.{name}", at=at)
            return Start(at, False, because)
    return None


def _worst_case(facts: BreachFacts) -> Start:
    signals = [(at, name) for name in _SIGNALS if (at := known(facts, name)) is not None]
    if not signals:
        return Start(None, True, reason("awareness.none", f"{_EDPB}, par. 31", "awareness.none"))
    at, name = min(signals)
    because = reason(
        "awareness.worst_case", f"{_EDPB}, par. 31", "awareness.worst_case", at=at, moment=f"@moment.{name}"
    )
    return Start(at, True, because)


def earliest_signal(facts: BreachFacts) -> datetime | None:
    """EDPB Guidelines 9/2022, par. 31: the first recorded sign that something happened."""
    return min((at for name in _SIGNALS if (at := known(facts, name)) is not None), default=None)


def known(facts: BreachFacts, name: str) -> datetime | None:
    """GDPR art. 33(5): an instant of the fact sheet in UTC, or ``None`` when it is not known.

    Raises ``ValueError`` for an instant without a zone, because its zone would be a guess.
    """
    value = getattr(facts, name)
    if not isinstance(value, datetime):
        return None
    if value.utcoffset() is None:
        raise ValueError(f"The instant {name} must carry its zone.")
    return value.astimezone(UTC)


def _gaps(facts: BreachFacts) -> Iterator[Reason]:
    signal, aware = known(facts, "first_signal_at"), known(facts, "aware_at")
    started = known(facts, "investigation_started_at")
    if signal and aware and not facts.aware_ground.strip():
        yield from _too_long("awareness.gap_hours", "finding.gap_without_ground", signal, aware)
    if signal and started:
        yield from _too_long("awareness.start_hours", "finding.late_investigation", signal, started)


def _too_long(value_id: str, text_id: str, start: datetime, end: datetime) -> Iterator[Reason]:
    limit = house_value(value_id)
    hours = hours_between(start, end)
    if hours > limit.value:
        yield reason(value_id, limit.citation, text_id, hours=round(hours, 1), limit=limit.value)


def _after_notice(facts: BreachFacts) -> Iterator[Reason]:
    told, aware = known(facts, "processor_told_us_at"), known(facts, "aware_at")
    if told and aware and aware > told and facts.role is not Role.PROCESSOR:
        yield _finding("awareness.after_processor_notice", "finding.after_processor_notice", told=told, aware=aware)


def _wrong_orders(facts: BreachFacts) -> Iterator[Reason]:
    for first, second in _ORDERS:
        earlier, later = known(facts, first), known(facts, second)
        if earlier and later and later < earlier:
            yield _finding(
                f"order.{first}.{second}",
                "finding.wrong_order",
                first=f"@moment.{first}",
                second=f"@moment.{second}",
                earlier=earlier,
                later=later,
            )


def _future(facts: BreachFacts, now: datetime | None) -> Iterator[Reason]:
    if now is None:
        return
    for name in _MOMENTS:
        at = known(facts, name)
        if at and at > now:
            yield _finding(f"future.{name}", "finding.future", moment=f"@moment.{name}", at=at)


def _finding(rule_id: str, text_id: str, **params: Param) -> Reason:
    citation = f"{_EDPB}, par. 44" if text_id == "finding.after_processor_notice" else "GDPR art. 33(5)"
    return reason(rule_id, citation, text_id, **params)
