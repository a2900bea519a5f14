"""The page that describes the API: everything is on it, and what it shows is what the API takes and gives."""

import json
import shlex

import pytest
from jsonschema_rs import Draft202012Validator

from incident.domain.kernel.people import Role
from incident.domain.kernel.scopes import Scope
from incident.store.db import db
from incident.usecases.people.api_tokens import make_api_token
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence
from incident.web.api_page import VALUES, Call, calls, example
from tests.factories import make_person

SITE = "https://breaches.example.org"


def described(api) -> tuple[Call, ...]:
    return calls(api.spec, SITE)


def sent(client, call: Call, headers: dict[str, str]):
    """What the example on the page asks, word for word."""
    words = shlex.split(call.request.replace("\\\n", " "))
    assert words[0] == "curl"
    assert call.method == (words[words.index("-X") + 1] if "-X" in words else "POST" if "-d" in words else "GET")
    path = words[1].removeprefix(SITE)
    body = json.loads(words[words.index("-d") + 1]) if "-d" in words else None
    return client.open(path, method=call.method, headers=headers, json=body)


def subscribed(client, headers) -> str:
    """The key of a subscription: of the examples' one as it was made, or of another where that was ended."""
    there = client.get("/api/v1/subscriptions", headers=headers).json["subscriptions"]
    made = {"name": "Alerts", "url": "https://example.org/hook", "kinds": ["incident.reported"]}
    return (there or [client.post("/api/v1/subscriptions", json=made, headers=headers).json])[0]["subscription"]


def kept(api, clock, person, reference) -> str:
    """The id of a file in the evidence."""
    blobs = api.extensions["meldklok"].blobs
    command = AttachEvidence(person.actor(), reference, "log.txt", b"a log")
    made = str(attach_evidence(command, session=db.session(), now=clock.now(), blobs=blobs).id)
    db.session.commit()
    return made


@pytest.fixture
def person(api, clock):
    """Somebody who may do everything that a token can do, on the day of the examples."""
    made = make_person(db.session(), "Bob", (Role.RESPONDER, Role.DPO), clock.now())
    db.session.commit()
    return made


def test_each_example_is_taken_with_a_token_for_what_the_page_says_and_with_no_other(api, clock, person) -> None:
    """Reports come first, so that the incident of the examples is there for the others."""
    tokens = {}
    for scope in Scope:
        secret = make_api_token(db.session(), person.actor(), person.id, scope.value, now=clock.now(), scopes=[scope])
        tokens[scope.value] = {"Authorization": f"Bearer {secret}"}
    db.session.commit()
    client, first, file = api.test_client(), None, ""
    for call in described(api):
        real = call.request.replace(VALUES["reference"], first or VALUES["reference"])
        if VALUES["subscription"] in real:
            real = real.replace(VALUES["subscription"], subscribed(client, tokens[Scope.ADMINISTER.value]))
        if VALUES["file"] in real:
            file = file or kept(api, clock, person, first)
            real = real.replace(VALUES["file"], file)
        call = type(call)(**{**{name: getattr(call, name) for name in call.__slots__}, "request": real})
        answers = {scope: sent(client, call, headers) for scope, headers in tokens.items()}
        assert str(answers[call.scope].status_code) == call.status, (call.title, answers[call.scope].text)
        assert {answers[one].status_code for one in answers if one != call.scope} == {403}, call.title
        first = first or answers[call.scope].json.get("reference")


def test_each_answer_that_is_shown_is_one_by_the_description(api) -> None:
    """And every call of the description is shown."""
    schemas = api.spec["components"]["schemas"]
    shown = {(call.method.lower(), call.path): call for call in described(api)}
    assert shown.keys() == {(method, path) for path, one in api.spec["paths"].items() for method in one}
    for (method, path), call in shown.items():
        content = api.spec["paths"][path][method]["responses"][call.status].get("content", {})
        if "application/json" not in content:
            assert (call.answer, call.status in ("200", "204")) == ("", True)
            continue
        schema = content["application/json"]["schema"]
        whole = {**schema, "components": {"schemas": schemas}}
        Draft202012Validator(whole).validate(json.loads(call.answer))
        assert json.loads(call.answer) == example(schema, schemas)
