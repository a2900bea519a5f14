"""Find the people with accounts in Slack by their verified addresses, before anybody needs them.

Who never used the bot is then in the room and reached from the first minute of an incident all the same. Slack is asked
once about every address, when the process starts or the address is new, and again now and then about those it did not
know; never more than it takes a minute.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from incident.platform.settings import Settings
from incident.slack.errors import TROUBLE, code_of
from incident.slack.messenger import outbox_client
from incident.slack.profiles import profile_of
from incident.slack.shapes import Received
from incident.store.db import only_reads
from incident.store.models import Person
from incident.usecases.people.slack_people import SlackProfile, link_actor

BATCH: Final = 10
"""Addresses asked at a time; every fifteen seconds, that is below the fifty a minute that Slack answers."""
AGAIN_AFTER: Final = timedelta(hours=1)
"""When an address that Slack did not know is asked once more: people join later."""
PAUSE: Final = timedelta(minutes=1)
Unit = Callable[[], AbstractContextManager[Session]]
log = structlog.get_logger(__name__)


class Linker:
    """Remembers whom it has asked about; one per process."""

    def __init__(self, client: WebClient, unit: Unit) -> None:
        self._client = client
        self._unit = unit
        self._asked: dict[UUID, tuple[str, datetime]] = {}
        self._own: tuple[str, str | None] | None = None
        self._rests_until: datetime | None = None

    def tick(self, now: datetime) -> int:
        """Ask about the next few; returns how many were linked. With Slack in trouble it rests for a minute."""
        if self._rests_until is not None and now < self._rests_until:
            return 0
        linked = 0
        try:
            for person, email in self._due(now):
                profile = self._found(email)
                self._asked[person] = (email, now)
                linked += profile is not None and self._linked(profile, now)
        except TROUBLE as problem:
            self._rests_until = now + PAUSE
            log.warning("slack_people_not_asked", problem=code_of(problem))
        return linked

    def everybody(self, now: datetime) -> int:
        """Ask about all of them at once, on a person's demand; returns how many were linked."""
        linked = 0
        while self._rests_until is None and self._due(now):
            linked += self.tick(now)
        return linked

    def missing(self) -> list[str]:
        """The names of those with an account for whom no Slack user is known."""
        with self._unit() as session:
            only_reads(session)
            query = select(Person.name).where(Person.active, Person.slack_user_id.is_(None))
            return list(session.scalars(query.order_by(Person.name)))

    def _due(self, now: datetime) -> list[tuple[UUID, str]]:
        query = select(Person.id, Person.email).where(Person.active, Person.slack_user_id.is_(None))
        with self._unit() as session:
            only_reads(session)
            rows = [(person, email) for person, email in session.execute(query.order_by(Person.create_datetime))]
        return [row for row in rows if self._is_due(*row, now)][:BATCH]

    def _is_due(self, person: UUID, email: str, now: datetime) -> bool:
        asked, at = self._asked.get(person, ("", now))
        return asked != email or at <= now - AGAIN_AFTER

    def _found(self, email: str) -> SlackProfile | None:
        try:
            user = self._client.users_lookupByEmail(email=email)["user"]
        except SlackApiError as problem:
            if code_of(problem) != "users_not_found":
                raise
            return None
        return profile_of(user, id=str(user["id"]), team=str(user.get("team_id")), ours=self._ours(user))

    def _ours(self, user: Received) -> bool:
        """Whether the person belongs to our workspace or organisation."""
        if self._own is None:
            answer = self._client.auth_test()
            self._own = (str(answer.get("team_id")), answer.get("enterprise_id"))
        enterprise = (user.get("enterprise_user") or {}).get("enterprise_id")
        return user.get("team_id") == self._own[0] or (self._own[1] is not None and enterprise == self._own[1])

    def _linked(self, profile: SlackProfile, now: datetime) -> bool:
        with self._unit() as session:
            return link_actor(session, profile, now).id is not None


def people_linker(settings: Settings, sessions: sessionmaker[Session]) -> Linker | None:
    """The linker of an installation; None where Slack is not set up."""
    if settings.slack_bot_token is None:
        return None
    return Linker(outbox_client(settings.slack_bot_token, settings.slack_api_url), sessions.begin)
