"""Starts real processes of the product quickly: what all need is made once, then each is a fork that runs its command.

Run as a program. Each line of its input names a command (``web``, ``worker``, ``bot``, ``run``); the answer is the id
of its process. Settings come from the environment, exactly as for ``meldklok web``. A second word is the moment at
which the process kills itself (see :mod:`tests.promises.walk.moments`). What a process dies of is written to the
standard error. A line ``ended`` with the id of a process waits for its end; the answer is its status.
"""

import os
import sys
import traceback

import bot.socket_mode
import incident.web.app
import incident.worker
from incident.cli import main as meldklok
from incident.cli import web, worker
from incident.platform.settings import Settings
from tests.promises.walk import family, moments
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
    for one in ("web", "worker") if command == "run" else (command,):
        warm(one)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            # What the process prints must not be taken for an answer of the nursery.
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            moments.arm(*moment)
            if command == "run":
                family.start(run)
            else:
                run(command)
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        except BaseException:
            sys.stderr.write(f"{command} ended by itself:\n{traceback.format_exc()}")
        finally:
            sys.stderr.flush()
            os._exit(status)
    return child


def ended(pid: str) -> int:
    """The status of a process that was started here, once it has ended."""
    return os.waitstatus_to_exitcode(os.waitpid(int(pid), 0)[1])


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        word, *more = line.split()
        sys.stdout.write(f"{ended(*more) if word == 'ended' else spawn(word, *more)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
