"""What stands around the messages of an incident's room: its people, its topic and the links above it."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Final

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from incident.law.forms.catalogue import load_catalogue
from incident.slack.errors import code_of
from incident.slack.members import member_of
from incident.slack.words import word

log = structlog.get_logger(__name__)
_HARMLESS: Final = frozenset(
    {"already_in_channel", "already_pinned", "already_archived", "cant_invite_self", "not_found"}
)


def invite(client: WebClient, channel: str, duties: Collection[str], known: Collection[str] = ()) -> list[str]:
    """Let in who has a duty for which nobody is `known` to have been let in; gives all that they now were let in for.

    So whoever left is called back once for each new duty. One by one, because Slack refuses a whole list for one person
    who has left the workspace.
    """

    def asked(member: str) -> bool:
        return quietly(lambda: client.conversations_invite(channel=channel, users=member))

    called = dict.fromkeys(member_of(entry) for entry in duties if entry not in known)
    refused = {member for member in called if not asked(member)}
    return [entry for entry in duties if entry in known or member_of(entry) not in refused]


def set_topic(client: WebClient, channel: str, text: str) -> bool:
    """Set the room's topic; whether Slack took it."""
    return quietly(lambda: client.conversations_setTopic(channel=channel, topic=text))


def bookmark(client: WebClient, channel: str, reference: str, *, base_url: str, language: str) -> None:
    """Add the links that are not there yet, each once: whoever did so before may have died half-way."""
    page = f"{base_url}/incidents/{reference}"
    portal = load_catalogue("ap-2022").source
    wanted = {page: reference, f"{page}/notices": word("dossier", language), portal: word("portal", language)}
    there = {row.get("link") for row in client.bookmarks_list(channel_id=channel)["bookmarks"]}
    for link, title in wanted.items():
        if link not in there:
            client.bookmarks_add(channel_id=channel, title=title, type="link", link=link)
    if not there.issuperset(wanted):
        _remove_doubles(client, channel, wanted)


def _remove_doubles(client: WebClient, channel: str, wanted: Collection[str]) -> None:
    """Two processes may have added the same at once: the last of them sees all, and leaves the first of each."""
    seen: set[str] = set()
    for row in client.bookmarks_list(channel_id=channel)["bookmarks"]:
        if row.get("link") in seen.intersection(wanted):
            quietly(partial(client.bookmarks_remove, channel_id=channel, bookmark_id=row["id"]))
        seen.add(row.get("link"))


def quietly(call: Callable[[], object]) -> bool:
    """Do what the room can also do without; whether it is so now.

    A refusal by Slack is logged, a broken connection or a pause that it asks for is raised.
    """
    try:
        call()
    except SlackApiError as problem:
        if problem.response.status_code >= 429:
            raise
        if code_of(problem) not in _HARMLESS:
            log.warning("slack_room_incomplete", problem=code_of(problem))
            return False
    return True
