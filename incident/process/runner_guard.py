"""Ends what a runner has started when the runner itself is killed: a process of its own, which the runner starts first.

Its input is a pipe into which every program writes its process id before it begins. Only the runner keeps the other end
open, so the input ends when the runner does, however it dies and on whatever system. The word OVER says that the runner
has ended its programs itself. Imports nothing of the product: it has to start at once.
"""

import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence

OVER = "over"
GRACE_SECONDS = 3.0
"""Time to finish what is under way; after that nobody holds the port or the database any longer."""


def main() -> None:
    """Wait for the end of the input, then end everybody in it."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    words = sys.stdin.read().split()
    if OVER not in words:
        end([int(word) for word in words])


def end(groups: Sequence[int]) -> None:
    """Ask all processes of these groups to end, and kill who does not."""
    deadline = time.monotonic() + GRACE_SECONDS
    heard = _tell(groups, signal.SIGTERM)
    while heard and time.monotonic() < deadline:
        time.sleep(0.05)
        heard = _tell(groups, 0)
    _tell(groups, signal.SIGKILL)


def _tell(groups: Sequence[int], number: int) -> bool:
    """Send a signal (0: none, only ask); whether anybody is left who got it."""
    heard = False
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, number)
            heard = True
    return heard


if __name__ == "__main__":
    main()
