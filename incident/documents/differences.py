"""What changed: between two fillings of a form, answer by answer, and between two versions of a text, word by word."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from typing import Final, Literal

from incident.documents.blocks import Block, Heading, Paragraph, Table, words
from incident.documents.phrases import furniture
from incident.law.forms.answers import FilledAnswer, FilledForm

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
    """What a follow-up changes, in the order of the new form; a question that is no longer asked follows the one that
    stood before it.
    """
    before = {answer.key: answer for answer in old.answers}
    after = {answer.key: answer for answer in new.answers}
    keys = [key for key in after if (new.catalogue, key) not in _OF_THE_FILING]
    for at, key in enumerate(before):
        if key not in after:
            stood = next((keys.index(one) + 1 for one in reversed([*before][:at]) if one in keys), 0)
            keys.insert(stood, key)
    return tuple(change for key in keys if (change := _change(key, before.get(key), after.get(key))))


def _change(key: str, old: FilledAnswer | None, new: FilledAnswer | None) -> AnswerChange | None:
    shown = new or old
    was, now = old.text if old else "", new.text if new else ""
    if shown is None or was == now:
        return None
    kind: Change = "removed" if new is None else "added" if old is None else "changed"
    return AnswerChange(key, shown.number, shown.question, shown.part_label, kind, was, now)


def changes_blocks(changes: tuple[AnswerChange, ...], language: str) -> tuple[Block, ...]:
    """The changes as a table for the follow-up dossier."""
    say = furniture(language)
    heading = Heading(2, words(say["changes"]))
    if not changes:
        return heading, Paragraph(words(say["no_changes"]))
    rows = tuple(
        (words(f"{change.number}  {change.part_label or change.question}"), *map(words, _sides(change, say)))
        for change in changes
    )
    return heading, Table((words(say["question"]), words(say["was"]), words(say["is_now"])), rows)


def _sides(change: AnswerChange, say: Mapping[str, str]) -> tuple[str, str]:
    """What stood there and what stands there now; where lines were only added, or only left out, the rest stays."""
    if not change.before:
        return say["not_asked" if change.kind == "added" else "not_answered"], change.after
    if not change.after:
        return change.before, say["no_longer_asked" if change.kind == "removed" else "not_answered"]
    gone, new = _without(change.before, change.after), _without(change.after, change.before)
    if new and not gone:
        titled = new.partition("\n")[0].endswith(":")
        return say["was_kept"], new if titled else f"{say['added']} {new}"
    return (gone, new or say["is_gone"]) if gone else (change.before, change.after)


def _without(told: str, other: str) -> str:
    """The lines of an answer that the other one has not: what both say is no change, nor is a heading over it."""
    lines, known = told.split("\n"), other.split("\n")
    new = [line not in known for line in lines]
    for at in reversed(range(len(lines))):
        new[at] &= not lines[at].endswith(":") or all(new[at + 1 : at + 2])
    return "\n".join(line for line, tells in zip(lines, new, strict=True) if tells)


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
