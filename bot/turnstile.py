"""On SQLite one transaction writes at a time and the others ask again after ever longer pauses; here they queue.

It only makes waiting fairer within this process. The database's own lock is what keeps the record right.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from incident.platform.settings import Settings

PATIENCE_SECONDS: Final = 1.0
_line = threading.Lock()


@contextmanager
def one_writer(settings: Settings) -> Iterator[None]:
    """Wait for the others of this process, for a second at most; on PostgreSQL not at all."""
    if not settings.embedded:
        yield
        return
    held = _line.acquire(timeout=PATIENCE_SECONDS)
    try:
        yield
    finally:
        if held:
            _line.release()
