"""Regulation 1182/71 art. 3 and Algemene termijnenwet: other readings of the same period, as remarks with their source.

None of them moves the deadline. A remark says what a text would make of the period, or why it does not apply.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from incident.law.calendars import (
    end_of_next_working_day,
    end_of_working_day,
    falls_on_working_day,
    free_days_between,
    working_days_between,
)
from incident.law.instants import clock_time_exists, is_repeated
from incident.law.periods import Period, hours_between, next_full_hour
from incident.law.regimes import Counting, Regime
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.trace import Param

CLOCK_CHANGE: Final = "clock-change"
_TWO_DAYS: Final = 48
_HALF_A_DAY: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Remark:
    """Regulation 1182/71 art. 3: one other reading; ``at`` (aware UTC) is the end of the period in that reading."""

    id: str
    at: datetime
    text_id: str
    params: tuple[tuple[str, Param], ...] = ()


def remarks(regime: Regime, period: Period, starts_at: datetime, due_at: datetime) -> Iterator[Remark]:
    """Regulation 1182/71 art. 3: everything worth telling beside the strict end of one period."""
    yield from _of_hours(regime, period, starts_at, due_at) if period.hours else _of_days(regime, due_at)
    if regime.counting is Counting.RTS_2025_301 and not falls_on_working_day(due_at):
        noon = end_of_next_working_day(due_at) - _HALF_A_DAY
        yield _remark("2025/301", noon, "remark.dora_weekend", end=noon)
    if regime.longest is not None:
        latest = regime.longest.end_after(starts_at, AUTHORITY_ZONE)
        yield _remark("policy-longest", latest, "remark.policy_longest", days=regime.longest.days, end=latest)
    if regime.note:
        yield _remark(regime.note, due_at, regime.note)


def _of_hours(regime: Regime, period: Period, starts_at: datetime, due_at: datetime) -> Iterator[Remark]:
    if regime.counting is Counting.EU_1182_71:
        yield from _full_hours(period, starts_at)
    if regime.counting in (Counting.EU_1182_71, Counting.ATW):
        yield from _free_days(regime, starts_at, due_at)
    yield from _clock_change(period, starts_at, due_at)


def _full_hours(period: Period, starts_at: datetime) -> Iterator[Remark]:
    """Regulation 1182/71 art. 3(1), 3(2)(a), 3(5): the hour of the event; two working days, contested."""
    first_hour = next_full_hour(starts_at)
    latest = period.end_after(first_hour, AUTHORITY_ZONE)
    yield _remark("1182/71-3(1)", latest, "remark.full_hours", start=first_hour, end=latest, hours=period.hours)
    working_days = working_days_between(first_hour, latest)
    if period.hours >= _TWO_DAYS and working_days < 2:
        contested = end_of_working_day(2, first_hour)
        yield _remark("1182/71-3(5)", contested, "remark.two_working_days", count=working_days, end=contested)


def _free_days(regime: Regime, starts_at: datetime, due_at: datetime) -> Iterator[Remark]:
    """Regulation 1182/71 art. 3(3), 3(4), Atw art. 4(a): free days count, and hours are not extended."""
    european = regime.counting is Counting.EU_1182_71
    if european and (free := free_days_between(starts_at, due_at)):
        yield _remark("1182/71-3(3)", due_at, "remark.free_days_count", count=free)
    if not falls_on_working_day(due_at):
        if european:
            yield _remark("1182/71-3(4)", due_at, "remark.no_extension_eu")
        yield _remark("Atw-4(a)", due_at, "remark.no_extension_nl")


def _clock_change(period: Period, starts_at: datetime, due_at: datetime) -> Iterator[Remark]:
    """Clock changes: elapsed time against the wall clock, a time that is skipped, and a time that is struck twice."""
    wall = period.on_the_clock(starts_at, AUTHORITY_ZONE)
    if not clock_time_exists(wall):
        yield _remark(CLOCK_CHANGE, due_at, "remark.clock_skips", shown=f"{wall:%H:%M}", end=due_at)
    elif difference := hours_between(due_at, reading := wall.astimezone(UTC)):
        text_id = "remark.clock_later" if difference > 0 else "remark.clock_earlier"
        elapsed = period.hours + round(difference)
        yield _remark(CLOCK_CHANGE, reading, text_id, wall=reading, hours=period.hours, elapsed=elapsed)
    if is_repeated(due_at, AUTHORITY_ZONE):
        offset = due_at.astimezone(AUTHORITY_ZONE).isoformat(timespec="minutes")
        yield _remark("repeated-hour", due_at, "remark.repeated_hour", shown=offset)


def _of_days(regime: Regime, due_at: datetime) -> Iterator[Remark]:
    """Regulation 1182/71 art. 3(2), 3(4) and Atw art. 1(1): a period of days or months ends with a working day."""
    if regime.counting is Counting.EU_1182_71:
        end = end_of_next_working_day(due_at)
        yield _remark("1182/71-3(4)", end, "remark.last_day_eu", end=end)
    elif regime.counting is Counting.ATW and not falls_on_working_day(due_at):
        end = end_of_next_working_day(due_at)
        yield _remark("Atw-1(1)", end, "remark.last_day_nl", end=end)


def _remark(remark_id: str, at: datetime, text_id: str, **params: Param) -> Remark:
    return Remark(remark_id, at, text_id, tuple(sorted(params.items())))
