"""Close an incident with its cause and its lessons, once nothing is missing."""

from typing import TYPE_CHECKING, Final

from bot import blocks
from bot.forms import form_of, form_view, record_once
from bot.turn import Turn
from incident.domain.step_words import what
from incident.law.labels import choices
from incident.law.vocabulary import Actor
from incident.slack.shapes import View
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.inbound import Result
from incident.usecases.response.close import CloseIncident, close_incident, obstacles

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM: Final = "close"


def close_view(turn: Turn, incident: "Incident") -> View:
    """The form; what still stands in the way is said first."""
    say = turn.say
    missing = [f"• {what(step.code, turn.language)}" for step in obstacles(turn.session, incident)]
    rows = [blocks.section("\n".join(missing))] if missing else []
    kept = blocks.text_input(incident.lessons, multiline=True)
    rows += [
        blocks.field(
            "cause",
            say("What caused it?"),
            blocks.one_of(choices(Actor, turn.language), current_facts(turn.session, incident).actor.value),
            optional=False,
        ),
        blocks.field("lessons", say("What was learned?"), kept, optional=False),
        blocks.field(
            "unknown_because",
            say("What the register does not say is not known, because"),
            blocks.text_input(multiline=True),
            hint=say("Needed where it lacks what GDPR art. 33(5) asks: facts, effects and remedial action."),
        ),
    ]
    return form_view(turn, incident, FORM, say("Close the incident"), rows)


def submit_close(turn: Turn) -> None:
    """Close it."""
    record_once(turn, lambda: _close(turn))


def _close(turn: Turn) -> Result:
    form = form_of(turn)
    command = CloseIncident(
        turn.actor,
        str(turn.metadata["ref"]),
        form.one("cause") or "",
        form.text("lessons"),
        form.text("unknown_because"),
    )
    return {"status": close_incident(command, session=turn.session, now=turn.now).status.value}
