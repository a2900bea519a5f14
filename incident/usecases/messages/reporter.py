"""What the reporter hears: that the report arrived, what it was judged to be, and that it is closed."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from incident.domain.kernel.people import Actor
from incident.store.models import Incident
from incident.usecases.messages.queue import Audience, queue


def tell_reporter(
    session: Session, incident: Incident, template: str, *, actor: Actor, now: datetime, **params: Any
) -> None:
    """Tell whoever reported it, directly; not of what they have just done themselves."""
    own = actor.id is not None and actor.id == incident.reporter_id
    if own or (actor.slack_id is not None and actor.slack_id == incident.reporter_slack_id):
        return
    queue(
        session,
        incident=incident,
        template=template,
        params={"reference": incident.reference, **params},
        to=Audience.REPORTER,
        now=now,
        dedupe=f"{template}:{incident.reference}:{incident.fact_version}",
        personally=True,
    )
