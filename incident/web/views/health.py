"""Is the installation well? For machines (``/health``, ``/ready``) and for people."""

import hmac
from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from incident.domain.kernel.health import HealthFacts, judge
from incident.store.db import db
from incident.store.queries.vital_signs import health_facts
from incident.web.clock import deps, now
from incident.web.findings import told

bp = Blueprint("health", __name__)
CONTACT_LASTS: Final = timedelta(days=180)
"""RFC 9116, section 2.5.5: less than a year; it is renewed by being asked for."""


@bp.get("/ready")
def ready() -> ResponseReturnValue:
    """200 when the database answers: this process may get requests. The doctor asks how many proxies are in between."""
    db.session.execute(text("SELECT 1"))
    forwarded = ",".join(request.headers.getlist("X-Forwarded-For"))
    return jsonify(status="ready", proxies=sum(bool(address.strip()) for address in forwarded.split(",")))


@bp.get("/.well-known/security.txt")
def contact() -> ResponseReturnValue:
    """RFC 9116: whom to tell of a weakness of this installation; there is none where nobody is named."""
    settings = deps().settings
    if settings.security_contact is None:
        abort(404)
    expires = (now() + CONTACT_LASTS).replace(microsecond=0)
    lines = (
        f"Contact: {settings.security_contact}",
        f"Expires: {expires.isoformat().replace('+00:00', 'Z')}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.base_url}/.well-known/security.txt",
    )
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@bp.get("/health")
def live() -> ResponseReturnValue:
    """200 when the clock's machinery runs: 503 when the newest sweep or the oldest due message is too old."""
    facts = health_facts(db.session(), now())
    health = judge(facts, now())
    status = "ok" if health.ok else "failing"
    return jsonify(status=status, problems=list(health.keys), **_moments(facts)), 200 if health.ok else 503


def _moments(facts: HealthFacts) -> dict[str, str | None]:
    return {
        "last_sweep_at": facts.newest_sweep_at.isoformat() if facts.newest_sweep_at else None,
        "oldest_due_message_at": facts.oldest_message_at.isoformat() if facts.oldest_message_at else None,
    }


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    """The same facts for Prometheus, behind METRICS_TOKEN; without that setting there is no such page."""
    from incident.web.metrics import CONTENT_TYPE, exposition

    token = deps().settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if token is None or not hmac.compare_digest(token.encode(), given.encode()):
        abort(404)
    return Response(exposition(health_facts(db.session(), now()), now()), content_type=CONTENT_TYPE)


@bp.get("/settings/health")
def page() -> ResponseReturnValue:
    """What ``meldklok doctor`` says, as a page."""
    from incident.doctor import State, examine

    gravest_first = sorted(examine(deps().settings, now()), key=lambda one: tuple(State).index(one.state), reverse=True)
    findings = [told(finding) for finding in gravest_first]
    return render_template("web/settings/health.html", findings=findings)
