"""Who opens very many cases in an hour is told to the DPO: reading everything takes it out of the house as well."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import structlog
from flask import Flask, Response, g, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from incident.domain.kernel.people import Actor
from incident.store.db import db
from incident.usecases.people.acts import note_many_reads
from incident.web.clock import now
from incident.web.viewer import viewer

log = structlog.get_logger()
MANY = 100
"""Different cases in one hour: nobody works on so many, and two pages of the API's list hold them."""


SHOWN: Final = (200, 304)
"""What is as it was is read as well: whoever asks has it."""


class Reads:
    """The cases that each person opened in the present hour: in this process only, so that reading writes nothing."""

    def __init__(self) -> None:
        self._hour = ""
        self._cases: dict[str, set[str]] = defaultdict(set)
        self._noted: set[str] = set()

    def add(self, person: str, cases: Iterable[str], at: datetime) -> int:
        """How many there are now, where they are many and nobody has been told; else 0."""
        hour = f"{at:%Y%m%d%H}"
        if hour != self._hour:
            self._hour, self._cases, self._noted = hour, defaultdict(set), set()
        mine = self._cases[person]
        mine.update(cases)
        return len(mine) if len(mine) >= MANY and person not in self._noted else 0

    def noted(self, person: str) -> None:
        """It is on record for this hour."""
        self._noted.add(person)


def init_mass_reads(app: Flask) -> None:
    """Look at every answer that shows cases, on the pages and through the API."""
    reads = Reads()

    @app.after_request
    def count(answer: Response) -> Response:
        if request.method == "GET" and answer.status_code in SHOWN and (cases := _cases()):
            actor = _reader()
            many = reads.add(actor.key, cases, now())
            if many and _note(actor, many):
                reads.noted(actor.key)
        return answer


def _note(actor: Actor, many: int) -> bool:
    """Whether it could be put on record; the answer is finished and goes out anyway, and the next case tries again."""
    try:
        db.session.rollback()
        note_many_reads(db.session(), actor, many, now=now())
        db.session.commit()
    except (DBAPIError, PoolTimeout) as error:
        log.warning("many_reads_not_noted", kind=type(error).__name__)
        db.session.close()
        return False
    return True


def _reader() -> Actor:
    """The person of the token, or of the browser."""
    bearer = g.get("bearer")
    return viewer() if bearer is None else bearer.actor


def _cases() -> Iterable[str]:
    """The references of this answer: what a list put aside for this, or the one in the address."""
    listed: Iterable[str] | None = g.get("cases_read")
    if listed is not None:
        return listed
    one = (request.view_args or {}).get("reference")
    return () if one is None else (one,)
