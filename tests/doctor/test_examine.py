"""The doctor: each check finds the illness it is for, and says what to do."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from sqlalchemy import Connection, create_engine, insert

from incident.doctor import Finding, State, database, examine, mail, ok, place, slack, worker
from incident.platform import resources
from incident.platform.settings import Settings
from incident.store import schema
from incident.store.models import WorkerHeartbeat
from tests.ports import free_port

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Make = Callable[..., Settings]


def only(findings: Iterator[Finding]) -> Finding:
    [finding] = findings
    assert bool(finding.advice) == (finding.state is not State.OK)
    return finding


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(make_settings: Make) -> None:
    """A doctor that dies of the illness helps nobody."""

    def broken_thing(_settings: Settings, _now: datetime) -> Iterator[Finding]:
        raise ZeroDivisionError

    def sound(_settings: Settings, _now: datetime) -> Iterator[Finding]:
        yield ok("sound", "All is well.")

    first, second = examine(make_settings(), NOW, (broken_thing, sound))
    assert (first.name, first.state, second.state) == ("broken thing", State.FAIL, State.OK)
    assert "ZeroDivisionError" in first.sentence


def test_a_missing_folder_is_named(make_settings: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An installation without its fonts fails when the first letter is made; better now."""
    assert only(place.files(make_settings(), NOW)).state is State.OK
    monkeypatch.setattr(resources, "fonts_folder", lambda: tmp_path / "fonts")
    assert "fonts" in only(place.files(make_settings(), NOW)).sentence


def test_an_open_data_folder_is_a_warning(make_settings: Make) -> None:
    """It holds keys and personal data."""
    settings = make_settings()
    assert only(place.data_folder(settings, NOW)).state is State.OK
    settings.data_dir.chmod(0o755)
    assert "chmod 700" in only(place.data_folder(settings, NOW)).advice


@pytest.mark.parametrize(("megabytes", "state"), [(50, State.FAIL), (500, State.WARN), (5000, State.OK)])
def test_a_full_disk(make_settings: Make, monkeypatch: pytest.MonkeyPatch, megabytes: int, state: State) -> None:
    """Said before nothing can be saved any more."""
    usage = type("Usage", (), {"free": megabytes * 1024 * 1024})
    monkeypatch.setattr(place.shutil, "disk_usage", lambda _folder: usage)
    assert only(place.disk(make_settings(), NOW)).state is state


ADDRESSES = [
    ("http://localhost:8000", State.WARN),
    ("http://breaches.example.org", State.FAIL),
    ("https://breaches.example.org", State.OK),
]


@pytest.mark.parametrize(("address", "state"), ADDRESSES)
def test_the_address_in_messages(make_settings: Make, address: str, state: State) -> None:
    """Passwords must not travel in clear, and links must lead somewhere."""
    assert only(place.address(make_settings(BASE_URL=address), NOW)).state is state


def test_a_database_that_does_not_answer(make_settings: Make) -> None:
    """One sentence without the password; the checks that need a database keep silent."""
    settings = make_settings(DATABASE_URL="postgresql://me:hidden@127.0.0.1:1/meldklok")
    finding = only(database.reachable(settings, NOW))
    assert finding.state is State.FAIL
    assert "hidden" not in finding.sentence
    rest = (database.at_head, database.same_time, worker.heartbeat)
    assert [list(check(settings, NOW)) for check in rest] == [[], [], []]


def test_a_schema_that_is_behind(make_settings: Make, database_url: str) -> None:
    """The cure is a command."""
    settings = make_settings(DATABASE_URL=database_url)
    assert only(database.reachable(settings, NOW)).state is State.OK
    assert only(database.at_head(settings, NOW)).advice == "Run: meldklok db upgrade"
    schema.upgrade(database_url)
    assert only(database.at_head(settings, NOW)).state is State.OK


@pytest.mark.parametrize(
    ("age", "detail", "state"),
    [
        (None, {}, State.FAIL),
        (timedelta(seconds=5), {}, State.OK),
        (timedelta(seconds=5), {"stopped": True}, State.FAIL),
        (timedelta(minutes=9), {}, State.FAIL),
    ],
)
def test_a_worker_that_is_silent(
    settings: Settings, age: timedelta | None, detail: dict[str, bool], state: State
) -> None:
    """Never seen, seen just now, stopped just now, seen nine minutes ago."""
    if age is not None:
        engine = create_engine(settings.database_url)
        row = {"worker": "w", "started_at": NOW - age, "seen_at": NOW - age, "detail": detail}
        with engine.begin() as connection:
            connection.execute(insert(WorkerHeartbeat).values(**row))
        engine.dispose()
    assert only(worker.heartbeat(settings, NOW)).state is state


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_clocks_that_differ(settings: Settings) -> None:
    """Every deadline depends on the time; the database's clock is the second opinion."""
    engine = create_engine(settings.database_url)
    with engine.connect() as connection:
        theirs = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    engine.dispose()
    assert only(database.same_time(settings, theirs)).state is State.OK
    assert "60 seconds apart" in only(database.same_time(settings, theirs - timedelta(seconds=60))).sentence


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_a_commit_that_waits_for_a_standby(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database answers whoever reads, and nobody who writes gets an answer."""
    monkeypatch.setattr(database, "STANDBY_SECONDS", 0.2)
    assert list(database.standby(settings, NOW)) == []
    with waiting_for_a_standby(settings):
        found = first_of(lambda: list(database.standby(settings, NOW)))
    assert found.state is State.FAIL
    assert "Nothing can be saved" in found.sentence
    assert list(database.standby(settings, NOW)) == []


def first_of(look: Callable[[], list[Finding]]) -> Finding:
    """What is found first, by looking again for a minute: on a busy machine the commit takes its time to wait."""
    for _ in range(600):
        if found := look():
            return found[0]
        time.sleep(0.1)
    raise AssertionError("nothing was found")


@contextmanager
def waiting_for_a_standby(settings: Settings) -> Iterator[None]:
    """Somebody commits while the server waits for a standby that nobody started.

    The server reads its settings anew when it comes to it, and a commit before that waits for nobody: so it goes on
    committing until one waits.
    """
    engine = create_engine(settings.database_url, isolation_level="AUTOCOMMIT")
    over = threading.Event()

    def write() -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql("SET synchronous_commit = on")
            connection.exec_driver_sql("CREATE TABLE written (at int)")
            while not over.wait(0.05):
                connection.exec_driver_sql("INSERT INTO written VALUES (1)")

    def wait_for(name: str) -> None:
        with engine.connect() as connection:
            connection.exec_driver_sql(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
            connection.exec_driver_sql("SELECT pg_reload_conf()")

    wait_for("nobody")
    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        over.set()
        wait_for("")
        writer.join(60)
        engine.dispose()


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_an_examination_that_takes_long_makes_no_clocks_differ(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine, or where the first of two databases is dead, seconds pass before the database is asked."""
    monkeypatch.setattr(database, "SKEW_SECONDS", 1.5)
    connect = database.connection

    @contextmanager
    def slowly(asked: Settings) -> Iterator[Connection]:
        time.sleep(1)
        with connect(asked) as opened:
            yield opened

    def slow(_settings: Settings, _now: datetime) -> Iterator[Finding]:
        time.sleep(1)
        yield ok("slow", "It took its time.")

    with connect(settings) as opened:
        theirs = opened.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    monkeypatch.setattr(database, "connection", slowly)
    assert [found.state for found in examine(settings, theirs, [slow, database.same_time])] == [State.OK, State.OK]


@contextmanager
def mail_server(**options: Any) -> Iterator[str]:
    port = free_port()
    controller = Controller(object(), hostname="127.0.0.1", port=port, **options)
    controller.start()
    yield f"127.0.0.1:{port}"
    controller.stop()


def test_mail_that_is_not_configured_or_not_there(make_settings: Make) -> None:
    """A failure where nobody is reached; with Slack a warning; a server that is not there is a failure again."""
    assert only(mail.server(make_settings(), NOW)).state is State.FAIL
    with_slack = make_settings(SLACK_BOT_TOKEN="xoxb-x", SLACK_SIGNING_SECRET="s" * 32)
    assert only(mail.server(with_slack, NOW)).state is State.WARN
    settings = make_settings(SMTP_URL="smtp://127.0.0.1:1", MAIL_FROM="a@example.org")
    assert only(mail.server(settings, NOW)).state is State.FAIL


def test_a_mail_server_without_encryption_is_a_warning(make_settings: Make) -> None:
    """It works, and everybody on the way can read along."""
    with mail_server() as place_:
        settings = make_settings(SMTP_URL=f"smtp://{place_}", MAIL_FROM="a@example.org")
        finding = only(mail.server(settings, NOW))
    assert (finding.state, "without encryption" in finding.sentence) == (State.WARN, True)


def test_a_wrong_mail_password_is_told_in_the_servers_words(make_settings: Make) -> None:
    """Without the password."""

    def refuse(_server: Any, _session: Any, _envelope: Any, _mechanism: str, _data: LoginPassword) -> AuthResult:
        return AuthResult(success=False, handled=False)

    with mail_server(authenticator=refuse, auth_require_tls=False) as place_:
        settings = make_settings(SMTP_URL=f"smtp://me:s%40cret@{place_}", MAIL_FROM="a@example.org")
        finding = only(mail.server(settings, NOW))
    assert (finding.state, "535" in finding.sentence, "s@cret" in finding.sentence) == (State.FAIL, True, False)


@contextmanager
def slack_that_says(answer: dict[str, Any]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/api/"
    server.shutdown()
    server.server_close()


ANSWERS = [
    ({"ok": True, "user": "meldklok", "team": "Alumio"}, State.OK, "as meldklok in the workspace Alumio"),
    ({"ok": False, "error": "token_revoked"}, State.FAIL, "token_revoked"),
    ({"ok": False, "error": "something_new"}, State.FAIL, "something_new"),
]


@pytest.mark.parametrize(("answer", "state", "words"), ANSWERS)
def test_slack_knows_or_refuses_the_token(
    make_settings: Make, answer: dict[str, Any], state: State, words: str
) -> None:
    """Who we are there, or the code of the refusal with its cure."""
    with slack_that_says(answer) as address:
        settings = make_settings(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", SLACK_API_URL=address)
        finding = only(slack.token(settings, NOW))
    assert (finding.state, words in finding.sentence) == (state, True)


def test_what_the_bot_finds_is_part_of_the_examination(make_settings: Make) -> None:
    """A token without the scopes that the manifest asks for, and an app-level token that Slack refuses."""
    with slack_that_says({"ok": False, "error": "invalid_auth"}) as address:
        settings = make_settings(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", SLACK_API_URL=address)
        assert list(slack.connection(settings, NOW)) == []
    with slack_that_says({"ok": True, "user": "meldklok", "team": "Alumio", "channel": {"name": "x"}}) as address:
        settings = make_settings(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", SLACK_API_URL=address)
        findings = list(slack.connection(settings, NOW))
    assert State.FAIL in {finding.state for finding in findings if "scopes" in finding.sentence}
    assert State.OK in {finding.state for finding in findings if "Socket Mode" in finding.sentence}


def test_slack_out_of_reach_and_slack_not_wanted(make_settings: Make) -> None:
    """A network problem is a failure; no Slack at all is a choice."""
    assert only(slack.token(make_settings(), NOW)).state is State.WARN
    settings = make_settings(SLACK_BOT_TOKEN="xoxb-1", SLACK_APP_TOKEN="xapp-1", SLACK_API_URL="http://127.0.0.1:1/")
    assert "cannot be reached" in only(slack.token(settings, NOW)).sentence
