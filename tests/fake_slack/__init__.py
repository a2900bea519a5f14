"""The strict Slack of `bot.slack_here` in tests.

With failures on order, Socket Mode over a real websocket, and people who use it by what they read on the screen.
"""

from bot.slack_here import form
from bot.slack_here.courier import Ack, Transport
from bot.slack_here.failures import Failure
from bot.slack_here.workspace import BOT, Channel, File, Member, Message, Refused, View, Workspace
from tests.fake_slack.server import FakeSlack
from tests.fake_slack.transports import HttpTransport, Insistent, SocketTransport, live_http_transport
from tests.fake_slack.user import SlackUser

__all__ = [
    "BOT",
    "Ack",
    "Channel",
    "Failure",
    "FakeSlack",
    "File",
    "HttpTransport",
    "Insistent",
    "Member",
    "Message",
    "Refused",
    "SlackUser",
    "SocketTransport",
    "Transport",
    "View",
    "Workspace",
    "form",
    "live_http_transport",
]
