"""The authority's form as a document: every question in the form's order, with its number, answer and origin.

Lists stand on top, because they are what a person must do: what nobody can do here but whoever copies the answers, what
is still missing, what somebody looks at, and what this program worked out and somebody must check. Once somebody has
approved it nothing is left to check: it says what the approval left open. The same code prints
the AP form and the EDPB template.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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
    Runs,
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
    QuestionKind,
    UnreproducedQuestion,
    order,
)
from incident.law.forms.edpb_1_0 import CATALOGUE_ID as EDPB
from incident.law.forms.notation import moment_in_words

_SHORT: Final = 45
_OPEN: Final[Tone] = "warning"
_ATTACHED: Final = frozenset({"5.4", "126"})
"""Which files go along, as either form asks it."""


def dossier_blocks(
    form: FilledForm, *, checked: bool = False, home: str = HOME, changes: tuple[Block, ...] = ()
) -> tuple[Block, ...]:
    """``form`` as blocks, in the language of the form; ``checked`` once somebody has approved it. What a follow-up
    ``changes`` stands between what is to be done and the answers.

    ``home`` is the language in which the organisation writes: that of every text too short to tell.
    """
    undated = frozenset() if checked else frozenset(form.undated)
    say, tongue = furniture(form.language), _Tongue(form.language, home, checked, undated)
    opening = [say["consultation_draft" if form.catalogue == EDPB else "how_to_file"], say["unmarked"]]
    if any(tongue.foreign(answer) for answer in form.answers):
        opening.append(say["stays_typed"])
    lists = [*_by_hand(form, checked=checked), *([_missing(form)] if form.missing else [])]
    lists += _left_open(form, checked=checked)
    if not checked:
        lists.append(_to_check(form))
    chapters = (block for chapter in form.chapters for block in _chapter(chapter, form, tongue))
    return (*(Paragraph(words(part)) for part in opening), *lists, *changes, *chapters, *_hidden(form))


@dataclass(frozen=True, slots=True)
class _Tongue:
    """The language of a form, that in which the organisation writes, whether somebody has approved the form, and the
    numbers of the answers for which the list on top asks by when they will be known.
    """

    form: str
    home: str
    checked: bool
    undated: frozenset[str] = frozenset()

    def foreign(self, answer: FilledAnswer) -> tuple[tuple[str, str], ...]:
        """What somebody typed in another language than the form's, with that language."""
        told = ((own, language_of(own) or self.home) for own in answer.typed)
        return tuple((own, language) for own, language in told if language != self.form)

    def remark(self, answer: FilledAnswer) -> str:
        """In which languages an answer was typed, where that is not the form's."""
        names = Locale.parse(locale_of(self.form)).languages
        found = dict.fromkeys(str(names[language]) for _own, language in self.foreign(answer))
        return furniture(self.form)["as_typed"].format(language=Wording(self.form).listing([*found])) if found else ""


def _missing(form: FilledForm) -> Callout:
    """A list to work through, under one number what belongs to it; the number in the title is that of the answers."""
    say = furniture(form.language)
    numbers = groupby(form.missing, key=lambda answer: answer.number)
    items = ((asked, _short_question(tuple(parts))) for asked, parts in numbers)
    told = ((*words(f"{asked}  ", bold=True), *words(question)) for asked, question in items)
    return _listed(f"{say['still_missing']} ({len(form.missing)})", told)


def _by_hand(form: FilledForm, *, checked: bool) -> Iterator[Callout]:
    """To have it approved, and by when to file; what is to be done for the people; what is to follow; and by their
    numbers the questions that only the portal shows.
    """
    say, first = furniture(form.language), []
    if not checked:
        first.append(say["approve_first"])
    elif form.due_at is None:
        first.append(say["send_now"])
    if form.due_at is not None:
        duty = say["file_by"].format(moment=moment_in_words(form.due_at, form.language))
        first.append(form.voluntary or duty)
    told = [words(" ".join(first))] if first else []
    duties = [(found, todo) for found, todo in form.on_approval if found[0].duty]
    attached = tuple(answer for answer in form.answers if answer.key in _ATTACHED and answer.text)
    if attached and not checked:
        duties.append((attached, say["mask"]))
    duties.sort(key=lambda one: order(one[0][0].number))
    told += [_numbered(found, todo, form) for found, todo in duties]
    told += [words(one) for one in ("" if checked else form.expected, form.to_follow) if one]
    if gaps := [gap.number for gap in form.unreproduced]:
        told.append(words(f"{say['by_yourself']}: {_numbers(gaps, form.language)}"))
    if told:
        yield _listed(say["left_to_you"], told)


def _left_open(form: FilledForm, *, checked: bool) -> Iterator[Callout]:
    """What somebody looks at before the approval; afterwards, what whoever approved it left as it was, and no longer
    what to do about it.
    """
    told = [(found, todo) for found, todo in form.on_approval if not found[0].duty]
    if told:
        say = furniture(form.language)
        title = say["left_open_then" if checked else "to_look_at"]
        said = ((found, todo.partition("\n")[0] if checked else todo) for found, todo in told)
        items = tuple((Paragraph(_numbered(found, todo, form)),) for found, todo in said)
        first = (Paragraph(words(say["approve_again"])),) if checked else ()
        yield Callout(f"{title} ({len(told)})", (*first, Listing(items)), _OPEN)


def _numbered(found: Iterable[FilledAnswer], todo: str, form: FilledForm) -> Runs:
    numbers = _numbers((one.number for one in found), form.language)
    return (*words(f"{numbers}  ", bold=True), *words(todo))


def _listed(title: str, told: Iterable[Runs]) -> Callout:
    return Callout(title, (Listing(tuple((Paragraph(line),) for line in told)),), _OPEN)


def _to_check(form: FilledForm) -> Callout:
    """What is to be checked is marked in its place, so that its numbers are enough here; what somebody
    looks at, or is asked a day for, stands in a list above.
    """
    say = furniture(form.language)
    asked = {answer.number for answer in form.to_check(approved=False)} - {*form.undated}
    numbers = sorted(asked | {one.number for one in _in_its_place(form) if one.derived}, key=order)
    told = _numbers(numbers, form.language) or say["nothing_to_check"]
    if form.on_approval or form.expected:
        told = say["besides"].format(numbers=told)
    return Callout(f"{say['please_check']} ({len(numbers)})", (Paragraph(words(told)),), "note")


def _numbers(numbers: Iterable[str], language: str) -> str:
    return Wording(language).listing([*dict.fromkeys(numbers)])


def _chapter(chapter: FilledChapter, form: FilledForm, tongue: _Tongue) -> Iterator[Block]:
    yield Heading(2, words(f"{chapter.number}. {chapter.title}"))
    gaps = [gap for gap in form.unreproduced if gap.number.split(".")[0] == chapter.number]
    for asked, group in groupby(chapter.answers, key=lambda answer: answer.number):
        while gaps and order(gaps[0].number) < order(asked):
            yield from _gap(_alike(gaps), form, tongue)
        yield from _question(tuple(group), tongue)
    while gaps:
        yield from _gap(_alike(gaps), form, tongue)


def _question(parts: tuple[FilledAnswer, ...], tongue: _Tongue) -> Iterator[Answer]:
    """A question with one input, or with several under one number, each of which goes by its own short name."""
    if len(parts) == 1:
        yield _answer_block(parts[0], tongue)
        return
    if parts[0].part_label:
        yield Answer(parts[0].number, parts[0].question)
    told = [(_part_block(part, tongue), part.origin) for part in parts]
    for _note, alike in groupby(told, key=lambda pair: pair[0].origin if pair[1] is Origin.DERIVED else pair):
        yield from _noted_once(tuple(answer for answer, _origin in alike), tongue.form)


def _part_block(part: FilledAnswer, tongue: _Tongue) -> Answer:
    """An input by its short name; the one that has none is the question itself."""
    block = _answer_block(part, tongue)
    return replace(block, number="", question=part.part_label) if part.part_label else block


def _noted_once(alike: tuple[Answer, ...], language: str) -> Iterator[Answer]:
    """Parts with one and the same note say it once, behind the last, and for how many of them."""
    *before, last = alike
    yield from (replace(answer, origin="") for answer in before)
    shared = furniture(language)["shared_note"].format(number=len(alike)) if before else ""
    yield replace(last, origin=" ".join(filter(None, (last.origin, shared))))


def _short_question(parts: tuple[FilledAnswer, ...]) -> str:
    """How the lists on top name a question: its words and which parts; after a long question the parts alone."""
    question, labels = parts[0].question, _part_labels(parts)
    if not labels:
        return question
    return labels if len(question) > _SHORT else f"{question} — {labels}"


def _part_labels(parts: Iterable[FilledAnswer | HiddenQuestion]) -> str:
    return ", ".join(part.part_label for part in parts if part.part_label)


def _alike(gaps: list[UnreproducedQuestion]) -> tuple[UnreproducedQuestion, ...]:
    """The first of the questions whose text is not known, and all of which nothing else is to be said; taken out."""
    alike = tuple(gap for gap in gaps if gap.remark == gaps[0].remark)
    gaps[:] = [gap for gap in gaps if gap not in alike]
    return alike


def _gap(alike: tuple[UnreproducedQuestion, ...], form: FilledForm, tongue: _Tongue) -> Iterator[Answer]:
    """One box for all of them, which somebody must not miss, as nothing here answers them; an answer that hangs on it
    says beside the question when it is asked.
    """
    say = furniture(form.language)
    numbers = _numbers([gap.number for gap in alike], form.language)
    title = say["by_yourself"] + (f" ({numbers})" if len(alike) > 1 else "")
    yield Answer(alike[0].number, title, alike[0].remark, tone=_OPEN)
    for asked in _in_its_place(form):
        if asked.key in alike[0].decides:
            mark = say["origin_checked" if tongue.checked else "origin_derived"] if asked.derived else ""
            question = f"{asked.question} ({asked.reason.rstrip('.')})"
            tone: Tone = "note" if asked.derived and not tongue.checked else "plain"
            origin = " — ".join(filter(None, (mark, asked.note)))
            yield Answer(asked.number, question, asked.text, origin=origin, tone=tone)


def _in_its_place(form: FilledForm) -> tuple[HiddenQuestion, ...]:
    """What one question of the portal alone decides, and has an answer here: it stands behind that question."""
    remarks = Counter(gap.remark for gap in form.unreproduced)
    decided = {key for gap in form.unreproduced if remarks[gap.remark] == 1 for key in gap.decides}
    return tuple(one for one in form.doubtful if one.key in decided)


def _answer_block(answer: FilledAnswer, tongue: _Tongue) -> Answer:
    """One answered question; "missing" is said in words as well as in colour."""
    say = furniture(tongue.form)
    chosen = tuple(Option(text, True) for text in answer.options)
    repeated = answer.text == "\n".join(answer.options)
    text = "" if repeated else answer.readable(tongue.form)
    nobody_said = answer.origin is Origin.MISSING and bool(text) and not tongue.checked
    if nobody_said or not (chosen or answer.text):
        text = say["not_answered" if answer.required else "left_open"]
    return Answer(
        number=answer.number,
        question=answer.question,
        text=text,
        options=chosen,
        origin=_origin(answer, tongue),
        tone=_tone(answer, tongue),
        foreign=tongue.foreign(answer),
        empty=_nothing_to_copy(answer),
    )


def _nothing_to_copy(answer: FilledAnswer) -> bool:
    """Whether what stands here only says that the field stays empty, or that nothing is ticked."""
    worked_out = answer.origin in {Origin.DERIVED, Origin.FOLLOWS}
    unticked = answer.kind is QuestionKind.MULTI and worked_out and answer.value is None
    return not answer.text or (unticked and not answer.options)


def _tone(answer: FilledAnswer, tongue: _Tongue) -> Tone:
    if answer.origin is Origin.MISSING:
        return _OPEN if answer.required else "plain"
    if answer.todo or answer.number in tongue.undated:
        return _OPEN
    return "note" if answer.origin is Origin.DERIVED and not tongue.checked else "plain"


def _origin(answer: FilledAnswer, tongue: _Tongue) -> str:
    """Where an answer comes from, and that the list on top says what to look at in it."""
    say = furniture(tongue.form)
    undated = answer.number in tongue.undated
    asked = bool(answer.todo) or undated
    note = " ".join(filter(None, (say["see_list"] if asked else "", answer.note)))
    work = "left_to_you" if answer.duty or undated else "left_open_then" if tongue.checked else "to_look_at"
    names = {
        Origin.RECORDED: "",
        Origin.FOLLOWS: "",
        Origin.DERIVED: say["origin_checked" if tongue.checked or asked else "origin_derived"],
        Origin.MISSING: say["origin_missing"] if answer.required else "",
        Origin.UNKNOWN: say["origin_unknown"],
    }
    label = " · ".join(filter(None, (names[answer.origin], say[work] if asked else "")))
    digits = say["enter"].format(number=answer.text) if answer.readable(tongue.form) != answer.text else ""
    told = " — ".join(filter(None, (label, " ".join(filter(None, (digits, note))))))
    return " · ".join(filter(None, (told, tongue.remark(answer))))


def _in_case(asked: HiddenQuestion, say: Mapping[str, str]) -> str:
    """What answers a question that the portal may ask, and until when it does."""
    return f"{asked.note}\n{say['answer']}: {asked.text}" if asked.note else f"{say['may_follow']} {asked.text}"


def _hidden(form: FilledForm) -> Iterator[Block]:
    """What was not asked, number by number, with the reason, so that it can be checked, and the answer where the portal
    may ask it all the same; a part before the question that is asked.
    """
    if not form.hidden:
        return
    say, rows, placed = furniture(form.language), [], _in_its_place(form)
    hidden = (one for one in form.hidden if one not in placed)
    for (asked, reason), group in groupby(hidden, key=lambda part: (part.number, part.reason)):
        parts = tuple(group)
        question, labels = parts[0].question, _part_labels(parts)
        told = say["part_of"].format(parts=labels, question=question) if parts[0].part_label else question
        answers = (_in_case(one, say) for one in parts if one.text)
        rows.append((words(asked), words(told), words("\n".join((reason, *answers)))))
    yield Heading(2, words(say["hidden_questions"]))
    yield Paragraph(words(say["hidden_why"]), stays=True)
    yield Table(
        tuple(words(say[name]) for name in ("number", "question", "why_not")),
        tuple(rows),
        small=True,
        widths=(0.17, 1.0, 0.7),
    )
