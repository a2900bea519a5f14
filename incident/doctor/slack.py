"""Checks of Slack: is the token good, whose is it, may it do what the bot needs, and does the user group follow."""

import importlib
from collections.abc import Iterator
from datetime import datetime

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from incident.doctor.finding import Finding, State, fail, ok, warn
from incident.platform.settings import Settings
from incident.slack.duty_group import NAME
from incident.slack.errors import TOKEN
from incident.store.settings import newest

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
        sentence = "Slack knows us as %(user)s in the workspace %(team)s."
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


def group(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Whether the user group names who is on duty; silent where there is none, or no database to read that from."""
    engine = create_engine(settings.database_url, poolclass=NullPool)
    try:
        with Session(engine) as session:
            yield from duty_group(session, settings)
    except SQLAlchemyError:
        return
    finally:
        engine.dispose()


def duty_group(session: Session, settings: Settings) -> Iterator[Finding]:
    """How the last change of the user group went; nothing before the first, nor where the token itself is no good."""
    known = newest(session, NAME)
    if settings.slack_bot_token is None or settings.slack_duty_group is None or known is None:
        return
    code = str(known["trouble"] or "")
    if not code:
        yield ok("Slack", "The user group names who is on duty.")
    elif code not in TOKEN:
        yield _behind(code, settings.slack_duty_group)


def _behind(code: str, group: str) -> Finding:
    """What keeps it from that, and who can do what about it."""
    match code:
        case "nobody":
            sentence = "Nobody on duty is known in Slack: the user group names who was on duty before."
            cure = "Set up e-mail, or give them their Slack member ID on the page People."
        case "plan_upgrade_required" | "paid_teams_only":
            sentence = "The plan of this Slack workspace has no user groups, so none names who is on duty."
            cure = "Take another plan at Slack, or leave SLACK_DUTY_GROUP empty."
        case "permission_denied" | "restricted_action":
            sentence = "Slack does not let the app change user groups, so none names who is on duty."
            cure = "In the permissions of the Slack workspace, let everyone change user groups."
        case "missing_scope":
            sentence = "The app may not change user groups, so none names who is on duty."
            cure = "Update the app with `meldklok slack manifest` and install it again."
        case "no_such_subteam":
            sentence = "Slack knows no user group %(group)s, so none names who is on duty."
            cure = "Copy the ID of the user group from its page at Slack to SLACK_DUTY_GROUP."
        case _:
            sentence = "Slack does not change the user group, so it may name the wrong people: %(code)s."
            cure = "Look the code up at Slack."
    return warn("Slack", sentence, cure, code=code, group=group)


def _client(settings: Settings) -> WebClient:
    return WebClient(settings.slack_bot_token, base_url=settings.slack_api_url, timeout=TIMEOUT_SECONDS)
