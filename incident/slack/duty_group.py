"""Keep a user group of the workspace equal to who is on duty, so that one mention reaches whoever must act.

It only helps people to call each other: no message of ours goes by it, and trouble with it is in the way of none.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Final

import structlog
from slack_sdk import WebClient
from sqlalchemy.orm import Session, sessionmaker

from incident.domain.kernel.people import SYSTEM
from incident.domain.reminders.roster import Audience
from incident.platform.settings import Settings
from incident.slack.errors import TROUBLE, code_of, failure_of
from incident.slack.messenger import outbox_client
from incident.store.db import only_reads
from incident.store.settings import newest
from incident.usecases.common.directory import load_directory
from incident.usecases.common.settings import save_setting

NAME: Final = "slack_duty_group"
"""The setting that remembers how the last change of the group went."""
NOBODY: Final = "nobody"
"""Slack keeps no group empty, so where nobody on duty is known there the group still names whoever was before."""
AGAIN_AFTER: Final = timedelta(hours=1)
"""When the group is set anew although nothing changed: people can change it by hand."""
PAUSE: Final = timedelta(minutes=1)
LATER: Final = "later"
"""A line that breaks, or a Slack that asks for a pause: it is tried again, and nobody need do anything."""
Unit = Callable[[], AbstractContextManager[Session]]
log = structlog.get_logger(__name__)


class DutyGroup:
    """Remembers whom it has put in the group; one per process."""

    def __init__(self, client: WebClient, unit: Unit, group: str) -> None:
        self._client = client
        self._unit = unit
        self._group = group
        self._members: tuple[str, ...] = ()
        self._rests_until: datetime | None = None

    def tick(self, now: datetime) -> None:
        """Set the group where the duty changed, or once an hour; after trouble it rests for a minute."""
        with self._unit() as session:
            only_reads(session)
            duty = load_directory(session).persons(Audience.DUTY, None, now)
        members = tuple(person.slack_user_id for person in duty if person.slack_user_id)
        rests = self._rests_until is not None and now < self._rests_until
        if rests and (members == self._members or not self._members):
            return
        trouble = self._set(members) if members else NOBODY
        self._members = () if trouble else members
        self._rests_until = now + (PAUSE if trouble else AGAIN_AFTER)
        if trouble != LATER:
            self._note(trouble, now)

    def _set(self, members: tuple[str, ...]) -> str | None:
        """What keeps the group from naming these, in Slack's own word."""
        try:
            self._client.usergroups_users_update(usergroup=self._group, users=list(members))
        except TROUBLE as problem:
            failure = failure_of(problem)
            return code_of(problem) if failure.permanent or failure.needs_repair else LATER
        return None

    def _note(self, trouble: str | None, now: datetime) -> None:
        """Write down what changed; the pages and the doctor read it."""
        with self._unit() as session:
            known = newest(session, NAME)
            if known is None or known["trouble"] != trouble:
                save_setting(session, NAME, {"trouble": trouble}, actor=SYSTEM, now=now)
                log.info("slack_duty_group", problem=trouble)


def duty_group(settings: Settings, sessions: sessionmaker[Session]) -> DutyGroup | None:
    """The keeper of the group of an installation; None where there is no Slack or no group."""
    if settings.slack_bot_token is None or settings.slack_duty_group is None:
        return None
    client = outbox_client(settings.slack_bot_token, settings.slack_api_url)
    return DutyGroup(client, sessions.begin, settings.slack_duty_group)
