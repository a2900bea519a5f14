"""Instants that people state must be possible: not in the future, not before the law, not in the wrong order."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from incident.domain.kernel.errors import Invalid
from incident.law.facts import BreachFacts
from incident.law.forms.notation import local_day
from incident.law.sources import house_value
from incident.law.vocabulary import UNKNOWN, Informed

GDPR_APPLIES = datetime(2018, 5, 24, 22, 0, tzinfo=UTC)
"""GDPR art. 99(2): 25 May 2018, midnight in Amsterdam."""
CLOCK_TOLERANCE = timedelta(minutes=2)
REASON_AFTER = timedelta(hours=4)
"""A longer gap between awareness and registration asks for a reason."""

PAST_FIELDS = (
    "occurred_from",
    "last_event_at",
    "first_signal_at",
    "discovered_at",
    "investigation_started_at",
    "aware_at",
    "contained_at",
    "recovered_at",
    "processor_aware_at",
    "processor_told_us_at",
    "high_risk_established_at",
    "first_notified_at",
)


def check_instant(moment: datetime, *, field: str, now: datetime) -> datetime:
    """The instant itself; raises Invalid at ``field`` when it cannot have happened yet, or not under the GDPR."""
    if moment.tzinfo is None:
        raise Invalid("State the time with its time zone.", field=field)
    if moment > now + CLOCK_TOLERANCE:
        raise Invalid("This moment is in the future. State when it happened, or leave it open.", field=field)
    if moment < GDPR_APPLIES and field != "occurred_from":
        raise Invalid("This moment is before 25 May 2018, when the GDPR began to apply. Check the year.", field=field)
    return moment.astimezone(UTC)


def _ordered(facts: BreachFacts, earlier: str, later: str, sentence: str) -> None:
    first, second = getattr(facts, earlier), getattr(facts, later)
    if isinstance(first, datetime) and isinstance(second, datetime) and first > second:
        raise Invalid(sentence, field=later)


def check_chronology(facts: BreachFacts, now: datetime) -> None:
    """Raise Invalid at the first field whose instant is impossible."""
    for field in PAST_FIELDS:
        value = getattr(facts, field)
        if isinstance(value, datetime):
            check_instant(value, field=field, now=now)
    _ordered(facts, "occurred_from", "occurred_to", "The breach cannot have ended before it began.")
    if not facts.occurrence_estimated:
        _ordered(facts, "occurred_from", "aware_at", "You cannot have been aware of the breach before it began.")
    _ordered(facts, "occurred_from", "contained_at", "The breach cannot have been contained before it began.")
    _ordered(facts, "occurred_from", "last_event_at", "Nothing can have affected the data before the breach began.")
    _ordered(facts, "contained_at", "recovered_at", "All cannot have worked again before the breach was contained.")
    _ordered(facts, "processor_aware_at", "processor_told_us_at", "The processor cannot have told you before it knew.")
    if facts.first_signal_at != facts.logged_at:
        _ordered(
            facts,
            "first_signal_at",
            "aware_at",
            "You cannot have been aware before the first signal. If that came earlier, correct it first, under Facts.",
        )
        _ordered(facts, "first_signal_at", "discovered_at", "The discovery cannot be before the first signal.")
    _ordered(facts, "discovered_at", "aware_at", "You cannot have been aware before the incident was discovered.")


def first_known(facts: BreachFacts) -> datetime | None:
    """When anybody knew of the incident, as somebody stated it: the registration that stands in for it is not."""
    signal = UNKNOWN if facts.first_signal_at == facts.logged_at else facts.first_signal_at
    stated = [one for one in (signal, facts.discovered_at, facts.aware_at) if isinstance(one, datetime)]
    return min(stated, default=None)


def check_response(moment: datetime, facts: BreachFacts, *, field: str) -> None:
    """Raise Invalid for what was done before anybody knew: by a slip of the month a late filing would be in time."""
    known = first_known(facts)
    if known is not None and moment < known:
        raise Invalid(
            "Nobody knew of the incident at this moment yet. Check the date, or correct first when it was noticed, "
            "under Facts.",
            field=field,
        )


RESPONSE_DAYS = ("measures_prevent_by", "informed_on", "expected_on")
NEAR = timedelta(days=366)


def check_days(facts: BreachFacts, changed: Collection[str], now: datetime) -> None:
    """Raise Invalid at the first day that is newly stated and cannot be meant; a day that was kept may pass by."""
    today, known = local_day(now), first_known(facts)
    told = facts.informed_on if facts.informed is Informed.INFORMED else None
    if isinstance(told, date) and told > today and {"informed", "informed_on"} & set(changed):
        raise Invalid(
            "This day is still to come. Correct it, or choose that they will be told then.", field="informed_on"
        )
    for field in (name for name in RESPONSE_DAYS if name in changed):
        day = getattr(facts, field)
        if not isinstance(day, date):
            continue
        if field == "expected_on" and day < today:
            raise Invalid("This day has passed. Enter one that is still to come, or leave it open.", field=field)
        if known is not None and day < local_day(known):
            raise Invalid("Nobody knew of the incident on this day yet. Check the date.", field=field)
        if field != "measures_prevent_by" and day > today + NEAR:
            raise Invalid("This day is more than a year away. Check the year.", field=field)


def signal_at_the_latest(facts: BreachFacts, aware_at: datetime) -> BreachFacts:
    """The first signal, where nobody stated it and the registration stands in for it: not later than the awareness."""
    signal = facts.first_signal_at
    assumed = isinstance(signal, datetime) and signal == facts.logged_at and signal > aware_at
    return replace(facts, first_signal_at=aware_at) if assumed else facts


def check_awareness(facts: BreachFacts) -> None:
    """Raise Invalid at ``aware_ground`` when awareness came long after the first signal and nobody says why.

    The gap moves every clock by its own length, so the record must show why there was no certainty earlier.
    """
    signals = [one for one in (facts.first_signal_at, facts.discovered_at) if isinstance(one, datetime)]
    aware = facts.aware_at
    if not signals or not isinstance(aware, datetime) or facts.aware_ground.strip():
        return
    if aware - min(signals) > timedelta(hours=house_value("awareness.gap_hours").value):
        raise Invalid(
            "More than a day lies between the first signal and the awareness, which moves the clock. "
            "Write why there was no certainty earlier.",
            field="aware_ground",
        )


def gap_needs_reason(aware_at: datetime, registered_at: datetime) -> bool:
    """Whether registration came so long after awareness that a reason is asked."""
    return registered_at - aware_at > REASON_AFTER
