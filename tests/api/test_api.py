"""The API: tokens, the verbs, and a description that holds."""

from datetime import timedelta

import pytest
import schemathesis
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from incident import create_app
from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.people import SYSTEM, Role
from incident.domain.kernel.scopes import Scope
from incident.store.blobs import FolderBlobs
from incident.store.db import db
from incident.usecases.people.api_tokens import make_api_token, revoke_api_token, tokens_of
from incident.wiring import Deps
from tests.factories import PlainRenderer, PlainWriter, make_person


@pytest.fixture
def api(settings, clock, tmp_path):
    """A test client, and a function that makes a token for a person with these roles."""
    deps = Deps(settings, clock, FolderBlobs(tmp_path), PlainWriter(), PlainRenderer(), {})
    app = create_app(settings, deps)
    app.testing = True
    with app.app_context():
        yield app
        db.session.remove()


def _token(clock, name="Bob", roles=(Role.RESPONDER,)):
    person = make_person(db.session(), name, roles, clock.now())
    secret = make_api_token(db.session(), person.actor(), person.id, "script", now=clock.now())
    db.session.commit()
    return person, {"Authorization": f"Bearer {secret}"}


def test_a_report_over_the_api_starts_the_clock(api, clock) -> None:
    """Reference, status and strict deadline come back."""
    _, headers = _token(clock)
    answer = api.test_client().post("/api/v1/incidents", json={"summary": "Laptop stolen"}, headers=headers)
    assert answer.status_code == 201
    assert answer.json["status"] == "reported"
    assert (clock.now() + timedelta(hours=72)).isoformat().replace("+00:00", "Z") == answer.json["due_at"]
    shown = api.test_client().get(f"/api/v1/incidents/{answer.json['reference']}", headers=headers)
    assert answer.json == shown.json


def test_a_repetition_with_the_same_key_makes_one_incident(api, clock) -> None:
    """A script that lost the answer may simply send again."""
    _, headers = _token(clock)
    headers["Idempotency-Key"] = "job-17"
    answers = [api.test_client().post("/api/v1/incidents", json={"summary": "x"}, headers=headers) for _ in range(2)]
    assert answers[0].json == answers[1].json
    assert api.test_client().get("/api/v1/incidents", headers=headers).json["total"] == 1


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer mk_wrong"}, {"Authorization": "Basic eDp5"}])
def test_nobody_comes_in_without_a_token(api, headers) -> None:
    """401 with a sentence that says what to send."""
    answer = api.test_client().get("/api/v1/incidents", headers=headers)
    assert (401, "Bearer" in answer.json["message"]) == (answer.status_code, True)


def test_a_revoked_token_and_a_closed_account_are_out(api, clock) -> None:
    """At once, not after some time."""
    person, headers = _token(clock)
    other, others = _token(clock, "Dora")
    revoke_api_token(db.session(), SYSTEM_ADMIN, tokens_of(db.session(), person.id)[0].id, now=clock.now())
    other.active = False
    db.session.commit()
    assert {401} == {api.test_client().get("/api/v1/incidents", headers=one).status_code for one in (headers, others)}


ACTS = {
    Scope.REPORT: ("POST", "", {"summary": "x"}),
    Scope.READ: ("GET", "", None),
    Scope.RECORD: ("POST", "/DL-2026-0001-9/timeline", {"text": "x"}),
}


def test_a_token_does_what_it_was_made_for_and_nothing_else(api, clock) -> None:
    """Nine cells: one scope each, and every kind of act; last used is known, and after its days it opens nothing."""
    person = make_person(db.session(), "Bob", (Role.RESPONDER,), clock.now())
    for scope in Scope:
        secret = make_api_token(
            db.session(), person.actor(), person.id, scope.value, now=clock.now(), scopes=[scope], days=30
        )
        db.session.commit()
        headers = {"Authorization": f"Bearer {secret}"}
        for asked, (method, path, body) in ACTS.items():
            answer = api.test_client().open(f"/api/v1/incidents{path}", method=method, json=body, headers=headers)
            assert (answer.status_code == 403) == (asked is not scope), (scope, asked, answer.json)
        db.session.expire_all()
        assert tokens_of(db.session(), person.id)[-1].used_at == clock.now()
    clock.advance(days=30)
    assert api.test_client().get("/api/v1/incidents", headers=headers).status_code == 401


def test_no_token_lasts_for_ever_or_is_for_nothing(api, clock) -> None:
    """A year at most, and at least one kind of act."""
    person, _ = _token(clock)
    for wrong in ({"days": 366}, {"days": 0}, {"scopes": []}):
        with pytest.raises(Invalid):
            make_api_token(db.session(), person.actor(), person.id, "script", now=clock.now(), **wrong)


SYSTEM_ADMIN = type(SYSTEM)(id=None, name="admin", roles=frozenset({Role.ADMIN}))


def test_a_reporter_sees_only_their_own(api, clock) -> None:
    """The same matrix as on the pages."""
    _, bob = _token(clock)
    _, alice = _token(clock, "Alice", (Role.REPORTER,))
    made = api.test_client().post("/api/v1/incidents", json={"summary": "Bob's"}, headers=bob).json["reference"]
    assert api.test_client().get(f"/api/v1/incidents/{made}", headers=alice).status_code == 404
    assert api.test_client().get("/api/v1/incidents", headers=alice).json["total"] == 0
    own = api.test_client().post("/api/v1/incidents", json={"summary": "Alice's"}, headers=alice).json["reference"]
    answer = api.test_client().get(f"/api/v1/incidents/{own}/deadlines", headers=alice)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"summary": " "}, "summary"),
        ({"summary": "x", "aware_at": "2099-01-01T00:00:00Z"}, "aware_at"),
        ({"summary": "x", "aware_at": "2026-03-02T09:00:00"}, None),
        ({"summary": "x", "subjects": "5"}, None),
        ({"summary": "x", "surprise": 1}, None),
        ({}, None),
    ],
)
def test_bad_input_is_422_and_writes_nothing(api, clock, body, field) -> None:
    """With the field where a use case refused."""
    _, headers = _token(clock)
    answer = api.test_client().post("/api/v1/incidents", json=body, headers=headers)
    assert answer.status_code == 422
    if field:
        assert field == answer.json["field"]
    assert api.test_client().get("/api/v1/incidents", headers=headers).json["total"] == 0


@pytest.mark.parametrize("field", ["noticed_at", "aware_at"])
@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_does_not_exist_in_utc_is_422(api, clock, field, moment) -> None:
    """It is refused at its field, and nothing is stored."""
    _, headers = _token(clock)
    sent = {"summary": "x", field: moment}
    answer = api.test_client().post("/api/v1/incidents", json=sent, headers=headers)
    assert answer.status_code == 422
    assert field in str(answer.json)
    assert api.test_client().get("/api/v1/incidents", headers=headers).json["total"] == 0


@pytest.mark.parametrize("body", ["[" * 5_000, '{"a":' * 3_000, '{"summary":' + "[" * 100_000])
def test_json_nested_without_end_is_400(api, clock, body) -> None:
    """Like any body that is not JSON; the process does not run out of stack."""
    _, headers = _token(clock)
    headers["Content-Type"] = "application/json"
    assert api.test_client().post("/api/v1/incidents", data=body, headers=headers).status_code == 400


@pytest.mark.sqlite
def test_the_description_holds_for_everything_that_can_be_sent(databases, clock, tmp_path, make_settings) -> None:
    """schemathesis sends what the description allows and what it does not, and every answer fits the description."""
    url = databases.get("sqlite").migrated()
    made = make_settings(DATABASE_URL=url)
    app = create_app(made, Deps(made, clock, FolderBlobs(tmp_path), PlainWriter(), PlainRenderer(), {}))
    with app.app_context():
        _, headers = _token(clock)
        db.session.remove()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)

    for operation in schema.get_all_operations():
        _exercise(operation.ok(), headers)


def _exercise(operation, headers) -> None:
    from hypothesis import given

    @given(case=operation.as_strategy())
    @hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    def send(case) -> None:
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    send()
