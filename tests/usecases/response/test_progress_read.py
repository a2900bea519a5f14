"""How far incidents are, read again: what was remembered of the last look must never stand in for what changed."""

import re
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from incident.domain.next_steps import steps
from incident.domain.progress import Progress
from incident.platform.clock import FixedClock
from incident.store.commitments import committed_tables, is_told
from incident.store.db import Base
from incident.store.models import Deadline, Incident
from incident.store.queries.progress import _of_some, open_progress, progress_of
from incident.usecases.response.casework import AddTask, Assign, add_task, assign
from tests.usecases.conftest import Team


def test_each_change_is_seen_at_the_next_look(
    session: Session, team: Team, report: Callable[..., Incident], clock: FixedClock
) -> None:
    """Who has it, what is to be done, and when its clock ends; looked at before and after each."""
    made, now = report(), clock.now()

    def look() -> Progress:
        """Told by an entry of the chain or not yet, it is what reading the incident by itself finds."""
        for _before_and_after in range(2):
            found = open_progress(session, ())[made.id]
            assert open_progress(session, ())[made.id] == found == progress_of(session, Incident.id == made.id)[made.id]
            session.commit()
            assert is_told(session)
        assert steps(found) == steps.__wrapped__(found)
        return found

    assert look().assignee is None
    assign(Assign(team.dpo, made.id, team.responder.id), session=session, now=now)
    assert look().assignee == team.responder.id
    add_task(AddTask(team.dpo, made.id, "Ring the customer", owner_id=team.dpo.id), session=session, now=now)
    assert [task.title for task in look().tasks] == ["Ring the customer"]
    clocks = {clock.due_at for clock in look().clocks}
    for row in session.query(Deadline).where(Deadline.incident_id == made.id):
        row.due_at += timedelta(minutes=1)
    assert {clock.due_at for clock in look().clocks} == {at + timedelta(minutes=1) for at in clocks}


def test_what_is_not_read_again_is_committed_to() -> None:
    """But for the messages of a mailing: an incident that has one is read at each look."""
    heads, rows = map(str, _of_some())
    tables = set(re.findall(r"(?:FROM|JOIN|,) (\w+)(?= |\n|,)", heads + rows)) & set(Base.metadata.tables)
    assert tables - set(committed_tables()) == {"mailing_recipient", "outbox"}
    assert {"incident", "fact_sheet", "deadline", "approval", "submission", "task"} <= tables
