"""What Bolt does without saying so in its documentation. Our listeners are built on these facts; each is held here."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask, Response, request
from slack_bolt import Ack, App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.listener import thread_runner
from slack_bolt.request import BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackObjectFormationError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.models.views import View

from bot.app import THREADS, create_bolt_app
from incident.slack.messenger import outbox_client
from tests.bot.conftest import holding
from tests.fake_slack import Ack as Answer
from tests.fake_slack import Failure, FakeSlack, HttpTransport
from tests.fake_slack.server import BOT_TOKEN, SIGNING_SECRET

FORM = "application/x-www-form-urlencoded"
UNHANDLED = {"error": "unhandled request"}
LONG = 60


@pytest.fixture
def live() -> Iterator[FakeSlack]:
    """A workspace in real time."""
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def bolt(live: FakeSlack) -> App:
    """Bolt as it comes."""
    return App(client=WebClient(BOT_TOKEN, base_url=live.url), signing_secret=SIGNING_SECRET)


@pytest.fixture
def http(bolt: App) -> HttpTransport:
    """Signed requests to Bolt's own handler, without our guard."""
    app = Flask("bare")
    handler = SlackRequestHandler(bolt)

    @app.post("/slack/events")
    def events() -> Response:
        return handler.handle(request)

    return HttpTransport(app)


def command(http: HttpTransport, name: str = "/try") -> tuple[Answer, float]:
    """Run a command; the answer and how long it took."""
    form = {"command": name, "team_id": "T0ALUMIO", "user_id": "U1", "api_app_id": "A0APP", "trigger_id": "1.2"}
    begun = time.monotonic()
    return http.command(form), time.monotonic() - begun


def test_no_answer_is_a_404_after_three_seconds_and_the_work_goes_on(bolt: App, http: HttpTransport) -> None:
    """A late ack is no ack; what the listener does later still happens."""
    answered, finished = threading.Event(), threading.Event()

    @bolt.command("/try")
    def late(ack: Ack) -> None:
        answered.wait(LONG)
        ack()
        finished.set()

    answer, seconds = command(http)
    answered.set()
    assert (answer.status, answer.body) == (404, UNHANDLED)
    assert 2.9 < seconds < LONG / 2
    assert finished.wait(LONG)


def test_an_exception_before_the_answer_is_a_500_at_once(bolt: App, http: HttpTransport) -> None:
    """The person sees that it failed, without waiting."""

    @bolt.command("/try")
    def broken(ack: Ack) -> None:
        raise RuntimeError

    answer, seconds = command(http)
    assert answer.status == 500
    assert seconds < 2.9


def test_an_exception_right_after_the_answer_turns_it_into_a_404(
    bolt: App, http: HttpTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stored answer is cleared before the waiting thread sees it: so nothing of ours may escape after ack.

    The waiting thread looks every ten milliseconds; here it has looked once and looks again when the listener has long
    ended, so that the race always has one winner.
    """
    looked = threading.Event()
    drowsy = SimpleNamespace(time=time.time, sleep=lambda _: (looked.set(), time.sleep(1)))
    monkeypatch.setattr(thread_runner, "time", drowsy)

    @bolt.command("/try")
    def broken(ack: Ack) -> None:
        looked.wait(LONG)
        ack()
        raise RuntimeError

    answer, seconds = command(http)
    assert (answer.status, answer.body) == (404, UNHANDLED)
    assert seconds > 2.9


def test_an_exception_a_while_after_the_answer_does_no_harm(bolt: App, http: HttpTransport) -> None:
    """By then the answer has gone out."""
    answered = threading.Event()

    @bolt.command("/try")
    def broken(ack: Ack) -> None:
        ack()
        answered.wait(LONG)
        raise RuntimeError

    assert command(http)[0].status == 200
    answered.set()


def test_what_nobody_listens_to_is_a_404(http: HttpTransport) -> None:
    """A command in the manifest without a listener would look broken: a test compares the two."""
    assert command(http, "/unknown")[0].status == 404
    action = {
        "type": "block_actions",
        "team": {"id": "T0ALUMIO"},
        "user": {"id": "U1"},
        "actions": [{"action_id": "x"}],
    }
    assert http.interactive(action).status == 404


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_stale_or_early_time_stamp_is_a_401(http: HttpTransport, minutes: int) -> None:
    """Five minutes in both directions."""
    body = urlencode({"command": "/try"})
    stamp = str(int(time.time()) + minutes * 60)
    signature = http._verifier.generate_signature(timestamp=stamp, body=body)
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": str(signature)}
    assert http.post(body, FORM, headers).status == 401


def test_a_wrong_signature_is_a_401(http: HttpTransport) -> None:
    """As for everybody who is not Slack."""
    assert http.post(urlencode({"command": "/try"}), FORM, {"X-Slack-Signature": "v0=00"}).status == 401


def test_a_rubbish_time_stamp_is_a_500_in_bolt(bolt: App) -> None:
    """Without our guard this would be an internal server error."""
    headers = {"x-slack-request-timestamp": ["abc"], "x-slack-signature": ["v0=00"]}
    assert bolt.dispatch(BoltRequest(body="{}", headers=headers)).status == 500


@pytest.mark.parametrize("stamp", ["abc", "", "-1", "1e9", "٣", "9" * 40])
def test_our_guard_answers_a_rubbish_time_stamp_with_401(app: Flask, stamp: str) -> None:
    """Before Bolt sees it."""
    assert HttpTransport(app).post("{}", "application/json", {"X-Slack-Request-Timestamp": stamp}).status == 401


def event(http: HttpTransport, event_id: str, user: str = "U1", **more: Any) -> Answer:
    """Send an event."""
    body = {
        "type": "event_callback",
        "event_id": event_id,
        "team_id": "T0ALUMIO",
        "api_app_id": "A0APP",
        "authorizations": [{"team_id": "T0ALUMIO", "user_id": "U0BOT", "is_bot": True, "enterprise_id": None}],
        "event": {"type": "reaction_added", "user": user, "reaction": "pushpin", "item": {}, **more},
    }
    return http.event(body)


def test_an_event_listener_that_raises_was_already_answered(bolt: App, http: HttpTransport) -> None:
    """Slack never hears of it and never repeats it: we must record it ourselves."""

    @bolt.event("reaction_added")
    def broken() -> None:
        raise RuntimeError

    assert event(http, "Ev1").status == 200


def test_the_same_event_twice_runs_twice(bolt: App, http: HttpTransport) -> None:
    """Bolt remembers nothing: we keep the keys of what was seen."""
    seen: list[str] = []

    @bolt.event("reaction_added")
    def note(body: dict[str, Any]) -> None:
        seen.append(body["event_id"])

    event(http, "Ev1")
    event(http, "Ev1")
    wait_for(lambda: seen == ["Ev1", "Ev1"])


def wait_for(condition: Callable[[], bool]) -> None:
    """Give threads a moment."""
    until = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_an_event_by_the_bot_itself_is_ignored(bolt: App, http: HttpTransport) -> None:
    """Otherwise a bot could talk to itself for ever."""
    seen: list[str] = []

    @bolt.event("reaction_added")
    def note(body: dict[str, Any]) -> None:
        seen.append(body["event_id"])

    assert event(http, "Ev1", user="U0BOT").status == 200
    event(http, "Ev2")
    wait_for(lambda: "Ev2" in seen)
    assert seen == ["Ev2"]


def test_slacks_own_questions_are_answered_by_bolt(http: HttpTransport) -> None:
    """The challenge when the address is set, and the check of the certificate."""
    challenge = http.post(json.dumps({"type": "url_verification", "challenge": "c1"}), "application/json")
    assert (challenge.status, challenge.body) == (200, {"challenge": "c1"})
    assert http.post(urlencode({"ssl_check": "1", "token": "x"}), FORM).status == 200


def test_socket_mode_needs_no_signature(bolt: App) -> None:
    """The socket itself is the proof of origin."""

    @bolt.command("/try")
    def fine(ack: Ack) -> None:
        ack("ok")

    body = {"command": "/try", "team_id": "T0ALUMIO", "user_id": "U1", "api_app_id": "A0APP"}
    assert bolt.dispatch(BoltRequest(mode="socket_mode", body=body)).status == 200


def test_an_app_with_a_token_asks_slack_who_it_is_once(live: FakeSlack, bolt: App, http: HttpTransport) -> None:
    """At construction, and so a Slack that is down would keep the program from starting."""
    assert len(live.called("auth.test")) == 1
    command(http, "/unknown")
    assert len(live.called("auth.test")) == 1


def test_our_app_asks_slack_nothing_when_it_is_made(make_app: Callable[..., Flask], slack: FakeSlack) -> None:
    """The pages start whatever the state of Slack."""
    slack.workspace.revoked = True
    make_app()
    assert slack.calls == []


def test_a_process_that_serves_people_asks_who_it_is_without_waiting(
    make_app: Callable[..., Flask], slack: FakeSlack
) -> None:
    """The first person who writes does not pay for it, and a slow Slack keeps nothing from starting."""
    app = make_app()
    begun = time.monotonic()
    with holding(slack):
        create_bolt_app(app, warm=True)
        assert time.monotonic() - begun < LONG
        slack.wait_for(lambda: slack.called("auth.test"))


def test_a_start_with_the_token_in_the_environment_says_nothing(
    make_app, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt would warn that it does not use the token it found; whoever starts it for the first time would wonder."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", BOT_TOKEN)
    create_bolt_app(make_app())
    assert caplog.messages == []


def test_the_client_waits_thirty_seconds_and_repeats_after_a_broken_connection(live: FakeSlack) -> None:
    """A repeated post may be a second message, so ours repeats nothing and waits two seconds."""
    channel = live.workspace.add_channel("c", ("U0BOT",))
    theirs = WebClient(BOT_TOKEN, base_url=live.url)
    assert theirs.timeout == 30
    live.fail("chat.postMessage", Failure.connection_reset(after=True))
    theirs.chat_postMessage(channel=channel.id, text="twice")
    assert [message.text for message in channel.messages] == ["twice", "twice"]


def test_our_client_never_posts_twice(live: FakeSlack) -> None:
    """The outbox looks the message up instead."""
    channel = live.workspace.add_channel("c", ("U0BOT",))
    live.fail("chat.postMessage", Failure.connection_reset(after=True))
    with pytest.raises(OSError, match=r".*"):
        outbox_client(BOT_TOKEN, live.url).chat_postMessage(channel=channel.id, text="once")
    assert [message.text for message in channel.messages] == ["once"]


def test_a_rate_limit_is_not_waited_out_by_default(live: FakeSlack) -> None:
    """It is an error with the pause in its header; only an added handler sleeps and repeats."""
    live.fail("auth.test", Failure.rate_limited(1), times=2)
    with pytest.raises(SlackApiError) as caught:
        WebClient(BOT_TOKEN, base_url=live.url).auth_test()
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    patient = WebClient(BOT_TOKEN, base_url=live.url, retry_handlers=[RateLimitErrorRetryHandler()])
    begun = time.monotonic()
    assert patient.auth_test()["ok"]
    assert time.monotonic() - begun >= 1


def test_a_view_given_as_a_dictionary_is_not_checked_before_it_leaves(live: FakeSlack) -> None:
    """Slack refuses it; a `View` object is refused before the network."""
    live.workspace.add_member("U1", "Anna", None)
    bad = {"type": "modal", "title": {"type": "plain_text", "text": "t" * 25}, "blocks": []}
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        WebClient(BOT_TOKEN, base_url=live.url).views_open(trigger_id=live.workspace.new_trigger("U1"), view=bad)
    with pytest.raises(SlackObjectFormationError):
        View(**bad).to_dict()


def test_five_threads_are_soon_busy(live: FakeSlack, bolt: App, http: HttpTransport) -> None:
    """Bolt's own pool has five; the sixth person waits, and after three seconds has failed. Ours has twenty."""
    assert bolt.listener_runner.listener_executor._max_workers == 5  # type: ignore[attr-defined]
    assert THREADS >= 20
