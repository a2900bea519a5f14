"""The API: tokens, the verbs, and a description that holds."""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from posixpath import normpath
from uuid import UUID

import pytest
import schemathesis
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from sqlalchemy import func, select

from incident import create_app
from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.people import SYSTEM, Role
from incident.domain.kernel.scopes import Scope
from incident.domain.subscriptions import OFFERED, Subscription
from incident.store.db import db
from incident.store.models import Incident
from incident.usecases.common import limits
from incident.usecases.messages.subscriptions import SaveSubscription, save_subscription
from incident.usecases.people.api_tokens import make_api_token, revoke_api_token, tokens_of
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence
from incident.usecases.response.restrict import Restrict, restrict
from incident.wiring import Deps
from tests.chains import breaks
from tests.factories import PlainRenderer, PlainWriter, blobs_in, make_incident, make_person


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
    other = api.test_client().post("/api/v1/incidents", json={"summary": "y"}, headers=headers)
    assert (other.status_code, other.json["field"]) == (422, "Idempotency-Key")
    assert api.test_client().get("/api/v1/incidents", headers=headers).json["total"] == 1


def test_two_programs_of_one_person_may_use_the_same_key(api, clock) -> None:
    """A key belongs to a token: the second program's report is no repetition, and its incident is a second one."""
    person, first = _token(clock)
    secret = make_api_token(db.session(), person.actor(), person.id, "another script", now=clock.now())
    db.session.commit()
    second = {"Authorization": f"Bearer {secret}"}
    sent = [
        api.test_client().post("/api/v1/incidents", json={"summary": "x"}, headers={**one, "Idempotency-Key": "1"})
        for one in (first, second, second)
    ]
    assert [answer.status_code for answer in sent] == [201] * 3
    assert sent[0].json["reference"] != sent[1].json["reference"] == sent[2].json["reference"]
    assert [answer.headers.get("Idempotent-Replayed") for answer in sent] == [None, None, "true"]
    assert api.test_client().get("/api/v1/incidents", headers=first).json["total"] == 2


def test_several_reports_come_to_several_results_and_one_that_is_refused_keeps_none_back(api, clock) -> None:
    """Each with its own key, which is the same as that of a single report; nothing is left of the refused one."""
    _, headers = _token(clock)
    client, path = api.test_client(), "/api/v1/incidents/batch"
    sent = {
        "reports": [
            {"summary": "first", "key": "1"},
            {"summary": "refused", "aware_at": "2099-01-01T00:00:00Z", "key": "2"},
            {"summary": "second", "key": "3"},
            {"summary": "other words", "key": "1"},
        ]
    }
    results = client.post(path, json=sent, headers=headers).json["results"]
    assert [one["status"] for one in results] == [201, 422, 201, 422]
    assert [one["field"] for one in results] == [None, "aware_at", None, "Idempotency-Key"]
    again = client.post(path, json=sent, headers=headers).json["results"]
    assert [one["replayed"] for one in again] == [True, False, True, False]
    assert again[0]["incident"] == results[0]["incident"]
    single = {"json": {"summary": "first"}, "headers": {**headers, "Idempotency-Key": "1"}}
    assert client.post("/api/v1/incidents", **single).json == results[0]["incident"]
    assert client.get("/api/v1/incidents", headers=headers).json["total"] == 2
    assert breaks(db.session()) == []
    much = {"reports": [{"summary": "x"}] * 21}
    assert client.post(path, json=much, headers=headers).json["field"] == "reports"


def test_a_report_of_several_that_is_none_keeps_none_back_either(api, clock) -> None:
    """An alert without words, of a wrong kind, or that is no object: it gets the refusal it would have had alone."""
    _, headers = _token(clock)
    client, path = api.test_client(), "/api/v1/incidents/batch"
    wrong = [{"summary": ""}, {"key": "1"}, {"summary": "x", "key": "a b"}, {"summary": "x", "subjects": "many"}, "x"]
    sent = {"reports": [{"summary": "first"}, *wrong, {"summary": "last"}]}
    results = client.post(path, json=sent, headers=headers).json["results"]
    assert [one["status"] for one in results] == [201, 422, 422, 422, 422, 422, 201]
    assert [one["field"] for one in results[1:-1]] == ["summary", "summary", "key", "subjects", None]
    for one, result in zip((wrong[0], wrong[3], wrong[4]), (results[1], results[4], results[5]), strict=True):
        alone = client.post("/api/v1/incidents", json=one, headers=headers)
        assert (alone.status_code, alone.json["detail"]) == (422, result["detail"])
    assert client.get("/api/v1/incidents", headers=headers).json["total"] == 2


def test_a_body_that_cannot_be_read_is_told_so_in_our_words(api, clock) -> None:
    """The library would speak of a browser, or of a field that nobody sent."""
    _, headers = _token(clock)
    client, path, kind = api.test_client(), "/api/v1/incidents", {"Content-Type": "application/json"}
    broken = client.post(path, data="{no", headers={**headers, **kind})
    assert (broken.status_code, broken.json["detail"][:20]) == (400, "The body is not JSON")
    listed = client.post(path, json=[1], headers=headers)
    assert (listed.status_code, listed.json.get("field"), listed.json["detail"][:20]) == (
        422,
        None,
        "Send one JSON object",
    )


def test_twenty_reports_in_one_request_count_as_twenty(api, clock) -> None:
    """By who sends them and by network; what is refused counts for nothing, and says when the next one is taken."""
    _, headers = _token(clock)
    client, path = api.test_client(), "/api/v1/incidents/batch"
    wrong = {"summary": "x", "aware_at": "2099-01-01T00:00:00Z"}
    whole = {"reports": [{"summary": "x"}] * 19 + [wrong]}
    first = [one["status"] for _ in range(5) for one in client.post(path, json=whole, headers=headers).json["results"]]
    assert first == ([201] * 19 + [422]) * 5
    last = [one["status"] for one in client.post(path, json=whole, headers=headers).json["results"]]
    assert last == [201] * 5 + [429] * 15
    session, now = db.session(), clock.now()
    for _ in range(limits.REPORTS_FROM.times - 100):
        limits.spend(session, limits.REPORTS_FROM, limits.network_of("127.0.0.1"), now=now)
    session.commit()
    _, others = _token(clock, "Second")
    said = client.post(path, json={"reports": [{"summary": "x"}]}, headers=others).json["results"][0]
    assert said["status"] == 429
    assert "network" in said["detail"]
    assert client.post("/api/v1/incidents", json={"summary": "x"}, headers=others).status_code == 429


def test_a_repetition_tells_nothing_that_reading_would_not(api, clock) -> None:
    """After its incident was restricted to others, whoever reported it gets what GET gives: there is no such thing."""
    _, headers = _token(clock)
    post = {"json": {"summary": "The director's laptop"}, "headers": {**headers, "Idempotency-Key": "1"}}
    made = api.test_client().post("/api/v1/incidents", **post).json["reference"]
    dpo = make_person(db.session(), "Dora", (Role.DPO,), clock.now())
    restrict(Restrict(dpo.actor(), made, frozenset({dpo.id}), "about Bob"), session=db.session(), now=clock.now())
    db.session.commit()
    read = api.test_client().get(f"/api/v1/incidents/{made}", headers=headers)
    again = api.test_client().post("/api/v1/incidents", **post)
    assert (again.status_code, again.json) == (read.status_code, read.json) == (404, read.json)
    db.session.expire_all()
    assert db.session.scalar(select(func.count()).select_from(Incident)) == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("POST", "/api/v2/incidents", 404),
        ("DELETE", "/api/v1/incidents", 405),
        ("PUT", "/api/v1/incidents/DL-2026-0001-9", 405),
    ],
)
def test_an_address_or_method_that_is_none_is_refused_in_the_same_shape(api, method, path, status) -> None:
    """A program that asks the wrong thing reads JSON, and after 405 what it may ask."""
    answer = api.test_client().open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert ("GET" in answer.headers.get("Allow", "")) == (status == 405)


def test_every_refusal_has_one_shape(api, clock) -> None:
    """RFC 9457, whoever refuses: the sign-in, the shape of the body, a use case, or a body that is none."""
    _, headers = _token(clock)
    client, path = api.test_client(), "/api/v1/incidents"
    answers = [
        client.get(path),
        client.post(path, json={"summary": 5}, headers=headers),
        client.post(path, json={"summary": " "}, headers=headers),
        client.post(path, data="{", headers={**headers, "Content-Type": "application/json"}),
        client.post(path, data="x", headers={**headers, "Content-Type": "text/plain"}),
        client.get(f"{path}/DL-2026-9999-9", headers=headers),
    ]
    assert [answer.mimetype for answer in answers] == ["application/problem+json"] * len(answers)
    assert all(answer.json["status"] == answer.status_code and answer.json["detail"] for answer in answers)
    assert [answer.json.get("field") for answer in answers[1:3]] == ["summary", "summary"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer mk_wrong"}, {"Authorization": "Basic eDp5"}])
def test_nobody_comes_in_without_a_token(api, headers) -> None:
    """401 with a sentence that says what to send."""
    answer = api.test_client().get("/api/v1/incidents", headers=headers)
    assert (401, "Bearer" in answer.json["detail"]) == (answer.status_code, True)


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
    Scope.EXPORT: ("GET", f"/DL-2026-0001-9/evidence/{UUID(int=0)}/bytes", None),
    Scope.ADMINISTER: ("GET", "/../subscriptions", None),
}


def test_a_token_does_what_it_was_made_for_and_nothing_else(api, clock, record_property) -> None:
    """A cell for each scope and kind of act; last used is known, and after its days it opens nothing."""
    person = make_person(db.session(), "Bob", (Role.RESPONDER, Role.DPO), clock.now())
    for scope in Scope:
        secret = make_api_token(
            db.session(), person.actor(), person.id, scope.value, now=clock.now(), scopes=[scope], days=30
        )
        db.session.commit()
        headers = {"Authorization": f"Bearer {secret}"}
        for asked, (method, path, body) in ACTS.items():
            answer = api.test_client().open(
                normpath(f"/api/v1/incidents{path}"), method=method, json=body, headers=headers
            )
            assert (answer.status_code == 403) == (asked is not scope), (scope, asked, answer.json)
        db.session.expire_all()
        assert tokens_of(db.session(), person.id)[-1].used_at == clock.now()
    record_property("cells", len(Scope) * len(ACTS))
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
        ({"summary": "x", "noticed_at": "2099-01-01T00:00:00Z"}, "noticed_at"),
        ({"summary": "x", "aware_at": "2026-03-02T09:00:00"}, None),
        ({"summary": "x", "aware_at": "1772442000"}, "aware_at"),
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
def test_the_description_holds_for_everything_that_can_be_sent(
    databases, clock, tmp_path, make_settings, pytestconfig, record_property
) -> None:
    """schemathesis sends what the description allows and what it does not, and every answer fits the description.

    Every second time it is about what is there. Time goes on, so that few are turned away as too many.
    """
    url = databases.get("sqlite").migrated()
    made = make_settings(DATABASE_URL=url)
    app = create_app(made, Deps(made, clock, blobs_in(tmp_path), PlainWriter(), PlainRenderer(), {}))
    with app.app_context():
        person, headers = _token(clock, roles=(Role.RESPONDER, Role.DPO))
        there = _things(app, person.actor(), clock)
        db.session.commit()
        db.session.remove()
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)

    operations = [operation.ok() for operation in schema.get_all_operations()]
    each = max(20, -(-pytestconfig.getoption("--hostile") // len(operations)))
    answers = Answers(Counter(), {})
    for operation in operations:
        _exercise(operation, (there, headers), each, answers, clock)
    assert not [status for status in answers.statuses if status >= 500]
    slowest = max(answers.longest, key=lambda label: answers.longest[label])
    longest = f"the longest {answers.longest[slowest]:.2f} s ({slowest})"
    record_property(
        "hostile", f"API, {len(operations)} operations, {dict(sorted(answers.statuses.items()))}, {longest}"
    )


def _things(app, actor, clock) -> dict[str, str]:
    """What the parameters in addresses name, where it is there."""
    session, now, deps = db.session(), clock.now(), app.extensions["meldklok"]
    incident = make_incident(session, actor, now)
    file = AttachEvidence(actor, incident.id, "log.txt", b"a log")
    row = attach_evidence(file, session=session, now=now, blobs=deps.blobs)
    wanted = Subscription("3f9c0a1b2c3d4e5f", "Alerts", "https://example.org/hook", OFFERED)
    save_subscription(SaveSubscription(actor, wanted), session=session, sealer=deps.sealer, now=now)
    return {"reference": incident.reference, "file": str(row.id), "subscription": wanted.key}


@dataclass(frozen=True, slots=True)
class Answers:
    """What came back: how often each status, and the longest wait of each operation."""

    statuses: Counter[int]
    longest: dict[str, float]


def _exercise(operation, known, each: int, answers: Answers, clock) -> None:
    from hypothesis import given

    @given(case=operation.as_strategy())
    @hypothesis_settings(max_examples=each, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def send(case) -> None:
        excluded, (there, headers) = [positive_data_acceptance], known
        clock.advance(seconds=40)
        if case.path_parameters and case.method != "DELETE" and answers.statuses.total() % 2:
            case.path_parameters.update({name: there[name] for name in case.path_parameters})
            excluded.append(negative_data_rejection)
        if operation.path.endswith("/batch"):
            # What is wrong in one report of several is refused in its own result, and the whole is answered with 200.
            excluded.append(negative_data_rejection)
        began = time.monotonic()
        answer = case.call_and_validate(headers=headers, excluded_checks=excluded)
        took = time.monotonic() - began
        answers.longest[operation.label] = max(took, answers.longest.get(operation.label, 0))
        answers.statuses[answer.status_code] += 1
        assert "Traceback" not in answer.text

    send()
