"""Earlier breaches like this one, for whoever is about to say what it is or to decide about it."""

from incident.domain.kernel.roles import Permission
from incident.domain.precedents import Precedents, kind_of, precedents
from incident.domain.presets import words_of
from incident.store.db import db
from incident.store.queries.precedents import decided_before
from incident.web.case import Case
from incident.web.viewer import allowed


def earlier(case: Case) -> Precedents | None:
    """What was decided about the newest of the same kind; None where there are none or the viewer may not see them."""
    kind = kind_of(case.facts, words_of(case.facts))
    if kind is None or not allowed(Permission.VIEW_ALL):
        return None
    found = precedents(case.facts, decided_before(db.session(), case.head.incident, kind))
    return found if found.closest else None
