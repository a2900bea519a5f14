"""Starts real processes of the product quickly: everything is imported once, then each is a fork that runs its command.

Run as a program. Each line of its input names a command (``web``, ``worker``); the answer is the process id. Settings
come from the environment, exactly as for ``meldklok web`` and ``meldklok worker``.
"""

import os
import signal
import sys

import incident.web.app
import incident.worker
from incident.cli import main as meldklok
from incident.cli import web, worker

LOADED = (incident.web.app, incident.worker, web, worker)


def spawn(command: str) -> int:
    """Fork a process that runs the command and return its id."""
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        status = 1
        try:
            meldklok([command], standalone_mode=False)
            status = 0
        finally:
            os._exit(status)
    return child


def main() -> None:
    """Answer until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        sys.stdout.write(f"{spawn(line.strip())}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
