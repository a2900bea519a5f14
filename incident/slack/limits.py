"""What Slack allows in Block Kit.

Slack publishes no schema for Block Kit. The numbers come from its reference pages (docs.slack.dev/reference/block-kit,
read November 2026) and from what its server is known to refuse without saying so in the reference. The shapes of blocks
and elements, and what else it refuses, are known to the local Slack (`bot.slack_here`).
"""

from typing import Final

MODAL_BLOCKS: Final = 100
MESSAGE_BLOCKS: Final = 50
VIEW_BYTES: Final = 250_000
MESSAGE_BLOCK_CHARACTERS: Final = 13_000
"""All texts of one message together: ``msg_blocks_too_long`` was measured from about 13,200 characters on."""
MESSAGE_TEXT: Final = 4_000
TITLE: Final = 24
SECTION_TEXT: Final = 3_000
FIELD_TEXT: Final = 2_000
FIELDS: Final = 10
OPTION_TEXT: Final = 75
OPTION_VALUE: Final = 150
OPTION_DESCRIPTION: Final = 75
BUTTON_TEXT: Final = 75
BUTTON_VALUE: Final = 2_000
PLACEHOLDER: Final = 150
LABEL: Final = 2_000
HEADER: Final = 150
INPUT_LENGTH: Final = 3_000
TOPIC: Final = 250

CHARACTERS: Final[dict[str, dict[str, int]]] = {
    "header": {"text": HEADER},
    "input": {"label": LABEL, "hint": LABEL},
    "section": {"text": SECTION_TEXT},
    "button": {"text": BUTTON_TEXT, "accessibility_label": 75},
    "plain_text_input": {"placeholder": PLACEHOLDER, "initial_value": INPUT_LENGTH},
    **{
        kind: {"placeholder": PLACEHOLDER}
        for kind in ("datepicker", "timepicker", "static_select", "multi_static_select")
    },
}
"""How long the texts of a block or an element may be, by its kind and their key."""

OPTION_COUNTS: Final[dict[str, int]] = {
    "checkboxes": 10,
    "radio_buttons": 10,
    "static_select": 100,
    "multi_static_select": 100,
    "overflow": 5,
}
ELEMENT_COUNTS: Final[dict[str, int]] = {"actions": 25, "context": 10}
