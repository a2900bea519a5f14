"""What one person sees: the conversations they are in, the one they look at, and the modal on top."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.slack_here.person import Person
from bot.slack_here.workspace import BOT, Channel, Ephemeral, Message, View, Workspace
from incident.slack.shapes import Block

HOME = "home"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the side bar."""

    id: str
    name: str
    private: bool
    chosen: bool
    unread: int


@dataclass(frozen=True, slots=True)
class Said:
    """One message as it is drawn; ``whispered`` is seen by this person only, ``follows`` the same author's last one."""

    ts: str
    author: str
    author_id: str
    is_app: bool
    clock: str
    text: str
    blocks: list[Block]
    whispered: bool = False
    edited: bool = False
    pinned: bool = False
    reactions: tuple[str, ...] = ()
    follows: bool = False
    replies: tuple["Said", ...] = ()


@dataclass
class Screen:
    """What one person has on the screen. ``seen`` remembers per conversation up to where it was read."""

    person: Person
    workspace: Workspace
    app_name: str
    seen: dict[tuple[str, str], str] = field(default_factory=dict)

    def conversations(self, at: str) -> list[Entry]:
        """The channels this person is in, in the order of their names, archived ones last."""
        mine = [c for c in self.workspace.channels.values() if c.im_of is None and self.person.id in c.members]
        mine.sort(key=lambda channel: (channel.archived, channel.name))
        return [Entry(c.id, c.name, c.private, c.id == at, self._unread(c, at)) for c in mine]

    def direct(self, at: str) -> Entry:
        """The conversation with the bot."""
        channel = self.workspace.direct(self.person.id)
        return Entry(channel.id, self.app_name, True, at in (HOME, channel.id), self._unread(channel, at))

    def _unread(self, channel: Channel, at: str) -> int:
        place = (self.person.id, channel.id)
        if channel.id == at and channel.messages:
            self.seen[place] = channel.messages[-1].ts
        last = float(self.seen.get(place, "0"))
        return sum(1 for said in channel.messages if float(said.ts) > last and said.user != self.person.id)

    @property
    def groups(self) -> list[tuple[str, list[str]]]:
        """The user groups, each with the names of who is in it."""
        return [(group.handle, [self.name(id) for id in group.members]) for group in self.workspace.groups.values()]

    def channel(self, at: str) -> Channel | None:
        """The conversation that is looked at, when this person is in it."""
        found = self.workspace.channels.get(at)
        return found if found is not None and self.person.id in found.members else None

    @property
    def modal(self) -> View | None:
        """The window on top."""
        return self.person.stack[-1] if self.person.stack else None

    def messages(self, channel: Channel) -> list[Said]:
        """Everything said in a conversation, replies below what they answer, and what only this person was told."""
        roots: list[Message | Ephemeral] = [m for m in channel.messages if m.thread_ts in (None, m.ts)]
        roots += self.whispers(channel.id)
        roots.sort(key=lambda said: float(said.ts))
        drawn: list[Said] = []
        for root in roots:
            before = drawn[-1] if drawn else None
            drawn.append(self._drawn(root, channel, before))
        return drawn

    def whispers(self, channel: str) -> list[Ephemeral]:
        """What only this person was told here."""
        return [told for told in self.workspace.ephemerals if (told.user, told.channel) == (self.person.id, channel)]

    def _drawn(self, said: Message | Ephemeral, channel: Channel, before: Said | None = None) -> Said:
        at = datetime.fromtimestamp(float(said.ts), UTC).astimezone(ZoneInfo(self.person.member.zone))
        author = BOT if isinstance(said, Ephemeral) else said.user
        drawn = Said(said.ts, self.name(author), author, author == BOT, f"{at:%H:%M}", said.text, said.blocks)
        if isinstance(said, Ephemeral):
            return replace(drawn, whispered=True)
        return replace(
            drawn,
            edited=said.edits > 0 and said.user != BOT,
            pinned=said.ts in channel.pins,
            reactions=tuple(said.reactions),
            follows=_follows(said, before),
            replies=tuple(self._replies(said, channel)),
        )

    def _replies(self, root: Message, channel: Channel) -> Iterator[Said]:
        for reply in channel.messages:
            if reply.thread_ts == root.ts and reply is not root:
                yield self._drawn(reply, channel)

    def name(self, id: str) -> str:
        """How a person or a channel is called."""
        if id == BOT:
            return self.app_name
        if id in self.workspace.members:
            return self.workspace.members[id].name
        channel = self.workspace.channels.get(id)
        return channel.name if channel is not None else id


def _follows(said: Message, before: Said | None) -> bool:
    """Whether the same person goes on within five minutes: then the name is not said again."""
    if before is None or before.whispered or before.author_id != said.user or before.replies:
        return False
    return float(said.ts) - float(before.ts) < 300
