"""A question of the team to whoever reported in Slack, account or not, and the answer from there."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from incident.domain.kernel.errors import NotAllowed, NotFound
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission
from incident.domain.kernel.text import required
from incident.store.models import Incident
from incident.usecases.common import limits
from incident.usecases.common.access import find_incident, incident_for
from incident.usecases.messages.channels import configured
from incident.usecases.messages.queue import Audience, Channel, queue
from incident.usecases.response.public_report import (
    ANSWER,
    QUESTION,
    TOO_MANY_ANSWERS,
    AskReporter,
    say,
    tell_of_answer,
)


def reported_in_slack(incident: Incident) -> bool:
    """Whether a question can reach whoever reported it in Slack."""
    return incident.reporter_slack_id is not None


def ask_in_slack(command: AskReporter, *, session: Session, now: datetime) -> None:
    """Record the question; a direct message says that it waits, and its button opens it.

    Raises NotFound where nobody reported it in Slack, or Slack is not set up.
    """
    incident = incident_for(session, command.incident, command.actor, Permission.RECORD)
    if not reported_in_slack(incident) or Channel.SLACK not in configured(session):
        raise NotFound("Nobody can be asked about this report in Slack.")
    text = required(command.text, "Write what you want to know.", field="text")
    entry = say(session, incident, command.actor, QUESTION, text, now)
    queue(
        session,
        incident=incident,
        template="question_in_slack",
        params={"reference": incident.reference},
        to=Audience.REPORTER,
        now=now,
        dedupe=f"asked_reporter:{entry.id}",
        channels={Channel.SLACK},
        personally=True,
    )


@dataclass(frozen=True, slots=True)
class AnswerInSlack:
    """What whoever reported it in Slack answers or adds."""

    actor: Actor
    incident: str
    text: str


def own_report(session: Session, reference: str, actor: Actor) -> Incident:
    """The incident, for whoever reported it in Slack. Raises NotAllowed for everybody else."""
    incident = find_incident(session, reference, actor)
    if actor.slack_id is None or actor.slack_id != incident.reporter_slack_id:
        raise NotAllowed("Only the person who reported this can answer here.")
    return incident


def answer_in_slack(command: AnswerInSlack, *, session: Session, now: datetime) -> None:
    """Put it on the timeline and tell who has the incident."""
    incident = own_report(session, command.incident, command.actor)
    text = required(command.text, "Write your answer.", field="text")
    limits.refuse_or_count(session, limits.ANSWERS, str(incident.id), TOO_MANY_ANSWERS, now=now)
    tell_of_answer(session, incident, say(session, incident, command.actor, ANSWER, text, now), now)
