"""The messages of a long list are made turn by turn: a worker goes on where the release stopped, and counts agree."""

import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import sessionmaker

from incident.domain.kinds import MailingState, OutboxOutcome
from incident.store.db import harden
from incident.store.models import Incident, MailingRecipient, OutboxMessage
from incident.store.queries.mailings import count_people, people_of
from incident.store.queries.progress import progress_of_one
from incident.usecases.mailing import make_messages as module
from incident.usecases.mailing.certificate import deliveries, end_mailings
from incident.usecases.mailing.mailing import release_mailing, resume_mailing, start_mailing, stop_mailing
from incident.usecases.mailing.make_messages import make_next_messages
from incident.usecases.mailing.texts import progress
from incident.worker.clerk import Clerk
from tests.usecases.mailing.test_mailing import CHANNELS, prepared, sealer

__all__ = ["prepared", "sealer"]
PEOPLE = 7
APART = timedelta(minutes=1) / 120


@pytest.fixture
def mailing(session, prepared, team, clock, monkeypatch):
    """A mailing to seven people that was released, of whose messages two are made at a time."""
    monkeypatch.setattr(module, "TURN", 2)
    rows = "".join(f"Persoon {number};p{number}@example.org;nl\n" for number in range(PEOPLE))
    _, _, done = prepared(f"naam;email;taal\n{rows}".encode())
    start_mailing(session, done.mailing.id, actor=team.dpo, now=clock.now())
    told = release_mailing(session, done.mailing.id, actor=team.second, now=clock.now(), channels=CHANNELS)
    assert told == PEOPLE
    session.commit()
    return done.mailing


@pytest.fixture
def clerk(migrated_url, session, clock):
    """A tick of the part of a worker that makes them; returns how many turns there were."""
    engine = harden(create_engine(migrated_url))
    made = Clerk(sessionmaker(engine), lambda _: clock.now(), None, threading.Event())

    def tick() -> int:
        session.rollback()
        return made.make_messages()

    yield tick
    engine.dispose()


def letters(session) -> list[OutboxMessage]:
    session.expire_all()
    query = select(OutboxMessage).where(OutboxMessage.channel == "subjects").order_by(OutboxMessage.due_at)
    return list(session.scalars(query))


def counted(session, mailing) -> tuple[int, int, int, int]:
    found = progress(session, mailing)
    return found.people, found.waiting, found.sent, found.stopped


def states(session, mailing) -> list[str]:
    return [row.state for row in people_of(session, mailing.id, 1)]


def test_the_worker_goes_on_where_the_release_stopped(session, mailing, clerk) -> None:
    """Everybody waits from the first moment, whether or not the message is made; each has one, in the order of the list
    and at the distance of the throttle."""
    assert len(letters(session)) == 2
    assert counted(session, mailing) == (PEOPLE, PEOPLE, 0, 0)
    assert states(session, mailing) == ["waiting"] * PEOPLE
    assert count_people(session, mailing.id, "waiting") == PEOPLE
    assert clerk() == 3
    made = letters(session)
    query = select(MailingRecipient.outbox_id).order_by(MailingRecipient.row)
    assert [one.id for one in made] == list(session.scalars(query))
    assert {later.due_at - one.due_at for one, later in pairwise(made)} == {APART}
    assert counted(session, mailing) == (PEOPLE, PEOPLE, 0, 0)
    assert clerk() == 0


def test_a_worker_that_comes_late_keeps_to_the_throttle(session, mailing, clerk, clock) -> None:
    """What could have left in the meantime does not leave all at once."""
    clock.advance(hours=2)
    clerk()
    late = letters(session)[2:]
    assert late[0].due_at == clock.now()
    assert late[-1].due_at == clock.now() + APART * (PEOPLE - 3)


def test_a_turn_that_is_cut_off_is_made_again(session, mailing, clerk, clock) -> None:
    """As when its worker is killed before the commit: nobody is left out, nobody has two."""
    make_next_messages(session, clock.now())
    session.rollback()
    assert len(letters(session)) == 2
    clerk()
    assert len({one.recipient for one in letters(session)}) == len(letters(session)) == PEOPLE


def test_of_a_stopped_mailing_none_is_made_until_it_goes_on(session, mailing, clerk, team, clock) -> None:
    """Whoever had no message yet counts as stopped, on every page and in the certificate, and gets one afterwards."""
    assert stop_mailing(session, mailing.id, actor=team.dpo, now=clock.now()) == PEOPLE
    session.commit()
    assert clerk() == 0
    assert counted(session, mailing) == (PEOPLE, 0, 0, PEOPLE)
    assert states(session, mailing) == ["cancelled"] * PEOPLE
    assert count_people(session, mailing.id, "unreached") == count_people(session, mailing.id, "cancelled") == PEOPLE
    assert [one.stopped for one in deliveries(session, mailing)[mailing.id]] == [PEOPLE]
    assert resume_mailing(session, mailing.id, actor=team.second, now=clock.now()) == PEOPLE
    session.commit()
    clerk()
    assert len(letters(session)) == PEOPLE
    assert counted(session, mailing) == (PEOPLE, PEOPLE, 0, 0)


def test_it_is_not_through_while_messages_are_to_be_made(session, mailing, clerk, clock) -> None:
    """Those of the first turn have left: the submission waits for the others, and the next step still is to send."""
    for one in letters(session):
        one.settled_at, one.outcome = clock.now(), OutboxOutcome.SENT
    session.commit()
    assert end_mailings(session, clock.now()) == 0
    stands = progress_of_one(session, session.get_one(Incident, mailing.incident_id))
    assert [one.waiting for one in stands.mailings] == [True]
    clerk()
    for one in letters(session):
        one.settled_at, one.outcome = clock.now(), OutboxOutcome.SENT
    session.commit()
    assert end_mailings(session, clock.now()) == 1
    assert mailing.state is MailingState.RELEASED
