"""The mailbox, at a real IMAP server: what lies in it is on record before it leaves it, once, and holds up nothing."""

import imaplib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from incident.delivery import mailbox
from incident.delivery.incoming import LARGEST
from incident.delivery.mailbox import Mailbox, MailboxTrouble, Place
from incident.doctor import State
from incident.doctor import mailbox as doctor
from incident.domain.kernel.errors import TooMany
from incident.domain.kernel.health import Level, judge
from incident.domain.mail_words import Trouble
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.mail_intake import last_emptied, stuck_mail
from incident.store.models import Evidence, Incident
from incident.store.queries.vital_signs import alarm_facts, health_facts
from incident.wiring import Deps, wire
from incident.worker import postman
from incident.worker.postman import Postman
from incident.worker.watchman import Watchman
from tests.mail.imap_here import PASSWORD, ImapHere
from tests.mail.letters import PDF, letter, with_files
from tests.nursery import SECRETS

ROOT = Path(__file__).resolve().parents[2]
Make = Callable[..., Settings]
MAIL = with_files(letter(), ("brief.pdf", PDF)).as_bytes()


def mail(number: int) -> bytes:
    return letter(Message_ID=f"<{number}@example.net>", From=f"P{number} <p{number}@example.net>").as_bytes()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapHere]:
    """It runs, and this machine trusts it."""
    here = ImapHere(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(here.certificate))
    yield here
    here.stop()


@pytest.fixture
def deps(make_settings: Make, migrated_url: str, engine: Engine, server: ImapHere, clock: FixedClock) -> Deps:
    """The parts of an installation with a mailbox."""
    address = {"INTAKE_ADDRESS": "datalek@example.org", "INTAKE_IMAP_URL": server.url()}
    parts = wire(make_settings(DATABASE_URL=migrated_url, **address), clock)
    parts.vault.open(engine)
    return parts


@pytest.fixture
def look(engine: Engine, deps: Deps, clock: FixedClock) -> Callable[..., None]:
    """Let a worker look into the mailbox, some minutes later."""

    def at(minutes: int = 2) -> None:
        clock.advance(minutes=minutes)
        Postman(sessionmaker(engine, expire_on_commit=False), lambda _: clock.now(), deps, threading.Event()).tick()

    return at


def count(engine: Engine) -> tuple[int, int]:
    with Session(engine) as session:
        found = [session.scalar(select(func.count()).select_from(one)) or 0 for one in (Incident, Evidence)]
    return found[0], found[1]


def troubles(engine: Engine, clock: FixedClock) -> list[str]:
    with Session(engine) as session:
        return [one.reason for one in stuck_mail(session, clock.now())]


def test_what_is_taken_in_is_seen_and_lies_in_the_other_folder(
    engine: Engine, server: ImapHere, look: Callable[..., None], clock: FixedClock
) -> None:
    """And the bytes are what they were; a second look, also by another worker, finds nothing."""
    server.put(MAIL, mail(2))
    look()
    look(0)
    assert count(engine) == (2, 3)
    assert server.in_folder("INBOX") == []
    assert [seen for _, seen in server.in_folder("Meldklok")] == [True, True]
    assert {content for content, _ in server.in_folder("Meldklok")} == {MAIL, mail(2)}
    with Session(engine) as session:
        assert last_emptied(session) == clock.now()


def test_the_same_mail_delivered_again_is_no_second_report(
    engine: Engine, server: ImapHere, look: Callable[..., None]
) -> None:
    for _ in range(3):
        server.put(MAIL, MAIL)
        look()
    assert count(engine) == (1, 2)
    assert len(server.in_folder("Meldklok")) == 6


@pytest.mark.sqlite
def test_what_somebody_has_read_beside_us_is_a_report_all_the_same(
    engine: Engine, server: ImapHere, look: Callable[..., None]
) -> None:
    server.put(MAIL)
    with server.inside() as box:
        box.select("INBOX")
        box.store("1", "+FLAGS", r"(\Seen)")
    look()
    assert count(engine) == (1, 2)


@pytest.mark.parametrize("command", ["STORE", "MOVE", "CREATE"])
def test_a_connection_that_breaks_after_the_record_makes_no_second_report(
    engine: Engine, server: ImapHere, look: Callable[..., None], clock: FixedClock, command: str
) -> None:
    server.put(MAIL, mail(2))
    server.before = lambda said: said != command
    look()
    assert count(engine)[0] == 1
    assert troubles(engine, clock) == [Trouble.BROKEN, Trouble.BROKEN]
    server.before = lambda _said: True
    look(11)
    assert count(engine) == (2, 3)
    assert server.in_folder("INBOX") == []
    assert troubles(engine, clock) == []


@pytest.mark.sqlite
def test_killed_between_record_and_move_it_is_one_report(
    migrated_url: str, engine: Engine, server: ImapHere, tmp_path: Path
) -> None:
    """A real process, and SIGKILL at the moment at which the mail is on record and still in the mailbox."""
    server.put(MAIL)
    place = {"DATABASE_URL": migrated_url, "DATA_DIR": str(tmp_path / "data"), "INTAKE_ADDRESS": "d@example.org"}
    environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "SSL_CERT_FILE": str(server.certificate)}
    environ |= {**SECRETS, **place, "INTAKE_IMAP_URL": server.url()}
    killed = "from tests.mail.killed import run; run()"
    first = subprocess.run([sys.executable, "-c", killed, "kill"], cwd=ROOT, env=environ, timeout=120, check=False)
    assert first.returncode == -9
    assert count(engine) == (1, 2)
    assert len(server.in_folder("INBOX")) == 1
    subprocess.run([sys.executable, "-c", killed], cwd=ROOT, env=environ, timeout=120, check=True)
    assert count(engine) == (1, 2)
    assert server.in_folder("INBOX") == []
    assert len(server.in_folder("Meldklok")) == 1


def test_a_mail_that_cannot_be_taken_stays_is_named_and_holds_up_no_other(
    engine: Engine,
    server: ImapHere,
    look: Callable[..., None],
    clock: FixedClock,
    deps: Deps,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tried again every ten minutes and behind the others; told in /health and on every page after half an hour."""
    take = postman.take_in

    def broken(raw: bytes, *rest: object, **named: object) -> object:
        if b"p1@example.net" in raw:
            raise ZeroDivisionError
        if b"p2@example.net" in raw:
            raise TooMany("Too many", seconds=60)
        return take(raw, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(postman, "take_in", broken)
    server.put(b" \r\n", mail(1), mail(2), mail(3))
    look()
    assert count(engine)[0] == 1
    assert sorted(troubles(engine, clock)) == [Trouble.EMPTY, Trouble.FAILED, Trouble.TOO_MANY]
    assert [seen for _, seen in server.in_folder("INBOX")] == [False, False, False]
    assert health(engine, deps, clock) == []
    server.put(mail(4))
    look(31)
    assert count(engine)[0] == 2
    assert health(engine, deps, clock) == [Level.FAILING, Level.FAILING]
    monkeypatch.undo()
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    named = [finding.sentence for finding in doctor.stuck(deps.settings, clock.now())]
    assert len(named) == 3
    assert "mail number" in named[0]
    look(9)
    assert count(engine)[0] == 2
    look(2)
    assert count(engine)[0] == 4
    with server.inside() as box:
        box.select("INBOX")
        box.store("1", "+FLAGS", r"(\Deleted)")
        box.expunge()
    look()
    assert troubles(engine, clock) == []
    assert health(engine, deps, clock) == []


def health(engine: Engine, deps: Deps, clock: FixedClock) -> list[Level]:
    sessions = sessionmaker(engine)
    Watchman(sessions, lambda _: clock.now(), "w", clock.now(), deps.settings, clock.now, lambda: None).beat()
    with sessions() as session:
        judged = [judge(facts(session, clock.now()), clock.now()) for facts in (health_facts, alarm_facts)]
    return [finding.level for one in judged for finding in one.findings if finding.key == "mail_stuck"]


@pytest.mark.sqlite
def test_a_mail_that_is_too_large_is_not_read_to_its_end(
    engine: Engine, server: ImapHere, look: Callable[..., None], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LARGEST == 50 * 1024 * 1024
    for module in (mailbox, postman):
        monkeypatch.setattr(module, "LARGEST", 2000)
    server.put(letter("x" * 70 + "\n" + "y\n" * 3000).as_bytes(), mail(2))
    look()
    assert count(engine)[0] == 1
    assert troubles(engine, clock) == [Trouble.TOO_LARGE]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"password": "wrong"}, Trouble.SIGN_IN),
        ({"folder": "/Nowhere"}, Trouble.FOLDER),
        ({"host": "127.0.0.1"}, Trouble.CERTIFICATE),
        ({"port": ":9"}, Trouble.AWAY),
    ],
)
def test_a_mailbox_that_lets_us_not_in_is_told_with_its_reason(
    server: ImapHere, change: dict[str, str], reason: Trouble
) -> None:
    """And no sentence of it holds the password."""
    url = server.url(change.get("password", "geheim%20wachtwoord"))
    url = url.replace("/INBOX", change.get("folder", "/INBOX")).replace("localhost", change.get("host", "localhost"))
    url = url.replace(f":{server.port}", change.get("port", f":{server.port}"))
    with pytest.raises(MailboxTrouble) as told, Mailbox(Place.from_url(url)):
        pass
    assert told.value.reason is reason
    assert PASSWORD not in repr(told.value)


@pytest.mark.sqlite
def test_nobody_is_trusted_whom_this_machine_does_not_know(server: ImapHere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(MailboxTrouble) as told, Mailbox(Place.from_url(server.url())):
        pass
    assert told.value.reason is Trouble.CERTIFICATE
    assert "LOGIN" not in server.said


@pytest.mark.sqlite
def test_a_server_that_never_answers_holds_us_no_longer_than_was_said(server: ImapHere) -> None:
    """The total counts, not the single step: it says nothing to the third command."""
    server.put(MAIL)
    server.before = lambda said: said != "FETCH" or time.sleep(6) is None
    before = time.monotonic()
    with pytest.raises(MailboxTrouble) as told, Mailbox(Place.from_url(server.url()), seconds=3) as box:
        box.read(box.waiting()[0])
    assert told.value.reason is Trouble.BROKEN
    assert time.monotonic() - before < 5


def test_a_mailbox_that_is_down_is_asked_again_and_told_after_half_an_hour(
    engine: Engine, server: ImapHere, look: Callable[..., None], deps: Deps, clock: FixedClock
) -> None:
    server.put(MAIL)
    server.before = lambda _said: False
    look()
    assert troubles(engine, clock) == [Trouble.AWAY]
    assert health(engine, deps, clock) == []
    assert [finding.state for finding in doctor.entry(deps.settings, clock.now())] == [State.FAIL]
    look(31)
    assert health(engine, deps, clock) == [Level.FAILING, Level.FAILING]
    server.before = lambda _said: True
    assert [finding.state for finding in doctor.entry(deps.settings, clock.now())] == [State.OK]
    look()
    assert health(engine, deps, clock) == []
    assert count(engine) == (1, 2)


@pytest.mark.sqlite
def test_a_server_that_cannot_move_keeps_a_copy_and_the_mail_as_deleted(
    engine: Engine, server: ImapHere, look: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every server knows RFC 6851 and 4315; what is marked as deleted is not read again."""
    enter = Mailbox.__enter__

    def without(box: Mailbox) -> Mailbox:
        entered = enter(box)
        entered._able = frozenset({"IMAP4REV1"})
        return entered

    monkeypatch.setattr(Mailbox, "__enter__", without)
    server.put(MAIL)
    look()
    look()
    assert count(engine) == (1, 2)
    assert server.said.count("FETCH") == 1
    assert "MOVE" not in server.said
    assert len(server.in_folder("Meldklok")) == len(server.in_folder("INBOX")) == 1


@pytest.mark.sqlite
def test_another_folder_may_be_named(
    engine: Engine, server: ImapHere, make_settings: Make, migrated_url: str, clock: FixedClock
) -> None:
    address = {"INTAKE_ADDRESS": "d@example.org", "INTAKE_IMAP_URL": server.url(handled="Gedaan%20werk")}
    parts = wire(make_settings(DATABASE_URL=migrated_url, **address), clock)
    parts.vault.open(engine)
    server.put(MAIL)
    Postman(sessionmaker(engine), lambda _: clock.now(), parts, threading.Event()).tick()
    assert len(server.in_folder("Gedaan werk")) == 1


def test_of_two_workers_one_looks_and_a_turn_that_was_cut_off_ends(
    engine: Engine, server: ImapHere, look: Callable[..., None], deps: Deps, clock: FixedClock
) -> None:
    def cut(_said: str) -> bool:
        look(0)
        return True

    server.before = cut
    look()
    assert server.said.count("LOGIN") == 1
    assert count(engine) == (0, 0)


def test_a_wrong_password_is_not_tried_every_minute(
    engine: Engine, server: ImapHere, make_settings: Make, migrated_url: str, clock: FixedClock
) -> None:
    """Providers lock out whoever does; after a quarter of an hour it has been tried twice."""
    address = {"INTAKE_ADDRESS": "d@example.org", "INTAKE_IMAP_URL": server.url("wrong")}
    parts = wire(make_settings(DATABASE_URL=migrated_url, **address), clock)
    for _minute in range(15):
        Postman(sessionmaker(engine), lambda _: clock.now(), parts, threading.Event()).tick()
        clock.advance(minutes=1)
    assert server.said.count("LOGIN") == 2
    assert troubles(engine, clock) == [Trouble.SIGN_IN]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [(ValueError("no number"), Trouble.ODD), (imaplib.IMAP4.readonly("not yours"), Trouble.FOLDER)],
)
def test_a_server_that_answers_oddly_is_told_of_and_asked_again(
    engine: Engine,
    server: ImapHere,
    look: Callable[..., None],
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    broken: Exception,
    reason: Trouble,
) -> None:
    def odd(*_: object) -> None:
        raise broken

    server.put(MAIL)
    with monkeypatch.context() as patched:
        patched.setattr(imaplib.IMAP4, "select", odd)
        look()
    assert troubles(engine, clock) == [reason]
    look()
    assert troubles(engine, clock) == []
    assert count(engine)[0] == 1


def test_told_to_stop_no_further_mail_is_begun(
    engine: Engine, server: ImapHere, deps: Deps, clock: FixedClock, look: Callable[..., None]
) -> None:
    server.put(MAIL, mail(2))
    stop = threading.Event()
    server.before = lambda said: (said == "FETCH" and stop.set()) or True
    Postman(sessionmaker(engine, expire_on_commit=False), lambda _: clock.now(), deps, stop).tick()
    assert count(engine)[0] == 1
    look(0)
    assert count(engine)[0] == 2
