"""The API for machines, version 1: bearer tokens, JSON, and an OpenAPI description at ``/api/v1/openapi.json``."""

from typing import Any

from apiflask import APIFlask
from flask_wtf import CSRFProtect

from incident.web.api import incidents

SPEC = "/api/v1/openapi.json"


def init_api(app: APIFlask, csrf: CSRFProtect) -> None:
    """Register the API. Its requests carry a token and no cookie, so there is nothing for a forged form to ride on."""
    csrf.exempt(incidents.bp)
    app.register_blueprint(incidents.bp)
    app.spec_processor(body_is_required)


def body_is_required(spec: Any) -> Any:
    """Say in the description that a request with a body cannot do without it."""
    for path in spec["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict) and "requestBody" in operation:
                operation["requestBody"]["required"] = True
    return spec
