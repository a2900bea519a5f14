"""The single conversations: timeline, files, people, a denial and its second person, what still stands in the way."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.slack_here.workspace import Channel
from incident.domain.kernel.events import Status
from incident.domain.kernel.people import Role
from incident.domain.kinds import DecisionState, TaskKind
from incident.law.facts import Chapter
from incident.law.labels import chapter_title
from incident.platform.clock import FixedClock
from incident.store.models import Decision, Evidence, Incident, OutboxMessage, Person, Task, TimelineEntry
from incident.usecases.common.fact_versions import current_facts
from tests.bot.conftest import Cast, add_account, settle, the_incident
from tests.fake_slack import FakeSlack, File, Message, SlackUser
from tests.fake_slack.server import FakeSlack as Server
from tests.fake_slack.user import texts

Database = Callable[[], Session]


@pytest.fixture
def announced(cast: Cast, slack: FakeSlack, security: Channel) -> Message:
    """A report, as it stands in the security channel."""
    cast.reporter.command("/datalek")
    cast.reporter.modal()
    cast.reporter.fill({"What happened?": "Mail to the wrong customer"}).submit()
    slack.wait_for(lambda: security.messages)
    return security.messages[0]


@pytest.fixture
def room(cast: Cast, slack: FakeSlack, announced: Message) -> Channel:
    """The room of a confirmed breach; its topic is set once the record knows it."""
    cast.analyst.press("Is het een datalek?", announced)
    cast.analyst.modal()
    cast.analyst.fill({"Is it a breach of personal data?": "Yes, it is a breach of personal data"}).submit()
    assert cast.analyst.errors == {}

    def made() -> list[Channel]:
        return [c for c in slack.workspace.channels.values() if c.name.startswith("datalek-") and c.topic]

    slack.wait_for(made)
    cast.analyst.close()
    return made()[0]


def entries(database: Database, kind: str) -> list[TimelineEntry]:
    """The timeline entries of a kind."""
    return list(database().scalars(select(TimelineEntry).where(TimelineEntry.kind == kind)))


def test_a_message_becomes_a_timeline_entry_with_author_time_and_address(
    cast: Cast, slack: FakeSlack, room: Channel, database: Database, clock: FixedClock
) -> None:
    """By the shortcut in its menu; the incident of the room is chosen already."""
    slack.workspace.channels[room.id].members.add("U4SARA")
    said = slack.workspace.say(room, "U4SARA", "They &lt;deleted&gt; it &amp; confirmed")
    cast.analyst.message_shortcut("add_to_timeline", said)
    cast.analyst.modal("Add to the timeline")
    assert cast.analyst.submit().status == 200
    (entry,) = entries(database, "message")
    assert entry.text == "Slack-bericht van Sara Second:\nThey <deleted> it & confirmed"
    assert entry.permalink == f"https://alumio.slack.example/archives/{room.id}/p{said.ts.replace('.', '')}"
    assert abs((entry.happened_at - clock.now()).total_seconds()) < 2
    assert entry.author_name == "Anna Analyst"


def test_a_message_that_asks_for_something_becomes_a_task_too(
    cast: Cast, slack: FakeSlack, room: Channel, database: Database
) -> None:
    """In the same form, of whoever records it; sent twice it is one, and no number of a person gets in."""
    said = slack.workspace.say(room, "U3DAAN", "Can somebody ask for the logs?")
    cast.analyst.message_shortcut("add_to_timeline", said)
    cast.analyst.fill({"What has to be done about it?": "Ask for BSN 111222333"}).submit()
    assert list(cast.analyst.errors) == ["What has to be done about it?"]
    cast.analyst.fill({"What has to be done about it?": "Ask for the logs"}).submit()
    assert cast.analyst.errors == {}
    cast.analyst.send_again()
    (task,) = database().scalars(select(Task)).all()
    assert (task.title, task.owner_name, task.kind) == ("Ask for the logs", "Anna Analyst", TaskKind.TASK)
    assert len(entries(database, "message")) == 1


def test_of_two_who_take_it_at_once_one_is_told_that_the_other_has_it(
    app: Flask, cast: Cast, announced: Message, database: Database
) -> None:
    """Both press in the same second: one has it, and the other hears so by a message of their own."""
    people = (cast.analyst, cast.dpo)
    with ThreadPoolExecutor(2) as both:
        pressed = [both.submit(one.press, "Ik neem het", announced) for one in people]
    assert [one.result().status for one in pressed] == [200, 200]
    settle(app)
    holder = database().get_one(Person, the_incident(database()).assignee_id).slack_user_id
    rows = database().scalars(select(OutboxMessage)).all()
    told = {row.recipient for row in rows if row.payload["template"] == "passed_on" and row.channel == "slack"}
    assert told == {one.id for one in people} - {holder}


def test_its_files_are_kept_as_evidence_with_their_hash(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, database: Database
) -> None:
    """Fetched with the token, which goes to Slack only; one file Slack does not hand over is said."""
    content = b"From: a@example.org\r\nSubject: oops\r\n\r\nText"
    slack.workspace.files["F1"] = _file(slack, "F1", "mail.txt", content)
    slack.workspace.files["F2"] = _file(slack, "F2", "x.txt", b"x", url_private_download="https://evil.example/x")
    said = slack.workspace.say(room, "U2ANNA", "see attachment", files=[{"id": "F1"}, {"id": "F2"}])
    cast.analyst.message_shortcut("add_to_timeline", said)
    cast.analyst.modal("Add to the timeline")
    cast.analyst.submit()
    assert cast.analyst.errors == {}
    cast.analyst.told("One file was kept as evidence of")
    cast.analyst.told("not kept at Slack")
    (kept,) = database().scalars(select(Evidence))
    assert kept.blob_sha256 == hashlib.sha256(content).hexdigest()
    assert kept.slack_permalink
    assert app.extensions["meldklok"].blobs.get(kept.blob_sha256) == content


def test_files_that_may_be_harmful_are_kept_in_an_archive(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, database: Database
) -> None:
    """A program that somebody was sent is refused bare, and kept as what it is."""
    content = b"MZ This program cannot be run in DOS mode."
    slack.workspace.files["F1"] = _file(slack, "F1", "invoice.exe", content)
    said = slack.workspace.say(room, "U2ANNA", "see attachment", files=[{"id": "F1"}])
    cast.analyst.message_shortcut("add_to_timeline", said)
    cast.analyst.modal("Add to the timeline")
    cast.analyst.fill({"Keep the attached files as evidence?": "Yes, and they may be harmful (malware)"}).submit()
    cast.analyst.told("One file was kept as evidence of")
    (kept,) = database().scalars(select(Evidence))
    assert (kept.filename, kept.harmful_sha256) == ("invoice.exe.zip", hashlib.sha256(content).hexdigest())
    assert content not in app.extensions["meldklok"].blobs.get(kept.blob_sha256)


def test_a_linked_file_and_files_too_many_are_said_and_lose_no_other(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, database: Database
) -> None:
    """A file that is only linked has no bytes at Slack; ten are taken at a time. Whoever pinned reads what is not."""
    slack.workspace.channels[room.id].members.add("U2ANNA")
    for number in range(12):
        slack.workspace.files[f"F{number}"] = _file(slack, f"F{number}", f"{number}.txt", b"%d" % number)
    del slack.workspace.files["F0"].about["url_private_download"]
    files = [{"id": f"F{number}"} for number in range(12)]
    cast.analyst.react(slack.workspace.say(room, "U2ANNA", "see attachments", files=files), "pushpin")
    cast.analyst.told("not kept at Slack")
    cast.analyst.told("9 files were kept as evidence")
    cast.analyst.told("2 files were not kept: 10 are taken at a time")
    assert len(database().scalars(select(Evidence)).all()) == 9


def _file(slack: Server, key: str, name: str, content: bytes, **about: str) -> File:
    described = {
        "id": key,
        "name": name,
        "size": len(content),
        "mimetype": "text/plain",
        "url_private_download": f"{slack.root}/files/{key}",
        "permalink": f"https://alumio.slack.example/files/{key}",
    }
    return File({**described, **about}, content)


def test_a_pin_under_a_message_puts_it_on_the_timeline_once(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, database: Database
) -> None:
    """Two people, or Slack twice: one entry. Elsewhere, or with another emoji: none."""
    said = slack.workspace.say(room, "U2ANNA", "The export was stopped")
    elsewhere = slack.workspace.say(slack.workspace.add_channel("other", ("U0BOT",)), "U2ANNA", "lunch")
    cast.analyst.react(said, "pushpin")
    cast.dpo.react(said, "pushpin")
    cast.analyst.react(said, "eyes")
    cast.analyst.react(elsewhere, "pushpin")
    settle(app)
    assert [entry.text for entry in entries(database, "message")] == [
        "Slack-bericht van Anna Analyst:\nThe export was stopped"
    ]


def test_a_pin_in_the_thread_of_the_announcement_is_kept_once_the_case_has_a_room(
    app: Flask, cast: Cast, slack: FakeSlack, security: Channel, room: Channel, database: Database
) -> None:
    """People go on where they began, and have to when the room is archived; under another message it is nobody's."""
    said = slack.workspace.say(security, "U2ANNA", "The export was stopped", thread_ts=security.messages[0].ts)
    other = slack.workspace.say(security, "U2ANNA", "lunch?")
    cast.analyst.react(said, "pushpin")
    cast.analyst.react(slack.workspace.say(security, "U2ANNA", "yes", thread_ts=other.ts), "pushpin")
    settle(app)
    assert [entry.text for entry in entries(database, "message")] == [
        "Slack-bericht van Anna Analyst:\nThe export was stopped"
    ]


def test_an_event_that_slack_repeats_counts_once(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, database: Database
) -> None:
    """Slack sends an event again when our answer came too late; over HTTP it says so in headers."""
    said = slack.workspace.say(room, "U2ANNA", "The export was stopped")
    item = {"type": "message", "channel": room.id, "ts": said.ts}
    event = {"type": "reaction_added", "user": "U2ANNA", "reaction": "pushpin", "item": item}
    cast.analyst.event(event, event_id="Ev0001")
    for number in (1, 2, 3):
        cast.analyst.event(event, event_id="Ev0001", retry=(number, "http_timeout"))
    settle(app)
    assert len(entries(database, "message")) == 1


def test_nothing_of_the_case_is_in_any_message(
    app: Flask, cast: Cast, slack: FakeSlack, security: Channel, room: Channel
) -> None:
    """Whatever was typed in forms stays in the record: messages carry the reference, the clock and links."""
    settle(app)
    for channel in slack.workspace.channels.values():
        for message in channel.messages:
            shown = message.text + texts(message.blocks) + str(message.metadata)
            assert "wrong customer" not in shown
            assert "Rik" not in shown
        assert "wrong customer" not in channel.topic + channel.name


def test_a_pin_by_somebody_who_may_not_record_does_nothing(
    app: Flask, cast: Cast, slack: FakeSlack, room: Channel, database: Database
) -> None:
    """The access matrix counts in Slack as on the pages."""
    said = slack.workspace.say(room, "U2ANNA", "The export was stopped")
    assert cast.reporter.react(said, "pushpin").status == 200
    settle(app)
    assert entries(database, "message") == []


def test_a_note_typed_in_the_form_is_checked_and_dated(
    cast: Cast, slack: FakeSlack, room: Channel, database: Database
) -> None:
    """A number of a person is caught here as well."""
    cast.analyst.press("Meer…", room.messages[0])
    cast.analyst.modal()
    cast.analyst.press("Add to the timeline…")
    cast.analyst.modal("Timeline")
    cast.analyst.fill({"What happened?": "BSN 111222333 was in it"}).submit()
    assert list(cast.analyst.errors) == ["What happened?"]
    cast.analyst.fill({"What happened?": "The customer called back", "When? (time)": "09:30"}).submit()
    assert cast.analyst.errors == {}
    (entry,) = entries(database, "note")
    assert f"{entry.happened_at:%H:%M}" == "08:30"


def test_the_case_is_given_to_somebody_else(cast: Cast, slack: FakeSlack, room: Channel, database: Database) -> None:
    """Chosen from those who may work on it; the headline names them."""
    cast.dpo.command("/datalek", "help")
    cast.analyst.press("Meer…", room.messages[0])
    cast.analyst.modal()
    cast.analyst.press("Assign…")
    cast.analyst.modal("Assign")
    cast.analyst.fill({"Who takes it?": "Daan Officer"}).submit()
    assert cast.analyst.errors == {}
    daan = database().scalars(select(Person).where(Person.email == "daan@alumio.example")).one()
    assert the_incident(database()).assignee_id == daan.id
    slack.wait_for(lambda: "<@U3DAAN>" in texts(room.messages[0].blocks))


def test_a_denial_takes_a_second_person_who_may_refuse(
    cast: Cast, slack: FakeSlack, announced: Message, database: Database
) -> None:
    """Without a reason neither the denial nor the refusal is taken; the clock runs on."""
    cast.analyst.press("Is het een datalek?", announced)
    cast.analyst.modal()
    cast.analyst.fill({"Is it a breach of personal data?": "No"}).submit()
    assert list(cast.analyst.errors) == ["If not a breach: why not?"]
    cast.analyst.fill({"If not a breach: why not?": "It was test data"}).submit()
    assert cast.analyst.errors == {}
    assert the_incident(database()).due_at is not None
    slack.wait_for(lambda: "Besluit bekijken" in texts(announced.blocks))
    cast.second.press("Besluit bekijken", announced)
    assert "It was test data" in texts(cast.second.modal("Second person")["blocks"])
    cast.second.fill({"Your answer": "I do not agree"}).submit()
    assert list(cast.second.errors) == ["Why? (needed when you do not agree)"]
    cast.second.fill({"Why? (needed when you do not agree)": "The data are real"}).submit()
    assert cast.second.errors == {}
    assert database().scalars(select(Decision)).one().state is DecisionState.REFUSED
    slack.wait_for(lambda: "Is het een datalek?" in texts(announced.blocks))


def test_a_denial_that_is_agreed_to_ends_the_clock(
    cast: Cast, slack: FakeSlack, announced: Message, database: Database
) -> None:
    """It stays in the register, and the message says what it is now."""
    cast.analyst.press("Is het een datalek?", announced)
    cast.analyst.modal()
    answers = {"Is it a breach of personal data?": "No", "If not a breach: why not?": "It was test data"}
    cast.analyst.fill(answers).submit()
    slack.wait_for(lambda: "Besluit bekijken" in texts(announced.blocks))
    cast.second.press("Besluit bekijken", announced)
    cast.second.modal()
    cast.second.fill({"Your answer": "I agree"}).submit()
    assert the_incident(database()).status is Status.DISMISSED
    slack.wait_for(lambda: "Geen datalek" in texts(announced.blocks))


def test_facts_changed_meanwhile_are_not_overwritten(
    cast: Cast, slack: FakeSlack, room: Channel, database: Database
) -> None:
    """Two people answer the same question: the second sees that somebody was faster, and keeps the text."""
    question = "facts"
    for person in (cast.analyst, cast.dpo):
        person.press("Meer…", room.messages[0])
        person.modal()
        person.press("Record facts…")
        person.modal("Facts")
        person.press(_title("data"))
        question = _question(person.modal(_title("data")[:24]), "data_note")
    cast.analyst.fill({question: "names only"}).submit()
    assert cast.analyst.errors == {}
    cast.dpo.fill({question: "names and addresses"}).submit()
    shown = texts(cast.dpo.modal()["blocks"])
    assert "On record now: names only" in shown
    assert "In your window: names and addresses" in shown
    assert current_facts(database(), the_incident(database())).data_note == "names only"
    cast.dpo.submit()
    assert cast.dpo.errors == {}
    assert current_facts(database(), the_incident(database())).data_note == "names and addresses", "once compared"


def _title(chapter: str) -> str:
    return chapter_title(Chapter(chapter), "en")


def _question(view: dict[str, Any], name: str) -> str:
    return next(str(block["label"]["text"]) for block in view["blocks"] if block.get("block_id") == name)


def test_an_incident_that_is_not_done_cannot_be_closed(
    cast: Cast, room: Channel, database: Database, slack: FakeSlack
) -> None:
    """There is no button for it; and an old button is answered with what is missing."""
    cast.dpo.press("Meer…", room.messages[0])
    assert "Close the incident…" not in texts(cast.dpo.modal()["blocks"])
    cast.dpo.close()
    reference = the_incident(database()).reference
    room.messages[0].blocks.append(
        {
            "type": "actions",
            "block_id": "old",
            "elements": [
                {
                    "type": "button",
                    "action_id": "case.close",
                    "value": reference,
                    "text": {"type": "plain_text", "text": "Old"},
                }
            ],
        }
    )
    cast.dpo.press("Old", room.messages[0])
    window = cast.dpo.modal("Close the incident")
    assert "Assess the risk" in texts(window["blocks"])
    cast.dpo.fill({"What caused it?": _first(window, "cause"), "What was learned?": "x"}).submit()
    assert cast.dpo.errors != {}
    assert database().scalars(select(Incident)).one().closed_at is None


def _first(view: dict[str, Any], name: str) -> str:
    block = next(block for block in view["blocks"] if block.get("block_id") == name)
    return str(block["element"]["options"][0]["text"]["text"])


def test_saying_yes_again_in_chat_moves_no_clock(
    cast: Cast, slack: FakeSlack, room: Channel, database: Database
) -> None:
    """The window shows what is on record and is called a correction; sent as it stands it changes nothing of it."""
    before = current_facts(database(), the_incident(database()))
    cast.analyst.press("Meer…", room.messages[0])
    cast.analyst.modal()
    cast.analyst.press("No breach, or correct awareness…")
    cast.analyst.modal("Correct awareness")
    cast.analyst.submit()
    assert cast.analyst.errors == {}
    assert current_facts(database(), the_incident(database())) == before


def test_saying_yes_again_leaves_no_trace_that_looks_like_an_act(
    cast: Cast, slack: FakeSlack, room: Channel, database: Database
) -> None:
    """No new version of the facts, no second "confirmed" on the timeline, no new clock."""
    before = (the_incident(database()).fact_version, len(entries(database, "confirmed")))
    cast.dpo.press("Meer…", room.messages[0])
    cast.dpo.modal()
    cast.dpo.press("No breach, or correct awareness…")
    cast.dpo.modal("Correct awareness")
    cast.dpo.submit()
    assert cast.dpo.errors == {}
    assert (the_incident(database()).fact_version, len(entries(database, "confirmed"))) == before


DATE, TIME = "Since when are you reasonably certain? (date)", "Since when are you reasonably certain? (time)"
YES = {"Is it a breach of personal data?": "Yes, it is a breach of personal data"}


def test_three_people_with_stale_windows_move_no_clock_without_a_reason(
    app: Flask, cast: Cast, slack: FakeSlack, announced: Message, database: Database
) -> None:
    """The first counts. The others see what is on record and what their window said, and need a reason to change it."""
    add_account(app, "bob@alumio.example", "Bob Responder", {Role.RESPONDER})
    bob = SlackUser(slack, cast.dpo.transport, "U5BOB", "Bob Responder", "bob@alumio.example", locale="en-GB")
    for person in (cast.analyst, cast.dpo, bob):
        person.press("Is het een datalek?", announced)
        person.modal()
    cast.analyst.fill({**YES, DATE: "2026-03-02", TIME: "09:50", "Who became aware?": "Anna Analyst"}).submit()
    assert cast.analyst.errors == {}
    clock = (the_incident(database()).aware_at, the_incident(database()).due_at)
    cast.dpo.fill({**YES, DATE: "2026-03-02", TIME: "09:58"}).submit()
    shown = texts(cast.dpo.modal("Correct awareness")["blocks"])
    assert "On record now: Mon 2 Mar 2026 09:50 CET" in shown
    assert "In your window: Mon 2 Mar 2026 09:58 CET" in shown
    bob.fill({**YES}).submit()
    assert "*Somebody recorded something else while" in texts(bob.modal("Correct awareness")["blocks"])
    bob.submit()
    cast.dpo.fill({TIME: "09:58"}).submit()
    assert list(cast.dpo.errors) == ["Why do you correct this?"]
    assert (the_incident(database()).aware_at, the_incident(database()).due_at) == clock
    cast.dpo.fill({"Why do you correct this?": "The call came later"}).submit()
    assert cast.dpo.errors == {}
    assert the_incident(database()).aware_at > clock[0]
    assert current_facts(database(), the_incident(database())).aware_person == "Anna Analyst"


def test_whoever_judges_reads_what_was_reported(cast: Cast, slack: FakeSlack, room: Channel) -> None:
    """The report and the assessment stand in the window of a decision."""
    cast.dpo.press("Meer…", room.messages[0])
    cast.dpo.modal()
    cast.dpo.press("Decide…")
    shown = texts(cast.dpo.modal("Decide")["blocks"])
    assert "Mail to the wrong customer" in shown
    assert "Risk: *not yet assessed*" in shown


def test_what_is_proposed_of_an_organisation_is_told_in_words(cast: Cast, slack: FakeSlack, security: Channel) -> None:
    """The name, the role and how it is reached, as people write them."""
    cast.reporter.command("/datalek")
    cast.reporter.modal()
    cast.reporter.fill({"What happened?": "Mail to the wrong customer", "Which systems?": ["HubSpot"]}).submit()
    slack.wait_for(lambda: security.messages)
    cast.analyst.press("Meer…", security.messages[0])
    cast.analyst.modal()
    cast.analyst.press("Take over what is usual…")
    shown = texts(cast.analyst.modal("What is usual")["blocks"])
    assert "Organisations involved: HubSpot · Processor · https://" in shown
    assert "Party(" not in shown
