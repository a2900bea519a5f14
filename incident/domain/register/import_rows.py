"""Read a register that was kept elsewhere: columns are mapped onto fields, every problem names its row and its column.

What is read are closed entries of the register of GDPR art. 33(5); nothing here starts a clock.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from incident.domain.kernel.errors import Invalid
from incident.domain.register.tables import numbered_rows
from incident.domain.typed import read_count, read_day
from incident.law.vocabulary import Actor, IncidentKind, RiskLevel

ROW_LIMIT: Final = 10_000
CELL_LIMIT: Final = 20_000
NUMBER_LIMIT: Final = 2_000_000_000
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "summary": (
        "summary",
        "samenvatting",
        "what happened",
        "wat is er gebeurd",
        "omschrijving",
        "description",
        "beschrijving",
        "incident",
        "titel",
        "title",
    ),
    "reported_at": (
        "reported",
        "reported at",
        "gemeld",
        "gemeld op",
        "datum melding",
        "datum",
        "date",
        "logged",
        "registered",
        "geregistreerd",
        "datum registratie",
    ),
    "aware_at": (
        "aware",
        "aware since",
        "bekend sinds",
        "kennisname",
        "datum kennisname",
        "ontdekt",
        "ontdekt op",
        "discovered",
        "datum ontdekking",
    ),
    "occurred_from": ("occurred", "occurred from", "datum incident", "begin", "van", "from"),
    "occurred_to": ("occurred to", "einde", "tot", "until"),
    "is_breach": ("breach", "is breach", "datalek", "datalek?", "is een datalek"),
    "kind": ("kind", "type", "soort", "aard", "nature", "categorie", "category"),
    "systems": ("system", "systems", "systeem", "systemen", "applicatie"),
    "subjects": ("people", "data subjects", "betrokkenen", "aantal betrokkenen", "number of people", "aantal"),
    "data": ("data", "personal data", "gegevens", "persoonsgegevens", "categorieën gegevens"),
    "consequences": ("consequences", "effects", "gevolgen"),
    "measures": ("measures", "remedial action", "maatregelen", "genomen maatregelen"),
    "risk": ("risk", "risico"),
    "notified": ("notified", "notified?", "gemeld bij ap", "gemeld aan ap", "melding ap", "ap gemeld"),
    "notified_at": ("notified at", "authority notified", "datum melding ap", "gemeld bij ap op"),
    "authority_number": ("notification number", "meldingsnummer", "nummer ap", "number given by the authority"),
    "notify_reason": ("reason", "reden", "motivering", "reden niet melden", "notify the authority: reason"),
    "delay_reason": ("reason for delay", "reden vertraging"),
    "informed_on": ("data subjects informed", "informed", "betrokkenen geïnformeerd", "datum betrokkenen"),
    "inform_reason": ("inform the data subjects: reason", "reden niet informeren"),
    "cause": ("cause at closing", "oorzaak bij sluiting", "cause", "oorzaak"),
    "lessons": ("lessons", "evaluation", "evaluatie", "geleerd"),
    "handled_by": ("handled by", "behandeld door", "behandelaar"),
    "closed_at": ("closed", "closed at", "gesloten", "afgesloten", "datum afsluiting"),
    "old_reference": ("reference", "id", "nummer", "kenmerk", "zaaknummer", "number"),
}
"""What a column can be, with the headings by which it is recognised."""
NEEDED: Final = ("summary", "reported_at")
YES: Final = frozenset({"yes", "y", "ja", "j", "true", "waar", "1", "x"})
NO: Final = frozenset({"no", "n", "nee", "false", "onwaar", "0", "geen"})
RISKS: Final = {
    **dict.fromkeys(("unlikely", "low", "laag", "onwaarschijnlijk", "geen", "risk unlikely"), RiskLevel.UNLIKELY),
    **dict.fromkeys(("risk", "risico", "medium", "midden", "gemiddeld", "normal"), RiskLevel.RISK),
    **dict.fromkeys(("high", "hoog", "high risk", "hoog risico"), RiskLevel.HIGH),
}
_TIME = re.compile(r"(?:^|[ T])(\d{1,2})[:.](\d{2})(?::\d{2}(?:\.\d+)?)?\b")


@dataclass(frozen=True, slots=True)
class Table:
    """The file as it came: the headings and the numbered rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One closed entry; ``row`` is the row of the file. Instants are UTC, None is "not said"."""

    row: int
    summary: str
    reported_at: datetime
    values: Mapping[str, Any] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """A value by the name of its field, or None."""
        return self.values.get(name)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row cannot be taken; the sentence is translatable, ``typed`` is what stands in the cell."""

    row: int
    field: str
    message: str
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """All entries and all problems; only a reading without problems may be imported."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]


def read_table(filename: str, content: bytes) -> Table:
    """The file as rows. Raises Invalid at ``file`` when it cannot be read, is empty or too long."""
    numbered = numbered_rows(filename, content)
    _number, header = next(numbered, (0, None))
    if header is None:
        raise Invalid("This file has no rows.", field="file")
    rows: list[tuple[int, tuple[str, ...]]] = []
    for number, row in numbered:
        if len(rows) == ROW_LIMIT:
            raise Invalid("This register has more than %(limit)s rows. Split it.", field="file", limit=ROW_LIMIT)
        rows.append((number, tuple(cell.strip() for cell in row)))
    if not rows:
        raise Invalid("This file has headings but no rows.", field="file")
    return Table(tuple(cell.strip() for cell in header), tuple(rows))


def guess(header: Sequence[str]) -> dict[str, int]:
    """Which column is probably which field, by its heading; each column serves once."""
    names = [cell.casefold() for cell in header]
    found: dict[str, int] = {}
    for name, aliases in FIELDS.items():
        place = next((names.index(alias) for alias in aliases if alias in names), None)
        if place is not None and place not in found.values():
            found[name] = place
    return found


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

    def read(self, number: int, row: Sequence[str]) -> tuple[Entry | None, list[Problem]]:
        """One row as an entry, or its problems."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, place in self.mapping.items():
            text = row[place] if place < len(row) else ""
            try:
                values[name] = self._value(name, text)
            except ValueError as problem:
                problems.append(Problem(number, name, str(problem), text[:80]))
        problems += [] if problems else self._together(number, values)
        if problems:
            return None, problems
        return Entry(number, values.pop("summary"), values.pop("reported_at"), values), []

    def _value(self, name: str, text: str) -> Any:
        if len(text) > CELL_LIMIT:
            raise ValueError("This cell is too long.")
        value = READERS[name](text, self.zone) if text and name in READERS else text or None
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
        return self._repeated(number, values.get("old_reference"))

    def _repeated(self, number: int, reference: str | None) -> list[Problem]:
        if reference is None:
            return []
        if reference.casefold() in self.seen:
            return [Problem(number, "old_reference", "This reference stands in the file twice.", reference[:80])]
        self.seen.add(reference.casefold())
        return []


def _before(values: Mapping[str, Any], later: str, earlier: str) -> bool:
    first, second = values.get(earlier), values.get(later)
    return first is not None and second is not None and second < first


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
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
        raise ValueError("Write a date like 23-11-2026 or 2026-11-23.") from None
    if day is not None and not 1990 <= day.year <= 2200:
        raise ValueError("This year cannot be right.")
    return day


def _truth(text: str, _zone: ZoneInfo) -> bool:
    word = text.casefold().strip(".! ")
    if word in YES or word in NO:
        return word in YES
    raise ValueError("Write yes or no.")


def _whole(text: str, _zone: ZoneInfo) -> int | None:
    try:
        found = read_count(text)
    except Invalid:
        raise ValueError("Write a whole number, like 250.") from None
    if found is not None and found.most > NUMBER_LIMIT:
        raise ValueError("Write a whole number, like 250.")
    return None if found is None else found.most


def _risk(text: str, _zone: ZoneInfo) -> RiskLevel:
    found = RISKS.get(text.casefold())
    if found is None:
        raise ValueError("Write unlikely, risk or high.")
    return found


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


READERS: Final[dict[str, Callable[[str, ZoneInfo], Any]]] = {
    **dict.fromkeys(("reported_at", "aware_at", "occurred_from", "occurred_to", "notified_at", "closed_at"), _instant),
    **dict.fromkeys(("is_breach", "notified"), _truth),
    **dict.fromkeys(("cause", "handled_by", "authority_number", "old_reference"), _short),
    "informed_on": _day,
    "subjects": _whole,
    "risk": _risk,
}
