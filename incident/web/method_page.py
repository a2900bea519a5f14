"""The method as a page: by what the product judges, for a board to read, print and sign."""

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup

from incident.law.book import book


@cache
def method(language: str) -> tuple[str, Markup]:
    """GDPR art. 5(2), 24: the heading of the book of rules and what follows it; wide tables can be moved sideways."""
    head, _, text = book(language).partition("\n")
    made = MarkdownIt("js-default", {"html": False}).render(text)
    wide = made.replace("<table>", '<div class="scroll" tabindex="0"><table class="table">').replace(
        "</table>", "</table></div>"
    )
    return head.removeprefix("# "), Markup(wide)
