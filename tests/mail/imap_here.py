"""A real IMAP server program on this machine, behind TLS that a test can listen to, slow down and cut."""

import atexit
import base64
import imaplib
import re
import select
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.certificates import for_localhost
from tests.ports import free_port

USER, PASSWORD = "datalek", "geheim wachtwoord"
COMMAND = re.compile(rb"\A\w+ (?:UID )?([A-Z]+)")


@cache
def _program() -> int:
    """Start it, once for a process of tests, as it takes a second; gives the port."""
    port, quiet = free_port(), subprocess.DEVNULL
    order = ["-c", "from pymap.main import main; main()", "--no-tls", "--host", "127.0.0.1", "--port", str(port)]
    order += ["dict", "--demo-user", USER, "--demo-password", PASSWORD]
    atexit.register(subprocess.Popen([sys.executable, *order], stdout=quiet, stderr=quiet).kill)
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return port
        time.sleep(0.1)
    raise AssertionError("the IMAP server does not start")


class ImapHere:
    """The server: ``folder`` says what lies where, ``before`` is asked ahead of each command of the product.

    What ``before`` returns false for is not passed on: the connection is cut there.
    """

    def __init__(self, folder: Path) -> None:
        self._plain = _program()
        trust, self.certificate = for_localhost(folder)
        self.said: list[str] = []
        self.before: Callable[[str], bool] = lambda _command: True
        self.admitted: set[str] = set()
        """The tokens that open the mailbox by XOAUTH2."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._trust = trust
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()
        self._empty()

    def url(self, password: str = "geheim%20wachtwoord", **query: str) -> str:
        """As an operator writes it."""
        behind = "&".join(f"{name}={value}" for name, value in query.items())
        secret = f":{password}" if password else ""
        return f"imaps://{USER}{secret}@localhost:{self.port}/INBOX{'?' + behind if behind else ''}"

    def inside(self) -> imaplib.IMAP4:
        """A mail program beside the product."""
        box = imaplib.IMAP4("127.0.0.1", self._plain, timeout=20)
        box.login(USER, PASSWORD)
        return box

    def put(self, *mails: bytes) -> None:
        """What a mail server delivers."""
        with self.inside() as box:
            for mail in mails:
                assert box.append("INBOX", "", "", mail)[0] == "OK"

    def in_folder(self, name: str) -> list[tuple[bytes, bool]]:
        """The mails in a folder, each with whether it was seen."""
        with self.inside() as box:
            if box.select(f'"{name}"')[0] != "OK":
                return []
            numbers = box.search(None, "ALL")[1][0].split()
            seen = box.search(None, "SEEN")[1][0].split()
            return [(_literal(box.fetch(number, "(BODY.PEEK[])")[1]), number in seen) for number in numbers]

    def stop(self) -> None:
        """As when the server is down: nobody listens."""
        self._listening.close()

    def _empty(self) -> None:
        """The program serves one test after the other."""
        with self.inside() as box:
            for line in box.list()[1]:
                name = line.decode().rpartition(' "/" ')[2].strip('"')  # type: ignore[union-attr]
                if name != "INBOX":
                    assert box.delete(f'"{name}"')[0] == "OK"
            box.select("INBOX")
            box.store("1:*", "+FLAGS.SILENT", "\\Deleted")
            box.expunge()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        """One thread for both directions: a TLS connection is not read and written by two at once."""
        with suppress(OSError, ssl.SSLError):
            secure = self._trust.wrap_socket(client, server_side=True)
            server = socket.create_connection(("127.0.0.1", self._plain))
            with secure, server:
                while self._passed_on(secure, server):
                    pass

    def _passed_on(self, secure: ssl.SSLSocket, server: socket.socket) -> bool:
        """Whether the connection goes on after what one of the two has said."""
        ready = [secure] if secure.pending() else select.select([secure, server], [], [])[0]
        if server in ready:
            said = server.recv(65536)
            secure.sendall(said)
            return bool(said)
        line = secure.recv(65536)
        if not line:
            return False
        command = COMMAND.match(line)
        name = command.group(1).decode() if command else ""
        self.said.append(name)
        if not self.before(name):
            return False
        server.sendall(self._by_token(secure, line) if name == "AUTHENTICATE" else line)
        return True

    def _by_token(self, client: ssl.SSLSocket, line: bytes) -> bytes:
        """The sign-in by password behind a token that is admitted; else the refusal is said, as Microsoft says it."""
        tag = line.split()[0]
        assert line.split()[1:] == [b"AUTHENTICATE", b"XOAUTH2"]
        client.sendall(b"+ \r\n")
        said = base64.b64decode(client.recv(65536))
        if said in {f"user={USER}\x01auth=Bearer {token}\x01\x01".encode() for token in self.admitted}:
            return tag + f' LOGIN {USER} "{PASSWORD}"\r\n'.encode()
        client.sendall(b"+ " + base64.b64encode(b'{"status":"401"}') + b"\r\n")
        assert client.recv(65536) == b"\r\n"
        client.sendall(tag + b" NO AUTHENTICATE failed.\r\n")
        return b""


def _literal(answer: list[object]) -> bytes:
    return next(bytes(part[1]) for part in answer if isinstance(part, tuple))
