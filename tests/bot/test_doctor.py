"""Every way in which the connection with Slack can be wrong is one line that says what to do."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from bot.app import make_client
from bot.doctor import Line, examine
from bot.slack_here.methods import METHODS
from bot.slack_here.workspace import Channel
from incident.cli import main
from incident.platform.settings import Settings
from tests.bot.conftest import Cast, the_incident
from tests.databases import KEY
from tests.fake_slack import Failure, FakeSlack
from tests.fake_slack.server import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET

Look = Callable[..., list[Line]]


@pytest.fixture
def live() -> Iterator[FakeSlack]:
    """A workspace in real time."""
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def channel(live: FakeSlack) -> Channel:
    """The security channel."""
    return live.workspace.add_channel("security", ("U0BOT",), private=True)


@pytest.fixture
def look(live: FakeSlack, channel: Channel, make_settings: Callable[..., Settings]) -> Look:
    """A function that examines, with other settings where wanted."""

    def examined(**variables: str) -> list[Line]:
        given = {
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_SIGNING_SECRET": SIGNING_SECRET,
            "SLACK_API_URL": live.url,
            "SLACK_CHANNEL": channel.id,
            **variables,
        }
        settings = make_settings(**{key: value for key, value in given.items() if value})
        return list(examine(settings, make_client(settings)))

    return examined


def cures(lines: list[Line]) -> str:
    """Everything that has to be done."""
    return " ".join(f"{line.text} {line.cure}" for line in lines if not line.fine)


def test_nothing_to_do(look: Look) -> None:
    """Token, scopes, channel and socket are fine."""
    assert cures(look(SLACK_APP_TOKEN=APP_TOKEN)) == ""
    assert len(look(SLACK_APP_TOKEN=APP_TOKEN)) == 4


def test_a_revoked_token(look: Look, live: FakeSlack) -> None:
    """Nothing else is asked after that."""
    live.workspace.revoked = True
    (line,) = look()
    assert "token_revoked" in line.text
    assert "Install the app" in line.cure


def test_a_wrong_token(look: Look) -> None:
    """A rotated one looks the same."""
    assert "invalid_auth" in cures(look(SLACK_BOT_TOKEN="xoxb-old"))


def test_a_missing_scope(look: Look, live: FakeSlack) -> None:
    """It is named."""
    live.workspace.scopes = live.workspace.scopes - {"pins:write"}
    assert "pins:write" in cures(look())


def test_an_archived_or_shared_or_unknown_channel(look: Look, channel: Channel) -> None:
    """Each with its own cure."""
    channel.archived = True
    assert "archived" in cures(look())
    channel.archived, channel.shared = False, True
    assert "shared with another organisation" in cures(look())
    assert "channel_not_found" in cures(look(SLACK_CHANNEL="C0NOWHERE"))
    assert "SLACK_CHANNEL is not set" in cures(look(SLACK_CHANNEL=""))


def test_a_public_channel_without_the_app(look: Look, live: FakeSlack) -> None:
    """Slack would refuse every message there."""
    other = live.workspace.add_channel("public")
    assert "Invite it" in cures(look(SLACK_CHANNEL=other.id))


def test_an_organisation_wide_install(look: Look, live: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rooms would have no workspace."""
    scopes, answer = METHODS["auth.test"]
    whole = (scopes, lambda *given: {**answer(*given), "is_enterprise_install": True})
    monkeypatch.setitem(METHODS, "auth.test", whole)
    assert "whole organisation" in cures(look())


def test_a_wrong_app_token(look: Look) -> None:
    """Socket Mode would never connect."""
    assert "Socket Mode cannot connect" in cures(look(SLACK_APP_TOKEN="xapp-wrong"))


def test_slack_out_of_reach(look: Look, live: FakeSlack) -> None:
    """One line, within seconds."""
    live.fail_always("*", Failure.connection_reset())
    assert "cannot be reached" in cures(look())


def test_the_command_says_it_and_its_status_tells(
    live: FakeSlack, channel: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`meldklok slack check`: 0 when nothing has to be done, 1 otherwise, and a sentence without Slack."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    assert "Slack is not configured" in CliRunner().invoke(main, ["slack", "check"]).output
    for name, value in {
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": live.url,
        "SLACK_CHANNEL": channel.id,
    }.items():
        monkeypatch.setenv(name, value)
    fine = CliRunner().invoke(main, ["slack", "check"])
    assert (fine.exit_code, "FIX" in fine.output) == (0, False)
    channel.archived = True
    broken = CliRunner().invoke(main, ["slack", "check"])
    assert broken.exit_code == 1
    assert "FIX  The security channel is archived." in broken.output


def test_the_command_that_rebuilds(
    app: Flask,
    cast: Cast,
    slack: FakeSlack,
    security: Channel,
    migrated_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    database: Callable[..., object],
) -> None:
    """`meldklok slack rebuild REF` posts the headline again; a reference that does not exist is said."""
    cast.reporter.command("/datalek")
    cast.reporter.modal()
    cast.reporter.fill({"What happened?": "Laptop lost"}).submit()
    slack.wait_for(lambda: security.messages)
    reference = the_incident(database()).reference  # type: ignore[arg-type]
    security.messages.clear()
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": migrated_url,
        "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnop",
        "ENCRYPTION_KEY": KEY,
        "SLACK_BOT_TOKEN": BOT_TOKEN,
        "SLACK_SIGNING_SECRET": SIGNING_SECRET,
        "SLACK_API_URL": slack.url,
        "SLACK_CHANNEL": security.id,
    }.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(main, ["slack", "rebuild", reference])
    assert done.exit_code == 0, done.output
    assert reference in security.messages[0].text
    assert CliRunner().invoke(main, ["slack", "rebuild", "DL-2026-9999-X"]).exit_code == 1
