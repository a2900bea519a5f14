"""A checker of finished Block Kit payloads: modals, App Home tabs and messages.

It knows what Slack documents and what slack_sdk's own models let through (see `incident.slack.limits` and `shapes`).
The local Slack refuses what it finds; the product's builders and its last gate cut what is too long.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.slack_here import shapes
from bot.slack_here.shapes import ANY_TEXT, ONLY_PLAIN, Spec
from incident.slack import limits
from incident.slack.shapes import Received
from incident.slack.text import length, visible

_HOME_KEYS: Final = frozenset({"type", "blocks", "private_metadata", "callback_id", "external_id"})
_VIEW_KEYS: Final = _HOME_KEYS | {"title", "submit", "close", "clear_on_close", "notify_on_close"}
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_EVENT_TYPE: Final = re.compile(r"[A-Za-z0-9_]{1,255}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing Slack would refuse: where, which rule, what is allowed and what was found."""

    path: str
    rule: str
    limit: object
    found: object


Problems = Iterator[Problem]


def check(payload: Received) -> tuple[Problem, ...]:
    """Check a view (it has a type of ``modal`` or ``home``) or a message (anything else)."""
    return check_view(payload) if payload.get("type") in {"modal", "home"} else check_message(payload)


def check_view(view: Received) -> tuple[Problem, ...]:
    """All reasons for which Slack would refuse this view; empty when it is fine."""
    modal = view.get("type") == "modal"
    problems = [
        *_unknown_keys("view", view, _VIEW_KEYS if modal else _HOME_KEYS),
        *(_modal_frame(view) if modal else ()),
        *_string("view.private_metadata", view.get("private_metadata"), shapes.PRIVATE_METADATA, empty=True),
        *_string("view.callback_id", view.get("callback_id"), shapes.IDENTIFIER),
        *_blocks("view.blocks", view.get("blocks"), limits.MODAL_BLOCKS),
        *_size("view", view, limits.VIEW_BYTES),
    ]
    return tuple(problems)


def check_message(message: Received) -> tuple[Problem, ...]:
    """All reasons for which Slack would refuse this message or show it badly; empty when it is fine."""
    problems: list[Problem] = []
    blocks = message.get("blocks")
    problems += _string("message.text", message.get("text"), limits.MESSAGE_TEXT)
    if not message.get("text"):
        problems.append(Problem("message.text", "missing", "a text, read aloud and shown in notifications", None))
    if blocks is not None:
        problems += _blocks("message.blocks", blocks, limits.MESSAGE_BLOCKS)
        total = sum(length(text) for text in visible(blocks))
        if total > limits.MESSAGE_BLOCK_CHARACTERS:
            problems.append(Problem("message.blocks", "msg_blocks_too_long", limits.MESSAGE_BLOCK_CHARACTERS, total))
    problems += _metadata(message.get("metadata"))
    return tuple(problems)


def _modal_frame(view: Received) -> Problems:
    if "title" not in view:
        yield Problem("view.title", "missing", "required in a modal", None)
    for key in ("title", "submit", "close"):
        if key in view:
            yield from _text(f"view.{key}", view[key], limits.TITLE, ONLY_PLAIN)
    has_input = any(_is(block, "input") for block in _items(view.get("blocks")))
    if has_input and "submit" not in view:
        yield Problem("view.submit", "missing", "required when a block is an input", None)


def _blocks(path: str, blocks: object, most: int) -> Problems:
    if not isinstance(blocks, list) or not 1 <= len(blocks) <= most:
        yield Problem(path, "count", f"1-{most}", len(blocks) if isinstance(blocks, list) else type(blocks).__name__)
    for index, block in enumerate(_items(blocks)):
        yield from _block(f"{path}[{index}]", block)
    yield from _duplicates(path, "block_id", _items(blocks))


def _block(path: str, block: Received) -> Problems:
    kind = str(block.get("type"))
    spec = shapes.BLOCKS.get(kind)
    if spec is None:
        yield Problem(f"{path}.type", "unknown block type", sorted(shapes.BLOCKS), kind)
        return
    yield from _against(path, block, spec)
    yield from _string(f"{path}.block_id", block.get("block_id"), shapes.IDENTIFIER)
    if kind == "section":
        yield from _section(path, block)
    elif kind == "input":
        yield from _element(f"{path}.element", block.get("element"), shapes.IN_INPUT)
    elif kind in limits.ELEMENT_COUNTS:
        yield from _elements(path, kind, block.get("elements"))


def _section(path: str, block: Received) -> Problems:
    fields = block.get("fields")
    if "text" not in block and not fields:
        yield Problem(path, "missing", "text or fields", None)
    if fields is not None and not (isinstance(fields, list) and 1 <= len(fields) <= limits.FIELDS):
        yield Problem(f"{path}.fields", "count", f"1-{limits.FIELDS}", len(fields) if isinstance(fields, list) else 0)
    for index, item in enumerate(_items(fields)):
        yield from _text(f"{path}.fields[{index}]", item, limits.FIELD_TEXT, ANY_TEXT)
    if "accessory" in block:
        yield from _element(f"{path}.accessory", block["accessory"], shapes.IN_ACTIONS)


def _elements(path: str, kind: str, elements: object) -> Problems:
    most = limits.ELEMENT_COUNTS[kind]
    if not isinstance(elements, list) or not 1 <= len(elements) <= most:
        yield Problem(f"{path}.elements", "count", f"1-{most}", len(elements) if isinstance(elements, list) else 0)
    for index, element in enumerate(_items(elements)):
        where = f"{path}.elements[{index}]"
        if kind == "context" and element.get("type") in ANY_TEXT:
            yield from _text(where, element, limits.SECTION_TEXT, ANY_TEXT)
        else:
            yield from _element(where, element, frozenset() if kind == "context" else shapes.IN_ACTIONS)
    yield from _duplicates(f"{path}.elements", "action_id", _items(elements))


def _element(path: str, element: object, allowed: frozenset[str]) -> Problems:
    if not isinstance(element, Mapping):
        yield Problem(path, "missing", "an element", element)
        return
    kind = str(element.get("type"))
    if kind not in allowed:
        yield Problem(f"{path}.type", "element not allowed here", sorted(allowed), kind)
        return
    yield from _against(path, element, shapes.ELEMENTS[kind])
    if "confirm" in element:
        yield from _against(f"{path}.confirm", element["confirm"], shapes.CONFIRM)
    if kind in limits.OPTION_COUNTS:
        yield from _options(path, kind, element)
    yield from _values(path, kind, element)


def _options(path: str, kind: str, element: Received) -> Problems:
    types = ANY_TEXT if kind in {"checkboxes", "radio_buttons"} else ONLY_PLAIN
    most = limits.OPTION_COUNTS[kind]
    groups = element.get("option_groups")
    lists = [("options", element.get("options"))]
    if groups is not None:
        lists = [
            (f"option_groups[{index}].options", group.get("options")) for index, group in enumerate(_items(groups))
        ]
        if not 1 <= len(lists) <= 100 or "options" in element:
            yield Problem(f"{path}.option_groups", "count", "1-100 and no options", len(lists))
        for index, group in enumerate(_items(groups)):
            yield from _text(f"{path}.option_groups[{index}].label", group.get("label"), 75, ONLY_PLAIN)
    for name, options in lists:
        if not isinstance(options, list) or not 1 <= len(options) <= most:
            yield Problem(f"{path}.{name}", "count", f"1-{most}", len(options) if isinstance(options, list) else 0)
        for index, option in enumerate(_items(options)):
            yield from _option(f"{path}.{name}[{index}]", option, types)
    yield from _initial(path, element, [option for _, options in lists for option in _items(options)])


def _option(path: str, option: Received, types: frozenset[str]) -> Problems:
    yield from _against(path, option, shapes.OPTION)
    yield from _text(f"{path}.text", option.get("text"), limits.OPTION_TEXT, types)


def _initial(path: str, element: Received, options: list[Received]) -> Problems:
    chosen = [element["initial_option"]] if "initial_option" in element else element.get("initial_options")
    if chosen is None:
        return
    if not isinstance(chosen, list) or not chosen:
        yield Problem(f"{path}.initial_options", "count", "at least 1", 0)
        return
    for option in chosen:
        if option not in options:
            yield Problem(f"{path}.initial_option", "not among the options", "one of the options", option)


def _values(path: str, kind: str, element: Received) -> Problems:
    if kind == "plain_text_input":
        yield from _input_lengths(path, element)
    if "initial_date" in element and not _is_date(element["initial_date"]):
        yield Problem(f"{path}.initial_date", "format", "a real date, YYYY-MM-DD", element["initial_date"])
    if "initial_time" in element and not _CLOCK.fullmatch(str(element["initial_time"])):
        yield Problem(f"{path}.initial_time", "format", "HH:mm", element["initial_time"])
    if kind == "button" and element.get("style") not in {None, "primary", "danger"}:
        yield Problem(f"{path}.style", "value", "primary or danger", element["style"])
    if "initial_value" in element and not isinstance(element["initial_value"], str):
        yield Problem(f"{path}.initial_value", "type", "a string", type(element["initial_value"]).__name__)


def _input_lengths(path: str, element: Received) -> Problems:
    for key in ("min_length", "max_length"):
        value = element.get(key)
        least = 0 if key == "min_length" else 1
        if value is not None and not least <= int(value) <= limits.INPUT_LENGTH:
            yield Problem(f"{path}.{key}", "range", f"{least}-{limits.INPUT_LENGTH}", value)
    most, initial = element.get("max_length"), element.get("initial_value")
    if most is not None and isinstance(initial, str) and length(initial) > int(most):
        yield Problem(f"{path}.initial_value", "longer than max_length", most, length(initial))


def _against(path: str, thing: object, spec: Spec) -> Problems:
    """Keys, plain strings and text objects of one block, element or composition object."""
    if not isinstance(thing, Mapping):
        yield Problem(path, "type", "an object", type(thing).__name__)
        return
    yield from _unknown_keys(path, thing, spec.keys)
    for key in spec.required - thing.keys():
        yield Problem(f"{path}.{key}", "missing", "required", None)
    for key, most in spec.strings.items():
        yield from _string(f"{path}.{key}", thing.get(key), most, empty=key == "initial_value")
    for key, (most, types) in spec.texts.items():
        if key in thing:
            yield from _text(f"{path}.{key}", thing[key], most, types)


def _text(path: str, text: object, most: int, types: frozenset[str]) -> Problems:
    if not isinstance(text, Mapping) or text.get("type") not in types:
        yield Problem(path, "text object", sorted(types), text if not isinstance(text, Mapping) else text.get("type"))
        return
    allowed = {"type", "text", "emoji" if text["type"] == shapes.PLAIN else "verbatim"}
    yield from _unknown_keys(path, text, frozenset(allowed))
    value = text.get("text")
    if not isinstance(value, str) or not value:
        yield Problem(f"{path}.text", "empty", "at least 1 character", value)
    else:
        yield from _string(f"{path}.text", value, most)


def _string(path: str, value: object, most: int, *, empty: bool = False) -> Problems:
    if value is None:
        return
    if not isinstance(value, str):
        yield Problem(path, "type", "a string", type(value).__name__)
    elif length(value) > most:
        yield Problem(path, "too long", most, length(value))
    elif not value and not empty:
        yield Problem(path, "empty", "at least 1 character", value)


def _metadata(metadata: object) -> Problems:
    if metadata is None:
        return
    if not isinstance(metadata, Mapping) or set(metadata) != {"event_type", "event_payload"}:
        yield Problem("message.metadata", "invalid_metadata_schema", "event_type and event_payload", metadata)
        return
    if not _EVENT_TYPE.fullmatch(str(metadata["event_type"])) or not isinstance(metadata["event_payload"], Mapping):
        yield Problem("message.metadata", "invalid_metadata_format", "a name and an object", metadata)
    yield from _size("message.metadata", metadata, shapes.METADATA_BYTES)


def _size(path: str, payload: Received, most: int) -> Problems:
    found = len(json.dumps(payload, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    if found > most:
        yield Problem(path, "too large", most, found)


def _unknown_keys(path: str, thing: Received, known: frozenset[str]) -> Problems:
    for key in sorted(thing.keys() - known):
        yield Problem(f"{path}.{key}", "unknown key", sorted(known), key)


def _duplicates(path: str, key: str, things: list[Received]) -> Problems:
    seen: set[str] = set()
    for thing in things:
        value = thing.get(key)
        if isinstance(value, str) and value in seen:
            yield Problem(f"{path}.{key}", "duplicate", "unique", value)
        elif isinstance(value, str):
            seen.add(value)


def _items(things: object) -> list[Received]:
    return [thing for thing in things if isinstance(thing, Mapping)] if isinstance(things, list) else []


def _is(block: Received, kind: str) -> bool:
    return block.get("type") == kind


def _is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False
