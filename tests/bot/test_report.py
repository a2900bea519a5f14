"""Reporting from Slack, over both transports."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.slack_here.workspace import Channel
from incident.platform.clock import FixedClock
from tests.bot.conftest import Cast, the_incident
from tests.fake_slack import FakeSlack
from tests.fake_slack.user import texts

TITLE = "Report a data breach"
WHAT = "What happened?"


def test_a_report_takes_one_command_and_one_form(cast: Cast, slack: FakeSlack, database: Callable[[], Session]) -> None:
    """`/datalek`, the form, and the reference with the clock on the screen."""
    assert cast.reporter.command("/datalek").status == 200
    cast.reporter.modal(TITLE)
    cast.reporter.fill({WHAT: "Mail to the wrong customer", "How many people, about?": "1.200"}).submit()
    assert cast.reporter.errors == {}
    incident = the_incident(database())
    seen = texts(cast.reporter.modal("Report received")["blocks"])
    assert incident.reference in seen
    assert incident.subjects == 1200
    assert incident.reporter_slack_id == "U1REPORT"
    assert f"until {incident.due_at.astimezone(ZoneInfo('Europe/Amsterdam')):%a %-d %b %Y %H:%M} CET" in seen


def test_who_leaves_the_moment_open_stands_in_nobodys_way(
    cast: Cast, slack: FakeSlack, security: Channel, clock: FixedClock, database: Callable[[], Session]
) -> None:
    """GDPR art. 33(1): that it was known days before the report can be stated, by the window and without its page."""
    clock.advance(seconds=30)
    cast.reporter.command("/datalek")
    cast.reporter.modal(TITLE)
    cast.reporter.fill({WHAT: "Vrijdag meldde een klant een open map"}).submit()
    slack.wait_for(lambda: security.messages)
    cast.analyst.press("Is het een datalek?", security.messages[0])
    cast.analyst.modal()
    known = clock.now() - timedelta(days=2)
    cast.analyst.fill(
        {
            "Is it a breach of personal data?": "Yes, it is a breach of personal data",
            "Since when are you reasonably certain? (date)": f"{known:%Y-%m-%d}",
            "Since when are you reasonably certain? (time)": "10:00",
            "Why was it certain then?": "The customer sent pictures",
        }
    ).submit()
    assert cast.analyst.errors == {}
    assert the_incident(database()).aware_at.date() == known.date()
