"""What somebody needs who writes the organisation's own text: what may stand in it, and a text to start from.

The text to start from is the one that ships with the product, with ``((name))`` at each place where a value goes. Texts
are kept with these names; whoever writes one reads and types them as words of their own language.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from incident.documents.drafting import allowed_placeholders, draft
from incident.documents.notice_facts import NoticeFacts
from incident.documents.phrases import phrases
from incident.documents.teller import Markdown
from incident.documents.templates import find_template
from incident.documents.writing import facts_for
from incident.usecases.notices.ports import NoticeRequest

_IF: Final = re.compile(
    r"{% if (not )?(\w+)(?: or \w+)? %}((?:(?!{%).)*)(?:{% else %}((?:(?!{%).)*))?{% endif %}(\n?)", re.DOTALL
)
"""A condition of a usual text with none inside it; of two that will do, the first is asked for."""
_MARK: Final = re.compile(r"\(\(([^()\n]*)\)\)")
_SETTLED: Final = frozenset({"authority_dutch", "authority_website", "further"})
"""What the profile or the kind of notice says once and for all, so that no text has to ask for it."""


def allowed_for(request: NoticeRequest) -> frozenset[str]:
    """Everything that may stand between double brackets in such a text."""
    return allowed_placeholders(_facts(request))


def names_for(request: NoticeRequest, reader: str) -> tuple[str, ...]:
    """All that is worth offering beside such a text, in the words of who writes it."""
    words, facts = _words(request, reader), _facts(request)
    yes_or_no = {f"{name}?" for name, value in facts.values.items() if isinstance(value, bool) and name not in _SETTLED}
    offered = yes_or_no | {name for name in words if name.isidentifier()}
    return tuple(sorted((words[name] for name in offered), key=str.casefold))


def in_words(text: str, request: NoticeRequest, reader: str) -> str:
    """The text with every ``((name))`` as ``((what it is called))`` in the language of who reads it."""
    words = _words(request, reader)
    return _MARK.sub(lambda found: f"(({words.get(found[1].strip(), found[1])}))", text)


def from_words(text: str, request: NoticeRequest, reader: str) -> str:
    """The text as it is kept: with the name for each ``((what it is called))``. What is neither stays as it is."""
    names = {_typed(words): name for name, words in _words(request, reader).items()}
    return _MARK.sub(lambda found: f"(({names.get(_typed(found[1]), found[1])}))", text)


def _typed(words: str) -> str:
    """Words as they compare: a keyboard has the straight apostrophe, and nobody minds capitals or spaces."""
    return " ".join(words.replace("'", "’").split()).casefold()


def _words(request: NoticeRequest, reader: str) -> Mapping[str, str]:
    """What everything that may stand between double brackets is called, by its name."""
    called, signs = phrases(reader)["placeholders"], phrases(reader)["own_text"]
    names = ((name, name.rstrip("?!")) for name in allowed_for(request))
    return {
        name: signs.get(name) or signs.get(name.removeprefix(bare), "") + called.get(bare, bare.replace("_", " "))
        for name, bare in names
    }


def start_text(request: NoticeRequest) -> tuple[str, str]:
    """Subject and text to start from; what the usual text says only where it holds, this one does too."""
    template, facts = find_template(request.addressee, request.kind, request.language), _facts(request)
    named = {name: value if name in _SETTLED else _named(name) for name, value in facts.values.items()}
    body = _IF.sub(lambda found: _settled(found, facts), template.body)
    body = _IF.sub(_asked, _IF.sub(_asked, body))
    made = draft(replace(template, body=body), NoticeFacts(template.language, MappingProxyType(named)))
    untold = {name: value if name in _SETTLED else "" for name, value in facts.values.items()}
    titled = NoticeFacts(template.language, {**untold, "organisation": request.organisation.name})
    return draft(replace(template, body=""), titled).title, made.body_markdown


def _facts(request: NoticeRequest) -> NoticeFacts:
    return facts_for(request, find_template(request.addressee, request.kind, request.language).language)


def _settled(found: re.Match[str], facts: NoticeFacts) -> str:
    contrary, name, said, otherwise, end = found.groups()
    if name not in _SETTLED:
        return found[0]
    holds = bool(facts.values[name]) is not bool(contrary)
    return f"{said if holds else otherwise or ''}{end}"


def _asked(found: re.Match[str]) -> str:
    """A condition of the usual text as one of an own text: before each of its lines, or around a part of one."""
    contrary, name, said, otherwise, end = found.groups()
    here, there = ("!", "?") if contrary else ("?", "!")
    if not said.startswith("\n"):
        other = f"(({name}{there})){otherwise}((/))" if otherwise else ""
        return f"(({name}{here})){said}((/)){other}{end}"
    return _each_line(f"(({name}{here}))", said) + (_each_line(f"(({name}{there}))", otherwise) if otherwise else "")


def _each_line(mark: str, lines: str) -> str:
    """The mark before each line, but for what is empty by itself where there is nothing to say."""
    return "".join(
        line if _EMPTY.match(line) else re.sub(r"^(- )?", rf"\1{mark}", line, count=1)
        for line in lines.removeprefix("\n").splitlines(keepends=True)
    )


_EMPTY: Final = re.compile(r"\s*$|\(\(|{{ \w+(?: \| bullets)? }}\s*$")


def _named(name: str) -> Markdown:
    return Markdown(f"(({name}))")
