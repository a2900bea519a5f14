"""The shapes of Slack's JSON, by name. Slack publishes no schema for it; what it allows stands in `limits`."""

from collections.abc import Mapping
from typing import Any

Block = dict[str, Any]
"""One block of a view or message: a section, an input, a row of buttons."""

Element = dict[str, Any]
"""What stands in a block: a button, a menu, a text."""

View = dict[str, Any]
"""A window or the App Home: its kind, title and blocks."""

Message = dict[str, Any]
"""A message that leaves: its text, blocks and metadata."""

Received = Mapping[str, Any]
"""What Slack sent: the body of a request, or the message, event, channel or user in it."""
