"""The beat of the worker: every job in a thread of its own, every wait on the monotonic clock.

A wall clock that is set back or forward (NTP after a boot, summer time, a suspended laptop) changes nothing about when
a job runs next: what is due stands in the rows, and this only makes sure that somebody looks.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do again and again, with so many seconds between the end of one time and the next."""

    act: Callable[[], object]
    seconds: float


class Metronome:
    """Runs jobs until told to stop; a job that breaks is logged and done again at its next beat."""

    def __init__(self, jobs: list[Job], stop: threading.Event) -> None:
        self._jobs = jobs
        self._stop = stop

    def run(self) -> None:
        """Beat until ``stop`` is set; jobs that are at work then finish first."""
        threads = [threading.Thread(target=self._beat, args=(job,)) for job in self._jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _beat(self, job: Job) -> None:
        # Event.wait counts on the monotonic clock.
        while not self._stop.wait(job.seconds):
            try:
                job.act()
            except Exception:
                log.exception("job_failed", job=getattr(job.act, "__qualname__", type(job.act).__name__))
