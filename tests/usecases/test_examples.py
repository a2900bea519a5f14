"""The four example incidents come out of the use cases themselves and tell nobody."""

import pytest
from sqlalchemy import select

from incident.demo.examples import load_examples
from incident.domain.kernel.errors import IllegalMove, NotAllowed
from incident.domain.kinds import DeadlineState
from incident.store.models import Deadline, Incident, OutboxMessage
from tests.chains import breaks
from tests.factories import PlainWriter


def test_the_examples_stand_at_different_hours_of_their_clock(session, team, clock) -> None:
    """Four incidents, each with a running clock, the customers' clocks among them; and not a single message."""
    made = load_examples(session, actor=team.dpo, now=clock.now(), writer=PlainWriter())
    session.commit()
    hours = [round((row.due_at - clock.now()).total_seconds() / 3600) for row in made]
    assert len(set(hours)) == 4
    assert all(hours)
    running = session.scalars(select(Deadline.obligation).where(Deadline.state == DeadlineState.OPEN)).all()
    assert sum(key.startswith("gdpr_33_2:") for key in running) == 3
    assert session.scalars(select(OutboxMessage)).first() is None
    assert breaks(session) == []


def test_examples_are_loaded_once_and_by_an_officer(session, team, clock) -> None:
    """A second click makes no second set."""
    with pytest.raises(NotAllowed):
        load_examples(session, actor=team.reporter, now=clock.now(), writer=PlainWriter())
    load_examples(session, actor=team.dpo, now=clock.now(), writer=PlainWriter())
    with pytest.raises(IllegalMove):
        load_examples(session, actor=team.dpo, now=clock.now(), writer=PlainWriter())
    assert len(session.scalars(select(Incident)).all()) == 4
