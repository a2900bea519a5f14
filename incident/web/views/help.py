"""Help: everything on one page, so that it can be searched and printed; each page leads to its own paragraph."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from incident.domain.kernel.roles import Permission
from incident.web import method_page
from incident.web.access import ACCESS, Audience
from incident.web.help_topics import topic_of, topics
from incident.web.i18n import language_code
from incident.web.viewer import allowed

bp = Blueprint("help", __name__)


@bp.get("/help")
def index() -> ResponseReturnValue:
    """The topics of the reader's own pages, in the reader's language."""
    return render_template("web/help/index.html", topics=[one for one in topics(language_code()) if one.name in _own()])


def _own() -> frozenset[str]:
    """The topics of the pages that this reader may open, other than these."""
    return frozenset(topic_of(page) for page, who in ACCESS.items() if _opens(who) and not page.startswith("help."))


def _opens(who: Audience | Permission) -> bool:
    return allowed(who) if isinstance(who, Permission) else who is Audience.SIGNED_IN


@bp.get("/help/method")
def method() -> ResponseReturnValue:
    """Every rule, value, source and open question by which is judged, with room for who approves it."""
    return render_template("web/help/method.html", book=method_page.method(language_code()))
