"""The yearly report for the board: its breaches and what is open of them, numbers, what came back, and the plots."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files

from incident.documents.blocks import Block, Figure, Heading, Paragraph, Table, words
from incident.documents.model import NoticeDocument
from incident.documents.pdf import render_pdf
from incident.documents.printing import letterhead_of
from incident.documents.wording import Wording
from incident.domain.kernel.text import by_count
from incident.domain.organisation import OrganisationProfile
from incident.domain.register.insight import FEW, Insight


@dataclass(frozen=True, slots=True)
class ReportPlot:
    """A plot with its own colours, a sentence, and its table."""

    title: str
    svg: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True, slots=True)
class ReportBreach:
    """One breach of the list, in the words of the report's language; ``open`` says what is not done or known yet."""

    reference: str
    what: str
    people: str
    risk: str
    told: str
    status: str
    open: str = ""
    measures: str = ""


@dataclass(frozen=True, slots=True)
class YearlyReport:
    """All that the report says; breaches, plots, risks and repeats come in the words of its language.

    ``theirs`` counts the people of organisations for which we are processor, and ``uncounted`` the breaches of which
    the number of people is not known; ``counted`` says how many breaches there were and which has a high risk,
    ``to_do`` what has to be done now, and ``gravest`` what weighs most.
    """

    organisation: OrganisationProfile
    language: str
    written_on: date
    found: Insight
    plots: tuple[ReportPlot, ...]
    audit_head: str
    risks: tuple[tuple[str, int], ...] = ()
    repeats: tuple[tuple[str, str, str, int], ...] = ()
    breaches: tuple[ReportBreach, ...] = ()
    theirs: int = 0
    uncounted: int = 0
    kinds: tuple[tuple[str, int], ...] = ()
    made_by: str = ""
    counted: str = ""
    to_do: tuple[str, ...] = ()
    gravest: tuple[str, ...] = ()


def yearly_report(report: YearlyReport) -> bytes:
    """The report as an accessible, archivable PDF."""
    return render_pdf(report_document(report))


def report_document(report: YearlyReport) -> NoticeDocument:
    """The report as a document."""
    say, wording = _words(report.language), Wording(report.language)
    first, last = report.found.first, report.found.last
    kind = say["months" if (first.month, first.day) != (1, 1) else "year"]
    period = f"{wording.day(first)} – {wording.day(last)} ({kind})"
    made = ", ".join(filter(None, (wording.day(report.written_on), report.made_by)))
    return NoticeDocument(
        title=say["title"],
        language=report.language,
        reference="",
        written_on=report.written_on,
        blocks=tuple(_blocks(report, say, wording)),
        letterhead=letterhead_of(report.organisation),
        details=((say["period"], period), (say["made"], made)),
        footer=report.organisation.name,
        audit_head=report.audit_head,
        heading=True,
    )


def _blocks(report: YearlyReport, say: Mapping[str, str], wording: Wording) -> Iterator[Block]:
    in_time = " ".join(_opening(report, say))
    if report.counted:
        yield Paragraph(words(report.counted))
    yield from (Paragraph(words(text, bold=True)) for text in report.to_do)
    yield from (Paragraph(words(text)) for text in (*report.gravest, in_time) if text)
    yield from _each(report, say, "open")
    yield from _breaches(report, say, wording)
    yield from _each(report, say, "measures")
    yield Heading(2, words(say["numbers"]))
    told = [(name, wording.number(number)) for name, number in _numbers(report, say)]
    yield replace(_table((say["what"], say["number"]), told), numbers=True)
    yield Paragraph(words(say["source"]))
    if report.risks and report.found.breaches > FEW:
        yield Heading(2, words(say["risks"]))
        yield _table((say["risk"], say["number"]), report.risks)
    yield from _returned(report, say)
    for plot in report.plots:
        yield from _plot(plot)


def _each(report: YearlyReport, say: Mapping[str, str], name: str) -> Iterator[Block]:
    """What each breach has of this: what is open, or the measures."""
    told = [(one.reference, text) for one in report.breaches if (text := getattr(one, name))]
    if told:
        yield Heading(2, words(say[name]))
        yield replace(_table((say["reference"], say[f"{name}_column"]), told), widths=(0.3, 1.0))


def _breaches(report: YearlyReport, say: Mapping[str, str], wording: Wording) -> Iterator[Block]:
    """The list: of each what it was, whose data, and its course."""
    if not report.breaches:
        return
    yield Heading(2, words(say["breaches"]))
    if report.found.breaches > len(report.breaches):
        number = wording.number(report.found.breaches)
        yield Paragraph(words(say["gravest"].format(listed=len(report.breaches), number=number)), stays=True)
    head = [say[name] for name in ("reference", "what", "people_column", "risk_and_status", "told")]
    rows = [
        (one.reference, one.what, one.people, "\n".join(filter(None, (one.risk, one.status))), one.told)
        for one in report.breaches
    ]
    yield replace(_table(head, rows), small=True, widths=(0.95, 1.5, 1.15, 1.15, 2.25))


def _returned(report: YearlyReport, say: Mapping[str, str]) -> Iterator[Block]:
    """What came back: a pattern that asks for a measure, else the kinds that came more than once; else nothing."""
    if not report.repeats and not report.kinds:
        return
    yield Heading(2, words(say["repeats"]))
    if not report.repeats and len(report.kinds) == 1:
        kind, times = report.kinds[0]
        yield Paragraph(words(say["came_again"].format(kind=kind, times=times)))
        return
    yield Paragraph(words(say["repeats_text" if report.repeats else "no_repeats"]), stays=True)
    if report.repeats:
        yield _table((say["quarter"], say["kind"], say["system"], say["times"]), report.repeats)
    else:
        yield _table((say["kind"], say["times"]), report.kinds)


def _plot(plot: ReportPlot) -> Iterator[Block]:
    yield Heading(2, words(plot.title))
    if plot.svg:
        yield Figure(plot.svg, plot.note)
    told = [row for row in plot.rows if any(row[1:])]
    told = told if len(told) > 1 else []
    yield Paragraph(words(plot.note), stays=bool(told))
    if told:
        yield _table(plot.head, told)


def _opening(report: YearlyReport, say: Mapping[str, str]) -> Iterator[str]:
    """What the numbers below do not say: whether anything was late; no term runs for what nobody had to notify.

    That nothing was, is not said where of one that was notified nobody recorded since when we were aware.
    """
    found = report.found
    if not found.total:
        yield say["nothing"]
        return
    if found.late:
        yield say["some_late"].format(count=found.late, share=round(100 * found.late / found.obliged))
    elif 0 < found.obliged <= found.to_notification.count:
        yield say[("one" if found.obliged == 1 else "none") + ("_late_obliged" if found.voluntary else "_late")]
    if found.voluntary:
        yield by_count(found.voluntary, say["voluntary_one"], say["voluntary_many"].format(count=found.voluntary))


def _numbers(report: YearlyReport, say: Mapping[str, str]) -> list[tuple[str, int]]:
    """The numbers of the period; whether a notification was late is said above them."""
    found = report.found
    known = say["affected_known"] if report.uncounted else ""
    affected = say["affected"] + known + (say["affected_twice"] if found.breaches > 1 else "")
    counted = (
        (say["reported"], found.total),
        (say["breaches"], found.breaches),
        (say["unjudged"], found.unjudged),
        (say["notified"], found.notified),
        (say["voluntary"], found.voluntary),
        (affected, found.people),
        (say["theirs"], report.theirs),
        (say["hidden"], found.hidden),
    )
    optional = {say[name] for name in ("unjudged", "voluntary", "theirs", "hidden")}
    return [(name, number) for name, number in counted if number or name not in optional]


def _table(header: Sequence[str], rows: Sequence[Sequence[str | int]]) -> Table:
    cells = tuple(tuple(words(str(cell)) for cell in row) for row in rows)
    numbers = bool(rows) and all(isinstance(row[-1], int) for row in rows)
    return Table(tuple(words(name) for name in header), cells, row_headers=True, numbers=numbers)


@cache
def _words(language: str) -> Mapping[str, str]:
    texts = tomllib.loads(files("incident.documents").joinpath("yearly_report.toml").read_text(encoding="utf-8"))
    found: Mapping[str, str] = texts.get(language, texts["en"])
    return found
