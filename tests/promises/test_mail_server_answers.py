"""A mail server's answer counts as "sent" only when it says so, and no server holds a sending thread for long."""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from incident.delivery import email
from incident.delivery.email import EmailMessenger, SmtpServer
from incident.delivery.messages import MessageTexts
from incident.platform.clock import FixedClock
from incident.store.due import LEASE
from incident.usecases.messages.ports import DeliveryFailed, OutgoingMessage

PLAIN: Mapping[str, bytes] = {
    "EHLO": b"250 here\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go\r\n",
    ".": b"250 kept\r\n",
}
NONSENSE = (b"nonsense\r\n", b"\r\n", b"100 hm\r\n", b"354 go\r\n", b"\x80\x80\x80\r\n")


@contextmanager
def server(answers: Mapping[str, bytes], pause: float = 0) -> Iterator[int]:
    """Answers each step as it is told; with a pause it never finishes the last answer."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as lines:
                connection.sendall(b"220 here\r\n")
                in_text = False
                for line in lines:
                    word = line.strip().decode("latin-1").split(" ")[0].upper()
                    if in_text and line != b".\r\n":
                        continue
                    in_text = word == "DATA" and answers["DATA"].startswith(b"354")
                    answer = answers.get(word, b"500 what?\r\n")
                    while pause and word == "MAIL":
                        connection.sendall(b"250-wait\r\n")
                        time.sleep(pause)
                    connection.sendall(answer)

    threading.Thread(target=talk, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def send(port: int, host: str = "127.0.0.1") -> None:
    clock = FixedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    messenger = EmailMessenger(SmtpServer.from_url(f"smtp://{host}:{port}"), "m@example.org", MessageTexts(), clock)
    messenger.send(OutgoingMessage(uuid4(), "email", "alice@example.org", "nl", "test", {}, "k"))


@pytest.mark.parametrize("code", [b"200 ok\r\n", b"250 ok\r\n", b"251 forwarded\r\n"])
def test_only_2xx_after_the_text_is_sent(code: bytes) -> None:
    with server({**PLAIN, ".": code}) as port:
        send(port)


@pytest.mark.parametrize("answer", NONSENSE)
def test_nonsense_after_the_text_leaves_the_outcome_unknown(answer: bytes) -> None:
    with server({**PLAIN, ".": answer}) as port, pytest.raises(DeliveryFailed) as failed:
        send(port)
    assert (failed.value.unknown_outcome, failed.value.permanent) == (True, False)


@pytest.mark.parametrize("step", ["MAIL", "RCPT"])
@pytest.mark.parametrize("answer", NONSENSE)
def test_nonsense_before_the_text_is_a_failure_and_nothing_left(step: str, answer: bytes) -> None:
    with server({**PLAIN, step: answer}) as port, pytest.raises(DeliveryFailed) as failed:
        send(port)
    assert (failed.value.unknown_outcome, failed.value.permanent) == (False, False)


@pytest.mark.parametrize("answer", [b"250 ok\r\n", b"200 ok\r\n", *NONSENSE[:3]])
def test_without_354_no_text_goes_out(answer: bytes) -> None:
    with server({**PLAIN, "DATA": answer}) as port, pytest.raises(DeliveryFailed) as failed:
        send(port)
    assert (failed.value.unknown_outcome, failed.value.permanent) == (False, False)


def test_a_server_that_refuses_our_own_address_refuses_every_message_and_none_for_good() -> None:
    with server({**PLAIN, "MAIL": b"550 not from you\r\n"}) as port, pytest.raises(DeliveryFailed) as failed:
        send(port)
    assert (failed.value.permanent, failed.value.whole_channel, failed.value.needs_repair) == (False, True, True)


def test_a_server_that_dribbles_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """One continuation line after the other: the attempt ends after its time, however well each single line comes."""
    monkeypatch.setattr(email, "ATTEMPT_SECONDS", 1)
    began = time.monotonic()
    with server(PLAIN, pause=0.2) as port, pytest.raises(DeliveryFailed):
        send(port)
    assert time.monotonic() - began < 5


def test_an_attempt_ends_well_before_the_lease_of_its_message() -> None:
    assert LEASE.total_seconds() / 2 >= email.ATTEMPT_SECONDS
