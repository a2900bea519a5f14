"""The one next step in a reminder is a link that opens a page."""

from flask import Flask

from incident.usecases.clock.reminder_text import _SEQUENCE


def test_every_step_of_a_reminder_leads_to_a_page(lite_app: Flask) -> None:
    """A page that was renamed would leave people at 2 a.m. before a 404."""
    rules = {rule.rule for rule in lite_app.url_map.iter_rules()}
    assert {f"/incidents/<reference>/{page}" for _, page in _SEQUENCE} <= rules
