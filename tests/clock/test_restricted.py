"""Of a restricted incident only those hear who may know of it, and no reminder is lost by that."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from incident.delivery.messages import MessageTexts
from incident.domain.kernel.people import Role
from incident.domain.kinds import OutboxOutcome
from incident.store.models import Deadline, Incident, OutboxMessage, Person, SlackRoom
from incident.usecases.clock.fire import Outlets
from incident.usecases.messages.afterwards import FOR_OUTSIDE
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.deliver import Result, conclude, take
from incident.usecases.messages.digest import digest_params
from incident.usecases.messages.handover import hand_over
from incident.usecases.messages.other_ways import rescue_slow
from incident.usecases.messages.outsiders import QUESTION
from incident.usecases.messages.ports import Channel, OutgoingMessage, Receipt
from incident.usecases.messages.queue import queue_one
from incident.usecases.response.restrict import Restrict, restrict
from incident.usecases.response.triage import DenyBreach, deny_breach
from tests.clock.conftest import House
from tests.factories import make_person

TEXTS = MessageTexts()
EVERY = frozenset({Channel.EMAIL, Channel.SLACK, Channel.APPRISE})


def restricted(house: House, *names: str) -> Incident:
    """An incident of which only these and the DPO may know."""
    write_down(house.session, EVERY, house.clock.now())
    house.outlets = Outlets(EVERY)
    incident = house.report()
    people = frozenset(key for name in names if (key := house.actors[name].id) is not None)
    command = Restrict(house.actors["charlie"], incident.id, people, "About Alice")
    restrict(command, session=house.session, now=house.clock.now())
    house.session.commit()
    return incident


def ways(rows: list[OutboxMessage]) -> set[str]:
    """Channel and recipient of each."""
    return {f"{row.channel}:{row.recipient.partition('@')[0]}" for row in rows}


def test_every_rung_reaches_those_inside_and_nobody_else(house: House) -> None:
    """Alice has the duty and Dora is the management, but neither may know: Bob and the DPO hear every rung of it."""
    incident = restricted(house, "bob")
    assert ways(house.queued()) == {"email:bob"}
    deadline = house.authority_deadline(incident)
    heard: set[str] = set()
    while house.clock.now() < deadline.due_at + timedelta(hours=30):
        house.clock.advance(hours=3)
        fired = house.sweep()
        rows = house.queued()
        assert bool(rows) is bool(fired.said)
        heard |= ways(rows)
    assert heard == {"email:bob", "email:charlie"}


def leave(house: House, *names: str) -> None:
    """These are away for a month."""
    for name in names:
        person = house.session.get_one(Person, house.actors[name].id)
        person.away_from, person.away_to = house.clock.now(), house.clock.now() + timedelta(days=30)
    house.session.commit()


def switch_off(house: House, *names: str) -> None:
    """The accounts of these are closed, as it can happen in an older database."""
    for name in names:
        house.session.get_one(Person, house.actors[name].id).active = False
    house.session.commit()


def administrator(house: House, name: str = "Ada") -> None:
    """Somebody who can let people in and is not let in."""
    house.actors[name.lower()] = make_person(house.session, name, [Role.ADMIN], house.clock.now()).actor()
    house.session.commit()


def every_rung(house: House, incident: Incident) -> list[list[OutboxMessage]]:
    """What each look at the clock said, until more than a day after the deadline."""
    deadline, looks = house.authority_deadline(incident), []
    while house.clock.now() < deadline.due_at + timedelta(hours=30):
        house.clock.advance(hours=3)
        fired = house.sweep()
        rows = house.queued()
        assert bool(rows) is bool(fired.said)
        looks += [rows] if fired.said else []
    assert len(looks) >= 8
    return looks


@pytest.mark.parametrize("gone", [leave, switch_off])
def test_when_nobody_inside_is_there_whoever_can_let_somebody_in_hears_every_rung(
    house: House, gone: Callable[..., None]
) -> None:
    """Bob and the DPO are away, or gone: Ada learns the reference and the clock, by mail, and nobody else learns it."""
    incident = restricted(house, "bob")
    administrator(house)
    house.queued()
    gone(house, "bob", "charlie")
    for rows in every_rung(house, incident):
        outside = [row for row in rows if row.recipient.startswith("ada")]
        assert ways(outside) == {"email:ada"}
        assert ways(rows) <= {"email:ada", "email:bob", "email:charlie"}
        for row in outside:
            assert row.payload["template"] == "nobody_inside"
            assert row.urgent
            assert set(row.payload["params"]) == {*FOR_OUTSIDE, "path"}
            shown = TEXTS.render(outgoing(row, incident))
            assert incident.reference in shown.subject
            assert shown.url.endswith("/powers")
            assert incident.summary not in shown.text + shown.html


def test_who_only_reads_keeps_no_deadline(house: House) -> None:
    """An auditor inside does not count as somebody there: the DPO is gone, so Ada is told."""
    incident = restricted(house)
    administrator(house)
    audrey = make_person(house.session, "Audrey", [Role.AUDITOR], house.clock.now())
    command = Restrict(house.actors["charlie"], incident.id, frozenset({audrey.id}), "x")
    restrict(command, session=house.session, now=house.clock.now())
    house.session.commit()
    house.queued()
    switch_off(house, "charlie")
    assert {way for rows in every_rung(house, incident) for way in ways(rows)} == {"email:ada"}


def test_when_nobody_who_can_let_in_is_there_either_the_house_is_told(house: House) -> None:
    """Ada is on holiday too: she and those whom the ladder names hear the reference and the clock."""
    incident = restricted(house, "bob")
    administrator(house)
    house.queued()
    leave(house, "bob", "charlie", "ada")
    for rows in every_rung(house, incident):
        outside = [row for row in rows if row.payload["template"] == "nobody_inside"]
        assert ways(outside) == {"email:ada", "email:alice", "email:dora"}


def test_while_somebody_inside_is_there_nobody_outside_hears_of_it(house: House) -> None:
    """The DPO is away and Bob has no turn in the duty order: he hears every rung all the same, and Ada none."""
    incident = restricted(house, "bob")
    administrator(house)
    house.session.get_one(Person, house.actors["bob"].id).duty_order = None
    leave(house, "charlie")
    house.queued()
    for rows in every_rung(house, incident):
        assert {"email:bob"} <= ways(rows) <= {"email:bob", "email:charlie"}


def test_the_message_outside_leaves_and_goes_another_way_and_not_once_somebody_is_there(house: House) -> None:
    """Nothing holds it back while it is true; when the mail does not leave, Slack brings it; then Bob is back."""
    incident = restricted(house, "bob")
    administrator(house)
    house.session.get_one(Person, house.actors["ada"].id).slack_user_id = "U9ADA"
    house.queued()
    leave(house, "bob", "charlie")
    house.outlets = Outlets(frozenset({Channel.EMAIL}))
    house.clock.advance(hours=60)
    house.sweep()
    for mail in house.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient.like("ada%"))):
        mail.last_error = "away"
    house.clock.advance(minutes=10)
    assert rescue_slow(house.session, house.clock.now())
    house.session.commit()
    left = set()
    while (parcel := take(house.session, "w", house.clock.now())) is not None:
        left.add(f"{parcel.claimed.channel}:{parcel.message.recipient.partition('@')[0]}")
        conclude(house.session, parcel, Result(Receipt("x")), house.clock.now(), Random(1))
        house.clock.advance(seconds=2)
    assert {"email:ada", "slack:U9ADA"} <= left
    house.queued()
    house.clock.advance(hours=6)
    house.sweep()
    house.session.get_one(Person, house.actors["bob"].id).away_to = house.clock.now()
    house.session.commit()
    while (parcel := take(house.session, "w", house.clock.now())) is not None:
        assert not parcel.message.recipient.startswith("ada")
        conclude(house.session, parcel, Result(Receipt("x")), house.clock.now(), Random(1))
        house.clock.advance(seconds=2)
    rows = house.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient.like("ada%"))).all()
    assert {row.outcome for row in rows} == {OutboxOutcome.NOT_NEEDED}
    assert incident.circle


def outgoing(row: OutboxMessage, incident: Incident) -> OutgoingMessage:
    """What a messenger gets of this row."""
    return OutgoingMessage(
        id=row.id,
        channel=row.channel,
        recipient=row.recipient,
        language="en",
        template=row.payload["template"],
        params=row.payload["params"],
        dedupe_key=row.dedupe_key,
        incident_reference=incident.reference,
        urgent=row.urgent,
        attempt=1,
    )


def test_a_message_that_waited_does_not_leave_once_its_reader_may_not_know(house: House) -> None:
    """Queued while everybody could know, mail to Alice and further channels are not needed any more; Bob's leaves."""
    write_down(house.session, EVERY, house.clock.now())
    house.outlets = Outlets(EVERY)
    incident = house.report()
    make_person(house.session, "Eve", [Role.RESPONDER], house.clock.now(), slack_user_id="U9EVE")
    house.clock.advance(hours=60)
    house.sweep()
    before = ways(list(house.session.scalars(select(OutboxMessage))))
    assert {"email:alice", "apprise:apprise", "slack:room"} <= before
    bob = house.actors["bob"].id
    assert bob is not None
    restrict(
        Restrict(house.actors["charlie"], incident.id, frozenset({bob}), "x"),
        session=house.session,
        now=house.clock.now(),
    )
    house.session.commit()
    left: set[str] = set()
    while (parcel := take(house.session, "w", house.clock.now(), "C-SECURITY")) is not None:
        left.add(f"{parcel.claimed.channel}:{parcel.message.recipient.partition('@')[0]}")
        conclude(house.session, parcel, Result(Receipt("x")), house.clock.now(), Random(1))
        house.clock.advance(seconds=2)
    assert left <= {"email:bob", "email:charlie"}
    assert "email:bob" in left
    outcomes = {row.recipient: row.outcome for row in house.session.scalars(select(OutboxMessage))}
    assert outcomes["alice@example.org"] is OutboxOutcome.NOT_NEEDED


def test_a_question_reaches_the_reporter_outside_and_nobody_in_their_place(house: House) -> None:
    """Who reported it without an account is asked by mail; it names nothing, and goes no other way when it is slow."""
    incident = restricted(house, "bob")
    house.queued()
    about = {"incident": incident, "channel": Channel.EMAIL, "recipient": "jan@example.net"}
    queue_one(
        house.session, **about, template=QUESTION, params={"path": "/followup"}, now=house.clock.now(), dedupe="q:1"
    )
    (row,) = house.session.scalars(select(OutboxMessage))
    row.last_error = "away"
    house.clock.advance(minutes=10)
    assert rescue_slow(house.session, house.clock.now()) == 0
    parcel = take(house.session, "w", house.clock.now())
    assert parcel is not None
    assert parcel.message.recipient == "jan@example.net"
    assert incident.reference not in str(parcel.message.params)


def test_its_own_room_hears_of_it_and_no_thread_in_a_channel_of_others(house: House) -> None:
    """A thread below the headline in the security channel is read by everybody there."""
    incident = restricted(house, "bob")
    house.queued()
    room = SlackRoom(incident_id=incident.id, channel_id="C-SECURITY/1.2", is_thread=True, state="open")
    house.session.add(room)
    house.clock.advance(hours=60)
    house.sweep()
    assert not any(way.startswith("slack:") for way in ways(house.queued()))
    room.channel_id, room.is_thread = "G-OWN", False
    house.clock.advance(hours=6)
    house.sweep()
    assert "slack:G-OWN" in ways(house.queued())


def test_another_way_is_a_way_to_somebody_inside(house: House) -> None:
    """When a mail does not leave, neither the deputy nor the duty officer is told who may not know."""
    restricted(house, "bob")
    house.clock.advance(minutes=10)
    (row,) = house.session.scalars(select(OutboxMessage)).all()
    row.last_error = "away"
    row.channel = Channel.SLACK
    row.recipient = "U0NOBODY"
    assert rescue_slow(house.session, house.clock.now())
    told = {one.recipient.partition("@")[0] for one in house.session.scalars(select(OutboxMessage))} - {"U0NOBODY"}
    assert told <= {"bob", "charlie"}
    assert told


def test_whoever_comes_on_duty_is_told_of_what_they_may_know(house: House) -> None:
    """Bob is inside and Eve is not: he hears of its clocks, she of none."""
    incident = restricted(house, "bob")
    hand_over(house.session, house.clock.now())
    house.queued()
    switch_off(house, "alice")
    assert hand_over(house.session, house.clock.advance(minutes=1)) == 1
    (told,) = house.queued("handover")
    assert told.recipient.startswith("bob")
    assert told.payload["params"]["open_clocks"] > 0
    assert incident.reference in str(told.payload["params"]["also"])
    make_person(house.session, "Eve", [Role.RESPONDER], house.clock.now(), duty_order=0)
    assert hand_over(house.session, house.clock.advance(minutes=1)) == 1
    (told,) = house.queued("handover")
    assert told.recipient.startswith("eve")
    assert incident.reference not in str(told.payload)
    assert told.payload["params"]["open_clocks"] == 0


def test_who_proposes_is_not_asked_to_be_the_second_person(house: House) -> None:
    """Only the DPO is inside: Charlie hears that a second person has to be named; once Dora is, she is asked."""
    incident = restricted(house)
    house.queued()
    charlie = house.actors["charlie"]
    deny_breach(DenyBreach(charlie, incident.id, "Nothing happened"), session=house.session, now=house.clock.now())
    rows = house.queued()
    assert {row.payload["template"] for row in rows} == {"second_missing"}
    assert ways(rows) == {"email:charlie"}
    assert "Name a second person" in TEXTS.render(outgoing(rows[0], incident)).text
    dora = house.actors["dora"].id
    assert dora is not None
    restrict(Restrict(charlie, incident.id, frozenset({dora}), "x"), session=house.session, now=house.clock.now())
    house.queued()
    deny_breach(DenyBreach(charlie, incident.id, "Nothing at all"), session=house.session, now=house.clock.now())
    assert ways(house.queued("second_asked")) == {"email:dora"}


def test_the_digest_counts_it_and_does_not_name_it(house: House) -> None:
    """It may go to a deputy of the DPO, who is not inside."""
    incident = restricted(house)
    params = digest_params(house.session, house.clock.now(), "2026-03-02", "note")
    running = select(Deadline).where(Deadline.incident_id == incident.id)
    assert params["open_clocks"] == len(house.session.scalars(running).all()) > 0
    assert incident.reference not in str(params)
