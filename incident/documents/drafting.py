"""From template and facts to the text of a notice: pure, sandboxed, and open about what is missing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from typing import Final

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from incident.documents.markdown import escape
from incident.documents.notice_facts import NoticeFacts, placeholder_values
from incident.documents.phrases import phrases
from incident.documents.teller import HOME, Gap, Markdown, Value, as_markdown
from incident.documents.templates import NoticeTemplate
from incident.documents.wording import Wording, capital
from incident.domain.languages import gaps
from incident.domain.placeholders import (
    END,
    RECIPIENT_PLACEHOLDERS,
    alone,
    check_placeholders,
    fill_placeholders,
    only_where,
)

_SENTENCE_END: Final = re.compile(r"(?<=[.!]) (?![A-Z]\w+ \d{4}\b)")
"""Not behind the day of "27. November 2026", nor behind a question, whose answer belongs to it: told before, one of the
two left the other hanging."""
_SHORTEST_SENTENCE: Final = 4
"""Fewer words than these may be a name, such as that of the organisation at the foot."""
_SPACES: Final = re.compile(r"(?<=\S) {2,}")
_INITIALS: Final = re.compile(r"^(?:(?:\w|Ch|Chr|IJ|Ph|Th)\.\s?)+(?=\S)")
_SECOND_STOP: Final = re.compile(r"(?<=\w)\.\.(?=[\s*]|$)")


_KEPT: Final = 256
"""Templates that stay as Jinja has read them: to read one is more work than to draft with it."""
_TOLD: Final = ("happened", "nature")
"""What is told in sentences, also where it stands on a line of its own."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A drafted text. ``missing`` names what nobody has given yet: it blocks approval, never drafting."""

    title: str
    body_markdown: str
    template_ref: str
    sha256: str
    missing: tuple[str, ...]
    requires: tuple[str, ...]


def draft(template: NoticeTemplate, facts: NoticeFacts) -> Draft:
    """Render ``template`` with ``facts``: the same input always gives the same text."""
    title = _plain(template.title).render(facts.values)
    body = _tidy(_read(template.body, facts.language).render(facts.values))
    return _draft(title, body, template.ref, template.requires, facts)


def draft_own(text: str, title: str, facts: NoticeFacts) -> Draft:
    """Draft from a text the organisation wrote, with ``((name))`` and ``((name?))`` only.

    Raises ``Invalid`` with line and name when a placeholder is unknown. Nothing in the text can run as code.
    """
    check_placeholders(text, allowed_placeholders(facts), field="body")
    said = only_where(text, lambda name: isinstance(facts.values[name], Gap) or bool(facts.values[name]))
    within = _within_a_line(facts)
    whole = placeholder_values(facts) | {name: within[name] for name in _TOLD}
    lines = (fill_placeholders(line, whole if alone(line) else within) for line in said.split("\n"))
    digest = sha256(text.encode()).hexdigest()
    return _draft(title, _tidy("\n".join(lines)), f"own@{digest[:16]}", (), facts)


def _within_a_line(facts: NoticeFacts) -> dict[str, str]:
    """The values as they stand among other words: of a list its sentences one after the other, or its items."""
    wording, found = Wording(facts.language), placeholder_values(facts)
    for name, value in facts.values.items():
        if isinstance(value, tuple):
            whole = all(item.endswith(".") for item in value)
            found[name] = escape(" ".join(map(capital, value)) if whole else wording.listing(value))
    return found


def allowed_placeholders(facts: NoticeFacts) -> frozenset[str]:
    """What an organisation's own text may use: the names of the case and of each recipient, and what may not hold."""
    return (
        frozenset((*placeholder_values(facts), *(f"{name}{sign}" for name in facts.values for sign in "?!"), END))
        | RECIPIENT_PLACEHOLDERS
    )


def _draft(title: str, body: str, ref: str, requires: tuple[str, ...], facts: NoticeFacts) -> Draft:
    shown = [found.name for found in facts.gaps if found.mark in body or found.mark in title]
    needed = [found.name for found in facts.gaps if found.name in requires]
    marks = gaps(body)
    missing = tuple(dict.fromkeys([*needed, *shown, *(("translation",) if _untranslated(marks, facts) else ())]))
    digest = sha256(body.encode()).hexdigest()
    return Draft(title, body, ref, digest, missing, requires)


def _untranslated(marks: Iterable[str], facts: NoticeFacts) -> bool:
    return any(phrases(facts.language)["language"]["translate"] in mark for mark in marks)


def for_recipient(text: str, language: str, *, name: str = "", reference: str = "") -> str:
    """``text`` with the placeholders of one recipient filled in; without a name the greeting is a general one."""
    wording = Wording(language)
    greeting = _greeted(name, wording) if name else wording.words["greeting"]
    values = {"greeting": greeting, "recipient_name": name, "recipient_reference": reference}
    return fill_placeholders(text, {key: as_markdown(value) for key, value in values.items()})


def on_envelope(name: str, language: str) -> str:
    """A name as it stands above an address: with its title as the language writes it there, "Herrn" in German."""
    said = phrases(language)
    titles = {**said["titles"], **said.get("envelope", {})}
    found = next((title for title in titles if name.casefold().startswith(f"{title} ")), None)
    return name if found is None else f"{titles[found]} {name[len(found) :].strip()}"


def _greeted(name: str, wording: Wording) -> str:
    """The greeting of who is known by ``name``; who is known by initials alone is not called by them everywhere."""
    surname = _INITIALS.sub("", name)
    if surname != name:
        return wording.words["greeting_initials"].format(name=name, surname=capital(surname))
    return wording.words["greeting_name"].format(name=_addressed(name, wording))


def _addressed(name: str, wording: Wording) -> str:
    """A name in a greeting: with its title as the language writes it there, and then without initials.

    "Mevrouw drs. A. Smit" is "mevrouw drs. A. Smit", "Mevrouw J. de Groot" is "mevrouw De Groot" in Dutch and "Ms de
    Groot" in English; a name without a title stays as it was given.
    """
    titles = wording.phrases["titles"]
    for title, spoken in (*titles.items(), *((spoken.casefold(), spoken) for spoken in titles.values())):
        if name.casefold().startswith(f"{title} "):
            rest = _INITIALS.sub("", name[len(title) :].strip())
            prefixed = wording.language == HOME and "." not in rest.split(" ")[0]
            return f"{spoken} {capital(rest) if prefixed else rest}"
    return name


@lru_cache(_KEPT)
def _plain(title: str) -> Template:
    return _plain_environment().from_string(title)


@lru_cache(_KEPT)
def _read(body: str, language: str) -> Template:
    return _environment(language).from_string(body)


@cache
def _environment(language: str) -> ImmutableSandboxedEnvironment:
    """Jinja for our own templates: no Python within reach, unknown names are errors, values are escaped."""
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, finalize=_shown, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    wording = Wording(language)
    environment.filters["bullets"] = _bullets
    environment.filters["sentences"] = _sentences
    environment.filters["listed"] = lambda value: wording.listing(value) if isinstance(value, tuple) else value
    return environment


@cache
def _plain_environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined)


def _shown(value: Value | StrictUndefined) -> str:
    if isinstance(value, StrictUndefined):
        return str(value)
    return as_markdown(value)


def _bullets(value: Value) -> Markdown:
    """A list; a single sentence is no list and stands by itself."""
    if isinstance(value, tuple) and len(value) == 1 and value[0].endswith("."):
        return Markdown(as_markdown(value).removeprefix("- "))
    return Markdown(f"- {value}" if isinstance(value, Gap) else as_markdown(value))


def _sentences(value: Value) -> Value:
    if not isinstance(value, tuple):
        return value
    return Markdown(" ".join(one if isinstance(one, Markdown) else escape(capital(one)) for one in value))


def _tidy(text: str) -> str:
    """One empty line at most between two parts, none at the ends; one space between two sentences, one of which may be
    empty; and no second full stop after a name like "B.V."."""
    lines: list[str] = []
    for line in (_SECOND_STOP.sub(".", _SPACES.sub(" ", line.rstrip())) for line in text.splitlines()):
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(_once(lines)).strip("\n") + "\n"


def _once(lines: Iterable[str]) -> Iterator[str]:
    """The lines without a sentence that stood there before: what people typed and what a template says may be alike.

    What leads to a list stands before each list, and what one of them, or the block of one group, holds may stand in
    another.
    """
    said: set[str] = set()
    listed: set[str] = set()
    grouped = False
    for line in lines:
        if line.endswith(":") or line.startswith("### "):
            said -= listed
        if line.startswith(("#", "|")) or line.endswith(":"):
            grouped = line.startswith("### ") or (grouped and not line.startswith("#"))
            yield line
            continue
        sentences = _SENTENCE_END.split(line)
        kept = [one for one in sentences if one not in said or len(one.split()) < _SHORTEST_SENTENCE]
        said.update(sentences)
        if grouped or line.startswith("- "):
            listed.update(sentences)
        if kept or not line:
            yield line if kept == sentences else " ".join(kept)
