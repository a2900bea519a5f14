"""The further channels, and the terminal where nothing is set up."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from uuid import uuid4

import pytest

from incident.delivery.apprise_channel import AppriseMessenger
from incident.delivery.http_answers import retry_after
from incident.delivery.messages import MessageTexts
from incident.platform.clock import SystemClock
from incident.usecases.messages.ports import DeliveryFailed, OutgoingMessage
from incident.wiring import messengers_for

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


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
    return OutgoingMessage(uuid4(), "apprise", "apprise", "en", "assigned", params, "key:1", "DL-2026-0001-K", **more)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3", timedelta(seconds=3)),
        ("-5", timedelta()),
        ("Mon, 02 Mar 2026 09:02:00 GMT", timedelta(minutes=1)),
        ("soon", None),
        ("inf", None),
        ("1e20", None),
        (None, None),
    ],
)
def test_a_retry_after_is_read_in_both_its_forms(value: str | None, expected: timedelta | None) -> None:
    assert retry_after(value) == expected


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
    assert "To: apprise" in shown


def test_each_channel_that_is_set_up_has_its_messenger(make_settings: Any) -> None:
    settings = make_settings(
        SMTP_URL="smtp://mail.example.org:587",
        MAIL_FROM="m@example.org",
        SLACK_BOT_TOKEN="xoxb-x",
        SLACK_SIGNING_SECRET="s" * 32,
        APPRISE_URLS="json://127.0.0.1:9/a json://127.0.0.1:9/b",
    )
    assert {"email", "slack", "apprise"} == set(messengers_for(settings, SystemClock()))
