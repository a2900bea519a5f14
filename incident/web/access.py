"""Default deny: every endpoint has a declared audience, and a request for any other is refused."""

from enum import Enum
from typing import Final

from flask import Flask, abort, redirect, request, url_for
from werkzeug.wrappers import Response

from incident.domain.kernel.roles import Permission, may
from incident.web.viewer import viewer


class Audience(Enum):
    """Who may come in where no single permission says it."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed in"
    TOKEN = "token"
    SIGNED = "signed by Slack"


E, S = Audience.EVERYBODY, Audience.SIGNED_IN
P = Permission

ACCESS: Final[dict[str, Audience | Permission]] = {
    "static": E,
    "health.live": E,
    "health.ready": E,
    "slack.events": Audience.SIGNED,
    "setup.first_person": E,
    "preferences.language": E,
    "security.login": E,
    "security.logout": E,
    "security.forgot_password": E,
    "security.reset_password": E,
    "security.two_factor_token_validation": E,
    "security.two_factor_rescue": E,
    "security.mf_recovery": E,
    "security.two_factor_setup": E,
    "security.two_factor_setup_validate": S,
    "security.mf_recovery_codes": S,
    "security.change_password": S,
    "security.verify": S,
}
"""The access matrix of the pages: endpoint, and who may use it. Views register theirs with :func:`declare`."""

NEVER: Final = frozenset({"security.tf_select", "security.static"})
"""Endpoints that the sign-in library brings along and that this product does not use."""


def declare(**audiences: Audience | Permission) -> None:
    """Add endpoints to the matrix; ``__`` stands for the dot: ``declare(board__index=Permission.VIEW_OWN)``."""
    for name, audience in audiences.items():
        ACCESS[name.replace("__", ".")] = audience


def init_access(app: Flask) -> None:
    """Check every request against the matrix before its view runs."""

    @app.before_request
    def check_access() -> Response | None:
        endpoint = request.endpoint
        if endpoint is None:
            return None
        if endpoint not in ACCESS:
            abort(404)
        return _admit(ACCESS[endpoint])


def _admit(audience: Audience | Permission) -> Response | None:
    """Nothing where the viewer may come in; else the sign-in page, or 404: what is not theirs does not exist."""
    if isinstance(audience, Audience) and audience is not Audience.SIGNED_IN:
        return None
    actor = viewer()
    if actor.id is None:
        target = request.full_path.rstrip("?") if request.method == "GET" else None
        return redirect(url_for("security.login", next=target))
    if isinstance(audience, Permission) and not may(actor, audience):
        abort(404 if request.method == "GET" else 403)
    return None
