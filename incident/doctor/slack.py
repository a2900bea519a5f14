"""Checks of Slack: is the token good, whose is it, and may it do what the bot needs."""

import importlib
from collections.abc import Iterator
from datetime import datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from incident.doctor.finding import Finding, State, fail, ok, warn
from incident.platform.settings import Settings

TIMEOUT_SECONDS = 5
CURES = {
    "invalid_auth": "Copy the bot token again from the app's page at Slack.",
    "token_revoked": "Install the app in the workspace again and set the new SLACK_BOT_TOKEN.",
    "token_expired": "Install the app in the workspace again and set the new SLACK_BOT_TOKEN.",
    "account_inactive": "Install the app in the workspace again and set the new SLACK_BOT_TOKEN.",
}


def token(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether Slack knows the bot token."""
    if settings.slack_bot_token is None:
        yield warn("Slack", "Slack is not configured: people report on the web only.", "See README, Slack.")
        return
    try:
        answer = _client(settings).auth_test()
    except SlackApiError as problem:
        code = str(problem.response.get("error", "unknown"))
        cure = CURES.get(code, "Look the code up at Slack.")
        yield fail("Slack", "Slack refuses the token: %(code)s.", cure, code=code)
    except (OSError, SlackClientError) as problem:
        cure = "Check network and SLACK_API_URL."
        yield fail("Slack", "Slack cannot be reached: %(problem)s.", cure, problem=type(problem).__name__)
    else:
        sentence = "Slack takes us as %(user)s in the workspace %(team)s."
        yield ok("Slack", sentence, user=answer.get("user"), team=answer.get("team"))


def connection(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """What the bot itself finds: scopes, channel, Socket Mode; silent when the token does not work at all.

    The bot stands above this package, so it is named and not imported.
    """
    if settings.slack_bot_token is None:
        return
    lines = importlib.import_module("bot.doctor").examine(settings, _client(settings))
    for line in list(lines)[1:]:
        yield Finding("Slack", State.OK if line.fine else State.FAIL, line.message, line.cure, line.params)


def _client(settings: Settings) -> WebClient:
    return WebClient(settings.slack_bot_token, base_url=settings.slack_api_url, timeout=TIMEOUT_SECONDS)
