"""Receivers that never come to an end, and the mail that must not wait for them."""

import threading
import time
from contextlib import ExitStack
from typing import Any

from sqlalchemy import Engine

from incident.domain.subscriptions import EventKind
from incident.usecases.clock.fire import Outlets
from incident.usecases.messages.ports import Channel, OutgoingMessage, Receipt
from incident.usecases.messages.queue import queue_one
from incident.wiring import wire
from incident.worker import SENDING_THREADS, Worker
from incident.worker.sender import Sender
from tests.dripping import dripping
from tests.events.conftest import Office
from tests.factories import make_incident


class Post:
    """Takes mail and says when it came."""

    def __init__(self) -> None:
        self.arrived = threading.Event()

    def send(self, message: OutgoingMessage) -> Receipt:
        """Any message."""
        if message.template == "test":
            self.arrived.set()
        return Receipt("taken")


def test_receivers_that_drip_hold_up_no_mail(office: Office) -> None:
    """As many of them as there are sending threads, each with an answer byte by byte; an urgent mail leaves at once."""
    post, stop = Post(), threading.Event()
    sender = Sender(
        office.sessions, {"events": office.messenger, "email": post}, lambda _: office.clock.now(), "w", None, stop
    )
    with ExitStack() as servers:
        for number in range(SENDING_THREADS):
            address = servers.enter_context(dripping())
            office.subscribe(f"http://{address}/", EventKind.REPORTED, name=f"Slow {number}")
        make_incident(office.session, office.alice, office.clock.now())
        office.session.commit()
        drains = [sender.drain, sender.drain, sender.drain_for_people, sender.drain_for_people]
        first = [threading.Thread(target=drain) for drain in drains]
        for thread in first:
            thread.start()
        time.sleep(1)
        urgent(office)
        second = [threading.Thread(target=sender.drain_for_people) for _ in range(2)]
        began = time.monotonic()
        for thread in second:
            thread.start()
        assert post.arrived.wait(5)
        assert time.monotonic() - began < 5
        assert any(thread.is_alive() for thread in first[:2]), "the receivers still drip"
        stop.set()
    for thread in (*first, *second):
        thread.join()


def urgent(office: Office) -> None:
    """A mail to somebody on duty."""
    queue_one(
        office.session,
        incident=None,
        channel=Channel.EMAIL,
        recipient="duty@example.org",
        template="test",
        params={},
        now=office.clock.now(),
        dedupe="urgent",
        urgent=True,
    )
    office.session.commit()


def test_some_sending_threads_of_a_worker_never_take_events(engine: Engine, make_settings: Any) -> None:
    """However many receivers are slow: reminders and mail have threads of their own."""
    deps = wire(make_settings(DATABASE_URL=engine.url.render_as_string(hide_password=False)))
    worker = Worker(engine, deps, Outlets(), threading.Event())
    jobs = [job.func for job in worker._scheduler().get_jobs()]
    assert jobs.count(worker.sender.drain_for_people) >= 1
    assert jobs.count(worker.sender.drain_for_the_house) >= 1
    sends = (worker.sender.drain, worker.sender.drain_for_people, worker.sender.drain_for_the_house)
    assert sum(map(jobs.count, sends)) == SENDING_THREADS
