"""How one fact becomes a value of a notice: its words, "not known yet" when a person said so, or a visible gap."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from typing import Final, TypeAlias

from incident.documents.happening import group_names, other_data
from incident.documents.markdown import escape, prose
from incident.documents.phrases import language_of, phrases
from incident.documents.wording import Wording, capital
from incident.law.facts import BreachFacts
from incident.law.groups import facts_of_group
from incident.law.vocabulary import SubjectGroup


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


def _rest(groups: tuple[SubjectGroup, ...], blocks: Collection[tuple[SubjectGroup, ...]]) -> tuple[SubjectGroup, ...]:
    """The groups that are left where each of the others has one block: its heading would name them all.

    Where a group stands in two blocks, its readers took "everyone else" behind the second for themselves.
    """
    named = [one for theirs in blocks if theirs != groups for one in theirs]
    last = max((theirs for theirs in blocks if theirs != groups), key=len, default=())
    alone = len(set(named)) == len(named) and set(named) == set(groups) and len(set(blocks) - {groups}) > 1
    return last if alone and len(last) > 1 else ()


def _together(names: list[str], words: Mapping[str, str]) -> str:
    """Groups of people in one heading."""
    return words["and_for_last"].join(filter(None, (words["and_for"].join(names[:-1]), names[-1])))


def by_group(told: Teller, lines_of: Callable[[BreachFacts], tuple[str, ...]]) -> tuple[str, ...] | Markdown:
    """What ``lines_of`` says of each group of people, each line once: first what is for everybody, then a block for
    each of the groups, and for those of which the same is said, under headings. One plain list where all is for all.

    The same line in the blocks of two groups read as put together by a machine. Readers who
    stand in several of the headings are told to read on: they stopped at the first of theirs.
    """
    groups, words = told.facts.subject_groups, told.wording.words
    names = {**group_names(told.facts, told.wording), **told.wording.phrases["groups_headed"]}
    lines = {group: lines_of(facts_of_group(told.facts, group)) for group in groups}
    found: dict[tuple[SubjectGroup, ...], list[str]] = {}
    for line in dict.fromkeys(chain(*lines.values())):
        found.setdefault(tuple(group for group in groups if line in lines[group]), []).append(line)
    if not set(found) - {groups}:
        return tuple(found.get(groups, ()))
    blocks = sorted(found.items(), key=lambda one: (one[0] != groups, groups.index(one[0][0]), -len(one[0])))
    rest = _rest(groups, found)
    blocks.sort(key=lambda one: one[0] == rest)
    leads = told.naming(
        tuple(
            words["for_all"]
            if theirs == groups
            else words["for_rest"]
            if theirs == rest
            else words["for_group"].format(name=_together([names[group] for group in theirs], words))
            for theirs, _own in blocks
        )
    )
    named = tuple(chain(*(theirs for theirs in found if theirs != groups)))
    several = len(set(named)) < len(named)
    parts = (
        f"### {as_markdown(lead).removesuffix(':').rstrip()}\n\n{as_markdown(tuple(own))}"
        for lead, (_theirs, own) in zip(leads, blocks, strict=True)
    )
    return Markdown("\n\n".join((*((words["for_several"],) if several else ()), *parts)))


def as_markdown(value: Value) -> str:
    """A value as it stands in a Markdown text."""
    if isinstance(value, tuple):
        return "\n".join(f"- {item if isinstance(item, Markdown) else escape(capital(item))}" for item in value)
    if isinstance(value, Markdown | Gap):
        return str(value)
    return escape(str(value))
