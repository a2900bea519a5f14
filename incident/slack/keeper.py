"""The worker's part in the rooms: find what changed, bring it up to date, and be patient with a Slack in trouble."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import and_, func, null, or_, select
from sqlalchemy.orm import Session, sessionmaker

from incident.domain.kernel.events import OPEN_STATUSES
from incident.platform.settings import Settings
from incident.slack.errors import PLACE, TOKEN
from incident.slack.messenger import outbox_client
from incident.slack.plan import OPEN, OPENING, UNSENT, Setback
from incident.slack.room import Rooms
from incident.store.db import only_reads
from incident.store.models import AuditEntry, Incident, Person, SlackRoom
from incident.store.queries.incidents import waits_quietly
from incident.usecases.messages.rooms import GONE

PAUSE: Final = timedelta(minutes=1)
"""How long an incident, or all of them, rest after trouble."""
Mark = tuple[int, int, int, bool]
"""The newest entry of an incident's chain, the hour, how many people Slack knows, and whether its room is closed to us:
what its place depends on."""
FIRST_PAUSE: Final = timedelta(seconds=3)
"""After a passing trouble; each further one doubles it, up to :data:`PAUSE`."""


class Keeper:
    """Remembers what has been brought up to date, so that a tick without news costs one query."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._done: dict[UUID, Mark] = {}
        self._resting: dict[UUID, datetime] = {}
        self._failed: Counter[UUID] = Counter()
        self._all_rest_until: datetime | None = None

    def tick(self, now: datetime) -> int:
        """Bring up to date what changed since it last was; returns how many incidents were looked at."""
        if self._all_rest_until is not None and now < self._all_rest_until:
            return 0
        looked_at = 0
        for incident_id, mark in self._marks(now):
            if self._done.get(incident_id) == mark or self._resting.get(incident_id, now) > now:
                continue
            looked_at += 1
            if not self._sync(incident_id, mark, now):
                break
        return looked_at

    def _sync(self, incident_id: UUID, mark: Mark, now: datetime) -> bool:
        """Whether the others may follow: trouble with one room is its own, trouble with Slack is everybody's."""
        setback = self._rooms.sync(incident_id, now)
        if setback is None:
            self._done[incident_id] = mark
            self._resting.pop(incident_id, None)
            self._failed.pop(incident_id, None)
            return True
        until = now + self._pause(incident_id, setback)
        self._resting[incident_id] = until
        if concerns_all(setback.code):
            self._all_rest_until = until
            return False
        return True

    def _pause(self, incident_id: UUID, setback: Setback) -> timedelta:
        """What Slack asks for; a minute where only a person can help; else soon, and ever less soon."""
        if setback.pause is not None:
            return setback.pause
        if setback.code in LASTING:
            return PAUSE
        if setback.code == OPENING:
            return FIRST_PAUSE
        self._failed[incident_id] += 1
        doublings = min(self._failed[incident_id] - 1, 10)
        longer: timedelta = FIRST_PAUSE * 2**doublings
        return min(longer, PAUSE)

    def _marks(self, now: datetime) -> list[tuple[UUID, Mark]]:
        """Every incident that has, or should have, a living place in Slack; about examples nothing leaves the house."""
        hour = int(now.timestamp() // 3600)
        announced = and_(Incident.circle.is_not(null()), SlackRoom.announcement.is_not(None))
        query = (
            select(Incident.id, func.max(AuditEntry.seq), SlackRoom.last_error)
            .join(AuditEntry, AuditEntry.chain == Incident.reference)
            .outerjoin(SlackRoom, SlackRoom.incident_id == Incident.id)
            .where(Incident.is_example.is_(False), ~waits_quietly())
            .where(or_(Incident.status.in_(OPEN_STATUSES), SlackRoom.state.in_((OPEN, OPENING)), announced))
            .group_by(Incident.id, SlackRoom.last_error)
        )
        with self._rooms.unit() as session:
            only_reads(session)
            known = session.scalar(select(func.count(Person.slack_user_id)).where(Person.active)) or 0
            return [(row[0], (int(row[1]), hour, known, row[2] in GONE)) for row in session.execute(query)]


LASTING: Final = TOKEN | PLACE | {UNSENT}


def concerns_all(trouble: str) -> bool:
    """Whether this trouble is with Slack as a whole: the token, a rate limit, its servers, or the line."""
    own = trouble in TOKEN or trouble in {"ratelimited", "internal_error", "fatal_error"}
    return own or trouble.startswith("status ") or not trouble.islower()


def room_keeper(settings: Settings, sessions: sessionmaker[Session]) -> Keeper | None:
    """The keeper for an installation; None where Slack is not set up."""
    if settings.slack_bot_token is None:
        return None
    client = outbox_client(settings.slack_bot_token, settings.slack_api_url)
    place = (settings.slack_channel, settings.base_url, settings.zone)
    return Keeper(Rooms(client, sessions.begin, *place, language=settings.slack_language))
