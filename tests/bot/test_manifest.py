"""The manifest says what the code does: ids, scopes, events; and Slack would take it."""

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from jsonschema_rs import validate
from slack_bolt import App

import bot
import incident.slack
from bot import conversations
from bot.case import ACTS
from bot.manifest import manifest, scopes
from bot.slack_here.methods import METHODS
from incident.cli import main

BASE = "https://meldklok.example.org"
TEXT = {"type": "string", "minLength": 1}


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def _text(most: int, least: int = 1, pattern: str = "") -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most, **({"pattern": pattern} if pattern else {})}


def _list(items: dict[str, Any], most: int) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "maxItems": most, "items": items, "uniqueItems": True}


URL = _text(3000, pattern="^https?://")
FLAG = {"type": "boolean"}
RULES = _object(
    ["display_information", "features", "oauth_config", "settings"],
    _metadata=_object([], major_version={"const": 2}, minor_version={"type": "integer"}),
    display_information=_object(
        ["name"],
        name=_text(35),
        description=_text(140),
        background_color=_text(7, 4),
        long_description=_text(4000, 175),
    ),
    features=_object(
        ["bot_user"],
        app_home=_object([], home_tab_enabled=FLAG, messages_tab_enabled=FLAG, messages_tab_read_only_enabled=FLAG),
        bot_user=_object(["display_name"], display_name=_text(80), always_online=FLAG),
        shortcuts=_list(
            _object(
                ["name", "type", "callback_id", "description"],
                name=_text(24),
                type={"enum": ["global", "message"]},
                callback_id=_text(255),
                description=_text(150),
            ),
            10,
        ),
        slash_commands=_list(
            _object(
                ["command", "description"],
                command=_text(32, 2, "^/"),
                url=URL,
                description=_text(2000),
                usage_hint=_text(1000),
                should_escape=FLAG,
            ),
            50,
        ),
    ),
    oauth_config=_object(["scopes"], scopes=_object(["bot"], bot=_list(TEXT, 255))),
    settings=_object(
        [],
        event_subscriptions=_object([], bot_events=_list(TEXT, 100), request_url=URL),
        interactivity=_object(["is_enabled"], is_enabled=FLAG, request_url=URL, message_menu_options_url=URL),
        org_deploy_enabled=FLAG,
        socket_mode_enabled=FLAG,
        token_rotation_enabled=FLAG,
    ),
)
"""What Slack's manifest reference allows of the parts we use (version 2, read November 2026)."""


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("transport", ["http", "socket"])
def test_slack_would_take_the_manifest(transport: str, language: str) -> None:
    """Every part within its limits, nothing unknown."""
    validate(RULES, manifest(transport, BASE, language=language))


def test_shortcuts_are_called_in_the_language_of_the_channels() -> None:
    """Slack knows one name for everybody; what the code listens to stays the same."""
    dutch, english = (manifest("http", BASE, language=one)["features"]["shortcuts"] for one in ("nl", "en"))
    assert [row["callback_id"] for row in dutch] == [row["callback_id"] for row in english]
    assert not {row["name"] for row in dutch} & {row["name"] for row in english}


def test_only_http_names_our_address() -> None:
    """Socket Mode needs none, and Slack refuses one that it cannot reach."""
    socket, http = json.dumps(manifest("socket", BASE)), manifest("http", BASE)
    assert BASE not in socket
    assert http["settings"]["interactivity"]["request_url"] == f"{BASE}/slack/events"
    assert http["settings"]["event_subscriptions"]["request_url"] == f"{BASE}/slack/events"
    assert {command["url"] for command in http["features"]["slash_commands"]} == {f"{BASE}/slack/events"}
    assert not http["settings"]["socket_mode_enabled"]


def test_every_way_in_of_the_manifest_has_a_listener_and_the_other_way_round(make_app: Callable[..., Flask]) -> None:
    """A renamed callback id is a dead shortcut; here it is a red test."""
    bolt: App = make_app().extensions["slack_bolt"]
    made = manifest("http", BASE)
    shortcuts = {(row["callback_id"], row["type"]) for row in made["features"]["shortcuts"]}
    assert shortcuts == {(name, "global") for name in conversations.GLOBAL_SHORTCUTS} | {
        (name, "message") for name in conversations.MESSAGE_SHORTCUTS
    }
    listeners = len(conversations.COMMANDS) + len(shortcuts) + len(conversations.EVENTS)
    assert len(bolt._listeners) == listeners + len(conversations.FORMS) + len(conversations.BUTTONS)


def called_methods() -> set[str]:
    """Every Web API method that our code calls, by the client's name for it."""
    names = {method.replace(".", "_").lower(): method for method in METHODS}
    found = set()
    folders = (Path(bot.__file__).parent, Path(incident.slack.__file__).parent)
    for path in (path for folder in folders for path in folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr.lower() in names:
                found.add(names[node.attr.lower()])
    return found


def test_the_scopes_are_those_that_the_code_needs() -> None:
    """Every method that is called has one of its scopes; every scope serves a method or an event."""
    called, wanted = called_methods(), scopes(duty_group=True)
    assert {"chat.postMessage", "users.info", "conversations.create"} <= called
    for method in called:
        needed = METHODS[method][0]
        assert not needed or needed & set(wanted), method
    used = {scope for method in called for scope in METHODS[method][0]}
    assert set(wanted) - used <= {"app_mentions:read", "commands", "reactions:read", "users:read.email"}


def test_every_button_and_form_that_is_shown_has_a_listener() -> None:
    """No button without an answer: the names in the code are those in the tables."""
    buttons = {name for name in conversations.BUTTONS if isinstance(name, str)}
    assert {act.action for act in ACTS} <= buttons


def test_the_command_prints_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As JSON, which Slack takes; scripts that still say --json get the same."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("BASE_URL", BASE)
    for transport in ("http", "socket"):
        printed = CliRunner().invoke(main, ["slack", "manifest", "--transport", transport])
        assert printed.exit_code == 0, printed.output
        assert json.loads(printed.output) == manifest(transport, BASE, language="nl")
    as_json = CliRunner().invoke(main, ["slack", "manifest", "--json"])
    assert json.loads(as_json.output) == manifest("socket", BASE, language="nl")


def test_who_administers_slack_reads_why_of_each_scope_and_of_no_other() -> None:
    """docs/slack-admin.md: nobody approves what is not explained."""
    page = (Path(bot.__file__).parents[1] / "docs" / "slack-admin.md").read_text(encoding="utf-8")
    rows = [row.split("|")[1] for row in page.splitlines() if row.startswith("| `")]
    told = [name.strip(" `") for row in rows for name in row.split(",")]
    assert sorted(told) == sorted(scopes(duty_group=True))
