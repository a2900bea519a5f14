"""Starts real processes of the product quickly: what all need is made once, then each is a fork that runs its command.

Run as a program. Each line of its input names a command (``web``, ``worker``, ``bot``); the answer is the process id.
Settings come from the environment, exactly as for ``meldklok web``. A second word is the moment at which the process
kills itself (see :mod:`tests.promises.walk.moments`). What a process dies of is written to the standard error.
"""

import os
import signal
import sys
import traceback

import bot.socket_mode
import incident.web.app
import incident.worker
from incident.cli import main as meldklok
from incident.cli import web, worker
from incident.platform.settings import Settings
from tests.promises.walk import moments
from tests.warmed import warm

LOADED = (incident.web.app, incident.worker, web, worker)


def run(command: str) -> None:
    """Do what the command does; the bot is what ``meldklok bot`` turns itself into."""
    if command == "bot":
        bot.socket_mode.run_socket_mode(Settings.load())
    else:
        meldklok([command], standalone_mode=False)


def spawn(command: str, *moment: str) -> int:
    """Fork a process that runs the command and return its id."""
    warm(command)
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        status = 1
        try:
            # What the process prints must not be taken for an answer of the nursery.
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            moments.arm(*moment)
            run(command)
            status = 0
        except BaseException:
            sys.stderr.write(f"{command} ended by itself:\n{traceback.format_exc()}")
        finally:
            sys.stderr.flush()
            os._exit(status)
    return child


def main() -> None:
    """Answer until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        sys.stdout.write(f"{spawn(*line.split())}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
