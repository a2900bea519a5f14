"""`meldklok worker`: the metronome of reminders and deliveries."""

import signal
import threading

import click

from incident.platform.clock import Clock
from incident.platform.settings import Settings


@click.command()
@click.pass_obj
def worker(clock: Clock | None) -> None:
    """Find what is due, remind and deliver, until SIGTERM or Ctrl-C; what is being sent is finished first.

    Any number of workers may run beside each other on PostgreSQL; on SQLite one is enough.

    \b
    Example:
      meldklok worker
      WORKER_TICK=5 meldklok worker
    """
    # A wrong setting is said at once, not after everything that a worker needs has been read.
    settings = Settings.load()
    from incident.platform import logs
    from incident.worker import run as tick_until

    logs.configure(settings, "worker")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    tick_until(settings, stop, clock)
