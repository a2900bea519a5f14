"""GDPR art. 33(1), 33(2): the instants a form asks for, read from the facts without adding any."""

from datetime import datetime, timedelta

from incident.law.awareness import earliest_signal, known
from incident.law.facts import BreachFacts
from incident.law.forms.filing import FilingContext
from incident.law.vocabulary import AvailabilityLoss, DiscoveredBy, Nature, Ternary, Unknown

SECONDS_PER_HOUR = 3600


def awareness(facts: BreachFacts) -> tuple[datetime | None, bool]:
    """The moment of awareness and whether it was recorded; else the earliest moment somebody knew, the worse case."""
    if isinstance(facts.aware_at, datetime):
        return facts.aware_at, True
    return discovery(facts)[0], False


def discovery(facts: BreachFacts) -> tuple[datetime | None, bool]:
    """The moment of discovery and whether it was recorded; else the earliest moment at which somebody knew anything.

    Discovery is not awareness: somebody may find an incident days before it is certain that personal data are hit.
    """
    if isinstance(facts.discovered_at, datetime):
        return facts.discovered_at, True
    return min(filter(None, (earliest_signal(facts), known(facts, "aware_at"))), default=None), False


def late_from(facts: BreachFacts, context: FilingContext, late_after_hours: int) -> datetime | None:
    """After which instant a filing is late by its deadline or, without one, by the hours since awareness."""
    aware, _recorded = awareness(facts)
    counted = aware + timedelta(hours=late_after_hours) if aware is not None else None
    return context.due_at or counted


def hours_passed(since: datetime, now: datetime, hours: int) -> bool:
    """Whether more than this many elapsed hours lie between two instants."""
    return (now - since).total_seconds() > hours * SECONDS_PER_HOUR


def outside_word(facts: BreachFacts) -> datetime | None:
    """When somebody outside told us: the processor's notice, or else the first signal."""
    order = (facts.processor_told_us_at, facts.first_signal_at)
    instants = order if facts.discovered_by is DiscoveredBy.PROCESSOR else order[1:]
    return next((instant for instant in instants if isinstance(instant, datetime)), None)


def goes_on(facts: BreachFacts) -> bool:
    """GDPR art. 33(4): whether the record itself says that the breach is not over: it lasts, or data are not back."""
    return facts.ongoing is Ternary.YES or data_away(facts)


def back_after_end(facts: BreachFacts) -> datetime | None:
    """When all worked again, where data were away and that was after the recorded end of the breach."""
    end, back = facts.occurred_to, facts.recovered_at
    if Nature.AVAILABILITY not in facts.nature or not isinstance(end, datetime) or not isinstance(back, datetime):
        return None
    return back if back > end else None


def data_away(facts: BreachFacts) -> bool:
    """Whether data are away for some time, and the record does not say when all worked again."""
    away = Nature.AVAILABILITY in facts.nature and facts.availability_loss is AvailabilityLoss.TEMPORARY
    return away and isinstance(facts.recovered_at, Unknown)
