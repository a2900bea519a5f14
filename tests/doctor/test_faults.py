"""Every fault that an installation was seen to have, made on purpose: the doctor finds it and says what to do."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, make_url, select
from sqlalchemy.orm import Session

from incident.cli import main
from incident.doctor import Finding, State, addresses, place, record, roster
from incident.domain.kernel.people import Role
from incident.domain.reminders.roster import Roster, Shift, document_of
from incident.platform import resources
from incident.platform.settings import Settings
from incident.store.blobs import BlobStore, blobs_at
from incident.store.db import harden
from incident.store.models import Person
from incident.store.places import Folder
from incident.usecases.people.change_roster import ChangeRoster, change_roster
from incident.usecases.response.restrict import Restrict, restrict
from tests.certificates import for_localhost
from tests.doctor.test_examine import only
from tests.factories import make_actor, make_incident
from tests.ports import free_port
from tests.promises.tampered import build

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Make = Callable[..., Settings]


def shape(findings: Iterator[Finding]) -> tuple[State, str]:
    finding = only(findings)
    return finding.state, finding.sentence


@contextmanager
def answering(body: bytes, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that says this to everybody."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://localhost:{server.server_port}" if tls else f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def us(proxies: int) -> bytes:
    return json.dumps({"status": "ready", "proxies": proxies}).encode()


WAYS = [
    (us(0), "0", State.OK, "are trusted as add their headers: 0"),
    (us(1), "0", State.WARN, "all visitors look like one"),
    (us(0), "1", State.FAIL, "anybody can forge an address"),
    (us(2), "2", State.OK, "are trusted as add their headers: 2"),
    (b"<h1>Welcome to the neighbours</h1>", "0", State.FAIL, "Something else than Meldklok"),
    (b'["ready"]', "0", State.FAIL, "Something else than Meldklok"),
]


@pytest.mark.parametrize(("body", "trusted", "state", "words"), WAYS)
def test_base_url_and_trusted_proxies_are_tried_by_asking_ourselves(
    make_settings: Make, body: bytes, trusted: str, state: State, words: str
) -> None:
    """A wrong BASE_URL sends every link elsewhere; a wrong number of proxies makes addresses worthless."""
    with answering(body) as address:
        found = shape(addresses.own_address(make_settings(BASE_URL=address, TRUSTED_PROXIES=trusted), NOW))
    assert (found[0], words in found[1]) == (state, True), found


def test_a_certificate_of_the_own_authority_counts_as_on_the_machine(
    make_settings: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Companies sign their inner names themselves: what the machine trusts we trust, and nothing else."""
    tls, public = for_localhost(tmp_path)
    with answering(us(0), tls) as address:
        asked = make_settings(BASE_URL=address)
        assert "the certificate is not trusted" in shape(addresses.own_address(asked, NOW))[1]
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
        assert shape(addresses.own_address(asked, NOW))[0] is State.OK


def test_a_base_url_where_nobody_answers_is_told(make_settings: Make) -> None:
    """A name that leads nowhere looks right and is not."""
    for url in (f"http://127.0.0.1:{free_port()}", "https://nowhere.invalid"):
        state, sentence = shape(addresses.own_address(make_settings(BASE_URL=url), NOW))
        assert (state, sentence.startswith(f"Nobody answers at {url}")) == (State.WARN, True)


def test_a_port_that_another_program_holds_is_told(make_settings: Make) -> None:
    """Meldklok itself on that port is fine, and nobody is too."""
    for body, state in ((us(0), State.OK), (b"something else", State.FAIL)):
        with answering(body) as address:
            assert shape(addresses.port(make_settings(PORT=address.rpartition(":")[2]), NOW))[0] is state
    assert list(addresses.port(make_settings(PORT=str(free_port())), NOW)) == []


def test_a_dead_switch_is_told_without_its_secret(make_settings: Make) -> None:
    """We connect and send nothing; the path of the address is a secret."""
    variable = "DEAD_MAN_URL"
    with answering(b"") as address:
        settings = make_settings(**{variable: f"{address}/hidden"})
        assert shape(addresses.called(settings, NOW))[0] is State.OK
        tls = make_settings(**{variable: f"{address.replace('http', 'https')}/hidden"})
        assert shape(addresses.called(tls, NOW))[0] is State.FAIL
    for dead in (f"http://127.0.0.1:{free_port()}/hidden", "https://nowhere.invalid/hidden"):
        state, sentence = shape(addresses.called(make_settings(**{variable: dead}), NOW))
        assert (state, "hidden" in sentence, variable in sentence) == (State.FAIL, False, True)


def test_an_address_that_apprise_does_not_know_is_told_by_its_number(make_settings: Make) -> None:
    """It stops the worker at its start; the doctor says which one, without repeating it."""
    assert list(addresses.further(make_settings(), NOW)) == []
    assert shape(addresses.further(make_settings(APPRISE_URLS="json://localhost"), NOW))[0] is State.OK
    state, sentence = shape(addresses.further(make_settings(APPRISE_URLS="json://localhost foo://hidden"), NOW))
    assert (state, "Address 2" in sentence, "hidden" in sentence) == (State.FAIL, True, False)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_damaged_database_is_told_by_doctor_and_by_every_command(
    settings: Settings, make_settings: Make, tmp_path: Path
) -> None:
    """Twenty overwritten pages: the doctor fails, and no command answers with a stack trace."""
    path = Path(str(make_url(settings.database_url).database))
    assert shape(record.damage(settings, NOW)) == (State.OK, "The file of the database is whole.")
    _checkpointed(settings.database_url)
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + bytes(20 * 4096) + whole[8192 + 20 * 4096 :])
    state, sentence = shape(record.damage(settings, NOW))
    assert (state, "is damaged" in sentence) == (State.FAIL, True)
    path.write_bytes(b"no database at all" * 4096)
    assert shape(record.damage(settings, NOW))[0] is State.FAIL
    environ = {"DATABASE_URL": settings.database_url, "DATA_DIR": str(settings.data_dir)}
    result = CliRunner(env={**environ, "SECRET_KEY": settings.secret_key}).invoke(main, ["incident", "list"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert list(record.damage(make_settings(DATABASE_URL=f"sqlite:///{tmp_path}/none/x.sqlite3"), NOW)) == []


def _checkpointed(url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_files_of_the_record_that_are_gone_or_altered_are_counted(settings: Settings) -> None:
    """A register without its evidence looks whole until somebody asks for it."""
    assert list(record.kept_files(settings, NOW)) == []
    blobs = blobs_at(settings.blob_url, settings.encryption_keys)
    assert isinstance(blobs.place, Folder)
    folder = blobs.place.folder
    with build(settings.database_url, folder).session as session:
        session.commit()
    digests = list(blobs.digests())
    assert shape(record.kept_files(settings, NOW))[0] is State.OK
    for digest in digests:
        (folder / digest[:2] / digest).write_bytes(blobs.get(digest))
    unsealed, whole = record.kept_files(settings, NOW)
    assert (unsealed.state, unsealed.params["number"], whole.state) == (State.WARN, len(digests), State.OK)
    for digest in digests:
        BlobStore(blobs.place, [bytes(range(1, 33))]).seal_anew(digest)
    assert f"opens: {len(digests)}." in shape(record.kept_files(settings, NOW))[1]
    for digest in digests:
        path = folder / digest[:2] / digest
        path.write_bytes(b"altered")
    assert f"missing: 0, altered: {len(digests)}." in shape(record.kept_files(settings, NOW))[1]
    for digest in digests:
        (folder / digest[:2] / digest).unlink()
    assert f"missing: {len(digests)}, altered: 0." in shape(record.kept_files(settings, NOW))[1]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_examples_among_real_incidents_and_a_roster_that_is_away_are_told(settings: Settings) -> None:
    """Examples alone are a trial; and a holiday that everybody takes is known before it begins."""
    engine = harden(create_engine(settings.database_url))
    with Session(engine) as session:
        dpo = make_actor(session, "Charlie", [Role.DPO], NOW)
        make_actor(session, "Dora", [Role.SECOND], NOW)
        example = make_incident(session, dpo, NOW)
        example.is_example = True
        session.commit()
        assert list(record.examples(settings, NOW)) == []
        make_incident(session, dpo, NOW)
        session.commit()
        assert shape(record.examples(settings, NOW))[1].startswith("One made-up example ")
        told = []
        for person in session.scalars(select(Person).order_by(Person.name)):
            person.away_from, person.away_to = NOW + timedelta(days=20), NOW + timedelta(days=25)
            session.commit()
            sentences = [finding.sentence for finding in roster.people(settings, NOW)]
            told.append("On 2026-03-22 everybody with a part in the roster is away." in sentences)
        assert told == [False, True]
    engine.dispose()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_who_has_duty_while_the_whole_duty_order_is_away_is_told(settings: Settings) -> None:
    """The reminders go to somebody who was named for something else; a shift names somebody, and all is well."""
    engine = harden(create_engine(settings.database_url))
    with Session(engine) as session:
        dpo = make_actor(session, "Charlie", [Role.DPO, Role.ADMIN], NOW)
        hanna = session.get_one(Person, make_actor(session, "Hanna", [Role.RESPONDER], NOW).id)

        def told() -> list[str]:
            session.commit()
            return [one.sentence for one in roster.people(settings, NOW) if "duty" in one.sentence]

        hanna.away_from = NOW + timedelta(days=3)
        assert told() == []
        hanna.duty_order = 1
        assert told() == ["On 2026-03-05 the whole duty order is away, and duty is with: Charlie."]
        dora = make_actor(session, "Dora", [Role.SECOND], NOW)
        shift = Shift(dora.id, NOW + timedelta(days=3), NOW + timedelta(days=90))
        change_roster(ChangeRoster(dpo, document_of(Roster((shift,)))), session=session, now=NOW)
        assert told() == []
    engine.dispose()


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_restricted_incident_without_anybody_there_is_told_and_not_named(settings: Settings) -> None:
    """The page of the doctor is read by everybody who is signed in, so it counts and gives no reference."""
    engine = harden(create_engine(settings.database_url))
    with Session(engine) as session:
        dpo = make_actor(session, "Charlie", [Role.DPO], NOW)
        make_actor(session, "Dora", [Role.RESPONDER], NOW)
        incident = make_incident(session, dpo, NOW)
        restrict(Restrict(dpo, incident.id, frozenset({dpo.id}), "x"), session=session, now=NOW)
        session.commit()
        assert not any("nobody is there" in one.sentence for one in roster.people(settings, NOW))
        session.get_one(Person, dpo.id).away_from = NOW
        session.commit()
        (found,) = (one for one in roster.people(settings, NOW) if "nobody is there" in one.sentence)
        assert (found.state, found.sentence) == (State.FAIL, "In one open case nobody is there who may act.")
        assert incident.reference not in found.sentence + found.advice
    engine.dispose()


def test_a_file_of_the_program_that_is_gone_or_half_is_named(
    make_settings: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One template that is missing spoils the first letter; the installer knows every file and its size."""

    class Listed:
        def __init__(self, name: str, size: int) -> None:
            self.name, self.size = name, size
            self.parts = tuple(name.split("/"))

        def locate(self) -> Path:
            return tmp_path / self.name

        def __str__(self) -> str:
            return self.name

    (tmp_path / "incident").mkdir()
    for name in ("whole", "half"):
        (tmp_path / "incident" / name).write_bytes(b"1234")
    listed: list[Any] = [Listed("incident/whole", 4), Listed("incident/half", 8), Listed("incident/gone", 4)]
    monkeypatch.setattr(resources, "files", lambda _name: [*listed, Listed("../../bin/other", 4)])
    sentence = only(place.files(make_settings(), NOW)).sentence
    assert sentence == "The installation is incomplete: incident/half, incident/gone is missing."
