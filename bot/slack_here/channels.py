"""The Web API methods about conversations: made, described, filled with people, read and closed."""

import re
from typing import Final

from bot.slack_here.methods import Answer, Arguments, channel_of, message_of, method, shown, writable
from bot.slack_here.workspace import BOT, Channel, Message, Refused, Workspace

CHANNEL_NAME: Final = re.compile(r"[a-z0-9_-]+")


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
    return {"channel": _described(channel_of(workspace, arguments, member=False))}


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
    channel = writable(workspace, arguments)
    users = [user for user in str(arguments.get("users", "")).split(",") if user]
    unknown = [u for u in users if u not in workspace.members or workspace.members[u].deleted]
    if unknown:
        raise Refused("user_not_found", errors=[{"user": user, "error": "user_not_found"} for user in unknown])
    if all(user in channel.members for user in users):
        raise Refused("already_in_channel")
    for user in users:
        workspace.let_in(channel, user)
    return {"channel": _described(channel)}


@method("conversations.members", "channels:read", "groups:read", "im:read", "mpim:read")
def list_members(workspace: Workspace, arguments: Arguments) -> Answer:
    """Who is in a channel."""
    return {"members": sorted(channel_of(workspace, arguments).members), "response_metadata": {"next_cursor": ""}}


@method("conversations.kick", "channels:manage", "groups:write")
def kick(workspace: Workspace, arguments: Arguments) -> Answer:
    """Send somebody out."""
    channel, user = writable(workspace, arguments), str(arguments.get("user", ""))
    if user == BOT:
        raise Refused("cant_kick_self")
    if user not in channel.members:
        raise Refused("not_in_channel")
    channel.members.remove(user)
    workspace.changed.notify_all()
    return {}


@method("conversations.setTopic", "channels:manage", "groups:write")
def set_topic(workspace: Workspace, arguments: Arguments) -> Answer:
    """What stands above a channel."""
    channel = writable(workspace, arguments)
    topic = str(arguments.get("topic", ""))
    if len(topic) > 250:
        raise Refused("too_long")
    channel.topic = topic
    return {"channel": _described(channel)}


@method("conversations.archive", "channels:manage", "groups:write")
def archive(workspace: Workspace, arguments: Arguments) -> Answer:
    """Close a channel."""
    channel = channel_of(workspace, arguments)
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
    channel = channel_of(workspace, arguments)
    rows = [message for message in reversed(channel.messages) if message.thread_ts in (None, message.ts)]
    return {"messages": _page(rows, arguments), "has_more": False}


@method("conversations.replies", "channels:history", "groups:history", "im:history")
def replies(workspace: Workspace, arguments: Arguments) -> Answer:
    """A thread."""
    channel = channel_of(workspace, arguments)
    root = str(arguments.get("ts", ""))
    message_of(channel, root)
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
    channel = channel_of(workspace, arguments, member=False)
    channel.members.add(BOT)
    return {"channel": _described(channel)}
