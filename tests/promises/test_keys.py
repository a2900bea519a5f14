"""Keys: a lost or wrong one stops everything and is never replaced silently; each can be changed without a loss."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from incident import create_app
from incident.cli import main
from incident.domain.kernel.people import Actor, Role
from incident.domain.kinds import MailingChannel
from incident.platform import keys
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store import schema
from incident.store.db import harden
from incident.store.models import KeptSecret, Mailing, MailingRecipient
from incident.store.reseal import BATCH, recipient_place, reseal
from incident.store.sealing import KEY_ID_BYTES, Sealer
from incident.store.vault import Vault
from tests.databases import KEY, SqliteDatabases
from tests.factories import make_actor, make_incident
from tests.forked import command

OTHER = "HxweGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQD/AgE="
COMMANDS = (["audit", "verify"], ["worker"], ["incident", "list"], ["db", "upgrade"], ["keys", "rotate"])


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An embedded installation that was started once; its key lies in the data folder."""
    kind = SqliteDatabases(schema.upgrade)
    for name in ("SECRET_KEY", "ENCRYPTION_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", kind.migrated())
    assert run("audit", "verify").exit_code == 0
    yield tmp_path / "data"
    kind.close()


def run(*command: str) -> Result:
    return CliRunner().invoke(main, list(command))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_lost_key_stops_every_command_and_no_new_one_is_made(house: Path, command: list[str]) -> None:
    """With another key what is sealed could not be read, and what is sealed then would be lost with the old one."""
    (house / "encryption_key").unlink()
    done = run(*command)
    assert done.exit_code == 1
    assert "is gone, and the database was sealed with it. Put it back" in done.output
    assert not (house / "encryption_key").exists()


@pytest.mark.parametrize("command", COMMANDS[:-1], ids=" ".join)
def test_a_wrong_key_stops_every_command(house: Path, command: list[str]) -> None:
    """One sentence, which says what to do."""
    (house / "encryption_key").write_text(OTHER)
    done = run(*command)
    assert done.exit_code == 1
    assert "ENCRYPTION_KEY is not the key of this database. Put the key back" in done.output


def test_the_doctor_says_that_the_key_is_wrong(house: Path) -> None:
    """Among its other findings."""
    (house / "encryption_key").write_text(OTHER)
    assert "The encryption key is not that of this database." in run("doctor").output


def test_another_secret_key_keeps_passwords_and_second_factors(make_settings, migrated_url) -> None:
    """SECRET_KEY signs sessions and links and nothing else: after a leak it is simply changed."""
    from flask_security import hash_password, verify_password

    keys_of_sessions = ("0123456789ab" * 4, "zyx98765wvut" * 4)
    first, second = (make_settings(DATABASE_URL=migrated_url, SECRET_KEY=key) for key in keys_of_sessions)
    before, after = create_app(first), create_app(second)
    with before.app_context():
        hashed = hash_password("correct horse battery")
        factor = before.extensions["security"]._totp_factory.generate_totp_secret()
    with after.app_context():
        assert verify_password("correct horse battery", hashed)
        assert after.extensions["security"]._totp_factory.get_totp_uri("a@example.org", factor).startswith("otpauth://")


def test_a_rotation_that_is_killed_goes_on_where_it_was(session, clock, team) -> None:
    """Every value is sealed with one of the two keys at each moment, and at the end the old key is not needed."""
    people = BATCH + 20
    old, new = keys.encryption_keys("K", KEY)[0], keys.encryption_keys("K", OTHER)[0]
    vault = Vault([old])
    vault.open(session.get_bind())
    mailing = _mailing(session, team.reporter, clock.now())
    for row in range(people):
        key = uuid4()
        sealed = vault.sealer.seal(str(row).encode(), recipient_place(key))
        session.add(
            MailingRecipient(id=key, mailing_id=mailing.id, row=row, language="nl", sealed=sealed, fingerprint=str(row))
        )
    session.commit()
    both = Sealer([new, old])
    steps = reseal(session, both)
    next(steps), session.commit(), next(steps)
    session.rollback()
    for _ in reseal(session, both):
        session.commit()
    only = Sealer([new])
    for row in session.scalars(select(MailingRecipient)):
        assert only.open(row.sealed, recipient_place(row.id)) == str(row.row).encode()
    assert session.scalar(select(func.count()).select_from(KeptSecret)) == 5
    rotated = Vault([new])
    rotated.open(session.get_bind())
    assert rotated.sealer.fingerprint(b"a@example.org", "m") == vault.sealer.fingerprint(b"a@example.org", "m")


def _mailing(session: Session, reporter: Actor, now: datetime) -> Mailing:
    incident = make_incident(session, reporter, now)
    mailing = Mailing(
        id=uuid4(),
        incident_id=incident.id,
        channel=MailingChannel.EMAIL,
        letters=[],
        default_language="nl",
        per_minute=1,
        erase_after=now,
        recorded_at=now,
    )
    session.add(mailing)
    session.flush()
    return mailing


@pytest.mark.slow
def test_kill_9_in_the_midst_of_a_rotation_loses_no_value(house: Path, clock: FixedClock, record_property: Any) -> None:
    """Killed each time that it has written another batch; whoever gives the command again comes to the end of it."""
    engine = harden(create_engine(os.environ["DATABASE_URL"]))
    vault = Vault(keys.encryption_keys("K", (house / "encryption_key").read_text().strip()))
    vault.open(engine)
    with Session(engine) as session, session.begin():
        reporter = make_actor(session, "Alice", [Role.RESPONDER], clock.now())
        mailing = _mailing(session, reporter, clock.now())
        for row in range(6 * BATCH):
            key = uuid4()
            sealed = vault.sealer.seal(str(row).encode(), recipient_place(key))
            person = {"id": key, "mailing_id": mailing.id, "row": row, "sealed": sealed, "fingerprint": str(row)}
            session.add(MailingRecipient(language="nl", **person))
    kills = 0
    engine.dispose()  # A fork must not inherit what is connected.
    while not _rotated(engine, house):
        kills += 1
    assert kills >= 3
    record_property("kills", kills)
    assert run("audit", "verify").exit_code == 0
    only = Sealer(keys.encryption_keys("K", (house / "encryption_key").read_text().strip()))
    with Session(engine) as session:
        for one in session.scalars(select(MailingRecipient)):
            assert only.open(one.sealed, recipient_place(one.id)) == str(one.row).encode()
    engine.dispose()


def _rotated(engine: Engine, house: Path) -> bool:
    """Rotate, and kill it after the next batch; whether it came to its end before."""
    by_key = select(func.count(MailingRecipient.id)).group_by(func.substr(MailingRecipient.sealed, 1, KEY_ID_BYTES))
    reader = create_engine(engine.url, poolclass=NullPool)

    def done() -> list[int]:
        with reader.connect() as connection:
            return sorted(connection.scalars(by_key))

    before = done()
    process = command("keys", "rotate", environ=os.environ, said=house / "said")
    while process.is_alive():
        if done() != before:
            process.kill()
        time.sleep(0.005)
    assert process.exitcode in (0, -signal.SIGKILL), "It ended by itself, and that counts as no kill."
    return process.exitcode == 0


def test_the_key_in_the_data_folder_is_rotated_by_one_command(house: Path) -> None:
    """The file holds the new key alone afterwards, and the old one no longer opens anything."""
    before = (house / "encryption_key").read_text()
    done = run("keys", "rotate")
    assert done.exit_code == 0, done.output
    assert (house / "encryption_key").read_text() != before
    assert run("audit", "verify").exit_code == 0
    (house / "encryption_key").write_text(before)
    assert run("audit", "verify").exit_code == 1


def test_a_rotation_that_was_cut_off_makes_no_third_key(house: Path) -> None:
    """Whoever runs it again goes on with the two keys in the file."""
    path = house / "encryption_key"
    keys.add_first(path)
    both = path.read_text()
    keys.add_first(path)
    assert path.read_text() == both
    assert run("keys", "rotate").exit_code == 0
    assert path.read_text().strip() == both.strip().partition(",")[0]
    engine = harden(create_engine(Settings.load().database_url))
    Vault(Settings.load().encryption_keys).open(engine)
    engine.dispose()
