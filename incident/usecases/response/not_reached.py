"""GDPR art. 34: whom a mailing did not reach after all is not told, and the clock of telling them runs on."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor
from incident.domain.kinds import DeadlineState
from incident.law.obligations import ObligationKind
from incident.store.models import Deadline, Incident, Submission
from incident.usecases.clock.deadlines import SUBJECTS, run_on


def met_in_vain(session: Session, incident: Incident) -> list[Deadline]:
    """The clocks that ended because a mailing had reached everybody, of which a message came back since."""
    letters: dict[UUID, list[Submission]] = defaultdict(list)
    mailed = Submission.incident_id == incident.id, Submission.mailing_id.is_not(None)
    for row in session.scalars(select(Submission).where(*mailed)):
        if row.mailing_id is not None:
            letters[row.mailing_id].append(row)
    returned = [rows for rows in letters.values() if any(row.delivery.get("bounced") for row in rows)]
    ends = {max(at for row in rows if (at := row.last_at) is not None) for rows in returned}
    met = (Deadline.state == DeadlineState.MET, Deadline.settled_because == "submitted", Deadline.met_at.in_(ends))
    own = or_(Deadline.obligation == SUBJECTS, Deadline.obligation.startswith(f"{ObligationKind.ORDERED}:"))
    return list(session.scalars(select(Deadline).where(Deadline.incident_id == incident.id, *met, own)))


def run_on_in_vain(session: Session, incident: Incident, *, actor: Actor, now: datetime) -> None:
    """Let these clocks run on, to the same end."""
    for each in met_in_vain(session, incident):
        run_on(session, incident, each, actor=actor, now=now)
