"""What a person sees once something has been recorded."""

from bot.blocks import modal, section
from bot.turn import Turn
from incident.slack.shapes import View


def done_view(turn: Turn, title: str, lines: list[str]) -> View:
    """A window that says what is on record now."""
    return modal("done", title, [section("\n".join(lines))], submit=None, close=turn.say("Close"))


def page_link(turn: Turn, reference: str) -> str:
    """The link to the incident's page."""
    return f"<{turn.deps.settings.base_url}/incidents/{reference}|{turn.say('Open on the page')}>"
