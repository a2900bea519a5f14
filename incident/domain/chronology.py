"""Instants that people state must be possible: not in the future, not before the law, not in the wrong order."""

from datetime import UTC, datetime, timedelta

from incident.domain.kernel.errors import Invalid
from incident.law.facts import BreachFacts

GDPR_APPLIES = datetime(2018, 5, 24, 22, 0, tzinfo=UTC)
"""GDPR art. 99(2): 25 May 2018, midnight in Amsterdam."""
CLOCK_TOLERANCE = timedelta(minutes=2)
REASON_AFTER = timedelta(hours=4)
"""A longer gap between awareness and registration asks for a reason."""

PAST_FIELDS = (
    "occurred_from",
    "first_signal_at",
    "investigation_started_at",
    "aware_at",
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
    _ordered(facts, "processor_aware_at", "processor_told_us_at", "The processor cannot have told you before it knew.")


def gap_needs_reason(aware_at: datetime, registered_at: datetime) -> bool:
    """Whether registration came so long after awareness that a reason is asked."""
    return registered_at - aware_at > REASON_AFTER
