"""The report of an exercise for the board: the same tables on the page and on paper."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from incident.documents.blocks import Block, Heading, Paragraph, Table, words
from incident.documents.model import NoticeDocument
from incident.documents.pdf import render_pdf
from incident.documents.printing import letterhead_of
from incident.documents.wording import Wording
from incident.domain.exercise_score import Judged, Mark, Rule, Ruling
from incident.domain.exercises import CLOCK, Inject, Scenario, on_its_clock, said
from incident.domain.organisation import OrganisationProfile
from incident.law.labels import field_label, label
from incident.usecases.exercise.report import Findings, Told

LAWS_OWN = frozenset({Rule.ASSESSED, Rule.AUTHORITY, Rule.NOTIFICATION})
"""The hours of these are those of GDPR art. 33(1)."""


@dataclass(frozen=True, slots=True)
class ExerciseReport:
    """All that the report says, in ``nl`` or ``en``."""

    organisation: OrganisationProfile
    language: str
    reference: str
    script: Scenario
    people: tuple[str, ...]
    findings: Findings
    audit_head: str = ""


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table with its heading; ``marks`` say of each row how it came out, where anything is judged."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marks: tuple[Mark, ...] = ()
    otherwise: str = ""


def exercise_report(report: ExerciseReport) -> bytes:
    """The report as an accessible, archivable PDF; its reference puts the word EXERCISE on each page."""
    return render_pdf(report_document(report))


def report_document(report: ExerciseReport) -> NoticeDocument:
    """The report as a document."""
    say, wording, played = _words(report.language), Wording(report.language), report.findings.played
    pace = say["real"] if played.pace == 1 else say["fast"].format(pace=played.pace)
    return NoticeDocument(
        title=say["title"].format(scenario=report.script.title(report.language)),
        language=report.language,
        reference=report.reference,
        written_on=wording.local(played.ended_at).date(),
        blocks=tuple(_blocks(report)),
        letterhead=letterhead_of(report.organisation),
        details=(
            (say["exercise"], report.reference),
            (say["begun"], wording.moment(played.started_at)),
            (say["ended"], wording.moment(played.ended_at)),
            (say["pace"], pace),
            (say["people"], ", ".join(report.people)),
        ),
        footer=report.organisation.name,
        audit_head=report.audit_head,
        heading=True,
    )


def opening(report: ExerciseReport) -> tuple[str, ...]:
    """What came of it, how it was counted, and by what it was measured."""
    say, judged = _words(report.language), report.findings.judged
    marks = Counter(one.mark for one in judged)
    counts = {mark.value: marks[mark] for mark in Mark}
    told = ["opening", *(["opening_other"] if marks[Mark.OTHER] else [])]
    played = report.findings.played
    lasted = on_its_clock(played.ended_at - played.started_at, played.pace)
    if marks[Mark.MISSED] and lasted < CLOCK:
        told.append("opening_early")
    length = _length(lasted, report.language)
    why = said(report.script.why, report.language)
    return (
        " ".join(say[name].format(all=len(judged), length=length, **counts) for name in told),
        say["clock"],
        say["example"].format(case=report.script.case, why=why),
    )


def tables(report: ExerciseReport) -> tuple[ReportTable, ...]:
    """The score, the decisions, who was told, and what is left to mend."""
    return (_score(report), _decisions(report), _told(report), *_left(report))


def _blocks(report: ExerciseReport) -> Iterator[Block]:
    yield from (Paragraph(words(text)) for text in opening(report))
    for table in tables(report):
        yield Heading(2, words(table.title))
        if table.rows:
            rows = tuple(tuple(words(cell) for cell in row) for row in table.rows)
            yield Table(tuple(words(cell) for cell in table.head), rows, row_headers=True)
        else:
            yield Paragraph(words(table.otherwise))
    yield Paragraph(words(_words(report.language)["source"].format(reference=report.reference)))


def _score(report: ExerciseReport) -> ReportTable:
    say, judged = _words(report.language), report.findings.judged
    head: tuple[str, ...] = (say["point"], say["wanted"], say["took"], say["result"])
    rows = tuple(_judged(one, report) for one in judged)
    if not any(row[2] for row in rows):
        head, rows = (*head[:2], head[3]), tuple((*row[:2], row[3]) for row in rows)
    return ReportTable(say["score"], head, rows, tuple(one.mark for one in judged))


def _judged(one: Judged, report: ExerciseReport) -> tuple[str, ...]:
    say = _words(report.language)
    rules: Mapping[str, str] = say["rules"]
    name = rules.get(one.name) or _answer(report.script.inject(one.name), rules["answer"], report.language)
    hours = "law_hours" if one.name in LAWS_OWN else "house_hours"
    wanted = say[hours].format(hours=f"{one.hours:g}") if one.hours else ""
    took = _length(one.took, report.language) if one.took is not None else ""
    return name, wanted, took, say[one.mark]


def _answer(inject: Inject, words: str, language: str) -> str:
    """To whom, and to which of their messages: one sender may write several times."""
    return words.format(sender=inject.sender(language), hours=inject.hours)


def _length(took: timedelta, language: str) -> str:
    minutes = int(took / timedelta(minutes=1))
    return f"{minutes // 60} {'u' if language == 'nl' else 'h'} {minutes % 60:02d} min"


def _decisions(report: ExerciseReport) -> ReportTable:
    say = _words(report.language)
    head = (say["subject"], say["outcome"], say["at"], say["facts"], say["whom"], say["reason"])
    rows = tuple(_ruling(one, report.language) for one in report.findings.played.rulings)
    return ReportTable(say["decisions"], head, rows, otherwise=say["nothing_decided"])


def _ruling(one: Ruling, language: str) -> tuple[str, ...]:
    say = _words(language)
    by = say["with_second" if one.second else "alone"].format(by=one.by, second=one.second)
    return (
        say["subjects"][one.subject],
        label(one.level, language) if one.level else say["yes" if one.act else "no"],
        Wording(language).short_moment(one.at),
        say["version"].format(version=one.fact_version),
        by,
        one.reason,
    )


def _told(report: ExerciseReport) -> ReportTable:
    say = _words(report.language)
    head = (say["at"], say["what"], say["whom"], say["left"])
    return ReportTable(say["told"], head, tuple(_occasion(one, report) for one in report.findings.told))


def _occasion(one: Told, report: ExerciseReport) -> tuple[str, ...]:
    say, wording = _words(report.language), Wording(report.language)
    messages: Mapping[str, str] = say["messages"]
    what = messages.get(one.template, messages["message"])
    if one.inject:
        what = report.script.inject(one.inject).sender(report.language)
    left = wording.short_moment(one.left_at) if one.left_at else say["waits"]
    return wording.short_moment(one.at), what, ", ".join(one.people), left


def _left(report: ExerciseReport) -> Iterator[ReportTable]:
    say, played = _words(report.language), report.findings.played
    if played.contradictions:
        rows = tuple((one.words(report.language),) for one in played.contradictions)
        yield ReportTable(say["contradictions"], (say["what"],), rows)
    if played.lacking:
        rows = tuple((field_label(name, report.language).ask,) for name in played.lacking)
        yield ReportTable(say["lacking"], (say["what"],), rows)


@cache
def _words(language: str) -> Mapping[str, Any]:
    texts = tomllib.loads(files("incident.documents").joinpath("exercise_report.toml").read_text(encoding="utf-8"))
    found: Mapping[str, Any] = texts.get(language, texts["en"])
    return found
