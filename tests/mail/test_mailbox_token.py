"""A mailbox that is opened by a token, as Microsoft 365 has it: a real IMAP server, and an end point for tokens."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from joserfc import jws, jwt
from joserfc.jwk import RSAKey
from joserfc.util import urlsafe_b64encode
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from incident.doctor import State
from incident.doctor import mailbox as doctor
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings, SettingsError
from incident.store.db import harden
from incident.store.mail_intake import stuck_mail
from incident.store.models import Incident
from incident.wiring import wire
from incident.worker.postman import Postman
from tests.mail.imap_here import ImapHere
from tests.mail.letters import letter

Make = Callable[..., Settings]
SECRET, CLIENT = "a secret of the application", "4b1d0b8e-0000-4000-8000-000000000000"
pytestmark = pytest.mark.sqlite


class TokenPoint:
    """The end point: what it was asked, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.answer: tuple[int, dict[str, object]] = (200, {})
        point = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                point.asked.append({name: values[0] for name, values in parse_qs(body).items()})
                status, said = point.answer
                content = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://localhost:{self._server.server_port}/tenant/oauth2/v2.0/token"

    def gives(self, token: str, seconds: int = 3599) -> None:
        """From now on."""
        self.answer = 200, {"token_type": "Bearer", "expires_in": seconds, "access_token": token}

    def stop(self) -> None:
        """As when it is away."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapHere]:
    """It runs, this machine trusts it, and it admits one token."""
    here = ImapHere(tmp_path)
    here.admitted = {"token-1"}
    monkeypatch.setenv("SSL_CERT_FILE", str(here.certificate))
    yield here
    here.stop()


@pytest.fixture
def point() -> Iterator[TokenPoint]:
    """It gives that token for an hour."""
    made = TokenPoint()
    made.gives("token-1")
    yield made
    made.stop()


class Here:
    """An installation whose worker looks into the mailbox."""

    def __init__(self, settings: Settings, engine: Engine, clock: FixedClock) -> None:
        self.settings, self.engine, self.clock = settings, engine, clock
        deps = wire(settings, clock)
        deps.vault.open(engine)
        sessions = sessionmaker(engine, expire_on_commit=False)
        self._postman = Postman(sessions, lambda _: clock.now(), deps, threading.Event())

    def look(self, minutes: int = 2) -> list[str]:
        """Some minutes later; what is wrong then."""
        self.clock.advance(minutes=minutes)
        self._postman.tick()
        with Session(self.engine) as session:
            return [one.reason for one in stuck_mail(session, self.clock.now())]

    def reports(self) -> int:
        """How many there are."""
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).select_from(Incident)) or 0

    def doctor(self) -> tuple[State, str, str]:
        """What it says of the mailbox."""
        [found] = doctor.entry(self.settings, self.clock.now())
        return found.state, found.sentence, found.advice


@pytest.fixture
def install(
    make_settings: Make, migrated_url: str, server: ImapHere, point: TokenPoint, clock: FixedClock
) -> Iterator[Callable[..., Here]]:
    """Makes the installation, with a secret unless told otherwise."""
    engine = harden(create_engine(migrated_url))

    def made(secret: str = SECRET) -> Here:
        values = {
            "INTAKE_ADDRESS": "datalek@example.org",
            "INTAKE_IMAP_URL": server.url(password=""),
            "INTAKE_OAUTH_TOKEN_URL": point.url,
            "INTAKE_OAUTH_CLIENT_ID": CLIENT,
            "INTAKE_OAUTH_SECRET": secret,
        }
        return Here(make_settings(DATABASE_URL=migrated_url, **values), engine, clock)

    yield made
    engine.dispose()


def mail(number: int) -> bytes:
    return letter(Message_ID=f"<{number}@example.net>").as_bytes()


def test_a_mailbox_opens_by_a_token_that_is_kept_until_it_ends(
    install: Callable[..., Here], server: ImapHere, point: TokenPoint
) -> None:
    """Asked for with the secret, once for an hour of looks, and anew before it ends; no password is said."""
    here = install()
    server.put(mail(1))
    assert (here.look(), here.reports()) == ([], 1)
    for _ in range(5):
        assert here.look(10) == []
    asked = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}
    assert point.asked == [{**asked, "scope": "https://outlook.office365.com/.default"}]
    server.admitted = {"token-2"}
    point.gives("token-2")
    server.put(mail(2))
    assert (here.look(8), here.reports(), len(point.asked)) == ([], 2, 2)
    assert "LOGIN" not in server.said
    assert here.doctor()[0] is State.OK


def certified(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> tuple[x509.Certificate, str, str]:
    """A certificate of this key, and both as PEM."""
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Meldklok")]), datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(now).not_valid_after(now + timedelta(days=1))
    certificate = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate, certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


@pytest.mark.parametrize("certificate_first", [True, False])
def test_the_application_shows_who_it_is_by_a_certificate(
    install: Callable[..., Here], server: ImapHere, point: TokenPoint, clock: FixedClock, certificate_first: bool
) -> None:
    """It signs a short statement that names the end point and the certificate; the key itself stays here."""
    key = rsa.generate_private_key(65537, 2048)
    certificate, public, private = certified(key)
    here = install(public + private if certificate_first else private + public)
    server.put(mail(1))
    assert (here.look(), here.reports()) == ([], 1)
    [asked] = point.asked
    assert "client_secret" not in asked
    assert asked["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    known = RSAKey.import_key(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    said = jwt.decode(asked["client_assertion"], known, algorithms=["PS256"])
    thumb = urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).decode()
    assert jws.extract_compact(asked["client_assertion"].encode()).headers()["x5t#S256"] == thumb
    assert (said.claims["aud"], said.claims["iss"], said.claims["sub"]) == (point.url, CLIENT, CLIENT)
    assert 0 < said.claims["exp"] - clock.now().timestamp() <= 300


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        ((401, {"error": "invalid_client", "error_description": "AADSTS7000215"}), "token", "We get no token for it"),
        ((400, {"error": "unauthorized_client"}), "token", "We get no token for it"),
        ((200, {"expires_in": 3599}), "token", "We get no token for it"),
        ((200, {"access_token": "a\r\nb", "expires_in": 3599}), "token", "We get no token for it"),
        ((503, {}), "token_away", "cannot be reached"),
    ],
)
def test_where_no_token_is_given_the_page_and_the_doctor_say_so(
    install: Callable[..., Here],
    server: ImapHere,
    point: TokenPoint,
    answer: tuple[int, dict[str, object]],
    reason: str,
    words: str,
) -> None:
    """Nobody signs in without; a refusal is tried again after ten minutes only, and all is well once it is given."""
    here, point.answer = install(), answer
    server.put(mail(1))
    assert (here.look(), server.said) == ([reason], [])
    state, sentence, cure = here.doctor()
    assert (state, words in sentence, "INTAKE_OAUTH" in cure) == (State.FAIL, True, True)
    point.gives("token-1")
    before = len(point.asked)
    here.look(2)
    assert (len(point.asked) > before) is (reason == "token_away")
    assert (here.look(15), here.reports()) == ([], 1)


def test_a_mailbox_that_refuses_the_token_is_told_and_asked_again_with_a_new_one(
    install: Callable[..., Here], server: ImapHere, point: TokenPoint
) -> None:
    """The application is not admitted yet; once it is, the next token opens the mailbox."""
    here = install()
    server.put(mail(1))
    server.admitted = {"token-2"}
    assert here.look() == ["not_admitted"]
    state, sentence, cure = here.doctor()
    assert (state, "not admitted to this mailbox" in sentence, "docs/mail.md" in cure) == (State.FAIL, True, True)
    point.gives("token-2")
    assert (here.look(15), here.reports()) == ([], 1)


@pytest.mark.parametrize(
    ("values", "variable"),
    [
        ({"INTAKE_OAUTH_CLIENT_ID": CLIENT}, "INTAKE_OAUTH_TOKEN_URL"),
        ({"INTAKE_IMAP_URL": "imaps://box@mail.example.org/INBOX"}, "INTAKE_IMAP_URL"),
        (
            {
                "INTAKE_IMAP_URL": "imaps://box:password@mail.example.org/INBOX",
                "INTAKE_OAUTH_TOKEN_URL": "https://login.example.org/token",
                "INTAKE_OAUTH_CLIENT_ID": CLIENT,
                "INTAKE_OAUTH_SECRET": SECRET,
            },
            "INTAKE_IMAP_URL",
        ),
        ({"INTAKE_OAUTH_TOKEN_URL": "http://login.example.org/token"}, "INTAKE_OAUTH_TOKEN_URL"),
        ({"INTAKE_OAUTH_SECRET": "-----BEGIN PRIVATE KEY-----\nx"}, "INTAKE_OAUTH_SECRET"),
        (
            {"INTAKE_OAUTH_SECRET": "".join(certified(ec.generate_private_key(ec.SECP256R1()))[1:])},
            "INTAKE_OAUTH_SECRET",
        ),
    ],
)
def test_what_does_not_fit_together_is_said_at_the_start(
    make_settings: Make, values: dict[str, str], variable: str
) -> None:
    """In one sentence, at the variable that it is about."""
    with pytest.raises(SettingsError) as told:
        make_settings(INTAKE_ADDRESS="datalek@example.org", **values)
    assert told.value.variable == variable
    assert SECRET not in str(told.value)
