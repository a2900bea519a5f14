"""GDPR art. 33(5): the fact sheet, and the register entry of one breach, as documents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum
from typing import Any

from incident.documents.blocks import Block, Heading, Table, words
from incident.documents.model import NoticeDocument
from incident.documents.phrases import furniture
from incident.documents.printing import letterhead_of
from incident.documents.wording import Wording
from incident.domain.organisation import OrganisationProfile
from incident.law.facts import AffectedController, BreachFacts, Chapter, CountryCount, Party
from incident.law.labels import LANGUAGES, chapter_title, field_label, label
from incident.law.vocabulary import UNKNOWN, Ternary, Unknown

_DEFAULTS = BreachFacts()


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One line of the timeline: when it happened, what, and who recorded it."""

    when: datetime
    what: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the register entry that others provide: deadlines, decisions, submissions, measures."""

    title: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """Everything that the register holds about one breach."""

    reference: str
    facts: BreachFacts
    organisation: OrganisationProfile
    at: datetime
    sections: tuple[Section, ...] = ()
    timeline: tuple[TimelineRow, ...] = ()
    audit_head: str = ""
    ruler_svg: str | None = None
    ruler_text: str = ""


def register_document(entry: RegisterEntry, language: str) -> NoticeDocument:
    """The register entry of one breach: the clock, what others decided and did, the facts, the timeline."""
    say, wording = furniture(language), Wording(language)
    blocks = (*_sections(entry.sections, say), *fact_sheet_blocks(entry.facts, entry.organisation, language))
    return NoticeDocument(
        title=f"{say['register']} {entry.reference}",
        language=language,
        reference=entry.reference,
        written_on=entry.at.astimezone(wording.zone).date(),
        blocks=(*blocks, *_timeline(entry.timeline, wording)),
        letterhead=letterhead_of(entry.organisation),
        details=((say["reference"], entry.reference), (say["date"], wording.moment(entry.at))),
        footer=entry.organisation.name,
        audit_head=entry.audit_head,
        ruler_svg=entry.ruler_svg,
        ruler_text=entry.ruler_text,
        heading=True,
    )


def _sections(sections: Sequence[Section], say: Any) -> Iterator[Block]:
    for section in sections:
        yield Heading(2, words(section.title))
        yield _table(say, section.rows)


def _table(say: Any, rows: Sequence[tuple[str, str]]) -> Table:
    head = (words(say["subject"]), words(say["answer"]))
    return Table(head, tuple((words(name), words(value)) for name, value in rows), row_headers=True)


def fact_sheet_blocks(facts: BreachFacts, organisation: OrganisationProfile, language: str) -> tuple[Block, ...]:
    """Every stated fact under its chapter, with the labels people know from the pages."""
    return tuple(_fact_sheet(_Sheet(facts, organisation, Wording(language))))


def _fact_sheet(sheet: "_Sheet") -> Iterator[Block]:
    say = furniture(sheet.wording.language)
    for chapter in Chapter:
        rows = tuple(sheet.rows(chapter))
        if rows:
            yield Heading(2, words(chapter_title(chapter, sheet.label_language)))
            yield _table(say, rows)


@dataclass(frozen=True, slots=True)
class _Sheet:
    facts: BreachFacts
    organisation: OrganisationProfile
    wording: Wording

    @property
    def label_language(self) -> str:
        """Labels exist in Dutch and English; other readers get English."""
        return self.wording.language if self.wording.language in LANGUAGES else "en"

    def rows(self, chapter: Chapter) -> Iterator[tuple[str, str]]:
        """Label and value of each stated fact of one chapter."""
        for field in fields(self.facts):
            if field.metadata["chapter"] is not chapter or field.name == "stated_unknown":
                continue
            told = self._told(field.name)
            if told:
                yield field_label(field.name, self.label_language).label, told

    def _told(self, name: str) -> str:
        value = getattr(self.facts, name)
        if value != getattr(_DEFAULTS, name):
            return self.shown(name, value)
        return self.wording.words["unknown"] if name in self.facts.stated_unknown else ""

    def shown(self, name: str, value: object) -> str:
        """A value in words."""
        if isinstance(value, tuple):
            return "\n".join(self.shown(name, item) for item in value)
        if name == "systems":
            found = self.organisation.system(str(value))
            return found.name if found else str(value)
        return self._single(value)

    def _single(self, value: object) -> str:
        match value:
            case bool():
                return label(Ternary.YES if value else Ternary.NO, self.label_language)
            case Enum():
                return label(value, self.label_language)
            case datetime():
                return self.wording.moment(value)
            case date():
                return self.wording.day(value)
            case int():
                return self.wording.number(value)
            case _:
                return self._composite(value)

    def _composite(self, value: object) -> str:
        match value:
            case Party(name, role, contact):
                return ", ".join(part for part in (name, label(role, self.label_language), contact) if part)
            case AffectedController():
                return ", ".join(part for part in (value.name, value.contact, self._number(value.subjects)) if part)
            case CountryCount(country, subjects):
                return " ".join(part for part in (country, self._number(subjects)) if part)
            case _:
                return str(value)

    def _number(self, number: int | Unknown) -> str:
        return "" if number is UNKNOWN else self.wording.number(number)


def _timeline(rows: Sequence[TimelineRow], wording: Wording) -> Iterator[Block]:
    if not rows:
        return
    say = furniture(wording.language)
    cells = tuple((words(wording.moment(row.when)), words(row.what), words(row.who)) for row in rows)
    yield Heading(2, words(say["timeline"]))
    yield Table((words(say["when"]), words(say["what"]), words(say["who"])), cells)
