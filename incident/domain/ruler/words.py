"""The ruler in words: for screen readers, for text mails and for the legend under the drawing."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from incident.domain.ruler.given import Pin, PinKind, RulerInput, Size, State
from incident.domain.ruler.scale import KEPT
from incident.translations.say import N_, P_, counted, translated

PINS: Final = {
    PinKind.NOTICED: P_("ruler", "Noticed"),
    PinKind.AWARE: P_("ruler", "Aware"),
    PinKind.REPORTED: P_("ruler", "Received"),
    PinKind.ASSESSED: P_("ruler", "Risk assessed"),
    PinKind.DECIDED: P_("ruler", "Decided"),
    PinKind.DRAFTED: P_("ruler", "Drafted"),
    PinKind.APPROVED: P_("ruler", "Approved"),
    PinKind.NOTIFIED: P_("ruler", "Notified"),
}
NOW: Final = N_("now")
WAIVED: Final = N_("This deadline was waived: nothing needs to be notified.")
OPEN: Final = N_("%(left)s of %(total)s left.")
LATE: Final = N_("The period of %(total)s ended %(left)s ago.")
MET: Final = N_("In time: after %(left)s of %(total)s.")
MET_LATE: Final = N_("Late: %(left)s after the end of the %(total)s.")
PERIOD: Final = N_("The clock runs from %(start)s to %(due)s; nights and weekends count.")
EVENTS: Final = N_("So far: %(events)s.")
BOTH: Final = N_("%(hours)s and %(minutes)s")


def pin_label(kind: PinKind, language: str) -> str:
    """What a pin stands for."""
    return translated(language, PINS[kind], "ruler")


@lru_cache(maxsize=4096)
def stamp(at: datetime, zone: str, language: str) -> str:
    """Day, date, time and the zone's name, as ``Mon 23 Nov 2026 09:20 CET``."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{calendar_day(local.date(), language)} {local:%H:%M %Z}"


def calendar_day(day: date, language: str) -> str:
    """A day with its year, as ``Mon 23 Nov 2026``."""
    return f"{_day(day, language)} {day.year}"


def day_label(at: datetime, zone: str, language: str) -> str:
    """Weekday, day and month."""
    return _day(at.astimezone(ZoneInfo(zone)).date(), language)


@lru_cache(maxsize=4096)
def _day(day: date, language: str) -> str:
    return format_date(day, day_pattern(language), locale=language)


def day_pattern(language: str) -> str:
    """How weekday, day and month follow each other; in German a day is an ordinal, and a comma parts the weekday."""
    return "EEE, d. MMM" if language == "de" else "EEE d MMM"


def length(span: timedelta, language: str) -> str:
    """A span in hours and minutes, never rounded up: less than a minute is zero minutes."""
    return _length(int(abs(span) / timedelta(minutes=1)), language)


@lru_cache(maxsize=4096)
def _length(whole_minutes: int, language: str) -> str:
    hours, minutes = divmod(whole_minutes, 60)
    both = (
        counted(language, "%(num)s hour", "%(num)s hours", hours),
        counted(language, "%(num)s minute", "%(num)s minutes", minutes),
    )
    if hours and minutes:
        return translated(language, BOTH, hours=both[0], minutes=both[1])
    return both[0] if hours else both[1]


def _verdict(given: RulerInput) -> str:
    match given.state, given.is_late:
        case State.WAIVED, _:
            return translated(given.language, WAIVED)
        case State.MET, True:
            text, span = MET_LATE, given.reading_at - given.due_at
        case State.MET, _:
            text, span = MET, given.reading_at - given.starts_at
        case _, late:
            text, span = LATE if late else OPEN, given.due_at - given.now
    total = length(given.due_at - given.starts_at, given.language)
    return translated(given.language, text, left=length(span, given.language), total=total)


def _period(given: RulerInput) -> str:
    start, due = (stamp(at, given.zone, given.language) for at in (given.starts_at, given.due_at))
    return translated(given.language, PERIOD, start=start, due=due)


@lru_cache(maxsize=KEPT)
def _events(pins: tuple[Pin, ...], zone: str, language: str) -> str:
    """What happened does not change with the time; a list says it again at every look."""
    told = (
        f"{pin_label(pin.kind, language)} {stamp(pin.at, zone, language)}"
        for pin in sorted(pins, key=lambda pin: pin.at)
    )
    return translated(language, EVENTS, events=", ".join(told)) if pins else ""


def _reminders(given: RulerInput) -> str:
    if not given.reminders:
        return ""
    past = sum(1 for at in given.reminders if at <= given.reading_at)
    return counted(
        given.language,
        "One reminder, %(past)s passed.",
        "%(num)s reminders, %(past)s passed.",
        len(given.reminders),
        past=past,
    )


def sentence(given: RulerInput) -> str:
    """The whole ruler as one short text: what is left, from when to when, what happened, which reminders.

    In a list the row beside it says when the clock ends, so there it is not said again for each.
    """
    head = f"{given.title}: {_verdict(given)}" if given.title else _verdict(given)
    period = "" if given.size is Size.LIST else _period(given)
    events = _events(given.pins, given.zone, given.language)
    return " ".join(part for part in (head, period, events, _reminders(given)) if part)
