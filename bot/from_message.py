"""Report what a message tells; what is our own message about an incident opens that incident."""

import re
from typing import Final

from bot.case import case_view
from bot.report import open_report_from_message
from bot.turn import Turn
from incident.usecases.common.access import find_incident

_REFERENCE: Final = re.compile(r"DL-\d{4}-\d{4,7}-[0-9A-Z]")


def open_from_message(turn: Turn) -> None:
    """The form with the message in it; under a message of ours it is on record already."""
    message = turn.body.get("message") or {}
    ours = bool(message.get("app_id")) and message.get("app_id") == turn.body.get("api_app_id")
    about = _REFERENCE.search(str(message.get("text") or "")) if ours else None
    if about is None:
        open_report_from_message(turn)
        return
    turn.open(case_view(turn, find_incident(turn.session, about.group(), turn.actor)))
    turn.answer()
