"""Settings of one installation: frozen, typed and read once; a wrong value stops the start and names the variable.

Nobody else reads the environment. `.env.example` explains every variable; docs/operations.md says which ones matter.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from incident.platform import keys
from incident.platform.environment import Environment, SettingsError, read_env_file

__all__ = ["Settings", "SettingsError"]

SLACK_API = "https://slack.com/api/"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
WEB = ("http", "https")
ENCRYPTION_KEY_FILE = "encryption_key"
POSTGRESQL, SQLITE = "postgresql+psycopg", "sqlite"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that differs between installations. Secrets stay out of its printed form."""

    data_dir: Path
    database_url: str = field(repr=False)
    blob_url: str
    base_url: str
    secret_key: str = field(repr=False)
    encryption_keys: tuple[bytes, ...] = field(repr=False)
    encryption_key_given: bool = False
    """Whether the key comes from the environment; else it lies in the data folder."""
    host: str = "127.0.0.1"
    port: int = 8000
    web_threads: int = 8
    web_processes: int = 1
    trusted_proxies: int = 0
    max_upload_bytes: int = 50 * 1024 * 1024
    zone: ZoneInfo = AMSTERDAM
    slack_bot_token: str | None = field(default=None, repr=False)
    slack_signing_secret: str | None = field(default=None, repr=False)
    slack_app_token: str | None = field(default=None, repr=False)
    slack_api_url: str = SLACK_API
    slack_channel: str | None = None
    smtp_url: str | None = field(default=None, repr=False)
    mail_from: str | None = None
    webhook_url: str | None = field(default=None, repr=False)
    webhook_secret: str | None = field(default=None, repr=False)
    apprise_urls: tuple[str, ...] = field(default=(), repr=False)
    checkpoint_dir: Path | None = None
    worker_tick: timedelta = timedelta(seconds=2)
    dead_man_url: str | None = field(default=None, repr=False)
    metrics_token: str | None = field(default=None, repr=False)
    log_format: Literal["text", "json"] = "text"
    log_level: str = "info"

    @classmethod
    def load(cls, folder: Path | None = None) -> "Settings":
        """Settings of this process: the environment, and below it the file `.env` in `folder` (default: here)."""
        return cls.from_env({**read_env_file((folder or Path.cwd()) / ".env"), **os.environ})

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Settings from the variables in `environ`; makes the data folder and, for the embedded default, its keys.

        Raises SettingsError with one sentence that names the variable that is missing or wrong.
        """
        env = Environment(environ)
        data_dir = _data_dir(env)
        database_url = _database_url(env, data_dir)
        embedded = database_url.startswith(SQLITE)
        secret_key = _secret_key(env, data_dir, embedded)
        port = env.whole("PORT", 8000, 1, 65535)
        slack = _slack(env)
        smtp_url = env.address("SMTP_URL", env.secret("SMTP_URL"), ("smtp", "smtps"), "smtp://mail.example.org:587")
        webhook_url = env.address("WEBHOOK_URL", env.secret("WEBHOOK_URL"), WEB, "https://example.org/hook")
        return cls(
            data_dir=data_dir,
            database_url=database_url,
            blob_url=_blob_url(env, data_dir),
            base_url=env.web_address("BASE_URL", env.text("BASE_URL")) or f"http://localhost:{port}",
            secret_key=secret_key,
            encryption_keys=_encryption_keys(env, data_dir, database_url),
            encryption_key_given=env.secret("ENCRYPTION_KEY") is not None,
            host=env.text("HOST") or "127.0.0.1",
            port=port,
            web_threads=env.whole("WEB_THREADS", 8, 1, 256),
            web_processes=env.whole("WEB_PROCESSES", 1, 1, 64),
            trusted_proxies=env.whole("TRUSTED_PROXIES", 0, 0, 9),
            max_upload_bytes=env.whole("MAX_UPLOAD_MB", 50, 1, 1024) * 1024 * 1024,
            zone=_zone(env),
            slack_bot_token=slack[0],
            slack_signing_secret=slack[1],
            slack_app_token=slack[2],
            slack_api_url=(env.web_address("SLACK_API_URL", env.text("SLACK_API_URL") or SLACK_API) or SLACK_API) + "/",
            slack_channel=env.text("SLACK_CHANNEL"),
            smtp_url=smtp_url,
            mail_from=_mail_from(env, smtp_url),
            webhook_url=webhook_url,
            webhook_secret=_webhook_secret(env, webhook_url),
            apprise_urls=tuple((env.secret("APPRISE_URLS") or "").split()),
            checkpoint_dir=_checkpoint_dir(env),
            worker_tick=timedelta(seconds=env.seconds("WORKER_TICK", 2, 0.1, 60)),
            dead_man_url=env.address("DEAD_MAN_URL", env.secret("DEAD_MAN_URL"), WEB, "https://example.org/ping"),
            metrics_token=env.secret("METRICS_TOKEN"),
            log_format=cast(Literal["text", "json"], env.choice("LOG_FORMAT", "text", ("text", "json"))),
            log_level=env.choice("LOG_LEVEL", "info", ("debug", "info", "warning", "error")),
        )

    @property
    def embedded(self) -> bool:
        """Whether the database is a SQLite file on this machine."""
        return self.database_url.startswith(SQLITE)

    @property
    def slack_transport(self) -> Literal["socket", "http"] | None:
        """How Slack reaches the bot; None when Slack is not configured. An app token means Socket Mode."""
        if self.slack_bot_token is None:
            return None
        return "socket" if self.slack_app_token else "http"


def _data_dir(env: Environment) -> Path:
    folder = Path(env.text("DATA_DIR") or "data").expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        reason = problem.strerror or "unknown reason"
        raise SettingsError("DATA_DIR", f"DATA_DIR: the folder {folder} cannot be written: {reason}.") from problem
    return folder


def _database_url(env: Environment, data_dir: Path) -> str:
    text = env.secret("DATABASE_URL")
    if text is None:
        return f"sqlite:///{data_dir / 'meldklok.sqlite3'}"
    try:
        url = make_url(text)
    except ArgumentError as problem:
        raise SettingsError("DATABASE_URL", "DATABASE_URL is not a database address: see .env.example.") from problem
    if url.drivername in ("postgres", "postgresql", POSTGRESQL):
        return url.set(drivername=POSTGRESQL).render_as_string(hide_password=False)
    if url.drivername == SQLITE and url.database:
        return text
    raise SettingsError("DATABASE_URL", "DATABASE_URL must start with postgresql:// or name a file with sqlite:///.")


def _blob_url(env: Environment, data_dir: Path) -> str:
    text = env.text("BLOB_URL")
    return env.address("BLOB_URL", text, ("file",), "file:///srv/meldklok/blobs") or (data_dir / "blobs").as_uri()


def _secret_key(env: Environment, data_dir: Path, embedded: bool) -> str:
    given = env.secret("SECRET_KEY")
    if given:
        return keys.strong("SECRET_KEY", given)
    if embedded:
        return keys.generated(data_dir / "secret_key")
    raise SettingsError(
        "SECRET_KEY",
        "SECRET_KEY is not set: with an external DATABASE_URL every process needs the same SECRET_KEY, "
        f"at least {keys.SHORTEST_SECRET} random characters.",
    )


def _encryption_keys(env: Environment, data_dir: Path, database_url: str) -> tuple[bytes, ...]:
    """The keys that are given, else those in the data folder: made there for an empty database and never again."""
    given, path = env.secret("ENCRYPTION_KEY"), data_dir / ENCRYPTION_KEY_FILE
    if given is not None:
        return keys.encryption_keys("ENCRYPTION_KEY", given)
    if not database_url.startswith(SQLITE):
        raise SettingsError(
            "ENCRYPTION_KEY",
            "ENCRYPTION_KEY is not set: with an external DATABASE_URL every process needs the same ENCRYPTION_KEY. "
            "`meldklok keys new` prints one.",
        )
    if not path.exists() and keys.in_use(Path(make_url(database_url).database or "")):
        raise SettingsError(
            "ENCRYPTION_KEY",
            f"The encryption key {path} is gone, and the database was sealed with it. Put it back from your back-up; "
            "nothing was changed.",
        )
    return keys.encryption_keys("ENCRYPTION_KEY", keys.generated(path))


def _checkpoint_dir(env: Environment) -> Path | None:
    """A folder that others keep; it must be there, so that a disk that is not mounted is noticed."""
    text = env.text("CHECKPOINT_DIR")
    if text is None:
        return None
    folder = Path(text).expanduser().resolve()
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise SettingsError("CHECKPOINT_DIR", f"CHECKPOINT_DIR: the folder {folder} cannot be written.")
    return folder


def _zone(env: Environment) -> ZoneInfo:
    name = env.text("ZONE") or "Europe/Amsterdam"
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise SettingsError(
            "ZONE", f"ZONE {name!r} is not a time zone: write one such as Europe/Amsterdam."
        ) from problem


def _slack(env: Environment) -> tuple[str | None, str | None, str | None]:
    """Bot token, signing secret and app token: all absent, or enough of them for one way of reaching the bot."""
    bot, signing, app = (env.secret(name) for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"))
    if bot and not bot.startswith(("xoxb-", "xoxe.xoxb-")):
        raise SettingsError("SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN must be a bot token, which starts with xoxb-.")
    if app and not app.startswith("xapp-"):
        raise SettingsError("SLACK_APP_TOKEN", "SLACK_APP_TOKEN must be an app-level token, which starts with xapp-.")
    if bot and not (signing or app):
        raise SettingsError(
            "SLACK_BOT_TOKEN",
            "SLACK_BOT_TOKEN is set but Slack cannot reach the bot: "
            "set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) as well.",
        )
    if (signing or app) and not bot:
        raise SettingsError("SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN is not set, but another Slack secret is: set it too.")
    return bot, signing, app


def _mail_from(env: Environment, smtp_url: str | None) -> str | None:
    address = env.text("MAIL_FROM")
    if smtp_url and not address:
        raise SettingsError("MAIL_FROM", "MAIL_FROM is not set: with SMTP_URL mail needs a sender's address.")
    if address and ("@" not in address or any(character in address for character in "\r\n")):
        raise SettingsError("MAIL_FROM", "MAIL_FROM must be one e-mail address, such as breaches@example.org.")
    return address


def _webhook_secret(env: Environment, webhook_url: str | None) -> str | None:
    given = env.secret("WEBHOOK_SECRET")
    if webhook_url and not given:
        raise SettingsError("WEBHOOK_SECRET", "WEBHOOK_SECRET is not set: with WEBHOOK_URL messages must be signed.")
    return keys.strong("WEBHOOK_SECRET", given) if given else None
