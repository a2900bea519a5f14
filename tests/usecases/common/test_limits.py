"""What is counted: so many within a window that begins with the first, in one statement on both databases."""

from datetime import timedelta

from sqlalchemy.orm import Session

from incident.platform.clock import FixedClock
from incident.usecases.common.limits import Limit, spend, wait_for

THREE = Limit("three", 3, timedelta(hours=1))


def test_a_window_begins_with_the_first_and_is_not_moved_by_the_others(session: Session, clock: FixedClock) -> None:
    """The fourth waits for the rest of the hour, however often it is tried; then a new window begins."""
    assert wait_for(session, THREE, "rik", now=clock.now()) is None
    for _ in range(3):
        assert spend(session, THREE, "rik", now=clock.now()) is None
        clock.advance(minutes=10)
    for _ in range(2):
        assert spend(session, THREE, "rik", now=clock.now()) == timedelta(minutes=30)
        assert wait_for(session, THREE, "rik", now=clock.now()) == timedelta(minutes=30)
        assert spend(session, THREE, "fatima", now=clock.now()) is None
    session.commit()
    clock.advance(minutes=30)
    for _ in range(3):
        assert spend(session, THREE, "rik", now=clock.now()) is None
    assert spend(session, THREE, "rik", now=clock.now()) == timedelta(hours=1)
