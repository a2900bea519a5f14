"""Help: what each page is for and what to do there, without a network and in the reader's language.

The texts are ``templates/help/<language>.md``: a heading with the name of its topic, then paragraphs.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from flask import request
from markupsafe import Markup

from incident.platform.resources import templates_folder

HEADING: Final = re.compile(r"^## (?P<title>.+) \{#(?P<name>\w+)\}$", re.MULTILINE)
ABOUT_MAILINGS: Final = ("mailings", "prepare", "mailing", "people", "person", "posted", "bounce", "returned", "assign")
ELSEWHERE: Final = {
    "help": "board",
    "help.method": "risk",
    "presets": "facts",
    "processing": "imports",
    "passkeys": "account",
    "provider": "account",
    "reporter": "incident",
    "security": "account",
    "shared": "incident",
    "tokens.api": "api",
    "notices.beside": "beside",
    "notices.edpb": "edpb",
    "portals": "beside",
    **{f"notices.{view}": "mailing" for view in ABOUT_MAILINGS},
}
"""Pages whose topic has another name than their group."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What is said about one page: its name in addresses, its heading, its paragraphs."""

    name: str
    title: str
    text: Markup


@cache
def topics(language: str) -> tuple[Topic, ...]:
    """All topics in the order in which one meets their pages."""
    from markdown_it import MarkdownIt

    text = (templates_folder() / "help" / f"{language}.md").read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark", {"html": False})
    heads = [*HEADING.finditer(text)]
    ends = [*(head.start() for head in heads[1:]), len(text)]
    return tuple(
        Topic(head["name"], head["title"], Markup(markdown.render(text[head.end() : end])))
        for head, end in zip(heads, ends, strict=True)
    )


def topic_of(endpoint: str) -> str:
    """The name of the topic that explains a page."""
    group = endpoint.partition(".")[0]
    return ELSEWHERE.get(endpoint) or ELSEWHERE.get(group, group)


def topic_here() -> str:
    """The topic of the page that is being shown."""
    return topic_of(request.endpoint or "board")
