"""The outbox's way to Slack: what is posted, what each failure means, and that nothing is posted twice."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.slack_here.blockkit import check_message
from bot.slack_here.workspace import Channel
from incident.delivery.messages import MessageTexts, template_names
from incident.slack.messenger import TIMEOUT_SECONDS, SlackMessenger, outbox_client, payload_of
from incident.slack.shorten import shorten
from incident.usecases.messages.ports import DeliveryFailed, FindingMessenger, OutgoingMessage
from incident.usecases.messages.queue import ROOM
from tests.fake_slack import Failure, FakeSlack
from tests.fake_slack.server import BOT_TOKEN

TEXTS = MessageTexts("https://meldklok.example.org")
REFERENCE = "DL-2026-0001-9"


@pytest.fixture
def live() -> Iterator[FakeSlack]:
    """A workspace in real time."""
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def channel(live: FakeSlack) -> Channel:
    """A private channel with the bot in it."""
    return live.workspace.add_channel("room", ("U0BOT",), private=True)


@pytest.fixture
def messenger(live: FakeSlack) -> SlackMessenger:
    """The messenger on that workspace."""
    return SlackMessenger(outbox_client(BOT_TOKEN, live.url), TEXTS)


def message(recipient: str, **more: Any) -> OutgoingMessage:
    """An outbox message."""
    params = {"reference": REFERENCE, "due_at": "2026-03-05T09:00:00+00:00", "mentions": ["U2ANNA", "<!channel>"]}
    given: dict[str, Any] = {
        "id": uuid4(),
        "channel": "slack",
        "recipient": recipient,
        "language": "nl",
        "template": "incident_reported",
        "params": params,
        "dedupe_key": f"reported:{REFERENCE}",
        "incident_reference": REFERENCE,
    }
    return OutgoingMessage(**{**given, **more})


def test_a_message_is_the_reference_a_line_a_link_and_a_button(
    live: FakeSlack, channel: Channel, messenger: SlackMessenger
) -> None:
    """And the receipt says where it stands."""
    receipt = messenger.send(message(channel.id))
    (posted,) = channel.messages
    assert receipt.reference == f"{channel.id}:{posted.ts}"
    assert REFERENCE in posted.text
    assert "<@U2ANNA>" in posted.text
    assert "channel" not in posted.text
    urls = [element.get("url") for element in posted.blocks[1]["elements"]]
    assert f"https://meldklok.example.org/incidents/{REFERENCE}" in urls
    assert posted.metadata is not None
    assert set(posted.metadata["event_payload"]) == {"reference", "key"}


def test_an_escalation_says_for_whom_it_waits_and_offers_nothing_that_is_refused(
    live: FakeSlack, channel: Channel, messenger: SlackMessenger
) -> None:
    """It goes to others than those who may take the step: they get the window with what they themselves may do."""
    params = {"reference": REFERENCE, "next_step": "decide.authority", "waits_for": ["Daan Officer"]}
    messenger.send(message(channel.id, template="escalation", params=params))
    (posted,) = channel.messages
    assert "Besluit of de toezichthouder het moet weten. Het wacht op Daan Officer" in posted.text
    assert [element["action_id"] for element in posted.blocks[1]["elements"]] == ["case.open", "link"]


def test_of_two_escalations_of_a_clock_in_a_room_the_newer_one_calls(
    live: FakeSlack, channel: Channel, messenger: SlackMessenger
) -> None:
    """The older one says where to look and offers nothing; one of another case or clock stays."""
    authority, people = "notify_authority", "inform_subjects"
    sent = [
        (REFERENCE, authority),
        ("DL-2026-0002-7", authority),
        (REFERENCE, people),
        (REFERENCE, authority),
    ]
    for number, (reference, obligation) in enumerate(sent):
        params = {"reference": reference, "next_step": "assess", "obligation": obligation}
        about = {"incident_reference": reference, "dedupe_key": f"{number}"}
        messenger.send(message(channel.id, template="escalation", params=params, **about))
    oldest, *others = channel.messages
    assert oldest.text == f"*{REFERENCE}* Hier stond een escalatie. Een nieuwere staat hieronder."
    assert [block["type"] for block in oldest.blocks] == ["section"]
    assert [len(one.blocks[-1]["elements"]) for one in others] == [2, 2, 2]
    again = message(channel.id, template="escalation", dedupe_key="0")
    assert messenger.find(again) is not None, "it is still known by its key"


def test_it_goes_to_a_person_and_to_a_thread(live: FakeSlack, channel: Channel, messenger: SlackMessenger) -> None:
    """A user id is a direct message; a room may be a thread."""
    live.workspace.add_member("U2ANNA", "Anna", None)
    messenger.send(message("U2ANNA"))
    assert len(live.workspace.direct("U2ANNA").messages) == 1
    root = live.workspace.say(channel, "U0BOT", "root")
    messenger.send(message(f"{channel.id}/{root.ts}"))
    assert channel.messages[-1].thread_ts == root.ts


def test_what_a_person_wrote_waits_while_another_organisation_reads_along(
    live: FakeSlack, channel: Channel, messenger: SlackMessenger
) -> None:
    """A room may become shared after the update was written; once it is our own again, the update leaves."""
    update = message(channel.id, template="status_update", params={"reference": REFERENCE, "who": "A", "said": "Shut"})
    channel.shared = True
    with pytest.raises(DeliveryFailed) as caught:
        messenger.send(update)
    assert (caught.value.needs_repair, caught.value.permanent, channel.messages) == (True, False, [])
    channel.shared = False
    messenger.send(update)
    assert len(channel.messages) == 1


@pytest.mark.parametrize("place", ["channel", "direct", "thread"])
def test_an_unknown_outcome_is_looked_up(
    live: FakeSlack, channel: Channel, messenger: SlackMessenger, place: str
) -> None:
    """The connection breaks after Slack took the message: it is found, and not sent again."""
    live.workspace.add_member("U2ANNA", "Anna", None)
    root = live.workspace.say(channel, "U0BOT", "root")
    where = {"channel": channel.id, "direct": "U2ANNA", "thread": f"{channel.id}/{root.ts}"}[place]
    live.fail("chat.postMessage", Failure.connection_reset(after=True))
    with pytest.raises(DeliveryFailed) as caught:
        messenger.send(message(where))
    assert (caught.value.unknown_outcome, caught.value.permanent) == (True, False)
    assert isinstance(messenger, FindingMessenger)
    found = messenger.find(message(where))
    assert found is not None
    assert messenger.find(message(where, dedupe_key="another")) is None


def test_a_message_is_found_that_went_out_before_the_incident_had_its_thread(
    live: FakeSlack, channel: Channel, messenger: SlackMessenger
) -> None:
    """The first attempt went to the security channel itself, the next would go into the thread that is there now."""
    receipt = messenger.send(message(channel.id))
    root = live.workspace.say(channel, "U0BOT", "root")
    assert messenger.find(message(f"{channel.id}/{root.ts}")) == receipt


PLACE = ["channel_not_found", "is_archived", "not_in_channel", "restricted_action", "missing_scope"]
TOKEN = ["token_revoked", "invalid_auth", "account_inactive", "token_expired"]


@pytest.mark.parametrize("code", [*PLACE, *TOKEN, "msg_too_long"])
def test_what_a_person_can_repair_waits_for_the_repair(
    live: FakeSlack, channel: Channel, messenger: SlackMessenger, code: str
) -> None:
    """Only what is wrong with the message itself is final. An archived room waits, a dead token makes all wait, and
    other ways are taken at once."""
    live.fail("chat.postMessage", Failure.error(code))
    with pytest.raises(DeliveryFailed) as caught:
        messenger.send(message(channel.id))
    failure = caught.value
    assert (failure.permanent, failure.whole_channel, failure.unknown_outcome) == (
        code == "msg_too_long",
        code in TOKEN,
        False,
    )
    assert failure.needs_repair is (code != "msg_too_long")
    assert code in failure.reason


def test_a_rate_limit_says_how_long(live: FakeSlack, channel: Channel, messenger: SlackMessenger) -> None:
    """The pause becomes the next due time; nothing sleeps here."""
    live.fail("chat.postMessage", Failure.rate_limited(17))
    with pytest.raises(DeliveryFailed) as caught:
        messenger.send(message(channel.id))
    assert caught.value.retry_after == timedelta(seconds=17)
    assert not caught.value.permanent


@pytest.mark.parametrize(
    "failure",
    [Failure.server_error(500), Failure.server_error(503), Failure.connection_reset(), Failure.error("fatal_error")],
)
def test_trouble_at_slack_passes(
    live: FakeSlack, channel: Channel, messenger: SlackMessenger, failure: Failure
) -> None:
    """It is tried again, after looking whether it arrived."""
    live.fail("chat.postMessage", failure)
    with pytest.raises(DeliveryFailed) as caught:
        messenger.send(message(channel.id))
    assert (caught.value.permanent, caught.value.unknown_outcome) == (False, True)


def test_where_nobody_listens_nothing_has_arrived(channel: Channel) -> None:
    """A refused connection leaves no doubt."""
    messenger = SlackMessenger(outbox_client(BOT_TOKEN, "http://127.0.0.1:9/api/"), TEXTS)
    with pytest.raises(DeliveryFailed) as caught:
        messenger.send(message(channel.id))
    assert (caught.value.permanent, caught.value.unknown_outcome) == (False, False)


def test_a_slack_that_hangs_is_left_in_time(live: FakeSlack, channel: Channel, messenger: SlackMessenger) -> None:
    """Well below the twenty seconds of the lease, also with the look-up on top."""
    assert 2 * TIMEOUT_SECONDS < 20
    quick = SlackMessenger(outbox_client(BOT_TOKEN, live.url), TEXTS)
    quick._client.timeout = 1
    live.fail("chat.postMessage", Failure.slow(2))
    with pytest.raises(DeliveryFailed) as caught:
        quick.send(message(channel.id))
    assert caught.value.unknown_outcome


def test_without_a_room_and_a_channel_there_is_nowhere_to_go(messenger: SlackMessenger) -> None:
    """The variable is named, and e-mail takes over."""
    with pytest.raises(DeliveryFailed, match="SLACK_CHANNEL") as caught:
        messenger.send(message(ROOM))
    assert (caught.value.needs_repair, caught.value.permanent) == (True, False)


HOSTILE = st.text(alphabet=st.sampled_from("ab <>&!@#*_`~|\n\x00👩‍💻\u202e"), max_size=60)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    template=st.sampled_from(sorted(template_names())),
    language=st.sampled_from(["nl", "en", "fr"]),
    name=HOSTILE,
    times=st.sampled_from([1, 400]),
    urgent=st.booleans(),
)
def test_every_message_is_acceptable_whatever_is_in_it(
    template: str, language: str, name: str, times: int, urgent: bool
) -> None:
    """Each template, with hostile words in its places; nothing pings a channel."""
    params = {
        "reference": REFERENCE,
        "due_at": "2026-03-05T09:00:00+00:00",
        "obligation": "gdpr_33_1",
        "subject": name * times,
        "addressee": name * times,
        "missing": [name * times],
        "mentions": [name, "U2ANNA"],
        "also": ["gdpr_34|2026-03-05T09:00:00+00:00"],
        "next_step": "triage",
        "act": True,
        "minutes": 90,
        "hours": 1,
        "missed": 3,
        "count": 3,
    }
    outgoing = message("C1", template=template, language=language, params=params, urgent=urgent)
    payload = shorten(payload_of(outgoing, TEXTS.render(outgoing)))
    assert check_message(payload) == ()
    assert "<!" not in str(payload)
