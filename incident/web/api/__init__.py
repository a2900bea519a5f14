"""The API for machines, version 1: bearer tokens, JSON, and an OpenAPI description at ``/api/v1/openapi.json``."""

from typing import Any, Final

from apiflask import APIFlask
from flask_wtf import CSRFProtect

from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.scopes import Scope
from incident.web.api import case, dossier, incidents, subscriptions
from incident.web.api.answers import Problem
from incident.web.api.door import bp
from incident.web.api.errors import PROBLEM
from incident.web.api.keys import HEADER, KEY_LENGTH, REPLAYED

SPEC = "/api/v1/openapi.json"


ROUTES: Final = (incidents, case, dossier, subscriptions)
"""The modules whose import puts their routes on the blueprint."""


def init_api(app: APIFlask, csrf: CSRFProtect) -> None:
    """Register the API. Its requests carry a token and no cookie, so there is nothing for a forged form to ride on."""
    csrf.exempt(bp)
    app.register_blueprint(bp)
    app.spec_processor(completed)


KEY: Final[JsonObject] = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Names this request among those of the token: sent again with the same key and body, nothing is "
    "made a second time, and what was made first comes back as it stands now.",
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH, "pattern": "^[A-Za-z0-9._:-]+$"},
}


REPLAY: Final[JsonObject] = {
    "description": "Present where nothing was made now: this token sent the same key and body before.",
    "schema": {"type": "string", "enum": ["true"]},
}


KEPT: Final[JsonObject] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of an answer that was kept: 304 without a body says that it is still good.",
    "schema": {"type": "string"},
}


def completed(spec: Any) -> Any:
    """Say in the description what the library leaves out: bodies are needed, and every refusal has one shape."""
    spec.setdefault("components", {}).setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
    refused = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for made in ("incidents", "subscriptions"):
        post = spec["paths"][f"{bp.url_prefix}/{made}"]["post"]
        post.setdefault("parameters", []).append(KEY)
        post["responses"]["201"].setdefault("headers", {})[REPLAYED] = REPLAY
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            if not isinstance(operation, dict):
                continue
            if method == "get":
                _of_a_read(operation)
            operation["security"] = [{"BearerAuth": [_scope(method, path)]}]
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
            operation["responses"]["500"] = {"description": "It broke on our side; the log knows it by the reference."}
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    answer["content"] = refused
    return spec


def _scope(method: str, path: str) -> str:
    """What a token must have been made for."""
    match method, path.removeprefix(f"{bp.url_prefix}/").split("/"):
        case _, ["subscriptions", *_]:
            scope = Scope.ADMINISTER
        case "get", [*_, "bytes"]:
            scope = Scope.EXPORT
        case "get", _:
            scope = Scope.READ
        case _, [*_, "timeline"]:
            scope = Scope.RECORD
        case _:
            scope = Scope.REPORT
    return scope.value


def _of_a_read(operation: JsonObject) -> None:
    """A wrong parameter is 400, and what was kept may still be good."""
    operation["responses"].pop("422", None)
    operation["responses"]["400"] = {"description": "A parameter is wrong; the field says which."}
    operation["responses"]["304"] = {"description": "What was kept is still good."}
    operation["responses"]["200"]["headers"] = {"ETag": {"schema": {"type": "string"}}}
    operation.setdefault("parameters", []).append(KEPT)
