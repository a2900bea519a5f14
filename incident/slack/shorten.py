"""The last gate before Slack: cut what is too long instead of losing the message.

Builders already use `fit`; this is for the case nobody thought of, because a reminder that Slack refuses is worse than
one that ends in an ellipsis. Structure (block types, required keys) is never repaired here: that is a programming
error, which tests find.
"""

import copy
import json
from collections.abc import Mapping

from incident.slack import limits
from incident.slack.shapes import Block, Element, View
from incident.slack.text import fit, length, visible


def shorten(payload: Mapping[str, object]) -> View:
    """Return a copy of a view or message in which texts, lists and the whole keep to Slack's limits."""
    result: View = copy.deepcopy(dict(payload))
    view = result.get("type") in {"modal", "home"}
    if view:
        _cut_texts(result, dict.fromkeys(("title", "submit", "close"), limits.TITLE))
    elif isinstance(result.get("text"), str):
        result["text"] = fit(result["text"], limits.MESSAGE_TEXT)
    if isinstance(result.get("blocks"), list):
        most = limits.MODAL_BLOCKS if view else limits.MESSAGE_BLOCKS
        result["blocks"] = _limited(result["blocks"], most)
        for block in result["blocks"]:
            _cut_block(block)
        _cut_total(result)
    return result


def _limited(blocks: list[Block], most: int) -> list[Block]:
    """At most `most` blocks; the last one that fits gives way to a line that says how many are not shown."""
    if len(blocks) <= most:
        return blocks
    left_out = len(blocks) - most + 1
    note = {"type": "context", "elements": [{"type": "plain_text", "text": f"… +{left_out}"}]}
    return [*blocks[: most - 1], note]


def _cut_block(block: Block) -> None:
    kind = str(block.get("type"))
    _cut_texts(block, limits.CHARACTERS.get(kind, {}))
    if "fields" in block:
        block["fields"] = block["fields"][: limits.FIELDS]
    if kind in limits.ELEMENT_COUNTS and "elements" in block:
        block["elements"] = block["elements"][: limits.ELEMENT_COUNTS[kind]]
    for field in block.get("fields", ()):
        _cut_value(field, limits.FIELD_TEXT)
    for element in (*block.get("elements", ()), block.get("element"), block.get("accessory")):
        _cut_element(element or {})


def _cut_element(element: Element) -> None:
    """An element, or a text that stands where one could."""
    kind = element.get("type")
    if kind in ("plain_text", "mrkdwn"):
        _cut_value(element, limits.SECTION_TEXT)
    _cut_texts(element, limits.CHARACTERS.get(str(kind), {}))
    if isinstance(element.get("options"), list):
        element["options"] = element["options"][: limits.OPTION_COUNTS[element["type"]]]
    for option in [*element.get("options", ()), element.get("initial_option"), *element.get("initial_options", ())]:
        _cut_texts(option or {}, {"text": limits.OPTION_TEXT, "description": limits.OPTION_DESCRIPTION})


def _cut_total(payload: View) -> None:
    """Bring the whole under its limit: shorten the longest texts first; when that is not enough, show fewer blocks."""
    while excess := _excess(payload):
        texts = _section_texts(payload["blocks"])
        longest = max((length(text["text"]) for text in texts), default=0)
        if longest < 20:
            payload["blocks"] = payload["blocks"][: max(1, len(payload["blocks"]) // 2)]
        for text in texts:
            text["text"] = fit(text["text"], max(19, int(longest * 0.9 / excess)))


def _excess(payload: View) -> float:
    """How many times too large the whole is; 0 when it is not. A view is measured in bytes, a message in characters."""
    if payload.get("type") in {"modal", "home"}:
        times = len(json.dumps(payload, ensure_ascii=False).encode("utf-8", "surrogatepass")) / limits.VIEW_BYTES
    else:
        times = sum(length(text) for text in visible(payload["blocks"])) / limits.MESSAGE_BLOCK_CHARACTERS
    return times if times > 1 else 0.0


def _section_texts(blocks: list[Block]) -> list[Block]:
    sections = [block["text"] for block in blocks if block.get("type") == "section" and "text" in block]
    return sections + [field for block in blocks for field in block.get("fields", ())]


def _cut_texts(thing: Element, most: Mapping[str, int]) -> None:
    """Cut what stands under these keys, be it a text object or plain."""
    for key, characters in most.items():
        if isinstance(thing.get(key), dict):
            _cut_value(thing[key], characters)
        elif isinstance(thing.get(key), str):
            thing[key] = fit(thing[key], characters)


def _cut_value(text: Element, most: int) -> None:
    if isinstance(text.get("text"), str):
        text["text"] = fit(text["text"], most)
