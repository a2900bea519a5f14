"""The nursery itself, run as a program: each line of its input is an order, as JSON, and gets a number as answer.

`start` forks a process that does a command (``web``, ``worker``, ``bot``, ``run``) with the given environment and log,
exactly as `meldklok` would; the answer is the id of the process. ``leased`` is a worker with a lease of LEASE_SECONDS,
so that a test need not wait a minute for what a killed worker left behind. A second word is the moment at which the
process kills itself (see :mod:`tests.promises.walk.moments`). What a process dies of is written to its log. `ended`
waits for the end of a process that was started here; the answer is its status.
"""

import gc
import json
import os
import signal
import sys
import threading
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

import bot.socket_mode
import incident.web.app
from incident.cli import main as meldklok
from incident.cli import web, worker
from incident.platform import logs
from incident.platform.settings import Settings
from incident.store.db import db
from incident.usecases.clock.fire import Outlets
from incident.wiring import new_app, wire
from incident.worker import Worker
from tests.promises.walk import family, moments
from tests.warmed import warm

LOADED = (incident.web.app, web, worker)
WARM = {"run": ("web", "worker"), "leased": ("worker",)}
_ends: dict[int, int] = {}


def start(words: list[str], environ: dict[str, str], log: str) -> int:
    """Fork a process that does the command, and return its id."""
    command, *moment = words
    for one in WARM.get(command, (command,)):
        warm(one)
    # What is there now is never garbage: each fork would look through all of it, and so copy it.
    gc.freeze()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            move(environ, log)
            moments.arm(*moment)
            family.start(work) if command == "run" else work(command)
            status = 0
        except SystemExit as end:
            status = int(end.code or 0)
        except BaseException:
            sys.stderr.write(f"{command} ended by itself:\n{traceback.format_exc()}")
        finally:
            sys.stderr.flush()
            os._exit(status)
    return child


def move(environ: dict[str, str], log: str) -> None:
    """Take these settings; what the process prints must not be taken for an answer of the nursery."""
    os.environ.clear()
    os.environ.update(environ)
    for number, name, how in ((0, os.devnull, os.O_RDONLY), (1, log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)):
        opened = os.open(name, how, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    os.dup2(1, 2)
    os.chdir(Path(log).parent)


def work(command: str) -> None:
    """Do what the command does; the bot is what ``meldklok bot`` turns itself into."""
    if command == "bot":
        bot.socket_mode.run_socket_mode(Settings.load())
    elif command == "leased":
        leased(Settings.load())
    else:
        meldklok([command], standalone_mode=False)


def leased(settings: Settings) -> None:
    """One worker, until SIGTERM."""
    logs.configure(settings, "worker")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    deps = wire(settings)
    with new_app(deps).app_context():
        engine = db.engine
    lease = timedelta(seconds=float(os.environ["LEASE_SECONDS"]))
    Worker(engine, deps, Outlets(), stop, lease=lease).run()


def bury() -> None:
    """Whoever has died since the last order."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _ends[pid] = os.waitstatus_to_exitcode(status)


def ended(pid: int) -> int:
    """The status of a process that was started here, once it has ended."""
    return _ends.pop(pid) if pid in _ends else os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def answer(order: dict[str, Any]) -> int:
    """Do what is asked."""
    bury()
    return ended(order["ended"]) if "ended" in order else start(order["start"], order["environ"], order["log"])


def main() -> None:
    """Answer until the input ends."""
    for line in sys.stdin:
        sys.stdout.write(f"{answer(json.loads(line))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
