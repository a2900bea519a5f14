"""Earlier breaches like this one, on the pages where somebody says what it is or decides about it."""

from incident.domain.precedents import Precedents
from incident.store.db import db
from incident.usecases.response.earlier import earlier_breaches
from incident.web.case import Case
from incident.web.viewer import viewer


def earlier(case: Case) -> Precedents | None:
    """What was decided about the newest of the same kind; None where there are none or the viewer may not see them."""
    return earlier_breaches(db.session(), case.head.incident, case.facts, viewer())
