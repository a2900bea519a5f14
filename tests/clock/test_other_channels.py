"""The signed webhook, the further channels, and the log where nothing is set up."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import uuid4

import pytest

from incident.delivery.apprise_channel import AppriseMessenger
from incident.delivery.http_answers import retry_after
from incident.delivery.messages import MessageTexts
from incident.delivery.webhook import WebhookMessenger, signature, verify
from incident.platform.clock import FixedClock, SystemClock
from incident.usecases.messages.ports import DeliveryFailed, OutgoingMessage
from incident.wiring import messengers_for

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "webhook-secret-webhook-secret-1234"


class Receiver:
    """A receiver that answers as it is told."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.calls: list[tuple[dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.calls.append((dict(self.headers), body))
                status, headers = outer.answers.pop(0) if outer.answers else (204, {})
                if status == 0:
                    self.connection.close()
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()


def message(**more: Any) -> OutgoingMessage:
    params = {"reference": "DL-2026-0001-K"}
    return OutgoingMessage(
        uuid4(), "webhook", "webhook", "en", "incident_closed", params, "key:1", "DL-2026-0001-K", **more
    )


def webhook(receiver: Receiver) -> WebhookMessenger:
    return WebhookMessenger(receiver.url, SECRET, MessageTexts(), FixedClock(NOW))


def test_a_call_is_signed_and_its_repetition_recognisable(receiver: Receiver) -> None:
    webhook(receiver).send(message())
    webhook(receiver).send(message(attempt=2))
    (headers, body), (again, _) = receiver.calls
    assert verify(SECRET, headers["Meldklok-Signature"], body, NOW)
    assert headers["Meldklok-Message"] == again["Meldklok-Message"] == "key:1"
    assert (headers["Meldklok-Attempt"], again["Meldklok-Attempt"]) == ("1", "2")
    assert json.loads(body)["case"] == "DL-2026-0001-K"


@pytest.mark.parametrize(
    "forged",
    [
        lambda at, body: (f"t={at},v1={signature('another secret', at, body)}", body),
        lambda at, body: (f"t={at},v1={signature(SECRET, at, body)}", body + b" "),
        lambda at, body: (f"t={at + 1},v1={signature(SECRET, at, body)}", body),
        lambda at, body: ("nonsense", body),
        lambda at, body: (f"t=x,v1={signature(SECRET, at, body)}", body),
    ],
)
def test_a_forged_call_is_noticed(forged: Any) -> None:
    header, body = forged(int(NOW.timestamp()), b"{}")
    assert not verify(SECRET, header, body, NOW)


def test_an_old_call_is_refused() -> None:
    at = int(NOW.timestamp())
    header = f"t={at},v1={signature(SECRET, at, b'{}')}"
    assert verify(SECRET, header, b"{}", NOW + timedelta(minutes=4))
    assert not verify(SECRET, header, b"{}", NOW + timedelta(minutes=6))


@pytest.mark.parametrize(
    ("status", "headers", "permanent", "pause"),
    [
        (500, {}, False, None),
        (429, {"Retry-After": "7"}, False, timedelta(seconds=7)),
        (429, {}, False, timedelta(seconds=30)),
        (422, {}, True, None),
        (410, {}, False, None),
        (302, {"Location": "http://127.0.0.1:1/"}, False, None),
    ],
)
def test_answers_are_told_apart(
    receiver: Receiver, status: int, headers: dict[str, str], permanent: bool, pause: timedelta | None
) -> None:
    receiver.answers.append((status, headers))
    with pytest.raises(DeliveryFailed) as failed:
        webhook(receiver).send(message())
    assert (failed.value.permanent, failed.value.retry_after) == (permanent, pause)
    assert failed.value.needs_repair is (status in (302, 410))
    assert len(receiver.calls) == 1


def test_a_call_without_an_answer_may_have_arrived(receiver: Receiver) -> None:
    receiver.answers.append((0, {}))
    with pytest.raises(DeliveryFailed) as failed:
        webhook(receiver).send(message())
    assert failed.value.unknown_outcome


def test_nobody_there_means_that_nothing_arrived() -> None:
    gone = WebhookMessenger("http://127.0.0.1:9/", SECRET, MessageTexts(), FixedClock(NOW))
    with pytest.raises(DeliveryFailed) as failed:
        gone.send(message())
    assert (failed.value.unknown_outcome, failed.value.permanent) == (False, False)


def test_a_receiver_that_dribbles_its_answer_holds_nobody() -> None:
    """Status and headers are the answer; a body that comes byte by byte is not waited for."""
    listener = socket.create_server(("127.0.0.1", 0))

    def dribble() -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while True:
                connection.sendall(b"x")
                time.sleep(0.2)

    threading.Thread(target=dribble, daemon=True).start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    began = time.monotonic()
    assert WebhookMessenger(url, SECRET, MessageTexts(), FixedClock(NOW)).send(message()).reference == "http:200"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3", timedelta(seconds=3)),
        ("-5", timedelta()),
        ("Mon, 02 Mar 2026 09:02:00 GMT", timedelta(minutes=2)),
        ("Sun, 01 Mar 2026 09:00:00 GMT", timedelta()),
        ("soon", None),
        (None, None),
    ],
)
def test_a_retry_after_is_read_in_both_its_forms(value: str | None, expected: timedelta | None) -> None:
    assert retry_after(value, NOW) == expected


def test_a_further_channel_gets_the_message(receiver: Receiver) -> None:
    address = receiver.url.replace("http://", "json://")
    AppriseMessenger((address,), MessageTexts()).send(message())
    assert "DL-2026-0001-K" in json.loads(receiver.calls[0][1])["title"]


def test_a_further_channel_that_fails_is_passing(receiver: Receiver) -> None:
    receiver.answers.append((500, {}))
    with pytest.raises(DeliveryFailed) as failed:
        AppriseMessenger((receiver.url.replace("http://", "json://"),), MessageTexts()).send(message())
    assert not failed.value.permanent


def test_an_address_that_cannot_be_read_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        AppriseMessenger(("nonsense",), MessageTexts())


def test_without_any_channel_the_terminal_shows_the_whole_text_and_that_nobody_got_it(
    make_settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    messengers = messengers_for(make_settings(), SystemClock())
    assert set(messengers) == {"terminal"}
    messengers["terminal"].send(message())
    shown = capsys.readouterr().out
    assert "NOT SENT: no channel is set up, this is shown in the terminal only." in shown
    assert "DL-2026-0001-K" in shown
    assert "To: webhook" in shown


def test_each_channel_that_is_set_up_has_its_messenger(make_settings: Any) -> None:
    settings = make_settings(
        SMTP_URL="smtp://mail.example.org:587",
        MAIL_FROM="m@example.org",
        WEBHOOK_URL="https://example.org/hook",
        WEBHOOK_SECRET=SECRET,
        SLACK_BOT_TOKEN="xoxb-x",
        SLACK_SIGNING_SECRET="s" * 32,
        APPRISE_URLS="json://127.0.0.1:9/a json://127.0.0.1:9/b",
    )
    assert {"email", "webhook", "slack", "apprise"} == set(messengers_for(settings, SystemClock()))
