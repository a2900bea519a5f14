"""Filling in a modal as a person does: by the labels on the screen, within what the form accepts."""

from typing import Any

Filled = str | list[str] | None


def inputs(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The input blocks of a view by their label."""
    return {block["label"]["text"]: block for block in view["blocks"] if block["type"] == "input"}


def initial(element: dict[str, Any]) -> dict[str, Any]:
    """The state of an element nobody touched."""
    kind = element["type"]
    state: dict[str, Any] = {"type": kind}
    match kind:
        case "plain_text_input" | "number_input":
            state["value"] = element.get("initial_value")
        case "datepicker":
            state["selected_date"] = element.get("initial_date")
        case "timepicker":
            state["selected_time"] = element.get("initial_time")
        case "static_select" | "radio_buttons":
            state["selected_option"] = element.get("initial_option")
        case "multi_static_select" | "checkboxes":
            state["selected_options"] = element.get("initial_options", [])
        case "users_select":
            state["selected_user"] = element.get("initial_user")
        case "file_input":
            state["files"] = []
    return state


def filled(element: dict[str, Any], value: Filled) -> dict[str, Any]:
    """The state of an element after a person put `value` in it; AssertionError for what Slack's form refuses."""
    kind = element["type"]
    match kind:
        case "plain_text_input" | "number_input":
            text = str(value) if value is not None else None
            assert text is None or len(text) <= element.get("max_length", 3000), f"Slack's form stops at {element}"
            return {"type": kind, "value": text or None}
        case "datepicker":
            return {"type": kind, "selected_date": value}
        case "timepicker":
            return {"type": kind, "selected_time": value}
        case "static_select" | "radio_buttons":
            return {"type": kind, "selected_option": _option(element, str(value)) if value else None}
        case "multi_static_select" | "checkboxes":
            assert isinstance(value, list)
            return {"type": kind, "selected_options": [_option(element, text) for text in value]}
        case "users_select":
            return {"type": kind, "selected_user": value}
        case "file_input":
            assert isinstance(value, list)
            return {"type": kind, "files": [{"id": file} for file in value]}
    raise AssertionError(f"The fake cannot fill a {kind}.")


def options(element: dict[str, Any]) -> list[dict[str, Any]]:
    """All options of an element, also those in groups."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return list(element.get("options", [])) + grouped


def _option(element: dict[str, Any], text: str) -> dict[str, Any]:
    for option in options(element):
        if option["text"]["text"] == text:
            return dict(option)
    raise AssertionError(f"There is no choice {text!r}, only {[o['text']['text'] for o in options(element)]}")


def is_empty(state: dict[str, Any]) -> bool:
    """Whether nothing is chosen or typed."""
    return not any(value for key, value in state.items() if key != "type")
