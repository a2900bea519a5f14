"""One call: what an answer means, and which addresses are called at all."""

import socket
import threading
import time
from contextlib import suppress
from ipaddress import ip_network
from pathlib import Path
from uuid import uuid4

import pytest

from incident.delivery import events
from incident.delivery.events import EventMessenger
from incident.delivery.outward import Networks, Refused, way_to
from incident.platform.clock import SystemClock
from incident.usecases.messages.ports import DeliveryFailed, OutgoingMessage
from incident.usecases.messages.subscriptions import Subscriber
from tests.certificates import for_localhost
from tests.dripping import HEADERS, TLS, dripping
from tests.events.conftest import LOOPBACK, SITE, Receiver

SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
MESSAGE = OutgoingMessage(
    uuid4(),
    "events",
    "key",
    "nl",
    "incident.closed",
    {"event": "DL-2026-0001-K-9", "number": 9, "time": "2026-03-02T09:00:00+00:00", "status": "closed"},
    "key:1",
    "DL-2026-0001-K",
)


def messenger(url: str, inside: Networks = LOOPBACK) -> EventMessenger:
    """One whose only subscriber is at this address."""
    return EventMessenger(lambda _: Subscriber(url, SECRET), SITE, inside, SystemClock())


@pytest.mark.parametrize(
    ("status", "permanent", "needs_repair"),
    [(500, False, False), (429, False, False), (422, True, False), (410, False, True), (302, False, True)],
)
def test_answers_are_told_apart(receiver: Receiver, status: int, permanent: bool, needs_repair: bool) -> None:
    """What is passing closes the lane of this subscriber; redirects are not followed."""
    receiver.answer = lambda _: status
    with pytest.raises(DeliveryFailed) as failed:
        messenger(receiver.url).send(MESSAGE)
    assert (failed.value.permanent, failed.value.needs_repair) == (permanent, needs_repair)
    assert failed.value.whole_channel is not permanent
    assert len(receiver.calls) == 1


def test_a_call_without_an_answer_may_have_arrived(receiver: Receiver) -> None:
    receiver.answer = lambda _: 0
    with pytest.raises(DeliveryFailed) as failed:
        messenger(receiver.url).send(MESSAGE)
    assert failed.value.unknown_outcome


def test_a_receiver_that_dribbles_its_answer_holds_nobody() -> None:
    """Status and headers are the answer; a body that comes byte by byte is not waited for."""
    listener, ended = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def dribble() -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not ended.is_set():
                connection.sendall(b"x")
                time.sleep(0.2)

    threading.Thread(target=dribble, daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    assert messenger(url).send(MESSAGE).reference == "http:200"
    ended.set()


@pytest.mark.parametrize(("scheme", "answer"), [("http", HEADERS), ("https", TLS)])
def test_a_receiver_that_drips_holds_nobody(monkeypatch: pytest.MonkeyPatch, scheme: str, answer: bytes) -> None:
    """Connecting, TLS and headers share one time: a byte now and then does not begin it anew."""
    monkeypatch.setattr(events, "TIMEOUT_SECONDS", 1)
    began = time.monotonic()
    with dripping(answer) as address, pytest.raises(DeliveryFailed) as failed:
        messenger(f"{scheme}://{address}/").send(MESSAGE)
    assert time.monotonic() - began < 3
    assert failed.value.whole_channel
    assert failed.value.unknown_outcome is (scheme == "http"), "before TLS stood nothing was said"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "https://127.0.0.1:9/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fec0::1]/",
        "https://[feff::1]/",
        "https://[::7f00:1]/",
        "https://[::10.0.0.7]/",
        "https://[::ffff:0:7f00:1]/",
        "https://[::ffff:0:10.0.0.7]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.0.0.7/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://0.0.0.0/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://224.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "http://93.184.215.14/",
        "file:///etc/passwd",
    ],
)
def test_an_address_inside_the_house_is_not_called(url: str) -> None:
    """Whoever may change settings cannot look behind the firewall with it; the receiver is red and says why."""
    with pytest.raises(DeliveryFailed) as failed:
        messenger(url, inside=()).send(MESSAGE)
    assert failed.value.needs_repair
    assert "127" not in failed.value.reason


def test_a_network_that_the_operator_names_is_called() -> None:
    named = (ip_network("10.20.0.0/16"), ip_network("fd00:20::/64"))
    assert way_to("http://10.20.1.1:8080/hook?a=b#c", named, 5).address == "http://10.20.1.1:8080/hook?a=b"
    assert way_to("https://[fd00:20::1]/", named, 5).address == "https://[fd00:20::1]/"
    assert way_to("https://[fec0:20::1]/", (ip_network("fec0:20::/64"),), 5).address == "https://[fec0:20::1]/"
    with pytest.raises(Refused):
        way_to("https://10.21.1.1/", named, 5)


def test_what_a_name_says_a_moment_later_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection goes to the address that was judged; name and certificate stay those of the receiver."""

    def answers(name: str, port: int, **_: object) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        return [(2, 1, 6, "", (one, port)) for one in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    addresses = ["93.184.215.14"]
    way = way_to("https://hooks.example.org:8443/x", (), 5)
    assert (way.address, way.host) == ("https://93.184.215.14:8443/x", "hooks.example.org:8443")
    assert way.extensions == {"sni_hostname": "hooks.example.org"}
    addresses.append("127.0.0.1")
    with pytest.raises(Refused):
        way_to("https://hooks.example.org/", (), 5)


def test_the_certificate_must_be_that_of_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Although the connection goes to an address, the name decides; an address without a certificate is refused."""
    server = Receiver()
    context, trusted = for_localhost(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    server.server.socket = context.wrap_socket(server.server.socket, server_side=True)
    threading.Thread(target=server.server.serve_forever, daemon=True).start()
    port = server.server.server_port
    assert messenger(f"https://localhost:{port}/").send(MESSAGE).reference == "http:204"
    assert server.calls[0].headers["host"] == f"localhost:{port}"
    with pytest.raises(DeliveryFailed) as failed:
        messenger(f"https://127.0.0.1:{port}/").send(MESSAGE)
    assert not failed.value.permanent
    assert len(server.calls) == 1
    server.server.shutdown()
    server.server.server_close()


def test_a_name_that_nobody_knows_is_no_surprise() -> None:
    for url in ("https://nowhere.invalid/", "https://" + "a" * 70 + ".example/"):
        with pytest.raises(DeliveryFailed) as failed:
            messenger(url).send(MESSAGE)
        assert "not known" in failed.value.reason
