"""Bring the incident's place in Slack up to date right after an act; the worker does the same when this fails."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from bot.turn import Turn
from bot.turnstile import one_writer
from incident.platform.settings import Settings
from incident.slack.room import Rooms
from incident.store.db import db, only_reads
from incident.usecases.common.access import find_incident


@contextmanager
def unit(settings: Settings) -> Iterator[Session]:
    """One transaction on the session of this thread."""
    session = db.session()
    session.rollback()
    with one_writer(settings):
        try:
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise


def rooms_of(turn: Turn) -> Rooms:
    """The rooms of this installation."""
    settings = turn.deps.settings
    place = (settings.slack_channel, settings.base_url, settings.zone)
    return Rooms(turn.client, lambda: unit(settings), *place, language=settings.slack_language)


def sync_later(turn: Turn, reference: str) -> None:
    """After the answer: open, edit or archive what the act changes in Slack."""
    turn.later.append(lambda: _sync(turn, reference))


def _sync(turn: Turn, reference: str) -> None:
    only_reads(turn.session)
    incident_id = find_incident(turn.session, reference, turn.actor).id
    turn.session.rollback()
    rooms_of(turn).sync(incident_id, turn.now)
