"""What a person does on the page, as the act Slack makes of it. Each gives the sentence Slack shows when it failed."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.slack_here import form
from bot.slack_here.page.chrome import Words, failed_text, required_text, wrong_text
from bot.slack_here.person import Person, State, stateful
from bot.slack_here.workspace import Channel, Ephemeral, Message, Refused, View
from incident.domain.kernel.json import JsonObject
from incident.slack.shapes import Block, Element

COMMAND: Final = re.compile(r"(/\S+)\s*(.*)", re.DOTALL)
INVITE: Final = "/invite"
Entered = Mapping[str, Mapping[str, Sequence[str]]]
"""What the browser says stands in a form: block, element, entered values."""


def write(person: Person, channel: Channel, text: str, commands: Sequence[str], say: Words) -> str:
    """Send what stands in the box: a command, or a message. A mention of the app reaches it as such."""
    match = COMMAND.fullmatch(text)
    if match is not None:
        if match[1] == INVITE:
            return _invited(person, channel, match[2], say)
        if match[1] not in commands:
            return say("%(command)s is not a command of this app.", command=match[1])
        ack = person.command(match[1], match[2], channel)
        return "" if ack.status == 200 else failed_text(say, match[1])
    if "@meldklok" in text.lower():
        person.mention(channel, re.sub("@meldklok", "", text, flags=re.IGNORECASE).strip())
    else:
        _said(person, channel, text)
    return ""


def answer(person: Person, channel: Channel, root: Message, text: str) -> None:
    """Write something below a message."""
    _said(person, channel, text, thread_ts=root.thread_ts or root.ts)


def _said(person: Person, channel: Channel, text: str, **more: str) -> None:
    said = person.slack.workspace.say(channel, person.id, text, **more)
    kind = "group" if channel.private else "channel"
    event = {"type": "message", "user": person.id, "channel": channel.id, "ts": said.ts, "text": text, **more}
    person.event({**event, "channel_type": kind})


def _invited(person: Person, channel: Channel, name: str, say: Words) -> str:
    """Slack's own command: somebody comes into the channel, by the beginning of their name."""
    workspace, wanted = person.slack.workspace, name.removeprefix("@").lower()
    found = [one for one in workspace.members.values() if wanted and one.name.lower().startswith(wanted)]
    if len(found) != 1:
        return say("Nobody here is called %(name)s.", name=name)
    workspace.let_in(channel, found[0].id)
    return ""


def shortcut(person: Person, name: str, message: Message | None, say: Words) -> str:
    """Choose a shortcut: of a message, or one that stands alone."""
    ack = person.shortcut(name) if message is None else person.message_shortcut(name, message)
    return "" if ack.status == 200 else failed_text(say)


def press(person: Person, place: Message | Ephemeral | View, said: JsonObject, say: Words) -> str:
    """Use the button or the menu that the browser names by block and element."""
    blocks = place.body["blocks"] if isinstance(place, View) else place.blocks
    block, element = _found(blocks, str(said.get("block")), str(said.get("action")))
    chosen = form.filled(element, [str(said["value"])]) if form.options(element) else {}
    chosen.pop("type", None)
    action = person.action(block, element, **chosen)
    if isinstance(place, View):
        ack = person.act_in_view(action, place, state_of(place, said.get("state") or {})[0])
    elif isinstance(place, Ephemeral):
        ack = person.act_on_ephemeral(action, place)
    else:
        ack = person.act_on_message(action, place)
    return "" if ack.status == 200 else failed_text(say)


def submit(person: Person, view: View, entered: Entered, say: Words) -> tuple[str, dict[str, str]]:
    """Send a form: what failed as a whole, and the errors at its fields. Slack itself asks for what is required."""
    state, wrong = state_of(view, entered)
    errors = {block: wrong_text(say) for block in wrong}
    required = [block for block in view.body["blocks"] if block["type"] == "input" and not block.get("optional")]
    for block in required:
        name = block["block_id"]
        if name not in errors and form.is_empty(state[name][block["element"]["action_id"]]):
            errors[name] = required_text(say)
    if errors:
        return "", errors
    try:
        ack = person.send(view, state)
    except Refused:
        return failed_text(say), {}
    return ("" if ack.status == 200 else failed_text(say)), person.field_errors


def state_of(view: View, entered: Entered) -> tuple[State, list[str]]:
    """The state of a view with what was entered in it, and the blocks whose entry does not fit."""
    state: State = {}
    wrong: list[str] = []
    for block in view.body["blocks"]:
        name = block["block_id"]
        for element in [block["element"]] if block["type"] == "input" else stateful(block):
            values = entered.get(name, {}).get(element["action_id"])
            try:
                kept = form.initial(element) if values is None else form.filled(element, values)
            except form.WrongInput:
                wrong.append(name)
                kept = form.initial(element)
            state.setdefault(name, {})[element["action_id"]] = kept
    return state, wrong


def react(person: Person, message: Message, emoji: str) -> None:
    """Put an emoji under a message, once."""
    if emoji not in message.reactions:
        message.reactions.append(emoji)
    person.react(message, emoji)


def _found(blocks: Sequence[Block], block_id: str, action_id: str) -> tuple[Block, Element]:
    for block in blocks:
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if (block.get("block_id"), element.get("action_id")) == (block_id, action_id):
                return block, element
    raise LookupError(action_id)
