"""The authority's form as a document: every question in the form's order, with its number, answer and origin.

Two lists stand on top, because they are what a person must do before copying: what is still missing, and what this
program worked out and somebody must check. The same code prints the AP form and the EDPB template.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final

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
from incident.documents.notice_facts import language_of
from incident.documents.phrases import furniture
from incident.documents.wording import Wording
from incident.law.forms.answers import FilledAnswer, FilledChapter, FilledForm, Origin, UnreproducedQuestion
from incident.law.forms.edpb_1_0 import CATALOGUE_ID as EDPB

_SHORT: Final = 45
_TONES: Final[dict[Origin, Tone]] = {Origin.DERIVED: "note", Origin.MISSING: "warning"}


def dossier_blocks(form: FilledForm) -> tuple[Block, ...]:
    """``form`` as blocks, in the language of the form."""
    say = furniture(form.language)
    return (
        Paragraph(words(say["consultation_draft" if form.catalogue == EDPB else "how_to_file"])),
        _overview(say["still_missing"], form.missing, say["nothing_missing"], "warning"),
        _overview(say["please_check"], form.derived, say["nothing_to_check"], "note"),
        *(block for chapter in form.chapters for block in _chapter(chapter, form)),
        *_hidden(form),
    )


def _overview(title: str, answers: Iterable[FilledAnswer], nothing: str, tone: Tone) -> Callout:
    items = tuple((Paragraph(words(_short_question(answer))),) for answer in answers)
    inner: tuple[Block, ...] = (Listing(items),) if items else (Paragraph(words(nothing)),)
    return Callout(f"{title} ({len(items)})", inner, tone if items else "plain")


def _chapter(chapter: FilledChapter, form: FilledForm) -> Iterator[Block]:
    yield Heading(2, words(f"{chapter.number}. {chapter.title}"))
    gaps = [gap for gap in form.unreproduced if gap.number.split(".")[0] == chapter.number]
    for number, group in groupby(chapter.answers, key=lambda answer: answer.number):
        while gaps and _order(gaps[0].number) < _order(number):
            yield _gap(_alike(gaps), form.language)
        yield from _question(tuple(group), form.language)
    while gaps:
        yield _gap(_alike(gaps), form.language)


def _question(parts: tuple[FilledAnswer, ...], language: str) -> Iterator[Answer]:
    """A question with one input, or with several under one number, each by its own short name."""
    if len(parts) == 1:
        yield answer_block(parts[0], language)
        return
    first, *others = parts
    if first.part_label:
        yield Answer(first.number, first.question)
        others = [first, *others]
    else:
        yield answer_block(first, language)
    for part in others:
        yield replace(answer_block(part, language), number="", question=part.part_label or part.question)


def _short_question(answer: FilledAnswer) -> str:
    """How the two lists name an input: number, question, and which part of it; after a long question the part alone."""
    if not answer.part_label:
        return f"{answer.number}  {answer.question}"
    if len(answer.question) > _SHORT:
        return f"{answer.number}  {answer.part_label}"
    return f"{answer.number}  {answer.question} — {answer.part_label}"


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(step) if step.isdigit() else 0 for step in number.split("."))


def _alike(gaps: list[UnreproducedQuestion]) -> tuple[UnreproducedQuestion, ...]:
    """The first of the questions whose text is not known, and all of which nothing else is to be said; taken out."""
    alike = tuple(gap for gap in gaps if gap.remark == gaps[0].remark)
    gaps[:] = [gap for gap in gaps if gap not in alike]
    return alike


def _gap(alike: tuple[UnreproducedQuestion, ...], language: str) -> Answer:
    """One box for all of them."""
    if len(alike) == 1:
        return Answer(alike[0].number, alike[0].remark, tone="note")
    numbers = Wording(language).listing([gap.number for gap in alike])
    return Answer("", f"{numbers}{Wording(language).words['colon']} {alike[0].remark}", tone="note")


def answer_block(answer: FilledAnswer, language: str) -> Answer:
    """One answered question; "missing" is said in words as well as in colour."""
    say = furniture(language)
    chosen = tuple(Option(text, True) for text in answer.options)
    repeated = answer.text == "\n".join(answer.options)
    text = "" if repeated else answer.text
    if not chosen and not answer.text:
        text = say["not_answered"]
    return Answer(
        number=answer.number,
        question=answer.question,
        text=text,
        options=chosen,
        origin=_origin(answer, language),
        tone=_TONES.get(answer.origin, "plain") if answer.required else "plain",
        language=_other_language(text, language),
    )


def _other_language(text: str, language: str) -> str:
    """In which language somebody wrote an answer, where that is clear and not the form's: readers aloud need it."""
    found = language_of(text)
    return found if found and found != language else ""


def _origin(answer: FilledAnswer, language: str) -> str:
    say = furniture(language)
    names = {
        Origin.RECORDED: say["origin_recorded"],
        Origin.DERIVED: say["origin_derived"],
        Origin.MISSING: say["origin_missing"] if answer.required else "",
        Origin.UNKNOWN: say["origin_unknown"],
    }
    return " — ".join(part for part in (names[answer.origin], answer.note) if part)


def _hidden(form: FilledForm) -> Iterator[Block]:
    if not form.hidden:
        return
    say = furniture(form.language)
    told = dict.fromkeys((hidden.number, hidden.question, hidden.reason) for hidden in form.hidden)
    rows = tuple(tuple(map(words, row)) for row in told)
    yield Heading(2, words(say["hidden_questions"]))
    yield Table((words(say["number"]), words(say["question"]), words(say["reason"])), rows)
