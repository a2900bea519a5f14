"""A person in front of Slack: runs commands, fills forms by label, presses buttons by their text."""

import time
from collections.abc import Iterator
from typing import Any

from tests.fake_slack import form
from tests.fake_slack.methods import push, replace_view, shown
from tests.fake_slack.server import FakeSlack
from tests.fake_slack.transports import Ack, Transport
from tests.fake_slack.workspace import APP, BOT, TEAM, Channel, Message, View


class SlackUser:
    """One member of the workspace and what is on their screen."""

    def __init__(
        self, slack: FakeSlack, transport: Transport, id: str, name: str, email: str | None, **more: Any
    ) -> None:
        self.slack = slack
        self.transport = transport
        self.member = slack.workspace.add_member(id, name, email, **more)
        self.id = id
        self.errors: dict[str, str] = {}
        self.last_ack = Ack(0)
        self._typed: dict[str, dict[str, dict[str, Any]]] = {}
        self._sent: dict[str, Any] = {}
        self._sent_event: dict[str, Any] = {}

    # Ways in

    def command(self, command: str, text: str = "", channel: Channel | None = None) -> Ack:
        """Type a slash command."""
        where = channel or self.slack.workspace.direct(self.id)
        body = {
            "token": "verification",
            "team_id": self.member.team,
            "team_domain": "alumio",
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
        return self.event({"type": "app_home_opened", "user": self.id, "channel": "D1", "tab": "home"})

    def react(self, message: Message, emoji: str) -> Ack:
        """Put an emoji under a message."""
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        return self.event(
            {"type": "reaction_added", "user": self.id, "reaction": emoji, "item": item, "item_user": message.user}
        )

    def edit(self, message: Message, text: str) -> Ack:
        """Change what one has written."""
        before, message.text = shown(message), text
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
            return self._changed(message, changed)
        more = {"subtype": "message_deleted", "deleted_ts": message.ts, "previous_message": shown(message)}
        return self._changed(message, more)

    def _changed(self, message: Message, more: dict[str, Any]) -> Ack:
        return self.event({"type": "message", "channel": message.channel, "hidden": True, **more})

    def mention(self, channel: Channel, text: str) -> Ack:
        """Write to the bot in a channel."""
        said = self.slack.workspace.say(channel, self.id, f"<@{BOT}> {text}")
        return self.event(
            {"type": "app_mention", "user": self.id, "channel": channel.id, "ts": said.ts, "text": said.text}
        )

    def event(self, event: dict[str, Any], event_id: str | None = None, retry: tuple[int, str] | None = None) -> Ack:
        """Something happens that the app has subscribed to."""
        number = self.slack.workspace.number()
        body = {
            "token": "verification",
            "team_id": self.member.team,
            "api_app_id": APP,
            "type": "event_callback",
            "event_id": event_id or f"Ev{number:08d}",
            "event_time": int(self.slack.now()),
            "authorizations": [{"team_id": TEAM, "user_id": "U0BOT", "is_bot": True, "enterprise_id": None}],
            "event": {**event, "event_ts": self._action_ts()},
        }
        self._sent_event = body
        self.last_ack = self.transport.event(body, retry)
        return self.last_ack

    def repeat_event(self) -> Ack:
        """Slack delivers the last event again, as it does when the answer came too late."""
        return self.transport.event(self._sent_event, (1, "http_timeout"))

    # What is on the screen

    @property
    def stack(self) -> list[View]:
        """The modals that are open, the top one last."""
        return self.slack.workspace.stacks.get(self.id, [])

    def modal(self, title: str | None = None) -> dict[str, Any]:
        """The modal on top, once it is there (and has this title)."""

        def there() -> bool:
            return bool(self.stack) and title in (None, self.stack[-1].body["title"]["text"])

        self.slack.wait_for(there)
        return self.stack[-1].body

    @property
    def home(self) -> dict[str, Any]:
        """The App Home, once it has been published."""
        self.slack.wait_for(lambda: self.id in self.slack.workspace.homes)
        return self.slack.workspace.homes[self.id].body

    @property
    def ephemerals(self) -> list[str]:
        """What only this person was shown."""
        return [text for user, _, text in self.slack.workspace.ephemerals if user == self.id]

    def told(self, part: str) -> str:
        """The first private text that contains `part`, once it is there."""
        self.slack.wait_for(lambda: any(part in text for text in self.ephemerals + self.direct_texts()))
        return next(text for text in self.ephemerals + self.direct_texts() if part in text)

    def direct_texts(self) -> list[str]:
        """The texts of the direct conversation with the bot."""
        return [message.text for message in self.slack.workspace.direct(self.id).messages]

    # Forms

    def fill(self, answers: dict[str, form.Filled]) -> "SlackUser":
        """Put answers in the open modal, by label; it may still be on its way."""
        self.modal()
        view = self.stack[-1]
        fields = form.inputs(view.body)
        for label, value in answers.items():
            assert label in fields, f"No field {label!r}; there are {list(fields)}"
            block = fields[label]
            state = {block["element"]["action_id"]: form.filled(block["element"], value)}
            self._typed.setdefault(view.id, {})[block["block_id"]] = state
        return self

    def values(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The state of the open modal."""
        view = self.stack[-1]
        state: dict[str, dict[str, dict[str, Any]]] = {}
        for block in view.body["blocks"]:
            elements = [block["element"]] if block["type"] == "input" else _stateful(block)
            for element in elements:
                state.setdefault(block["block_id"], {})[element["action_id"]] = form.initial(element)
        return {**state, **{k: v for k, v in self._typed.get(view.id, {}).items() if k in state}}

    def submit(self) -> Ack:
        """Press the modal's submit button; errors at fields appear in `errors` by label."""
        view = self.stack[-1]
        self._check_required(view)
        return self.send_submission(view)

    def send_submission(self, view: View) -> Ack:
        """Send what is in a view, also a second time."""
        payload = {
            "type": "view_submission",
            "view": {**view.public(), "state": {"values": self.values()}},
            "response_urls": [],
        }
        ack = self._interact(payload)
        self.errors = {}
        if ack.status == 200:
            self._after_submission(view, ack)
        return ack

    def _check_required(self, view: View) -> None:
        values = self.values()
        for label, block in form.inputs(view.body).items():
            state = values[block["block_id"]][block["element"]["action_id"]]
            missing = not block.get("optional") and form.is_empty(state)
            assert not missing, f"Slack's form does not submit without {label!r}"

    def _after_submission(self, view: View, ack: Ack) -> None:
        workspace = self.slack.workspace
        with workspace.lock:
            match ack.body.get("response_action"):
                case "errors":
                    labels = {block["block_id"]: label for label, block in form.inputs(view.body).items()}
                    unknown = set(ack.body["errors"]) - set(labels)
                    assert not unknown, f"errors at blocks that are no inputs: {unknown}"
                    self.errors = {labels[block]: text for block, text in ack.body["errors"].items()}
                case "update":
                    replace_view(workspace, view, ack.body["view"])
                case "push":
                    push(workspace, self.id, ack.body["view"])
                case "clear":
                    workspace.stacks[self.id] = []
                case None:
                    stack = workspace.stacks.get(self.id, [])
                    workspace.stacks[self.id] = [other for other in stack if other.id != view.id]
                case other:
                    raise AssertionError(f"Slack knows no response_action {other!r}")

    def close(self) -> None:
        """Close every modal."""
        self.slack.workspace.stacks[self.id] = []

    # Buttons

    def press(self, text: str, on: Message | None = None) -> Ack:
        """Press the button with this text: on a message, in the open modal, or in the App Home."""
        if on is not None:
            return self._press_on_message(text, on)
        if self.stack:
            return self._press_in_view(text, self.stack[-1])
        self.slack.wait_for(lambda: self.id in self.slack.workspace.homes)
        return self._press_in_view(text, self.slack.workspace.homes[self.id])

    def choose(self, text: str, on: Message | None = None) -> Ack:
        """Choose an option of a menu outside an input, by its text."""
        blocks = on.blocks if on is not None else (self.stack[-1].body["blocks"] if self.stack else self.home["blocks"])
        for block in blocks:
            for element in _stateful(block):
                for option in form.options(element):
                    if option["text"]["text"] == text:
                        action = {**_action(block, element), "selected_option": option}
                        return self._act(action, on)
        raise AssertionError(f"There is no choice {text!r}")

    def _press_on_message(self, text: str, message: Message) -> Ack:
        block, element = _button(message.blocks, text)
        return self._act(_action(block, element), message)

    def _act(self, action: dict[str, Any], message: Message | None) -> Ack:
        if message is None:
            view = self.stack[-1] if self.stack else self.slack.workspace.homes[self.id]
            return self._interact(self._view_action(action, view))
        channel = self.slack.workspace.channels[message.channel]
        payload = {
            "type": "block_actions",
            "actions": [action],
            "channel": {"id": channel.id, "name": channel.name},
            "message": shown(message),
            "container": {"type": "message", "message_ts": message.ts, "channel_id": channel.id, "is_ephemeral": False},
            "state": {"values": {}},
            "response_url": self.slack.new_response_url(self.id, channel.id, message.ts),
        }
        return self._interact(payload, channel.id)

    def _press_in_view(self, text: str, view: View) -> Ack:
        block, element = _button(view.body["blocks"], text)
        return self._interact(self._view_action(_action(block, element), view))

    def _view_action(self, action: dict[str, Any], view: View) -> dict[str, Any]:
        state = self.values() if view in self.stack else {}
        return {
            "type": "block_actions",
            "actions": [action],
            "view": {**view.public(), "state": {"values": state}},
            "container": {"type": "view", "view_id": view.id},
        }

    # How it travels

    def _interact(self, more: dict[str, Any], channel: str | None = None) -> Ack:
        payload = {
            "token": "verification",
            "team": {"id": self.slack.workspace.team, "domain": "alumio"},
            "enterprise": None,
            "is_enterprise_install": False,
            "user": {
                "id": self.id,
                "username": self.member.name.lower(),
                "name": self.member.name.lower(),
                "team_id": self.member.team,
            },
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
            self.slack.workspace.ephemerals.append((self.id, channel or "", ack.text))
        return ack

    def _action_ts(self) -> str:
        return f"{self.slack.now():.6f}"


def _action(block: dict[str, Any], element: dict[str, Any]) -> dict[str, Any]:
    action = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
    if "value" in element:
        action["value"] = element["value"]
    return {**action, "action_ts": f"{time.time():.6f}"}


def _stateful(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Elements outside input blocks that keep a choice."""
    elements = block.get("elements", []) if block["type"] == "actions" else [block.get("accessory") or {}]
    yield from (element for element in elements if "options" in element or "option_groups" in element)


def buttons(blocks: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """All buttons of some blocks, with their block."""
    found = []
    for block in blocks:
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if element.get("type") == "button":
                found.append((block, element))
    return found


def _button(blocks: list[dict[str, Any]], text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    for block, element in buttons(blocks):
        if element["text"]["text"] == text:
            return block, element
    raise AssertionError(f"No button {text!r}; there are {[e['text']['text'] for _, e in buttons(blocks)]}")


def texts(blocks: list[dict[str, Any]]) -> str:
    """Everything a person can read in some blocks."""
    found: list[str] = []

    def walk(thing: object) -> None:
        if isinstance(thing, dict):
            if isinstance(thing.get("text"), str):
                found.append(thing["text"])
            for value in thing.values():
                walk(value)
        elif isinstance(thing, list):
            for item in thing:
                walk(item)

    walk(blocks)
    return "\n".join(found)
