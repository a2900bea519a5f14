"""What the reporter hears: that the report arrived or did not, what it was judged to be, and that it is closed."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Status
from incident.domain.kernel.json import Json
from incident.domain.kernel.people import Actor, Source
from incident.domain.kinds import OutboxOutcome
from incident.domain.retries import SLOW_AFTER
from incident.store.models import Incident, OutboxMessage
from incident.usecases.common.directory import load_directory
from incident.usecases.common.family import family
from incident.usecases.messages.channels import configured
from incident.usecases.messages.outsiders import OUTCOME, RECEIPT
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import PERSONAL, Audience, queue, queue_one

STILL_NEWS: Final = timedelta(hours=1)
"""For so long after a report it is told that it has reached nobody."""


def tell_reporter(
    session: Session, incident: Incident, template: str, *, actor: Actor, now: datetime, **params: Json
) -> None:
    """Tell whoever reported it, directly; not of what they have just done themselves.

    Whoever reported by mail, also of what was merged into it, has no page to look at, so a mail says it without a name.
    """
    _tell_by_mail(session, incident, f"{template}:{incident.fact_version}", params.get("is_breach"), now)
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


def _tell_by_mail(session: Session, incident: Incident, occasion: str, is_breach: Json, now: datetime) -> None:
    """Only who got a receipt: not programs, not lists, and nobody beyond what one address gets in a day.

    Of what was merged its reporter hears when the incident that goes on is judged and closed.
    """
    if incident.duplicate_of_id is not None or Channel.EMAIL not in configured(session):
        return
    reports = {one.id: one for one in family(session, incident) if one.source is Source.MAIL}
    mine = (OutboxMessage.incident_id.in_(reports), OutboxMessage.dedupe_key.startswith(f"{RECEIPT}:"))
    for receipt in session.scalars(select(OutboxMessage).where(*mine)):
        about = receipt.payload["params"]
        if receipt.incident_id is None or receipt.payload["template"] != RECEIPT or about["is_addition"]:
            continue
        queue_one(
            session,
            incident=reports[receipt.incident_id],
            channel=Channel.EMAIL,
            recipient=receipt.recipient,
            template=OUTCOME,
            params={"answers_to": about["answers_to"], "is_breach": is_breach},
            now=now,
            dedupe=f"{RECEIPT}:{receipt.incident_id}:{occasion}",
            language=receipt.language,
        )


def warn_reporters(session: Session, now: datetime) -> int:
    """Tell who reported in Slack that nobody was reached for five minutes, and whom to call; once. Says how many.

    Not of a case that somebody took or judged: then it has reached somebody, by whatever way.
    """
    recent = Incident.reported_at.between(now - STILL_NEWS, now - SLOW_AFTER)
    untouched = (Incident.status == Status.REPORTED, Incident.assignee_id.is_(None))
    found = session.scalars(select(Incident).where(recent, Incident.reporter_slack_id.is_not(None), *untouched))
    return sum(_warned(session, incident, now) for incident in found.all())


def _warned(session: Session, incident: Incident, now: datetime) -> bool:
    mine = (OutboxMessage.incident_id == incident.id, OutboxMessage.channel.in_(PERSONAL))
    rows = session.execute(select(OutboxMessage.recipient, OutboxMessage.outcome, OutboxMessage.payload).where(*mine))
    sent_to = {row.recipient: row.outcome for row in rows if row.payload["template"] == ANNOUNCEMENT}
    people = [one for one in load_directory(session).people if {one.email, one.slack_user_id} & sent_to.keys()]
    others = [
        one for one in people if one.id != incident.reporter_id and one.slack_user_id != incident.reporter_slack_id
    ]
    reached = any(
        sent_to.get(way) is OutboxOutcome.SENT for one in others for way in (one.email, one.slack_user_id or "")
    )
    if not others or reached:
        return False
    told = queue(
        session,
        incident=incident,
        template="report_not_arrived",
        params={"reference": incident.reference, "who": ", ".join(one.name for one in others)},
        to=Audience.REPORTER,
        now=now,
        dedupe=f"not_arrived:{incident.reference}",
        channels={Channel.SLACK} & configured(session),
        personally=True,
    )
    return bool(told)


ANNOUNCEMENT: Final = "incident_reported"
