"""What a process that died left behind in Slack: found again, so that nothing is made a second time.

Between the moment Slack has done something and the moment the record knows it lies a gap in which a process can die.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from slack_sdk import WebClient

from incident.slack.shapes import Received

HEADLINE: Final = "meldklok_headline"
NEWEST: Final = 200
"""Messages that are looked through for a headline; those of two minutes, in a busy channel too."""
_PAGE: Final = 200


def headline_metadata(reference: str) -> dict[str, object]:
    """What makes an incident's headline recognisable; anybody in the workspace may read it."""
    return {"event_type": HEADLINE, "event_payload": {"reference": reference}}


def find_headline(client: WebClient, channel: str, reference: str) -> str | None:
    """The time stamp of the incident's newest headline in this channel."""
    answer = client.conversations_history(channel=channel, limit=NEWEST, include_all_metadata=True)
    for message in answer["messages"]:
        if message.get("metadata") == headline_metadata(reference):
            return str(message["ts"])
    return None


def withdraw_doubles(client: WebClient, channel: str, reference: str, stands: str) -> None:
    """Take back every headline of the incident in this channel but the one that stands."""
    answer = client.conversations_history(channel=channel, limit=NEWEST, include_all_metadata=True)
    for message in answer["messages"]:
        if message.get("metadata") == headline_metadata(reference) and message["ts"] != stands:
            client.chat_delete(channel=channel, ts=message["ts"])


def find_channel(client: WebClient, names: Sequence[str]) -> Received | None:
    """The private channel with one of these names that we are in and that is not archived."""
    return next((channel for channel in _own_channels(client) if channel["name"] in names), None)


def _own_channels(client: WebClient) -> Iterator[Received]:
    cursor = ""
    while True:
        answer = client.users_conversations(types="private_channel", exclude_archived=True, limit=_PAGE, cursor=cursor)
        yield from answer["channels"]
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return
