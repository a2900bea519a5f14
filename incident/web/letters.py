"""A rendered notice inside a page."""

import re

import nh3
from markupsafe import Markup

from incident.domain.languages import gaps

HEADING = re.compile(r"<(/?)h([1-4])")
"""The page has a first heading of its own, so those of the letter go one level down."""
BODY = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
TAGS = {
    "h1",
    "h2",
    "h3",
    "h4",
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "a",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "br",
    "hr",
    "blockquote",
    "dl",
    "dt",
    "dd",
    "code",
    "section",
    "article",
    "header",
    "footer",
    "div",
    "span",
}


def body_of_page(page: str) -> Markup:
    """The body of an HTML document, cleaned to plain text markup: whatever the letter holds, nothing in it runs.

    What is missing in it is marked.
    """
    found = BODY.search(page)
    cleaned = nh3.clean(
        found[1] if found else page,
        tags=TAGS,
        attributes={"a": {"href"}, "th": {"scope"}},
        url_schemes={"https", "mailto", "tel"},
    )
    for gap in {gap for gap in gaps(cleaned) if "<" not in gap}:
        cleaned = cleaned.replace(gap, f"<mark>{gap}</mark>")
    return Markup(HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) + 1}", cleaned))
