"""Why a server cannot be reached is said in words."""

import socket

import httpx
import pytest

from incident.doctor.reasons import NO_ANSWER, NO_NAME, NOTHING_LISTENS, reason
from incident.web.findings import REASONS


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), NOTHING_LISTENS),
        (socket.gaierror(-2, "Name or service not known"), NO_NAME),
        (TimeoutError("timed out"), NO_ANSWER),
        (OSError(113, "No route to host"), "No route to host"),
        (RuntimeError(), "RuntimeError"),
    ],
)
def test_the_cause_beneath_a_problem_is_told_in_words(problem: Exception, words: str) -> None:
    """Also where a library wrapped it; and never with a number of the operating system."""
    wrapped = httpx.ConnectError(f"[Errno 111] {problem}")
    wrapped.__cause__ = problem
    assert reason(problem) == words
    if words in REASONS:
        assert reason(wrapped) == words
