"""Earlier breaches like this one, for whoever is about to say what it is or to decide about it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, may
from incident.domain.precedents import Precedents
from incident.law.facts import BreachFacts
from incident.store.models import Incident
from incident.store.queries.precedents import earlier_like
from incident.usecases.common.access import note_all_read, visible


def earlier_breaches(session: Session, incident: Incident, facts: BreachFacts, actor: Actor) -> Precedents | None:
    """What was decided about the newest of the same kind; None where there are none or the actor may not see them.

    A restricted one is among them only for who may know of it, and that it was shown goes on record.
    """
    if not may(actor, Permission.VIEW_ALL):
        return None
    found = earlier_like(session, incident, facts, visible(actor))
    shown = [one.reference for one in found.closest if one.is_restricted] if found is not None else []
    if shown:
        note_all_read(session, select(Incident.id).where(Incident.reference.in_(shown)), actor)
    return found
