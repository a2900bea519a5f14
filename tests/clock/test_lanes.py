"""One message a second and channel: threads of one channel share its lane."""

from incident.usecases.messages.ports import Channel
from incident.usecases.messages.queue import lane_of


def test_threads_of_a_channel_share_its_lane() -> None:
    """Slack counts the channel, not the thread; the other ways out have no lane."""
    assert lane_of(Channel.SLACK, "C1/1700.1") == lane_of(Channel.SLACK, "C1/1700.2") == lane_of(Channel.SLACK, "C1")
    assert lane_of(Channel.EMAIL, "a@example.org") is None
