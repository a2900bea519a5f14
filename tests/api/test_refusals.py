"""One shape of error, by whatever address and for whatever reason; the client holds each against the description."""

import pytest

from incident.domain.kernel.errors import Conflict
from incident.domain.kernel.people import Role
from incident.domain.kernel.scopes import Scope
from incident.domain.subscriptions import OFFERED, Subscription
from incident.store.db import db
from incident.usecases.common.limits import READS, REPORTS, spend
from incident.usecases.messages.subscriptions import SaveSubscription, save_subscription
from incident.usecases.people.api_tokens import make_api_token
from incident.usecases.response.attach_evidence import AttachEvidence, attach_evidence
from tests.factories import make_incident, make_person

BODIES = {
    "report": {"summary": "x"},
    "report_batch": {"reports": [{"summary": "x"}]},
    "add_timeline_entry": {"text": "x"},
    "make_subscription": {"name": "x", "url": "https://example.org"},
    "change_subscription": {"name": "x"},
}
PARAMETERS = {
    *("list_incidents", "register", "timeline", "tasks", "notices"),
    *("decisions", "evidence", "mailings", "reporter", "subscription_calls"),
}
SCOPES = {
    "add_timeline_entry": Scope.RECORD,
    "evidence_file": Scope.EXPORT,
    "report": Scope.REPORT,
    "report_batch": Scope.REPORT,
}
WRITES = ("POST", "PATCH", "DELETE")
pytestmark = pytest.mark.parametrize("dialect", ["sqlite"])


@pytest.fixture
def ask(api, clock):
    """A function that sends one request to a route, with a token of everything unless told otherwise."""
    person = make_person(db.session(), "Bob", [Role.RESPONDER, Role.DPO], clock.now())
    incident = make_incident(db.session(), person.actor(), clock.now())
    every = make_api_token(db.session(), person.actor(), person.id, "script", now=clock.now())
    real = incident.reference
    deps = api.extensions["meldklok"]
    file = AttachEvidence(person.actor(), real, "log.txt", b"a log")
    kept = attach_evidence(file, session=db.session(), now=clock.now(), blobs=deps.blobs).id
    subscription = Subscription("3f9c0a1b2c3d4e5f", "Alerts", "https://example.org/hook", OFFERED)
    command = SaveSubscription(person.actor(), subscription)
    save_subscription(command, session=db.session(), sealer=deps.sealer, now=clock.now())
    db.session.commit()
    client = api.test_client()

    def asked(rule, method=None, *, token=every, reference=real, subscription=subscription.key, query="", **more):
        method = method or next(iter(rule.methods - {"HEAD", "OPTIONS"}))
        if not more and (body := BODIES.get(rule.endpoint.partition(".")[2])):
            more = {"json": body}
        headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
        path = rule.rule.replace("<reference>", reference).replace("<uuid:file>", str(kept)) + query
        path = path.replace("<subscription>", subscription)
        return client.open(path, method=method, headers=headers, **more)

    asked.person, asked.reference = person, real
    return asked


def routes(api, method=None):
    """Every route of the API, or those with this method."""
    found = [rule for rule in api.url_map.iter_rules() if rule.endpoint.startswith("api.")]
    assert len(found) >= 10
    return [rule for rule in found if method is None or method in rule.methods]


def is_refused(answer, status, field=None):
    """Whether it says so in the one shape, kept by nobody."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    assert answer.json["status"] == status
    assert len(answer.json["detail"]) > 10
    assert answer.json.get("field") == field
    assert answer.headers["Cache-Control"] == "no-store"


def test_whoever_is_nobody_or_may_not_is_told_so_by_every_route(api, clock, ask) -> None:
    """401 without a token that is good, 403 with one that was made for something else."""
    for rule in routes(api):
        answer = ask(rule, token="mk_wrong")
        is_refused(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        wrong = set(Scope) - {_scope(rule)}
        for scope in wrong:
            secret = make_api_token(
                db.session(), ask.person.actor(), ask.person.id, scope, now=clock.now(), scopes=[scope]
            )
            db.session.commit()
            is_refused(ask(rule, token=secret), 403)


def _scope(rule):
    if "subscriptions" in rule.rule:
        return Scope.ADMINISTER
    return SCOPES.get(rule.endpoint.partition(".")[2], Scope.READ)


def test_what_is_not_there_or_cannot_be_done_is_refused_by_every_route(api, ask) -> None:
    """404 for a reference that is none, 405 with what may be asked instead."""
    for rule in routes(api):
        if "reference" in rule.arguments:
            is_refused(ask(rule, reference="DL-2026-9999-9"), 404)
        if "subscription" in rule.arguments:
            is_refused(ask(rule, subscription="none"), 404)
        answer = ask(rule, "PUT")
        is_refused(answer, 405)
        assert set(answer.headers["Allow"].split(", ")) >= rule.methods


def test_a_parameter_or_a_body_that_is_none_is_refused_by_every_route(api, ask) -> None:
    """400 with the parameter, 400, 415 and 413 for what is no JSON or too much of it, 422 with the field."""
    asked = {rule.endpoint.partition(".")[2] for rule in routes(api, "GET")}
    assert asked > PARAMETERS
    for rule in routes(api, "GET"):
        if rule.endpoint.partition(".")[2] in PARAMETERS:
            is_refused(ask(rule, query="?limit=0"), 400, "limit")
            is_refused(ask(rule, query="?cursor=x"), 400, "cursor")
    api.config["MAX_CONTENT_LENGTH"] = 1_000
    for rule in (one for one in routes(api) if one.endpoint.partition(".")[2] in BODIES):
        json = {"headers": {"Content-Type": "application/json"}}
        is_refused(ask(rule, data="{", **json), 400)
        is_refused(ask(rule, data="x", headers={"Content-Type": "text/plain"}), 415)
        is_refused(ask(rule, data="[" + "0," * 1_000 + "0]", **json), 413)
        [wrong] = {"nothing"} if "PATCH" in rule.methods else set(list(BODIES[rule.endpoint.partition(".")[2]])[:1])
        is_refused(ask(rule, json={"nothing": 1}), 422, wrong)


def test_whoever_asks_too_often_hears_from_every_route_when_to_come_back(api, clock, ask) -> None:
    """429 with Retry-After, for reading and for reporting."""
    for limit, whose in ((READS, "127.0.0.1"), (REPORTS, ask.person.actor().key)):
        for _ in range(limit.times):
            spend(db.session(), limit, whose, now=clock.now())
    db.session.commit()
    report = [rule for rule in routes(api) if rule.endpoint == "api.report"]
    for rule in (*routes(api, "GET"), *report):
        answer = ask(rule)
        is_refused(answer, 429)
        assert 0 < int(answer.headers["Retry-After"]) <= 3_601


@pytest.mark.parametrize("status", [500, 503])
def test_what_breaks_on_our_side_is_said_with_a_reference_by_every_route(api, ask, monkeypatch, status) -> None:
    """500 where something is wrong with us, 503 where the database is away; no stack trace leaves the house."""
    from sqlalchemy.exc import OperationalError

    api.config["RAISE_SURPRISES"] = False
    error = OperationalError("SELECT secret", {}, Exception("away")) if status == 503 else RuntimeError("secret")

    def broken(*_args, **_named):
        raise error

    for rule in routes(api):
        monkeypatch.setitem(api.view_functions, rule.endpoint, broken)
        answer = ask(rule)
        is_refused(answer, status)
        assert len(answer.json["reference"]) == 8
        assert "secret" not in answer.text


def test_what_fits_no_state_is_409_by_every_route_that_writes(api, ask, monkeypatch) -> None:
    """Whoever changed it meanwhile, and whatever it has become, nothing was overwritten; a batch says it of each."""

    def refused(*_args, **_named):
        raise Conflict("Somebody changed the same answers meanwhile.")

    for rule in (one for one in routes(api) if set(WRITES) & one.methods):
        if rule.endpoint in ("api.report_batch", "api.end_subscription"):
            continue
        monkeypatch.setitem(api.view_functions, rule.endpoint, refused)
        is_refused(ask(rule), 409)
