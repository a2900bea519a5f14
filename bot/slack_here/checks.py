"""What the fake refuses in a payload: our checker, and slack_sdk's models as a second opinion."""

import copy

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as SdkView

from bot.slack_here.blockkit import check_message, check_view
from bot.slack_here.workspace import Refused
from incident.domain.kernel.json import JsonObject
from incident.slack.shapes import View

BY_RULE = {"msg_blocks_too_long": "msg_blocks_too_long", "invalid_metadata_schema": "invalid_metadata_schema"}


def refuse_bad_view(body: object, kind: str) -> View:
    """The view, when Slack would take it."""
    if not isinstance(body, dict) or body.get("type") != kind:
        raise Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] not a {kind}"]})
    problems = check_view(body)
    if any(problem.path == "view" and problem.rule == "too large" for problem in problems):
        raise Refused("view_too_large")
    if problems:
        raise Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] {p}" for p in problems]})
    try:
        SdkView(**copy.deepcopy(body)).to_dict()
    except SlackObjectFormationError as error:
        raise Refused("invalid_arguments", response_metadata={"messages": [f"[SDK] {error}"]}) from error
    return copy.deepcopy(body)


def refuse_bad_message(arguments: JsonObject) -> None:
    """Nothing, when Slack would take the message."""
    if not arguments.get("text") and not arguments.get("blocks"):
        raise Refused("no_text")
    content = {key: arguments.get(key) for key in ("text", "blocks", "metadata") if arguments.get(key) is not None}
    for problem in check_message(content):
        raise Refused(BY_RULE.get(problem.rule, "invalid_blocks"), response_metadata={"messages": [str(problem)]})
    try:
        for block in Block.parse_all(copy.deepcopy(arguments.get("blocks") or [])):
            block.to_dict()
    except SlackObjectFormationError as error:
        raise Refused("invalid_blocks", response_metadata={"messages": [f"[SDK] {error}"]}) from error
