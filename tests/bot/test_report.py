"""Reporting from Slack, over both transports."""

from collections.abc import Callable

from sqlalchemy.orm import Session

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
    assert "Europe/Amsterdam" in seen
