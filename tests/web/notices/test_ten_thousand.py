"""Thousands of letters by e-mail, the worker killed five times: each person once, or a double that is counted; and the
record says in the end how many were told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, create_engine, func, select, update
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Role
from incident.domain.kinds import Addressee, MailingChannel, OutboxOutcome
from incident.law.vocabulary import Informed
from incident.platform.settings import Settings
from incident.store.db import harden
from incident.store.models import AuditEntry, Incident, Mailing, OutboxMessage, Reminder
from incident.store.proof.note import Signer
from incident.store.sealing import Sealer
from incident.store.verify import verify
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.mailing.mailing import release_mailing, start_mailing
from incident.usecases.mailing.make_messages import TURN, make_next_messages
from incident.usecases.mailing.read_list import PrepareMailing, prepare_mailing
from incident.usecases.mailing.texts import progress
from incident.usecases.notices.approve import ApproveNotice, approve_notice
from incident.usecases.notices.draft import DraftNotice, draft_notice
from tests.clock.processes import MailSink, Workers, wait_until, workers
from tests.factories import blobs_in, make_actor, make_incident
from tests.soak import often
from tests.usecases.mailing.test_mailing import Letters

pytestmark = pytest.mark.slow
MANY = {"postgresql": often(2_000, 10_000), "sqlite": often(4_000, 10_000)}
"""How many people. On SQLite, where all of them wait for one writer, twice as many in every run."""
KILLS = 5


class Letterboxes(MailSink):
    """A mail server that counts the letters to the people of the list; what goes to the team is not its business."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__(seconds)
        self.addresses: set[str] = set()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take one letter."""
        (address,) = envelope.rcpt_tos
        if not address.endswith("@people.example"):
            return "250 OK"
        self.addresses.add(address)
        return await super().handle_DATA(server, session, envelope)


def released(engine: Engine, sealer: Sealer, people: int, *, made: bool = True) -> UUID:
    """A mailing to so many people; unless a worker is to make its messages, all of them may leave now."""
    now = datetime.now(UTC) - timedelta(minutes=5)
    rows = "".join(f"Persoon {n};p{n}@people.example\n" for n in range(people))
    with Session(engine) as session, session.begin():
        author = make_actor(session, "Alice", [Role.RESPONDER], now)
        dpo, second = make_actor(session, "Dpo", [Role.DPO], now), make_actor(session, "Bas", [Role.SECOND], now)
        incident = make_incident(session, author, now)
        order = DraftNotice(author, incident.id, Addressee.SUBJECTS)
        version = draft_notice(order, session=session, now=now, writer=Letters())
        approval = ApproveNotice(dpo, version.notice_id, version.body_sha256, unsaid_reason="A text for tests.")
        approve_notice(approval, session=session, now=now)
        command = PrepareMailing(
            dpo, incident.id, MailingChannel.EMAIL, [version.id], "l.csv", f"naam;email\n{rows}".encode(), 6_000
        )
        mailing = prepare_mailing(command, session=session, now=now, sealer=sealer).mailing
        start_mailing(session, mailing.id, actor=dpo, now=now)
        count = release_mailing(session, mailing.id, actor=second, now=now, channels={"email", "subjects"})
        assert count == people
        while made and make_next_messages(session, now):
            pass
        return mailing.id


def settled(engine: Engine) -> int:
    query = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.settled_at.is_not(None))
    with Session(engine) as session:
        return session.scalars(query.where(OutboxMessage.channel == "subjects")).one()


def told(engine: Engine) -> tuple[object, object]:
    """What the record says of the people: whether they were told, and how many."""
    with Session(engine) as session:
        facts = current_facts(session, session.scalars(select(Incident)).one())
        return facts.informed, facts.informed_count


def held_by(engine: Engine, pid: int) -> int:
    """How many messages a worker was holding: each of them may come a second time."""
    query = select(func.count()).select_from(OutboxMessage)
    with Session(engine) as session:
        return session.scalars(
            query.where(OutboxMessage.claimed_by.contains(f":{pid}:"), OutboxMessage.settled_at.is_(None))
        ).one()


def tried_again(session: Session) -> set[str | None]:
    """The Message-IDs of the letters of which the log says that they were tried more than once."""
    told = session.scalars(select(AuditEntry).where(AuditEntry.tag == Tag.MESSAGE_SENT.value))
    keys = {UUID(key) for one in told if one.details["attempts"] > 1 for key in one.details["message"].split()}
    return {receipt for key, receipt in session.execute(select(OutboxMessage.id, OutboxMessage.receipt)) if key in keys}


def kill_five_times(engine: Engine, crew: Workers, sink: MailSink, people: int) -> int:
    """Kill the worker at a tenth, two tenths … of the way; returns how many messages may be doubles."""
    doubtful = 0
    for turn in range(1, KILLS + 1):
        assert wait_until(lambda turn=turn: len(sink.taken) >= turn * people // 10, 120)  # type: ignore[misc]
        pid = crew.alive[0]
        crew.kill(pid)
        doubtful += held_by(engine, pid)
        crew.spawn()
    return doubtful


def test_ten_thousand_people_get_one_message_each(
    migrated_url: str, dialect: str, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    """Nobody is left out. A double has the same Message-ID, and there are no more of them than a kill can explain."""
    settings = make_settings(DATABASE_URL=migrated_url, DATA_DIR=str(tmp_path))
    engine = harden(create_engine(migrated_url))
    people = MANY[dialect]
    mailing = released(engine, Sealer(settings.encryption_keys), people)
    places = {"DATABASE_URL": migrated_url, "DATA_DIR": str(tmp_path), "MAIL_FROM": "fg@example.org"}
    with Letterboxes() as sink, workers(1, **places, SMTP_URL=sink.url, LEASE_SECONDS="3") as crew:
        doubtful = kill_five_times(engine, crew, sink, people)
        assert wait_until(lambda: settled(engine) >= people, 300, every=0.5)
        assert wait_until(lambda: told(engine) == (Informed.INFORMED, people), 60, every=0.5)
        assert crew.kills == KILLS
        assert len(sink.taken) == len(sink.addresses) == people
        assert sink.doubles <= doubtful
    with Session(engine) as session:
        done = progress(session, session.get_one(Mailing, mailing))
        assert (done.people, done.sent, done.waiting, done.failed) == (people, people, 0, 0)
        assert (
            session.scalars(
                select(func.count()).select_from(OutboxMessage).where(OutboxMessage.outcome == OutboxOutcome.SENT)
            ).one()
            >= people
        )
        assert {key for key, times in sink.taken.items() if times > 1} <= tried_again(session)
        found = verify(session, blobs_in(tmp_path / "blobs"), Signer(bytes(32)).public).findings
        assert [one for one in found if one.chain] == [], "each letter is in the log, and nothing that did not leave"
    engine.dispose()


def letters_made(engine: Engine) -> list[str]:
    with Session(engine) as session:
        return list(session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.channel == "subjects")))


def test_a_killed_worker_goes_on_making_the_messages(
    migrated_url: str, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    """The request made the first turn; the worker is killed at the next ones, and each person has one message."""
    settings = make_settings(DATABASE_URL=migrated_url, DATA_DIR=str(tmp_path))
    engine = harden(create_engine(migrated_url))
    people = 4 * TURN + 5
    released(engine, Sealer(settings.encryption_keys), people, made=False)
    assert len(letters_made(engine)) == TURN
    places = {"DATABASE_URL": migrated_url, "DATA_DIR": str(tmp_path), "MAIL_FROM": "fg@example.org"}
    with Letterboxes() as sink, workers(1, **places, SMTP_URL=sink.url) as crew:
        for turn in (2, 3):
            assert wait_until(lambda turn=turn: len(letters_made(engine)) >= turn * TURN, 60, every=0.01)  # type: ignore[misc]
            crew.kill(crew.alive[0])
            crew.spawn()
        assert wait_until(lambda: len(letters_made(engine)) >= people, 60)
    assert len(letters_made(engine)) == len(set(letters_made(engine))) == people
    engine.dispose()


def remind(engine: Engine) -> None:
    """Let the next rung of the clock fall due."""
    now = datetime.now(UTC)
    with Session(engine) as session, session.begin():
        rung = session.scalars(
            select(Reminder.id).where(Reminder.settled_at.is_(None)).order_by(Reminder.due_at)
        ).first()
        session.execute(update(Reminder).where(Reminder.id == rung).values(due_at=now, planned_at=now))


def reminders_sent(engine: Engine) -> int:
    with Session(engine) as session:
        sent = session.scalars(select(OutboxMessage.payload).where(OutboxMessage.outcome == OutboxOutcome.SENT)).all()
        return sum(payload["template"] in ("reminder", "escalation") for payload in sent)


def test_a_reminder_is_not_late_because_of_a_mailing(
    migrated_url: str, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    """The mail server takes its time with each of three hundred letters that are due; the clock's reminder overtakes
    those that wait, although it fell due after all of them."""
    settings = make_settings(DATABASE_URL=migrated_url, DATA_DIR=str(tmp_path))
    engine = harden(create_engine(migrated_url))
    people = 300
    released(engine, Sealer(settings.encryption_keys), people)
    places = {"DATABASE_URL": migrated_url, "DATA_DIR": str(tmp_path), "MAIL_FROM": "fg@example.org"}
    with Letterboxes(0.2) as sink, workers(1, **places, SMTP_URL=sink.url):
        assert wait_until(lambda: len(sink.taken) > people // 30, 60)
        before = reminders_sent(engine)
        remind(engine)
        assert wait_until(lambda: reminders_sent(engine) > before, 60)
        assert len(sink.taken) < people // 2
    engine.dispose()
