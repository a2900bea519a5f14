"""The page of the local Slack: it shows what the bot said, sends what a person does, and keeps to this machine."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from bot.manifest import manifest
from bot.slack_here import shapes
from bot.slack_here.page.app import Desk, create_page
from bot.slack_here.page.mrkdwn import html
from bot.slack_here.page.wire import Listening
from bot.slack_here.workspace import BOT, Channel
from bot.words import words
from incident.platform.clock import AheadClock, SystemClock
from incident.slack.messenger import outbox_client
from tests.bot.conftest import Cast
from tests.fake_slack import FakeSlack, HttpTransport
from tests.fake_slack.server import BOT_TOKEN

Do = Callable[..., dict[str, Any]]


@pytest.fixture
def general(slack: FakeSlack, cast: Cast) -> Channel:
    """A channel with everybody in it."""
    return slack.workspace.add_channel("general", (BOT, cast.reporter.id, cast.analyst.id))


@pytest.fixture
def window(slack: FakeSlack, cast: Cast, general: Channel, http: HttpTransport, tmp_path: Path) -> FlaskClient:
    """The page for two of the people, over the application under test."""
    listening = Listening(slack, http)
    people = [(person, "about") for person in (cast.reporter, cast.analyst)]
    for person, _ in people:
        person.transport = listening
    desk = Desk(
        slack,
        people,
        listening,
        manifest("http", "https://meldklok.example.org"),
        words,
        "secret",
        AheadClock(tmp_path / "ahead"),
    )
    return create_page(desk).test_client()


@pytest.fixture
def do(window: FlaskClient, cast: Cast, general: Channel) -> Do:
    """A function that does something as the reporter in the channel."""

    def done(what: str, **more: Any) -> dict[str, Any]:
        body = {"me": cast.reporter.id, "at": general.id, "what": what, **more}
        answer = window.post("/do", json=body, headers={"X-Slack-Here": "1"})
        assert answer.status_code == 200
        return dict(answer.get_json())

    return done


def shown(window: FlaskClient, me: str, at: str) -> dict[str, str]:
    """What is on somebody's screen."""
    return dict(window.get("/screen", query_string={"me": me, "at": at}).get_json())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*a* _b_ ~c~ `*d*`", "<b>a</b> <i>b</i> <s>c</s> <code>*d*</code>"),
        ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
        ("&lt;script&gt; & \"x\"", "&lt;script&gt; &amp; &#34;x&#34;"),
        ("<@U1> <#C1>", '<span class="mention">@Anna</span> <span class="mention">#room</span>'),
        ("<!channel>", '<span class="mention">@channel</span>'),
        ("<javascript:alert(1)|here>", "here"),
        ("a\n&gt; b", 'a<br><span class="quote">b</span>'),
        ("<https://x.example/?a=1&amp;b=2|*now*>", '<a href="https://x.example/?a=1&amp;b=2" target="_blank" '
         'rel="noreferrer">*now*</a>'),
    ],
)  # fmt: skip
def test_mrkdwn_is_read_as_slack_reads_it_and_nothing_of_it_is_html(text: str, expected: str) -> None:
    """Emphasis between words only, code as it stands, links to addresses only."""
    assert str(html(text, {"U1": "Anna", "C1": "room"}.__getitem__)) == expected


def test_a_report_by_the_page_reaches_the_record(
    window: FlaskClient, do: Do, cast: Cast, general: Channel, slack: FakeSlack, security: Channel
) -> None:
    """The command opens the form; what is missing or refused stands at its field; then it is recorded."""
    assert do("write", text="/breach An export went wrong") == {"trouble": "", "errors": {}}
    cast.reporter.modal("Report a data breach")
    modal = shown(window, cast.reporter.id, general.id)["modal"]
    assert "An export went wrong" in modal
    assert 'data-input="subjects"' in modal
    view = cast.reporter.stack[-1].id
    answer = do("submit", view=view, state={"summary": {"value": []}, "subjects": {"value": ["12,5"]}})
    assert list(answer["errors"]) == ["summary"]
    answer = do("submit", view=view, state={"summary": {"value": ["x"]}, "subjects": {"value": ["12,5"]}})
    assert list(answer["errors"]) == ["subjects"]
    answer = do("submit", view=view, state={"summary": {"value": ["x"]}, "subjects": {"value": ["12"]}})
    assert answer == {"trouble": "", "errors": {}}
    assert "DL-2026-0001" in shown(window, cast.reporter.id, general.id)["modal"]
    do("close")
    assert shown(window, cast.reporter.id, general.id)["modal"] == ""
    assert "view_submission" in shown(window, cast.reporter.id, general.id)["wire"]


def test_what_was_written_can_be_answered_changed_and_taken_back_by_its_author_alone(
    window: FlaskClient, do: Do, cast: Cast, general: Channel
) -> None:
    """As in Slack, and the app hears of each."""
    do("write", text="The file is gone")
    said = general.messages[0]
    do("answer", ts=said.ts, text="Since when?")
    do("edit", ts=said.ts, text="The file is back")
    assert (said.text, said.edits) == ("The file is back", 1)
    reply = general.messages[1]
    assert reply.thread_ts == said.ts
    other = {"me": cast.analyst.id, "at": general.id, "what": "delete", "ts": reply.ts}
    assert window.post("/do", json=other, headers={"X-Slack-Here": "1"}).status_code == 403
    do("delete", ts=reply.ts)
    assert general.messages == [said]


def test_what_only_one_person_was_told_is_on_no_other_screen(
    window: FlaskClient, do: Do, cast: Cast, general: Channel
) -> None:
    """An ephemeral message; and nobody sees a channel they are not in."""
    do("write", text="/breach help")
    assert "Only visible to you" in shown(window, cast.reporter.id, general.id)["main"]
    assert "Only visible to you" not in shown(window, cast.analyst.id, general.id)["main"]
    assert "security" not in shown(window, cast.reporter.id, general.id)["side"]


def test_a_command_that_the_app_does_not_have_is_refused_here(do: Do, slack: FakeSlack) -> None:
    """Slack never sends it."""
    assert "/frob" in do("write", text="/frob x")["trouble"]


def test_a_bot_that_does_not_answer_is_told_in_slacks_words(do: Do, cast: Cast, app: Flask) -> None:
    """The person learns that it failed, and may try again."""
    cast.reporter.transport = HttpTransport(app, "wrong secret")
    assert do("write", text="/breach x")["trouble"] == "/breach failed: the app did not respond."


def test_a_shortcut_of_a_message_takes_its_words_along(do: Do, cast: Cast, general: Channel, slack: FakeSlack) -> None:
    """The form opens with them."""
    said = slack.workspace.say(general, cast.analyst.id, "Wrong attachment")
    do("shortcut", name="report_from_message", ts=said.ts)
    assert "Wrong attachment" in str(cast.reporter.modal("Report a data breach"))


def test_a_file_that_is_put_in_a_form_lies_where_the_bot_can_fetch_it(
    window: FlaskClient, cast: Cast, slack: FakeSlack
) -> None:
    """Under an id, as Slack keeps it."""
    query = {"me": cast.reporter.id, "name": "screen.png"}
    answer = window.post("/file", query_string=query, data=b"bytes", headers={"X-Slack-Here": "1"})
    kept = slack.workspace.files[answer.get_json()["id"]]
    assert (kept.content, kept.about["name"]) == (b"bytes", "screen.png")


def test_the_page_answers_this_machine_and_its_own_page_only(window: FlaskClient, cast: Cast) -> None:
    """Another site's script can neither read it under a name of its own nor do anything."""
    assert window.get("/", headers={"Host": "evil.example:8100"}).status_code == 403
    assert window.post("/do", json={"me": cast.reporter.id, "what": "home"}).status_code == 403
    answer = window.get("/")
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_whoever_comes_into_a_room_is_announced_to_the_app(
    window: FlaskClient, do: Do, cast: Cast, slack: FakeSlack
) -> None:
    """Let in by the app or by hand, the app gets the event that it subscribed to, once for each."""
    rooms = [slack.workspace.add_channel(name, (BOT, cast.reporter.id), private=True) for name in ("one", "two")]
    outbox_client(BOT_TOKEN, slack.url).conversations_invite(channel=rooms[0].id, users=cast.analyst.id)
    for _ in range(2):
        assert do("write", text="/invite @Anna", at=rooms[1].id) == {"trouble": "", "errors": {}}
    assert "Xena" in do("write", text="/invite Xena", at=rooms[1].id)["trouble"]
    listening = cast.analyst.transport
    assert isinstance(listening, Listening)
    slack.wait_for(lambda: len(listening.sent) == 2)
    assert all('"member_joined_channel"' in sent.body and cast.analyst.id in sent.body for sent in listening.sent)
    assert all(cast.analyst.id in room.members for room in rooms)


def text(words: str) -> dict[str, str]:
    """A text object."""
    return {"type": "plain_text", "text": words}


def option(words: str) -> dict[str, Any]:
    """One choice."""
    return {"text": text(words), "value": words}


def drawing(block: dict[str, Any]) -> str:
    """A block as the page draws it."""
    app = Flask(create_page.__module__)
    with app.test_request_context():
        macros: Any = app.jinja_env.get_template("blocks.html").module
        words_around = dict.fromkeys(("optional", "pick", "pick_one"), "")
        return str(macros.draw([block], words_around, lambda it: it["text"] if it else ""))


@pytest.mark.parametrize("kind", sorted(shapes.IN_INPUT))
def test_the_page_draws_every_field_that_the_local_slack_takes(kind: str) -> None:
    """A field that nobody can fill in here would be found by whoever tries, and by no test."""
    element = {"type": kind, "action_id": "a", "options": [option("One")]}
    assert "data-input" in drawing({"type": "input", "block_id": "b", "label": text("Label"), "element": element})


@pytest.mark.parametrize("kind", sorted(shapes.IN_ACTIONS))
def test_the_page_draws_every_button_and_menu_that_the_local_slack_takes(kind: str) -> None:
    """In a row of their own, and beside words."""
    element = {"type": kind, "action_id": "a", "text": text("Press"), "options": [option("One")]}
    row = {"type": "actions", "block_id": "b", "elements": [element]}
    beside = {"type": "section", "block_id": "b", "text": text("Words"), "accessory": element}
    for block in (row, beside):
        assert "data-action" in drawing(block)


@pytest.mark.parametrize("kind", sorted(set(shapes.BLOCKS) - {"actions", "input"}))
def test_the_page_draws_every_block_that_the_local_slack_takes(kind: str) -> None:
    """Words in it can be read."""
    block = {"type": kind, "block_id": "b", "text": text("Words"), "elements": [text("Words")]}
    assert ("<hr>" if kind == "divider" else "Words") in drawing(block)


def test_the_clock_of_the_trial_goes_forward_for_every_process_and_never_back(
    do: Do, window: FlaskClient, cast: Cast, tmp_path: Path
) -> None:
    """Each process reads one file; what the page does not offer is refused."""
    do("forward", hours=24)
    do("forward", hours=1)
    elsewhere = AheadClock(tmp_path / "ahead").now() - SystemClock().now()
    assert round(elsewhere.total_seconds() / 3600, 2) == 25
    headers = {"X-Slack-Here": "1"}
    for wrong in (-1, 1000, "1", None):
        assert (
            window.post(
                "/do", json={"me": cast.reporter.id, "what": "forward", "hours": wrong}, headers=headers
            ).status_code
            == 400
        )
