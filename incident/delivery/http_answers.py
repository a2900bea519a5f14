"""What an HTTP answer means for a message: delivered, try later, never, or nobody knows."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx

from incident.usecases.messages.ports import DeliveryFailed

PERMANENT = frozenset({400, 413, 415, 422})
"""This very message is refused."""
CLOSED = frozenset({401, 403, 404, 405, 410})
"""The receiver is closed to us until somebody puts its address or secret right."""


def failure_of(response: httpx.Response) -> DeliveryFailed | None:
    """None for a success; otherwise the failure, with the pause that the answer asks for."""
    status = response.status_code
    if status < 300:
        return None
    pause = retry_after(response.headers.get("Retry-After"))
    if pause is None and status == 429:
        pause = timedelta(seconds=30)
    closed = status in CLOSED or 300 <= status < 400
    return DeliveryFailed(
        f"the receiver answered {status}",
        permanent=status in PERMANENT,
        retry_after=pause,
        needs_repair=closed,
    )


def broken(problem: httpx.HTTPError) -> DeliveryFailed:
    """The failure of a request that got no answer; before the connection stood nothing can have arrived."""
    never_left = isinstance(problem, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))
    reason = f"the receiver did not answer: {type(problem).__name__}"
    return DeliveryFailed(reason, unknown_outcome=not never_left, whole_channel=never_left)


def retry_after(value: str | None) -> timedelta | None:
    """The pause in a Retry-After header (RFC 9110, 10.2.3): its seconds, a minute for a date, else None."""
    if value is None:
        return None
    try:
        return timedelta(seconds=max(0.0, float(value)))
    except (ValueError, OverflowError):
        pass
    try:
        parsedate_to_datetime(value)
    except ValueError:
        return None
    return timedelta(minutes=1)
