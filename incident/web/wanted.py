"""The page to go on to after a sign-in, as the browser names it: one of ours, or the first page."""

from typing import Final

from flask import url_for
from flask_security.utils import validate_redirect_url

LONGEST: Final = 500
"""Characters: it travels in a cookie, three times at most."""


def page_wanted(target: str) -> str:
    """The target where it is a page of ours, else the first page."""
    # What a browser would read as another site: control characters fall out, and a backslash is a slash to it.
    plain = target.startswith("/") and target.isprintable() and "\\" not in target and len(target) <= LONGEST
    return target if plain and validate_redirect_url(target) else url_for("board.index")
