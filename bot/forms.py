"""What the forms about an incident have in common: recorded once, committed, then confirmed."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from bot import blocks
from bot.case import refreshed
from bot.inputs import Form
from bot.report import carried
from bot.rooms import sync_later
from bot.sensitive import refuse_numbers, without_numbers
from bot.turn import Turn
from incident.domain.kernel.roles import Permission, may
from incident.law.labels import label
from incident.slack.shapes import Block, Received, View
from incident.usecases.common.inbound import once

if TYPE_CHECKING:
    from incident.store.models import Incident

CONFIRMATION: Final = "reference"
"""The field with the number that the authority gave."""


def form_view(
    turn: Turn, incident: "Incident", callback_id: str, title: str, rows: list[Block], **carry: object
) -> View:
    """A form about an incident."""
    return blocks.modal(
        callback_id,
        title,
        rows,
        submit=turn.say("Record"),
        close=turn.say("Cancel"),
        metadata=carried(incident.reference, **carry),
    )


def reported(turn: Turn, incident: "Incident") -> list[Block]:
    """What was reported, word for word, for those who may see it: whoever judges reads it first."""
    return [blocks.quoted(without_numbers(incident.summary))] if may(turn.actor, Permission.VIEW_ALL) else []


def assessed(turn: Turn, incident: "Incident") -> Block:
    """The risk as it was assessed."""
    risk = label(incident.risk, turn.language) if incident.risk else turn.say("not yet assessed")
    return blocks.section(turn.say("Risk: *%(level)s*", level=risk))


def form_of(turn: Turn) -> Form:
    """What was filled in."""
    return Form(turn.view, turn.zone)


def record_once(turn: Turn, compute: Callable[[], Received]) -> Received:
    """Do the act, unless this very form was recorded before; commits. The room and the window below follow.

    No text of any form may hold the number of a person; that of the authority's confirmation is another one.
    """
    refuse_numbers((name, text) for name, text in form_of(turn).texts() if name != CONFIRMATION)
    result, _ = once(turn.session, f"slack:view:{turn.view['id']}:{turn.view['callback_id']}", turn.now, compute)
    turn.commit()
    reference = str(turn.metadata["ref"])
    turn.later.append(refreshed(turn, reference))
    sync_later(turn, reference)
    return result
