"""Letters for the printer: made part by part, away from the pages, each in a process of its own."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from incident.documents.personal import print_file
from incident.documents.typesetter import CannotTypeset
from incident.domain.recipients import Addressed
from incident.store.db import only_reads
from incident.usecases.mailing.print_letters import (
    Claim,
    anything_to_make,
    claim_part,
    keep_part,
    part_failed,
    prepare_part,
)
from incident.usecases.notices.own_templates import style_from
from incident.usecases.notices.ports import PrintableNotice
from incident.wiring import Deps

log = structlog.get_logger(__name__)


class Printer:
    """Makes what waits, one part after the other. Who is killed half-way leaves a lease that runs out."""

    def __init__(
        self, sessions: sessionmaker[Session], now: Callable[[Session], datetime], deps: Deps, stop: threading.Event
    ) -> None:
        self._sessions = sessions
        self._now = now
        self._deps = deps
        self._stop = stop

    def tick(self) -> int:
        """Make parts until none waits or the process is to stop; returns how many were made."""
        made = 0
        try:
            while not self._stop.is_set() and (claim := self._claim()) is not None:
                made += self._make(claim)
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)
        return made

    def _claim(self) -> Claim | None:
        with self._sessions() as session:
            only_reads(session)
            if not anything_to_make(session, self._now(session)):
                return None
        with self._sessions() as session, session.begin():
            return claim_part(session, self._now(session))

    def _make(self, claim: Claim) -> bool:
        """A surprise is a failure like any other: a part that cannot be made must not stop the others."""
        try:
            letters = self._letters(claim)
            content = print_file(letters)
        except DBAPIError:
            raise
        except Exception as problem:
            reason = str(problem) if isinstance(problem, CannotTypeset) else type(problem).__name__
            log.error("letters_not_made", part=str(claim.part), reason=reason)
            with self._sessions() as session, session.begin():
                part_failed(session, claim, reason, self._now(session))
            return False
        with self._sessions() as session, session.begin():
            kept = keep_part(session, claim, content, self._now(session), self._deps.sealer)
        log.info("letters_made", part=str(claim.part), letters=len(letters), kept=kept)
        return kept

    def _letters(self, claim: Claim) -> list[tuple[PrintableNotice, Addressed]]:
        """The letters as they look; logo and Word letter are read when no transaction is open any more."""
        with self._sessions() as session:
            only_reads(session)
            part = prepare_part(session, claim, sealer=self._deps.sealer)
        house = style_from(part.house, self._deps.blobs)
        return [(replace(notice, house=house), person) for notice, person in part.letters]
