"""Which of several approved letters a person gets: the one in the person's language, for the person's group."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from incident.law.labels import label
from incident.law.texts import LANGUAGES
from incident.law.vocabulary import SubjectGroup


@dataclass(frozen=True, slots=True)
class Letter:
    """One approved letter; an empty ``group`` is a letter to everybody."""

    version: str
    language: str
    group: str = ""


def letter_for(letters: Sequence[Letter], language: str, group: str) -> Letter | None:
    """The letter to somebody of ``group`` who reads ``language``; None where there is none, never another one.

    A person whose list names no group gets a letter to everybody, or the letters of the only group there is.
    """
    spoken = [letter for letter in letters if letter.language == language]
    groups = {letter.group for letter in letters}
    wanted = same_group(group, groups) if group else (next(iter(groups)) if len(groups) == 1 else "")
    exact = [letter for letter in spoken if letter.group == wanted]
    general = [letter for letter in spoken if not letter.group]
    return next(iter((*exact, *general)), None)


def same_group(name: str, groups: Iterable[str]) -> str | None:
    """The one of ``groups`` that ``name`` means: by its identifier or by its name in some language."""
    spelled = name.strip().casefold()
    return next((group for group in groups if group and spelled in _names(group)), None)


@cache
def _names(group: str) -> frozenset[str]:
    if group not in set(SubjectGroup):
        return frozenset({group.strip().casefold()})
    member = SubjectGroup(group)
    told = {label(member, language).casefold() for language in LANGUAGES}
    return frozenset({group.casefold(), group.replace("_", " ").casefold(), *told})
