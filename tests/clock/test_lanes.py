"""One message a second and channel: threads of one channel share its lane."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import create_engine

from incident.store.due import LANE_PAUSE, pause_lane
from incident.store.models import Incident, SlackRoom
from incident.usecases.clock.fire import Outlets
from incident.usecases.messages.deliver import take
from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import ROOM, lane_of, queue_one
from incident.wiring import wire
from incident.worker import SENDING_THREADS, Worker
from tests.clock.conftest import House

PAUSE = timedelta(seconds=30)


def test_threads_of_a_channel_share_its_lane() -> None:
    """Slack counts the channel, not the thread; the other ways out have no lane."""
    assert lane_of(Channel.SLACK, "C1/1700.1") == lane_of(Channel.SLACK, "C1/1700.2") == lane_of(Channel.SLACK, "C1")
    assert lane_of(Channel.EMAIL, "a@example.org") is None


def waiting(house: House, incident: Incident, channel: str) -> None:
    """Two messages that were queued before the case had this room."""
    for occasion in ("first", "second"):
        queue_one(
            house.session,
            incident=incident,
            channel=Channel.SLACK,
            recipient=ROOM,
            template="test",
            params={},
            now=house.clock.now(),
            dedupe=f"{occasion}:{channel}",
        )
    house.session.add(SlackRoom(incident_id=incident.id, channel_id=channel))
    house.session.commit()


def taken(house: House) -> str | None:
    """The conversation for which the next message is taken."""
    parcel = take(house.session, "w", house.clock.now())
    house.session.commit()
    return parcel.message.recipient if parcel is not None else None


def test_a_case_whose_conversation_pauses_holds_up_no_other(house: House) -> None:
    """What was queued before there were rooms has no lane together: each waits in that of its own conversation."""
    cases = [house.report(), house.report()]
    waiting(house, cases[0], "C1")
    house.clock.advance(seconds=1)
    waiting(house, cases[1], "C2")
    pause_lane(house.session, "slack:C1", house.clock.now() + PAUSE)
    house.session.commit()
    assert [taken(house), taken(house)] == ["C2", None]
    house.clock.advance(seconds=LANE_PAUSE.total_seconds())
    assert [taken(house), taken(house)] == ["C2", None]
    house.clock.advance(seconds=PAUSE.total_seconds())
    assert [taken(house), taken(house)] == ["C1", None]


def test_the_threads_look_one_after_the_other_into_a_conversation(make_settings: Any) -> None:
    """Four that look at the same instant find its second free once in a tick: also after a standstill they do not."""
    deps = wire(make_settings())
    worker = Worker(create_engine(deps.settings.database_url), deps, Outlets(), threading.Event())
    sends = [job.trigger for job in worker._scheduler().get_jobs() if job.func.__self__ is worker.sender]
    tick = deps.settings.worker_tick
    late = datetime.now(UTC) + timedelta(days=2, seconds=0.123)
    for now in (datetime.now(UTC), late, late - timedelta(days=30)):
        looks = sorted(beat.get_next_fire_time(now - tick, now) for beat in sends)
        assert now < looks[0]
        assert looks[-1] <= now + tick
        gaps = [after - before for before, after in pairwise([*looks, looks[0] + tick])]
        assert gaps == [tick / SENDING_THREADS] * SENDING_THREADS
