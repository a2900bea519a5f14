"""What changed: between two fillings of a form, answer by answer, and between two versions of a text, word by word."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import escape
from typing import Final, Literal

from incident.documents.blocks import Block, Heading, Paragraph, Run, Runs, Table, words
from incident.documents.phrases import furniture
from incident.law.forms.answers import FilledAnswer, FilledForm, order

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
    """What a follow-up changes, in the order of the numbers; a part that is no longer asked only where no change of
    its question says why, and who got a further message, which one of the forms has no answer for.
    """
    before = {answer.key: answer for answer in old.answers}
    after = {answer.key: answer for answer in new.answers}
    keys = [key for key in {**after, **before} if (new.catalogue, key) not in _OF_THE_FILING]
    found = [change for key in keys if (change := _change(key, before.get(key), after.get(key), new.language))]
    kept = {change.key for change in found if change.kind != "removed"}
    told = [one for one in found if one.kind != "removed" or one.number not in kept]
    return tuple(sorted((*told, *_told_again(old, new, told)), key=lambda one: order(one.number)))


def _told_again(old: FilledForm, new: FilledForm, told: list[AnswerChange]) -> Iterator[AnswerChange]:
    """GDPR art. 34(1): who got a further message, unless an answer that changed says it."""
    said = new.told_again
    if said and said != old.told_again and not any(said in one.after for one in told):
        number = "10.1.3" if new.catalogue == "ap-2022" else "106"
        yield AnswerChange("told_again", number, furniture(new.language)["further_message"], "", "added", "", said)


def _change(key: str, old: FilledAnswer | None, new: FilledAnswer | None, language: str) -> AnswerChange | None:
    shown = new or old
    if shown is None or (old is not None and new is not None and old.text == new.text):
        return None
    was, now = (one.readable(language) if one else "" for one in (old, new))
    kind: Change = "removed" if new is None else "added" if old is None else "changed"
    return AnswerChange(key, shown.number, shown.question, shown.part_label, kind, was, now)


def changes_blocks(changes: tuple[AnswerChange, ...], language: str) -> tuple[Block, ...]:
    """The changes as a table for the follow-up dossier."""
    say = furniture(language)
    heading = Heading(2, words(say["changes"]))
    if not changes:
        return heading, Paragraph(words(say["no_changes"]))
    rows = tuple(
        (words(f"{change.number}  {change.part_label or change.question}"), _told(change, say)) for change in changes
    )
    opening = Paragraph(words(say["changes_only"]), stays=True)
    return heading, opening, Table((words(say["question"]), words(say["change"])), rows, widths=(0.45, 1.0))


def _told(change: AnswerChange, say: Mapping[str, str]) -> Runs:
    """What stood there and what stands there now; where sentences were only added, the rest stays."""
    if not change.before:
        return words(change.after)
    gone, new = _without(change.before, change.after), _without(change.after, change.before)
    if change.after and new and not gone:
        return (*words(say["was_kept"], bold=True), Run("\n"), *words(new))
    if not gone:
        new = change.after
    now = new or say["is_gone" if change.after else "no_longer_asked" if change.kind == "removed" else "not_answered"]
    was = gone or change.before
    return (
        *words(f"{say['was']}: ", bold=True),
        *words(was),
        Run("\n"),
        *words(f"{say['is_now']}: ", bold=True),
        *words(now),
    )


_SENTENCE: Final = re.compile(r"(?<=[.!?]) (?=[A-Z‘“])")


def _without(told: str, other: str) -> str:
    """The sentences of an answer that the other one has not: what both say is no change, nor is a heading over it."""
    known = {sentence for line in other.split("\n") for sentence in _SENTENCE.split(line)}
    lines = [[one for one in _SENTENCE.split(line) if one not in known] for line in told.split("\n")]
    for at in reversed(range(len(lines))):
        if lines[at][-1:] and lines[at][-1].endswith(":") and lines[at + 1 : at + 2] == [[]]:
            lines[at] = []
    return "\n".join(" ".join(line) for line in lines if line)


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
