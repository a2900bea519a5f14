"""The yearly report for the board: a page of words, the plots, their tables, and what came back."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from incident.documents.blocks import Block, Figure, Heading, Paragraph, Table, words
from incident.documents.model import NoticeDocument
from incident.documents.pdf import render_pdf
from incident.documents.printing import letterhead_of
from incident.documents.wording import Wording
from incident.domain.organisation import OrganisationProfile
from incident.domain.register.insight import Insight


@dataclass(frozen=True, slots=True)
class ReportPlot:
    """A plot with its own colours, a sentence, and its table."""

    title: str
    svg: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


@dataclass(frozen=True, slots=True)
class YearlyReport:
    """All that the report says; plots, risks and repeats come in the words of its language (``nl`` or ``en``)."""

    organisation: OrganisationProfile
    language: str
    written_on: date
    found: Insight
    plots: tuple[ReportPlot, ...]
    audit_head: str
    risks: tuple[tuple[str, int], ...] = ()
    repeats: tuple[tuple[str, str, str, int], ...] = ()


def yearly_report(report: YearlyReport) -> bytes:
    """The report as an accessible, archivable PDF."""
    return render_pdf(report_document(report))


def report_document(report: YearlyReport) -> NoticeDocument:
    """The report as a document."""
    say, wording = _words(report.language), Wording(report.language)
    period = f"{wording.day(report.found.first)} – {wording.day(report.found.last)}"
    return NoticeDocument(
        title=say["title"],
        language=report.language,
        reference="",
        written_on=report.written_on,
        blocks=tuple(_blocks(report, say, wording)),
        letterhead=letterhead_of(report.organisation),
        details=((say["period"], period),),
        footer=report.organisation.name,
        audit_head=report.audit_head,
        heading=True,
    )


def _blocks(report: YearlyReport, say: Mapping[str, str], wording: Wording) -> Iterator[Block]:
    yield from (Paragraph(words(text)) for text in _opening(report.found, say))
    yield Heading(2, words(say["numbers"]))
    yield _table((say["what"], say["number"]), [(name, wording.number(n)) for name, n in _numbers(report.found, say)])
    if report.risks:
        yield Heading(2, words(say["risks"]))
        yield _table((say["risk"], say["number"]), report.risks)
    yield Heading(2, words(say["repeats"]))
    yield Paragraph(words(say["repeats_text" if report.repeats else "no_repeats"]))
    if report.repeats:
        yield _table((say["quarter"], say["kind"], say["system"], say["times"]), report.repeats)
    for plot in report.plots:
        yield Heading(2, words(plot.title))
        if plot.svg:
            yield Figure(plot.svg, plot.note)
        told = [row for row in plot.rows if any(row[1:])]
        yield Paragraph(words(plot.note), stays=bool(told))
        if told:
            yield _table(plot.head, told)
    yield Paragraph(words(say["source"]))


def _opening(found: Insight, say: Mapping[str, str]) -> Iterator[str]:
    """What the numbers below do not say: whether anything was late, and what is counted."""
    if not found.total:
        yield say["nothing"]
        return
    share = round(100 * found.late / found.notified) if found.notified else 0
    if found.notified:
        yield say["some_late"].format(count=found.late, share=share) if found.late else say["none_late"]
    if found.people:
        yield say["people"]


def _numbers(found: Insight, say: Mapping[str, str]) -> list[tuple[str, int]]:
    hidden = [(say["hidden"], found.hidden)] if found.hidden else []
    unjudged = [(say["unjudged"], found.unjudged)] if found.unjudged else []
    return [
        (say["reported"], found.total),
        (say["breaches"], found.breaches),
        *unjudged,
        (say["notified"], found.notified),
        (say["late"], found.late),
        (say["affected"], found.people),
        *hidden,
    ]


def _table(header: Sequence[str], rows: Sequence[Sequence[str | int]]) -> Table:
    cells = tuple(tuple(words(str(cell)) for cell in row) for row in rows)
    return Table(tuple(words(name) for name in header), cells, row_headers=True)


@cache
def _words(language: str) -> Mapping[str, str]:
    texts = tomllib.loads(files("incident.documents").joinpath("yearly_report.toml").read_text(encoding="utf-8"))
    found: Mapping[str, str] = texts.get(language, texts["en"])
    return found
