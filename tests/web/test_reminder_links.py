"""The one next step in a reminder is a link that opens a page."""

import pytest

from incident.usecases.clock.reminder_text import _SEQUENCE


@pytest.mark.sqlite
def test_every_step_of_a_reminder_leads_to_a_page(make_settings) -> None:
    """A page that was renamed would leave people at 2 a.m. before a 404."""
    from incident import create_app

    rules = {rule.rule for rule in create_app(make_settings()).url_map.iter_rules()}
    assert {f"/incidents/<reference>/{page}" for _, page in _SEQUENCE} <= rules
