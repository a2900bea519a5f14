"""Help: everything on one page, so that it can be searched and printed; each page leads to its own paragraph."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from incident.web import method_page
from incident.web.help_topics import topics
from incident.web.i18n import language_code

bp = Blueprint("help", __name__)


@bp.get("/help")
def index() -> ResponseReturnValue:
    """All topics in the reader's language."""
    return render_template("web/help/index.html", topics=topics(language_code()))


@bp.get("/help/method")
def method() -> ResponseReturnValue:
    """Every rule, value, source and open question by which is judged, with room for who approves it."""
    return render_template("web/help/method.html", book=method_page.method(language_code()))
