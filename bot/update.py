"""`/datalek update`: tell the room how the case stands, and when it hears more."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot import blocks
from bot.case import incident_of
from bot.forms import form_of, form_view, record_once
from bot.here import incident_here
from bot.shared import refuse_shared
from bot.turn import Turn
from bot.words import words
from incident.domain.kernel.roles import Permission, require
from incident.domain.ruler.words import stamp
from incident.slack.place import split_room
from incident.slack.shapes import View
from incident.usecases.common.access import find_incident
from incident.usecases.common.inbound import Result
from incident.usecases.messages.rooms import ROOM, room_of
from incident.usecases.response.triage import must_be_open
from incident.usecases.response.updates import GiveUpdate, give_update

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM: Final = "update"
HOURS: Final = (1, 2, 4, 8, 24)
USUAL: Final = 4


def open_update(turn: Turn) -> None:
    """Show the form for the incident that is named, or whose room this is."""
    incident = incident_here(turn)
    require(turn.actor, Permission.RECORD)
    _open(turn, incident)


def open_update_from_button(turn: Turn) -> None:
    """The same for the incident of a button, which may be an old one."""
    incident = incident_of(turn, Permission.RECORD)
    must_be_open(incident)
    _open(turn, incident)
    turn.answer()


def _open(turn: Turn, incident: "Incident") -> None:
    view = update_view(turn, incident)
    _refuse_shared_room(turn, incident)
    turn.open(view)


def _refuse_shared_room(turn: Turn, incident: "Incident") -> None:
    """Whoever writes learns before, and again when it is sent, that another organisation would read it."""
    place = split_room(room_of(turn.session, incident) or "")[0]
    turn.session.rollback()
    refuse_shared(turn, place if place != ROOM else "")


def update_view(turn: Turn, incident: "Incident") -> View:
    """The form."""
    say = turn.say
    promises = [(str(hours), turn.counted("in one hour", "in %(num)s hours", hours)) for hours in HOURS]
    rows = [
        blocks.field(
            "text",
            say("How does it stand?"),
            blocks.text_input(multiline=True, limit=2000),
            hint=say("Everybody in the room reads this: no names or data of the people concerned."),
            optional=False,
        ),
        blocks.field(
            "next",
            say("When is the next update due?"),
            blocks.one_of([*promises, ("none", say("No promise"))], str(USUAL)),
        ),
    ]
    return form_view(turn, incident, FORM, say("Update"), rows)


def submit_update(turn: Turn) -> None:
    """Record it; the room gets it by the worker, the status lines say when more is due."""
    _refuse_shared_room(turn, find_incident(turn.session, str(turn.metadata["ref"]), turn.actor))
    record_once(turn, lambda: _give(turn))


def _give(turn: Turn) -> Result:
    form = form_of(turn)
    hours = form.one("next")
    next_at = turn.now + timedelta(hours=int(hours)) if hours and hours.isdigit() else None
    text = form.text("text")
    if text.strip() and next_at is not None:
        house = turn.deps.settings
        moment = stamp(next_at, house.zone.key, house.slack_language)
        text = f"{text.strip()}\n{words(house.slack_language)('Next update: %(moment)s.', moment=moment)}"
    command = GiveUpdate(turn.actor, str(turn.metadata["ref"]), text, next_at)
    return {"entry": str(give_update(command, session=turn.session, now=turn.now).id)}
