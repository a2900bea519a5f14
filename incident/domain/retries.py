"""When a message that did not leave is tried again, and when nobody waits for it any more: pure functions.

A passing failure is never final while the message still matters: the retries outlast any outage of the channel, and
only :data:`PATIENCE` after the deadline that the message is about does it count as failed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
LONGEST_CHANNEL_PAUSE = timedelta(minutes=1)
"""A channel that is away is knocked on this often, so that the most urgent message leaves right after it is back."""
JITTER = 0.2
PATIENCE = timedelta(days=14)
SLOW_AFTER = timedelta(minutes=5)
"""A message that has not left for so long goes other ways as well."""


@dataclass(frozen=True, slots=True)
class Failure:
    """How an attempt ended; the fields are those of ``DeliveryFailed``."""

    permanent: bool = False
    retry_after: timedelta | None = None
    whole_channel: bool = False


def matters_until(made_at: datetime, deadline: datetime | None) -> datetime:
    """Until when a message is tried: well past its making, and well past the deadline it is about."""
    return max(made_at, deadline or made_at) + PATIENCE


def next_attempt(failure: Failure, attempts: int, random: Random) -> timedelta | None:
    """How long to wait before the next attempt; None when the same message cannot succeed.

    ``attempts`` counts the one that failed. A pause that the channel asked for is kept, up to the longest pause; the
    others double, with jitter, so that many messages do not come back in the same second.
    """
    if failure.permanent:
        return None
    longest = LONGEST_CHANNEL_PAUSE if failure.whole_channel else LONGEST_PAUSE
    if failure.retry_after is not None:
        return min(max(failure.retry_after, timedelta(seconds=1)), LONGEST_PAUSE)
    pause: timedelta = min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), longest)
    return pause * (1 + random.uniform(-JITTER, JITTER))
