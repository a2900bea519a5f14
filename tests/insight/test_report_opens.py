"""How the report for the board begins: how many breaches there were, and what has to be done now."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from incident.domain.kernel.people import Role
from incident.law.vocabulary import RiskLevel
from incident.store.db import db
from incident.store.models import Deadline, Incident
from incident.usecases.clock.deadlines import AUTHORITY, FOLLOW_UP
from tests.insight.test_insight import filled, printed
from tests.web.client import Visitor
from tests.web.conftest import Team


def _printed_after(team: Team, dpo: Visitor, change: Callable[[Incident], None]) -> str:
    """The first page once this was done to the newest breach."""
    with team.app.app_context():
        change(next(iter(db.session.scalars(select(Incident).order_by(Incident.reference.desc())))))
        db.session.commit()
    return printed(dpo)[0]


def test_the_report_says_how_many_breaches_there_were_and_of_how_many_that_is_open(team: Team) -> None:
    """GDPR art. 4(12): who counts what nobody has judged yet says so; one breach is not "the gravest"."""
    dpo = team.visitor("Dora", Role.DPO)
    filled(team, 1)
    assert "There was one breach. No high risk was found." in printed(dpo)[0]

    def grave(one: Incident) -> None:
        one.risk, one.is_breach = RiskLevel.HIGH, "unknown"

    told = _printed_after(team, dpo, grave)
    assert "There was one breach. Of one report nobody has judged yet whether it is a breach; it is counted." in told
    assert "It has a high risk: Case 0 (" in told
    assert "The gravest" not in told


def test_the_report_says_what_has_to_be_done_now(team: Team) -> None:
    """A first notification that runs, and whatever is overdue; a follow-up that is not due yet waits below."""
    dpo = team.visitor("Dora", Role.DPO)
    filled(team, 1)
    at = team.clock.now()

    def runs(one: Incident, obligation: str, due: datetime) -> None:
        one.due_at, one.notified_at = due, None
        kept = {"starts_at": at, "provisional": False, "ruleset": "r", "trace": {}, "created_at": at}
        db.session.add(Deadline(id=uuid4(), incident_id=one.id, obligation=obligation, due_at=due, **kept))

    later = _printed_after(team, dpo, lambda one: runs(one, FOLLOW_UP, at + timedelta(days=9)))
    assert "To do now" not in later
    assert "Next term: " in later
    first = _printed_after(team, dpo, lambda one: runs(one, AUTHORITY, at + timedelta(hours=9)))
    assert re.search(r"To do now: [^;(]+, by \d+ Mar 2026 \d\d:\d\d at the latest \(DL-", first)
    late = _printed_after(team, dpo, lambda one: runs(one, FOLLOW_UP, at - timedelta(hours=9)))
    assert re.search(r"To do now: [^;(]+; this is overdue since \d+ Mar 2026 \d\d:\d\d \(DL-", late)
