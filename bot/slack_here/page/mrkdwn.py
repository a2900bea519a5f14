"""Slack's mrkdwn as safe HTML: emphasis, code, quotes, links, mentions and lines; everything else is text."""

import re
from collections.abc import Callable
from typing import Final

from markupsafe import Markup, escape

_REFERENCE: Final = re.compile(r"<([^<>\n|]+)(?:\|([^<>\n]*))?>")
_CODE: Final = re.compile(r"`([^`\n]+)`")
_MARKS: Final = (
    (re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])"), "b"),
    (re.compile(r"(?<![\w_])_([^_\n]+)_(?![\w_])"), "i"),
    (re.compile(r"(?<![\w~])~([^~\n]+)~(?![\w~])"), "s"),
)
_ENTITIES: Final = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_LINKS: Final = ("http://", "https://", "mailto:")
Names = Callable[[str], str]
"""Says how a person (``U…``) or a channel (``C…``) is called."""


def html(text: str, names: Names) -> Markup:
    """The text as a person reads it. `names` says who is mentioned."""
    lines = [_quoted(_line(line, names)) for line in text.split("\n")]
    return Markup("<br>").join(lines)


def plain_html(text: str) -> Markup:
    """A plain text: nothing in it is interpreted, only its lines are kept."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def _line(text: str, names: Names) -> Markup:
    """One line; what stands in backticks is only shown."""
    parts: list[Markup] = []
    place = 0
    for code in _CODE.finditer(text):
        parts += [_references(text[place : code.start()], names), Markup("<code>{}</code>").format(_read(code[1]))]
        place = code.end()
    return Markup("").join([*parts, _references(text[place:], names)])


def _references(text: str, names: Names) -> Markup:
    kept: list[Markup] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(_reference(found[1], found[2], names))
        return f"\x00{len(kept) - 1}\x00"

    marked = str(escape(_read(_REFERENCE.sub(keep, text))))
    for pattern, tag in _MARKS:
        marked = pattern.sub(rf"<{tag}>\1</{tag}>", marked)
    return Markup(re.sub("\x00(\\d+)\x00", lambda found: str(kept[int(found[1])]), marked))


def _reference(target: str, label: str | None, names: Names) -> Markup:
    if target.startswith(("@", "#")):
        return Markup('<span class="mention">{}{}</span>').format(target[0], names(target[1:]))
    if target.startswith("!"):
        return Markup('<span class="mention">@{}</span>').format(target[1:])
    if target.startswith(_LINKS):
        address = _read(target)
        return Markup('<a href="{}" target="_blank" rel="noreferrer">{}</a>').format(address, _read(label or target))
    return escape(label or target)


def _quoted(line: Markup) -> Markup:
    return Markup('<span class="quote">{}</span>').format(line[5:].lstrip()) if line.startswith("&gt; ") else line


def _read(text: str) -> str:
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text
