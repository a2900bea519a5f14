"""GDPR art. 33(3): a form as it stands after filling: each question answered, missing, or hidden with the reason.

The two forms (AP, August 2022; EDPB template v1.0) share these shapes, so that pages, documents and Slack show both
alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from incident.law.forms.notation import number

Value = str | int | bool | tuple[str, ...] | None
"""What an answer is for a machine: text, number, yes/no, one letter, several letters, or nothing yet."""


class Origin(StrEnum):
    """Where an answer comes from, so that a person knows what to check before copying it.

    What follows from the record could be no other answer; what is derived is worded, chosen or weighed here.
    """

    RECORDED = "recorded"
    FOLLOWS = "follows"
    DERIVED = "derived"
    UNKNOWN = "unknown"
    MISSING = "missing"


class QuestionKind(StrEnum):
    """How a question is answered on the form."""

    TEXT = "text"
    NUMBER = "number"
    RANGE = "range"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"
    SINGLE = "single"
    MULTI = "multi"
    FILE = "file"


def order(number: str) -> tuple[int, ...]:
    """By what the numbers of questions are sorted: 10.1 comes after 9.3."""
    return tuple(int(step) if step.isdigit() else 0 for step in number.split("."))


@dataclass(frozen=True, slots=True)
class FilledAnswer:
    """One question with its answer in the form's own words and notation.

    ``number`` is the form's; ``part`` tells the inputs of one numbered question apart (empty when there is only one),
    and ``part_label`` is our short name for it in the form's language. ``options`` are the official texts of the
    chosen options. ``text`` is what a person copies. ``value`` is what the interchange form carries. ``fields`` name
    the fields of ``BreachFacts`` behind it. ``note`` says why a derived answer was derived. A missing answer may still
    have a text: "to be determined", where the form lets that stand. ``typed`` are the parts of the text that somebody
    wrote in words of their own, whatever language those are in. ``todo`` is what somebody looks at before the answer is
    approved: a ``duty`` where the law asks for it, whatever the form says, and ``settled`` where the answer stands if
    nobody does anything. Where an approval settles that or the ``note``, ``confirmed`` says what whoever approves
    confirms, and ``confirms`` of which fields. ``awaited``: it says that something is not known yet.
    """

    number: str
    question: str
    kind: QuestionKind
    origin: Origin
    required: bool
    part: str = ""
    part_label: str = ""
    options: tuple[str, ...] = ()
    text: str = ""
    value: Value = None
    fields: tuple[str, ...] = ()
    note: str = ""
    citation: str = ""
    typed: tuple[str, ...] = ()
    todo: str = ""
    awaited: bool = False
    duty: bool = False
    settled: bool = False
    confirmed: str = ""
    confirms: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The identifier of this input within its form: ``3.1.1`` or ``3.1.1.kvk``."""
        return f"{self.number}.{self.part}" if self.part else self.number

    def readable(self, language: str) -> str:
        """The text; a number as it stands in the sentences of a language."""
        figures = isinstance(self.value, int) and self.text == str(self.value)
        return number(int(self.text), language) if figures else self.text

    def settled_by(self, confirmed: frozenset[str]) -> "FilledAnswer":
        """The answer after the approval of a form in which these fields were confirmed: where its note alone asked
        for it, what is confirmed takes its place. ``confirms`` is empty then.
        """
        if not self.confirmed or not confirmed.issuperset(self.confirms):
            return self
        noted = self.note if self.todo else ""
        return replace(self, todo="", note=" ".join(filter(None, (noted, self.confirmed))), confirms=())


@dataclass(frozen=True, slots=True)
class HiddenQuestion:
    """A question the form does not show for these answers, and why; ``text`` is an answer in case it is asked, and
    ``note`` says when that answer holds; ``derived`` where this program worded it.
    """

    number: str
    question: str
    reason: str
    part: str = ""
    part_label: str = ""
    text: str = ""
    note: str = ""
    derived: bool = False

    @property
    def key(self) -> str:
        """The identifier of this input within its form: ``4.5`` or ``3.2.2.name``."""
        return f"{self.number}.{self.part}" if self.part else self.number


@dataclass(frozen=True, slots=True)
class UnreproducedQuestion:
    """A number of the live form whose wording is not known: nothing is offered as its answer, only where to look.

    ``decides`` are the keys of the questions that the portal may ask depending on what is answered there.
    """

    number: str
    remark: str
    fields: tuple[str, ...]
    decides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilledChapter:
    """One chapter of a form, its answers in the form's order."""

    number: str
    title: str
    answers: tuple[FilledAnswer, ...]


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A whole form: chapters of visible questions, and the hidden ones beside them.

    ``catalogue`` is ``ap-2022`` or ``edpb-1.0``; ``language`` is the language of the official texts. ``due_at`` is the
    deadline on record of a first notification, and ``voluntary`` says until when that would hold where nobody has to
    notify. ``expected`` asks by when the open answers will be known, and where that is on
    record ``to_follow`` says that they will follow.
    """

    catalogue: str
    language: str
    chapters: tuple[FilledChapter, ...]
    hidden: tuple[HiddenQuestion, ...] = ()
    unreproduced: tuple[UnreproducedQuestion, ...] = ()
    due_at: datetime | None = None
    voluntary: str = ""
    expected: str = ""
    to_follow: str = ""

    @property
    def answers(self) -> Iterator[FilledAnswer]:
        """Every visible answer in the order of the form."""
        return (answer for chapter in self.chapters for answer in chapter.answers)

    @property
    def missing(self) -> tuple[FilledAnswer, ...]:
        """The required questions nobody has answered yet."""
        return tuple(answer for answer in self.answers if answer.required and answer.origin is Origin.MISSING)

    @property
    def derived(self) -> tuple[FilledAnswer, ...]:
        """The answers this program worked out: a person must check them."""
        return tuple(answer for answer in self.answers if answer.origin is Origin.DERIVED)

    @property
    def awaited(self) -> tuple[str, ...]:
        """The numbers of the answers that say that something is not known yet."""
        return tuple(dict.fromkeys(one.number for one in self.answers if one.awaited))

    @property
    def undated(self) -> tuple[str, ...]:
        """Those of them of which no day says by when it will be known, and that nothing else asks to settle."""
        unsettled = (one for one in self.answers if (one.todo and not one.settled) or one.origin is Origin.MISSING)
        asked = {one.number for one in unsettled}
        return () if self.to_follow else tuple(one for one in self.awaited if one not in asked)

    def to_check(self, *, approved: bool) -> tuple[FilledAnswer, ...]:
        """The derived answers that a person checks before the approval, without the questions that ask for more."""
        asked = {answer.number for answer in self.answers if answer.todo}
        return () if approved else tuple(answer for answer in self.derived if answer.number not in asked)

    @property
    def on_approval(self) -> tuple[tuple[tuple[FilledAnswer, ...], str], ...]:
        """What an approval of the form as it stands leaves open, each once, with an answer of each number."""
        told: dict[tuple[str, str], dict[str, FilledAnswer]] = {}
        for one in self.answers:
            if one.todo:
                told.setdefault((one.todo, one.confirmed), {}).setdefault(one.number, one)
        return tuple((tuple(found.values()), todo) for (todo, _confirmed), found in told.items())

    @property
    def confirms(self) -> frozenset[str]:
        """The fields that whoever approves this form confirms."""
        return frozenset(name for answer in self.answers if answer.confirmed for name in answer.confirms)

    @property
    def approved(self) -> "FilledForm":
        """The form once somebody has approved it."""
        return self.settled_by(self.confirms)

    def settled_by(self, confirmed: frozenset[str]) -> "FilledForm":
        """The form after an approval that confirmed these fields: what it settled is not open any more."""
        chapters = (
            replace(one, answers=tuple(answer.settled_by(confirmed) for answer in one.answers)) for one in self.chapters
        )
        return replace(self, chapters=tuple(chapters))

    @property
    def doubtful(self) -> tuple[HiddenQuestion, ...]:
        """The hidden questions that have an answer here and that the portal may ask all the same: that hangs on an
        answer that is given there.
        """
        decided = {key for gap in self.unreproduced for key in gap.decides}
        numbers = {one.number for one in self.hidden if one.key in decided and one.text}
        return tuple(one for one in self.hidden if one.number in numbers)

    @property
    def not_asked(self) -> tuple[HiddenQuestion, ...]:
        """The hidden questions that the answers of this form settle."""
        doubtful = self.doubtful
        return tuple(one for one in self.hidden if one not in doubtful)

    def answer(self, key: str) -> FilledAnswer:
        """The visible answer with this key; ``KeyError`` when the form hides it or does not know it."""
        for answer in self.answers:
            if answer.key == key:
                return answer
        raise KeyError(key)
