"""The Bolt application: the same listeners for both transports."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from flask import Flask
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.logger.messages import warning_client_prioritized_and_token_skipped
from slack_sdk import WebClient

from bot.conversations import register
from bot.listener import Desk
from bot.people import People
from bot.warm import warm_up
from bot.words import words
from incident.platform.settings import Settings

THREADS: Final = 20
"""Bolt's own five are soon busy when a whole team reacts to one incident; Slack waits three seconds only."""
TIMEOUT_SECONDS: Final = 2
# Bolt finds SLACK_BOT_TOKEN by itself, and warns at every start that it will not use it: as we want it.
logging.getLogger("slack_bolt.App").addFilter(
    lambda told: told.getMessage() != warning_client_prioritized_and_token_skipped()
)


def make_client(settings: Settings, timeout: int = TIMEOUT_SECONDS) -> WebClient:
    """A Web API client that never retries by itself: a repeated post would be a second message."""
    return WebClient(settings.slack_bot_token, base_url=settings.slack_api_url, timeout=timeout, retry_handlers=[])


def create_bolt_app(app: Flask, *, client: WebClient | None = None, warm: bool = False) -> App:
    """A Bolt application whose listeners work on the database of `app`.

    Slack is not waited for here, so that one that is down, or a revoked token, never keeps the pages from starting.
    A process that serves people is `warm`: in the background it asks who we are, and reads what the first report needs.
    """
    settings: Settings = app.extensions["meldklok"].settings
    people = People(client or make_client(settings))
    bolt = App(
        name="meldklok",
        client=_without_token(people.client),
        authorize=_authorizer(settings, people),
        signing_secret=settings.slack_signing_secret or "",
        request_verification_enabled=True,
        token_verification_enabled=False,
        raise_error_for_unhandled_request=False,
        listener_executor=ThreadPoolExecutor(THREADS, thread_name_prefix="slack"),
        user_facing_authorize_error_message=words("nl")("Meldklok is not installed in this workspace."),
    )
    register(bolt, Desk(app, people))
    if warm:
        people.warm()
        now = app.extensions["meldklok"].clock.now()
        threading.Thread(target=warm_up, args=(now,), name="slack-warm", daemon=True).start()
    return bolt


def _without_token(client: WebClient) -> WebClient:
    """Bolt copies this for every request and adds the token that `authorize` gives."""
    return WebClient(None, base_url=client.base_url, timeout=client.timeout, retry_handlers=[])


def _authorizer(settings: Settings, people: People) -> Callable[..., AuthorizeResult]:
    """One workspace, one token. Asking Slack who we are may fail; then only our own events are not recognised."""

    def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None, **_: object) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=settings.slack_bot_token,
            bot_user_id=people.bot_user(),
            user_id=user_id,
        )

    return authorize
