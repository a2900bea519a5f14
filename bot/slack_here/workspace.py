"""What a workspace holds: people, channels, messages, views, triggers, files and response addresses."""

import hashlib
import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from incident.domain.kernel.json import Json, JsonObject
from incident.slack.shapes import Block, Element
from incident.slack.shapes import View as ViewBody

TEAM, DOMAIN, ENTERPRISE, BOT, BOT_ID, APP = "T0ALUMIO", "alumio", None, "U0BOT", "B0BOT", "A0APP"

ALL_SCOPES: Final = frozenset(
    {
        "bookmarks:read",
        "bookmarks:write",
        "channels:manage",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "groups:history",
        "channels:history",
        "groups:read",
        "groups:write",
        "im:history",
        "im:write",
        "pins:write",
        "reactions:read",
        "reactions:write",
        "app_mentions:read",
        "users:read",
        "users:read.email",
        "usergroups:write",
    }
)


class Refused(Exception):
    """Slack's `ok: false`: the code, and what more the answer says."""

    def __init__(self, code: str, **more: Json) -> None:
        self.code, self.more = code, more
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Keys:
    """What the app must know to speak with this workspace, and by which it knows the workspace."""

    bot_token: str = "xoxb-fake-bot-token"
    app_token: str = "xapp-fake-app-token"
    signing_secret: str = "fake-signing-secret"


@dataclass
class Member:
    """A person in the workspace. `team` differs for somebody of another company in a shared channel."""

    id: str
    name: str
    email: str | None
    locale: str = "nl-NL"
    zone: str = "Europe/Amsterdam"
    team: str = TEAM
    restricted: bool = False
    ultra_restricted: bool = False
    stranger: bool = False
    deleted: bool = False
    email_confirmed: bool = True
    bot: bool = False

    @property
    def language(self) -> str:
        """The language of their Slack: ``nl``, ``en``."""
        return self.locale.split("-")[0]


@dataclass
class Message:
    """One message as it stands now."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Block] = field(default_factory=list)
    metadata: JsonObject | None = None
    thread_ts: str | None = None
    edits: int = 0
    files: list[Block] = field(default_factory=list)
    reactions: list[str] = field(default_factory=list)


@dataclass
class Channel:
    """A conversation."""

    id: str
    name: str
    private: bool = False
    archived: bool = False
    shared: bool = False
    topic: str = ""
    members: set[str] = field(default_factory=set)
    messages: list[Message] = field(default_factory=list)
    pins: list[str] = field(default_factory=list)
    bookmarks: list[Block] = field(default_factory=list)
    im_of: str | None = None


@dataclass
class View:
    """A view as Slack keeps it: with identifiers for blocks that had none."""

    id: str
    user: str
    body: ViewBody
    hash: str
    root: str
    previous: str | None = None

    def public(self) -> ViewBody:
        """The view as answers and payloads show it."""
        return {
            "state": {"values": {}},
            "private_metadata": "",
            "callback_id": "",
            **self.body,
            "id": self.id,
            "team_id": TEAM,
            "hash": self.hash,
            "root_view_id": self.root,
            "previous_view_id": self.previous,
            "app_id": APP,
            "bot_id": BOT_ID,
        }


class Ephemeral(NamedTuple):
    """A message that one person sees, until they reload; Slack keeps none of it."""

    user: str
    channel: str
    text: str
    blocks: list[Block]
    ts: str


@dataclass
class File:
    """A file that somebody uploaded: what `files.info` tells of it, and its bytes."""

    about: JsonObject
    content: bytes


@dataclass
class Group:
    """A user group: those who are called by one name."""

    handle: str
    members: tuple[str, ...] = ()


@dataclass
class Trigger:
    """A right to open one view within three seconds."""

    user: str
    issued: float
    used: bool = False


@dataclass
class ResponseUrl:
    """Five answers within thirty minutes."""

    user: str
    channel: str | None
    issued: float
    used: int = 0
    message_ts: str | None = None


class Workspace:
    """The state, guarded by one lock; `now` gives seconds."""

    def __init__(self, now: Callable[[], float], scopes: frozenset[str] = ALL_SCOPES) -> None:
        self.now = now
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.joined: Callable[[Channel, str], object] = lambda channel, user: None
        self.scopes = scopes
        self.team = TEAM
        self.enterprise: str | None = ENTERPRISE
        self.revoked = False
        self.members: dict[str, Member] = {}
        self.channels: dict[str, Channel] = {}
        self.ephemerals: list[Ephemeral] = []
        self.triggers: dict[str, Trigger] = {}
        self.responses: dict[str, ResponseUrl] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.files: dict[str, File] = {}
        self.groups: dict[str, Group] = {}
        self._count = itertools.count(1)

    def number(self) -> int:
        """The next number of an endless series."""
        return next(self._count)

    def timestamp(self) -> str:
        """A message's unique time."""
        return f"{int(self.now())}.{self.number():06d}"

    def add_member(self, id: str, name: str, email: str | None, **more: Json) -> Member:
        """Somebody joins the workspace."""
        with self.lock:
            self.members[id] = Member(id, name, email, **more)
            return self.members[id]

    def add_channel(self, name: str, members: tuple[str, ...] = (), **more: Json) -> Channel:
        """A channel is made."""
        with self.lock:
            channel = Channel(f"C{self.number():06d}", name, members=set(members), **more)
            self.channels[channel.id] = channel
            return channel

    def let_in(self, channel: Channel, user: str) -> None:
        """Somebody comes into a channel; whoever listens hears of it."""
        with self.lock:
            if user not in channel.members:
                channel.members.add(user)
                self.changed.notify_all()
                self.joined(channel, user)

    def direct(self, user: str) -> Channel:
        """The conversation between the bot and one person."""
        with self.lock:
            for channel in self.channels.values():
                if channel.im_of == user:
                    return channel
            channel = Channel(f"D{self.number():06d}", "", private=True, members={user, BOT}, im_of=user)
            self.channels[channel.id] = channel
            return channel

    def say(self, channel: Channel, user: str, text: str, **more: Json) -> Message:
        """Somebody writes something."""
        with self.lock:
            message = Message(channel.id, self.timestamp(), user, text, **more)
            channel.messages.append(message)
            self.changed.notify_all()
            return message

    def whisper(self, user: str, channel: str, text: str, blocks: list[Block] | None = None) -> Ephemeral:
        """Only one person is shown something."""
        with self.lock:
            shown = self.identified({"blocks": blocks or []})["blocks"]
            made = Ephemeral(user, channel, text, shown, self.timestamp())
            self.ephemerals.append(made)
            self.changed.notify_all()
            return made

    def new_trigger(self, user: str) -> str:
        """A trigger for one view."""
        with self.lock:
            trigger = f"{self.number()}.{TEAM}.{user}"
            self.triggers[trigger] = Trigger(user, self.now())
            return trigger

    def take_trigger(self, trigger: str) -> str:
        """Use a trigger; gives its user. Refused when used or older than three seconds."""
        known = self.triggers.get(trigger)
        if known is None:
            raise Refused("invalid_trigger_id")
        if known.used:
            raise Refused("exchanged_trigger_id")
        if self.now() - known.issued > 3:
            raise Refused("expired_trigger_id")
        known.used = True
        return known.user

    def new_view(self, user: str, body: ViewBody, previous: View | None = None) -> View:
        """Keep a view and give every block and element an identifier."""
        identifier = f"V{self.number():06d}"
        root = previous.root if previous else identifier
        return View(
            identifier, user, self.identified(body), self.hash_of(body), root, previous.id if previous else None
        )

    def hash_of(self, body: ViewBody) -> str:
        """A new hash for every change."""
        return f"{self.number()}.{hashlib.sha256(repr(body).encode()).hexdigest()[:8]}"

    def identified(self, body: ViewBody) -> ViewBody:
        """The body with identifiers where the app gave none."""
        for block in body.get("blocks", []):
            block.setdefault("block_id", f"b{self.number()}")
            for element in _elements(block):
                if element.get("type") not in {"mrkdwn", "plain_text"}:
                    element.setdefault("action_id", f"a{self.number()}")
        return body

    def find_view(self, view_id: str) -> View:
        """The open view with this id."""
        for stack in self.stacks.values():
            for view in stack:
                if view.id == view_id:
                    return view
        raise Refused("not_found")


def _elements(block: Block) -> Iterator[Element]:
    yield from block.get("elements", [])
    for key in ("element", "accessory"):
        if isinstance(block.get(key), dict):
            yield block[key]
