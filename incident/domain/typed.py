"""What a person types, read once for page, Slack and import: an instant, a day, a time of day, a number of people.

Every reader gives None for nothing and raises Invalid, with a sentence that says how to write it, for what cannot be
read. What was understood can be shown back: nothing is guessed without a word.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from incident.domain.kernel.errors import Invalid

T = TypeVar("T")
MOST: Final = 10_000_000_000
LONGEST: Final = 200
"""No number or day is written longer; to look for one in a megabyte takes seconds, and a form has many fields."""
_NOTHING: Final = re.compile(
    r"(n\.?\s?v\.?\s?t\.?|niet van toepassing|n/?a|not applicable|onbekend|unknown|-|–|\?)", re.I
)
_ABOUT: Final = re.compile(
    r"^(ongeveer|circa|ca\.?|plm\.?|±|~|rond(?: de)?|zo'n|naar schatting|about|approximately|approx\.?|around|roughly|"
    r"an estimated)\s*",
    re.I,
)
_UNIT: Final = re.compile(
    r"\s*(mensen|personen|betrokkenen|klanten|patiënten|leerlingen|medewerkers|records|rijen|people|persons|customers|"
    r"patients|employees|rows|stuks)\.?$",
    re.I,
)
_RANGE: Final = re.compile(
    r"^(?:tussen|between|van|from)?\s*(.+?)\s*(?:-|–|—|\btot(?: en met)?\b|\bt/m\b|\ben\b|\bto\b|\band\b)\s*(.+)$", re.I
)
_WHOLE: Final = re.compile(r"[0-9]+|[0-9]{1,3}([.,'’_ ])[0-9]{3}(?:\1[0-9]{3})*")


def says_nothing(text: str) -> bool:
    """Whether a cell is empty, or says "n.v.t.", "unknown" or a dash."""
    said = " ".join(text.split())
    return not said or _NOTHING.fullmatch(said) is not None


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people or records: the least and the most it can be; ``about`` when it was called an estimate."""

    least: int
    most: int
    about: bool = False

    @property
    def plain(self) -> bool:
        """Whether it is one number, said without reserve, so that there is nothing to show back."""
        return self.least == self.most and not self.about


def read_count(text: str) -> Count | None:
    """A number such as ``250``, ``1.200``, ``ca. 1 200``, ``ongeveer 300 klanten`` or ``10-20``; ``n.v.t.`` is None.

    A fraction is refused: half a person would be ten times as many without the comma.
    """
    said = " ".join(text.split())
    if not said or _NOTHING.fullmatch(said):
        return None
    count = _count(said) if len(said) <= LONGEST else None
    if count is None:
        raise Invalid("Write a whole number, like 250 or 1.200, or from and to, like 10-20.")
    if count.least > count.most:
        raise Invalid("Write the smaller number first, like 10-20.")
    return count


def read_number(text: str) -> int | None:
    """One whole number, however it is typed, where from and to make no sense: a place in an order, days, minutes."""
    if says_nothing(text):
        return None
    said = " ".join(text.split())
    number = _whole(_UNIT.sub("", said)) if len(said) <= LONGEST else None
    if number is None:
        raise Invalid("Write a whole number, like 250.")
    return number


def _count(said: str) -> Count | None:
    bare = _UNIT.sub("", _ABOUT.sub("", said))
    if (one := _whole(bare)) is not None:
        return Count(one, one, bool(_ABOUT.match(said)))
    ends = _RANGE.match(bare)
    least, most = (_whole(_ABOUT.sub("", end)) for end in ends.groups()) if ends else (None, None)
    return None if least is None or most is None else Count(least, most, about=True)


def _whole(text: str) -> int | None:
    if not _WHOLE.fullmatch(text.strip()):
        return None
    number = int(re.sub("[^0-9]", "", text))
    if number > MOST:
        raise Invalid("This number is larger than there are people. Check it.")
    return number


_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february feb",
            "maart march mrt mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "augustus august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_DATES: Final = (
    re.compile(r"^(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})$"),
    re.compile(r"^(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})$"),
    re.compile(r"^(?P<d>\d{1,2})(?:st|nd|rd|th)?\.?\s+(?P<name>[a-z]+)\.?,?\s+(?P<y>\d{4})$", re.I),
    re.compile(r"^(?P<name>[a-z]+)\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})$", re.I),
)
_WEEKDAY: Final = re.compile(r"^(?:ma|di|wo|do|vr|za|zo|\w+dag|mon|tue|wed|thu|fri|sat|sun|\w+day)\.?,?\s+", re.I)
_TIME: Final = re.compile(r"^([01]?\d|2[0-3])[:.h]?([0-5]\d)(?::\d{2}(?:\.\d+)?)?(?:\s*(?:uur|u|h))?$", re.I)
DAY_LIKE: Final = "Enter a date, like 23-11-2026."
TIME_LIKE: Final = "Enter a time, like 14:30."


def read_day(text: str) -> date | None:
    """A day such as ``23-11-2026``, ``2026-11-23``, ``12 maart 2024`` or ``March 12, 2024``."""
    said = text.strip()
    if len(said) > LONGEST:
        raise Invalid(DAY_LIKE)
    said = _WEEKDAY.sub("", said)
    if not said or _NOTHING.fullmatch(said):
        return None
    found = next((match for pattern in _DATES if (match := pattern.match(said))), None)
    parts = found.groupdict() if found else {}
    month = int(parts["m"]) if "m" in parts else _MONTHS.get(parts.get("name", "").casefold(), 0)
    try:
        day = date(int(parts["y"]), month, int(parts["d"]))
    except (KeyError, ValueError):
        raise Invalid(DAY_LIKE) from None
    # In the first and the last year of the calendar some zones have days whose instants do not exist.
    if not date.min.year < day.year < date.max.year:
        raise Invalid(DAY_LIKE)
    return day


def read_time(text: str) -> time | None:
    """A time of day such as ``14:30``, ``14.30``, ``1430`` or ``14:30 uur``."""
    if not text.strip():
        return None
    found = _TIME.match(text.strip())
    if not found:
        raise Invalid(TIME_LIKE)
    return time(int(found[1]), int(found[2]))


def read_instant(day: str, moment: str, zone: ZoneInfo) -> datetime | None:
    """The aware UTC instant of a day and a time typed in ``zone``; None where both are empty.

    Half an instant would be a guess: it is refused. Of an hour that the clocks repeat in autumn the first is taken,
    because it gives the earlier deadline; an hour that they skip in spring is refused.
    """
    if not day.strip() and not moment.strip():
        return None
    on, at = read_day(day), read_time(moment)
    if on is None:
        raise Invalid(DAY_LIKE)
    if at is None:
        raise Invalid(TIME_LIKE)
    return existing(datetime.combine(on, at, tzinfo=zone))


def existing(local: datetime) -> datetime:
    """The UTC instant of a local time; raises Invalid for an hour that the clocks skipped."""
    try:
        instant = local.astimezone(UTC)
    except OverflowError:
        raise Invalid(DAY_LIKE) from None
    if instant.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Invalid("This hour did not exist: the clocks were put forward. Enter another time.")
    return instant


def or_none(read: Callable[[str], T | None], text: str) -> T | None:
    """What ``read`` makes of a text, or None where it cannot be read: for what only narrows a search."""
    try:
        return read(text)
    except Invalid:
        return None
