"""A whole incident in Slack alone: reporter, analyst, data protection officer, second person, until it is closed."""

import re
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.slack_here.workspace import Channel, Ephemeral
from incident import create_app
from incident.domain.kernel.events import Status
from incident.domain.kernel.people import Role
from incident.domain.kinds import DecisionState, OutboxOutcome
from incident.law.facts import Chapter
from incident.law.labels import chapter_title, field_label, label
from incident.law.vocabulary import Actor, DataCategory, Nature, NotInformingGround
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.store.models import Decision, Incident, OutboxMessage, Submission, TimelineEntry
from incident.usecases.clock.fire import Outlets
from incident.wiring import wire
from incident.worker import Worker
from tests.bot.conftest import Cast, the_incident
from tests.chains import breaks
from tests.fake_slack import FakeSlack, Message
from tests.fake_slack.user import SlackUser, buttons, texts
from tests.web.conftest import Team

DATE, TIME = "2026-03-02", "10:00"
NO_MORE = "The authority closed its file after a call"


def headline(slack: FakeSlack, channel: Channel) -> Message:
    """The message that stands for the incident in a channel."""
    slack.wait_for(lambda: channel.messages)
    return channel.messages[0]


def room(slack: FakeSlack) -> Channel:
    """The incident's own channel, once it is there."""

    def found() -> list[Channel]:
        return [channel for channel in slack.workspace.channels.values() if channel.name.startswith("datalek-")]

    slack.wait_for(found)
    return found()[0]


def offered(slack: FakeSlack, message: Message, button: str, clock: FixedClock) -> None:
    """Wait until a message offers a button: it is edited a moment after the act that led to it.

    Time goes on while somebody waits: an edit that Slack found too fast is tried again a second later.
    """

    def there() -> bool:
        clock.advance(seconds=1)
        return button in {element["text"]["text"] for _, element in buttons(message.blocks)}

    slack.wait_for(there)


def do(person: SlackUser, button: str, message: Message, answers: dict[str, object], clock: FixedClock) -> None:
    """Press a button under a message, fill in the form and send it."""
    clock.advance(minutes=1)
    offered(person.slack, message, button, clock)
    person.close()
    assert person.press(button, message).status == 200
    person.modal()
    person.fill(answers)  # type: ignore[arg-type]
    assert person.submit().status == 200
    assert person.errors == {}


@pytest.fixture
def pages(make_settings: Callable[..., Settings], migrated_url: str, clock: FixedClock) -> Iterator[Team]:
    """The pages of the same installation, in a process that knows nothing of Slack."""
    settings = make_settings(DATABASE_URL=migrated_url)
    made = create_app(settings, wire(settings, clock))
    made.testing = True
    yield Team(made, clock)
    with made.app_context():
        db.session.remove()
        db.engine.dispose()


def test_from_the_command_to_the_closed_file(
    app: Flask,
    cast: Cast,
    slack: FakeSlack,
    security: Channel,
    clock: FixedClock,
    database: Callable[[], Session],
    pages: Team,
) -> None:
    """Nobody opens a page, the record is whole at the end, and the pages then show that same record."""
    cast.reporter.command("/datalek")
    cast.reporter.modal("Report a data breach")
    cast.reporter.fill(
        {"What happened?": "An export with customer data went to the wrong customer", "Which systems?": ["HubSpot"]}
    )
    cast.reporter.submit()
    incident = the_incident(database())
    reference = incident.reference

    first = headline(slack, security)
    assert reference in first.text
    assert "export" not in texts(first.blocks)
    cast.analyst.press("Ik neem het", first)
    cast.analyst.told("You have")

    do(
        cast.analyst,
        "Is het een datalek?",
        first,
        {
            "Is it a breach of personal data?": "Yes, it is a breach of personal data",
            "Since when are you reasonably certain? (date)": DATE,
            "Since when are you reasonably certain? (time)": TIME,
            "Who became aware?": "Anna Analyst",
            "Why was it certain then?": "The recipient called",
            "What was breached?": [label(Nature.CONFIDENTIALITY, "en")],
        },
        clock,
    )
    channel = room(slack)
    assert channel.private
    assert channel.name == f"datalek-{reference.lower()}"
    slack.wait_for(lambda: reference in channel.topic)
    assert {"U2ANNA"} <= channel.members
    assert "U1REPORT" not in channel.members
    top = headline(slack, channel)
    slack.wait_for(lambda: channel.pins == [top.ts])
    slack.wait_for(lambda: channel.id in texts(first.blocks))

    record_data(cast.analyst, top)
    do(cast.analyst, "Beoordeel het risico", top, {}, clock)
    told = texts(cast.analyst.modal("Risk")["blocks"])
    assert "On record" in told
    assert re.search(r"Open questions: \*[1-9]\d*\*\. Each counts as the worst case", told)

    decision = {"Notify the authority (AP)": "Yes", "Why?": "High risk"}
    do(cast.dpo, "Besluit of de toezichthouder het moet weten", top, decision, clock)
    decide_not_to_inform(cast, slack, top, clock)
    draft_approve_and_submit(cast, slack, top, clock)
    assert the_incident(database()).status is Status.NOTIFIED

    end_the_follow_up(cast, top, clock)
    measure = {"What has to be done?": "A second look before exports leave", "By when?": "2026-04-01"}
    do(cast.analyst, "Voeg ten minste één maatregel toe, met een eigenaar en een datum", top, measure, clock)
    cause = label(Actor.INTERNAL_NON_MALICIOUS, "en")
    do(
        cast.dpo,
        "Sluit het incident af",
        top,
        {
            "What caused it?": cause,
            "What was learned?": "Exports need a second look",
            "What the register does not say is not known, because": "The recipient no longer answers",
        },
        clock,
    )
    archived_by_the_worker(app, channel, clock)
    check_record(database())
    check_pages(pages, reference)


def archived_by_the_worker(app: Flask, channel: Channel, clock: FixedClock) -> None:
    """What is still to be said is posted first: a message a minute, since the clock stands still in between."""
    with app.app_context():
        worker = Worker(db.engine, app.extensions["meldklok"], Outlets(), threading.Event())
    for _ in range(40):
        assert not channel.archived
        clock.advance(minutes=1)
        worker.keep_rooms()
        if channel.archived:
            break
        worker.sender.drain()
    assert channel.archived
    with app.app_context():
        query = select(OutboxMessage.payload, OutboxMessage.outcome).where(OutboxMessage.recipient == channel.id)
        rows = [(payload["template"], outcome) for payload, outcome in db.session.execute(query)]
        db.session.rollback()
    assert ("submission_recorded", OutboxOutcome.SENT) in rows
    assert {outcome for _, outcome in rows} == {OutboxOutcome.SENT}


def record_data(person: SlackUser, top: Message) -> None:
    """Through the window: facts, the chapter on data, two categories."""
    person.close()
    person.press("Meer…", top)
    person.modal(top.text.split(":")[0])
    person.press("Record facts…")
    person.modal("Facts")
    title = chapter_title(Chapter.DATA, "en")
    person.press(title)
    person.modal(title[:24])
    question = field_label("data_categories", "en").ask
    person.fill({question: [label(DataCategory.NAME, "en"), label(DataCategory.EMAIL, "en")]}).submit()
    assert person.errors == {}


def decide_not_to_inform(cast: Cast, slack: FakeSlack, top: Message, clock: FixedClock) -> None:
    """Not informing at high risk asks for a ground, and then for somebody else than the one who decided."""
    about = "If data subjects at high risk are not informed: on which ground?"
    cast.dpo.close()
    offered(slack, top, "Besluit of de betrokkenen het moeten weten", clock)
    cast.dpo.press("Besluit of de betrokkenen het moeten weten", top)
    cast.dpo.fill(
        {
            "Inform the data subjects": "No (a second person then has to agree)",
            "Why?": "The recipient deleted everything and we checked it",
        }
    ).submit()
    assert list(cast.dpo.errors) == [about]
    cast.dpo.fill({about: label(NotInformingGround.RISK_REMOVED, "en")}).submit()
    assert cast.dpo.errors == {}
    offered(slack, top, "Bekijk het besluit over informeren van de betrokkenen", clock)
    assert "case.second" in offered_to(cast.second, top)
    assert "case.second" not in offered_to(cast.analyst, top), "a second look is refused to her"
    cast.dpo.press("Bekijk het besluit over informeren van de betrokkenen", top)
    cast.dpo.told("Somebody else has to look at it")
    cast.second.press("Bekijk het besluit over informeren van de betrokkenen", top)
    shown = texts(cast.second.modal("Second person")["blocks"])
    assert label(NotInformingGround.RISK_REMOVED, "en") in shown, "the second person answers for the ground as well"
    do(cast.second, "Bekijk het besluit over informeren van de betrokkenen", top, {"Your answer": "I agree"}, clock)


def offered_to(person: SlackUser, top: Message) -> set[str]:
    """The buttons of the card that somebody asks for with the reference."""
    reference = top.text.split(":")[0]
    person.close()
    person.command("/datalek", reference)

    def cards() -> list[Ephemeral]:
        told = person.slack.workspace.ephemerals
        return [one for one in told if one.user == person.id and one.text.startswith(reference) and one.blocks]

    person.slack.wait_for(cards)
    return {element["action_id"] for _, element in buttons(cards()[-1].blocks)}


def draft_approve_and_submit(cast: Cast, slack: FakeSlack, top: Message, clock: FixedClock) -> None:
    """The analyst drafts, the second person approves what she read, the officer files it at the portal."""
    cast.analyst.close()
    offered(slack, top, "Stel het dossier voor de toezichthouder op", clock)
    cast.analyst.press("Stel het dossier voor de toezichthouder op", top)
    cast.analyst.modal("Notices")
    cast.analyst.modal("Notices")
    slack.wait_for(lambda: "version 1" in texts(cast.analyst.modal()["blocks"]))
    cast.second.close()
    offered(slack, top, "Keur het dossier voor de toezichthouder goed", clock)
    cast.second.press("Keur het dossier voor de toezichthouder goed", top)
    cast.second.modal("Approve")
    assert cast.second.submit().status == 200
    assert cast.second.errors == {}
    do(
        cast.dpo,
        "Vul het formulier van de toezichthouder in en leg de indiening vast",
        top,
        {"Number of the confirmation (AP number)": "AP-2026-77"},
        clock,
    )


def end_the_follow_up(cast: Cast, top: Message, clock: FixedClock) -> None:
    """What was filed was provisional: a clock runs until more is filed, or two people agree that nothing will be."""
    about = {"File a follow-up with the authority (AP)": "No (a second person then has to agree)"}
    cast.dpo.close()
    cast.dpo.press("Meer…", top)
    cast.dpo.modal(top.text.split(":")[0])
    cast.dpo.press("Decide…")
    cast.dpo.modal("Decide")
    cast.dpo.fill({**about, "Why?": NO_MORE}).submit()
    assert cast.dpo.errors == {}
    do(cast.second, "Besluit bekijken", top, {"Your answer": "I agree"}, clock)


def check_record(session: Session) -> None:
    """What the pages would show: closed, every decision with its people, the number, and a whole chain."""
    incident = session.scalars(select(Incident)).one()
    assert incident.status is Status.CLOSED
    assert session.scalars(select(Submission)).one().reference == "AP-2026-77"
    final = session.scalars(select(Decision).where(Decision.state == DecisionState.FINAL)).all()
    assert {(row.subject.value, row.act, row.second_name) for row in final} == {
        ("authority", True, ""),
        ("subjects", False, "Sara Second"),
        ("duty", False, "Sara Second"),
    }
    assert breaks(session) == []
    kinds = [row.kind for row in session.scalars(select(TimelineEntry).order_by(TimelineEntry.recorded_at))]
    assert kinds[0] == "reported"
    assert kinds[-1] == "closed"


def check_pages(pages: Team, reference: str) -> None:
    """The closed file as an auditor reads it who was never in Slack: who, what, when and where it was done."""
    pages.set_up()
    auditor = pages.visitor("Olga", Role.AUDITOR)

    def read(part: str = "") -> str:
        return auditor.get(f"/incidents/{reference}{part}").text

    assert "Closed This incident stays in the register." in read().replace("ClosedThis", "Closed This")
    assert "Kinds of data NameE-mail address" in read("/facts")
    risk, decisions, notices, told = read("/risk"), read("/decisions"), read("/notices"), read("/timeline")
    assert "Anna Analyst" in risk
    for words in ("Daan Officer", "Sara Second", "The recipient deleted everything and we checked it", NO_MORE):
        assert words in decisions
    assert label(NotInformingGround.RISK_REMOVED, "en") in decisions
    assert "version 1, Anna Analyst" in notices
    assert "sent" in notices
    names = ("Rik Reporter", "Anna Analyst", "Sara Second", "Daan Officer")
    assert [name for name in names if f"{name} · Slack" not in told] == []
    assert "A second look before exports leave" in read("/tasks")
    assert "intact: " in read("/record")
    register = auditor.get("/register").text
    assert reference in register
    assert "Closed" in register
    assert "AP-2026-77" in auditor.client.get("/register.csv?columns=authority_number").text
