"""Which channels this installation has: the worker knows its settings and writes it down, every process reads it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import SYSTEM
from incident.store.commitments import note
from incident.store.insert import insert_missing
from incident.store.models import SettingVersion
from incident.store.settings import newest
from incident.usecases.messages.ports import Channel

NAME = "channels"
BEFORE_THE_FIRST_WORKER = frozenset({Channel.EMAIL, Channel.SLACK})


def is_known(session: Session) -> bool:
    """Whether a worker has run here and said which channels there are."""
    return newest(session, NAME) is not None


def configured(session: Session) -> frozenset[Channel]:
    """The channels that messages may be queued for."""
    document = newest(session, NAME)
    if document is None:
        return BEFORE_THE_FIRST_WORKER
    known = {channel.value for channel in Channel}
    listed = document["channels"]
    return frozenset(Channel(name) for name in listed if name in known) if isinstance(listed, list) else frozenset()


def write_down(session: Session, channels: Iterable[Channel], now: datetime) -> bool:
    """Store a new version when the channels differ from those on record; tells whether it did."""
    found = sorted(channel.value for channel in channels)
    document = newest(session, NAME)
    if document is not None and document["channels"] == found:
        return False
    last = session.scalars(select(func.max(SettingVersion.version)).where(SettingVersion.name == NAME)).one()
    number = (last or 0) + 1
    written = insert_missing(
        session,
        SettingVersion,
        name=NAME,
        version=number,
        document={"channels": found},
        author_name=SYSTEM.name,
        recorded_at=now,
    )
    if written:
        note(session, [session.get_one(SettingVersion, (NAME, number))])
    return written
