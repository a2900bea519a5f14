"""Which incident a command is about: the one that is named, else the one whose room or thread this is."""

from typing import TYPE_CHECKING

from bot.turn import Turn
from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.reference import meant_reference
from incident.slack.rooms_found import incident_in_channel
from incident.usecases.common.access import find_incident

if TYPE_CHECKING:
    from incident.store.models import Incident


def incident_here(turn: Turn) -> "Incident":
    """The incident, when the person may see it. Raises NotFound where none is named and this is nobody's room."""
    named = meant_reference((str(turn.body.get("text") or "").split() or [""])[-1])
    here = incident_in_channel(turn.session, turn.channel, turn.actor) if named is None else None
    reference = named or (here.reference if here is not None else None)
    if reference is None:
        raise NotFound("Which incident? Type its reference behind the word, or do it in its own channel.")
    return find_incident(turn.session, reference, turn.actor)
