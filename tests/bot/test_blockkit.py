"""The checker of finished Block Kit payloads: every limit Slack has, including those slack_sdk does not know."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.views import View

from bot.slack_here.blockkit import check_message, check_view

Payload = dict[str, Any]


def plain(text: str) -> Payload:
    return {"type": "plain_text", "text": text}


def option(text: str = "Mail", value: str = "mail", **more: Any) -> Payload:
    return {"text": plain(text), "value": value, **more}


def field(element: Payload, **more: Any) -> Payload:
    return {"type": "input", "block_id": "b", "label": plain("What?"), "element": element, **more}


def select(**more: Any) -> Payload:
    return {"type": "static_select", "action_id": "a", "options": [option()], **more}


def modal(*blocks: Payload, **more: Any) -> Payload:
    base: Payload = {"type": "modal", "callback_id": "c", "title": plain("Report"), "submit": plain("Send")}
    return {**base, "blocks": list(blocks) or [{"type": "divider"}], **more}


def section(text: str = "x", **more: Any) -> Payload:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(**more: Any) -> Payload:
    return {"type": "button", "action_id": "go", "text": plain("Go"), **more}


TEXT_INPUT: Payload = {"type": "plain_text_input", "action_id": "a"}

GOOD: list[Payload] = [
    modal(),
    modal(field(TEXT_INPUT)),
    modal(field(select(initial_option=option()))),
    modal(field({"type": "datepicker", "action_id": "a", "initial_date": "2028-02-29"})),
    modal(field({"type": "timepicker", "action_id": "a", "initial_time": "23:59", "timezone": "Europe/Amsterdam"})),
    modal(field({"type": "checkboxes", "action_id": "a", "options": [option(str(n), str(n)) for n in range(10)]})),
    modal(section("s" * 3000, accessory=button(value="v" * 2000, style="danger"))),
    {"type": "home", "blocks": [{"type": "header", "text": plain("h" * 150)}]},
    modal(title=plain("t" * 24), private_metadata="m" * 3000, callback_id="c" * 255),
    modal({"type": "section", "fields": [plain("f" * 2000)] * 10}),
    modal({"type": "actions", "elements": [button(action_id=str(n)) for n in range(25)]}),
]

BAD: dict[str, tuple[Payload, str, str]] = {
    "title 25": (modal(title=plain("t" * 25)), "view.title.text", "too long"),
    "no title": ({"type": "modal", "blocks": [{"type": "divider"}]}, "view.title", "missing"),
    "title mrkdwn": (modal(title={"type": "mrkdwn", "text": "t"}), "view.title", "text object"),
    "submit 25": (modal(submit=plain("t" * 25)), "view.submit.text", "too long"),
    "no blocks": ({**modal(), "blocks": []}, "view.blocks", "count"),
    "101 blocks": (modal(*[{"type": "divider"}] * 101), "view.blocks", "count"),
    "metadata 3001": (modal(private_metadata="m" * 3001), "view.private_metadata", "too long"),
    "callback id 256": (modal(callback_id="c" * 256), "view.callback_id", "too long"),
    "block id 256": (modal(section(block_id="b" * 256)), "view.blocks[0].block_id", "too long"),
    "action id 256": (
        modal(field({**TEXT_INPUT, "action_id": "a" * 256})),
        "view.blocks[0].element.action_id",
        "too long",
    ),
    "section 3001": (modal(section("s" * 3001)), "view.blocks[0].text.text", "too long"),
    "section empty": (modal(section("")), "view.blocks[0].text.text", "empty"),
    "section bare": (modal({"type": "section"}), "view.blocks[0]", "missing"),
    "11 fields": (modal({"type": "section", "fields": [plain("f")] * 11}), "view.blocks[0].fields", "count"),
    "field 2001": (
        modal({"type": "section", "fields": [plain("f" * 2001)]}),
        "view.blocks[0].fields[0].text",
        "too long",
    ),
    "header 151": (modal({"type": "header", "text": plain("h" * 151)}), "view.blocks[0].text.text", "too long"),
    "26 actions": (
        modal({"type": "actions", "elements": [button(action_id=str(n)) for n in range(26)]}),
        "view.blocks[0].elements",
        "count",
    ),
    "no actions": (modal({"type": "actions", "elements": []}), "view.blocks[0].elements", "count"),
    "11 context": (modal({"type": "context", "elements": [plain("c")] * 11}), "view.blocks[0].elements", "count"),
    "button in context": (
        modal({"type": "context", "elements": [button()]}),
        "view.blocks[0].elements[0].type",
        "element not allowed here",
    ),
    "button text 76": (
        modal(section(accessory=button(text=plain("b" * 76)))),
        "view.blocks[0].accessory.text.text",
        "too long",
    ),
    "button value 2001": (
        modal(section(accessory=button(value="b" * 2001))),
        "view.blocks[0].accessory.value",
        "too long",
    ),
    "button style": (modal(section(accessory=button(style="red"))), "view.blocks[0].accessory.style", "value"),
    "101 options": (
        modal(field(select(options=[option(str(n), str(n)) for n in range(101)]))),
        "view.blocks[0].element.options",
        "count",
    ),
    "no options": (modal(field(select(options=[]))), "view.blocks[0].element.options", "count"),
    "6 overflow": (
        modal(section(accessory={"type": "overflow", "action_id": "o", "options": [option()] * 6})),
        "view.blocks[0].accessory.options",
        "count",
    ),
    "option text 76": (
        modal(field(select(options=[option("o" * 76)]))),
        "view.blocks[0].element.options[0].text.text",
        "too long",
    ),
    "option value 151": (
        modal(field(select(options=[option(value="o" * 151)]))),
        "view.blocks[0].element.options[0].value",
        "too long",
    ),
    "option description 76": (
        modal(field(select(options=[option(description=plain("o" * 76))]))),
        "view.blocks[0].element.options[0].description.text",
        "too long",
    ),
    "11 radio": (
        modal(field({"type": "radio_buttons", "action_id": "r", "options": [option()] * 11})),
        "view.blocks[0].element.options",
        "count",
    ),
    "11 checkboxes": (
        modal(field({"type": "checkboxes", "action_id": "r", "options": [option()] * 11})),
        "view.blocks[0].element.options",
        "count",
    ),
    "initial option": (
        modal(field(select(initial_option=option("Post", "post")))),
        "view.blocks[0].element.initial_option",
        "not among the options",
    ),
    "max length 3001": (
        modal(field({**TEXT_INPUT, "max_length": 3001})),
        "view.blocks[0].element.max_length",
        "range",
    ),
    "initial longer": (
        modal(field({**TEXT_INPUT, "max_length": 2, "initial_value": "abc"})),
        "view.blocks[0].element.initial_value",
        "longer than max_length",
    ),
    "label 2001": (modal(field(TEXT_INPUT, label=plain("l" * 2001))), "view.blocks[0].label.text", "too long"),
    "placeholder 151": (
        modal(field({**TEXT_INPUT, "placeholder": plain("p" * 151)})),
        "view.blocks[0].element.placeholder.text",
        "too long",
    ),
    "input without submit": (
        {key: value for key, value in modal(field(TEXT_INPUT)).items() if key != "submit"},
        "view.submit",
        "missing",
    ),
    "duplicate block id": (
        modal(section(block_id="same"), section(block_id="same")),
        "view.blocks.block_id",
        "duplicate",
    ),
    "duplicate action id": (
        modal({"type": "actions", "elements": [button(), button()]}),
        "view.blocks[0].elements.action_id",
        "duplicate",
    ),
    "unknown block": (modal({"type": "table", "rows": []}), "view.blocks[0].type", "unknown block type"),
    "unknown key": (modal(section(colour="red")), "view.blocks[0].colour", "unknown key"),
    "impossible date": (
        modal(field({"type": "datepicker", "action_id": "a", "initial_date": "2026-02-29"})),
        "view.blocks[0].element.initial_date",
        "format",
    ),
    "impossible time": (
        modal(field({"type": "timepicker", "action_id": "a", "initial_time": "24:00"})),
        "view.blocks[0].element.initial_time",
        "format",
    ),
    "confirm text 301": (
        modal(
            section(
                accessory=button(
                    confirm={"title": plain("t"), "text": plain("c" * 301), "confirm": plain("y"), "deny": plain("n")}
                )
            )
        ),
        "view.blocks[0].accessory.confirm.text.text",
        "too long",
    ),
    "home with submit": (
        {"type": "home", "blocks": [{"type": "divider"}], "submit": plain("x")},
        "view.submit",
        "unknown key",
    ),
    "whole view": (modal(*[section("€" * 3000) for _ in range(99)]), "view", "too large"),
}


@pytest.mark.parametrize("view", GOOD, ids=range(len(GOOD)))
def test_a_view_at_its_limits_is_fine_for_us_and_for_the_sdk(view: Payload) -> None:
    """Exactly at a limit there is no problem, and slack_sdk agrees."""
    assert check_view(view) == ()
    View(**copy.deepcopy(view)).to_dict()


@pytest.mark.parametrize(("view", "path", "rule"), BAD.values(), ids=BAD.keys())
def test_one_step_over_a_limit_is_found_and_named(view: Payload, path: str, rule: str) -> None:
    """Each wrong view gives the problem at its place."""
    assert (path, rule) in {(problem.path, problem.rule) for problem in check_view(view)}


@pytest.mark.parametrize("view", [view for view, _, _ in BAD.values()], ids=BAD.keys())
def test_whatever_the_sdk_refuses_we_refuse_too(view: Payload) -> None:
    """slack_sdk is the second opinion: it may know less than we do, never more."""
    try:
        View(**copy.deepcopy(view)).to_dict()
    except SlackObjectFormationError:
        assert check_view(view)


def message(*blocks: Payload, **more: Any) -> Payload:
    return {"channel": "C1", "text": "DL-2026-0042", "blocks": list(blocks) or [{"type": "divider"}], **more}


MESSAGES: dict[str, tuple[Callable[[], Payload], str]] = {
    "51 blocks": (lambda: message(*[{"type": "divider"}] * 51), "count"),
    "no text": (lambda: {"channel": "C1", "blocks": [{"type": "divider"}]}, "missing"),
    "long text": (lambda: message(text="x" * 4001), "too long"),
    "together too long": (lambda: message(*[section("x" * 2800) for _ in range(5)]), "msg_blocks_too_long"),
    "metadata shape": (lambda: message(metadata={"event_type": "x"}), "invalid_metadata_schema"),
    "metadata name": (lambda: message(metadata={"event_type": "a b", "event_payload": {}}), "invalid_metadata_format"),
    "metadata size": (
        lambda: message(metadata={"event_type": "a", "event_payload": {"k": "v" * 9000}}),
        "too large",
    ),
}


@pytest.mark.parametrize(("build", "rule"), MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_slack_would_refuse_is_found(build: Callable[[], Payload], rule: str) -> None:
    """Messages have their own limits, none of which slack_sdk checks."""
    assert rule in {problem.rule for problem in check_message(build())}


def test_a_plain_message_is_fine() -> None:
    """A reference, a clock and a link need nothing more."""
    metadata = {"event_type": "incident_message", "event_payload": {"reference": "DL-2026-0042"}}
    assert check_message(message(section("*DL-2026-0042* <https://example.org/i/1|Open>"), metadata=metadata)) == ()
