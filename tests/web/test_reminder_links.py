"""The one next step in a reminder is a link that opens the very thing."""

from uuid import UUID

from flask import Flask

from incident.domain.kernel.roles import Permission
from incident.domain.next_steps import About, Act, Step
from incident.domain.step_words import WHAT, path

THING = UUID(int=1)


def test_every_step_of_a_reminder_leads_to_a_page(lite_app: Flask) -> None:
    """A page that was renamed would leave people at 2 a.m. before a 404."""
    pages = lite_app.url_map.bind("localhost")
    for code in WHAT:
        act, _, about = code.partition(".")
        for thing in (THING,) if act in ("ask_release", "release", "sending", "record", "reach") else (None, THING):
            step = Step(Act(act), About(about or "case"), Permission.RECORD, thing)
            endpoint, _ = pages.match(path("DL-2026-0001-9", step).partition("?")[0].partition("#")[0])
            assert endpoint.partition(".")[0] in {
                "triage",
                "facts",
                "risk",
                "decisions",
                "notices",
                "duties",
                "tasks",
                "closing",
            }, code
