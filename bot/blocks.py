"""Small builders of Block Kit: each gives one block or element that keeps to Slack's limits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from incident.slack import limits
from incident.slack.shapes import Block, Element, Received, View
from incident.slack.text import ELLIPSIS, fit, plain

Choice = tuple[str, str]
"""The stored value and the words."""

TIME_SUFFIX: Final = "_time"
"""The time of an instant stands in a block of its own, beside the one of the date."""


def plain_text(text: str, limit: int) -> Element:
    """A plain text object; an empty text becomes a dash, because Slack refuses emptiness."""
    return {"type": "plain_text", "text": fit(plain(text).strip() or "–", limit), "emoji": True}


def section(markdown: str, *, accessory: Element | None = None, block_id: str | None = None) -> Block:
    """A paragraph. What people typed in it must have been escaped."""
    block: Block = {"type": "section", "text": {"type": "mrkdwn", "text": fit(markdown or "–", limits.SECTION_TEXT)}}
    if accessory is not None:
        block["accessory"] = accessory
    if block_id is not None:
        block["block_id"] = block_id
    return block


def quoted(text: str) -> Block:
    """A text as a person wrote it, with nothing in it interpreted."""
    return {"type": "section", "text": plain_text(text, limits.SECTION_TEXT)}


def header(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain_text(text, limits.HEADER)}


def context(*texts: str) -> Block:
    """A small grey line."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": fit(text or "–", 2000)} for text in texts[:10]]}


def button(text: str, action: str, value: str, *, style: str | None = None) -> Element:
    """A button that sends `value`."""
    element: Element = {
        "type": "button",
        "action_id": action,
        "text": plain_text(text, limits.BUTTON_TEXT),
        "value": fit(value or "-", limits.BUTTON_VALUE),
    }
    if style is not None:
        element["style"] = style
    return element


def link_button(text: str, url: str) -> Element:
    """A button that opens a page."""
    return {"type": "button", "action_id": "link", "text": plain_text(text, limits.BUTTON_TEXT), "url": url}


def actions(elements: Sequence[Element]) -> list[Block]:
    """A row of buttons, in as many blocks as their number needs; nothing for none."""
    step = limits.ELEMENT_COUNTS["actions"]
    return [{"type": "actions", "elements": list(elements[n : n + step])} for n in range(0, len(elements), step)]


def options(choices: Iterable[Choice]) -> list[Element]:
    """Options of a menu: at most a hundred."""
    rows = list(choices)[: limits.OPTION_COUNTS["static_select"]]
    return [{**_in_two(plain(words).strip()), "value": fit(value, limits.OPTION_VALUE)} for value, words in rows]


def _in_two(words: str) -> Element:
    """Words too long for an option go on in the small line below it."""
    kept = fit(words, limits.OPTION_TEXT).removesuffix(ELLIPSIS)
    if kept in (words, words.removesuffix(ELLIPSIS)):
        return {"text": plain_text(words, limits.OPTION_TEXT)}
    kept = kept.rpartition(" ")[0] or kept
    rest = f"{ELLIPSIS} {words[len(kept) :].strip()}"
    return {
        "text": plain_text(f"{kept} {ELLIPSIS}", limits.OPTION_TEXT),
        "description": plain_text(rest, limits.OPTION_DESCRIPTION),
    }


def field(name: str, label: str, element: Element, *, hint: str = "", optional: bool = True) -> Block:
    """An input of a form; its block is named after the field, so that an error finds its place."""
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain_text(label, limits.LABEL),
        "element": {**element, "action_id": "value"},
        "optional": optional,
    }
    if hint:
        block["hint"] = plain_text(hint, limits.LABEL)
    return block


def text_input(initial: str = "", *, multiline: bool = False, limit: int = limits.INPUT_LENGTH) -> Element:
    """A box to type in."""
    element: Element = {"type": "plain_text_input", "multiline": multiline, "max_length": limit}
    if initial:
        element["initial_value"] = fit(initial, limit)
    return element


def one_of(choices: Iterable[Choice], initial: str | None = None) -> Element:
    """A menu with one choice."""
    rows = options(choices)
    chosen = [row for row in rows if row["value"] == initial]
    return {"type": "static_select", "options": rows, **({"initial_option": chosen[0]} if chosen else {})}


def some_of(choices: Iterable[Choice], initial: Iterable[str] = ()) -> Element:
    """A menu with any number of choices."""
    rows, wanted = options(choices), set(initial)
    chosen = [row for row in rows if row["value"] in wanted]
    return {"type": "multi_static_select", "options": rows, **({"initial_options": chosen} if chosen else {})}


def radio(choices: Iterable[Choice], initial: str | None = None) -> Element:
    """A few choices, all visible: at most ten."""
    rows = options(choices)[: limits.OPTION_COUNTS["radio_buttons"]]
    chosen = [row for row in rows if row["value"] == initial]
    return {"type": "radio_buttons", "options": rows, **({"initial_option": chosen[0]} if chosen else {})}


def file_input(most: int) -> Element:
    """A place to drop files."""
    return {"type": "file_input", "max_files": most}


def instant(
    name: str, label: str, time_label: str, zone: ZoneInfo, moment: datetime | None, hint: str = ""
) -> list[Block]:
    """A date and a time in the person's zone; `moment` is what they show at first."""
    local = moment.astimezone(zone) if moment is not None else None
    day: Element = {"type": "datepicker"}
    clock: Element = {"type": "timepicker", "timezone": zone.key}
    if local is not None:
        day["initial_date"] = local.date().isoformat()
        clock["initial_time"] = f"{local:%H:%M}"
    return [field(name, label, day), field(name + TIME_SUFFIX, time_label, clock, hint=hint)]


def modal(
    callback_id: str, title: str, blocks: Sequence[Block], *, submit: str | None, close: str, metadata: str = ""
) -> View:
    """A window; without `submit` it only shows."""
    view: View = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain_text(title, limits.TITLE),
        "close": plain_text(close, limits.TITLE),
        "private_metadata": metadata,
        "blocks": list(blocks)[: limits.MODAL_BLOCKS],
    }
    if submit is not None:
        view["submit"] = plain_text(submit, limits.TITLE)
    return view


def values_of(view: Received) -> Mapping[str, Received]:
    """The state of each field of a submitted form, by the field's name."""
    state: Mapping[str, Mapping[str, Received]] = (view.get("state") or {}).get("values") or {}
    return {name: next(iter(elements.values()), {}) for name, elements in state.items()}
