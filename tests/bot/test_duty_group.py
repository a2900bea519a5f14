"""A user group of the workspace names who is on duty, and trouble with it stands in no message's way."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from bot.manifest import manifest
from bot.slack_here.workspace import Group
from incident.doctor import Finding, State
from incident.doctor.slack import duty_group
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.platform.settings import SettingsError
from incident.store.db import db
from incident.store.models import Person, SettingVersion
from incident.worker import Worker
from tests.bot.conftest import Cast, add_account
from tests.bot.test_reporter import worker_of
from tests.fake_slack import Failure, FakeSlack

GROUP = "S0DUTY"
UPDATE = "usergroups.users.update"


@pytest.fixture
def group(slack: FakeSlack) -> Group:
    """A user group with somebody in it who is long gone."""
    slack.workspace.groups[GROUP] = Group("datalek-dienst", ("U9GONE",))
    return slack.workspace.groups[GROUP]


@pytest.fixture
def app(make_app: Callable[..., Flask], group: Group) -> Iterator[Flask]:
    """An installation that knows the group."""
    made = make_app(SLACK_DUTY_GROUP=GROUP)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def worker(app: Flask, cast: Cast) -> Worker:
    """The worker of that installation; Anna is on duty."""
    return worker_of(app)


def order(worker: Worker, **orders: int | None) -> None:
    """Put people in the duty order, by the beginning of their address."""
    with worker._sessions.begin() as session:
        for name, place in orders.items():
            session.scalars(select(Person).where(Person.email.like(f"{name}%"))).one().duty_order = place


def found(worker: Worker) -> list[Finding]:
    """What the doctor and the page say of the group."""
    with worker._sessions() as session:
        return list(duty_group(session, worker._deps.settings))


def test_the_group_follows_whoever_is_on_duty(
    worker: Worker, group: Group, slack: FakeSlack, clock: FixedClock
) -> None:
    """From the first tick, at once at a change, and again within the hour where somebody changed it by hand."""
    assert found(worker) == []
    worker.link_people()
    assert group.members == ("U2ANNA",)
    assert [finding.state for finding in found(worker)] == [State.OK]
    worker.link_people()
    assert len(slack.called(UPDATE)) == 1, "without a change Slack is asked nothing"
    order(worker, anna=2, daan=1)
    worker.link_people()
    assert group.members == ("U3DAAN",)
    group.members = ("U1REPORT",)
    clock.advance(minutes=61)
    worker.link_people()
    assert group.members == ("U3DAAN",)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("plan_upgrade_required", "has no user groups"),
        ("permission_denied", "does not let the app"),
        ("missing_scope", "may not change user groups"),
        ("no_such_subteam", f"knows no user group {GROUP}"),
        ("invalid_users", "invalid_users"),
    ],
)
def test_what_slack_refuses_is_seen_and_gone_when_repaired(
    worker: Worker, group: Group, slack: FakeSlack, clock: FixedClock, code: str, said: str
) -> None:
    """Said by the doctor and on the page, written down once however long it lasts, and over by itself."""
    slack.fail_always(UPDATE, Failure.error(code))
    for _ in range(4):
        worker.link_people()
        clock.advance(minutes=2)
    (finding,) = found(worker)
    assert finding.state is State.WARN
    assert said in finding.sentence
    assert finding.advice
    with worker._sessions() as session:
        assert len(session.scalars(select(SettingVersion).where(SettingVersion.name == "slack_duty_group")).all()) == 1
    slack.failures.clear()
    worker.link_people()
    assert group.members == ("U2ANNA",)
    assert [finding.state for finding in found(worker)] == [State.OK]


def test_slack_that_is_away_or_asks_for_a_pause_is_asked_again_and_nobody_is_told(
    worker: Worker, group: Group, slack: FakeSlack, clock: FixedClock
) -> None:
    """Once a minute; it passes by itself."""
    worker.link_people()
    order(worker, anna=2, daan=1)
    for failure in (Failure.connection_reset(after=True), Failure.rate_limited(17), Failure.error("internal_error")):
        slack.fail(UPDATE, failure)
        worker.link_people()
        worker.link_people()
        clock.advance(seconds=61)
    assert len(slack.called(UPDATE)) == 4
    assert [finding.state for finding in found(worker)] == [State.OK]
    worker.link_people()
    assert group.members == ("U3DAAN",)


def test_where_nobody_on_duty_is_in_slack_the_group_is_left_and_that_is_said(
    app: Flask, worker: Worker, group: Group, slack: FakeSlack, clock: FixedClock
) -> None:
    """Slack keeps no group empty."""
    worker.link_people()
    add_account(app, "kim@alumio.example", "Kim", {Role.RESPONDER}, duty_order=0)
    worker.link_people()
    assert group.members == ("U2ANNA",)
    (finding,) = found(worker)
    assert "Nobody on duty is known in Slack" in finding.sentence


def test_trouble_with_the_group_keeps_no_message_waiting(
    worker: Worker, cast: Cast, slack: FakeSlack, group: Group
) -> None:
    """The report reaches whoever is on duty while the plan has no user groups."""
    slack.fail_always(UPDATE, Failure.error("plan_upgrade_required"))
    cast.reporter.command("/datalek", "An export went to the wrong customer")
    cast.reporter.modal("Report a data breach")
    cast.reporter.submit()
    worker._announce()
    worker.tick()
    assert cast.analyst.direct_texts()


def test_without_the_setting_neither_scope_nor_call(slack: FakeSlack, make_app: Callable[..., Flask]) -> None:
    """The app asks for no more than it uses; an id that is none is refused when it starts."""
    worker = worker_of(make_app())
    worker.link_people()
    assert worker.duty_group is None
    assert slack.called(UPDATE) == []
    wanted = {flag: manifest("socket", "", duty_group=flag)["oauth_config"]["scopes"]["bot"] for flag in (True, False)}
    assert set(wanted[True]) - set(wanted[False]) == {"usergroups:write"}
    with pytest.raises(SettingsError, match="SLACK_DUTY_GROUP"):
        make_app(SLACK_DUTY_GROUP="@datalek-dienst")
