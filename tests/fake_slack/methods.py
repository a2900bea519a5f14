"""The Web API methods the product may use, each with the scope it needs. Any other method is unknown."""

import re
from collections.abc import Callable
from typing import Any

from tests.fake_slack.checks import refuse_bad_message, refuse_bad_view
from tests.fake_slack.workspace import APP, BOT, BOT_ID, Channel, Message, Refused, View, Workspace

Arguments = dict[str, Any]
Answer = dict[str, Any]
Method = Callable[[Workspace, Arguments], Answer]
METHODS: dict[str, tuple[frozenset[str], Method]] = {}
CHANNEL_NAME = re.compile(r"[a-z0-9_-]+")


def method(name: str, *scopes: str) -> Callable[[Method], Method]:
    """Register a method; one of the scopes is enough."""

    def register(function: Method) -> Method:
        METHODS[name] = (frozenset(scopes), function)
        return function

    return register


def _channel(workspace: Workspace, arguments: Arguments, *, member: bool = True) -> Channel:
    identifier = str(arguments.get("channel", ""))
    if identifier in workspace.members:
        return workspace.direct(identifier)
    channel = workspace.channels.get(identifier)
    if channel is None or (channel.private and BOT not in channel.members):
        raise Refused("channel_not_found")
    if member and BOT not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _writable(workspace: Workspace, arguments: Arguments) -> Channel:
    channel = _channel(workspace, arguments)
    if channel.archived:
        raise Refused("is_archived")
    return channel


def _message(channel: Channel, ts: object) -> Message:
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
    channel = _writable(workspace, arguments)
    refuse_bad_message(arguments)
    if arguments.get("thread_ts"):
        _message(channel, arguments["thread_ts"])
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
    channel = _writable(workspace, arguments)
    message = _message(channel, arguments.get("ts"))
    if message.user != BOT:
        raise Refused("cant_update_message")
    refuse_bad_message(arguments)
    message.text = str(arguments.get("text", ""))
    message.blocks = workspace.identified({"blocks": arguments.get("blocks") or []})["blocks"]
    message.metadata = arguments.get("metadata") or message.metadata
    message.edits += 1
    workspace.changed.notify_all()
    return {"channel": channel.id, "ts": message.ts, "text": message.text}


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(workspace: Workspace, arguments: Arguments) -> Answer:
    """Show something to one person."""
    channel = _writable(workspace, arguments)
    refuse_bad_message(arguments)
    if arguments.get("user") not in channel.members:
        raise Refused("user_not_in_channel")
    workspace.ephemerals.append((arguments["user"], channel.id, str(arguments.get("text", ""))))
    workspace.changed.notify_all()
    return {"message_ts": workspace.timestamp()}


@method("chat.getPermalink")
def permalink(workspace: Workspace, arguments: Arguments) -> Answer:
    """The address of a message."""
    channel = _channel(workspace, arguments)
    message = _message(channel, arguments.get("message_ts"))
    address = f"https://alumio.slack.example/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


@method("conversations.create", "channels:manage", "groups:write")
def create_channel(workspace: Workspace, arguments: Arguments) -> Answer:
    """Make a channel."""
    name = str(arguments.get("name", ""))
    if len(name) > 80:
        raise Refused("invalid_name_maxlength")
    if not CHANNEL_NAME.fullmatch(name):
        raise Refused("invalid_name_specials")
    if any(channel.name == name for channel in workspace.channels.values()):
        raise Refused("name_taken")
    channel = workspace.add_channel(name, (BOT,), private=bool(arguments.get("is_private")))
    return {"channel": _described(channel)}


def _described(channel: Channel) -> Answer:
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.private,
        "is_group": channel.private,
        "is_private": channel.private,
        "is_im": channel.im_of is not None,
        "is_archived": channel.archived,
        "is_shared": channel.shared,
        "is_ext_shared": channel.shared,
        "is_member": BOT in channel.members,
        "topic": {"value": channel.topic},
    }


@method("conversations.info", "channels:read", "groups:read", "im:read")
def channel_info(workspace: Workspace, arguments: Arguments) -> Answer:
    """What a channel is."""
    return {"channel": _described(_channel(workspace, arguments, member=False))}


@method("users.conversations", "channels:read", "groups:read", "im:read", "mpim:read")
def own_channels(workspace: Workspace, arguments: Arguments) -> Answer:
    """The channels that the bot is in; public ones unless other kinds are asked for."""
    kinds = str(arguments.get("types") or "public_channel").split(",")
    archived = str(arguments.get("exclude_archived", "")).lower() not in {"1", "true"}
    rows = [
        _described(channel)
        for channel in workspace.channels.values()
        if BOT in channel.members
        and channel.im_of is None
        and ("private_channel" if channel.private else "public_channel") in kinds
        and (archived or not channel.archived)
    ]
    start, limit = int(arguments.get("cursor") or 0), int(arguments.get("limit") or 100)
    more = str(start + limit) if start + limit < len(rows) else ""
    return {"channels": rows[start : start + limit], "response_metadata": {"next_cursor": more}}


@method("conversations.invite", "channels:manage", "groups:write")
def invite(workspace: Workspace, arguments: Arguments) -> Answer:
    """Let people in."""
    channel = _writable(workspace, arguments)
    users = [user for user in str(arguments.get("users", "")).split(",") if user]
    unknown = [u for u in users if u not in workspace.members or workspace.members[u].deleted]
    if unknown:
        raise Refused("user_not_found", errors=[{"user": user, "error": "user_not_found"} for user in unknown])
    if all(user in channel.members for user in users):
        raise Refused("already_in_channel")
    channel.members |= set(users)
    return {"channel": _described(channel)}


@method("conversations.setTopic", "channels:manage", "groups:write")
def set_topic(workspace: Workspace, arguments: Arguments) -> Answer:
    """What stands above a channel."""
    channel = _writable(workspace, arguments)
    topic = str(arguments.get("topic", ""))
    if len(topic) > 250:
        raise Refused("too_long")
    channel.topic = topic
    return {"channel": _described(channel)}


@method("conversations.archive", "channels:manage", "groups:write")
def archive(workspace: Workspace, arguments: Arguments) -> Answer:
    """Close a channel."""
    channel = _channel(workspace, arguments)
    if channel.archived:
        raise Refused("already_archived")
    channel.archived = True
    return {}


@method("conversations.unarchive", "channels:manage", "groups:write")
def unarchive(workspace: Workspace, arguments: Arguments) -> Answer:
    """Slack lets a bot archive a channel, but a bot token cannot open it again."""
    raise Refused("not_in_channel")


@method("conversations.history", "channels:history", "groups:history", "im:history")
def history(workspace: Workspace, arguments: Arguments) -> Answer:
    """The newest messages, without replies in threads."""
    channel = _channel(workspace, arguments)
    rows = [message for message in reversed(channel.messages) if message.thread_ts in (None, message.ts)]
    return {"messages": _page(rows, arguments), "has_more": False}


@method("conversations.replies", "channels:history", "groups:history", "im:history")
def replies(workspace: Workspace, arguments: Arguments) -> Answer:
    """A thread."""
    channel = _channel(workspace, arguments)
    root = str(arguments.get("ts", ""))
    _message(channel, root)
    rows = [message for message in channel.messages if root in (message.ts, message.thread_ts)]
    return {"messages": _page(rows, arguments), "has_more": False}


def _page(rows: list[Message], arguments: Arguments) -> list[Answer]:
    oldest = float(arguments.get("oldest") or 0)
    messages = [shown(row) for row in rows if float(row.ts) >= oldest][: int(arguments.get("limit") or 100)]
    if not arguments.get("include_all_metadata"):
        for message in messages:
            message.pop("metadata", None)
    return messages


@method("conversations.open", "im:write")
def open_direct(workspace: Workspace, arguments: Arguments) -> Answer:
    """A direct conversation."""
    user = str(arguments.get("users", ""))
    if user not in workspace.members:
        raise Refused("user_not_found")
    return {"channel": {"id": workspace.direct(user).id}}


@method("conversations.join", "channels:join")
def join(workspace: Workspace, arguments: Arguments) -> Answer:
    """Become a member of a public channel."""
    channel = _channel(workspace, arguments, member=False)
    channel.members.add(BOT)
    return {"channel": _described(channel)}


@method("pins.add", "pins:write")
def pin(workspace: Workspace, arguments: Arguments) -> Answer:
    """Pin a message."""
    channel = _writable(workspace, arguments)
    message = _message(channel, arguments.get("timestamp"))
    if message.ts in channel.pins:
        raise Refused("already_pinned")
    channel.pins.append(message.ts)
    return {}


@method("reactions.add", "reactions:write")
def react(workspace: Workspace, arguments: Arguments) -> Answer:
    """Put an emoji under a message."""
    message = _message(_writable(workspace, arguments), arguments.get("timestamp"))
    if arguments.get("name") in message.reactions:
        raise Refused("already_reacted")
    message.reactions.append(str(arguments.get("name")))
    workspace.changed.notify_all()
    return {}


@method("bookmarks.add", "bookmarks:write")
def bookmark(workspace: Workspace, arguments: Arguments) -> Answer:
    """A link above the channel."""
    channel = _writable(workspace, arguments)
    entry = {key: arguments.get(key) for key in ("title", "type", "link")}
    channel.bookmarks.append(entry)
    return {"bookmark": entry}


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


@method("files.info", "files:read")
def file_info(workspace: Workspace, arguments: Arguments) -> Answer:
    """One file."""
    if arguments.get("file") not in workspace.files:
        raise Refused("file_not_found")
    return {"file": workspace.files[arguments["file"]]}


@method("views.open")
def open_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Show a modal."""
    user = workspace.take_trigger(str(arguments.get("trigger_id", "")))
    view = workspace.new_view(user, refuse_bad_view(arguments.get("view"), "modal"))
    workspace.stacks[user] = [view]
    workspace.changed.notify_all()
    return {"view": view.public()}


@method("views.push")
def push_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Show a modal on top of the one that is open."""
    user = workspace.take_trigger(str(arguments.get("trigger_id", "")))
    return {"view": push(workspace, user, arguments.get("view")).public()}


def push(workspace: Workspace, user: str, body: object) -> View:
    """Lay a view on the person's stack: three at most."""
    stack = workspace.stacks.get(user, [])
    if not stack or len(stack) >= 3:
        raise Refused("push_limit_reached")
    view = workspace.new_view(user, refuse_bad_view(body, "modal"), stack[-1])
    stack.append(view)
    workspace.changed.notify_all()
    return view


@method("views.update")
def update_view(workspace: Workspace, arguments: Arguments) -> Answer:
    """Change a modal that is open."""
    view = workspace.find_view(str(arguments.get("view_id", "")))
    if arguments.get("hash") and arguments["hash"] != view.hash:
        raise Refused("hash_conflict")
    replace_view(workspace, view, arguments.get("view"))
    return {"view": view.public()}


def replace_view(workspace: Workspace, view: View, body: object) -> None:
    """Put another body in an open view."""
    view.body = workspace.identified(refuse_bad_view(body, "modal"))
    view.hash = workspace.hash_of(view.body)
    workspace.changed.notify_all()


@method("views.publish")
def publish(workspace: Workspace, arguments: Arguments) -> Answer:
    """Set somebody's App Home."""
    user = str(arguments.get("user_id", ""))
    if user not in workspace.members:
        raise Refused("user_not_found")
    current = workspace.homes.get(user)
    if arguments.get("hash") and current and arguments["hash"] != current.hash:
        raise Refused("hash_conflict")
    view = workspace.new_view(user, refuse_bad_view(arguments.get("view"), "home"))
    workspace.homes[user] = view
    workspace.changed.notify_all()
    return {"view": view.public()}
