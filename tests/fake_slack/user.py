"""A person in front of Slack: fills forms by label, presses buttons by their text, reads what is on the screen."""

from typing import Any

from bot.slack_here import form
from bot.slack_here.courier import Ack, Transport
from bot.slack_here.person import Person, State, stateful
from bot.slack_here.workspace import Message, View
from tests.fake_slack.server import FakeSlack

Filled = str | list[str] | None


class SlackUser(Person):
    """One member of the workspace and what is on their screen."""

    slack: FakeSlack

    def __init__(
        self, slack: FakeSlack, transport: Transport, id: str, name: str, email: str | None, **more: Any
    ) -> None:
        super().__init__(slack, transport, slack.workspace.add_member(id, name, email, **more))
        self.errors: dict[str, str] = {}
        self._typed: State = {}

    # What is on the screen

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
        return [whisper.text for whisper in self.slack.workspace.ephemerals if whisper.user == self.id]

    def told(self, part: str) -> str:
        """The first private text that contains `part`, once it is there."""
        self.slack.wait_for(lambda: any(part in text for text in self.ephemerals + self.direct_texts()))
        return next(text for text in self.ephemerals + self.direct_texts() if part in text)

    def direct_texts(self) -> list[str]:
        """The texts of the direct conversation with the bot."""
        return [message.text for message in self.slack.workspace.direct(self.id).messages]

    # Forms

    def fill(self, answers: dict[str, Filled]) -> "SlackUser":
        """Put answers in the open modal, by label; it may still be on its way."""
        self.modal()
        view = self.stack[-1]
        fields = form.inputs(view.body["blocks"])
        for label, value in answers.items():
            assert label in fields, f"No field {label!r}; there are {list(fields)}"
            block = fields[label]
            state = {block["element"]["action_id"]: form.filled(block["element"], _meant(block["element"], value))}
            self._typed.setdefault(view.id, {})[block["block_id"]] = state
        return self

    def values(self) -> State:
        """The state of the open modal."""
        view = self.stack[-1]
        state: State = {}
        for block in view.body["blocks"]:
            elements = [block["element"]] if block["type"] == "input" else stateful(block)
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
        labels = {block["block_id"]: label for label, block in form.inputs(view.body["blocks"]).items()}
        ack = self.send(view, self.values())
        self.errors = {labels[block]: text for block, text in self.field_errors.items()}
        return ack

    def _check_required(self, view: View) -> None:
        values = self.values()
        for label, block in form.inputs(view.body["blocks"]).items():
            state = values[block["block_id"]][block["element"]["action_id"]]
            missing = not block.get("optional") and form.is_empty(state)
            assert not missing, f"Slack's form does not submit without {label!r}"

    # Buttons

    def press(self, text: str, on: Message | None = None) -> Ack:
        """Press the button with this text: on a message, in the open modal, or in the App Home."""
        if on is not None:
            return self.act_on_message(self.action(*_button(on.blocks, text)), on)
        view = self._view()
        return self._act_in(view, self.action(*_button(view.body["blocks"], text)))

    def choose(self, text: str, on: Message | None = None) -> Ack:
        """Choose an option of a menu outside an input, by its text."""
        for block in on.blocks if on is not None else self._view().body["blocks"]:
            for element in stateful(block):
                for option in form.options(element):
                    if option["text"]["text"] == text:
                        action = self.action(block, element, selected_option=option)
                        return self.act_on_message(action, on) if on else self._act_in(self._view(), action)
        raise AssertionError(f"There is no choice {text!r}")

    def _view(self) -> View:
        if self.stack:
            return self.stack[-1]
        self.slack.wait_for(lambda: self.id in self.slack.workspace.homes)
        return self.slack.workspace.homes[self.id]

    def _act_in(self, view: View, action: dict[str, Any]) -> Ack:
        return self.act_in_view(action, view, self.values() if view in self.stack else {})


def _meant(element: dict[str, Any], value: Filled) -> list[str]:
    """The values behind the words of a choice; every other input takes what is typed."""
    entered = value if isinstance(value, list) else [str(value)] if value is not None else []
    if not form.options(element):
        return entered
    known = {option["text"]["text"]: option["value"] for option in form.options(element)}
    unknown = set(entered) - set(known) - {""}
    assert not unknown, f"There is no choice {unknown}, only {list(known)}"
    return [known.get(text, "") for text in entered]


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
