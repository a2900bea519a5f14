"""A repeated request gets the first result, also when both arrive at the same moment."""

import threading

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from incident.store.db import harden
from incident.store.models import Incident
from incident.usecases.common.inbound import FOLLOWED, forget_requests, once


def test_a_repetition_gets_the_first_result(session, report, clock) -> None:
    """The second submission of a form makes no second incident."""
    results = [once(session, "view:1", clock.now(), lambda: {"reference": report().reference}) for _ in range(2)]
    assert [fresh for _, fresh in results] == [True, False]
    assert results[0][0] == results[1][0]


def test_a_failed_first_attempt_leaves_the_way_free(session, clock) -> None:
    """When the first computation is rolled back, the repetition computes."""

    def fail() -> dict[str, str]:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        once(session, "view:2", clock.now(), fail)
    session.rollback()
    assert once(session, "view:2", clock.now(), lambda: {"n": 1}) == ({"n": 1}, True)


def test_eight_equal_submissions_at_once_make_one_incident(migrated_url, session, team, clock) -> None:
    """The key's row is the lock: the others wait for the commit and then read its result."""
    from tests.factories import make_incident

    engine, barrier, references = harden(create_engine(migrated_url)), threading.Barrier(8), []

    def submit() -> None:
        with Session(engine) as own:
            barrier.wait()
            make = lambda: {"reference": make_incident(own, team.reporter, clock.now()).reference}  # noqa: E731
            references.append(once(own, "view:3", clock.now(), make)[0]["reference"])
            own.commit()

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert len(set(references)) == 1
    assert session.scalar(select(func.count()).select_from(Incident)) == 1


def test_marks_are_forgotten_after_their_time(session, clock) -> None:
    """A table of requests does not grow for ever."""
    once(session, "view:old", clock.now(), lambda: {"n": 1})
    clock.advance(days=31)
    once(session, "view:new", clock.now(), lambda: {"n": 2})
    forget_requests(session, clock.in_hours(-30 * 24))
    assert once(session, "view:old", clock.now(), lambda: {"n": 3})[1] is True
    assert once(session, "view:new", clock.now(), lambda: {"n": 4})[1] is False


def test_a_message_on_a_timeline_is_followed_for_good(session, clock) -> None:
    """Its mark leads to the entry: an edit or a deletion after a month is written down as well."""
    once(session, f"{FOLLOWED}C1:1700.1", clock.now(), lambda: {"entry": "1"})
    forget_requests(session, clock.in_hours(31 * 24))
    assert once(session, f"{FOLLOWED}C1:1700.1", clock.now(), lambda: {"entry": "2"}) == ({"entry": "1"}, False)
