"""An installation for machines: every answer that a test gets is held against the description."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema_rs import Draft202012Validator
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from incident import create_app
from incident.store.db import db
from incident.wiring import Deps
from tests.factories import PlainRenderer, PlainWriter, blobs_in

PREFIX = "/api/v1/"
DESCRIPTION: dict[str, Any] = {}
"""What the first application says of its API: the others say the same, and to say it takes a tenth of a second."""


class Described(FlaskClient):
    """A program that reads the description and believes nothing else."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """The answer, once its status, its media type and its body are as the description says."""
        answer = super().open(*args, **kwargs)
        if answer.request.path.startswith(PREFIX) and not answer.request.path.endswith("openapi.json"):
            held_against(self.application, answer)
        return answer


def held_against(app: Flask, answer: TestResponse) -> None:
    """Fail where the description does not say this."""
    schemas, kind = {"components": DESCRIPTION["components"]}, answer.mimetype
    operation = operation_of(app, answer.request.method, answer.request.path)
    if operation is None:
        assert answer.status_code in (404, 405)
        said: Any = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    else:
        assert str(answer.status_code) in operation["responses"], (answer.request.path, answer.status_code)
        said = operation["responses"][str(answer.status_code)].get("content", {})
    assert bool(said) == bool(answer.data), answer.status_code
    if kind == "application/octet-stream":
        assert said[kind]["schema"] == {"type": "string", "format": "binary"}
    elif said:
        schema = {**said[kind]["schema"], **schemas}
        Draft202012Validator(schema, validate_formats=True).validate(answer.json)


def operation_of(app: Flask, method: str, path: str) -> Any:
    """What the description says of this request; None where there is no such address or no such method."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
    try:
        rule, _values = adapter.match(path, method, return_rule=True)
    except HTTPException:
        return None
    assert isinstance(rule, Rule)
    address = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
    return DESCRIPTION["paths"][address][method.lower()]


@pytest.fixture
def api(settings, clock, tmp_path):
    """An application on either database, whose clients hold every answer against the description."""
    deps = Deps(settings, clock, blobs_in(tmp_path), PlainWriter(), PlainRenderer(), {})
    app = create_app(settings, deps)
    app.testing, app.test_client_class = True, Described
    with app.app_context():
        if not DESCRIPTION:
            DESCRIPTION.update(app.spec)
        yield app
        db.session.remove()
