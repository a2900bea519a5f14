"""GDPR art. 33(3): a form as published: its questions, option texts and conditions, as versioned data.

The texts are the authority's and are never edited in place: a changed form is a new file with a new identifier. What
the published form leaves unclear is decided here and said in the ``remark`` of the question.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from incident.law.forms.answers import QuestionKind
from incident.law.forms.conditions import (
    AllOf,
    Condition,
    Reasons,
    in_any,
    parse_reasons,
    parse_required,
    parse_visible,
)
from incident.law.forms.notation import ended
from incident.law.labels import label
from incident.law.sources import Certainty, Table
from incident.law.texts import texts

CATALOGUES = ("ap-2022", "edpb-1.0")
"""The forms for data protection authorities; a changed form gets a new identifier."""

_COMMON = "common"
"""The file of the folder ``portals`` that holds what its catalogues share: notes, and set phrases by language."""


@dataclass(frozen=True, slots=True)
class Option:
    """One official option.

    ``id`` is unique within the question; ``letter`` is what the interchange form carries. ``members`` are the
    identifiers of ``incident.law.vocabulary`` that lead to it. ``is_other`` asks for a description; ``is_open`` says
    "not known yet"; ``while_incomplete`` options may stand in a provisional notification only.
    """

    id: str
    letter: str
    text: str
    members: tuple[str, ...] = ()
    is_other: bool = False
    is_open: bool = False
    while_incomplete: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One input of a form.

    ``required`` says when a visible question must be answered; ``always_needed`` ones even while incomplete.
    ``hidden_notes`` name the sentences that say why it is hidden: the first that is true does. ``published_condition``
    is the form's own wording of its conditions; ``remark`` says what was decided where that wording is unclear.
    ``certainty`` says how these words were verified. ``answers`` names what of the record answers it: the first that is
    known, or all of them when ``joined``; ``note`` then says what to check. ``by_hand``: the record has nothing for it.
    """

    number: str
    part: str
    part_label: str
    text: str
    kind: QuestionKind
    options: tuple[Option, ...]
    fields: tuple[str, ...]
    citation: str
    required: Condition
    visible: Condition
    hidden_notes: Reasons
    always_needed: bool
    published_condition: str
    remark: str
    certainty: Certainty
    answers: tuple[str, ...] = ()
    joined: bool = False
    note: str = ""
    by_hand: bool = False

    @property
    def key(self) -> str:
        """The identifier of this input within its form: ``3.1.1`` or ``3.1.1.kvk``."""
        return f"{self.number}.{self.part}" if self.part else self.number

    def option(self, option_id: str) -> Option:
        """The option with this id; ``KeyError`` when the form has none."""
        return self._by_id()[option_id]

    def options_for(self, member: str) -> tuple[Option, ...]:
        """The options a member of our vocabulary leads to; a member nobody names leads to "other"."""
        named = tuple(option for option in self.options if member in option.members)
        return named or tuple(option for option in self.options if option.is_other)

    def members_of(self, members: Iterable[str]) -> tuple[str, ...]:
        """The ids of the options these members lead to, in the order of the form, each once."""
        wanted = {option.id for member in members for option in self.options_for(member)}
        return tuple(option.id for option in self.options if option.id in wanted)

    @property
    def open_option(self) -> Option | None:
        """The option "not known yet", where the form has one."""
        return next((option for option in self.options if option.is_open), None)

    def _by_id(self) -> dict[str, Option]:
        return {option.id: option for option in self.options}


@dataclass(frozen=True, slots=True)
class CatalogueChapter:
    """A chapter of a form."""

    number: str
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A number of the live form whose wording is not known here.

    ``remark_known`` is the remark where the first of the ``fields`` is known, with its moment in it; ``remark_untold``
    where people are not told; ``remark_filed`` where the first notification was in time, ``remark_voluntary`` where
    nobody has to notify; ``decides`` are the keys of the questions that hang on the answer.
    """

    number: str
    remark: Mapping[str, str]
    fields: tuple[str, ...]
    remark_known: Mapping[str, str]
    remark_untold: Mapping[str, str]
    remark_filed: Mapping[str, str]
    remark_voluntary: Mapping[str, str]
    decides: tuple[str, ...]

    @property
    def remarks(self) -> tuple[Mapping[str, str], ...]:
        """All of them, those with something in them first."""
        return self.remark_known, self.remark_untold, self.remark_filed, self.remark_voluntary, self.remark


@dataclass(frozen=True, slots=True)
class Report:
    """One report that is made on a form: under which duty (its own name where no law asks it), in which situation.

    ``final``: nothing follows it, so that "to be determined" may no longer stand.
    """

    id: str
    situation: frozenset[str]
    final: bool


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A form: ``id`` and ``version`` say which; ``language`` is that of its texts.

    ``notes`` explain answers; of the same ids ``todo`` says what is still to be looked at. ``names`` are what
    identifiers are called within a sentence, by their list; else their label does. ``certainty`` is that of its words
    where a question has none of its own; ``about`` says what is not known of it. ``reports`` are those made on it,
    where it is not the form of a data protection authority; ``in_utc`` says how it wants moments.
    ``stands_in_when_missing``: whether "to be determined" stands in for what nobody has said anything about, too.
    ``late_after_hours``: elapsed hours after awareness from which the reasons of the delay are asked.
    """

    id: str
    title: str
    version: str
    language: str
    source: str
    chapters: tuple[CatalogueChapter, ...]
    notes: Mapping[str, Mapping[str, str]]
    todo: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]
    gaps: tuple[Gap, ...]
    stands_in_when_missing: bool
    late_after_hours: int
    certainty: Certainty
    about: Mapping[str, str]
    reports: tuple[Report, ...]
    in_utc: bool

    @property
    def questions(self) -> Iterator[Question]:
        """Every question in the order of the form."""
        return (question for chapter in self.chapters for question in chapter.questions)

    def question(self, key: str) -> Question:
        """The question with this key; ``KeyError`` when the form has none."""
        for question in self.questions:
            if question.key == key:
                return question
        raise KeyError(key)

    def name(self, member: Enum) -> str:
        """What an identifier is called within a sentence, where German keeps the capital of a noun."""
        known, word = self.names.get(type(member).__name__, {}), label(member, self.language)
        return known.get(member.value) or (word if self.language == "de" else _small(word))

    def note(self, note_id: str, language: str, said: Mapping[str, str] = MappingProxyType({})) -> str:
        """A sentence of explanation in ``nl``, ``en`` or ``de``, with what is ``said`` in it; none for an empty id."""
        only_to_do = note_id in self.todo and note_id not in self.notes
        return _filled(self.notes[note_id][language], said) if note_id and not only_to_do else ""

    def left(self, note_id: str, language: str, said: Mapping[str, str] = MappingProxyType({})) -> str:
        """What is still to be looked at in an answer with this note."""
        return _filled(self.todo.get(note_id, {}).get(language, ""), said)

    def retold(self, told: str, language: str) -> str:
        """A sentence that a form was filled with, in another language; one that is not ours stays.

        What stands in the sentence stays as it is: names, and answers in the form's own language.
        """
        proposed = (words for name, words in texts().items() if name.startswith("proposal."))
        gaps = (remark for gap in self.gaps for remark in gap.remarks)
        ours = (one for table in (self.notes, self.todo) for one in table.values())
        for words in (*ours, *gaps, *proposed):
            for pattern in words.values():
                if (said := _said_in(pattern, told)) is not None:
                    return ended(words[language] % said) if said else words[language]
        return told


def _filled(sentence: str, said: Mapping[str, str]) -> str:
    return ended(sentence % said) if said else sentence


def _small(words: str) -> str:
    """A label as it stands within a sentence: an abbreviation keeps its capitals."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def _said_in(pattern: str, told: str) -> Mapping[str, str] | None:
    """What stands at the places of a sentence of ours; None where this is another sentence."""
    if "%(" not in pattern:
        return {} if pattern == told else None
    parts = re.split(r"%\((\w+)\)s", pattern)
    again = {at for at in range(1, len(parts), 2) if parts[at] in parts[1:at:2]}
    groups = (f"(?P={part})" if at in again else f"(?P<{part}>.*)" for at, part in enumerate(parts))
    places = (group if at % 2 else re.escape(parts[at]) for at, group in enumerate(groups))
    found = re.fullmatch("".join(places), told, re.DOTALL)
    return found.groupdict() if found else None


@cache
def load_catalogue(catalogue_id: str, language: str = "") -> Catalogue:
    """Read a catalogue once; ``KeyError`` for an unknown identifier, ``ValueError`` for a broken condition.

    A form has one language, its own; only one that is all in our words may be had in another ``language``.
    """
    if catalogue_id in CATALOGUES:
        return _catalogue(_read(f"{catalogue_id}.toml"))
    if catalogue_id not in portals():
        raise KeyError(catalogue_id)
    document, common = _read("portals", f"{catalogue_id}.toml"), _read("portals", f"{_COMMON}.toml")
    if language in document.get("words", {}):
        words = document["words"][language]
        document = {name: _in_words(part, words) for name, part in document.items() if name != "words"}
        document["language"] = language
    return _catalogue(
        {
            "stands_in_when_missing": False,
            "late_after_hours": 0,
            **document,
            "notes": {**common["notes"], **document.get("notes", {})},
            "phrases": common["phrases"][document["language"]],
        }
    )


def _in_words(part: object, words: Mapping[str, str]) -> object:
    """A part of a document with each text that ``words`` knows in their language."""
    if isinstance(part, dict):
        return {name: _in_words(value, words) for name, value in part.items()}
    if isinstance(part, list):
        return [_in_words(value, words) for value in part]
    return words.get(part, part) if isinstance(part, str) else part


@cache
def portals() -> tuple[str, ...]:
    """NIS2 art. 23, DORA art. 19, CRA art. 14: the forms of other portals: one file of the folder ``portals`` each."""
    names = (entry.name.removesuffix(".toml") for entry in files("incident.law.forms").joinpath("portals").iterdir())
    return tuple(sorted(name for name in names if name != _COMMON))


@cache
def form_of_report(report_id: str, language: str = "") -> tuple[Catalogue, Report]:
    """NIS2 art. 23, DORA art. 19, CRA art. 14: the form for a report; ``KeyError`` where none is known for it.

    In the ``language`` of the reader where it is all in our words, else in its own.
    """
    forms = (load_catalogue(name, language) for name in portals())
    found = ((form, one) for form in forms for one in form.reports if one.id == report_id)
    for form, report in found:
        return form, report
    raise KeyError(report_id)


def _read(*path: str) -> Table:
    return tomllib.loads(files("incident.law.forms").joinpath(*path).read_text(encoding="utf-8"))


def _catalogue(document: Table) -> Catalogue:
    return Catalogue(
        id=document["id"],
        title=document["title"],
        version=document["version"],
        language=document["language"],
        source=document["source"],
        chapters=tuple(_chapter(chapter, document) for chapter in document["chapters"]),
        notes=MappingProxyType(document["notes"]),
        todo=MappingProxyType(document.get("todo", {})),
        phrases=MappingProxyType(document["phrases"]),
        names=MappingProxyType(document.get("names", {})),
        gaps=tuple(gap for source in document.get("gaps", []) for gap in _gaps(source)),
        stands_in_when_missing=document["stands_in_when_missing"],
        late_after_hours=document["late_after_hours"],
        certainty=Certainty(document["certainty"]),
        about=MappingProxyType(document.get("about", {})),
        reports=tuple(_report(report) for report in document.get("reports", [])),
        in_utc=document.get("in_utc", False),
    )


def _gaps(source: Table) -> Iterator[Gap]:
    """One for each number, as several may be alike."""
    remark, fields, decides = source["remark"], tuple(source["fields"]), tuple(source.get("decides", ()))
    known, *others = (source.get(f"remark_{name}", remark) for name in ("known", "untold", "filed"))
    untold, filed = others
    voluntary = source.get("remark_voluntary", known)
    for number in source["numbers"]:
        yield Gap(number, remark, fields, known, untold, filed, voluntary, decides)


def _report(source: Table) -> Report:
    return Report(source["id"], frozenset(source["situation"]), source.get("final", False))


def _chapter(source: Table, document: Table) -> CatalogueChapter:
    asked = in_any(source.get("asked", ()))
    questions = tuple(_question(question, document, asked) for question in source["questions"])
    return CatalogueChapter(source["number"], source["title"], questions)


def _question(source: Table, document: Table, asked: Condition) -> Question:
    lists: Mapping[str, Sequence[Table]] = document.get("lists", {})
    options = lists[source["list"]] if "list" in source else source.get("options", [])
    answers = tuple(source.get("answers", ()))
    return Question(
        number=source["number"],
        part=source.get("part", ""),
        part_label=source.get("part_label", ""),
        text=source["text"],
        kind=QuestionKind(source["kind"]),
        options=tuple(_option(option) for option in options),
        fields=tuple(source.get("fields", _facts_among(answers))),
        citation=source.get("citation", ""),
        required=parse_required(source.get("required", True)),
        visible=AllOf((asked, in_any(source.get("asked", ())), parse_visible(source))),
        hidden_notes=parse_reasons(source.get("hidden_note", [])),
        always_needed=source.get("always_needed", False),
        published_condition=source.get("published_condition", ""),
        remark=source.get("remark", ""),
        certainty=Certainty(source.get("certainty", document["certainty"])),
        answers=answers,
        joined=source.get("joined", False),
        note=source.get("note", ""),
        by_hand=source.get("by_hand", False),
    )


def _facts_among(answers: Sequence[str]) -> Iterator[str]:
    """The fields of the facts among the names of what answers a question; other names of the record have a point."""
    names = (name.removeprefix("has.") for name in answers)
    return (name for name in names if "." not in name)


def _option(source: Table) -> Option:
    return Option(
        id=source["id"],
        letter=source.get("letter", source["id"]),
        text=source["text"],
        members=tuple(source.get("members", ())),
        is_other=source.get("is_other", False),
        is_open=source.get("is_open", False),
        while_incomplete=source.get("while_incomplete", False),
    )
