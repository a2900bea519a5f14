"""A resolver that never answers: a look-up has a share of the time of its call, and no sending thread waits longer."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx
import pytest

from incident.delivery import email, events, names
from incident.delivery.mailbox import Mailbox, MailboxTrouble, Place
from incident.delivery.punctual_http import punctual_client
from incident.usecases.messages.ports import DeliveryFailed
from tests.events.test_calls import MESSAGE, messenger
from tests.promises.test_mail_server_answers import PLAIN, send, server

TRUST = ssl.create_default_context()


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whoever asks for a name waits until the test is over."""
    ended = threading.Event()

    def wait(*_asked: object, **_more: object) -> None:
        ended.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "too late")

    for question in ("getaddrinfo", "gethostbyname", "getfqdn"):
        monkeypatch.setattr(socket, question, wait)
    monkeypatch.setattr(names, "OWN_SECONDS", 0.2)
    monkeypatch.setattr(email, "ATTEMPT_SECONDS", 1)
    monkeypatch.setattr(events, "TIMEOUT_SECONDS", 1)
    yield
    ended.set()
    for thread in threading.enumerate():
        if thread.name == names._THREAD:
            thread.join(10)


def post_event() -> None:
    with pytest.raises(DeliveryFailed) as failed:
        messenger("https://hooks.example.org/").send(MESSAGE)
    assert (failed.value.whole_channel, failed.value.needs_repair, failed.value.unknown_outcome) == (True, False, False)


def send_mail() -> None:
    with pytest.raises(DeliveryFailed) as failed:
        send(25, "mail.example.org")
    assert (failed.value.whole_channel, failed.value.unknown_outcome) == (True, False)


def ask_by_http() -> None:
    """The provider, the stamps and the dead man's switch are asked by this client."""
    with pytest.raises(httpx.ConnectTimeout), punctual_client(1, TRUST) as client:
        client.get("https://login.example.org/")


def read_the_mailbox() -> None:
    place = Place("imap.example.org", 993, "reports", "secret", "INBOX", "Meldklok")
    with pytest.raises(MailboxTrouble), Mailbox(place, TRUST, 1):
        pass


@pytest.mark.parametrize("call", [post_event, send_mail, ask_by_http, read_the_mailbox])
def test_a_name_that_is_never_found_holds_nobody(silence: None, call: Callable[[], None]) -> None:
    """The call fails as one that may be tried again, within its own time."""
    began = time.monotonic()
    call()
    assert time.monotonic() - began < 5


def test_mail_leaves_although_nobody_knows_our_own_name(silence: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on an address needs no name, and takes an address for ours."""
    monkeypatch.setattr(email, "ATTEMPT_SECONDS", 10)
    monkeypatch.setattr("incident.delivery.punctual.addresses", lambda host, _port, _seconds: [host])
    monkeypatch.setattr(socket, "create_connection", _straight)
    with server(PLAIN) as port:
        send(port)


def _straight(address: tuple[str, int], timeout: float) -> socket.socket:
    """Without asking for the name of an address, which the patched resolver would not tell either."""
    plain = socket.socket()
    plain.settimeout(timeout)
    plain.connect(address)
    return plain


def test_a_resolver_that_is_away_does_not_fill_the_process(silence: None) -> None:
    """Look-ups that hang are left behind, a few dozen of them; the next ones fail at once and leave nothing."""
    before = threading.active_count()
    for _ in range(2 * names.LEFT_BEHIND):
        with suppress(TimeoutError):
            names.addresses("mail.example.org", 25, 0.01)
    assert threading.active_count() - before <= names.LEFT_BEHIND
    began = time.monotonic()
    with pytest.raises(TimeoutError, match="too many"):
        names.addresses("mail.example.org", 25, 30)
    assert time.monotonic() - began < 5


def test_what_the_resolver_says_is_what_the_caller_gets() -> None:
    assert names.addresses("127.0.0.1", 25, 5) == ["127.0.0.1"]
    with pytest.raises(UnicodeError):
        names.addresses("a" * 70 + ".example", 25, 5)
    with pytest.raises(socket.gaierror):
        names.addresses("nowhere.invalid", 25, 30)
    assert names.own_name(5)
