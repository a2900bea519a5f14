"""A member of the workspace acts: each act is the payload that Slack makes of it, and what becomes of the answer."""

from dataclasses import dataclass, field

from bot.slack_here.courier import Ack, Transport
from bot.slack_here.methods import shown
from bot.slack_here.server import LocalSlack
from bot.slack_here.views import push, replace_view
from bot.slack_here.workspace import APP, BOT, DOMAIN, TEAM, Channel, Ephemeral, Member, Message, Refused, View
from incident.domain.kernel.json import JsonObject
from incident.slack.shapes import Block, Element

State = dict[str, dict[str, JsonObject]]
"""What stands in a view: block, element, state."""


@dataclass
class Person:
    """One person: what they do, and what the app answered last.

    ``field_errors`` are those of the last submission, by block.
    """

    slack: LocalSlack
    transport: Transport
    member: Member
    last_ack: Ack = field(default_factory=lambda: Ack(0))
    field_errors: dict[str, str] = field(default_factory=dict)
    _sent: JsonObject = field(default_factory=dict)
    _sent_event: JsonObject = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The member's id."""
        return self.member.id

    @property
    def stack(self) -> list[View]:
        """The modals that are open, the top one last."""
        return self.slack.workspace.stacks.get(self.id, [])

    # Ways in

    def command(self, command: str, text: str = "", channel: Channel | None = None) -> Ack:
        """Type a slash command."""
        where = channel or self.slack.workspace.direct(self.id)
        body = {
            "token": "verification",
            "team_id": self.member.team,
            "team_domain": DOMAIN,
            "channel_id": where.id,
            "channel_name": where.name or "directmessage",
            "user_id": self.id,
            "user_name": self.member.name.lower(),
            "command": command,
            "text": text,
            "api_app_id": APP,
            "is_enterprise_install": "false",
            "response_url": self.slack.new_response_url(self.id, where.id),
            "trigger_id": self.slack.workspace.new_trigger(self.id),
        }
        return self._acknowledged(self.transport.command(body), where.id)

    def shortcut(self, callback_id: str) -> Ack:
        """Choose a global shortcut."""
        return self._interact({"type": "shortcut", "callback_id": callback_id, "action_ts": self._action_ts()})

    def message_shortcut(self, callback_id: str, message: Message) -> Ack:
        """Choose a shortcut in the menu of a message."""
        channel = self.slack.workspace.channels[message.channel]
        extra = {
            "type": "message_action",
            "callback_id": callback_id,
            "action_ts": self._action_ts(),
            "message_ts": message.ts,
            "message": {**shown(message), "team": TEAM},
            "channel": {"id": channel.id, "name": channel.name},
            "response_url": self.slack.new_response_url(self.id, channel.id),
        }
        return self._interact(extra, channel.id)

    def open_home(self) -> Ack:
        """Look at the App Home."""
        channel = self.slack.workspace.direct(self.id).id
        return self.event({"type": "app_home_opened", "user": self.id, "channel": channel, "tab": "home"})

    def react(self, message: Message, emoji: str) -> Ack:
        """Put an emoji under a message."""
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        return self.event(
            {"type": "reaction_added", "user": self.id, "reaction": emoji, "item": item, "item_user": message.user}
        )

    def edit(self, message: Message, text: str) -> Ack:
        """Change what one has written."""
        before, message.text = shown(message), text
        message.edits += 1
        return self._changed(
            message, {"subtype": "message_changed", "message": shown(message), "previous_message": before}
        )

    def delete(self, message: Message) -> Ack:
        """Take back what one has written; in the place of a message with replies Slack leaves a tombstone."""
        others = self.slack.workspace.channels[message.channel].messages
        if any(other.thread_ts == message.ts and other is not message for other in others):
            tomb = {"type": "message", "subtype": "tombstone", "user": "USLACKBOT", "ts": message.ts, "hidden": True}
            tomb |= {"text": "This message was deleted.", "thread_ts": message.ts}
            changed = {"subtype": "message_changed", "message": tomb, "previous_message": shown(message)}
            message.text = str(tomb["text"])
            return self._changed(message, changed)
        more = {"subtype": "message_deleted", "deleted_ts": message.ts, "previous_message": shown(message)}
        others.remove(message)
        return self._changed(message, more)

    def _changed(self, message: Message, more: JsonObject) -> Ack:
        return self.event({"type": "message", "channel": message.channel, "hidden": True, **more})

    def mention(self, channel: Channel, text: str) -> Ack:
        """Write to the bot in a channel."""
        said = self.slack.workspace.say(channel, self.id, f"<@{BOT}> {text}")
        return self.event(
            {"type": "app_mention", "user": self.id, "channel": channel.id, "ts": said.ts, "text": said.text}
        )

    def joined(self, channel: Channel) -> Ack:
        """Come into a channel: the app that is in it hears of it."""
        kind = "G" if channel.private else "C"
        return self.event(
            {"type": "member_joined_channel", "user": self.id, "channel": channel.id, "channel_type": kind}
        )

    def event(self, event: JsonObject, event_id: str | None = None, retry: tuple[int, str] | None = None) -> Ack:
        """Something happens that the app has subscribed to."""
        number = self.slack.workspace.number()
        body = {
            "token": "verification",
            "team_id": self.member.team,
            "api_app_id": APP,
            "type": "event_callback",
            "event_id": event_id or f"Ev{number:08d}",
            "event_time": int(self.slack.now()),
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True, "enterprise_id": None}],
            "event": {**event, "event_ts": self._action_ts()},
        }
        self._sent_event = body
        self.last_ack = self.transport.event(body, retry)
        return self.last_ack

    def repeat_event(self) -> Ack:
        """Slack delivers the last event again, as it does when the answer came too late."""
        return self.transport.event(self._sent_event, (1, "http_timeout"))

    # Buttons, menus and forms

    def act_on_message(self, action: JsonObject, message: Message) -> Ack:
        """Use a button or a menu of a message."""
        payload = {"message": shown(message), "state": {"values": {}}}
        return self._act_in_channel(action, message.channel, message.ts, payload, ephemeral=False)

    def act_on_ephemeral(self, action: JsonObject, whisper: Ephemeral) -> Ack:
        """The same of what only this person sees; Slack does not send such a message along."""
        return self._act_in_channel(action, whisper.channel, whisper.ts, {"state": {"values": {}}}, ephemeral=True)

    def _act_in_channel(self, action: JsonObject, place: str, ts: str, payload: JsonObject, *, ephemeral: bool) -> Ack:
        channel = self.slack.workspace.channels[place]
        container = {"type": "message", "message_ts": ts, "channel_id": place, "is_ephemeral": ephemeral}
        more = {
            "type": "block_actions",
            "actions": [action],
            "channel": {"id": channel.id, "name": channel.name},
            "container": container,
            "response_url": self.slack.new_response_url(self.id, channel.id, ts),
            **payload,
        }
        return self._interact(more, channel.id)

    def act_in_view(self, action: JsonObject, view: View, state: State) -> Ack:
        """Use a button or a menu of a modal or of the App Home."""
        more = {
            "type": "block_actions",
            "actions": [action],
            "view": {**view.public(), "state": {"values": state}},
            "container": {"type": "view", "view_id": view.id},
        }
        return self._interact(more)

    def send(self, view: View, state: State) -> Ack:
        """Send a form, also a second time. Raises Refused for an answer that Slack does not understand."""
        payload = {
            "type": "view_submission",
            "view": {**view.public(), "state": {"values": state}},
            "response_urls": [],
        }
        ack = self._interact(payload)
        self.field_errors = {}
        if ack.status == 200:
            with self.slack.workspace.lock:
                self._after(view, ack)
        return ack

    def _after(self, view: View, ack: Ack) -> None:
        workspace = self.slack.workspace
        match ack.body.get("response_action"):
            case "errors":
                known = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
                if unknown := set(ack.body["errors"]) - known:
                    raise Refused("invalid_arguments", errors=sorted(unknown))
                self.field_errors = dict(ack.body["errors"])
            case "update":
                replace_view(workspace, view, ack.body["view"])
            case "push":
                push(workspace, self.id, ack.body["view"])
            case "clear":
                self.close()
            case None:
                workspace.stacks[self.id] = [other for other in self.stack if other.id != view.id]
            case other:
                raise Refused("invalid_arguments", response_action=other)
        workspace.changed.notify_all()

    def close(self) -> None:
        """Close every modal."""
        self.slack.workspace.stacks[self.id] = []

    # How it travels

    def _interact(self, more: JsonObject, channel: str | None = None) -> Ack:
        name = self.member.name.lower()
        payload = {
            "token": "verification",
            "team": {"id": self.slack.workspace.team, "domain": DOMAIN},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {"id": self.id, "username": name, "name": name, "team_id": self.member.team},
            "api_app_id": APP,
            "trigger_id": self.slack.workspace.new_trigger(self.id),
            **more,
        }
        self._sent = payload
        return self._acknowledged(self.transport.interactive(payload), channel)

    def send_again(self) -> Ack:
        """The last interaction once more, byte for byte; the screen does not change."""
        return self.transport.interactive(self._sent)

    def _acknowledged(self, ack: Ack, channel: str | None) -> Ack:
        self.last_ack = ack
        if ack.status == 200 and ack.text:
            self.slack.workspace.whisper(self.id, channel or "", ack.text, ack.body.get("blocks"))
        return ack

    def _action_ts(self) -> str:
        return f"{self.slack.now():.6f}"

    def action(self, block: Block, element: Element, **chosen: str | Element) -> JsonObject:
        """What Slack says of a button that was pressed or of a menu in which something was `chosen`."""
        action = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
        if "value" in element:
            action["value"] = element["value"]
        return {**action, **chosen, "action_ts": self._action_ts()}


def stateful(block: Block) -> list[Element]:
    """Elements outside input blocks that keep a choice."""
    elements = block.get("elements", []) if block["type"] == "actions" else [block.get("accessory") or {}]
    return [element for element in elements if "options" in element or "option_groups" in element]
