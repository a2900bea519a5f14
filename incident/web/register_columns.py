"""Titles and words of the register's columns, in the language of the page."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Final, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from incident.documents.register_export import Cell
from incident.domain.fact_sheet import chapter_of
from incident.domain.kernel.events import Status
from incident.domain.kernel.people import Source
from incident.law.labels import field_label
from incident.law.vocabulary import RiskLevel
from incident.store.queries.register import RegisterLine
from incident.usecases.register.columns import ALL, DECIDED, FACTS, OWN, Column, Shown, Value
from incident.web.filters import day, instant, number
from incident.web.i18n import language_code
from incident.web.labels import RISKS, STATUSES, law_label
from incident.web.viewer import zone

TITLES: Final = {
    "reference": _l("Reference"),
    "summary": _l("What happened"),
    "status": _l("Status"),
    "kind": _l("Kind"),
    "risk": _l("Risk"),
    "systems": _l("Systems"),
    "reported_at": _l("Received"),
    "aware_at": _l("Aware since"),
    "due_at": _l("Deadline"),
    "notified_at": _l("Authority notified"),
    "subjects": _l("People"),
    "assignee": _l("Handled by"),
    "reporter": _l("Reported by"),
    "source": _l("Came in by"),
    "closed_at": _l("Closed"),
    "cause": _l("Cause at closing"),
    "lessons": _l("Lessons"),
    "notify": _l("Notify the authority?"),
    "notify_reason": _l("Notify the authority: reason"),
    "notify_by": _l("Notify the authority: decided by"),
    "notify_at": _l("Notify the authority: recorded"),
    "authority_number": _l("Number given by the authority"),
    "phases": _l("Submissions to the authority"),
    "inform": _l("Inform the data subjects?"),
    "inform_reason": _l("Inform the data subjects: reason"),
    "inform_ground": _l("Ground for not informing"),
    "inform_by": _l("Inform the data subjects: decided by"),
    "inform_at": _l("Inform the data subjects: recorded"),
    "subjects_told_at": _l("Data subjects last informed"),
    "subjects_untold": _l("Data subjects not informed yet, at least"),
    "customer_told_at": _l("Newest notice to a customer"),
}
SOURCES: Final = {
    Source.WEB: _l("Form in Meldklok"),
    Source.SLACK: _l("Slack"),
    Source.API: _l("API"),
    Source.CLI: _l("Command line"),
    Source.SYSTEM: _l("Meldklok itself"),
    Source.IMPORT: _l("Imported"),
    Source.DOOR: _l("Public page"),
    Source.MAIL: _l("E-mail"),
}


class SetCell(NamedTuple):
    """One cell of the page: what kind it is, its heading, its words or, for a tag, what it stands for."""

    kind: str
    heading: str
    value: object


def title(column: Column) -> str:
    """The heading of a column; a fact has the label of the fact sheet."""
    return titles(language_code())[column.name]


@cache
def titles(language: str) -> dict[str, str]:
    """All headings in a language: the register names each of them, to choose from."""
    return {name: str(TITLES[name]) if name in TITLES else field_label(name, language).label for name in ALL}


def groups() -> list[tuple[str, tuple[Column, ...]]]:
    """All columns under three headings, for choosing."""
    return [(_("The case"), OWN[1:]), (_("Decisions and notices"), DECIDED), (_("Facts"), FACTS)]


def part_of(column: Column) -> str:
    """The part of the record from which a column comes; a fact has the chapter of the fact sheet."""
    if column in FACTS:
        return law_label(chapter_of(column.name))
    return str(_("Decisions and notices") if column in DECIDED else _("The case"))


def word(value: Value) -> Cell:
    """One value in words; numbers, instants and days stay what they are."""
    match value:
        case bool():
            return str(_("yes") if value else _("no"))
        case Status():
            return str(STATUSES[value][0])
        case RiskLevel():
            return str(RISKS[value][0])
        case Source():
            return str(SOURCES[value])
        case Enum():
            return law_label(value)
        case _:
            return value


def cell(value: Shown) -> Cell:
    """A value, or several of them, for one cell of a file."""
    if not isinstance(value, tuple):
        return word(value)
    parts = (word(part) for part in value)
    return "; ".join(part.isoformat() if isinstance(part, date) else str(part) for part in parts)


def rows(lines: Iterable[RegisterLine], columns: Iterable[Column]) -> Iterator[list[Cell]]:
    """Lines of the register as cells."""
    listed = tuple(columns)
    for line in lines:
        yield [cell(column.value(line)) for column in listed]


def plain_rows(lines: Iterable[RegisterLine], columns: Iterable[Column]) -> Iterator[list[Cell]]:
    """The same for machines: codes in place of words, whatever the language of the page."""
    listed = tuple(columns)
    for line in lines:
        yield [_plain(column.value(line)) for column in listed]


def _plain(value: Shown) -> Cell:
    if isinstance(value, tuple):
        parts = map(_plain, value)
        return tuple(part.isoformat() if isinstance(part, date) else str(part) for part in parts)
    return str(value.value) if isinstance(value, Enum) else value


def headed(columns: Iterable[Column]) -> dict[str, str]:
    """The headings of these columns by their names."""
    return {column.name: title(column) for column in columns}


def set_lines(lines: Iterable[RegisterLine], columns: Iterable[Column], at: datetime) -> list[list[SetCell]]:
    """Lines of the register as the page sets them; what is the same in every line is looked up once.

    A deadline that ran out before ``at`` is marked. What is empty is as wide as what stands elsewhere in its column, so
    that a narrow page can keep the columns.
    """
    known = [(column, title(column)) for column in columns]
    seen_in, language = zone(), language_code()

    def put(column: Column, heading: str, value: Shown) -> SetCell:
        match value:
            case None | "" | ():
                return SetCell("no number" if column.name == "subjects" else "nothing", heading, "–")
            case Status() | RiskLevel():
                return SetCell("tag", heading, value)
            case datetime():
                kind = "overdue" if column.name == "due_at" and value < at else "date"
                return SetCell(kind, heading, instant(value, seen_in, language))
            case date():
                return SetCell("date", heading, day(value))
            case int() if not isinstance(value, bool):
                return SetCell("number", heading, number(value))
            case tuple():
                return SetCell("list", heading, cell(value))
        return SetCell("reference" if column.name == "reference" else "text", heading, str(word(value)))

    found = [[put(column, heading, column.value(line)) for column, heading in known] for line in lines]
    wide = {one.heading for cells in found for one in cells if one.kind in ("text", "list")}
    return [
        [one._replace(kind="no text") if one.kind == "nothing" and one.heading in wide else one for one in cells]
        for cells in found
    ]
