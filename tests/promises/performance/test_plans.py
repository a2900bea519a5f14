"""The reading of query plans itself: were it blind, no page could fail by it."""

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from incident.demo.seed_register import Seed, seed_register
from incident.platform.clock import FixedClock
from tests.promises.performance.plans import prefer_indexes, read_whole

NEWEST = "SELECT reference FROM incident ORDER BY reported_at DESC, reference DESC"
WHOLE = {
    "SELECT summary FROM incident WHERE reference = 'DL-1'": False,
    "SELECT summary FROM incident WHERE lessons = 'none'": True,
    "SELECT count(*) FROM incident": True,
    "SELECT count(*) FROM (SELECT 1 FROM incident WHERE lessons = '' LIMIT 9) AS few": False,
    NEWEST: True,
    f"{NEWEST} LIMIT 50": False,
    "SELECT summary FROM incident ORDER BY lessons LIMIT 50": True,
    "SELECT i.summary FROM incident AS i JOIN person AS p ON p.name = i.summary": True,
    "SELECT count(*) FROM deadline WHERE state = 'open'": False,
    "SELECT name FROM person": False,
}


def test_what_is_read_from_end_to_end_is_seen(engine: Engine, clock: FixedClock) -> None:
    """An index, a limit that ends the walk, or a table that stays small: everything else is found."""
    with Session(engine) as session:
        list(seed_register(Seed(500, 20), session=session, now=clock.now()))
        session.execute(text("ANALYZE"))
        session.commit()
    with engine.connect() as connection:
        prefer_indexes(connection)
        found = {statement: bool(read_whole(connection, statement, {})) for statement in WHOLE}
    assert found == WHOLE
