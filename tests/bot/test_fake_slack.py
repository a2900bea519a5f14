"""The fake is as strict as Slack: what Slack refuses it refuses, so that a green test means something."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack_here.workspace import Channel
from tests.fake_slack import Failure, FakeSlack
from tests.fake_slack.server import BOT_TOKEN


@pytest.fixture
def live() -> Iterator[FakeSlack]:
    """A workspace in real time, with one person."""
    with FakeSlack() as fake:
        fake.workspace.add_member("U1", "Anna", "anna@alumio.example")
        yield fake


@pytest.fixture
def client(live: FakeSlack) -> WebClient:
    """A client that repeats nothing."""
    return WebClient(BOT_TOKEN, base_url=live.url, retry_handlers=[])


@pytest.fixture
def channel(live: FakeSlack) -> Channel:
    """A private channel with the bot in it."""
    return live.workspace.add_channel("room", ("U0BOT",), private=True)


def modal(title: str = "Title") -> dict[str, Any]:
    """A small modal."""
    return {"type": "modal", "title": {"type": "plain_text", "text": title}, "blocks": [{"type": "divider"}]}


def refused(code: str) -> Any:
    """Expect this code."""
    return pytest.raises(SlackApiError, match=code)


def test_a_trigger_lives_three_seconds_and_opens_once(live: FakeSlack, client: WebClient) -> None:
    """Then it is expired, or exchanged; an invented one is invalid."""
    trigger = live.workspace.new_trigger("U1")
    client.views_open(trigger_id=trigger, view=modal())
    with refused("exchanged_trigger_id"):
        client.views_open(trigger_id=trigger, view=modal())
    late = live.workspace.new_trigger("U1")
    live.advance(3.1)
    with refused("expired_trigger_id"):
        client.views_open(trigger_id=late, view=modal())
    with refused("invalid_trigger_id"):
        client.views_open(trigger_id="1.2.3", view=modal())


def test_two_views_fit_on_top_of_the_first(live: FakeSlack, client: WebClient) -> None:
    """The third does not; and nothing can be laid on nothing."""
    with refused("push_limit_reached"):
        client.views_push(trigger_id=live.workspace.new_trigger("U1"), view=modal())
    client.views_open(trigger_id=live.workspace.new_trigger("U1"), view=modal())
    for _ in range(2):
        client.views_push(trigger_id=live.workspace.new_trigger("U1"), view=modal())
    with refused("push_limit_reached"):
        client.views_push(trigger_id=live.workspace.new_trigger("U1"), view=modal())


def test_a_view_that_changed_meanwhile_is_not_overwritten(live: FakeSlack, client: WebClient) -> None:
    """When the caller says which one it saw."""
    view = client.views_open(trigger_id=live.workspace.new_trigger("U1"), view=modal())["view"]
    client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Second"))
    with refused("hash_conflict"):
        client.views_update(view_id=view["id"], hash=view["hash"], view=modal("Third"))


@pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")
def test_a_bad_view_and_a_bad_message_are_refused_whole(live: FakeSlack, client: WebClient, channel: Channel) -> None:
    """With Slack's own codes."""
    with refused("invalid_arguments"):
        client.views_open(trigger_id=live.workspace.new_trigger("U1"), view=modal("t" * 25))
    with refused("invalid_blocks"):
        client.chat_postMessage(channel=channel.id, text="x", blocks=[{"type": "section"}])
    with refused("no_text"):
        client.chat_postMessage(channel=channel.id)
    long = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 2900}}] * 5
    with refused("msg_blocks_too_long"):
        client.chat_postMessage(channel=channel.id, text="x", blocks=long)
    assert channel.messages == []


def test_more_than_a_burst_in_one_channel_is_limited(live: FakeSlack, client: WebClient, channel: Channel) -> None:
    """Five at once pass, the sixth waits; another channel has a pace of its own."""
    for number in range(5):
        client.chat_postMessage(channel=channel.id, text=str(number))
    with refused("ratelimited"):
        client.chat_postMessage(channel=channel.id, text="6")
    other = live.workspace.add_channel("other", ("U0BOT",))
    client.chat_postMessage(channel=other.id, text="1")
    live.advance(1.1)
    client.chat_postMessage(channel=channel.id, text="6")


def test_tokens_scopes_and_membership_count(live: FakeSlack, client: WebClient, channel: Channel) -> None:
    """What the app may not do, it cannot do here either."""
    with refused("invalid_auth"):
        WebClient("xoxb-other", base_url=live.url).auth_test()
    with refused("not_in_channel"):
        client.chat_postMessage(channel=live.workspace.add_channel("public").id, text="x")
    with refused("channel_not_found"):
        client.chat_postMessage(channel=live.workspace.add_channel("hidden", private=True).id, text="x")
    live.workspace.scopes = live.workspace.scopes - {"chat:write"}
    with refused("missing_scope"):
        client.chat_postMessage(channel=channel.id, text="x")
    with refused("unknown_method"):
        client.api_call("chat.unheardOf")


@pytest.mark.parametrize(
    ("name", "code"),
    [("n" * 81, "invalid_name_maxlength"), ("Incident 1", "invalid_name_specials"), ("room", "name_taken")],
)
def test_names_of_channels_are_checked(client: WebClient, channel: Channel, name: str, code: str) -> None:
    """Length, letters, and whether it exists."""
    with refused(code):
        client.conversations_create(name=name, is_private=True)


def test_a_response_address_takes_five_answers_in_half_an_hour(live: FakeSlack) -> None:
    """Then it is gone."""
    url = live.new_response_url("U1", None)
    statuses = [httpx.post(url, json={"text": "x"}).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [404]
    late = live.new_response_url("U1", None)
    live.advance(1801)
    assert httpx.post(late, json={"text": "x"}).status_code == 404


def test_an_ordered_failure_happens_as_often_as_ordered(live: FakeSlack, client: WebClient) -> None:
    """And then everything works again."""
    live.fail("auth.test", Failure.error("fatal_error"), times=2)
    for _ in range(2):
        with refused("fatal_error"):
            client.auth_test()
    assert client.auth_test()["ok"]
    assert [call.answer["ok"] for call in live.called("auth.test") if call.answer] == [False, False, True]
