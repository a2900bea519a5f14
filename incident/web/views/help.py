"""Help: everything on one page, so that it can be searched and printed; each page leads to its own paragraph."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from incident.web.help_topics import topics
from incident.web.i18n import language_code

bp = Blueprint("help", __name__)


@bp.get("/help")
def index() -> ResponseReturnValue:
    """All topics in the reader's language."""
    return render_template("web/help/index.html", topics=topics(language_code()))
