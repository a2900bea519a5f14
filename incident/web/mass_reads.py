"""Who opens very many cases in an hour is told to the DPO: reading everything takes it out of the house as well."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from flask import Flask, Response, g, request

from incident.store.db import db
from incident.usecases.people.acts import note_many_reads
from incident.web.clock import now
from incident.web.viewer import viewer

MANY = 100
"""Different cases in one hour: nobody works on so many, and two pages of the API's list hold them."""


class Reads:
    """The cases that each person opened in the present hour: in this process only, so that reading writes nothing."""

    def __init__(self) -> None:
        self._hour = ""
        self._cases: dict[str, set[str]] = defaultdict(set)

    def add(self, person: str, cases: Iterable[str], at: datetime) -> int:
        """How many there are now, when these were what made them many; else 0."""
        hour = f"{at:%Y%m%d%H}"
        if hour != self._hour:
            self._hour, self._cases = hour, defaultdict(set)
        mine = self._cases[person]
        before = len(mine)
        mine.update(cases)
        return len(mine) if before < MANY <= len(mine) else 0


def init_mass_reads(app: Flask) -> None:
    """Look at every answer that shows cases, on the pages and through the API."""
    reads = Reads()

    @app.after_request
    def count(answer: Response) -> Response:
        if request.method == "GET" and answer.status_code == 200 and (cases := _cases()):
            actor = g.get("api_actor") or viewer()
            if many := reads.add(actor.key, cases, now()):
                db.session.rollback()
                note_many_reads(db.session(), actor, many, now=now())
                db.session.commit()
        return answer


def _cases() -> Iterable[str]:
    """The references of this answer: what a list put aside for this, or the one in the address."""
    listed: Iterable[str] | None = g.get("cases_read")
    if listed is not None:
        return listed
    one = (request.view_args or {}).get("reference")
    return () if one is None else (one,)
