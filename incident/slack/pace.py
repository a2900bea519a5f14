"""One pace for each conversation, shared by all processes: a headline waits its turn among the outbox's messages.

Slack takes about one message a second and conversation. Its own word for how long to wait holds for everybody who
posts there. What it says of an edit holds for that edit alone: Slack counts the two apart.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Final

from slack_sdk.errors import SlackApiError
from sqlalchemy.orm import Session

from incident.slack.errors import pause_of
from incident.store.due import LANE_PAUSE, enter_lane, lane_is_paused, pause_lane
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import lane_of

BUSY: Final = "busy"


class Busy(Exception):
    """It is not our turn in this conversation yet."""

    def __init__(self, pause: timedelta = LANE_PAUSE) -> None:
        self.pause = pause
        super().__init__(BUSY)


class Unsettled(Busy):
    """What an earlier try may have done has not shown, and may show yet."""


@contextmanager
def paced(
    unit: Callable[[], AbstractContextManager[Session]], channel: str, now: datetime, *, post: bool = False
) -> Iterator[None]:
    """Do it when it is our turn, else raise :class:`Busy`; an edit only keeps to the pauses that Slack asked for."""
    lane = str(lane_of(Channel.SLACK, channel))
    with unit() as session:
        mine = enter_lane(session, lane, now) if post else not lane_is_paused(session, lane, now)
    if not mine:
        raise Busy
    try:
        yield
    except SlackApiError as problem:
        if post and (pause := pause_of(problem)):
            with unit() as session:
                pause_lane(session, lane, now + pause)
        raise
