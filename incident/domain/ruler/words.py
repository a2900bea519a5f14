"""The ruler in words: for screen readers, for text mails and for the legend under the drawing."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from incident.domain.ruler.given import PinKind, RulerInput, Size, State

FALLBACK: Final = "en"
_DAYS: Final = {
    "nl": ["ma", "di", "wo", "do", "vr", "za", "zo"],
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
}
_MONTHS: Final = {
    "nl": ["jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}
_PINS: Final = {
    "nl": {
        PinKind.NOTICED: "Opgemerkt",
        PinKind.AWARE: "Kennis genomen",
        PinKind.REPORTED: "Intern gemeld",
        PinKind.ASSESSED: "Risico beoordeeld",
        PinKind.DECIDED: "Besloten",
        PinKind.DRAFTED: "Opgesteld",
        PinKind.APPROVED: "Goedgekeurd",
        PinKind.NOTIFIED: "Gemeld",
    },
    "en": {
        PinKind.NOTICED: "Noticed",
        PinKind.AWARE: "Aware",
        PinKind.REPORTED: "Reported",
        PinKind.ASSESSED: "Risk assessed",
        PinKind.DECIDED: "Decided",
        PinKind.DRAFTED: "Drafted",
        PinKind.APPROVED: "Approved",
        PinKind.NOTIFIED: "Notified",
    },
}
_UNITS: Final = {
    "nl": {"hour": ("uur", "uur"), "minute": ("minuut", "minuten")},
    "en": {"hour": ("hour", "hours"), "minute": ("minute", "minutes")},
}
_TEXT: Final = {
    "nl": {
        "and": " en ",
        "open": "Nog {left} van de {total}.",
        "late": "De termijn van {total} is {left} geleden verstreken.",
        "met": "Op tijd: na {left} van de {total}.",
        "met_late": "Te laat: {left} na het einde van de {total}.",
        "waived": "Deze termijn is vervallen: er hoeft niet te worden gemeld.",
        "period": "De klok loopt van {start} tot {due}; nachten en weekenden tellen mee.",
        "events": "Gebeurd: {events}.",
        "reminder": "Eén herinnering, {past} voorbij.",
        "reminders": "{count} herinneringen, {past} voorbij.",
        "now": "nu",
        "due": "uiterste tijd",
    },
    "en": {
        "and": " and ",
        "open": "{left} of {total} left.",
        "late": "The period of {total} ended {left} ago.",
        "met": "In time: after {left} of {total}.",
        "met_late": "Late: {left} after the end of the {total}.",
        "waived": "This deadline was waived: nothing needs to be notified.",
        "period": "The clock runs from {start} to {due}; nights and weekends count.",
        "events": "So far: {events}.",
        "reminder": "One reminder, {past} passed.",
        "reminders": "{count} reminders, {past} passed.",
        "now": "now",
        "due": "deadline",
    },
}


def word(key: str, language: str) -> str:
    """One single word or sentence pattern of the ruler."""
    return _TEXT.get(language, _TEXT[FALLBACK])[key]


def pin_label(kind: PinKind, language: str) -> str:
    """What a pin stands for."""
    return _PINS.get(language, _PINS[FALLBACK])[kind]


def stamp(at: datetime, zone: str, language: str) -> str:
    """Day, date, time and the zone's name, as ``Mon 23 Nov 2026 09:20 CET``."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day_label(at, zone, language)} {local.year} {local:%H:%M} {local:%Z}"


def day_label(at: datetime, zone: str, language: str) -> str:
    """Weekday, day and month."""
    local = at.astimezone(ZoneInfo(zone))
    names = language if language in _DAYS else FALLBACK
    return f"{_DAYS[names][local.weekday()]} {local.day} {_MONTHS[names][local.month - 1]}"


def length(span: timedelta, language: str) -> str:
    """A span in hours and minutes, never rounded up: less than a minute is zero minutes."""
    units = _UNITS.get(language, _UNITS[FALLBACK])
    minutes = int(abs(span) / timedelta(minutes=1))
    parts = []
    for count, unit in ((minutes // 60, "hour"), (minutes % 60, "minute")):
        if count or (unit == "minute" and not minutes):
            parts.append(f"{count} {units[unit][count != 1]}")
    return word("and", language).join(parts)


def _verdict(given: RulerInput) -> str:
    if given.state is State.WAIVED:
        return word("waived", given.language)
    total = length(given.due_at - given.starts_at, given.language)
    if given.state is State.MET:
        key, span = (
            ("met_late", given.reading_at - given.due_at)
            if given.is_late
            else ("met", given.reading_at - given.starts_at)
        )
    else:
        key, span = ("late" if given.is_late else "open"), given.due_at - given.now
    text = word(key, given.language).format(left=length(span, given.language), total=total)
    return text[0].upper() + text[1:]


def _events(given: RulerInput) -> str:
    pins = sorted(given.pins, key=lambda pin: pin.at)
    told = (
        f"{pin_label(pin.kind, given.language).lower()} {stamp(pin.at, given.zone, given.language)}" for pin in pins
    )
    return word("events", given.language).format(events=", ".join(told)) if pins else ""


def _reminders(given: RulerInput) -> str:
    if not given.reminders:
        return ""
    past = sum(1 for at in given.reminders if at <= given.reading_at)
    pattern = word("reminder" if len(given.reminders) == 1 else "reminders", given.language)
    return pattern.format(count=len(given.reminders), past=past)


def sentence(given: RulerInput) -> str:
    """The whole ruler as one short text: what is left, from when to when, what happened, which reminders.

    In a list the row beside it says when the clock ends, so there it is not said again for each.
    """
    head = f"{given.title}: {_verdict(given)}" if given.title else _verdict(given)
    if given.size is Size.LIST:
        return " ".join(part for part in (head, _events(given), _reminders(given)) if part)
    start = stamp(given.starts_at, given.zone, given.language)
    due = stamp(given.due_at, given.zone, given.language)
    period = word("period", given.language).format(start=start, due=due)
    return " ".join(part for part in (head, period, _events(given), _reminders(given)) if part)
