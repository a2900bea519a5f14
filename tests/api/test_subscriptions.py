"""Subscriptions over the API: made once, changed, switched off, tried and ended, by whoever may on the page."""

import pytest
from sqlalchemy import func, select, update

from incident.domain.kernel.people import Role
from incident.domain.kernel.scopes import Scope
from incident.domain.subscriptions import OFFERED
from incident.store.db import db
from incident.store.models import AuditEntry, OutboxMessage
from incident.usecases.messages.subscriptions import subscriber
from incident.usecases.people.api_tokens import make_api_token
from tests.factories import make_incident, make_person

PATH = "/api/v1/subscriptions"
WANTED = {"name": "Alerts", "url": "https://example.org/hook", "kinds": ["incident.reported", "deadline.overdue"]}


@pytest.fixture
def manager(api, clock):
    """A function that asks as an administrator's program."""
    return asking(api, clock, Role.ADMIN)


def asking(api, clock, role, scopes=(Scope.ADMINISTER,)):
    person = make_person(db.session(), f"{role} {len(scopes)}", [role], clock.now())
    secret = make_api_token(db.session(), person.actor(), person.id, "x", now=clock.now(), scopes=scopes)
    db.session.commit()
    client = api.test_client()

    def ask(method, path="", json=None, **headers):
        sent = {"Authorization": f"Bearer {secret}", **headers}
        try:
            return client.open(PATH + path, method=method, json=json, headers=sent)
        finally:
            db.session.remove()

    ask.actor = person.actor()
    db.session.commit()
    return ask


def signed_by(api, key) -> str:
    """The secret with which calls of this subscription are signed now."""
    found = subscriber(db.session(), key, api.extensions["meldklok"].sealer).secret
    db.session.remove()
    return found


def test_a_subscription_from_its_making_to_its_end(api, clock, manager) -> None:
    """Its secret comes once and signs its calls; what is left out stays; what has ended is not there."""
    made = manager("POST", json=WANTED)
    assert made.status_code == 201
    shown = {name: value for name, value in made.json.items() if name != "secret"}
    key, secret = shown["subscription"], made.json["secret"]
    assert secret.startswith("whsec_")
    assert signed_by(api, key) == secret
    assert shown == {**WANTED, "subscription": key, "is_on": True, "problem": None}
    assert manager("GET", f"/{key}").json == shown
    assert manager("GET").json["subscriptions"] == [shown]
    changed = manager("PATCH", f"/{key}", {"is_on": False}).json
    assert changed == {**shown, "is_on": False}
    assert manager("PATCH", f"/{key}", {"name": "More", "kinds": ["drill.failed"]}).json == {
        **changed,
        **{"name": "More", "kinds": ["drill.failed"]},
    }
    assert signed_by(api, key) == secret
    fresh = manager("POST", f"/{key}/secret").json["secret"]
    assert secret != fresh == signed_by(api, key)
    assert (manager("DELETE", f"/{key}").status_code, manager("DELETE", f"/{key}").status_code) == (204, 404)
    assert manager("GET").json["subscriptions"] == []
    record = select(func.count()).where(AuditEntry.tag == "settings:changed", AuditEntry.actor == manager.actor.key)
    assert db.session.scalar(record) >= 5


def test_a_repetition_with_the_same_key_makes_one_subscription_and_tells_no_secret(manager) -> None:
    """Where the answer was lost a new secret is made; another body under the key is refused."""
    answers = [manager("POST", json=WANTED, **{"Idempotency-Key": "job-17"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json["subscription"] == answers[1].json["subscription"]
    assert (answers[1].json["secret"], answers[1].headers["Idempotent-Replayed"]) == (None, "true")
    other = manager("POST", json={**WANTED, "name": "Other"}, **{"Idempotency-Key": "job-17"})
    assert (other.status_code, other.json["field"]) == (422, "Idempotency-Key")
    assert len(manager("GET").json["subscriptions"]) == 1
    assert manager("POST", json={"name": "All", "url": WANTED["url"]}).json["kinds"] == [kind.value for kind in OFFERED]
    wrong = manager("POST", json={**WANTED, "url": "ftp://example.org"})
    assert (wrong.status_code, wrong.json["field"]) == (422, "url")
    wrong = manager("POST", json={**WANTED, "kinds": ["subscription.test"]})
    assert (wrong.status_code, wrong.json["field"]) == (422, "kinds")


def test_a_test_event_stands_in_the_log_and_so_does_what_became_of_it(api, clock, manager) -> None:
    """The log comes in parts, newest first, each call once; what fails stands at the subscription."""
    key = manager("POST", json=WANTED).json["subscription"]
    sent = []
    for _ in range(5):
        clock.advance(seconds=1)
        answer = manager("POST", f"/{key}/test")
        assert (answer.status_code, answer.json["event"], answer.json["state"]) == (202, "subscription.test", "waiting")
        sent.append(answer.json["id"])
    place, read = f"/{key}/calls?limit=2", []
    while place:
        part = manager("GET", place).json
        read += [call["id"] for call in part["calls"]]
        place = part["next"] and part["next"].partition(PATH)[2]
    assert read == sent[::-1]
    failed = update(OutboxMessage).where(OutboxMessage.channel == "events")
    db.session.execute(failed.values(last_error="the receiver answered 500", attempts=1))
    db.session.commit()
    assert manager("GET", f"/{key}/calls").json["calls"][0]["answer"] == "the receiver answered 500"
    assert manager("GET", f"/{key}").json["problem"] == "the receiver answered 500"


def test_an_administrator_sees_in_the_log_no_incident_that_the_pages_hide(api, clock, manager) -> None:
    """Who reads no cases reads of none in the log; whoever reads them all does."""
    key = manager("POST", json=WANTED).json["subscription"]
    officer = asking(api, clock, Role.DPO)
    make_incident(db.session(), officer.actor, clock.now())
    db.session.commit()
    assert [len(who("GET", f"/{key}/calls").json["calls"]) for who in (manager, officer)] == [0, 1]


def test_who_may_not_change_settings_or_has_a_token_for_something_else_is_refused(api, clock, manager) -> None:
    """403 for every call, whatever the method."""
    key = manager("POST", json=WANTED).json["subscription"]
    others = [asking(api, clock, Role.RESPONDER), asking(api, clock, Role.ADMIN, set(Scope) - {Scope.ADMINISTER})]
    asked = [
        *(("GET", ""), ("POST", "", WANTED), ("GET", f"/{key}"), ("PATCH", f"/{key}", {"is_on": False})),
        *(("DELETE", f"/{key}"), ("POST", f"/{key}/secret"), ("POST", f"/{key}/test"), ("GET", f"/{key}/calls")),
    ]
    assert {who(*call).status_code for who in others for call in asked} == {403}
    assert manager("GET", f"/{key}").json["is_on"] is True
