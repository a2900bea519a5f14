"""What Slack keeps of a restricted incident: a room for those who may know of it, and nothing anywhere else."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse

from incident.slack.errors import code_of
from incident.slack.place import split_room
from incident.slack.plan import Plan
from incident.slack.words import word
from incident.usecases.messages.rooms import GONE

NO_PLACE: Final[dict[str, Any]] = {
    "channel_id": None,
    "channel_name": None,
    "is_thread": False,
    "headline_ts": None,
    "headline_sha256": None,
    "told_due_at": None,
    "topic": None,
    "invited": None,
}
"""The columns of an incident that has no conversation."""
PAGE: Final = 200
NOTHING: Final[dict[str, Any]] = {}
"""Without metadata in an update Slack keeps what there was; an empty object takes it away."""
ALREADY_AWAY: Final = GONE | {"message_not_found"}
ALREADY_OUT: Final = frozenset({"cant_kick_self", "not_in_channel", "user_not_found"})


def without_announcement(plan: Plan) -> Plan:
    """The plan once nothing of it stands in a channel of others: the same where nothing does."""
    if plan.thread is not None:
        return replace(plan, announcement=None, place=None, channel=None, thread=None)
    return plan if plan.announcement is None else replace(plan, announcement=None)


def take_back(client: WebClient, plan: Plan, language: str) -> None:
    """Put a sentence without any reference in the place of what was announced."""
    text = word("restricted", language)
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
    for place in {plan.announcement, plan.place if plan.thread is not None else None} - {None}:
        channel, ts = split_room(str(place))
        with suppress_away():
            client.chat_update(channel=channel, ts=ts or "", text=text, blocks=blocks, metadata=NOTHING)
            _unsay(client, channel, ts or "")


def _unsay(client: WebClient, channel: str, thread: str) -> None:
    """Delete what this app itself answered in the thread: each names the incident, and an update says what happened."""
    ours = client.auth_test()["user_id"]
    for row in _pages(client.conversations_replies, "messages", channel=channel, ts=thread, limit=PAGE):
        if row["ts"] != thread and row.get("user") == ours:
            with suppress_away():
                client.chat_delete(channel=channel, ts=row["ts"])


@contextmanager
def suppress_away() -> Iterator[None]:
    """What is away already need not be taken back; anything else is raised."""
    try:
        yield
    except SlackApiError as problem:
        if code_of(problem) not in ALREADY_AWAY:
            raise


def send_out(client: WebClient, channel: str, members: Collection[str]) -> None:
    """Whoever may not know of the incident leaves its room, before anything more is said there.

    Raises what Slack answers where it does not let us: then the room is behind, and its page says so.
    """
    others = set(_pages(client.conversations_members, "members", channel=channel, limit=PAGE)) - set(members)
    # Only a member is told who is there, so one of them is this app; where it may send nobody out, that is no trouble.
    for member in others if len(others) > 1 else ():
        send_one_out(client, channel, member)


def send_one_out(client: WebClient, channel: str, member: str) -> None:
    """One of them leaves; this app itself stays."""
    try:
        client.conversations_kick(channel=channel, user=member)
    except SlackApiError as problem:
        if code_of(problem) not in ALREADY_OUT:
            raise


def _pages(ask: Callable[..., SlackResponse], what: str, **about: Any) -> Iterator[Any]:
    """Everything of a list, page by page."""
    cursor = ""
    while True:
        answer = ask(**about, cursor=cursor) if cursor else ask(**about)
        yield from answer[what]
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return
