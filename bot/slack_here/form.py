"""The state of a modal's inputs, as Slack sends it: what nobody touched, and what a person filled in."""

from collections.abc import Sequence

from incident.domain.kernel.json import JsonObject
from incident.slack.limits import INPUT_LENGTH
from incident.slack.shapes import Block, Element
from incident.slack.text import length

_ONE = {
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "plain_text_input": ("value", "initial_value"),
}
"""Elements whose state is one text: its key in the state, and the key of what they show at first."""
_CHOICE = frozenset({"static_select", "radio_buttons"})
_CHOICES = frozenset({"multi_static_select", "checkboxes"})


class WrongInput(ValueError):
    """Slack's own form would not let a person enter this."""


def inputs(blocks: Sequence[Block]) -> dict[str, Block]:
    """The input blocks of a view by their label."""
    return {block["label"]["text"]: block for block in blocks if block["type"] == "input"}


def options(element: Element) -> list[Element]:
    """All options of an element, also those in groups."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return list(element.get("options", [])) + grouped


def initial(element: Element) -> JsonObject:
    """The state of an element nobody touched."""
    kind = element["type"]
    if kind in _ONE:
        key, source = _ONE[kind]
        return {"type": kind, key: element.get(source)}
    if kind in _CHOICE:
        return {"type": kind, "selected_option": element.get("initial_option")}
    if kind in _CHOICES:
        return {"type": kind, "selected_options": element.get("initial_options", [])}
    return {"type": kind, "files": []} if kind == "file_input" else {"type": kind}


def filled(element: Element, values: Sequence[str]) -> JsonObject:
    """The state of an element after a person entered these: texts, values of options, or ids of files.

    Raises WrongInput for what Slack's form does not take.
    """
    kind = element["type"]
    if kind in _ONE:
        text = values[0] if values else ""
        if length(text) > int(element.get("max_length") or INPUT_LENGTH):
            raise WrongInput("too long")
        return {"type": kind, _ONE[kind][0]: text or None}
    if kind in _CHOICE:
        return {"type": kind, "selected_option": _option(element, values[0]) if values and values[0] else None}
    if kind in _CHOICES:
        return {"type": kind, "selected_options": [_option(element, value) for value in values]}
    if kind == "file_input":
        return {"type": kind, "files": [{"id": value} for value in values]}
    raise WrongInput(f"Nobody can fill a {kind} here.")


def is_empty(state: JsonObject) -> bool:
    """Whether nothing is chosen or typed."""
    return not any(value for key, value in state.items() if key != "type")


def _option(element: Element, value: str) -> Element:
    for option in options(element):
        if option["value"] == value:
            return dict(option)
    raise WrongInput(f"There is no choice {value!r}.")
