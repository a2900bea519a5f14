"""The authority's form as a document: every question in the form's order, with its number, answer and origin.

Two lists stand on top, because they are what a person must do before copying: what is still missing, and what this
program worked out and somebody must check. Once somebody has approved it there is nothing left to check, and the lists
and marks are gone. The same code prints the AP form and the EDPB template.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from babel import Locale

from incident.documents.blocks import (
    Answer,
    Block,
    Callout,
    Heading,
    Listing,
    Option,
    Paragraph,
    Table,
    Tone,
    words,
)
from incident.documents.phrases import furniture, language_of
from incident.documents.teller import HOME
from incident.documents.wording import Wording
from incident.domain.languages import locale_of
from incident.law.forms.answers import (
    FilledAnswer,
    FilledChapter,
    FilledForm,
    HiddenQuestion,
    Origin,
    UnreproducedQuestion,
)
from incident.law.forms.edpb_1_0 import CATALOGUE_ID as EDPB

_SHORT: Final = 45
_TONES: Final[dict[Origin, Tone]] = {Origin.DERIVED: "note", Origin.MISSING: "warning"}


def dossier_blocks(form: FilledForm, *, checked: bool = False, home: str = HOME) -> tuple[Block, ...]:
    """``form`` as blocks, in the language of the form; ``checked`` once somebody has approved it.

    ``home`` is the language in which the organisation writes: that of every text too short to tell.
    """
    say, tongue = furniture(form.language), _Tongue(form.language, home)
    opening = [say["consultation_draft" if form.catalogue == EDPB else "how_to_file"], say["unmarked"]]
    if any(tongue.foreign(answer) for answer in form.answers):
        opening.append(say["stays_typed"])
    missing = tuple(form.missing)
    lists = [_overview(say["still_missing"], missing, say["nothing_missing"], "warning")] if missing else []
    if not checked:
        missed = _overview(say["still_missing"], missing, say["nothing_missing"], "warning")
        lists = [missed, _overview(say["please_check"], form.derived, say["nothing_to_check"], "note")]
    chapters = (block for chapter in form.chapters for block in _chapter(chapter, form, tongue))
    marked = (_checked(block, form.language) for block in chapters) if checked else chapters
    return (Paragraph(words(" ".join(opening))), *lists, *marked, *_hidden(form))


@dataclass(frozen=True, slots=True)
class _Tongue:
    """The language of a form, and that in which the organisation writes."""

    form: str
    home: str

    def foreign(self, answer: FilledAnswer) -> tuple[tuple[str, str], ...]:
        """What somebody typed in another language than the form's, with that language."""
        told = ((own, language_of(own) or self.home) for own in answer.typed)
        return tuple((own, language) for own, language in told if language != self.form)

    def remark(self, answer: FilledAnswer) -> str:
        """In which languages an answer was typed, where that is not the form's."""
        names = Locale.parse(locale_of(self.form)).languages
        found = dict.fromkeys(str(names[language]) for _own, language in self.foreign(answer))
        return furniture(self.form)["as_typed"].format(language=Wording(self.form).listing([*found])) if found else ""


def _checked(block: Block, language: str) -> Block:
    """An answer that this program worked out and somebody has approved: it says so, and asks for nothing any more."""
    if not isinstance(block, Answer) or block.tone != "note":
        return block
    say = furniture(language)
    return replace(block, tone="plain", origin=block.origin.replace(say["origin_derived"], say["origin_checked"]))


def _overview(title: str, answers: Iterable[FilledAnswer], nothing: str, tone: Tone) -> Callout:
    """Under one number what belongs to it; the number in the title is that of the answers.

    What is missing is a list to work through; what is to be checked is marked in its place, so here it takes few lines.
    """
    listed = tuple(answers)
    numbers = groupby(listed, key=lambda answer: answer.number)
    items = [_short_question(tuple(parts)) for _number, parts in numbers]
    if not items:
        return Callout(f"{title} (0)", (Paragraph(words(nothing)),), "plain")
    told: Block = Listing(tuple((Paragraph(words(item)),) for item in items))
    if tone == "note":
        told = Paragraph(words(_BETWEEN.join(item.replace("  ", _JOINED, 1) for item in items)))
    return Callout(f"{title} ({len(listed)})", (told,), tone)


_BETWEEN: Final = " · "
_JOINED: Final = "\u00a0"
"""A number stays with the first word of its question."""


def _chapter(chapter: FilledChapter, form: FilledForm, tongue: _Tongue) -> Iterator[Block]:
    yield Heading(2, words(f"{chapter.number}. {chapter.title}"))
    gaps = [gap for gap in form.unreproduced if gap.number.split(".")[0] == chapter.number]
    for number, group in groupby(chapter.answers, key=lambda answer: answer.number):
        while gaps and _order(gaps[0].number) < _order(number):
            yield _gap(_alike(gaps), form.language)
        yield from _question(tuple(group), tongue)
    while gaps:
        yield _gap(_alike(gaps), form.language)


def _question(parts: tuple[FilledAnswer, ...], tongue: _Tongue) -> Iterator[Answer]:
    """A question with one input, or with several under one number, each by its own short name."""
    if len(parts) == 1:
        yield _answer_block(parts[0], tongue)
        return
    first, *others = parts
    if first.part_label:
        yield Answer(first.number, first.question)
        others = [first, *others]
    else:
        yield _answer_block(first, tongue)
    told = [
        replace(_answer_block(part, tongue), number="", question=part.part_label or part.question) for part in others
    ]
    for _note, alike in groupby(told, key=lambda answer: answer.origin if answer.tone == "note" else answer.question):
        yield from _noted_once(tuple(alike), tongue.form)


def _noted_once(alike: tuple[Answer, ...], language: str) -> Iterator[Answer]:
    """Parts with one and the same note say it once, behind the last, and for how many of them."""
    *before, last = alike
    yield from (replace(answer, origin="") for answer in before)
    shared = furniture(language)["shared_note"].format(number=len(alike)) if before else ""
    yield replace(last, origin=" ".join(filter(None, (last.origin, shared))))


def _short_question(parts: tuple[FilledAnswer, ...]) -> str:
    """How the lists on top name a question: number, words and which parts; after a long question the parts alone."""
    number, question = parts[0].number, parts[0].question
    labels = _part_labels(parts)
    if not labels:
        return f"{number}  {question}"
    return f"{number}  {labels}" if len(question) > _SHORT else f"{number}  {question} — {labels}"


def _part_labels(parts: Iterable[FilledAnswer | HiddenQuestion]) -> str:
    return ", ".join(part.part_label for part in parts if part.part_label)


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(step) if step.isdigit() else 0 for step in number.split("."))


def _alike(gaps: list[UnreproducedQuestion]) -> tuple[UnreproducedQuestion, ...]:
    """The first of the questions whose text is not known, and all of which nothing else is to be said; taken out."""
    alike = tuple(gap for gap in gaps if gap.remark == gaps[0].remark)
    gaps[:] = [gap for gap in gaps if gap not in alike]
    return alike


def _gap(alike: tuple[UnreproducedQuestion, ...], language: str) -> Answer:
    """One box for all of them, which somebody must not miss: nothing here answers them."""
    numbers = Wording(language).listing([gap.number for gap in alike])
    title = furniture(language)["by_yourself"] + (f" ({numbers})" if len(alike) > 1 else "")
    return Answer(alike[0].number, title, alike[0].remark, tone="warning")


def _answer_block(answer: FilledAnswer, tongue: _Tongue) -> Answer:
    """One answered question; "missing" is said in words as well as in colour."""
    say = furniture(tongue.form)
    chosen = tuple(Option(text, True) for text in answer.options)
    repeated = answer.text == "\n".join(answer.options)
    text = "" if repeated else answer.text
    if not chosen and not answer.text:
        text = say["not_answered" if answer.required else "left_open"]
    return Answer(
        number=answer.number,
        question=answer.question,
        text=text,
        options=chosen,
        origin=_origin(answer, tongue),
        tone="plain" if answer.origin is Origin.MISSING and not answer.required else _TONES.get(answer.origin, "plain"),
        foreign=tongue.foreign(answer),
    )


def _origin(answer: FilledAnswer, tongue: _Tongue) -> str:
    say = furniture(tongue.form)
    names = {
        Origin.RECORDED: "",
        Origin.DERIVED: say["origin_derived"],
        Origin.MISSING: say["origin_missing"] if answer.required else "",
        Origin.UNKNOWN: say["origin_unknown"],
    }
    told = " — ".join(part for part in (names[answer.origin], answer.note) if part)
    return " · ".join(filter(None, (told, tongue.remark(answer))))


def _hidden(form: FilledForm) -> Iterator[Block]:
    """What was not asked, number by number, so that it can be checked; the reason of each is on the page."""
    if not form.hidden:
        return
    say, rows = furniture(form.language), []
    for number, group in groupby(form.hidden, key=lambda part: part.number):
        parts = tuple(group)
        question = " — ".join(filter(None, (parts[0].question, _part_labels(parts))))
        rows.append((words(number), words(question)))
    yield Heading(2, words(say["hidden_questions"]))
    yield Paragraph(words(say["hidden_why"]), stays=True)
    yield Table((words(say["number"]), words(say["question"])), tuple(rows))
