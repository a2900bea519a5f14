"""Who has the incident, or sees to a part of it: take it, or give it to somebody."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from uuid import UUID

from bot import blocks
from bot.case import case_view, reference_of
from bot.forms import form_of, form_view, record_once
from bot.rooms import sync_later
from bot.turn import Turn
from incident.domain.kernel.errors import NotAllowed
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import Part
from incident.domain.part_words import part_word
from incident.slack.shapes import View
from incident.slack.text import escape_mrkdwn
from incident.usecases.common.access import find_incident
from incident.usecases.common.inbound import Result
from incident.usecases.people.accounts import able_to
from incident.usecases.response.casework import Assign, assign
from incident.usecases.response.restrict import check_may_assign

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM: Final = "assign"
CASE, NOBODY = "case", "nobody"


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
            turn.update(str(turn.view["id"]), case_view(turn, find_incident(turn.session, reference, turn.actor)))

    return refresh


def assign_view(turn: Turn, incident: "Incident") -> View:
    """The form: what is given, and to whom of those who may work on incidents; above it who has what now.

    Raises NotAllowed for whoever may not give it, before anything is filled in.
    """
    check_may_assign(turn.session, turn.actor, incident)
    say, able = turn.say, able_to(turn.session, Permission.RECORD, incident.assignee_id)
    kinds = [(CASE, say("The whole case")), *((part.value, part_word(part, turn.language)) for part in Part)]
    holders = [(words, incident.holder(part)) for (_, words), part in zip(kinds, (None, *Part), strict=True)]
    known = "\n".join(f"{words}: {escape_mrkdwn(able[key])}" for words, key in holders if key in able)
    people = [(NOBODY, say("Nobody")), *((str(key), name) for key, name in able.items())]
    rows = [
        *([blocks.section(known)] if known else []),
        blocks.field("part", say("What is it about?"), blocks.radio(kinds, CASE), optional=False),
        blocks.field("person", say("Who takes it?"), blocks.one_of(people), optional=False),
    ]
    return form_view(turn, incident, FORM, say("Assign"), rows)


def submit_assign(turn: Turn) -> None:
    """Record who has it, or a part of it."""
    form = form_of(turn)
    person, part = form.one("person") or NOBODY, form.one("part") or CASE
    command = Assign(
        turn.actor,
        str(turn.metadata["ref"]),
        UUID(person) if person != NOBODY else None,
        Part(part) if part != CASE else None,
    )

    def compute() -> Result:
        assign(command, session=turn.session, now=turn.now)
        return {"person": person, "part": part}

    record_once(turn, compute)
