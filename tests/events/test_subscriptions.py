"""Events leave with the act and no more than may be known, at least once, in order per incident, signed."""

import json
import threading
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from incident.domain.kernel.errors import Invalid, NotAllowed, NotFound
from incident.domain.kernel.events import Tag
from incident.domain.kernel.health import judge
from incident.domain.kernel.people import Role
from incident.domain.kinds import OutboxOutcome
from incident.domain.subscriptions import EVENTS, OFFERED, EventKind, Subscription, event_of, subscriptions_from, told
from incident.store.due import LEASE
from incident.store.models import AuditEntry, DrillCall, Incident, KeptSecret, OutboxMessage, SettingVersion
from incident.store.proof.note import Signer
from incident.store.queries.vital_signs import health_facts
from incident.usecases.clock.fire import Outlets, fire_reminders
from incident.usecases.common.access import visible
from incident.usecases.common.record import record
from incident.usecases.messages.checkpoints import new_checkpoint
from incident.usecases.messages.deliver import Parcel, Result, conclude, take
from incident.usecases.messages.drill import ANSWER_WITHIN, fail_drills
from incident.usecases.messages.ports import Channel, Receipt
from incident.usecases.messages.subscriptions import (
    RemoveSubscription,
    RenewSecret,
    SaveSubscription,
    TestSubscription,
    calls,
    remove_subscription,
    renew_secret,
    save_subscription,
    subscription,
    troubled,
    try_subscription,
)
from tests.events.conftest import PAGE, Call, Office, Receiver, published
from tests.factories import make_actor, make_incident

believes = published("python")["is_from_meldklok"]
URL = "https://example.org/hook"


def test_the_channel_has_one_name() -> None:
    """The domain names the channel by which events leave; the outbox calls it the same."""
    assert Channel.EVENTS.value == EVENTS


@pytest.mark.parametrize("kind", OFFERED)
def test_the_page_names_every_event(kind: EventKind) -> None:
    assert f"`{kind.value}`" in PAGE


def test_an_act_and_its_event_are_written_together_or_not_at_all(office: Office) -> None:
    office.subscribe(URL, EventKind.REPORTED)
    make_incident(office.session, office.alice, office.clock.now())
    office.session.rollback()
    assert office.waiting() == []
    incident = make_incident(office.session, office.alice, office.clock.now())
    [row] = office.waiting()
    assert (row.incident_id, row.payload["template"]) == (incident.id, "incident.reported")


def test_an_event_is_a_cloudevent_that_the_published_code_believes(office: Office, receiver: Receiver) -> None:
    """The members that the page shows, and no others; another secret, another body and an old call are not believed."""
    _key, secret = office.subscribe(receiver.url, EventKind.REPORTED)
    incident = make_incident(office.session, office.alice, office.clock.now())
    office.session.commit()
    office.send()
    [call] = receiver.calls
    assert call.headers["content-type"].startswith("application/cloudevents+json")
    assert call.event == {
        "specversion": "1.0",
        "id": call.headers["webhook-id"],
        "source": "https://breaches.example.org",
        "type": "meldklok.incident.reported",
        "subject": incident.reference,
        "time": "2026-03-02T09:00:00Z",
        "datacontenttype": "application/json",
        "data": {
            "reference": incident.reference,
            "status": "reported",
            "number": int(call.event["id"].rpartition("-")[2]),
            "url": f"https://breaches.example.org/incidents/{incident.reference}",
        },
    }
    now = office.clock.now().timestamp()
    assert believes(secret, call.headers, call.body, now)
    assert not believes(secret, call.headers, call.body + b" ", now)
    assert not believes("whsec_" + "A" * 44, call.headers, call.body, now)
    assert not believes(secret, call.headers, call.body, now + 301)
    assert not believes(secret, {}, call.body, now)


def test_what_is_published_is_what_is_sent(office: Office, receiver: Receiver) -> None:
    """The example on the page has the members of a real event about a deadline."""
    office.subscribe(receiver.url, EventKind.APPROACHING)
    at = office.clock.now()
    make_incident(office.session, office.alice, at, aware_at=at)
    office.session.commit()
    office.clock.advance(hours=60)
    fire_reminders(office.session, office.clock.now(), Outlets(frozenset({Channel.EMAIL})))
    office.session.commit()
    office.send()
    example = json.loads(PAGE.split("```json\n")[1].split("```")[0])
    [event] = [call.event for call in receiver.calls]
    assert list(event) == list(example)
    assert set(event["data"]) == set(example["data"])
    assert event["data"]["duty"] == "gdpr_33_1"


def test_nothing_that_people_typed_leaves(office: Office) -> None:
    """A duty towards a customer carries the customer's name in the record; an event says only which duty it is."""
    assert told({"obligation": "gdpr_33_2:Secret Customer BV", "reason": "typed", "people": 3}) == {
        "duty": "gdpr_33_2",
        "people": 3,
    }
    office.subscribe(URL)
    summary = "Mrs Jansen's file was sent to the wrong address"
    incident = make_incident(office.session, office.alice, office.clock.now(), summary=summary)
    now = office.clock.now()
    record(office.session, incident, Tag.DEADLINE_STARTED, office.alice, now, obligation="gdpr_33_2:Secret Customer BV")
    rows = office.waiting()
    assert len(rows) >= 2
    written = json.dumps([row.payload for row in rows])
    assert "Jansen" not in written
    assert "Secret" not in written
    assert "Alice" not in written


def test_of_a_restricted_incident_and_an_example_nothing_leaves(office: Office, receiver: Receiver) -> None:
    """Also not what was queued before it was restricted."""
    office.subscribe(receiver.url)
    incident = make_incident(office.session, office.alice, office.clock.now())
    example = make_incident(office.session, office.alice, office.clock.now())
    example.is_example = True
    office.session.commit()
    about_example = [row for row in office.waiting() if row.incident_id == example.id]
    incident.circle = [str(office.alice.id)]
    office.session.commit()
    now = office.clock.now()
    for one in (incident, example):
        record(office.session, one, Tag.BREACH_CONFIRMED, office.alice, now)
    office.session.commit()
    assert [row for row in office.waiting() if row.incident_id == example.id] == about_example
    office.send(seconds=20)
    assert receiver.of(incident.reference) == []
    about_it = (OutboxMessage.channel == EVENTS, OutboxMessage.incident_id == incident.id)
    outcomes = office.session.scalars(select(OutboxMessage.outcome).where(*about_it))
    assert set(outcomes) == {OutboxOutcome.NOT_NEEDED}


def test_only_what_was_subscribed_to_is_sent_and_nothing_while_it_is_off(office: Office) -> None:
    key, _secret = office.subscribe(URL, EventKind.CLOSED)
    incident = make_incident(office.session, office.alice, office.clock.now())
    assert office.waiting() == []
    record(office.session, incident, Tag.INCIDENT_CLOSED, office.alice, office.clock.now())
    assert len(office.waiting()) == 1
    off = Subscription(key, "Alerts", URL, (EventKind.CLOSED,), is_on=False)
    save(office, off)
    record(office.session, incident, Tag.INCIDENT_CLOSED, office.alice, office.clock.now())
    assert office.waiting() == []


def save(office: Office, wanted: Subscription) -> str | None:
    """Store a subscription as the administrator."""
    command = SaveSubscription(office.admin, wanted)
    saved = save_subscription(command, session=office.session, sealer=office.sealer, now=office.clock.now())
    office.session.commit()
    return saved.secret


def test_a_receiver_that_is_away_for_an_hour_and_then_slow_gets_everything_in_order(
    office: Office, receiver: Receiver
) -> None:
    """Each event at least once, of each incident in the order of its record, all signed as the page says.

    While it is away it costs one knock a minute and no more; then it answers late, hangs up after it has taken
    something, and two threads send at once.
    """
    _key, secret = office.subscribe(receiver.url)
    incidents = [make_incident(office.session, office.alice, office.clock.now()) for _ in range(3)]
    office.session.commit()
    receiver.answer = lambda _: 503
    for minute in range(60):
        office.clock.advance(minutes=1)
        if minute % 10 == 0:
            for incident in incidents:
                record(office.session, incident, Tag.RISK_ASSESSED, office.alice, office.clock.now(), risk="high")
            office.session.commit()
        office.send()
    assert len(receiver.calls) <= 75
    expected = {incident.reference: numbers(office, incident) for incident in incidents}
    assert all(len(found) >= 7 for found in expected.values())
    receiver.calls.clear()
    busy, seen, overlaps = threading.Lock(), set[str](), list[str]()

    def slow(call: Call) -> int:
        with busy:
            if believes(secret, call.headers, call.body, office.clock.now().timestamp()):
                again = call.event["id"] in seen
                seen.add(call.event["id"])
                return 204 if again or len(seen) % 4 else 0
        overlaps.append(call.event["id"])
        return 401

    receiver.answer = slow
    first, second = office.sender(), office.sender()
    for _ in range(2000):
        if not office.waiting():
            break
        office.clock.advance(seconds=1)
        threads = [threading.Thread(target=sender.drain) for sender in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert office.waiting() == []
    assert overlaps == []
    for reference, wanted in expected.items():
        arrived = receiver.of(reference)
        assert arrived == sorted(arrived)
        assert sorted(set(arrived)) == wanted
    assert len(receiver.calls) > len(seen), "hanging up made it come twice"


def numbers(office: Office, incident: Incident) -> list[int]:
    """The places in the record of what systems hear of."""
    query = select(AuditEntry).where(AuditEntry.chain == incident.reference).order_by(AuditEntry.seq)
    return [entry.seq for entry in office.session.scalars(query) if event_of(Tag(entry.tag), entry.details)]


def test_a_subscriber_gets_the_next_event_when_it_has_answered(office: Office) -> None:
    """One that takes its time is not overtaken, and holds one sending thread; other subscribers pass."""
    office.subscribe(URL, EventKind.REPORTED, EventKind.CONFIRMED)
    first = make_incident(office.session, office.alice, office.clock.now())
    record(office.session, first, Tag.BREACH_CONFIRMED, office.alice, office.clock.now())
    office.clock.advance(seconds=1)
    second = make_incident(office.session, office.alice, office.clock.now())
    office.session.commit()
    called = take_event(office)
    assert called is not None
    office.clock.advance(seconds=30)
    assert take_event(office) is None
    conclude(office.session, called, Result(Receipt("http:204")), office.clock.now(), Random(1))
    references = [called.message.incident_reference]
    for _ in range(3):
        office.clock.advance(seconds=2)
        if (parcel := take_event(office)) is not None:
            references.append(parcel.message.incident_reference)
            conclude(office.session, parcel, Result(Receipt("http:204")), office.clock.now(), Random(1))
    assert references == [first.reference, first.reference, second.reference]


def test_an_event_in_the_hands_of_a_worker_that_died_comes_back_with_its_lease(office: Office) -> None:
    """The lane is closed for as long as the call may last, and not longer; a late answer does not open it for two."""
    office.subscribe(URL, EventKind.REPORTED)
    make_incident(office.session, office.alice, office.clock.now())
    office.clock.advance(seconds=1)
    make_incident(office.session, office.alice, office.clock.now())
    office.session.commit()
    lost = take_event(office)
    office.clock.advance(seconds=LEASE.total_seconds() + 1)
    again = take_event(office)
    assert lost is not None
    assert again is not None
    assert (again.message.id, again.claimed.maybe_sent) == (lost.message.id, True)
    assert conclude(office.session, lost, Result(Receipt("http:204")), office.clock.now(), Random(1)) is None
    office.clock.advance(seconds=2)
    assert take_event(office) is None


def take_event(office: Office) -> Parcel | None:
    """The next event that may leave, past what leaves by other channels."""
    while (parcel := take(office.session, "w", office.clock.now())) is not None:
        office.session.commit()
        if parcel.claimed.channel == EVENTS:
            return parcel
    return None


def test_a_refused_event_stands_aside_and_is_red_until_somebody_looks(office: Office, receiver: Receiver) -> None:
    """The others go on; page and health say that one is refused, and people's messages are not called late for it."""
    key, _secret = office.subscribe(receiver.url, EventKind.REPORTED, EventKind.CONFIRMED)
    incident = make_incident(office.session, office.alice, office.clock.now())
    record(office.session, incident, Tag.BREACH_CONFIRMED, office.alice, office.clock.now())
    office.session.commit()
    receiver.answer = lambda call: 422 if call.event["type"].endswith("reported") else 204
    office.send(seconds=3)
    assert len(receiver.of(incident.reference)) == 2
    assert troubled(office.session) == {key: "the receiver answered 422"}
    health = judge(health_facts(office.session, office.clock.now()), office.clock.now())
    assert "subscribers_troubled" in health.keys
    assert not {"messages_late", "messages_failed"} & set(health.keys)
    shown = calls(office.session, key, visible(office.alice))
    assert [(call.payload["template"], call.outcome) for call in shown] == [
        ("incident.confirmed", OutboxOutcome.SENT),
        ("incident.reported", OutboxOutcome.FAILED),
    ]


def test_one_that_is_away_holds_up_no_other(office: Office, receiver: Receiver) -> None:
    office.subscribe("http://127.0.0.1:9/", name="Away")
    office.subscribe(receiver.url, EventKind.REPORTED, name="There")
    incident = make_incident(office.session, office.alice, office.clock.now())
    office.session.commit()
    office.send(seconds=5)
    assert len(receiver.of(incident.reference)) == 1


def test_an_administrator_sees_no_call_about_an_incident_that_is_not_theirs(office: Office) -> None:
    key, _secret = office.subscribe(URL, EventKind.REPORTED)
    make_incident(office.session, office.alice, office.clock.now())
    office.session.commit()
    assert len(calls(office.session, key, visible(office.alice))) == 1
    assert calls(office.session, key, visible(office.admin)) == []


def test_a_test_arrives_although_others_wait(office: Office, receiver: Receiver) -> None:
    """Somebody who has repaired the receiver wants to know now."""
    key, _secret = office.subscribe(receiver.url, EventKind.CLOSED)
    try_subscription(TestSubscription(office.admin, key), session=office.session, now=office.clock.now())
    office.session.commit()
    office.send()
    assert [call.event["type"] for call in receiver.calls] == ["meldklok.subscription.test"]
    assert "subject" not in receiver.calls[0].event


def test_the_secret_is_shown_once_and_lies_sealed(office: Office) -> None:
    """Not in the document of settings, and not readable in the row; changing a subscription shows none."""
    key, secret = office.subscribe(URL)
    assert secret.startswith("whsec_")
    documents = json.dumps([row.document for row in office.session.scalars(select(SettingVersion))])
    assert secret not in documents
    sealed = office.session.get_one(KeptSecret, f"subscription:{key}").sealed
    assert secret.encode() not in sealed
    assert save(office, subscription(office.session, key)) is None
    command = RenewSecret(office.admin, key)
    fresh = renew_secret(command, session=office.session, sealer=office.sealer, now=office.clock.now())
    assert fresh not in ("", secret)


def test_a_removed_subscription_leaves_neither_secret_nor_waiting_events(office: Office) -> None:
    key, _secret = office.subscribe(URL)
    make_incident(office.session, office.alice, office.clock.now())
    command = RemoveSubscription(office.admin, key)
    remove_subscription(command, session=office.session, now=office.clock.now())
    assert office.waiting() == []
    assert office.session.get(KeptSecret, f"subscription:{key}") is None
    with pytest.raises(NotFound):
        subscription(office.session, key)


@pytest.mark.parametrize("role", [Role.REPORTER, Role.RESPONDER, Role.SECOND, Role.AUDITOR])
def test_only_who_runs_the_installation_makes_subscriptions(office: Office, role: Role) -> None:
    actor = make_actor(office.session, "Somebody", [role], office.clock.now())
    command = SaveSubscription(actor, Subscription("a" * 16, "Mine", URL, OFFERED))
    with pytest.raises(NotAllowed):
        save_subscription(command, session=office.session, sealer=office.sealer, now=office.clock.now())


@pytest.mark.parametrize(
    ("field", "changed"),
    [
        ("name", {"name": " "}),
        ("kinds", {"kinds": ()}),
        ("kinds", {"kinds": (EventKind.TEST,)}),
        *(
            ("url", {"url": url})
            for url in ("", "ftp://example.org/", "https://", "https://user:pass@example.org/", "https://a b/", "x")
        ),
        ("url", {"url": "https://example.org/" + "a" * 500}),
    ],
)
def test_a_subscription_that_cannot_work_is_refused_at_its_field(
    office: Office, field: str, changed: dict[str, Any]
) -> None:
    wanted = Subscription(**{"key": "a" * 16, "name": "Alerts", "url": URL, "kinds": OFFERED, **changed})
    with pytest.raises(Invalid) as refused:
        save(office, wanted)
    assert refused.value.field == field


def test_a_kind_of_a_later_version_is_passed_over() -> None:
    entry = {"key": "a", "name": "n", "url": URL, "kinds": ["incident.closed", "planet.lost"], "is_on": True}
    [found] = subscriptions_from({"subscriptions": [entry]})
    assert found.kinds == (EventKind.CLOSED,)


def test_a_drill_that_somebody_did_not_answer_is_told_once(office: Office) -> None:
    office.subscribe(URL, EventKind.DRILL_FAILED)
    now, drill = office.clock.now(), office.admin.id
    for number, confirmed in enumerate((now, None)):
        call = DrillCall(
            drill=drill, person_id=office.admin.id, channel=f"way{number}", called_at=now, confirmed_at=confirmed
        )
        office.session.add(call)
    office.session.flush()
    assert fail_drills(office.session, now + ANSWER_WITHIN - timedelta(seconds=1)) == 0
    assert fail_drills(office.session, now + ANSWER_WITHIN) == 1
    assert fail_drills(office.session, now + ANSWER_WITHIN) == 0
    [row] = office.waiting()
    assert row.payload["params"] | {"event": "", "number": 0} == {
        "event": "",
        "number": 0,
        "time": (datetime(2026, 3, 3, 9, 0, tzinfo=UTC)).isoformat(),
        "calls": 2,
        "unconfirmed": 1,
    }


def test_each_checkpoint_leaves_by_the_events_too(office: Office) -> None:
    """Each once and in order; what a subscriber keeps is the note of the daily mail."""
    office.subscribe(URL, EventKind.CHECKPOINT)
    signer = Signer(bytes(32))
    made = new_checkpoint(office.session, signer, office.clock.now())
    [row] = office.waiting()
    assert (row.payload["params"]["size"], row.payload["params"]["note"]) == (made.size, made.note)
    assert row.payload["params"]["event"] == f"system-{row.place}"
    later = new_checkpoint(office.session, signer, office.clock.now())
    assert [one.payload["params"]["size"] for one in office.waiting()] == [made.size, later.size]


def test_without_a_subscription_an_act_writes_no_row(office: Office) -> None:
    make_incident(office.session, office.alice, office.clock.now())
    query = select(func.count()).where(OutboxMessage.channel == EVENTS)
    assert office.session.scalars(query).one() == 0
