"""The last gate before Slack: cut what is too long instead of losing the message.

Builders already use `fit`; this is for the case nobody thought of, because a reminder that Slack refuses is worse than
one that ends in an ellipsis. Structure (block types, required keys) is never repaired here: that is a programming
error, which tests find.
"""

import copy
import json
from collections.abc import Mapping
from typing import Any

from incident.slack import limits
from incident.slack.text import fit, length, visible


def shorten(payload: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a view or message in which texts, lists and the whole keep to Slack's limits."""
    result: dict[str, Any] = copy.deepcopy(dict(payload))
    view = result.get("type") in {"modal", "home"}
    if view:
        for key in ("title", "submit", "close"):
            _cut_text(result, key, limits.TITLE)
    elif isinstance(result.get("text"), str):
        result["text"] = fit(result["text"], limits.MESSAGE_TEXT)
    if isinstance(result.get("blocks"), list):
        most = limits.MODAL_BLOCKS if view else limits.MESSAGE_BLOCKS
        result["blocks"] = _limited(result["blocks"], most)
        for block in result["blocks"]:
            _cut_block(block)
        _cut_total(result)
    return result


def _limited(blocks: list[Any], most: int) -> list[Any]:
    """At most `most` blocks; the last one that fits gives way to a line that says how many are not shown."""
    if len(blocks) <= most:
        return blocks
    left_out = len(blocks) - most + 1
    note = {"type": "context", "elements": [{"type": "plain_text", "text": f"… +{left_out}"}]}
    return [*blocks[: most - 1], note]


def _cut_block(block: dict[str, Any]) -> None:
    spec = limits.BLOCKS.get(str(block.get("type")))
    if spec is None:
        return
    for key, (most, _) in spec.texts.items():
        _cut_text(block, key, most)
    _cut_strings(block, spec.strings)
    for key, most in (("fields", limits.FIELDS), ("elements", limits.ELEMENT_COUNTS.get(str(block["type"]), 0))):
        if key in block:
            block[key] = block[key][:most]
    for field in block.get("fields", ()):
        _cut_value(field, limits.FIELD_TEXT)
    for element in (*block.get("elements", ()), block.get("element"), block.get("accessory")):
        _cut_element(element or {})


def _cut_element(element: dict[str, Any]) -> None:
    spec = limits.ELEMENTS.get(str(element.get("type")))
    if spec is None:
        _cut_value(element, limits.SECTION_TEXT)
        return
    for key, (most, _) in spec.texts.items():
        _cut_text(element, key, most)
    _cut_strings(element, {key: most for key, most in spec.strings.items() if key not in {"action_id", "value", "url"}})
    if isinstance(element.get("options"), list):
        element["options"] = element["options"][: limits.OPTION_COUNTS[element["type"]]]
        for option in element["options"]:
            _cut_option(option)
    for option in [element.get("initial_option"), *element.get("initial_options", ())]:
        if isinstance(option, dict):
            _cut_option(option)


def _cut_option(option: dict[str, Any]) -> None:
    _cut_text(option, "text", limits.OPTION_TEXT)
    _cut_text(option, "description", limits.OPTION_DESCRIPTION)


def _cut_total(payload: dict[str, Any]) -> None:
    """Bring the whole under its limit: shorten the longest texts first; when that is not enough, show fewer blocks."""
    while excess := _excess(payload):
        texts = _section_texts(payload["blocks"])
        longest = max((length(text["text"]) for text in texts), default=0)
        if longest < 20:
            payload["blocks"] = payload["blocks"][: max(1, len(payload["blocks"]) // 2)]
        for text in texts:
            text["text"] = fit(text["text"], max(19, int(longest * 0.9 / excess)))


def _excess(payload: dict[str, Any]) -> float:
    """How many times too large the whole is; 0 when it is not. A view is measured in bytes, a message in characters."""
    if payload.get("type") in {"modal", "home"}:
        times = len(json.dumps(payload, ensure_ascii=False).encode("utf-8", "surrogatepass")) / limits.VIEW_BYTES
    else:
        times = sum(length(text) for text in visible(payload["blocks"])) / limits.MESSAGE_BLOCK_CHARACTERS
    return times if times > 1 else 0.0


def _section_texts(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    sections = [block["text"] for block in blocks if block.get("type") == "section" and "text" in block]
    return sections + [field for block in blocks for field in block.get("fields", ())]


def _cut_text(thing: dict[str, Any], key: str, most: int) -> None:
    if isinstance(thing.get(key), dict):
        _cut_value(thing[key], most)


def _cut_value(text: dict[str, Any], most: int) -> None:
    if isinstance(text.get("text"), str):
        text["text"] = fit(text["text"], most)


def _cut_strings(thing: dict[str, Any], strings: dict[str, int]) -> None:
    for key, most in strings.items():
        if isinstance(thing.get(key), str) and key not in {"block_id", "image_url"}:
            thing[key] = fit(thing[key], most)
