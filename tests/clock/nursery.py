"""Starts real worker processes quickly: what all need is made once, then each is a fork of this process.

Run as a program. Each line of its input starts a worker, and the answer is the process id. Settings come from the
environment, as for ``meldklok worker``; ``LEASE_SECONDS`` shortens the lease, so that a test need not wait a minute for
what a killed worker left behind.
"""

import os
import signal
import sys
import threading
from datetime import timedelta

from incident.platform import logs
from incident.platform.settings import Settings
from incident.store.db import db
from incident.usecases.clock.fire import Outlets
from incident.wiring import new_app, wire
from incident.worker import Worker
from tests.warmed import warm


def work() -> None:
    """One worker, until SIGTERM."""
    settings = Settings.load()
    logs.configure(settings, "worker")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    deps = wire(settings)
    app = new_app(deps)
    with app.app_context():
        engine = db.engine
    lease = timedelta(seconds=float(os.environ.get("LEASE_SECONDS", "60")))
    Worker(engine, deps, Outlets(), stop, lease=lease).run()


def spawn() -> int:
    """Fork a worker and return its process id."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return child


def main() -> None:
    """Answer commands until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    warm("worker")
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _ in sys.stdin:
        sys.stdout.write(f"{spawn()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
