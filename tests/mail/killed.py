"""One look into the mailbox by a process of its own, which is killed between the record and the move when asked to."""

import os
import signal
import sys
import threading

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from incident.delivery.mailbox import Mailbox
from incident.platform.settings import Settings
from incident.store.db import harden
from incident.store.mail_intake import TURN
from incident.wiring import wire
from incident.worker.postman import Postman


def run() -> None:
    """Look; the second time it is later, so that the turn of the killed one has ended."""
    deps = wire(Settings.load())
    engine = harden(create_engine(deps.settings.database_url))
    deps.vault.open(engine)
    later = TURN if "kill" not in sys.argv else 0 * TURN
    if "kill" in sys.argv:
        Mailbox.put_away = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]
    Postman(
        sessionmaker(engine, expire_on_commit=False), lambda _: deps.clock.now() + later, deps, threading.Event()
    ).tick()
