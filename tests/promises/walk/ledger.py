"""What must hold after any number of kills: chains whole, every message once, one place in Slack for every incident."""

import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Status
from incident.domain.kinds import OutboxOutcome
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.slack.messenger import EVENT_TYPE
from incident.store.blobs import blobs_at
from incident.store.db import db
from incident.store.models import (
    Assessment,
    AuditEntry,
    Decision,
    Evidence,
    FactSheet,
    Incident,
    Notice,
    NoticeVersion,
    OutboxMessage,
    SlackRoom,
    Submission,
    Task,
    TimelineEntry,
)
from incident.usecases.clock.fire import Outlets
from incident.usecases.messages.ports import Channel as Way
from incident.wiring import new_app, wire
from incident.worker import Worker
from tests.chains import breaks
from tests.fake_slack import BOT, FakeSlack, Message
from tests.promises.walk.steps import CONFIRMATION

OPENED = "room:opened"


def repeated(things: Counter[Any]) -> dict[Any, int]:
    """What is there more than once."""
    return {thing: count for thing, count in things.items() if count > 1}


def chains_whole(session: Session) -> None:
    """No entry of the audit is missing, changed or doubled."""
    assert breaks(session) == []


def queued_once(session: Session) -> None:
    """No two messages say the same to the same person."""
    rows = session.scalars(select(OutboxMessage))
    told = Counter((row.channel, row.recipient, str(sorted(row.payload.items()))) for row in rows)
    assert repeated(told) == {}


def bring_up_to_date(settings: Settings, slack: FakeSlack, engine: Engine) -> None:
    """What a worker does in the hour after the last kill: claims of the dead run out, and what waits leaves.

    Nobody else may be running. Every tick sends one message to a person; fifteen minutes are enough for every claim.
    """
    clock = FixedClock(datetime.now(UTC))
    app = new_app(wire(settings, clock))
    with app.app_context():
        worker = Worker(db.engine, app.extensions["meldklok"], Outlets(), threading.Event())
        for minute in range(60):
            if minute > 15 and not unsent(engine):
                break
            clock.advance(minutes=1)
            slack.advance(60)
            worker.tick()
        db.engine.dispose()
    left = unsent(engine)
    assert left == [], left


def unsent(engine: Engine) -> list[tuple[Any, ...]]:
    """What should stand in Slack, and why it does not; the headline may have told what a first reminder would say."""
    due = OutboxMessage.outcome.is_distinct_from(OutboxOutcome.SENT)
    with Session(engine) as session:
        rows = session.scalars(select(OutboxMessage).where(due, OutboxMessage.channel == Way.SLACK)).all()
        told = {row for row in rows if row.outcome is OutboxOutcome.NOT_NEEDED and row.payload.get("if_untold")}
        return [(row.payload, row.outcome, row.claimed_by, row.last_error) for row in rows if row not in told]


@dataclass(frozen=True)
class InSlack:
    """What stands in the workspace."""

    slack: FakeSlack

    def messages(self) -> list[Message]:
        """Everything the bot wrote."""
        with self.slack.workspace.lock:
            channels = list(self.slack.workspace.channels.values())
            return [message for channel in channels for message in channel.messages if message.user == BOT]

    def every_message_once(self, session: Session) -> int:
        """Each row of the outbox that was sent stands in Slack, once; gives how many there are."""
        posted = [one for one in self.messages() if one.metadata and one.metadata["event_type"] == EVENT_TYPE]
        keys = Counter((one.metadata or {})["event_payload"]["key"] for one in posted)
        twice = [one for one in posted if keys[(one.metadata or {})["event_payload"]["key"]] > 1]
        assert not twice, [(one.channel, one.thread_ts, one.ts, one.text) for one in twice]
        sent = select(OutboxMessage.id).where(
            OutboxMessage.channel == Way.SLACK, OutboxMessage.outcome == OutboxOutcome.SENT
        )
        assert len(keys) == len(session.scalars(sent).all())
        return len(keys)

    def one_place_each(self, session: Session) -> None:
        """Each incident has one headline where the record says, and one room where it has a room."""
        channels = self.slack.workspace.channels
        rooms = {row.incident_id: row for row in session.scalars(select(SlackRoom))}
        for incident in session.scalars(select(Incident)):
            room = rooms[incident.id]
            named = [one for one in channels.values() if one.name.endswith(incident.reference.lower())]
            placed = [message.channel for message in self.messages() if is_headline(message, incident.reference)]
            assert room.state in ("open", "archived"), (incident.reference, room.state, room.last_error)
            opened = session.scalars(select(AuditEntry).where(AuditEntry.chain == incident.reference))
            count = sum(entry.tag == OPENED for entry in opened)
            if room.is_thread:
                assert (len(placed), len(named), count) == (1, 0, 0), (incident.reference, placed, named)
            else:
                assert [one.id for one in named] == [room.channel_id], (incident.reference, named)
                assert (placed.count(room.channel_id), count) == (1, 1), (incident.reference, placed)


def is_headline(message: Message, reference: str) -> bool:
    """Whether this is the message that stands for the incident: it is no message of the outbox and names it."""
    plain = not message.metadata or message.metadata["event_type"] != EVENT_TYPE
    return plain and message.text.startswith(reference)


def whole_walks(engine: Engine, settings: Settings, walks: int) -> None:
    """One of each for each incident, every file whole, every chain unbroken."""
    blobs = blobs_at(settings.blob_url, settings.encryption_keys)
    with Session(engine) as session:
        chains_whole(session)
        incidents = list(session.scalars(select(Incident)))
        assert [row.status for row in incidents] == [Status.CLOSED] * walks
        for model, number in EXPECTED.items():
            found = Counter(_incident_of(session, row) for row in session.scalars(select(model)))
            assert found == {row.id: number for row in incidents}, model.__name__
        for evidence in session.scalars(select(Evidence)):
            assert blobs.get(evidence.blob_sha256).startswith(CONFIRMATION[:8])
        notes = Counter((row.incident_id, row.kind, row.text) for row in session.scalars(select(TimelineEntry)))
        assert repeated(notes) == {}
        versions = list(session.scalars(select(FactSheet).order_by(FactSheet.incident_id, FactSheet.version)))
        same = [
            (one.version, other.version)
            for one, other in pairwise(versions)
            if one.incident_id == other.incident_id and one.facts == other.facts
        ]
        assert same == []
        queued_once(session)


EXPECTED: dict[Any, int] = {
    Decision: 2,
    Assessment: 1,
    Notice: 2,
    NoticeVersion: 2,
    Submission: 2,
    Task: 1,
    Evidence: 2,
}


def _incident_of(session: Session, row: Any) -> Any:
    return row.incident_id if hasattr(row, "incident_id") else session.get_one(Notice, row.notice_id).incident_id
