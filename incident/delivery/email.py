"""E-mail over SMTP: every answer of the server is told apart, and a broken connection is named by where it broke."""

import smtplib
import ssl
import threading
import time
from collections.abc import Container
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cached_property
from urllib.parse import parse_qs, unquote, urlsplit

from incident.delivery.email_message import compose
from incident.delivery.messages import MessageTexts
from incident.delivery.punctual import Punctual, PunctualSMTP, PunctualSMTPS
from incident.platform.clock import Clock
from incident.usecases.messages.ports import DeliveryFailed, OutgoingMessage, Receipt

ATTEMPT_SECONDS = 30
"""One attempt takes no longer, from the connection to the last answer: half the lease of a message."""
IDLE_SECONDS = 20
QUIET_SECONDS = 1
MESSAGES_PER_CONNECTION = 100
DONE, GO_AHEAD = range(200, 300), (354,)
"""What counts as agreement (RFC 5321, 4.3.2): 2yz to a command and the end of the text, 354 to DATA; nothing else."""
REFUSED, AUTHENTICATION = range(500, 600), (530, 534, 535, 538)


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed in. ``smtps`` speaks TLS from the start; ``smtp`` upgrades with STARTTLS where offered.

    ``smtp://user:password@mail.example.org:587``; ``?tls=required`` refuses a server without STARTTLS. With a user name
    TLS is always required, so that a password never travels in the clear.
    """

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls_from_start: bool = False
    tls_required: bool = False

    @classmethod
    def from_url(cls, url: str) -> "SmtpServer":
        """Read the address of the settings."""
        parts = urlsplit(url)
        secure = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or (465 if secure else 587),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls_from_start=secure,
            tls_required=bool(parts.username) or parse_qs(parts.query).get("tls") == ["required"],
        )


class EmailMessenger:
    """Sends one e-mail per message, keeping a connection per thread open while there is more to send."""

    def __init__(
        self,
        server: SmtpServer,
        sender: str,
        texts: MessageTexts,
        clock: Clock,
        *,
        trust: ssl.SSLContext | None = None,
        intake: str | None = None,
    ) -> None:
        self._server = server
        self._sender = sender
        self._intake = intake
        self._texts = texts
        self._clock = clock
        self._named = trust
        self._local = threading.local()

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Whom this machine trusts; read by the first mail, for a web process sends none."""
        return self._named or ssl.create_default_context()

    def send(self, message: OutgoingMessage) -> Receipt:
        """Hand the message to the SMTP server; raises DeliveryFailed, permanent for 5xx answers and passing for 4xx."""
        words = self._texts.render(message)
        return self.post(message.recipient, compose(message, words, self._sender, self._clock.now(), self._intake))

    @property
    def sender(self) -> str:
        """The address mails come from."""
        return self._sender

    def post(self, recipient: str, mail: EmailMessage) -> Receipt:
        """Hand over a finished e-mail to one recipient; fails like :meth:`send`."""
        return self.hand_in(recipient, str(mail["Message-ID"]), mail.as_bytes())

    def hand_in(self, recipient: str, message_id: str, content: bytes) -> Receipt:
        """Hand over the bytes of an e-mail with this Message-ID; fails like :meth:`send`."""
        end = time.monotonic() + ATTEMPT_SECONDS
        connection = self._connection(end)
        try:
            answer = _hand_over(connection, self._sender, recipient, content)
        except DeliveryFailed:
            self._close()
            raise
        self._local.used_at, self._local.count = time.monotonic(), self._local.count + 1
        return Receipt(message_id, {"answer": answer})

    def _connection(self, end: float) -> Punctual:
        """The open connection of this thread, or a new one; an idle or much used one is replaced."""
        kept: Punctual | None = getattr(self._local, "connection", None)
        if kept is not None:
            kept.end = end
            idle = time.monotonic() - self._local.used_at
            spent = idle > IDLE_SECONDS or self._local.count >= MESSAGES_PER_CONNECTION
            if not spent and (idle < QUIET_SECONDS or _answers(kept)):
                return kept
            self._close()
        connection = _connect(self._server, self._trust, end)
        self._local.connection, self._local.used_at, self._local.count = connection, time.monotonic(), 0
        return connection

    def _close(self) -> None:
        connection: smtplib.SMTP | None = getattr(self._local, "connection", None)
        self._local.connection = None
        if connection is not None:
            connection.close()


def _answers(connection: smtplib.SMTP) -> bool:
    try:
        return connection.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def _connect(server: SmtpServer, trust: ssl.SSLContext, end: float) -> Punctual:
    """A connection that may be used; what keeps us from one keeps every message from leaving."""
    try:
        return _opened(server, trust, end)
    except smtplib.SMTPAuthenticationError as problem:
        reason = f"the mail server refused the sign-in ({problem.smtp_code})"
        raise DeliveryFailed(reason, whole_channel=True, needs_repair=True) from problem
    except smtplib.SMTPNotSupportedError as problem:
        reason = "the mail server offers no TLS, or no sign-in"
        raise DeliveryFailed(reason, whole_channel=True, needs_repair=True) from problem
    except (smtplib.SMTPException, OSError) as problem:
        reason = f"the mail server cannot be reached: {type(problem).__name__}"
        raise DeliveryFailed(reason, whole_channel=True) from problem


def _opened(server: SmtpServer, trust: ssl.SSLContext, end: float) -> Punctual:
    if server.tls_from_start:
        connection: Punctual = PunctualSMTPS(server.host, server.port, end, trust)
    else:
        connection = PunctualSMTP(server.host, server.port, end)
        connection.ehlo_or_helo_if_needed()
        if server.tls_required or connection.has_extn("starttls"):
            connection.starttls(context=trust)
    if server.user is not None:
        connection.login(server.user, server.password or "")
    return connection


def _hand_over(connection: smtplib.SMTP, sender: str, recipient: str, content: bytes) -> str:
    """The conversation step by step, because only after the text has gone out is the outcome of a break unknown."""
    text_is_out = False
    try:
        connection.ehlo_or_helo_if_needed()
        _agreed(*connection.mail(sender), whole_channel=True)
        _agreed(*connection.rcpt(recipient))
        _agreed(*connection.docmd("DATA"), wanted=GO_AHEAD)
        text_is_out = True
        connection.send(_wire(content))
        code, answer = connection.getreply()
    except (smtplib.SMTPException, OSError) as problem:
        reason = f"the connection to the mail server broke: {type(problem).__name__}"
        raise DeliveryFailed(reason, unknown_outcome=text_is_out) from problem
    _agreed(code, answer, text_is_out=True)
    return answer.decode("ascii", "replace")[:200]


def _agreed(
    code: int, answer: bytes, *, wanted: Container[int] = DONE, whole_channel: bool = False, text_is_out: bool = False
) -> None:
    """Nothing when the server agrees; else a failure in its own words.

    A refusal (5yz) of this recipient or text is for good; one of our own address or sign-in holds for every message
    until somebody repairs it. What is neither agreement nor refusal leaves open what became of a text that went out.
    """
    if code in wanted:
        return
    words = answer.decode("ascii", "replace")[:200]
    ours = whole_channel or code in AUTHENTICATION
    raise DeliveryFailed(
        f"the mail server answered {code}: {words}",
        permanent=code in REFUSED and not ours,
        unknown_outcome=text_is_out and not 400 <= code < 600,
        whole_channel=ours,
        needs_repair=code in REFUSED and ours,
    )


def _wire(content: bytes) -> bytes:
    """The text as SMTP wants it: lines end in CR LF, a leading dot is doubled, a lone dot ends it (RFC 5321, 4.5.2)."""
    quoted = content.replace(b"\r\n.", b"\r\n..")
    return quoted + (b"" if quoted.endswith(b"\r\n") else b"\r\n") + b".\r\n"
