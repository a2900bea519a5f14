"""Is the installation well? For machines (``/health``, ``/ready``) and for people."""

from flask import Blueprint, jsonify, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from incident.doctor.examine import examine
from incident.store.db import db
from incident.store.queries.health import Pulse, pulse
from incident.web.access import Audience, declare
from incident.web.clock import deps, now

bp = Blueprint("health", __name__)
declare(health__page=Audience.SIGNED_IN)


@bp.get("/ready")
def ready() -> ResponseReturnValue:
    """200 when the database answers: this process may get requests."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(status="unavailable", problems=["database"]), 503
    return jsonify(status="ready")


@bp.get("/health")
def live() -> ResponseReturnValue:
    """200 when the clock's machinery runs: 503 when the newest sweep or the oldest due message is too old."""
    try:
        found = pulse(db.session())
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(status="unavailable", problems=["database"]), 503
    problems = found.problems(now())
    return jsonify(status="failing" if problems else "ok", problems=list(problems), **_facts(found)), (
        503 if problems else 200
    )


def _facts(found: Pulse) -> dict[str, str | None]:
    return {
        "last_sweep_at": found.swept_at.isoformat() if found.swept_at else None,
        "oldest_due_message_at": found.oldest_due.isoformat() if found.oldest_due else None,
    }


@bp.get("/settings/health")
def page() -> ResponseReturnValue:
    """What ``meldklok doctor`` says, as a page."""
    return render_template("web/settings/health.html", findings=examine(deps().settings, now()))
