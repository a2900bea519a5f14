"""What Slack's answers mean for a message: never, later, or nobody knows whether it arrived."""

import socket
import urllib.error
from datetime import timedelta
from typing import Final

from slack_sdk.errors import SlackApiError, SlackClientError

from incident.store.due import LONGEST_PAUSE
from incident.usecases.messages.ports import DeliveryFailed

TOKEN: Final = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "org_login_required"}
)
"""The token is no good: nothing can leave over Slack until somebody installs the app again."""
PLACE: Final = frozenset(
    {
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "not_in_channel",
        "missing_scope",
        "restricted_action",
        "ekm_access_denied",
        "user_not_found",
        "messages_tab_disabled",
    }
)
"""The conversation is closed to us, until somebody invites the app, brings the channel back or repairs the app."""
NOT_ALLOWED: Final = frozenset(
    {
        "restricted_action",
        "missing_scope",
        "enterprise_is_restricted",
        "user_is_restricted",
        "user_is_ultra_restricted",
        "team_access_not_granted",
        "not_allowed_token_type",
        "no_permission",
    }
)
"""Slack lets us make no channel here: the thread in the security channel is the room."""
PASSING: Final = frozenset(
    {"fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org", "rollup_error"}
)
TROUBLE: Final = (SlackApiError, SlackClientError, OSError)
"""Everything a call to Slack can raise."""
_DEFAULT_PAUSE: Final = 30


def code_of(problem: Exception) -> str:
    """Slack's own word for what went wrong, or the kind of failure."""
    if isinstance(problem, SlackApiError):
        return str(problem.response.get("error") or f"status {problem.response.status_code}")
    return type(problem).__name__


def failure_of(problem: Exception) -> DeliveryFailed:
    """The failure in the terms of the outbox.

    Every code that Slack answers with `ok: false` says that nothing was posted. A token or a conversation that is no
    good can be repaired, and what waits leaves then; any other refusal is of this very message and for good. A server
    error or a broken connection leaves open whether the message arrived.
    """
    reason = f"Slack: {code_of(problem)}"
    if isinstance(problem, SlackApiError):
        return _refused(problem, reason)
    return DeliveryFailed(reason, unknown_outcome=not _never_left(problem), whole_channel=True)


def held_back(failure: DeliveryFailed) -> DeliveryFailed:
    """The same trouble for a message that was not tried because of it: it cannot have arrived, and is not given up."""
    return DeliveryFailed(
        f"{failure.reason}; somebody may be there who may not know of it",
        retry_after=failure.retry_after,
        whole_channel=failure.whole_channel,
        needs_repair=failure.needs_repair or failure.permanent,
        code=failure.code,
    )


def _refused(problem: SlackApiError, reason: str) -> DeliveryFailed:
    status, code = problem.response.status_code, code_of(problem)
    if status == 429 or code in {"ratelimited", "rate_limited"}:
        return DeliveryFailed(reason, retry_after=timedelta(seconds=_pause(problem)))
    if status >= 500 or code in PASSING:
        return DeliveryFailed(reason, unknown_outcome=True, whole_channel=status >= 500)
    if code in TOKEN:
        return DeliveryFailed(reason, whole_channel=True, needs_repair=True)
    if code in PLACE:
        return DeliveryFailed(reason, needs_repair=True, code=code)
    return DeliveryFailed(reason, permanent=True)


def pause_of(problem: Exception) -> timedelta | None:
    """How long Slack asks us to wait, up to the longest pause; None where it does not."""
    if not isinstance(problem, SlackApiError) or problem.response.status_code != 429:
        return None
    return min(timedelta(seconds=_pause(problem)), LONGEST_PAUSE)


def _pause(problem: SlackApiError) -> float:
    headers = {str(name).lower(): value for name, value in (problem.response.headers or {}).items()}
    value = headers.get("retry-after")
    text = str(value[0] if isinstance(value, list) and value else value)
    return float(text) if text.replace(".", "", 1).isdigit() else _DEFAULT_PAUSE


def _never_left(problem: Exception) -> bool:
    """Before the connection stood, nothing can have arrived."""
    cause = problem.reason if isinstance(problem, urllib.error.URLError) else problem
    return isinstance(cause, ConnectionRefusedError | socket.gaierror)


def on_its_way(problem: Exception) -> bool:
    """Whether nobody answered in time: the line may hold the request back and hand it over when it is whole again."""
    return isinstance(problem.reason if isinstance(problem, urllib.error.URLError) else problem, TimeoutError)
