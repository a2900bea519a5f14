"""Words do what people type, a pin answers, and Slack is told that something arrived before it is asked anything."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from slack_sdk import WebClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import timeline
from bot.slack_here.workspace import BOT, Channel
from incident.domain.kernel.people import Actor
from incident.store.db import db, is_reading
from incident.store.models import Incident, SlackRoom, TimelineEntry
from tests.bot.conftest import Cast, holding, settle, the_incident
from tests.fake_slack import Failure, FakeSlack, Message

Database = Callable[[], Session]
WHAT = "What happened?"


def typed(cast: Cast) -> str:
    """What stands already in the open form."""
    blocks = cast.reporter.modal("Report a data breach")["blocks"]
    return next(block["element"].get("initial_value", "") for block in blocks if block.get("block_id") == "summary")


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("laptop gestolen bij klant", "laptop gestolen bij klant"),
        ("meld laptop & tas kwijt", "laptop & tas kwijt"),
        ("list of customers leaked", "list of customers leaked"),
        ("hack", "hack"),
    ],
)
def test_what_happened_behind_the_command_stands_in_the_form(cast: Cast, said: str, text: str) -> None:
    """Nobody has to type it a second time, whatever the first word happens to be."""
    cast.reporter.command("/datalek", said)
    assert typed(cast) == text


def test_a_reference_is_known_without_its_check_letter_and_a_question_mark_helps(
    cast: Cast, slack: FakeSlack, security: Channel, database: Database
) -> None:
    """People leave the letter out; with a wrong one they are told so, as it may be another case."""
    reference = announced(cast, slack, security, database)
    cast.reporter.command("/datalek", reference[:-2].lower())
    assert reference in cast.reporter.told(f"{reference}:")
    wrong = f"{reference[:-1]}{'A' if reference[-1] != 'A' else 'B'}"
    assert "I do not know" in cast.reporter.command("/datalek", wrong).text
    assert "`/datalek list`" in cast.reporter.command("/datalek", "?").text


def announced(cast: Cast, slack: FakeSlack, security: Channel, database: Database) -> str:
    """The reference of a report that stands in the security channel, and of which the record knows that it does."""
    cast.reporter.command("/datalek")
    cast.reporter.modal()
    cast.reporter.fill({WHAT: "Mail to the wrong customer"}).submit()
    slack.wait_for(lambda: database().scalar(select(SlackRoom.channel_id)))
    assert security.messages
    cast.reporter.close()
    return str(the_incident(database()).reference)


def test_a_mention_is_answered_to_that_person_with_a_button_for_the_form(cast: Cast, slack: FakeSlack) -> None:
    """What was written is in the form; nobody else in the channel sees an answer."""
    channel = slack.workspace.add_channel("sales", (BOT, cast.reporter.id))
    cast.reporter.mention(channel, "my laptop was stolen")
    cast.reporter.told("Is this a data breach?")
    posted = slack.called("chat.postEphemeral")[-1].arguments
    shown = slack.workspace.identified({"blocks": posted["blocks"]})["blocks"]
    message = Message(channel.id, "9.9", BOT, "", blocks=shown)
    cast.reporter.press("Report a data breach", message)
    assert typed(cast) == "my laptop was stolen"
    assert [message.user for message in channel.messages] == [cast.reporter.id]


def test_a_mention_with_a_reference_shows_the_incident_to_who_may_see_it(
    cast: Cast, slack: FakeSlack, security: Channel, database: Database
) -> None:
    """The same answer as the command's, with the same refusals."""
    reference = announced(cast, slack, security, database)
    security.members |= {cast.analyst.id, cast.second.id}
    cast.analyst.mention(security, reference)
    cast.analyst.told(f"{reference}:")
    cast.analyst.mention(security, "DL-2026-9999")
    cast.analyst.told("not yours to see")


@pytest.mark.parametrize("failure", [Failure.server_error(), Failure.connection_reset(), Failure.rate_limited()])
def test_a_form_that_cannot_open_is_answered_with_the_address_of_the_page(
    cast: Cast, slack: FakeSlack, security: Channel, database: Database, failure: Failure
) -> None:
    """The report's own page; for an incident its page. A shortcut, which has no place to answer, tells by message."""
    reference = announced(cast, slack, security, database)
    slack.fail("views.open", failure, 10)
    cast.reporter.command("/datalek")
    cast.reporter.told("https://meldklok.example.org/report (")
    cast.analyst.press("Is het een datalek?", security.messages[0])
    cast.analyst.told(f"https://meldklok.example.org/incidents/{reference} (")
    cast.dpo.shortcut("report_breach")
    slack.wait_for(lambda: any("https://meldklok.example.org/report (" in text for text in cast.dpo.direct_texts()))
    slack.failures.clear()


def test_slack_hears_that_it_arrived_before_it_is_asked_anything(cast: Cast, slack: FakeSlack) -> None:
    """A cold bot and a Slack that does not answer yet: acknowledged all the same, and later the form opens."""
    with holding(slack):
        assert cast.reporter.command("/datalek").status == 200
    cast.reporter.modal("Report a data breach")


def test_a_command_with_one_word_is_acknowledged_at_once(cast: Cast, slack: FakeSlack) -> None:
    """A cold bot and a slow Slack: what does not need the acknowledgement for its answer does not wait for either."""
    asked = ((cast.reporter, "mine"), (cast.analyst, "list"), (cast.dpo, "DL-2026-9999"), (cast.second, "meld"))
    with holding(slack):
        for person, word in asked:
            assert person.command("/datalek", word).status == 200, word
    cast.reporter.told("no open reports")
    cast.analyst.told("no open incidents")
    cast.dpo.told("not yours to see")
    cast.second.modal("Report a data breach")


def pinned(cast: Cast, slack: FakeSlack, security: Channel, database: Database, text: str) -> Message:
    """Something said in the thread of a report, with a pin under it."""
    announced(cast, slack, security, database)
    said = slack.workspace.say(security, cast.analyst.id, text, thread_ts=security.messages[0].ts)
    cast.analyst.react(said, "pushpin")
    return said


def entries(database: Database) -> list[TimelineEntry]:
    """What came from messages."""
    return list(database().scalars(select(TimelineEntry).where(TimelineEntry.kind == "message")))


def test_a_pin_in_the_thread_is_taken_and_answered_with_a_tick(
    cast: Cast, slack: FakeSlack, security: Channel, database: Database
) -> None:
    """Where there is no room yet, the thread under the headline is the incident's place."""
    said = pinned(cast, slack, security, database, "The export was stopped")
    slack.wait_for(lambda: said.reactions == ["white_check_mark"])
    (entry,) = entries(database)
    assert entry.text == "Slack-bericht van Anna Analyst:\nThe export was stopped"
    assert entry.permalink is not None
    assert f"thread_ts={security.messages[0].ts}" in entry.permalink


def test_what_becomes_of_a_pinned_message_is_followed_and_what_it_said_stays(
    cast: Cast, slack: FakeSlack, security: Channel, database: Database
) -> None:
    """Edited and deleted, each once however often Slack tells; of messages without a pin nothing is kept."""
    said = pinned(cast, slack, security, database, "The export was stopped")
    other = slack.workspace.say(security, cast.analyst.id, "lunch?")
    cast.analyst.edit(said, "The export of BSN 111222333 was stopped")
    assert cast.analyst.repeat_event().status == 200
    cast.analyst.edit(other, "dinner?")
    cast.analyst.delete(said)
    first, *later = sorted(entries(database), key=lambda entry: entry.corrects_id is not None)
    assert first.text.endswith("The export was stopped")
    assert {entry.text for entry in later} == {
        "Het bericht is in Slack gewijzigd:\nThe export of BSN ••• was stopped",
        "Het bericht is in Slack verwijderd.",
    }
    assert {entry.corrects_id for entry in later} == {first.id}
    assert len(later) == 2


def test_what_becomes_of_a_message_that_the_form_put_on_the_timeline_is_followed_too(
    cast: Cast, slack: FakeSlack, security: Channel, database: Database
) -> None:
    """It is the same message whichever way it came there."""
    announced(cast, slack, security, database)
    said = slack.workspace.say(security, cast.dpo.id, "The export was stopped")
    cast.analyst.message_shortcut("add_to_timeline", said)
    cast.analyst.modal("Add to the timeline")
    cast.analyst.submit()
    assert cast.analyst.errors == {}
    cast.dpo.edit(said, "The export was not stopped")
    texts = {entry.text for entry in entries(database) if entry.corrects_id is not None}
    assert texts == {"Het bericht is in Slack gewijzigd:\nThe export was not stopped"}


@pytest.mark.parametrize("pinned_first", [True, False])
def test_a_message_that_is_pinned_and_added_by_the_form_stands_once(
    cast: Cast, slack: FakeSlack, security: Channel, database: Database, pinned_first: bool
) -> None:
    """Whichever came first, and so does what becomes of it; words that somebody changed in the form are added."""
    announced(cast, slack, security, database)
    said = slack.workspace.say(security, cast.analyst.id, "The export was stopped", thread_ts=security.messages[0].ts)

    def add(**changed: str) -> None:
        cast.analyst.message_shortcut("add_to_timeline", said)
        cast.analyst.modal("Add to the timeline")
        cast.analyst.fill({"What has to be done about it?": "Ask", **changed}).submit()
        assert cast.analyst.errors == {}

    steps: list[Callable[[], object]] = [lambda: cast.analyst.react(said, "pushpin"), add]
    for step in steps if pinned_first else reversed(steps):
        step()
    cast.analyst.edit(said, "The export goes on")
    assert sorted(entry.text.partition("\n")[2] for entry in entries(database)) == [
        "The export goes on",
        "The export was stopped",
    ]
    add(Text="It was stopped at nine")
    assert len(entries(database)) == 3


def test_a_pinned_message_with_replies_is_deleted_once(
    cast: Cast, slack: FakeSlack, security: Channel, database: Database
) -> None:
    """Slack calls it a change into a tombstone, and deletes that one with the last reply: one deletion, no edit."""
    announced(cast, slack, security, database)
    said = slack.workspace.say(security, cast.analyst.id, "The export was stopped", thread_ts=security.messages[0].ts)
    cast.analyst.react(said, "pushpin")
    answer = slack.workspace.say(security, cast.dpo.id, "Good", thread_ts=said.ts)
    cast.analyst.delete(said)
    security.messages.remove(answer)
    cast.analyst.delete(said)
    assert [entry.text for entry in entries(database) if entry.corrects_id is not None] == [
        "Het bericht is in Slack verwijderd."
    ]


def test_a_message_that_slack_does_not_show_is_not_mistaken_for_another(
    cast: Cast, slack: FakeSlack, security: Channel, database: Database
) -> None:
    """Whatever stands first in the answer is not what was pinned; who pinned it is told."""
    announced(cast, slack, security, database)
    security.members.add(cast.analyst.id)
    other = {"ts": "1.1", "user": cast.dpo.id, "text": "lunch?", "thread_ts": security.messages[0].ts}
    slack.fail("conversations.replies", Failure(body={"ok": True, "messages": [other]}))
    said = slack.workspace.say(security, cast.analyst.id, "Stopped", thread_ts=security.messages[0].ts)
    cast.analyst.react(said, "pushpin")
    cast.analyst.told("did not show us this message")
    assert (said.reactions, entries(database)) == ([], [])


def test_a_pin_that_is_not_taken_says_why(cast: Cast, slack: FakeSlack, security: Channel, database: Database) -> None:
    """A number of a person, or a person without the right: they alone read it, and no tick appears."""
    security.members |= {cast.analyst.id, cast.reporter.id}
    said = pinned(cast, slack, security, database, "BSN 111222333 was in it")
    cast.analyst.told("citizen service number")
    cast.reporter.react(said, "pushpin")
    cast.reporter.told("Your role does not allow this")
    assert (said.reactions, entries(database)) == ([], [])


def test_while_slack_is_slow_about_a_pin_others_can_report(
    app: Flask, cast: Cast, slack: FakeSlack, security: Channel, database: Database
) -> None:
    """Slack is asked for the message before anything is locked."""
    announced(cast, slack, security, database)
    said = slack.workspace.say(security, cast.analyst.id, "Stopped", thread_ts=security.messages[0].ts)
    cast.reporter.command("/datalek")
    cast.reporter.modal()
    with holding(slack, "conversations.replies"):
        pin = Thread(target=lambda: cast.analyst.react(said, "pushpin"))
        pin.start()
        slack.wait_for(lambda: slack.called("conversations.replies"))
        assert cast.reporter.fill({WHAT: "Another one"}).submit().status == 200
    pin.join()
    settle(app)
    assert len(database().scalars(select(Incident)).all()) == 2


def test_nothing_of_the_database_is_held_while_slack_is_asked_about_a_pin(
    cast: Cast, slack: FakeSlack, security: Channel, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking for the incident only reads; the author, whom nobody here knows yet, is asked for once and in between."""
    announced(cast, slack, security, database)
    asked: list[tuple[str, bool]] = []
    promised: list[bool] = []
    call, find = WebClient.api_call, timeline.incident_in_channel

    def watched(self: WebClient, api_method: str, **more: Any) -> Any:
        asked.append((api_method, db.session().in_transaction()))
        return call(self, api_method, **more)

    def looked_up(session: Session, channel: str, actor: Actor) -> Incident | None:
        promised.append(is_reading(session))
        return find(session, channel, actor)

    monkeypatch.setattr(WebClient, "api_call", watched)
    monkeypatch.setattr(timeline, "incident_in_channel", looked_up)
    for text in ("Stopped", "Started again"):
        said = slack.workspace.say(security, cast.second.id, text, thread_ts=security.messages[0].ts)
        cast.analyst.react(said, "pushpin")
    assert all(promised)
    assert {held for method, held in asked if method in ("conversations.replies", "users.info")} == {False}
    assert [call.arguments["user"] for call in slack.called("users.info")].count(cast.second.id) == 1
    cast.analyst.message_shortcut("add_to_timeline", slack.workspace.say(security, cast.dpo.id, "Sent"))
    cast.analyst.modal("Add to the timeline")
    assert {held for method, held in asked if method == "users.info"} == {False}
    assert len(entries(database)) == 2
