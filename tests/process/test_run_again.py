"""`meldklok run` right after a `kill -9` of the last one: its port is waited for, as long as the guard may take."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from incident.cli.run import _freed
from incident.platform.settings import Settings
from incident.process import runner_guard
from tests.ports import free_port


@contextmanager
def held(port: int, seconds: float) -> Iterator[None]:
    """Somebody serves there, and ends after so many seconds."""
    server = socket.create_server(("127.0.0.1", port))
    ending = threading.Timer(seconds, server.close)
    ending.start()
    yield
    ending.join()


def test_a_port_that_is_about_to_be_free_is_waited_for(make_settings: Callable[..., Settings]) -> None:
    """Nobody has to type the command twice."""
    port = free_port()
    with held(port, 0.5):
        assert _freed(make_settings(PORT=str(port)))


def test_a_port_that_stays_taken_is_not(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then something else holds it."""
    monkeypatch.setattr(runner_guard, "GRACE_SECONDS", -1.0)
    port = free_port()
    with held(port, 0.5):
        assert not _freed(make_settings(PORT=str(port)))
