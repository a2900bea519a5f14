"""What changed: between two fillings of a form, answer by answer, and between two versions of a text, word by word."""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from itertools import zip_longest
from typing import Final, Literal

from incident.documents.blocks import Block, Heading, Paragraph, Run, Runs, Table, words
from incident.documents.phrases import furniture
from incident.law.forms.answers import FilledAnswer, FilledForm, order
from incident.law.forms.notation import undated

Change = Literal["added", "removed", "changed"]
_OF_THE_FILING: Final = frozenset(
    {("ap-2022", "1.1"), ("ap-2022", "1.1.earlier_number"), ("edpb-1.0", "3"), ("edpb-1.0", "6")}
)
"""What is filed, and about which number: of a later filing that is no change in the case."""
Part = Literal["same", "added", "removed"]


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One question whose answer differs; ``before`` or ``after`` is empty when the form did or does not ask it."""

    key: str
    number: str
    question: str
    part_label: str
    kind: Change
    before: str
    after: str

    @property
    def pieces(self) -> "tuple[Piece, ...]":
        """What both answers say, and what only one of them does."""
        return diff_texts(self.before, self.after)


def diff_forms(old: FilledForm, new: FilledForm) -> tuple[AnswerChange, ...]:
    """What a follow-up changes, in the order of the numbers, with the answers that are no longer asked for."""
    before = {answer.key: answer for answer in old.answers}
    after = {answer.key: answer for answer in new.answers}
    keys = [key for key in {**after, **before} if (new.catalogue, key) not in _OF_THE_FILING]
    found = [change for key in keys if (change := _change(key, before.get(key), after.get(key), new.language))]
    return tuple(sorted(found, key=lambda one: order(one.number)))


def _change(key: str, old: FilledAnswer | None, new: FilledAnswer | None, language: str) -> AnswerChange | None:
    shown = new or old
    if shown is None or (old is not None and new is not None and _untitled(old.text) == _untitled(new.text)):
        return None
    was, now = (one.readable(language) if one else "" for one in (old, new))
    kind: Change = "removed" if new is None else "added" if old is None else "changed"
    return AnswerChange(key, shown.number, shown.question, shown.part_label, kind, was, now)


def _untitled(text: str) -> list[str]:
    """The lines without those that stand over others: what is told under another title is no change in the case."""
    told, below = text.split("\n"), text.split("\n")[1:]
    return [line for line, more in zip_longest(told, below, fillvalue="") if not (line.endswith(":") and more)]


def changes_blocks(changes: tuple[AnswerChange, ...], language: str) -> tuple[Block, ...]:
    """The changes as a table for the follow-up dossier."""
    say = furniture(language)
    heading = Heading(2, words(say["changes"]))
    if not changes:
        return heading, Paragraph(words(say["no_changes"]))
    rows = tuple(
        (words(f"{change.number}  {change.part_label or change.question}"), _told(change, language))
        for change in changes
    )
    opening = Paragraph(words(say["changes_only"]), stays=True)
    return heading, opening, Table((words(say["question"]), words(say["change"])), rows, widths=(0.45, 1.0))


def _told(change: AnswerChange, language: str) -> Runs:
    """What stood there and what stands there now; of an answer of which a part stays, what went, what came, and which
    sentences have another day now.
    """
    say = furniture(language)
    if not change.after:
        lapsed = say["no_longer_asked" if change.kind == "removed" else "not_answered"]
        return _titled((say["was"], change.before), (say["is_now"], lapsed))
    gone, came = _only_in(change.before, change.after), _only_in(change.after, change.before)
    if _joined(gone) == change.before or not (gone or came):
        return _titled((say["was"], change.before), (say["is_now"], change.after))
    moved = _of_other_days(gone, came)
    days = [(say[name], told) for pair in moved for name, told in zip(("was", "is_now"), pair, strict=True)]
    apart = {sentence for pair in moved for sentence in pair}
    return _titled((say["is_gone"], _joined(gone, apart)), (say["besides_now"], _joined(came, apart)), *days)


def _titled(*told: tuple[str, str]) -> Runs:
    """Each text behind its title, one a line, and of several lines below it; an empty one is left out."""
    shown = [
        (*words(f"{title}:", bold=True), *words(("\n" if "\n" in text else " ") + text)) for title, text in told if text
    ]
    return tuple(run for at, runs in enumerate(shown) for run in ((Run("\n"), *runs) if at else runs))


_SENTENCE: Final = re.compile(r"(?<=[.!?]) (?=[A-Z‘“])")


_Lines = tuple[tuple[str, ...], ...]
"""The sentences of a text, line by line."""


def _only_in(text: str, other: str) -> _Lines:
    """The sentences that the other text has not, line by line; a heading over a line of which a part stays is no
    change.
    """
    theirs, lines = other.split("\n"), text.split("\n")
    known = {sentence for line in theirs for sentence in _SENTENCE.split(line)}
    told = (
        tuple(sentence for sentence in _SENTENCE.split(line) if sentence not in known)
        for line, below in zip_longest(lines, lines[1:], fillvalue="")
        if not (line.endswith(":") and known.intersection(_SENTENCE.split(below)))
    )
    return tuple(filter(any, told))


def _joined(lines: _Lines, without: Set[str] = frozenset()) -> str:
    found = (" ".join(sentence for sentence in line if sentence not in without) for line in lines)
    return "\n".join(filter(None, found))


def _of_other_days(gone: _Lines, came: _Lines) -> list[tuple[str, str]]:
    """By pairs what went into a longer sentence that came, and what is the same of another day: neither has lapsed."""
    old, new = ([sentence for line in lines for sentence in line] for lines in (gone, came))
    dated = {undated(now): now for now in new if undated(now) != now}
    pairs = ((was, next((now for now in new if _grown(was, now)), dated.get(undated(was), ""))) for was in old)
    return [(was, now) for was, now in pairs if now]


def _grown(was: str, now: str) -> bool:
    """Whether a sentence goes on where another ended."""
    return now.startswith(was.removesuffix("."))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that both versions have, or only one of them."""

    part: Part
    text: str


_TOKEN: Final = re.compile(r"\n+|[^\S\n]+|\w+|[^\w\s]")
_MAX_TOKENS: Final = 20_000


def diff_texts(old: str, new: str) -> tuple[Piece, ...]:
    """``old`` against ``new``, word by word: what is not ``added`` gives ``old``, what is not ``removed`` ``new``.

    Very long texts are compared line by line, so that the answer comes at once.
    """
    before, after = _tokens(old), _tokens(new)
    if len(before) + len(after) > _MAX_TOKENS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    return tuple(_pieces(before, after))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text)


def _pieces(before: list[str], after: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for step, start, end, first, last in matcher.get_opcodes():
        if step == "equal":
            yield Piece("same", "".join(before[start:end]))
            continue
        if end > start:
            yield Piece("removed", "".join(before[start:end]))
        if last > first:
            yield Piece("added", "".join(after[first:last]))


def diff_html(pieces: tuple[Piece, ...]) -> str:
    """The pieces as escaped HTML with ``<ins>`` and ``<del>``, for a page."""
    tags: dict[Part, tuple[str, str]] = {
        "same": ("", ""),
        "added": ("<ins>", "</ins>"),
        "removed": ("<del>", "</del>"),
    }
    return "".join(f"{tags[piece.part][0]}{escape(piece.text)}{tags[piece.part][1]}" for piece in pieces)
