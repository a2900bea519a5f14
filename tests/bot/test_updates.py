"""The room hears how it stands and when it hears more; who comes late is caught up; links stand above the room."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import shared
from bot.slack_here.workspace import BOT, Channel
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.slack.around import bookmark
from incident.slack.messenger import outbox_client
from incident.store.models import Person, SlackRoom, TimelineEntry
from tests.bot.conftest import Cast, add_account, the_incident
from tests.bot.test_conversations import announced, room
from tests.bot.test_reporter import sent, worker_of
from tests.fake_slack import Failure, FakeSlack, SlackUser
from tests.fake_slack.server import BOT_TOKEN
from tests.fake_slack.user import texts

__all__ = ["announced", "room"]
TEXT = "The mailbox is closed; we wait for the recipient"


def test_an_update_reaches_the_room_and_the_status_line_and_is_asked_for_when_due(
    app: Flask,
    cast: Cast,
    slack: FakeSlack,
    security: Channel,
    room: Channel,
    clock: FixedClock,
    database: Callable[[], Session],
) -> None:
    """Typed once, in the room; on the timeline, never in the security channel; the promise is reminded of, once."""
    worker = worker_of(app)
    worker._announce()
    worker.link_people()
    cast.analyst.command("/datalek", "update", room)
    cast.analyst.modal("Update")
    cast.analyst.fill({"How does it stand?": "BSN 123456782"}).submit()
    assert list(cast.analyst.errors) == ["How does it stand?"]
    cast.analyst.fill({"How does it stand?": TEXT}).submit()
    assert cast.analyst.errors == {}
    sent(worker, clock)
    worker.keep_rooms()
    said = [message for message in room.messages if TEXT in texts(message.blocks)]
    assert len(said) == 1
    assert "volgende update uiterlijk ma 2 mrt 2026 14:00 CET" in texts(security.messages[0].blocks)
    assert not any(TEXT in message.text + texts(message.blocks) for message in security.messages)
    entry = database().scalars(select(TimelineEntry).where(TimelineEntry.kind == "update")).one()
    assert entry.author_name == "Anna Analyst"
    assert entry.text == f"{TEXT}\nVolgende update: ma 2 mrt 2026 14:00 CET."

    clock.advance(hours=4)
    for _ in range(3):
        worker.housekeeper.rescue()
        sent(worker, clock)
    asked = [message for message in room.messages if "Nu is een update beloofd" in message.text]
    assert len(asked) == 1
    assert "<@U2ANNA>" in asked[0].text
    cast.analyst.press("Update geven", asked[0])
    cast.analyst.modal("Update")
    cast.analyst.fill(
        {"How does it stand?": "Deleted, confirmed", "When is the next update due?": "No promise"}
    ).submit()
    assert database().scalars(select(SlackRoom.update_due_at)).one() is None


def test_an_update_is_refused_where_another_organisation_reads_along_by_now(
    cast: Cast, slack: FakeSlack, room: Channel, database: Callable[[], Session]
) -> None:
    """Also where the room became shared while somebody wrote: nothing is recorded, and the text stays in the form."""
    cast.analyst.press("Meer…", room.messages[0])
    cast.analyst.modal()
    cast.analyst.press("Give an update…")
    cast.analyst.modal("Update")
    shared._known.clear()
    room.shared = True
    cast.analyst.fill({"How does it stand?": TEXT}).submit()
    query = select(TimelineEntry).where(TimelineEntry.kind == "update")
    assert database().scalars(query).all() == []


def test_a_closed_or_unnamed_incident_takes_no_update(cast: Cast, slack: FakeSlack, room: Channel) -> None:
    """Outside a room the reference is asked for; other words behind the command stay a report."""
    cast.analyst.command("/datalek", "update")
    cast.analyst.told("Which incident?")
    cast.analyst.command("/datalek", "update of the CRM mailed everybody")
    assert "update of the CRM" in str(cast.analyst.modal("Report a data breach"))
    cast.analyst.close()
    cast.reporter.close()
    cast.reporter.command("/datalek", "update", room)
    cast.reporter.told("Your role does not allow this")
    assert cast.reporter.stack == []


def test_who_comes_late_is_told_what_is_known_unknown_decided_and_next(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, clock: FixedClock, database: Callable[[], Session]
) -> None:
    """Only the newcomer sees it, and nobody who may not; who was there from the start is left alone."""
    add_account(app, "bob@alumio.example", "Bob Responder", {Role.RESPONDER})
    bob = SlackUser(slack, cast.dpo.transport, "U5BOB", "Bob Responder", "bob@alumio.example", locale="en-GB")
    before = len(slack.workspace.ephemerals)
    joined = {"type": "member_joined_channel", "channel": room.id, "channel_type": "G", "team": "T0ALUMIO"}
    cast.dpo.event({**joined, "user": cast.dpo.id})
    clock.advance(hours=3)
    room.members |= {bob.id, cast.reporter.id}
    cast.reporter.event({**joined, "user": cast.reporter.id})
    bob.event({**joined, "user": bob.id})
    reference = the_incident(database()).reference
    bob.told(f"{reference} so far")
    assert [told.user for told in slack.workspace.ephemerals[before:] if "so far" in told.text] == [bob.id]
    (call,) = [call for call in slack.called("chat.postEphemeral") if call.arguments.get("user") == bob.id]
    shown = texts(call.arguments["blocks"])
    for part in ("*Known*", "*Not known yet*", "*Decided*", "*What comes next*", "Assess the risk"):
        assert part in shown
    assert "Mail to the wrong customer" not in shown, "nothing that anybody typed"
    cast.analyst.press("Meer…", room.messages[0])
    cast.analyst.modal()
    cast.analyst.press("Catch up…")
    assert "*Known*" in texts(cast.analyst.modal("So far")["blocks"])
    cast.analyst.close()
    cast.analyst.command("/datalek", f"catchup {reference}")
    cast.analyst.told(f"{reference} so far")


def test_the_links_above_a_room_are_set_once(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, clock: FixedClock, database: Callable[[], Session]
) -> None:
    """Page, dossier and portal; a first try that broke off half-way is completed, and nothing stands there twice."""
    reference = the_incident(database()).reference
    base = f"https://meldklok.example.org/incidents/{reference}"
    slack.wait_for(lambda: len(room.bookmarks) == 3)
    assert [row["link"] for row in room.bookmarks] == [
        base,
        f"{base}/notices",
        "https://datalekken.autoriteitpersoonsgegevens.nl",
    ]
    slack.wait_for(lambda: database().scalar(select(SlackRoom.headline_sha256)))
    worker = worker_of(app)
    with worker._sessions.begin() as session:
        session.get_one(SlackRoom, the_incident(session).id).headline_sha256 = None
    del room.bookmarks[1]
    slack.fail("bookmarks.add", Failure.rate_limited(5))
    for _ in range(3):
        worker.keep_rooms()
        clock.advance(minutes=2)
    assert sorted(row["link"] for row in room.bookmarks) == sorted(
        [base, f"{base}/notices", "https://datalekken.autoriteitpersoonsgegevens.nl"]
    )


def test_links_that_two_processes_set_at_once_stand_there_once(slack: FakeSlack) -> None:
    """Both looked before either had set one: bot and worker, right after the room was made."""
    room = slack.workspace.add_channel("room", (BOT,), private=True)
    looked = threading.Barrier(2)

    def set_links() -> None:
        client = outbox_client(BOT_TOKEN, slack.url)
        looks, ask = iter([looked]), client.bookmarks_list

        def look(**about: Any) -> Any:
            answer = ask(**about)
            for barrier in looks:
                barrier.wait(60)
            return answer

        client.bookmarks_list = look  # type: ignore[method-assign]
        bookmark(client, room.id, "DL-2026-0001-K", base_url="https://meldklok.example.org", language="nl")

    with ThreadPoolExecutor(2) as both:
        for one in [both.submit(set_links) for _ in range(2)]:
            one.result()
    assert len(slack.called("bookmarks.add")) == 6
    assert len({row["link"] for row in room.bookmarks}) == len(room.bookmarks) == 3


def test_whoever_comes_on_duty_is_told_what_runs_and_who_had_it(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, clock: FixedClock, database: Callable[[], Session]
) -> None:
    """Once for each change, whatever made it; and nobody at the first look."""
    worker = worker_of(app)
    worker._announce()
    worker.link_people()
    worker.housekeeper.rescue()
    with worker._sessions.begin() as session:
        anna = session.scalars(select(Person).where(Person.email.like("anna%"))).one()
        daan = session.scalars(select(Person).where(Person.email.like("daan%"))).one()
        anna.duty_order, daan.duty_order = 2, 1
    for _ in range(3):
        worker.housekeeper.rescue()
        sent(worker, clock)
    said = [text for text in cast.dpo.direct_texts() if "U hebt nu dienst" in text or "on duty now" in text]
    assert len(said) == 1
    assert "Anna Analyst" in said[0]
    assert the_incident(database()).reference in said[0]
    assert not any("on duty now" in text or "U hebt nu dienst" in text for text in cast.analyst.direct_texts())
