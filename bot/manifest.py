"""The Slack app's manifest, made from what the code answers to, for either transport."""

from typing import Final

from bot import commands, conversations
from bot.http import PATH
from bot.words import Words, words
from incident.domain.kernel.json import JsonObject

SCOPES: Final = (
    "app_mentions:read",
    "bookmarks:read",
    "bookmarks:write",
    "channels:history",
    "channels:manage",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "groups:history",
    "groups:read",
    "groups:write",
    "im:history",
    "im:write",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "users:read",
    "users:read.email",
)
"""What the app may do, and no more. A test holds these against the methods that the code calls."""
GROUP_SCOPES: Final = ("usergroups:write",)
"""What it may do besides where a user group follows the duty."""
WORDS: Final = ("list", "mine", "update", "catchup", "DL-2026-0001-K", "help")


def names(say: Words) -> dict[str, tuple[str, str]]:
    """The name and the description of each shortcut."""
    return {
        "report_breach": (say("Report a data breach"), say("Open the short form for a possible data breach")),
        "report_from_message": (
            say("Report as data breach"),
            say("Report what this message tells as a possible data breach"),
        ),
        "add_to_timeline": (say("Add to breach timeline"), say("Put this message on the timeline of an incident")),
    }


def scopes(*, duty_group: bool) -> tuple[str, ...]:
    """The scopes of an installation, with or without a user group that follows the duty."""
    return (*SCOPES, *GROUP_SCOPES) if duty_group else SCOPES


def manifest(transport: str, base_url: str, *, duty_group: bool = False, language: str = "en") -> JsonObject:
    """The manifest for ``socket`` or ``http``; `base_url` is where Slack reaches us, and only HTTP uses it.

    Slack shows one name of a shortcut to everybody, so these are in the language of the channels.
    """
    say = words(language)
    address = {"url": f"{base_url}{PATH}"} if transport == "http" else {}
    request = {"request_url": f"{base_url}{PATH}"} if transport == "http" else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Meldklok",
            "description": say("Report a data breach and keep the 72-hour clock"),
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "meldklok", "always_online": True},
            "shortcuts": _shortcuts(say),
            "slash_commands": [_command(say, name, address, language) for name in conversations.COMMANDS],
        },
        "oauth_config": {"scopes": {"bot": list(scopes(duty_group=duty_group))}},
        "settings": {
            "event_subscriptions": {"bot_events": _events(), **request},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": transport == "socket",
            "token_rotation_enabled": False,
        },
    }


def _events() -> list[str]:
    return sorted(name for event in conversations.EVENTS for name in conversations.SUBSCRIBED.get(event, (event,)))


def _shortcuts(say: Words) -> list[dict[str, str]]:
    kinds = [(name, "global") for name in conversations.GLOBAL_SHORTCUTS]
    kinds += [(name, "message") for name in conversations.MESSAGE_SHORTCUTS]
    said = names(say)
    return [
        {"name": said[name][0], "type": kind, "callback_id": name, "description": said[name][1]} for name, kind in kinds
    ]


def _command(say: Words, name: str, address: dict[str, str], language: str) -> JsonObject:
    hints = (say("what happened"), *(commands.typed(word, language) for word in WORDS))
    hint, text = f"[{' | '.join(hints)}]", say("Report or follow a data breach")
    return {"command": name, "description": text, "usage_hint": hint, "should_escape": False, **address}
