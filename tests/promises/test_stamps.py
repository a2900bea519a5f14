"""An outside authority's time stamps on checkpoints: asked for, kept, shown, checked, and part of every dossier."""

import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from time import sleep
from zoneinfo import ZoneInfo

import pytest
from cryptography.x509 import load_pem_x509_certificates
from sqlalchemy import Engine, select
from sqlalchemy.orm import sessionmaker

from incident.delivery import stamps
from incident.delivery.stamps import Authority
from incident.doctor import State, record
from incident.documents.whole_dossier import DossierMaker
from incident.domain.kernel.health import judge
from incident.domain.kernel.people import SYSTEM, Actor, Role
from incident.platform import settings as reading
from incident.platform.settings import Settings, SettingsError
from incident.store.models import CheckpointRow, Incident
from incident.store.proof.timestamp import BadStamp
from incident.store.queries.vital_signs import alarm_facts
from incident.store.tree import newest
from incident.store.verify import Problem, verify
from incident.worker.notary import Notary
from incident.worker.watchman import Watchman
from tests.conftest import START
from tests.factories import PlainRenderer
from tests.ports import free_port
from tests.promises import stamping
from tests.promises.tampered import SIGNER, House, build
from tests.promises.test_verifier import list_anew, told

pytestmark = pytest.mark.skipif(stamping.OPENSSL is None, reason="no openssl on this machine")
EXPORTER = Actor(None, "operator", frozenset(Role), SYSTEM.source)
Make = Callable[..., Settings]


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    """The certificate of an authority."""
    return stamping.found(tmp_path / "authority")


@pytest.fixture
def house(migrated_url: str, tmp_path: Path) -> Iterator[House]:
    """A whole case, with checkpoints."""
    made = build(migrated_url, tmp_path / "blobs")
    made.session.commit()
    with made.session:
        yield made
    engine = made.session.get_bind()
    assert isinstance(engine, Engine)
    engine.dispose()


def notary_of(house: House, authority: Authority | None) -> Notary:
    later = START + timedelta(days=1)
    engine = house.session.get_bind()
    return Notary(sessionmaker(engine), lambda _: later, lambda: SIGNER, ZoneInfo("UTC"), None, authority)


def test_a_stamp_is_made_shown_checked_and_goes_into_the_dossier(house: House, pem: Path, tmp_path: Path) -> None:
    """Whoever has openssl, the authority's certificate and the ZIP needs nobody's word for when it was."""
    trusted = load_pem_x509_certificates(pem.read_bytes())
    with stamping.answering(pem.parent) as url:
        notary = notary_of(house, Authority(url, [*trusted, *trusted]))
        notary.stamp()
        notary.stamp()
    session = house.session
    row = newest(session)
    assert row is not None
    assert (row.stamped_at is not None, notary.unstamped_since) == (True, None)
    assert len(session.scalars(select(CheckpointRow).where(CheckpointRow.stamp.is_not(None))).all()) == 1
    report = verify(session, house.blobs, SIGNER.public, (), trusted)
    assert (report.stamps, report.stamped_at, report.findings) == (1, row.stamped_at, [])
    assert verify(session, house.blobs, SIGNER.public).unchecked_stamps == 1
    folder = _dossier(house, tmp_path)
    assert not told(folder)
    stamp = folder / "proof" / "stamps" / f"{row.size}.tsr"
    words = ("ts", "-verify", "-in", stamp, "-data", stamp.with_suffix(".checkpoint"), "-CAfile", pem)
    assert b"OK" in stamping.run(*words)
    content = stamp.read_bytes()
    at = content.index(sha256(row.note.encode()).digest())
    stamp.write_bytes(content[:at] + bytes(32) + content[at + 32 :])
    list_anew(folder)
    assert told(folder) == f"The stamp proof/stamps/{row.size}.tsr is not one of proof/stamps/{row.size}.checkpoint."
    with pytest.raises(subprocess.CalledProcessError):
        stamping.run(*words)


def _dossier(house: House, tmp_path: Path) -> Path:
    incident = house.session.scalars(select(Incident).where(Incident.reference == house.case)).one()
    maker = DossierMaker(house.session, house.blobs, PlainRenderer(), SIGNER)
    with (tmp_path / "dossier.zip").open("wb") as target:
        maker.write(target, incident, actor=EXPORTER, now=START.replace(day=4))
    with zipfile.ZipFile(tmp_path / "dossier.zip") as archive:
        archive.extractall(tmp_path / "out")
    return tmp_path / "out"


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_stamp_of_another_checkpoint_or_another_authority_is_a_finding(
    house: House, pem: Path, tmp_path: Path
) -> None:
    """The owner of the database puts another stamp there; and one who is not trusted proves nothing."""
    trusted = load_pem_x509_certificates(pem.read_bytes())
    session, row = house.session, newest(house.session)
    assert row is not None
    with stamping.answering(pem.parent) as url:
        row.stamp, row.stamped_at = Authority(url, trusted).stamp(f"{row.note}x")
    session.flush()
    other = load_pem_x509_certificates(stamping.found(tmp_path / "other").read_bytes())
    for authority in (trusted, other):
        report = verify(session, house.blobs, SIGNER.public, (), authority)
        assert [finding.problem for finding in report.findings] == [Problem.STAMP_WRONG]
    row.stamp = b"no stamp"
    session.flush()
    assert len(verify(session, house.blobs, SIGNER.public, (), trusted).findings) == 1


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_an_authority_that_is_away_or_not_the_one_holds_nothing_up_and_is_seen(
    house: House, pem: Path, tmp_path: Path, make_settings: Make, migrated_url: str
) -> None:
    """Checkpoints are made all the same; every page and the doctor say that they bear no stamp, until they do."""
    trusted = load_pem_x509_certificates(pem.read_bytes())
    other = load_pem_x509_certificates(stamping.found(tmp_path / "other").read_bytes())
    away = f"http://127.0.0.1:{free_port()}/tsr"
    settings = make_settings(DATABASE_URL=migrated_url, TIMESTAMP_URL=away, TIMESTAMP_CERTIFICATES=str(pem))
    later = START + timedelta(days=1)

    def seen(notary: Notary) -> tuple[bool, list[State]]:
        notary.anchor()
        notary.stamp()
        watchman = Watchman(
            sessionmaker(house.session.get_bind()),
            lambda _: later,
            "w1",
            later,
            settings,
            lambda: later,
            lambda: notary.stuck_since,
            unstamped_since=lambda: notary.unstamped_since,
        )
        watchman.beat()
        keys = judge(alarm_facts(house.session, later), later).keys
        house.session.rollback()
        return "stamps_missing" in keys, [finding.state for finding in record.stamps(settings, later)]

    assert seen(notary_of(house, Authority(away, trusted))) == (True, [State.FAIL])
    with stamping.answering(pem.parent) as url:
        assert seen(notary_of(house, Authority(url, other))) == (True, [State.FAIL])
        assert seen(notary_of(house, Authority(url, trusted))) == (False, [State.OK])


def test_an_authority_without_certificates_or_without_its_package_is_one_sentence(
    make_settings: Make, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stamp that nobody can check is worth nothing."""
    url = "https://stamps.example.org/tsr"
    with pytest.raises(SettingsError, match="TIMESTAMP_CERTIFICATES is not set"):
        make_settings(TIMESTAMP_URL=url)
    with pytest.raises(SettingsError, match="is no file with certificates"):
        make_settings(TIMESTAMP_URL=url, TIMESTAMP_CERTIFICATES=str(pem.parent / "serial"))
    assert make_settings(TIMESTAMP_URL=url, TIMESTAMP_CERTIFICATES=str(pem)).timestamp_certificates == pem
    monkeypatch.setattr(reading, "find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match=r"pip install 'meldklok\[stamps\]'"):
        make_settings(TIMESTAMP_URL=url, TIMESTAMP_CERTIFICATES=str(pem))


@pytest.mark.parametrize(
    ("piece", "pause", "seconds", "says"),
    [(bytes(1 << 20), 0.0, 60, "is too long"), (b"x", 0.05, 1, "took too long")],
)
def test_an_answer_without_an_end_is_cut_off(
    piece: bytes, pause: float, seconds: int, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fills no memory, and a drop now and then does not hold the worker."""
    sent: list[int] = []

    class Endless(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            with suppress(OSError):
                for _ in range(400):
                    self.wfile.write(piece)
                    sent.append(len(piece))
                    sleep(pause)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    monkeypatch.setattr(stamps, "SECONDS", seconds)
    server = HTTPServer(("127.0.0.1", 0), Endless)
    thread = Thread(target=server.handle_request, daemon=True)
    thread.start()
    with pytest.raises(BadStamp, match=says):
        Authority(f"http://127.0.0.1:{server.server_port}/", []).stamp("note")
    thread.join()
    server.server_close()
    assert len(sent) < 400, "the connection was closed before the end"
