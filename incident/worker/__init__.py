"""The worker: a metronome that looks for due rows and sends what must leave. The clock is in the rows, not here.

Any number of workers may run on PostgreSQL, and several on SQLite: there is no leader. APScheduler only ticks: it keeps
no job that could be lost.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from incident.platform.clock import Clock, SystemClock
from incident.platform.settings import Settings
from incident.slack.duty_group import duty_group
from incident.slack.keeper import room_keeper
from incident.slack.linking import people_linker
from incident.store.db import FIRST, db
from incident.store.due import LEASE, database_now
from incident.store.relaxed import relaxed
from incident.usecases.clock.fire import Outlets
from incident.usecases.messages.channels import write_down
from incident.usecases.messages.ports import Channel
from incident.usecases.notices.prepare_dossier import prepare_provisional_dossier
from incident.wiring import Deps, checkpoint_place, new_app, stamping_authority, wire
from incident.worker.archivist import Archivist
from incident.worker.clerk import Clerk
from incident.worker.housekeeper import Housekeeper
from incident.worker.notary import Notary
from incident.worker.postman import Postman
from incident.worker.printer import Printer
from incident.worker.sender import Sender
from incident.worker.sweeper import Sweeper
from incident.worker.watchman import Watchman

SENDING_THREADS, PRINTING_THREADS = 4, 2
FOR_PEOPLE, FOR_THE_HOUSE = 1, 1
"""So many of the sending threads never take events, and so many neither these nor letters to data subjects."""
LOOK_AT_THE_CLOCK_SECONDS = 1
BEAT_SECONDS, RESCUE_SECONDS, DIGEST_SECONDS, PING_SECONDS, MAILINGS_SECONDS, TIDY_SECONDS = 5, 10, 60, 60, 30, 300
ANCHOR_SECONDS, STAMP_SECONDS, BACKUP_SECONDS, LINK_SECONDS, PRINT_SECONDS, MAILBOX_SECONDS = 30, 60, 60, 15, 5, 5
CLERK_SECONDS = 2
log = structlog.get_logger(__name__)


class Worker:
    """One worker process: its parts and its ticks."""

    def __init__(
        self, engine: Engine, deps: Deps, outlets: Outlets, stop: threading.Event, *, lease: timedelta = LEASE
    ) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"[:80]
        self._sessions = sessionmaker(engine, expire_on_commit=False)
        self._deps = deps
        self._stop = stop
        now = reader_of(deps.clock)
        self._outlets = replace(outlets, channels=frozenset(Channel(name) for name in deps.messengers))
        self.sweeper = Sweeper(self._sessions, now, self._outlets, stop)
        quick = sessionmaker(relaxed(engine), expire_on_commit=False)
        self.sender = Sender(quick, deps.messengers, now, self.name, deps.settings.slack_channel, stop, lease)
        self.housekeeper = Housekeeper(self._sessions, now, deps.blobs, deps.settings.zone)
        self.clerk = Clerk(self._sessions, now, deps, stop)
        self.printer = Printer(self._sessions, now, deps, stop)
        deps.vault.open(engine)
        self.notary = Notary(
            self._sessions,
            now,
            lambda: deps.vault.secrets.signer,
            deps.settings.zone,
            checkpoint_place(deps.settings),
            stamping_authority(deps.settings),
        )
        self.archivist = Archivist(self._sessions, engine, now, deps)
        self.postman = Postman(self._sessions, now, deps, stop)
        self.rooms = room_keeper(deps.settings, self._sessions)
        self.linker = people_linker(deps.settings, self._sessions)
        self.duty_group = duty_group(deps.settings, self._sessions)
        self.watchman = Watchman(
            self._sessions,
            now,
            self.name,
            deps.clock.now(),
            deps.settings,
            lambda: self.sweeper.swept_at,
            lambda: self.notary.stuck_since,
            lambda: self.archivist.old,
            lambda: self.notary.unstamped_since,
        )

    def run(self) -> None:
        """Tick until told to stop; what is being sent is finished first."""
        scheduler = self._scheduler()
        self._announce()
        self.sweeper.sweep()
        self.link_people()
        self.watchman.beat()
        log.info("worker_started", worker=self.name)
        scheduler.start()
        # Event.wait counts on the monotonic clock, the scheduler on the wall clock, which may be set back under it.
        while not self._stop.wait(LOOK_AT_THE_CLOCK_SECONDS):
            keep_the_beat(scheduler, SystemClock().now())
        scheduler.pause()
        scheduler.shutdown(wait=True)
        self.watchman.beat(stopped=True)
        log.info("worker_stopped", worker=self.name)

    def tick(self) -> None:
        """Everything once, in this thread: for tests, and for people who want to see a tick."""
        self.sweeper.sweep()
        self.link_people()
        self.keep_rooms()
        self.housekeeper.rescue()
        self.clerk.read_lists()
        self.clerk.make_messages()
        self.clerk.make_exports()
        self.sender.drain()
        self.printer.tick()
        self.watchman.beat()

    def keep_rooms(self) -> None:
        """Bring the incidents' places in Slack in line with the record."""
        if self.rooms is None:
            return
        try:
            self.rooms.tick(self._deps.clock.now())
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)

    def link_people(self) -> None:
        """Find people with accounts in Slack, so that all reaches them from the first minute, and who is on duty."""
        now = self._deps.clock.now()
        try:
            if self.linker is not None:
                self.linker.tick(now)
            if self.duty_group is not None:
                self.duty_group.tick(now)
        except DBAPIError as problem:
            log.warning("database_away", error=type(problem).__name__)

    def _announce(self) -> None:
        """Write down which channels there are, so that every process queues for these.

        Who starts while the database is busy or away waits for it as long as a lease lasts, and does not die.
        """
        deadline = time.monotonic() + LEASE.total_seconds()
        while not self._stop.is_set():
            try:
                with self._sessions() as session, session.begin():
                    write_down(session, self._outlets.channels, self._deps.clock.now())
                return
            except OperationalError as problem:
                if time.monotonic() > deadline or str(problem.orig).startswith("no such table"):
                    raise
                log.warning("database_away", error=type(problem).__name__)
                self._stop.wait(LOOK_AT_THE_CLOCK_SECONDS)

    def _scheduler(self) -> BackgroundScheduler:
        tick = self._deps.settings.worker_tick.total_seconds()
        jobs: list[tuple[Callable[[], object], float]] = [
            (self.sweeper.sweep, tick),
            (self.keep_rooms, tick),
            (self.link_people, LINK_SECONDS),
            *[(self.printer.tick, PRINT_SECONDS)] * PRINTING_THREADS,
            (self.clerk.read_lists, CLERK_SECONDS),
            (self.clerk.make_messages, CLERK_SECONDS),
            (self.clerk.make_exports, CLERK_SECONDS),
            (self.housekeeper.rescue, RESCUE_SECONDS),
            (self.watchman.beat, BEAT_SECONDS),
            (self.notary.digest, DIGEST_SECONDS),
            (self.notary.anchor, ANCHOR_SECONDS),
            (self.notary.stamp, STAMP_SECONDS),
            (self.watchman.ping, PING_SECONDS),
            (self.housekeeper.write_mailings, MAILINGS_SECONDS),
            (self.housekeeper.tidy, TIDY_SECONDS),
            (self.housekeeper.erase, TIDY_SECONDS),
            (self.archivist.tick, BACKUP_SECONDS),
            (self.postman.tick, MAILBOX_SECONDS),
        ]
        sends = [
            *[self.sender.drain] * (SENDING_THREADS - FOR_PEOPLE - FOR_THE_HOUSE),
            *[self.sender.drain_for_people] * FOR_PEOPLE,
            *[self.sender.drain_for_the_house] * FOR_THE_HOUSE,
        ]
        scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(len(jobs) + len(sends))},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            timezone=UTC,
        )
        start = SystemClock().now()
        for job, seconds in jobs:
            scheduler.add_job(job, Beat(seconds=seconds, start_date=start, timezone=UTC))
        # Together they would find a conversation, which takes one message a second, free once in a tick.
        for number, send in enumerate(sends):
            later = start + timedelta(seconds=tick * number / len(sends))
            scheduler.add_job(send, Beat(seconds=tick, start_date=later, timezone=UTC))
        return scheduler


class Beat(IntervalTrigger):  # type: ignore[misc]
    """An interval of which the beats keep their distance to those of others.

    The library walks through every time that was missed: after a leap of days, or from 1970 to today where a machine
    has no battery, that takes from seconds to hours.
    """

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next beat after the present, however long ago the last one was."""
        beats = (now - self.start_date) // self.interval + 1
        moment: datetime = self.start_date + beats * self.interval
        return moment


def keep_the_beat(scheduler: BackgroundScheduler, now: datetime) -> None:
    """Run now what would run further ahead than its own interval: the wall clock was set back meanwhile.

    NTP after a boot, summer time, or an RTC in local time set it back by hours, and the scheduler would sleep as long.
    """
    for job in scheduler.get_jobs():
        if job.next_run_time - now > job.trigger.interval:
            job.modify(next_run_time=now)


def reader_of(clock: Clock) -> Callable[[Session], datetime]:
    """The instant that all workers agree on: that of the database where machines share one."""

    def now(session: Session) -> datetime:
        return database_now(session, clock.now()) if isinstance(clock, SystemClock) else clock.now()

    return now


def run(settings: Settings, stop: threading.Event, clock: Clock | None = None) -> None:
    """Run a worker with these settings until ``stop`` is set; only a trial has a clock of its own."""
    deps = wire(settings, clock)
    app = new_app(deps)
    with app.app_context():
        engine = db.engine.execution_options(**{FIRST: True})
    prepare = partial(prepare_provisional_dossier, writer=deps.writer)
    Worker(engine, deps, Outlets(prepare_provisional_dossier=prepare), stop).run()
    engine.dispose()
