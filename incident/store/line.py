"""Who waits to write to a SQLite file: in this process, in the order in which they came.

Whoever waits asks again and again. SQLite's own wait asks less often the longer it has lasted, so whoever has just come
goes first, and under a flood of reports the worker waited for a minute. Here everybody asks as often as at first, and
the clock more often than the pages.

Where nobody at all gets a turn, another program holds the file. Then only so many may go on waiting as the process can
spare; the others are refused at once, because each of them has a thread that could answer a reader.
"""

import sqlite3
import time
from typing import Final

ASK_EVERY, ASK_FIRST_EVERY = 0.01, 0.002
"""Seconds between two questions of a transaction that wants to write, and of one that goes first."""
STUCK_AFTER: Final = 4.0
"""So many seconds without a turn for anybody, of this process or another, are no queue any more, nor a slow disk."""


class Line:
    """The line of one process."""

    def __init__(self) -> None:
        self._waiting: list[object] = []
        self._moved = 0.0

    def wait(self, driver: sqlite3.Connection, patience: float, every: float, most: int | None) -> None:
        """Begin to write as soon as nobody else does; not at all where that takes too long, or fails otherwise.

        ``most`` may go on waiting while the line does not move; None is everybody.
        """
        place, end, version = self._join(), time.monotonic() + patience, _version(driver)
        try:
            while time.monotonic() < end:
                try:
                    driver.execute("BEGIN IMMEDIATE")
                except sqlite3.OperationalError as problem:
                    if problem.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                        return
                else:
                    self._moved = time.monotonic()
                    return
                before, version = version, _version(driver)
                if version != before:
                    self._moved = time.monotonic()
                elif most is not None and self._is_stuck() and self._waiting.index(place) >= most:
                    return
                time.sleep(every)
        finally:
            self._waiting.remove(place)

    def _join(self) -> object:
        place = object()
        if not self._waiting:
            self._moved = time.monotonic()
        self._waiting.append(place)
        return place

    def _is_stuck(self) -> bool:
        return time.monotonic() - self._moved >= STUCK_AFTER


def _version(driver: sqlite3.Connection) -> int | None:
    """What is different once another connection has written; None where even that cannot be asked."""
    try:
        [version] = driver.execute("PRAGMA data_version").fetchone()
    except sqlite3.OperationalError:
        return None
    return int(version)
