"""When a message that did not leave is tried again, and when it counts as failed: a pure function."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
JITTER = 0.2
MOST_ATTEMPTS = 8
OLDEST = timedelta(hours=1)
"""A message that could not leave for this long goes to its fallback channel even if its channel only asks to wait."""


@dataclass(frozen=True, slots=True)
class Failure:
    """How an attempt ended; the fields are those of ``DeliveryFailed``."""

    permanent: bool = False
    retry_after: timedelta | None = None
    whole_channel: bool = False


def next_attempt(failure: Failure, attempts: int, age: timedelta, random: Random) -> timedelta | None:
    """How long to wait before the next attempt; None when there is none.

    ``attempts`` counts the one that failed; ``age`` is the time since the message was queued. A pause that the channel
    asked for is kept, up to the longest pause, and does not spend an attempt; the others double, with jitter, so that
    many messages do not come back in the same second.
    """
    if failure.permanent or age >= OLDEST:
        return None
    if failure.retry_after is not None:
        return min(max(failure.retry_after, timedelta(seconds=1)), LONGEST_PAUSE)
    if attempts >= MOST_ATTEMPTS:
        return None
    pause: timedelta = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    return pause * (1 + random.uniform(-JITTER, JITTER))
