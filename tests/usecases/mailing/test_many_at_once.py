"""Letters of a mailing leave many at a time: told at once, each by name, and nothing is said of what did not happen."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import sessionmaker

from incident.domain.kernel.events import Tag
from incident.domain.kinds import OutboxOutcome
from incident.store.db import harden
from incident.store.due import LEASE
from incident.store.models import AuditEntry, OutboxMessage
from incident.store.proof.note import Signer
from incident.store.verify import verify
from incident.usecases.mailing.mailing import release_mailing, resume_mailing, start_mailing, stop_mailing
from incident.usecases.mailing.texts import progress
from incident.usecases.messages.ports import Channel, DeliveryFailed, Receipt
from incident.usecases.messages.queue import queue_one
from incident.worker import sender as module
from incident.worker.sender import Sender
from tests.factories import blobs_in
from tests.usecases.mailing.test_mailing import CHANNELS, prepared, sealer

__all__ = ["prepared", "sealer"]
PEOPLE = 20


class Post:
    """A mail server that takes letters, or does what it is told with the one of this number."""

    def __init__(self) -> None:
        self.taken = []
        self.expected = []
        self.acts = {}

    def expect(self, messages) -> None:
        self.expected.append([one.recipient for one in messages])

    def send(self, message) -> Receipt:
        act = self.acts.get(len(self.taken))
        self.taken.append(message)
        if act is not None:
            act()
        return Receipt(f"took:{len(self.taken)}")

    def then(self, number: int, failure: Exception) -> None:
        """Answer like this to the letter of this number, counted from 0."""

        def refuse() -> None:
            raise failure

        self.acts[number] = refuse


@pytest.fixture
def mailing(session, prepared, team, clock):
    """A mailing to twenty people, all of whose letters may leave now."""
    rows = "".join(f"Persoon {number};p{number}@example.org;nl\n" for number in range(PEOPLE))
    _, _, done = prepared(f"naam;email;taal\n{rows}".encode())
    start_mailing(session, done.mailing.id, actor=team.dpo, now=clock.now())
    release_mailing(session, done.mailing.id, actor=team.second, now=clock.now(), channels=CHANNELS)
    # What the team was told of it until now has left.
    for row in session.scalars(select(OutboxMessage).where(OutboxMessage.channel != "subjects")):
        row.settled_at, row.outcome = clock.now(), OutboxOutcome.COLLAPSED
    session.commit()
    clock.advance(minutes=20)
    return done.mailing


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def workers(migrated_url, clock, post):
    """A function that makes a worker's sender."""
    engine = harden(create_engine(migrated_url))
    only = {"subjects": post, "email": post}
    stop = threading.Event()
    yield lambda name="w": Sender(sessionmaker(engine), only, lambda _: clock.now(), name, None, stop)
    engine.dispose()


def letters(session) -> list[OutboxMessage]:
    session.expire_all()
    query = select(OutboxMessage).where(OutboxMessage.channel == "subjects").order_by(OutboxMessage.due_at)
    return list(session.scalars(query))


def entries(session) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.tag == Tag.MESSAGE_SENT.value).order_by(AuditEntry.seq)
    return [entry for entry in session.scalars(query) if entry.details["channel"] == "subjects"]


def findings(session, tmp_path) -> list[str]:
    found = verify(session, blobs_in(tmp_path), Signer(bytes(32)).public).findings
    session.rollback()
    return [one.problem.name for one in found]


def test_every_letter_is_told_by_name_in_few_entries(session, mailing, workers, post, tmp_path) -> None:
    """One, two, four and so on: each entry names its letters, and record and log agree on every one of them."""
    workers().drain()
    told = entries(session)
    assert [len(entry.details["message"].split()) for entry in told] == [1, 2, 4, 8, 5]
    assert [entry.details.get("messages", 1) for entry in told] == [1, 2, 4, 8, 5]
    assert {key for entry in told for key in entry.details["message"].split()} == {
        str(one.id) for one in letters(session)
    }
    assert [one.receipt for one in letters(session)] == [f"took:{number}" for number in range(1, PEOPLE + 1)]
    assert [len(some) for some in post.expected] == [2, 4, 8, 5]
    assert findings(session, tmp_path) == []


def test_a_letter_that_the_log_does_not_name_is_found(session, mailing, workers, tmp_path) -> None:
    """A letter that somebody calls sent although it waits, and one of which nothing is known any more."""
    workers().drain()
    first, second = letters(session)[:2]
    first.outcome, first.settled_at = None, None
    session.commit()
    assert findings(session, tmp_path) == ["MESSAGE_GONE"]
    first, second = letters(session)[:2]
    first.outcome, first.settled_at, second.outcome = OutboxOutcome.SENT, second.settled_at, OutboxOutcome.FAILED
    session.commit()
    assert findings(session, tmp_path) == ["MESSAGE_GONE"]


def test_only_the_refused_address_fails(session, mailing, workers, post, tmp_path) -> None:
    """The others of the turn have left, and one that the server puts off comes again."""
    post.then(5, DeliveryFailed("550 no such user", permanent=True))
    post.then(9, DeliveryFailed("451 try later"))
    workers().drain()
    outcomes = [one.outcome for one in letters(session)]
    assert (outcomes.count(OutboxOutcome.SENT), outcomes.count(OutboxOutcome.FAILED), outcomes.count(None)) == (
        18,
        1,
        1,
    )
    assert (outcomes[5], outcomes[-1]) == (OutboxOutcome.FAILED, None)
    assert findings(session, tmp_path) == []


def test_while_the_server_is_away_the_rest_waits_untouched(session, mailing, workers, post) -> None:
    """The letter that found it away knocks again; those that were taken with it were never tried."""
    post.then(4, DeliveryFailed("cannot be reached", whole_channel=True))
    assert workers().drain() == 5
    rest = letters(session)[5:]
    assert {(one.attempts, one.claimed_by, one.lease_until, one.maybe_sent) for one in rest} == {(0, None, None, False)}
    assert len(post.taken) == 5


def test_a_slow_server_is_given_few_at_a_time(session, mailing, workers, post, monkeypatch) -> None:
    """What could not be begun in time goes back as it was, so that a killed worker leaves few in doubt."""
    monkeypatch.setattr(module, "LETTERS_SECONDS", (-1.0, -1.0))
    assert workers().drain() == PEOPLE
    assert {one.outcome for one in letters(session)} == {OutboxOutcome.SENT}
    assert {one.attempts for one in letters(session)} == {1}
    assert max(len(some) for some in post.expected) == 2


def test_a_worker_that_dies_before_it_tells_leaves_the_letters_to_others(
    session, mailing, workers, post, clock, tmp_path
) -> None:
    """It had taken seven and sent four of the turn: nothing says that these left, until they have left once more."""

    def die() -> None:
        raise SystemExit

    post.acts[6] = die
    with pytest.raises(SystemExit):
        workers("dead").drain()
    states = [(one.outcome, one.attempts) for one in letters(session)]
    assert states[:3] == [(OutboxOutcome.SENT, 1)] * 3
    assert states[3:7] == [(None, 1)] * 4
    assert sum(len(entry.details["message"].split()) for entry in entries(session)) == 3
    assert findings(session, tmp_path) == []
    post.acts.clear()
    clock.advance(seconds=LEASE.total_seconds() + 1)
    workers("next").drain()
    assert {one.outcome for one in letters(session)} == {OutboxOutcome.SENT}
    twice = {key for one in entries(session) if one.details["attempts"] == 2 for key in one.details["message"].split()}
    assert twice == {str(one.id) for one in letters(session)[3:7]}, "the log names those that may have come twice"
    assert len({one.recipient for one in post.taken}) == PEOPLE
    assert findings(session, tmp_path) == []


def test_of_a_letter_that_others_took_over_the_first_worker_says_nothing(
    session, mailing, workers, post, clock, tmp_path
) -> None:
    """A worker that stood still for longer than its lease: whoever took over tells, and each letter is told once."""

    def stand_still() -> None:
        post.acts.clear()
        clock.advance(seconds=LEASE.total_seconds() + 1)
        workers("second").drain()

    post.acts[4] = stand_still
    workers("first").drain()
    told = [key for entry in entries(session) for key in entry.details["message"].split()]
    assert sorted(told) == sorted(str(one.id) for one in letters(session))
    assert findings(session, tmp_path) == []


def test_a_stopped_mailing_sends_nothing_that_comes_back(session, mailing, workers, post, team, clock) -> None:
    """A letter on its way when a person stops the mailing, and put off by the server: it leaves after "go on" only."""

    def stop() -> None:
        stop_mailing(session, mailing.id, actor=team.dpo, now=clock.now())
        session.commit()
        raise DeliveryFailed("451 try later")

    post.acts[3] = stop
    workers().drain()
    clock.advance(hours=1)
    post.acts.clear()
    workers().drain()
    left = len(post.taken)
    assert left < PEOPLE
    session.expire_all()
    found = progress(session, mailing)
    assert (found.waiting, found.sent + found.stopped) == (0, PEOPLE)
    assert found.stopped > 0
    resume_mailing(session, mailing.id, actor=team.second, now=clock.now())
    session.commit()
    clock.advance(hours=1)
    workers().drain()
    assert {one.outcome for one in letters(session)} == {OutboxOutcome.SENT}


def test_where_taking_takes_long_more_leave_before_the_next(session, mailing, workers, post, monkeypatch) -> None:
    """On a busy machine: the bounds say when no other letter is begun, not the shortest time alone."""
    monkeypatch.setattr(module, "LETTERS_SECONDS", (-1.0, 60.0))
    workers().drain()
    assert len(entries(session)) < PEOPLE / 2


@pytest.mark.parametrize("urgent", [True, False])
def test_what_the_house_is_told_overtakes_a_mailing(session, mailing, workers, post, clock, urgent) -> None:
    """A reminder that falls due while letters wait since twenty minutes leaves with the next turn, urgent or not."""

    def remind() -> None:
        about = {"incident": None, "channel": Channel.EMAIL, "recipient": "dpo@example.org", "template": "reminder"}
        clock.advance(seconds=1)
        queue_one(session, **about, params={}, now=clock.now(), dedupe=f"{mailing.id}:x", urgent=urgent)
        session.commit()

    post.acts[3] = remind
    workers().drain()
    assert [one.channel for one in post.taken].index("email") == 7
    assert len(post.taken) == PEOPLE + 1


def test_one_thread_never_takes_a_letter(session, mailing, workers, post, clock) -> None:
    """However slow the mail server is with a mailing: a thread is free for the house."""
    assert workers().drain_for_the_house() == 0
    about = {"incident": None, "channel": Channel.EMAIL, "recipient": "dpo@example.org", "template": "reminder"}
    queue_one(session, **about, params={}, now=clock.now() - timedelta(minutes=1), dedupe=f"{mailing.id}:x")
    session.commit()
    assert workers().drain_for_the_house() == 1
    assert [one.channel for one in post.taken] == ["email"]
