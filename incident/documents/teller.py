"""How one fact becomes a value of a notice: its words, "not known yet" when a person said so, or a visible gap."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Final, TypeAlias

from incident.documents.happening import group_names, other_data
from incident.documents.markdown import escape, prose
from incident.documents.phrases import language_of, phrases
from incident.documents.wording import Wording, capital
from incident.law.facts import BreachFacts
from incident.law.groups import facts_of_group


class Markdown(str):
    """A value that is Markdown already and must not be escaped again."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A value nobody has given yet. It is false, and prints as a visible mark that blocks approval."""

    name: str
    mark: str

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        return self.mark


Value: TypeAlias = str | Gap | bool | tuple[str, ...]

_TRANSLATION: Final = "translation"
HOME: Final = "nl"
"""The language of an organisation that has not said in which it works: that of its authority."""


def gap(name: str, language: str) -> Gap:
    """The mark of a missing value: ``[nog invullen: naam van de contactpersoon]``."""
    words = phrases(language)
    label = words["language"]["translate"] if name == _TRANSLATION else words["placeholders"].get(name, name)
    return Gap(name, f"[{words['furniture']['missing']}{words['words']['colon']} {label}]")


@dataclass(frozen=True, slots=True)
class Teller:
    """Turns one fact into a value: its words, "not known yet" when a person said so, or a gap."""

    facts: BreachFacts
    wording: Wording
    home: str = HOME
    """The language in which the organisation writes: that of every text too short to tell."""

    def gap(self, name: str) -> Gap:
        return gap(name, self.wording.language)

    def text(self, name: str, *given: str) -> Value:
        """The first of ``given`` that says something."""
        return next((text.strip() for text in given if text.strip()), "") or self.gap(name)

    def fact(self, name: str, field: str, *given: str) -> Value:
        """Free text from the record, as Markdown; marked when it is in another language than the notice."""
        text = next((text for text in given if text.strip()), "")
        if not text:
            return self.wording.words["unknown"] if field in self.facts.stated_unknown else self.gap(name)
        return Markdown(f"{self.gap(_TRANSLATION)} {prose(text)}" if self._foreign(text) else prose(text))

    def _foreign(self, text: str) -> bool:
        """Whether words of the record are in another language than the notice."""
        return (language_of(text) or self.home) != self.wording.language

    def optional(self, text: str) -> str:
        """Free text from the record that a notice can do without."""
        told = self.fact("", "", text) if text.strip() else ""
        return told if isinstance(told, str) else ""

    def items(self, name: str, field: str, items: Iterable[str]) -> Value:
        """A list of phrases; a gap when there is nothing to list."""
        found = tuple(dict.fromkeys(items))
        if found:
            return found
        return (self.wording.words["unknown"],) if field in self.facts.stated_unknown else self.gap(name)

    def naming(self, items: tuple[str, ...]) -> tuple[str, ...]:
        """Items of a list; those that name "other" people or data wait for a translation where these words do."""
        facts, mark = self.facts, self.gap(_TRANSLATION)
        each = (facts, *(facts_of_group(facts, group) for group in facts.subject_groups))
        named = {facts.other_people.strip(), *map(other_data, each)}
        waiting = tuple(one.casefold() for one in named if one and self._foreign(one))
        return tuple(
            Markdown(f"{mark} {escape(one)}") if any(called in one.casefold() for called in waiting) else one
            for one in items
        )

    def label(self, section: str, members: Iterable[StrEnum]) -> tuple[str, ...]:
        """What ``section`` of the phrases calls these members."""
        names = self.wording.phrases[section]
        return tuple(names[member.value] for member in members)


@dataclass(frozen=True, slots=True)
class Part:
    """A list of a text in blocks for groups of people: what stands above it, if anything, and its lines for a group."""

    lines_of: Callable[[BreachFacts], tuple[str, ...]]
    lead: str = ""
    once: Mapping[str, str] = field(default_factory=dict)
    """Lines that are told to everybody in these words as soon as they are for more than one group."""


def by_group(told: Teller, *parts: Part) -> tuple[str, ...] | Markdown:
    """What ``parts`` say of each group of people: what is for everybody, then a block for each group that reads more.

    One plain list where all of a single part is for all. A line of several groups stands in the block of each, but for
    what is said ``once``: readers had to put their own advice together from three headings, each of which named other
    groups beside theirs.
    """
    groups, words, names = told.facts.subject_groups, told.wording.words, group_names(told.facts, told.wording)
    if not groups:
        return ()
    shared, own = _shared_and_own(told, parts)
    if len(parts) == 1 and not any(chain(*own)):
        return shared[0]
    leads = told.naming((words["for_all"], *(words["for_group"].format(name=names[one]) for one in groups)))
    blocks = (_block(lead, said, parts) for lead, said in zip(leads, (shared, *own), strict=True))
    return Markdown("\n\n".join(filter(None, blocks)))


def _shared_and_own(told: Teller, parts: Sequence[Part]) -> tuple[list[tuple[str, ...]], list[list[tuple[str, ...]]]]:
    """Of each part the lines that are for everybody, and for each group those that are not."""
    each = [[part.lines_of(facts_of_group(told.facts, one)) for part in parts] for one in told.facts.subject_groups]
    shared = [_for_all(part, lines) for part, lines in zip(parts, zip(*each, strict=True), strict=True)]
    own = [
        [tuple(one for one in lines if one not in for_all) for lines, for_all in zip(said, shared, strict=True)]
        for said in each
    ]
    return [tuple(one.values()) for one in shared], own


def _for_all(part: Part, said: Sequence[tuple[str, ...]]) -> dict[str, str]:
    """Which of the lines ``said`` to the groups are for everybody, with the words in which everybody reads them."""
    every = {one: one for one in said[0] if all(one in lines for lines in said)}
    several = {one: words for one, words in part.once.items() if sum(one in lines for lines in said) > 1}
    return every | {one: words for one, words in several.items() if one not in every}


def _block(heading: str, said: Sequence[tuple[str, ...]], parts: Sequence[Part]) -> str:
    """The lists of one group under its heading, which leads in the first; empty where nothing is said to it. One line
    alone is no list: without the words that stand above the steps of other groups it looked cut off."""
    lists = [(part.lead, as_markdown(lines)) for part, lines in zip(parts, said, strict=True) if lines]
    if [len(lines) for lines in said if lines] == [1]:
        lists = [(lead, lines.removeprefix("- ")) for lead, lines in lists]
    told = "\n\n".join(f"{lead}\n\n{lines}".lstrip() if number else lines for number, (lead, lines) in enumerate(lists))
    return f"### {as_markdown(heading).removesuffix(':').rstrip()}\n\n{told}" if told else ""


def behind_first(text: str, more: Iterable[str], *, within: bool = False) -> Markdown:
    """``more`` behind the first paragraph of what somebody wrote, or its first ``within`` it: what follows there is
    other news. What begins as a list takes no sentence behind its last item.
    """
    first, _, rest = text.partition("\n\n")
    said = [first, *map(as_markdown, more)]
    if within and not first.startswith("- "):
        said[:2] = [" ".join(said[:2])]
    return Markdown("\n\n".join(filter(None, (*said, rest))))


def as_markdown(value: Value) -> str:
    """A value as it stands in a Markdown text."""
    if isinstance(value, tuple):
        return "\n".join(f"- {item if isinstance(item, Markdown) else escape(capital(item))}" for item in value)
    if isinstance(value, Markdown | Gap):
        return str(value)
    return escape(str(value))
