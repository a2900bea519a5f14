"""The private calendar feed: right instants, one event per duty whatever happens to it, a token that can be revoked."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from incident.domain.kinds import DeadlineState
from incident.store.models import Person
from incident.usecases.clock.calendar_feed import (
    FeedEntry,
    calendar_feed,
    feed_entries,
    make_calendar_token,
    person_of_calendar_token,
    revoke_calendar_token,
)
from incident.usecases.clock.deadlines import settle
from incident.usecases.response.casework import AddTask, FinishTask, add_task, finish_task
from incident.usecases.response.record_facts import RecordFacts, record_facts
from tests.clock.conftest import House

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def entry(**more: Any) -> FeedEntry:
    values: dict[str, Any] = {
        "incident_id": UUID(int=1),
        "reference": "DL-2026-0001-K",
        "obligation": "gdpr_33_1",
        "due_at": NOW + timedelta(hours=72),
        "state": DeadlineState.OPEN,
        "changes": 0,
        "changed_at": NOW,
    }
    return FeedEntry(**{**values, **more})


def feed(*entries: FeedEntry) -> Any:
    data = calendar_feed(entries, language="nl", link=lambda ref: f"https://x/{ref}", now=NOW)
    return Calendar.from_ical(data)


@pytest.mark.parametrize(
    "due_at",
    [
        datetime(2026, 3, 29, 0, 55, tzinfo=UTC),
        datetime(2026, 3, 29, 10, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ],
)
def test_an_event_stands_at_the_right_instant_around_a_clock_change(due_at: datetime) -> None:
    """Also in the hour that is struck twice, and with an end that is a quarter of an hour later."""
    [event] = feed(entry(due_at=due_at)).walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (due_at, due_at + timedelta(minutes=15))


def test_a_running_clock_rings_twice_and_a_met_one_never() -> None:
    running, met = entry(), entry(obligation="gdpr_34", state=DeadlineState.MET, met_at=NOW, changes=1)
    events = {str(event["SUMMARY"]): event for event in feed(running, met).walk("VEVENT")}
    rung = {summary: len(event.walk("VALARM")) for summary, event in events.items()}
    assert sorted(rung.values()) == [0, 2]
    assert any("(gedaan)" in summary for summary in events)


def test_a_late_act_and_a_waived_duty_are_marked() -> None:
    late = entry(state=DeadlineState.MET, met_at=NOW + timedelta(hours=80))
    waived = entry(obligation="gdpr_34", state=DeadlineState.WAIVED)
    summaries = {str(event["SUMMARY"]): str(event["STATUS"]) for event in feed(late, waived).walk("VEVENT")}
    assert sorted(summaries.values()) == ["CANCELLED", "CONFIRMED"]
    assert any("te laat gedaan" in summary for summary in summaries)


def test_a_clock_that_a_merge_gave_away_names_where_it_runs_on() -> None:
    """It is not lapsed: whoever looks in the calendar must find it."""
    merged = entry(state=DeadlineState.WAIVED, there="DL-2026-0002-7")
    [event] = feed(merged).walk("VEVENT")
    assert str(event["SUMMARY"]).endswith("(loopt verder in DL-2026-0002-7)")


def test_a_correction_moves_the_same_event(house: House) -> None:
    session, now = house.session, house.clock.now()
    incident = house.report()
    actor = house.actors["charlie"]
    [before] = [one for one in feed_entries(session, actor, now) if one.obligation == "gdpr_33_1"]
    earlier = now - timedelta(hours=5)
    command = RecordFacts(
        actor, incident.reference, {"aware_at": earlier}, incident.fact_version, reason="the mail was earlier"
    )
    record_facts(command, session=session, now=now)
    session.commit()
    [after] = [one for one in feed_entries(session, actor, now) if one.obligation == "gdpr_33_1"]
    assert after.due_at == before.due_at - timedelta(hours=5)
    assert after.changes > before.changes
    [first], [second] = (feed(one).walk("VEVENT") for one in (before, after))
    assert first["UID"] == second["UID"]
    assert second["SEQUENCE"] > first["SEQUENCE"]


def test_a_met_deadline_updates_its_event(house: House) -> None:
    incident, actor, now = house.report(), house.actors["charlie"], house.clock.now()
    deadline = house.authority_deadline(incident)
    settle(house.session, incident, deadline, DeadlineState.MET, actor=actor, now=now, because="submitted", met_at=now)
    [found] = [one for one in feed_entries(house.session, actor, now) if one.obligation == "gdpr_33_1"]
    assert (found.state, found.changes) == (DeadlineState.MET, 1)


def test_a_person_sees_only_what_is_theirs(house: House) -> None:
    house.report()
    from incident.domain.kernel.people import Actor, Role

    stranger = Actor(UUID(int=9), "Stranger", frozenset({Role.REPORTER}))
    assert feed_entries(house.session, stranger, house.clock.now()) == []


def test_a_task_of_this_person_that_has_a_date_stands_in_it_without_its_words(house: House) -> None:
    """Only in the owner's feed; it rings as a deadline does, and is marked once it is done."""
    incident, alice, session, now = house.report(), house.actors["alice"], house.session, house.clock.now()
    ask = AddTask(alice, incident.id, "Call Mrs Jansen", due_at=now + timedelta(days=5), owner_id=alice.id)
    task = add_task(ask, session=session, now=now)
    add_task(AddTask(alice, incident.id, "Some day", owner_id=alice.id), session=session, now=now)
    mine, theirs = (feed_entries(session, house.actors[name], now) for name in ("alice", "charlie"))
    assert [one.due_at for one in mine if one.obligation.startswith("task:")] == [now + timedelta(days=5)]
    assert not [one for one in theirs if one.obligation.startswith("task:")]
    text = str(feed(*mine).to_ical().decode())
    assert f"{incident.reference}: uw taak of maatregel" in text
    assert "Jansen" not in text
    finish_task(FinishTask(alice, incident.id, task.id), session=session, now=now)
    [done] = [one for one in feed_entries(session, alice, now) if one.obligation.startswith("task:")]
    assert (done.state, done.changes) == (DeadlineState.MET, 1)


def test_a_new_token_closes_the_old_feed_and_a_revoked_one_opens_nothing(house: House, session: Session) -> None:
    actor, now = house.actors["alice"], house.clock.now()
    person = session.get_one(Person, actor.id)
    old = make_calendar_token(session, person, actor, now)
    new = make_calendar_token(session, person, actor, now)
    assert person_of_calendar_token(session, old) is None
    assert person_of_calendar_token(session, new) is person
    assert new not in str(person.calendar_token_sha256)
    revoke_calendar_token(session, person, actor, now)
    assert person_of_calendar_token(session, new) is None


def test_the_feed_holds_no_free_text(house: House) -> None:
    house.report()
    found = feed_entries(house.session, house.actors["charlie"], house.clock.now())
    text = calendar_feed(found, language="en", link=lambda ref: ref, now=NOW).decode()
    assert "Ticket export" not in text
