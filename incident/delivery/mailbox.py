"""The mailbox that people report to, read by IMAP (RFC 3501): over TLS only, and by the numbers of its mails (UID).

A mail is read without a trace of it; only once it is on record it is marked as seen and moved away (RFC 6851). Whoever
reads the mailbox beside us, and so marks mails as seen, takes no report from us by it.
"""

import imaplib
import io
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

from incident.delivery.incoming import LARGEST
from incident.delivery.punctual import Timed
from incident.domain.mail_words import Trouble

VISIT_SECONDS: Final = 90
"""One visit takes no longer, from the connection to the last mail."""
PORT: Final = 993
LAST_SECONDS: Final = 15
"""With so little left no further mail is begun."""
LONGEST_LINE: Final = 1_000_000
HANDLED: Final = "Meldklok"


class MailboxTrouble(Exception):
    """The mailbox does not let us do what we came for."""

    def __init__(self, reason: Trouble) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Place:
    """Where the mailbox is, and into which folder of it handled mails go."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    handled: str

    @classmethod
    def from_url(cls, url: str) -> "Place":
        """Read the address of the settings: ``imaps://user:password@host:993/folder?handled=folder``."""
        parts = urlsplit(url)
        return cls(
            host=parts.hostname or "",
            port=parts.port or PORT,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            handled=parse_qs(parts.query).get("handled", [HANDLED])[0],
        )


class Mailbox:
    """One visit to the mailbox, as a context; everything that goes wrong in it raises MailboxTrouble."""

    def __init__(
        self,
        place: Place,
        trust: ssl.SSLContext | None = None,
        seconds: float = VISIT_SECONDS,
        token: str | None = None,
    ) -> None:
        self._place, self._token = place, token
        self._trust = trust or ssl.create_default_context()
        self._end = time.monotonic() + seconds
        self.validity = ""
        """Numbers of mails count within it: a server that numbers anew changes it."""

    def __enter__(self) -> Self:
        place = self._place
        with _or(Trouble.AWAY):
            self._imap = _PunctualImap(place.host, place.port, self._end, self._trust)
        try:
            with _or(Trouble.SIGN_IN if self._token is None else Trouble.NOT_ADMITTED):
                self._sign_in()
            with _or(Trouble.FOLDER):
                _agreed(self._imap.select(_quoted(place.folder)))
                self.validity = _text(self._imap.response("UIDVALIDITY")[1])
                self._able = frozenset(_text(_agreed(self._imap.capability())).upper().split())
        except BaseException:
            self._leave()
            raise
        return self

    def _sign_in(self) -> None:
        """By the password, or by the token that stands for it (XOAUTH2)."""
        if self._token is None:
            self._imap.login(self._place.user, self._place.password)
            return
        said = [f"user={self._place.user}\x01auth=Bearer {self._token}\x01\x01".encode()]
        # A refusal comes as a further question, with the reason in it; it is answered with nothing (RFC 7628, 3.2.3).
        self._imap.authenticate("XOAUTH2", lambda _question: said.pop() if said else b"")

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave()

    def _leave(self) -> None:
        with suppress(OSError, imaplib.IMAP4.error):
            self._imap.logout()
        self._imap.shutdown()

    @property
    def has_time(self) -> bool:
        """Whether another mail may be begun."""
        return self._end - time.monotonic() > LAST_SECONDS

    def waiting(self) -> list[int]:
        """The numbers of the mails that lie in the folder, in the order in which they came."""
        with _or(Trouble.FOLDER):
            found = _agreed(self._imap.uid("SEARCH", "UNDELETED"))
        return sorted(int(number) for number in _text(found).split())

    def read(self, number: int) -> bytes | None:
        """The mail as it came, one byte more than we take at most; None when it lies there no more."""
        with _or(Trouble.REFUSED, lost=Trouble.BROKEN):
            found = _agreed(self._imap.uid("FETCH", str(number), f"(BODY.PEEK[]<0.{LARGEST + 1}>)"))
        if found == [None]:
            return None
        return next((bytes(part[1]) for part in found if isinstance(part, tuple) and b"BODY[]" in part[0]), b"")

    def put_away(self, number: int) -> None:
        """Mark a mail as seen and move it to the folder for handled mails, which is made where it is missing."""
        handled = _quoted(self._place.handled)
        with _or(Trouble.PUT_AWAY, lost=Trouble.BROKEN):
            self._imap.uid("STORE", str(number), "+FLAGS.SILENT", r"(\Seen)")
            if not self._away(number, handled):
                self._imap.create(handled)
                if not self._away(number, handled):
                    raise MailboxTrouble(Trouble.PUT_AWAY)

    def _away(self, number: int, handled: str) -> bool:
        """Whether it went. A server that cannot move keeps it where it lies, as deleted, beside a copy."""
        can_move = "MOVE" in self._able
        if self._imap.uid("MOVE" if can_move else "COPY", str(number), handled)[0] != "OK":
            return False
        if not can_move:
            self._imap.uid("STORE", str(number), "+FLAGS.SILENT", r"(\Deleted)")
            if "UIDPLUS" in self._able:
                self._imap.uid("EXPUNGE", str(number))
        return True


@contextmanager
def _or(refused: Trouble, *, lost: Trouble = Trouble.AWAY) -> Iterator[None]:
    """What the server refuses within is the one trouble, a connection that ends or never was is the other."""
    try:
        yield
    except ssl.SSLCertVerificationError as problem:
        raise MailboxTrouble(Trouble.CERTIFICATE) from problem
    except imaplib.IMAP4.readonly as problem:
        # It is no lost connection, although the library takes it for one.
        raise MailboxTrouble(refused) from problem
    except (OSError, imaplib.IMAP4.abort) as problem:
        raise MailboxTrouble(lost) from problem
    except imaplib.IMAP4.error as problem:
        raise MailboxTrouble(refused) from problem


def _agreed(answer: tuple[str, list[Any]]) -> list[Any]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(answer[0])
    return answer[1]


def _text(said: list[Any]) -> str:
    return b" ".join(part for part in said if isinstance(part, bytes)).decode("ascii", "replace")


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class _PunctualImap(Timed, imaplib.IMAP4):
    """TLS from the start, and everything together before ``end``."""

    sock: socket.socket

    def __init__(self, host: str, port: int, end: float, trust: ssl.SSLContext) -> None:
        self.end, self._trust = end, trust
        imaplib.IMAP4.__init__(self, host, port)

    def open(self, host: str = "", port: int = PORT, timeout: float | None = None) -> None:
        """Connect, and let the server prove who it is."""
        plain = self.reach(host, port)
        plain.settimeout(self.left())
        self.sock = self._trust.wrap_socket(plain, server_hostname=host)
        self._input: io.BufferedReader = self.reader()

    def read(self, size: int) -> bytes:
        """So many bytes of an answer. What is larger than we asked for is no answer."""
        if size > LARGEST + LONGEST_LINE:
            raise self.abort("the server sends more than it was asked for")
        return self._input.read(size)

    def readline(self) -> bytes:
        """One line of an answer."""
        line = self._input.readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise self.abort("the server sends a line without end")
        return line

    def send(self, data: Any) -> None:
        """Everything at once."""
        self.sock.settimeout(self.left())
        self.sock.sendall(data)

    def shutdown(self) -> None:
        """Hang up."""
        self.sock.close()
