"""The Web API methods the product may use, each with the scope it needs. Any other method is unknown.

Those about conversations and views stand in `channels` and `views`.
"""

from collections.abc import Callable

from bot.slack_here.checks import refuse_bad_message
from bot.slack_here.workspace import APP, BOT, BOT_ID, Channel, Message, Refused, Workspace
from incident.domain.kernel.json import JsonObject

Arguments = JsonObject
Answer = JsonObject
Method = Callable[[Workspace, Arguments], Answer]
METHODS: dict[str, tuple[frozenset[str], Method]] = {}


def method(name: str, *scopes: str) -> Callable[[Method], Method]:
    """Register a method; one of the scopes is enough."""

    def register(function: Method) -> Method:
        METHODS[name] = (frozenset(scopes), function)
        return function

    return register


def channel_of(workspace: Workspace, arguments: Arguments, *, member: bool = True) -> Channel:
    """The conversation that is meant, when the bot may see it, and is in it where it has to be."""
    identifier = str(arguments.get("channel", ""))
    if identifier in workspace.members:
        return workspace.direct(identifier)
    channel = workspace.channels.get(identifier)
    if channel is None or (channel.private and BOT not in channel.members):
        raise Refused("channel_not_found")
    if member and BOT not in channel.members:
        raise Refused("not_in_channel")
    return channel


def writable(workspace: Workspace, arguments: Arguments) -> Channel:
    """The same for a call that changes something there."""
    channel = channel_of(workspace, arguments)
    if channel.archived:
        raise Refused("is_archived")
    return channel


def message_of(channel: Channel, ts: object) -> Message:
    """The message of this time."""
    for message in channel.messages:
        if message.ts == ts:
            return message
    raise Refused("message_not_found")


def shown(message: Message) -> Answer:
    """A message as the Web API shows it."""
    answer: Answer = {
        "type": "message",
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
    }
    if message.user == BOT:
        answer |= {"bot_id": BOT_ID, "app_id": APP}
    if message.thread_ts:
        answer["thread_ts"] = message.thread_ts
    if message.metadata:
        answer["metadata"] = message.metadata
    if message.files:
        answer["files"] = message.files
    return answer


@method("auth.test")
def auth_test(workspace: Workspace, arguments: Arguments) -> Answer:
    """Who the token belongs to."""
    return {
        "url": "https://alumio.slack.example/",
        "team": "Alumio",
        "user": "meldklok",
        "team_id": workspace.team,
        "user_id": BOT,
        "bot_id": BOT_ID,
        "enterprise_id": workspace.enterprise,
        "is_enterprise_install": False,
    }


@method("chat.postMessage", "chat:write")
def post_message(workspace: Workspace, arguments: Arguments) -> Answer:
    """Write in a conversation."""
    channel = writable(workspace, arguments)
    refuse_bad_message(arguments)
    if arguments.get("thread_ts"):
        message_of(channel, arguments["thread_ts"])
    message = workspace.say(
        channel,
        BOT,
        str(arguments.get("text", "")),
        blocks=workspace.identified({"blocks": arguments.get("blocks") or []})["blocks"],
        metadata=arguments.get("metadata"),
        thread_ts=arguments.get("thread_ts"),
    )
    return {"channel": channel.id, "ts": message.ts, "message": shown(message)}


@method("chat.update", "chat:write")
def update_message(workspace: Workspace, arguments: Arguments) -> Answer:
    """Change a message of our own."""
    channel = writable(workspace, arguments)
    message = message_of(channel, arguments.get("ts"))
    if message.user != BOT:
        raise Refused("cant_update_message")
    gone = arguments.get("metadata") == {}
    refuse_bad_message({**arguments, "metadata": None} if gone else arguments)
    message.text = str(arguments.get("text", ""))
    message.blocks = workspace.identified({"blocks": arguments.get("blocks") or []})["blocks"]
    message.metadata = None if gone else arguments.get("metadata") or message.metadata
    message.edits += 1
    workspace.changed.notify_all()
    return {"channel": channel.id, "ts": message.ts, "text": message.text}


@method("chat.delete", "chat:write")
def delete_message(workspace: Workspace, arguments: Arguments) -> Answer:
    """Take back a message of our own."""
    channel = writable(workspace, arguments)
    message = message_of(channel, arguments.get("ts"))
    if message.user != BOT:
        raise Refused("cant_delete_message")
    channel.messages.remove(message)
    workspace.changed.notify_all()
    return {"channel": channel.id, "ts": message.ts}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(workspace: Workspace, arguments: Arguments) -> Answer:
    """Show something to one person."""
    channel = writable(workspace, arguments)
    refuse_bad_message(arguments)
    if arguments.get("user") not in channel.members:
        raise Refused("user_not_in_channel")
    said = workspace.whisper(arguments["user"], channel.id, str(arguments.get("text", "")), arguments.get("blocks"))
    return {"message_ts": said.ts}


@method("chat.getPermalink")
def permalink(workspace: Workspace, arguments: Arguments) -> Answer:
    """The address of a message."""
    channel = channel_of(workspace, arguments)
    message = message_of(channel, arguments.get("message_ts"))
    address = f"https://alumio.slack.example/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


@method("pins.add", "pins:write")
def pin(workspace: Workspace, arguments: Arguments) -> Answer:
    """Pin a message."""
    channel = writable(workspace, arguments)
    message = message_of(channel, arguments.get("timestamp"))
    if message.ts in channel.pins:
        raise Refused("already_pinned")
    channel.pins.append(message.ts)
    return {}


@method("reactions.add", "reactions:write")
def react(workspace: Workspace, arguments: Arguments) -> Answer:
    """Put an emoji under a message."""
    message = message_of(writable(workspace, arguments), arguments.get("timestamp"))
    if arguments.get("name") in message.reactions:
        raise Refused("already_reacted")
    message.reactions.append(str(arguments.get("name")))
    workspace.changed.notify_all()
    return {}


@method("bookmarks.list", "bookmarks:read")
def bookmarks(workspace: Workspace, arguments: Arguments) -> Answer:
    """The links above the channel."""
    return {"bookmarks": channel_of(workspace, {"channel": arguments.get("channel_id")}).bookmarks}


@method("bookmarks.add", "bookmarks:write")
def bookmark(workspace: Workspace, arguments: Arguments) -> Answer:
    """A link above the channel."""
    channel = writable(workspace, {"channel": arguments.get("channel_id")})
    if not arguments.get("title") or arguments.get("type") != "link":
        raise Refused("invalid_arguments")
    entry = {key: arguments.get(key) for key in ("title", "type", "link")}
    channel.bookmarks.append({"id": f"Bk{workspace.number():06d}", **entry})
    return {"bookmark": channel.bookmarks[-1]}


@method("bookmarks.remove", "bookmarks:write")
def remove_bookmark(workspace: Workspace, arguments: Arguments) -> Answer:
    """One link fewer above the channel."""
    channel = writable(workspace, {"channel": arguments.get("channel_id")})
    kept = [one for one in channel.bookmarks if one["id"] != arguments.get("bookmark_id")]
    if len(kept) == len(channel.bookmarks):
        raise Refused("not_found")
    channel.bookmarks[:] = kept
    return {}


def _person(workspace: Workspace, identifier: str, *, locale: bool) -> Answer:
    member = workspace.members[identifier]
    profile: Answer = {"real_name": member.name, "display_name": member.name}
    if "users:read.email" in workspace.scopes and member.email:
        profile["email"] = member.email
    user: Answer = {
        "id": member.id,
        "team_id": member.team,
        "name": member.name.lower(),
        "real_name": member.name,
        "deleted": member.deleted,
        "profile": profile,
        "is_restricted": member.restricted,
        "is_ultra_restricted": member.ultra_restricted,
        "is_stranger": member.stranger,
        "is_bot": member.bot,
        "is_email_confirmed": member.email_confirmed,
        "tz": member.zone,
    }
    if locale:
        user["locale"] = member.locale
    return user


@method("users.info", "users:read")
def user_info(workspace: Workspace, arguments: Arguments) -> Answer:
    """One person."""
    identifier = str(arguments.get("user", ""))
    if identifier not in workspace.members:
        raise Refused("user_not_found")
    wants = str(arguments.get("include_locale", "")).lower() in {"1", "true"}
    return {"user": _person(workspace, identifier, locale=wants)}


@method("users.lookupByEmail", "users:read.email")
def user_by_email(workspace: Workspace, arguments: Arguments) -> Answer:
    """The person with this address."""
    for member in workspace.members.values():
        if member.email == arguments.get("email") and not member.deleted:
            return {"user": _person(workspace, member.id, locale=False)}
    raise Refused("users_not_found")


@method("usergroups.users.update", "usergroups:write")
def set_group(workspace: Workspace, arguments: Arguments) -> Answer:
    """Put these in a user group, and nobody else; no guest, no bot, and never nobody."""
    group, given = workspace.groups.get(str(arguments.get("usergroup", ""))), arguments.get("users") or []
    if group is None:
        raise Refused("no_such_subteam")
    users = tuple(given if isinstance(given, list) else str(given).split(","))
    if not users:
        raise Refused("no_users_provided")
    known = [workspace.members[user] for user in users if user in workspace.members]
    if len(known) < len(users) or any(one.bot or one.deleted or one.restricted for one in known):
        raise Refused("invalid_users")
    group.members = users
    workspace.changed.notify_all()
    return {"usergroup": {"id": arguments.get("usergroup"), "handle": group.handle, "users": list(users)}}


@method("files.info", "files:read")
def file_info(workspace: Workspace, arguments: Arguments) -> Answer:
    """One file."""
    if arguments.get("file") not in workspace.files:
        raise Refused("file_not_found")
    return {"file": workspace.files[arguments["file"]].about}
