"""E-mail against a real server: headers, refusals, broken connections, encryption."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from incident.delivery.email import EmailMessenger, SmtpServer, _wire
from incident.delivery.email_message import compose
from incident.delivery.messages import MessageTexts, Rendered
from incident.platform.clock import FixedClock
from incident.usecases.messages.ports import DeliveryFailed, OutgoingMessage
from tests.certificates import for_localhost
from tests.clock.processes import QuickController

SENDER = "meldklok@example.org"


class Mailbox:
    """A mail server's handler that refuses some and keeps the others."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address.startswith("gone"):
            return "550 no such user"
        if address.startswith("grey"):
            return "451 try later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK id=42"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    handler = Mailbox()
    controller = QuickController(handler, hostname="127.0.0.1", port=0)
    controller.start()
    yield handler, controller.port
    controller.stop()


def message(recipient: str = "alice@example.org", **more: Any) -> OutgoingMessage:
    params = {"reference": "DL-2026-0001-K", "subject": "authority", "act": True}
    values = {"dedupe_key": "occasion:email:alice", "incident_reference": "DL-2026-0001-K", **more}
    return OutgoingMessage(uuid4(), "email", recipient, "nl", "decision_made", params, **values)


@pytest.mark.parametrize(("act", "told"), [(True, "hen informeren"), (False, "hen niet informeren")])
def test_a_decision_about_the_people_says_informing_and_not_notifying(act: bool, told: str) -> None:
    """The authority is notified, people are informed: in a room the two lines stand below each other."""
    about = replace(message(), params={"reference": "DL-2026-0001-K", "subject": "subjects", "act": act})
    assert MessageTexts().render(about).short == f"Besluit over informeren van de betrokkenen: {told}."


def messenger(url: str, trust: ssl.SSLContext | None = None) -> EmailMessenger:
    clock = FixedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    return EmailMessenger(SmtpServer.from_url(url), SENDER, MessageTexts(), clock, trust=trust)


def test_headers_thread_by_case_and_keep_robots_quiet(mailbox: tuple[Mailbox, int]) -> None:
    handler, port = mailbox
    post = messenger(f"smtp://127.0.0.1:{port}")
    post.send(message())
    post.send(message(dedupe_key="other:email:alice", urgent=True))
    first, second = handler.mails
    assert first["Message-ID"] != second["Message-ID"]
    assert first["References"] == second["References"] == second["In-Reply-To"]
    assert first["Auto-Submitted"] == "auto-generated"
    assert (first["From"], first["To"]) == (SENDER, "alice@example.org")
    assert (first["Importance"], second["Importance"]) == (None, "high")
    assert [part.get_content_type() for part in first.iter_parts()] == ["text/plain", "text/html"]
    assert "besluit" in first["Subject"]


def test_a_reporter_without_an_account_does_not_learn_the_reference() -> None:
    """Neither as it is nor as a hash that can be tried for."""
    about = OutgoingMessage(
        uuid4(), "email", "jan@example.net", "en", "question_for_reporter", {}, "asked_reporter:1", "DL-2026-0001-K"
    )
    mail = compose(
        about, Rendered("A question", "", "text", "html", "", "", "en"), "meldklok@example.org", datetime.now(UTC)
    )
    assert {"References", "In-Reply-To", "X-Meldklok-Case"} & set(mail) == set()
    assert "DL-2026-0001-K" not in mail.as_string()


def test_a_repetition_is_recognised_by_its_message_id(mailbox: tuple[Mailbox, int]) -> None:
    handler, port = mailbox
    post = messenger(f"smtp://127.0.0.1:{port}")
    receipts = [post.send(message(attempt=1)).reference, post.send(message(attempt=2)).reference]
    assert receipts[0] == receipts[1] == handler.mails[0]["Message-ID"] == handler.mails[1]["Message-ID"]
    assert [mail["X-Meldklok-Attempt"] for mail in handler.mails] == ["1", "2"]


@pytest.mark.parametrize(("recipient", "permanent"), [("gone@example.org", True), ("grey@example.org", False)])
def test_5xx_is_for_good_and_4xx_is_for_now(mailbox: tuple[Mailbox, int], recipient: str, permanent: bool) -> None:
    handler, port = mailbox
    post = messenger(f"smtp://127.0.0.1:{port}")
    with pytest.raises(DeliveryFailed) as failed:
        post.send(message(recipient))
    assert (failed.value.permanent, failed.value.unknown_outcome) == (permanent, False)
    assert "example.org" not in failed.value.reason
    post.send(message())
    assert len(handler.mails) == 1


def test_nobody_there_is_passing_and_nothing_left() -> None:
    with closing(socket.socket()) as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{unused.getsockname()[1]}"
    with pytest.raises(DeliveryFailed) as failed:
        messenger(url).send(message())
    assert (failed.value.permanent, failed.value.unknown_outcome) == (False, False)


@contextmanager
def broken_server(break_at: str) -> Iterator[int]:
    """Speaks SMTP and hangs up at the named moment: ``MAIL``, or ``end`` (after the text, before the answer)."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream:
            stream.write(b"220 hello\r\n")
            stream.flush()
            for line in stream:
                command = line.strip().upper()
                if command.startswith(break_at.encode()) or (break_at == "end" and command == b"."):
                    return
                answer = b"354 go on\r\n" if command == b"DATA" else b"250 OK\r\n"
                if command[:4] in (b"EHLO", b"HELO", b"MAIL", b"RCPT", b"DATA", b"NOOP"):
                    stream.write(answer)
                    stream.flush()

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        thread.join(5)


@pytest.mark.parametrize(("break_at", "unknown"), [("MAIL", False), ("RCPT", False), ("end", True)])
def test_a_broken_connection_is_told_apart_by_where_it_broke(break_at: str, unknown: bool) -> None:
    with broken_server(break_at) as port, pytest.raises(DeliveryFailed) as failed:
        messenger(f"smtp://127.0.0.1:{port}").send(message())
    assert (failed.value.permanent, failed.value.unknown_outcome) == (False, unknown)


def test_a_line_that_begins_with_a_dot_survives() -> None:
    mail = EmailMessage(policy=policy.SMTP)
    mail.set_content(".\n.hidden\nend\n")
    assert b"\r\n..\r\n..hidden\r\n" in _wire(mail.as_bytes())
    assert _wire(mail.as_bytes()).endswith(b"\r\n.\r\n")


def test_an_address_with_a_line_break_cannot_smuggle_a_header(mailbox: tuple[Mailbox, int]) -> None:
    with pytest.raises(ValueError, match=r"(?i)header|line"):
        messenger(f"smtp://127.0.0.1:{mailbox[1]}").send(message("a@example.org\r\nBcc: all@example.org"))
    assert mailbox[0].mails == []


@pytest.fixture
def certificate(tmp_path: Any) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """TLS for a server on localhost, and the trust a client needs for it."""
    server, public = for_localhost(tmp_path)
    return server, ssl.create_default_context(cafile=str(public))


def sign_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=isinstance(data, LoginPassword) and data.password == b"geheim")


@pytest.fixture
def secure(certificate: tuple[ssl.SSLContext, ssl.SSLContext]) -> Iterator[tuple[Mailbox, Callable[[str], Any]]]:
    handler = Mailbox()
    controller = QuickController(
        handler,
        hostname="127.0.0.1",
        port=0,
        tls_context=certificate[0],
        require_starttls=True,
        auth_required=True,
        authenticator=sign_in,
    )
    controller.start()

    def connect(password: str) -> EmailMessenger:
        return messenger(f"smtp://user:{password}@localhost:{controller.port}", certificate[1])

    yield handler, connect
    controller.stop()


def test_it_encrypts_and_signs_in(secure: tuple[Mailbox, Callable[[str], Any]]) -> None:
    handler, connect = secure
    connect("geheim").send(message())
    assert len(handler.mails) == 1


def test_a_wrong_password_stops_nothing_for_good_and_tells_no_secret(
    secure: tuple[Mailbox, Callable[[str], Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incident.delivery.email.ATTEMPT_SECONDS", 2)
    _, connect = secure
    with pytest.raises(DeliveryFailed) as failed:
        connect("wrong-password").send(message())
    assert "wrong-password" not in failed.value.reason
    assert not failed.value.permanent


def test_a_password_never_travels_in_the_clear(mailbox: tuple[Mailbox, int]) -> None:
    """The server offers no encryption, so the messenger hangs up before it would sign in."""
    with pytest.raises(DeliveryFailed) as failed:
        messenger(f"smtp://user:geheim@127.0.0.1:{mailbox[1]}").send(message())
    assert (failed.value.needs_repair, failed.value.whole_channel, failed.value.permanent) == (True, True, False)
