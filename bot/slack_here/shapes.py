"""The shapes of blocks and elements as Slack documents them; anything else the local Slack takes for a mistake."""

from dataclasses import dataclass, field
from typing import Final

from incident.slack.limits import (
    BUTTON_TEXT,
    BUTTON_VALUE,
    HEADER,
    INPUT_LENGTH,
    LABEL,
    OPTION_DESCRIPTION,
    OPTION_VALUE,
    PLACEHOLDER,
    SECTION_TEXT,
)

PRIVATE_METADATA: Final = 3_000
IDENTIFIER: Final = 255
METADATA_BYTES: Final = 8_000
PLAIN: Final = "plain_text"
MRKDWN: Final = "mrkdwn"
ANY_TEXT: Final = frozenset({PLAIN, MRKDWN})
ONLY_PLAIN: Final = frozenset({PLAIN})


@dataclass(frozen=True, slots=True)
class Spec:
    """The shape of one kind of block, element or composition object.

    `texts` maps a key onto (limit, allowed text types); `strings` a key onto its limit in characters.
    """

    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()
    texts: dict[str, tuple[int, frozenset[str]]] = field(default_factory=dict)
    strings: dict[str, int] = field(default_factory=dict)

    @property
    def keys(self) -> frozenset[str]:
        return self.required | self.optional | {"type"}


def _set(*keys: str) -> frozenset[str]:
    return frozenset(keys)


_URL: Final = 3_000
_ELEMENT: Final = {"action_id": IDENTIFIER}
_CONFIRM: Final = _set("confirm", "focus_on_load")
_SELECT_TEXTS: Final = {"placeholder": (PLACEHOLDER, ONLY_PLAIN)}

OPTION: Final = Spec(
    _set("text", "value"),
    _set("description", "url"),
    {"description": (OPTION_DESCRIPTION, ANY_TEXT)},
    {"value": OPTION_VALUE, "url": _URL},
)
CONFIRM: Final = Spec(
    _set("title", "text", "confirm", "deny"),
    _set("style"),
    {
        "title": (100, ONLY_PLAIN),
        "text": (300, ANY_TEXT),
        "confirm": (30, ONLY_PLAIN),
        "deny": (30, ONLY_PLAIN),
    },
)

BLOCKS: Final[dict[str, Spec]] = {
    "actions": Spec(_set("elements"), _set("block_id")),
    "context": Spec(_set("elements"), _set("block_id")),
    "divider": Spec(frozenset(), _set("block_id")),
    "header": Spec(_set("text"), _set("block_id"), {"text": (HEADER, ONLY_PLAIN)}),
    "input": Spec(
        _set("label", "element"),
        _set("hint", "optional", "dispatch_action", "block_id"),
        {"label": (LABEL, ONLY_PLAIN), "hint": (LABEL, ONLY_PLAIN)},
    ),
    "section": Spec(
        frozenset(),
        _set("text", "fields", "accessory", "block_id", "expand"),
        {"text": (SECTION_TEXT, ANY_TEXT)},
    ),
}

ELEMENTS: Final[dict[str, Spec]] = {
    "button": Spec(
        _set("text"),
        _set("action_id", "url", "value", "style", "confirm", "accessibility_label"),
        {"text": (BUTTON_TEXT, ONLY_PLAIN)},
        {**_ELEMENT, "url": _URL, "value": BUTTON_VALUE, "accessibility_label": 75},
    ),
    "checkboxes": Spec(_set("options"), _CONFIRM | _set("action_id", "initial_options"), {}, _ELEMENT),
    "radio_buttons": Spec(_set("options"), _CONFIRM | _set("action_id", "initial_option"), {}, _ELEMENT),
    "datepicker": Spec(
        frozenset(), _CONFIRM | _set("action_id", "initial_date", "placeholder"), _SELECT_TEXTS, _ELEMENT
    ),
    "timepicker": Spec(
        frozenset(),
        _CONFIRM | _set("action_id", "initial_time", "placeholder", "timezone"),
        _SELECT_TEXTS,
        _ELEMENT,
    ),
    "static_select": Spec(
        frozenset(),
        _CONFIRM | _set("action_id", "options", "option_groups", "initial_option", "placeholder"),
        _SELECT_TEXTS,
        _ELEMENT,
    ),
    "multi_static_select": Spec(
        frozenset(),
        _CONFIRM
        | _set("action_id", "options", "option_groups", "initial_options", "placeholder", "max_selected_items"),
        _SELECT_TEXTS,
        _ELEMENT,
    ),
    "overflow": Spec(_set("options"), _set("action_id", "confirm"), {}, _ELEMENT),
    "plain_text_input": Spec(
        frozenset(),
        _set(
            "action_id",
            "placeholder",
            "initial_value",
            "multiline",
            "min_length",
            "max_length",
            "dispatch_action_config",
            "focus_on_load",
        ),
        _SELECT_TEXTS,
        {**_ELEMENT, "initial_value": INPUT_LENGTH},
    ),
    "file_input": Spec(frozenset(), _set("action_id", "filetypes", "max_files"), {}, _ELEMENT),
}

IN_INPUT: Final = _set(
    "checkboxes",
    "radio_buttons",
    "datepicker",
    "timepicker",
    "static_select",
    "multi_static_select",
    "plain_text_input",
    "file_input",
)
IN_ACTIONS: Final = _set("button", "static_select", "overflow")
"""Beside words. As with methods, what the app does not use does not exist here: the page draws all that does."""
