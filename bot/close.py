"""Close an incident with its cause and its lessons, once nothing is missing."""

from typing import TYPE_CHECKING, Any, Final

from bot import blocks
from bot.forms import form_of, form_view, record_once
from bot.turn import Turn
from incident.domain.step_words import what
from incident.law.labels import choices
from incident.law.vocabulary import IncidentKind
from incident.usecases.response.close import CloseIncident, close_incident, obstacles

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM: Final = "close"


def close_view(turn: Turn, incident: "Incident") -> dict[str, Any]:
    """The form; what still stands in the way is said first."""
    say = turn.say
    missing = [f"• {what(step.code, turn.language)}" for step in obstacles(turn.session, incident)]
    rows = [blocks.section("\n".join(missing))] if missing else []
    rows += [
        blocks.field(
            "cause",
            say("What caused it?"),
            blocks.one_of(choices(IncidentKind, turn.language), incident.kind),
            optional=False,
        ),
        blocks.field("lessons", say("What was learned?"), blocks.text_input(multiline=True), optional=False),
    ]
    return form_view(turn, incident, FORM, say("Close the incident"), rows)


def submit_close(turn: Turn) -> None:
    """Close it."""
    record_once(turn, lambda: _close(turn))


def _close(turn: Turn) -> dict[str, Any]:
    form = form_of(turn)
    command = CloseIncident(turn.actor, str(turn.metadata["ref"]), form.one("cause") or "", form.text("lessons"))
    return {"status": close_incident(command, session=turn.session, now=turn.now).status.value}
