"""A strict Slack for tests: the Web API over real HTTP, Socket Mode over a real websocket, and people who use both.

It refuses what Slack refuses: wrong tokens, missing scopes, payloads over a limit, expired triggers, stale view hashes,
more than one message a second in a channel; and it can be told to fail in the ways Slack fails.
"""

from tests.fake_slack.failures import Failure
from tests.fake_slack.server import FakeSlack
from tests.fake_slack.transports import (
    Ack,
    HttpTransport,
    Insistent,
    LiveHttpTransport,
    SocketTransport,
    Transport,
)
from tests.fake_slack.user import SlackUser
from tests.fake_slack.workspace import BOT, Channel, Member, Message, Refused, View, Workspace

__all__ = [
    "BOT",
    "Ack",
    "Channel",
    "Failure",
    "FakeSlack",
    "HttpTransport",
    "Insistent",
    "LiveHttpTransport",
    "Member",
    "Message",
    "Refused",
    "SlackUser",
    "SocketTransport",
    "Transport",
    "View",
    "Workspace",
]
