"""The team asks whoever reported in Slack, and reads the answer: without a page, and without an account."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.slack_here.workspace import Channel
from incident.platform.clock import FixedClock
from incident.store.models import TimelineEntry
from tests.bot.conftest import Cast
from tests.bot.test_reporter import report, sent, worker_of
from tests.fake_slack import FakeSlack
from tests.fake_slack.user import buttons, texts

QUESTION, ANSWER = "Which mailbox was it?", "The one of sales"
Database = Callable[[], Session]


def said(database: Database) -> list[tuple[str, str, str]]:
    """What was asked and answered, as the timeline has it."""
    query = select(TimelineEntry).where(TimelineEntry.kind.in_(("asked_reporter", "reporter_said")))
    rows = database().scalars(query.order_by(TimelineEntry.recorded_at))
    return [(row.kind, row.author_name, row.text) for row in rows]


def test_a_question_reaches_the_reporter_in_slack_and_the_answer_whoever_has_the_case(
    app: Flask, cast: Cast, slack: FakeSlack, security: Channel, clock: FixedClock, database: Database
) -> None:
    """The messages say that something waits; what was typed is read in a window, by those two only."""
    worker = worker_of(app)
    worker._announce()
    worker.link_people()
    report(cast)
    cast.reporter.close()
    slack.wait_for(lambda: security.messages)
    top = security.messages[0]
    cast.analyst.press("Ik neem het", top)
    cast.analyst.press("Meer…", top)
    assert "I take it" not in [one["text"]["text"] for _, one in buttons(cast.analyst.modal()["blocks"])]
    cast.analyst.press("Ask the reporter…")
    cast.analyst.modal("Ask the reporter")
    cast.analyst.fill({"Your question": "BSN 111222333?"}).submit()
    assert list(cast.analyst.errors) == ["Your question"]
    cast.analyst.fill({"Your question": QUESTION}).submit()
    assert cast.analyst.errors == {}
    sent(worker, clock)

    told = slack.workspace.direct(cast.reporter.id).messages
    (asked,) = (message for message in told if "There is a question about your report." in message.text)
    assert not any(QUESTION in message.text + texts(message.blocks) for message in told)
    cast.dpo.press("Answer", asked)
    cast.dpo.told("Only the person who reported this can answer here.")
    cast.reporter.press("Answer", asked)
    shown = texts(cast.reporter.modal("Your report")["blocks"])
    assert f"Anna Analyst, Mon 2 Mar 2026 10:00 CET\n{QUESTION}" in shown
    cast.reporter.fill({"Your answer": ANSWER}).submit()
    assert "Thank you. Your answer is on record." in texts(cast.reporter.modal("Your report")["blocks"])
    sent(worker, clock)
    assert said(database) == [
        ("asked_reporter", "Anna Analyst", QUESTION),
        ("reporter_said", "Rik Reporter", ANSWER),
    ]
    (heard,) = (message for message in security.messages if "De melder heeft geantwoord" in message.text)
    assert ANSWER not in heard.text + texts(heard.blocks)
    cast.analyst.close()
    cast.analyst.press("Lees het", heard)
    assert f"\n{ANSWER}" in texts(cast.analyst.modal("Ask the reporter")["blocks"])
