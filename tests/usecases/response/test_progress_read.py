"""How far incidents are, read again: what was remembered of the last look must never stand in for what changed."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.orm import Session

from incident.domain.next_steps import steps
from incident.domain.progress import Progress
from incident.platform.clock import FixedClock
from incident.store.models import Deadline, Incident
from incident.store.queries.progress import open_progress
from incident.usecases.response.casework import AddTask, Assign, add_task, assign
from tests.usecases.conftest import Team


def test_each_change_is_seen_at_the_next_look(
    session: Session, team: Team, report: Callable[..., Incident], clock: FixedClock
) -> None:
    """Who has it, what is to be done, and when its clock ends; looked at before and after each."""
    made, now = report(), clock.now()

    def look() -> Progress:
        session.flush()
        found = open_progress(session, ())[made.id]
        assert open_progress(session, ())[made.id] == found
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
