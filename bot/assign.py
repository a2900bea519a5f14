"""Who has the incident: take it, or give it to somebody."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from bot import blocks
from bot.case import case_view, reference_of
from bot.forms import form_of, form_view, record_once
from bot.rooms import sync_later
from bot.turn import Turn
from incident.domain.kernel.errors import NotAllowed
from incident.domain.kernel.roles import Permission
from incident.usecases.common.access import find_incident
from incident.usecases.people.accounts import able_to
from incident.usecases.response.casework import Assign, assign

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM: Final = "assign"


def take(turn: Turn) -> None:
    """The person has it from now on."""
    reference = reference_of(turn)
    if turn.actor.id is None:
        raise NotAllowed("You have no account in Meldklok yet. Ask an administrator for one with your e-mail address.")
    assign(Assign(turn.actor, reference, turn.actor.id), session=turn.session, now=turn.now)
    turn.commit()
    turn.answer()
    turn.later.append(lambda: _confirm(turn, reference))
    turn.later.append(refreshed_window(turn, reference))
    sync_later(turn, reference)


def _confirm(turn: Turn, reference: str) -> None:
    if not turn.view:
        turn.tell(turn.say("You have %(ref)s from now on.", ref=reference))


def refreshed_window(turn: Turn, reference: str) -> Callable[[], None]:
    """The window in which the button was pressed shows the new state."""

    def refresh() -> None:
        if turn.view.get("type") == "modal":
            view = case_view(turn, find_incident(turn.session, reference, turn.actor))
            turn.session.rollback()
            turn.client.views_update(view_id=str(turn.view["id"]), view=view)

    return refresh


def assign_view(turn: Turn, incident: "Incident") -> dict[str, Any]:
    """The form: everybody who may work on incidents."""
    able = able_to(turn.session, Permission.RECORD, incident.assignee_id)
    choices = [(str(key), name) for key, name in able.items()]
    current = str(incident.assignee_id) if incident.assignee_id else None
    rows = [blocks.field("person", turn.say("Who takes it?"), blocks.one_of(choices, current), optional=False)]
    return form_view(turn, incident, FORM, turn.say("Assign"), rows)


def submit_assign(turn: Turn) -> None:
    """Record who has it."""
    person = form_of(turn).one("person")
    command = Assign(turn.actor, str(turn.metadata["ref"]), UUID(person) if person else None)

    def compute() -> dict[str, Any]:
        assign(command, session=turn.session, now=turn.now)
        return {"person": person}

    record_once(turn, compute)
