"""Read a register that was kept elsewhere: columns are mapped onto fields, every problem names its row and its column.

What is read are closed entries of the register of GDPR art. 33(5); nothing here starts a clock.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from incident.domain.kernel.errors import Invalid
from incident.domain.register.import_headings import FIELDS
from incident.domain.register.tables import Table, guess
from incident.domain.typed import read_count, read_day, says_nothing
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.vocabulary import Actor, IncidentKind, RiskLevel

LOOKED_AT: Final = 200
CELL_LIMIT: Final = 20_000
NUMBER_LIMIT: Final = 2_000_000_000
NEEDED: Final = ("summary", "reported_at")
YES: Final = frozenset({"yes", "y", "ja", "j", "true", "waar", "1", "x"})
NO: Final = frozenset({"no", "n", "nee", "false", "onwaar", "0", "geen"})
RISKS: Final = {
    **dict.fromkeys(("unlikely", "low", "laag", "onwaarschijnlijk", "geen", "risk unlikely"), RiskLevel.UNLIKELY),
    **dict.fromkeys(("risk", "risico", "medium", "midden", "gemiddeld", "normal"), RiskLevel.RISK),
    **dict.fromkeys(("high", "hoog", "high risk", "hoog risico", "a high risk"), RiskLevel.HIGH),
}
DAYS: Final = {"notified": "notified_at", "informed": "informed_on"}
T = TypeVar("T")
_TRUTH: Final = re.compile(r"(?:[a-z]\)\s*)?([^\W\d_]+)\b|([01])$", re.IGNORECASE)
_HIGH: Final = re.compile(r"\b(?:likely to result in a|waarschijnlijk een) (?:high risk|hoog risico)\b", re.IGNORECASE)
_NOT_HIGH: Final = re.compile(r"\b(?:no high risk|geen hoog risico)\b", re.IGNORECASE)
_WITH_OFFSET: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})")
_DATE_LIKE: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
_TIME = re.compile(r"(?:^|[ T])(\d{1,2})[:.](\d{2})(?::\d{2}(?:\.\d+)?)?\b")


@dataclass(frozen=True, slots=True)
class Entry:
    """One closed entry; ``row`` is the row of the file. Instants are UTC; None, or an empty text, is
    "not said".

    ``nth`` counts rows of the same moment and words: two breaches of one day may read alike.
    """

    row: int
    summary: str
    reported_at: datetime
    aware_at: datetime | None = None
    occurred_from: datetime | None = None
    occurred_to: datetime | None = None
    is_breach: bool | None = None
    kind: str = ""
    systems: str = ""
    subjects: int | None = None
    data: str = ""
    consequences: str = ""
    measures: str = ""
    risk: RiskLevel | None = None
    notified: bool | None = None
    notified_at: datetime | None = None
    authority_number: str = ""
    notify_reason: str = ""
    delay_reason: str = ""
    informed: bool | None = None
    informed_on: date | None = None
    inform_reason: str = ""
    cause: str = ""
    lessons: str = ""
    handled_by: str = ""
    closed_at: datetime | None = None
    old_reference: str = ""
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be taken; the sentence is translatable, ``typed`` is what stands in the cell."""

    row: int
    field: str
    message: str
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """The entries that can be taken, and why each other row cannot."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


def guess_fields(table: Table) -> dict[str, int]:
    """Which column is probably which field: by its heading, and for yes or no by what stands in it.

    "Reported to the authority" may hold yes or no, a day, one of the two, or the number that the authority gave.
    """
    found = guess(table.header, FIELDS)
    _by_values(table, found, "notified", "notified_at", "authority_number")
    _by_values(table, found, "informed", "informed_on", "inform_reason")
    place = found.get("informed_on")
    if place is not None and "informed" not in found and not _all_read(table, place, _day):
        found["informed" if _all_read(table, place, _done_on) else "informed_on"] = found.pop("informed_on")
    return found


def _by_values(table: Table, found: dict[str, int], name: str, day: str, words: str) -> None:
    if name not in found or _all_read(table, found[name], _truth):
        return
    place = found.pop(name)
    meant = day if _all_read(table, place, _day) else name if _all_read(table, place, _done_on) else words
    found[name if meant in found else meant] = place


def _all_read(table: Table, place: int, reader: Callable[[str, ZoneInfo], Any]) -> bool:
    """Whether everything that stands in the first rows of a column can be read so."""
    for _number, row in table.rows[:LOOKED_AT]:
        try:
            if place < len(row) and not says_nothing(row[place]):
                reader(row[place], AUTHORITY_ZONE)
        except ValueError:
            return False
    return True


def read_entries(table: Table, mapping: Mapping[str, int], *, zone: ZoneInfo, now: datetime) -> Reading:
    """Read every row by the mapping of fields to columns. Raises Invalid when a needed field has no column."""
    missing = [name for name in NEEDED if name not in mapping]
    if missing:
        raise Invalid("Choose which columns hold what happened and when it was reported.", field=missing[0])
    reader = _Reader(mapping, zone, now)
    entries, problems = [], []
    for number, row in table.rows:
        entry, wrong = reader.read(number, row)
        problems += wrong
        if entry is not None:
            entries.append(entry)
    return Reading(tuple(entries), tuple(problems))


@dataclass(slots=True)
class _Reader:
    mapping: Mapping[str, int]
    zone: ZoneInfo
    now: datetime
    seen: set[str] = field(default_factory=set)
    alike: Counter[tuple[datetime, str]] = field(default_factory=Counter)

    def read(self, number: int, row: Sequence[str]) -> tuple[Entry | None, list[Problem]]:
        """One row as an entry, or its problems."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, place in self.mapping.items():
            text = row[place] if place < len(row) else ""
            try:
                if (value := self._value(name, text)) is not None:
                    values[name] = value
            except ValueError as problem:
                problems.append(Problem(number, name, str(problem), text[:80]))
        _follow(values)
        problems += [] if problems else self._together(number, values)
        if problems:
            return None, problems
        entry = Entry(number, **values)
        self.alike[entry.reported_at, entry.summary] += 1
        return replace(entry, nth=self.alike[entry.reported_at, entry.summary]), []

    def _value(self, name: str, text: str) -> object:
        if len(text) > CELL_LIMIT:
            raise ValueError("This cell is too long.")
        unsaid = says_nothing(text) if name in READERS else not text
        value = None if unsaid else READERS.get(name, _as_it_stands)(text, self.zone)
        if value is None and name in NEEDED:
            raise ValueError("This cell is empty, and an entry needs it.")
        return value

    def _together(self, number: int, values: Mapping[str, Any]) -> list[Problem]:
        """What does not agree within a row, or with the rows before it."""
        for name in ("reported_at", "aware_at", "occurred_from", "occurred_to", "notified_at", "closed_at"):
            at = values.get(name)
            if at is not None and at > self.now:
                return [Problem(number, name, "This lies in the future.")]
        if _before(values, "closed_at", "reported_at"):
            return [Problem(number, "closed_at", "It was closed before it was reported.")]
        if _before(values, "occurred_to", "occurred_from"):
            return [Problem(number, "occurred_to", "It ended before it began.")]
        if values.get("notified_at") and values.get("notified") is False:
            return [Problem(number, "notified", "It says not notified, and there is a day of the notification.")]
        if values.get("informed_on") and values.get("informed") is False:
            return [Problem(number, "informed", "It says not informed, and there is a day on which they were.")]
        return self._repeated(number, values.get("old_reference"))

    def _repeated(self, number: int, reference: str | None) -> list[Problem]:
        if reference is None:
            return []
        if reference.casefold() in self.seen:
            return [Problem(number, "old_reference", "This reference stands in the file twice.", reference[:80])]
        self.seen.add(reference.casefold())
        return []


def _follow(values: dict[str, object]) -> None:
    """A day, or a number of the authority, says yes where yes or no is asked; "no" is no number."""
    for name, on in DAYS.items():
        if isinstance(values.get(name), date):
            values.setdefault(on, values[name])
            values[name] = True
    number = str(values.get("authority_number", ""))
    if number.casefold() in NO:
        del values["authority_number"]
    if number:
        values.setdefault("notified", "authority_number" in values)


def _before(values: Mapping[str, Any], later: str, earlier: str) -> bool:
    first, second = values.get(earlier), values.get(later)
    return first is not None and second is not None and second < first


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    if _WITH_OFFSET.fullmatch(text):
        moment = datetime.fromisoformat(text)
        _likely(moment)
        return moment.astimezone(UTC)
    day = _day(text, zone)
    if day is None:
        return None
    found = _TIME.search(text)
    hour, minute = (int(found[1]), int(found[2])) if found else (0, 0)
    if hour > 23 or minute > 59:
        raise ValueError("Write a time like 14:30.")
    return datetime.combine(day, time(hour, minute), tzinfo=zone).astimezone(UTC)


def _day(text: str, _zone: ZoneInfo) -> date | None:
    try:
        day = read_day(_TIME.sub("", text).strip())
    except Invalid:
        if _DATE_LIKE.fullmatch(_TIME.sub("", text).strip()):
            raise ValueError("This day does not exist.") from None
        raise ValueError("Write a date like 23-11-2026 or 2026-11-23.") from None
    if day is not None:
        _likely(day)
    return day


def _likely(day: date) -> None:
    """Refuse a year in which no breach was ever recorded, and those in which some instants do not exist in UTC."""
    if not 1990 <= day.year <= 2200:
        raise ValueError("This year cannot be right.")


def _truth(text: str, _zone: ZoneInfo) -> bool:
    found = _TRUTH.match(text.strip())
    word = found[found.lastindex or 0].casefold() if found else ""
    if word in YES or word in NO:
        return word in YES
    raise ValueError("Write yes or no.")


def _done_at(text: str, zone: ZoneInfo) -> bool | datetime | None:
    return _done(text, zone, _instant)


def _done_on(text: str, zone: ZoneInfo) -> bool | date | None:
    return _done(text, zone, _day)


def _done(text: str, zone: ZoneInfo, day: Callable[[str, ZoneInfo], T]) -> bool | T:
    """Yes or no, or the day on which it was done: "Nee", "Ja", "8-5-2026" or "Ja, op 8-5-2026"."""
    told = re.sub(r"^(?:yes|ja)\W+(?:op |on )?(?=\d)", "", text.strip(), flags=re.IGNORECASE)
    if told[:1].isdecimal() and len(told) > 1:
        return day(told, zone)
    return _truth(text, zone)


def _whole(text: str, _zone: ZoneInfo) -> int | None:
    try:
        found = read_count(text)
    except Invalid:
        raise ValueError("Write a whole number, like 250.") from None
    if found is not None and found.most > NUMBER_LIMIT:
        raise ValueError("Write a whole number, like 250.")
    return None if found is None else found.most


def _risk(text: str, _zone: ZoneInfo) -> RiskLevel | None:
    """The level; "no high risk" leaves open whether there is a risk at all, so it says nothing."""
    if _NOT_HIGH.search(text):
        return None
    found = RiskLevel.HIGH if _HIGH.search(text) else RISKS.get(text.casefold())
    if found is None:
        raise ValueError("Write unlikely, risk or high.")
    return found


def _as_it_stands(text: str, _zone: ZoneInfo) -> str:
    return text


def _short(text: str, _zone: ZoneInfo) -> str:
    if len(text) > 255:
        raise ValueError("This cell is too long.")
    return text


def known_kind(text: str | None) -> IncidentKind | None:
    """The kind that a text names by its identifier, if it does."""
    return next((kind for kind in IncidentKind if kind.value == (text or "").casefold()), None)


def known_cause(text: str | None) -> Actor | None:
    """The category of cause that a text names by its identifier, if it does."""
    return next((actor for actor in Actor if actor.value == (text or "").casefold()), None)


READERS: Final[dict[str, Callable[[str, ZoneInfo], object]]] = {
    **dict.fromkeys(("reported_at", "aware_at", "occurred_from", "occurred_to", "notified_at", "closed_at"), _instant),
    "is_breach": _truth,
    "notified": _done_at,
    "informed": _done_on,
    **dict.fromkeys(("cause", "handled_by", "authority_number", "old_reference"), _short),
    "informed_on": _day,
    "subjects": _whole,
    "risk": _risk,
}
