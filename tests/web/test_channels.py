"""The page of the channels: what is set up, and what is wrong with it."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from incident.domain.kernel.people import SYSTEM, Role
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.slack.duty_group import NAME
from incident.store.db import db
from incident.usecases.common.settings import save_setting
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.ports import Channel
from tests.web.conftest import Team, opened


@pytest.fixture
def app(make_settings: Callable[..., Settings], migrated_url: str, clock: FixedClock) -> Iterator[Flask]:
    """An installation with a user group that follows the duty."""
    slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "secret", "SLACK_DUTY_GROUP": "S0DUTY"}
    with opened(make_settings(DATABASE_URL=migrated_url, SLACK_API_URL="http://127.0.0.1:9/", **slack), clock) as made:
        yield made


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (None, "The user group names who is on duty."),
        ("permission_denied", "let everyone change user groups."),
        ("no_such_subteam", "Slack knows no user group S0DUTY"),
    ],
)
def test_it_says_whether_the_user_group_follows_the_duty(
    team: Team, app: Flask, clock: FixedClock, trouble: str | None, said: str
) -> None:
    """With what to do; a token that Slack refuses is said where that is said."""
    with app.app_context():
        save_setting(db.session(), NAME, {"trouble": trouble}, actor=SYSTEM, now=clock.now())
        db.session.commit()
    page = team.visitor("Ada", Role.ADMIN).get("/settings/channels")
    assert said in page.text
    with app.app_context():
        save_setting(db.session(), NAME, {"trouble": "token_revoked"}, actor=SYSTEM, now=clock.now())
        db.session.commit()
    assert "user group" not in team.visitor("Bea", Role.ADMIN).get("/settings/channels").text


def test_which_channels_there_are_is_not_said_before_a_worker_has_said_it(
    team: Team, app: Flask, clock: FixedClock
) -> None:
    """An installation that was never run is not called set up."""
    admin = team.visitor("Ada", Role.ADMIN)
    assert "not known yet" in admin.get("/settings/channels").text
    with app.app_context():
        write_down(db.session(), {Channel.EMAIL}, clock.now())
        db.session.commit()
    assert "not known yet" not in admin.get("/settings/channels").text
