"""A wall clock that is set back or forward by any amount stops no tick of the worker."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from apscheduler.schedulers.background import BackgroundScheduler

from incident.worker import keep_the_beat

HANGS = 8
"""Seconds after which a job that should run every second counts as silenced."""


class Beats:
    """A job that tells when it ran."""

    def __init__(self) -> None:
        self.came = threading.Event()

    def __call__(self) -> None:
        self.came.set()

    def comes_again(self, seconds: float = HANGS) -> bool:
        self.came.clear()
        return self.came.wait(seconds)


@pytest.fixture
def beats() -> Beats:
    return Beats()


@pytest.fixture
def scheduler(beats: Beats) -> Iterator[BackgroundScheduler]:
    scheduler = BackgroundScheduler(timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None})
    scheduler.add_job(beats, "interval", seconds=1)
    scheduler.start()
    yield scheduler
    scheduler.shutdown(wait=True)


@pytest.mark.parametrize("jump", [timedelta(hours=-20), timedelta(hours=-1), timedelta(days=2)], ids=str)
def test_the_next_tick_comes_after_the_clock_was_set(
    scheduler: BackgroundScheduler, beats: Beats, jump: timedelta
) -> None:
    """Whatever the wall clock says now, the job runs again within seconds."""
    assert beats.comes_again()
    with time_machine.travel(datetime.now(UTC) + jump, tick=True):
        keep_the_beat(scheduler, datetime.now(UTC))
        assert beats.comes_again()
        assert beats.comes_again()


def test_without_the_look_at_the_clock_a_step_back_silences_the_tick(
    scheduler: BackgroundScheduler, beats: Beats
) -> None:
    """This is the fault that the look is for: it would go unseen if the scheduler mended itself."""
    assert beats.comes_again()
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=20), tick=True):
        beats.comes_again(1.5)  # the one that had been due already
        assert not beats.comes_again(3)
