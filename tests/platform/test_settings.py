"""Settings: good defaults, one clear sentence for each mistake, secrets that stay secret."""

import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from incident.platform.settings import Settings, SettingsError
from tests.databases import KEY

STRONG = "k3Vd-92ls_Qmz7Tn4pXy8Bc1Wf6Gh5Rj0a"
EXTERNAL = {"DATABASE_URL": "postgresql://db.example.org/meldklok", "SECRET_KEY": STRONG, "ENCRYPTION_KEY": KEY}


def make(folder: Path, **variables: str) -> Settings:
    return Settings.from_env({"DATA_DIR": str(folder), **variables})


def refusal(folder: Path, **variables: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        make(folder, **variables)
    return caught.value


def test_nothing_set_gives_a_working_installation_on_this_machine(tmp_path: Path) -> None:
    """SQLite and blobs in the data folder, reachable from this machine only, no Slack, no mail."""
    settings = make(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path}/meldklok.sqlite3"
    assert settings.blob_url == (tmp_path / "blobs").as_uri()
    assert (settings.host, settings.base_url) == ("127.0.0.1", "http://localhost:8000")
    assert (settings.embedded, settings.slack_transport, settings.smtp_url) == (True, None, None)
    assert settings.zone.key == "Europe/Amsterdam"


def test_keys_are_made_once_and_only_the_owner_may_read_them(tmp_path: Path) -> None:
    """A restart keeps sessions and encrypted columns readable."""
    first, second = make(tmp_path), make(tmp_path)
    assert (first.secret_key, first.encryption_keys) == (second.secret_key, second.encryption_keys)
    assert first.secret_key.encode() not in first.encryption_keys
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("secret_key", "encryption_key")}
    assert modes == {0o600}


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    """Web, worker and bot may all be the first one."""
    code = (
        "import sys, pathlib; from incident.platform.keys import generated; print(generated(pathlib.Path(sys.argv[1])))"
    )
    order = [sys.executable, "-c", code, str(tmp_path / "secret_key")]
    started = [subprocess.Popen(order, stdout=subprocess.PIPE, text=True) for _ in range(6)]
    keys = {child.communicate(timeout=30)[0].strip() for child in started}
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_the_printed_form_shows_no_secret(tmp_path: Path) -> None:
    """Settings end up in tracebacks and logs."""
    variables = {
        "SECRET_KEY": STRONG,
        "ENCRYPTION_KEY": KEY,
        "SLACK_BOT_TOKEN": "xoxb-hidden",
        "SLACK_APP_TOKEN": "xapp-hidden",
        "SMTP_URL": "smtp://user:hidden@mail.example.org",
        "MAIL_FROM": "breaches@example.org",
        "INTAKE_ADDRESS": "datalek@example.org",
        "INTAKE_IMAP_URL": "imaps://user:hidden@mail.example.org/INBOX",
        "DATABASE_URL": "postgresql://user:hidden@db.example.org/x",
    }
    printed = repr(make(tmp_path, **variables))
    assert "hidden" not in printed
    assert STRONG not in printed


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_uses_the_installed_driver(tmp_path: Path, scheme: str) -> None:
    """Operators paste what their provider shows; the password survives."""
    url = f"{scheme}://me:p%40ss@db.example.org:5433/meldklok"
    settings = make(tmp_path, SECRET_KEY=STRONG, ENCRYPTION_KEY=KEY, DATABASE_URL=url)
    assert settings.database_url.partition("?")[0] == "postgresql+psycopg://me:p%40ss@db.example.org:5433/meldklok"


@pytest.mark.parametrize(
    "servers", ["a,b:5433/meldklok?", "/meldklok?host=a:5432&host=b:5433&", "/meldklok?host=a,b&port=5432,5433&"]
)
def test_of_several_databases_the_one_that_takes_writes_is_used(tmp_path: Path, servers: str) -> None:
    """However they are written; the first that is dead costs three seconds and not ten."""
    url = f"postgresql://me:p%40ss@{servers}sslmode=require"
    settings = make(tmp_path, SECRET_KEY=STRONG, ENCRYPTION_KEY=KEY, DATABASE_URL=url)
    asked = arguments(settings.database_url)
    assert {"host": "a,b", "port": "5432,5433", "dbname": "meldklok", "password": "p@ss"}.items() <= asked.items()
    assert {"sslmode": "require", "target_session_attrs": "read-write", "connect_timeout": "3"}.items() <= asked.items()


def test_a_connection_whose_cable_is_cut_is_given_up_on_both_sides(tmp_path: Path) -> None:
    """Here, or pages would wait for a quarter of an hour; there, or what was locked would stay locked for two hours."""
    settings = make(tmp_path, SECRET_KEY=STRONG, ENCRYPTION_KEY=KEY, DATABASE_URL=EXTERNAL["DATABASE_URL"])
    asked = arguments(settings.database_url)
    assert (asked["tcp_user_timeout"], asked["keepalives_idle"], asked["connect_timeout"]) == ("10000", "5", "10")
    assert "-c tcp_user_timeout=10000" in asked["options"]
    assert "-c tcp_keepalives_idle=5" in asked["options"]
    assert "target_session_attrs" not in asked


def test_what_the_address_says_itself_holds(tmp_path: Path) -> None:
    """Whoever knows better than we what may be waited for writes it into the address."""
    url = f"{EXTERNAL['DATABASE_URL']}?options=-c%20jit%3Doff&connect_timeout=4"
    settings = make(tmp_path, SECRET_KEY=STRONG, ENCRYPTION_KEY=KEY, DATABASE_URL=url)
    asked = arguments(settings.database_url)
    assert (asked["options"], asked["connect_timeout"]) == ("-c jit=off", "4")


def arguments(url: str) -> dict[str, str]:
    """What the driver is asked for."""
    engine = create_engine(url)
    return dict(engine.dialect.create_connect_args(engine.url)[1])


def test_an_external_database_needs_a_secret_key_from_the_operator(tmp_path: Path) -> None:
    """A key made on one machine would not be known to the others."""
    problem = refusal(tmp_path, DATABASE_URL=EXTERNAL["DATABASE_URL"])
    assert problem.variable == "SECRET_KEY"
    assert "SECRET_KEY is not set" in str(problem)


def test_an_external_database_needs_an_encryption_key_from_the_operator(tmp_path: Path) -> None:
    """If it followed from SECRET_KEY, that one could never be changed again."""
    problem = refusal(tmp_path, **{**EXTERNAL, "ENCRYPTION_KEY": ""})
    assert problem.variable == "ENCRYPTION_KEY"
    assert "meldklok keys new" in str(problem)


@pytest.mark.parametrize("key", ["short", "change-me-change-me-change-me-change-me", "a" * 64, "changeme" * 8])
def test_a_weak_secret_key_is_refused(tmp_path: Path, key: str) -> None:
    """Whatever the database is; the sentence does not repeat the key."""
    problem = refusal(tmp_path, SECRET_KEY=key)
    assert "SECRET_KEY is too weak" in str(problem)
    assert key not in str(problem).replace("SECRET_KEY", "")


MISTAKES = [
    ("PORT", "eighty"),
    ("PORT", "0"),
    ("PORT", "70000"),
    ("PORT", "８０００"),
    ("WEB_THREADS", "-1"),
    ("WORKER_TICK", "0"),
    ("WORKER_TICK", "nan"),
    ("ZONE", "Europe/Atlantis"),
    ("ZONE", "../../etc/passwd"),
    ("LOG_FORMAT", "xml"),
    ("DATABASE_URL", "mysql://db.example.org/x"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "not an address"),
    ("BLOB_URL", "/srv/blobs"),
    ("BASE_URL", "breaches.example.org"),
    ("BASE_URL", "javascript:alert(1)"),
    ("BASE_URL", "https://x.example.org:port"),
    ("SLACK_API_URL", "ftp://slack.example.org"),
    ("SLACK_BOT_TOKEN", "xoxp-user-token"),
    ("SLACK_APP_TOKEN", "xoxb-not-an-app-token"),
    ("SMTP_URL", "mail.example.org"),
    ("INTAKE_IMAP_URL", "imap://name:password@mail.example.org"),
    ("INTAKE_IMAP_URL", "imaps://name@mail.example.org/INBOX"),
    ("INTAKE_IMAP_URL", "imaps://name:p%0d%0ax@mail.example.org/INBOX"),
    ("INTAKE_IMAP_URL", "imaps://name:password@mail.example.org/Privé"),
    ("MAIL_FROM", "breaches"),
    ("MAIL_FROM", "a@example.org\nBcc: b@example.org"),
    ("DEAD_MAN_URL", "example.org/ping"),
    ("ENCRYPTION_KEY", "c2hvcnQ="),
    ("ENCRYPTION_KEY", "not base64!"),
    ("SECRET_KEY_FILE", "/nonexistent/secret"),
]


@pytest.mark.parametrize(("variable", "value"), MISTAKES)
def test_a_wrong_value_is_refused_in_one_sentence_that_names_the_variable(
    tmp_path: Path, variable: str, value: str
) -> None:
    """The start stops, not the night shift."""
    problem = refusal(tmp_path, **{variable: value})
    sentence = str(problem)
    assert problem.variable == variable
    assert sentence.startswith(variable.removesuffix("_FILE"))
    assert sentence.endswith(".")
    assert "\n" not in sentence


COMBINATIONS = [
    ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_APP_TOKEN"),
    ({"SLACK_APP_TOKEN": "xapp-1"}, "SLACK_BOT_TOKEN"),
    ({"SLACK_SIGNING_SECRET": "abc"}, "SLACK_BOT_TOKEN"),
    ({"SMTP_URL": "smtp://mail.example.org"}, "MAIL_FROM"),
    ({"INTAKE_IMAP_URL": "imaps://name:password@mail.example.org/INBOX"}, "INTAKE_ADDRESS"),
    ({"SECRET_KEY": STRONG, "SECRET_KEY_FILE": "/tmp/x"}, "SECRET_KEY_FILE"),
]


@pytest.mark.parametrize(("variables", "named"), COMBINATIONS)
def test_half_a_configuration_is_refused(tmp_path: Path, variables: dict[str, str], named: str) -> None:
    """The sentence names what is missing."""
    assert named in str(refusal(tmp_path, **variables))


def test_the_transport_of_slack_follows_from_what_is_set(tmp_path: Path) -> None:
    """An app token means Socket Mode, a signing secret alone means HTTP."""
    bot = {"SLACK_BOT_TOKEN": "xoxb-1"}
    assert make(tmp_path, **bot, SLACK_APP_TOKEN="xapp-1", SLACK_SIGNING_SECRET="s").slack_transport == "socket"
    assert make(tmp_path, **bot, SLACK_SIGNING_SECRET="s").slack_transport == "http"


def test_addresses_are_put_into_one_form(tmp_path: Path) -> None:
    """Links are joined with a slash; the Slack client wants its base to end with one."""
    settings = make(tmp_path, BASE_URL="https://breaches.example.org/", SLACK_API_URL="http://127.0.0.1:9/api")
    assert (settings.base_url, settings.slack_api_url) == ("https://breaches.example.org", "http://127.0.0.1:9/api/")
    assert make(tmp_path).slack_api_url == "https://slack.com/api/"


def test_an_empty_value_counts_as_not_set(tmp_path: Path) -> None:
    """Compose files and .env templates leave names without values."""
    settings = make(tmp_path, PORT="", SECRET_KEY=" ", SLACK_BOT_TOKEN="", WORKER_TICK="0.5")
    assert (settings.port, settings.slack_bot_token, settings.worker_tick) == (8000, None, timedelta(seconds=0.5))


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    """As Docker and systemd hand them over; the final newline is not part of it."""
    (tmp_path / "key").write_text(STRONG + "\n")
    assert make(tmp_path / "data", SECRET_KEY_FILE=str(tmp_path / "key")).secret_key == STRONG


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    """The sentence names the folder."""
    (tmp_path / "data").write_text("")
    assert str(tmp_path / "data") in str(refusal(tmp_path / "data"))
