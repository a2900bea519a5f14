"""Logs: one line per event, no personal data, the same for our events and those of libraries."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path

import pytest
import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from incident.platform import logs
from incident.platform.settings import Settings


@pytest.fixture(autouse=True)
def _restore_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level, before = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def lines(
    make_settings: Callable[..., Settings], capsys: pytest.CaptureFixture[str]
) -> Callable[[], list[dict[str, object]]]:
    """Configure JSON logs; the function gives the events written since."""
    logs.configure(make_settings(LOG_FORMAT="json"), "web")
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_an_event_carries_its_fields_process_and_time(lines: Callable[[], list[dict[str, object]]]) -> None:
    """Countable and joinable."""
    structlog.get_logger().info("reminder_sent", incident="DL-2026-0001", late_seconds=3)
    [event] = lines()
    assert (event["event"], event["incident"], event["late_seconds"]) == ("reminder_sent", "DL-2026-0001", 3)
    assert (event["process"], event["level"]) == ("web", "info")
    assert str(event["timestamp"]).endswith("Z")


def test_personal_fields_and_containers_are_left_out(lines: Callable[[], list[dict[str, object]]]) -> None:
    """A log is read by people who may not see the case."""
    structlog.get_logger().info(
        "made", email="jan@example.org", Name="Jan", ids=["123456782"], row={"bsn": "123456782"}
    )
    [event] = lines()
    assert (event["email"], event["Name"], event["ids"], event["row"]) == (
        "[redacted]",
        "[redacted]",
        "[list left out]",
        "[dict left out]",
    )


def test_libraries_are_quiet_but_their_warnings_have_the_same_form(
    lines: Callable[[], list[dict[str, object]]],
) -> None:
    """Slack's client would log tokens at debug level."""
    logging.getLogger("slack_sdk.web").debug("token xoxb-1")
    logging.getLogger("slack_sdk.web").info("sent")
    logging.getLogger("waitress.queue").warning("Task queue depth is 3")
    [event] = lines()
    assert (event["event"], event["logger"]) == ("Task queue depth is 3", "waitress.queue")


def test_a_task_that_outlives_its_beat_is_no_news_and_one_that_fails_is(
    lines: Callable[[], list[dict[str, object]]],
) -> None:
    """Sending may take longer than the beat, many times an hour; nobody would see the line that matters."""
    scheduler, done, failed = BackgroundScheduler(timezone=UTC), threading.Event(), threading.Event()

    def fails() -> None:
        failed.set()
        raise OSError

    scheduler.add_job(done.wait, IntervalTrigger(seconds=0.02))
    scheduler.start()
    time.sleep(0.3)
    scheduler.add_job(fails)
    assert failed.wait(10)
    end = time.monotonic() + 10
    # A scheduler that is stopped while it takes a task that is over off its list finds the list gone.
    while len(scheduler.get_jobs()) > 1 and time.monotonic() < end:
        time.sleep(0.01)
    done.set()
    scheduler.shutdown()
    told = [event for event in lines() if str(event["logger"]).startswith("apscheduler")]
    assert {event["level"] for event in told} == {"error"}, told


def test_an_exception_is_one_line_without_local_variables(lines: Callable[[], list[dict[str, object]]]) -> None:
    """The stack is kept, what was in the variables is not."""
    try:
        bsn = "123456782"
        int(bsn[:0] or "x")
    except ValueError:
        structlog.get_logger().exception("view_failed", reference="e-1")
    [event] = lines()
    assert "Traceback" in str(event["exception"])
    assert "123456782" not in json.dumps(event)


def test_text_for_people_at_a_terminal(
    make_settings: Callable[..., Settings], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """No colour codes when the output is not a terminal."""
    logs.configure(make_settings(), "worker")
    structlog.get_logger().warning("outbox_failed", attempts=3)
    written = capsys.readouterr().err
    assert "outbox_failed" in written
    assert "attempts=3" in written
    assert "\033[" not in written
