"""Settings of one installation: frozen, typed and read once; a wrong value stops the start and names the variable.

Nobody else reads the environment. A field is read from the variable of its name; `.env.example` explains every one,
docs/operations.md says which ones matter. Each default stands here and nowhere else.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from incident.platform import keys
from incident.platform.environment import (
    SettingsError,
    between,
    given,
    read_env_file,
    scheme,
    seconds,
    time_zone,
    web_address,
    writable_folder,
)

__all__ = ["Settings", "SettingsError"]

WEB = ("http", "https")
ENCRYPTION_KEY_FILE = "encryption_key"
POSTGRESQL, SQLITE = "postgresql+psycopg", "sqlite"
KEYS, UPLOAD = "ENCRYPTION_KEY", "MAX_UPLOAD_MB"


def _database(text: str) -> str:
    try:
        url = make_url(text)
    except ArgumentError as problem:
        raise SettingsError("DATABASE_URL", "DATABASE_URL is not a database address: see .env.example.") from problem
    if url.drivername in ("postgres", "postgresql", POSTGRESQL):
        return url.set(drivername=POSTGRESQL).render_as_string(hide_password=False)
    if url.drivername == SQLITE and url.database:
        return text
    raise SettingsError("DATABASE_URL", "DATABASE_URL must start with postgresql:// or name a file with sqlite:///.")


def _own_secret(known: dict[str, Any]) -> str:
    if known["database_url"].startswith(SQLITE):
        return keys.generated(known["data_dir"] / "secret_key")
    raise SettingsError(
        "SECRET_KEY",
        "SECRET_KEY is not set: with an external DATABASE_URL every process needs the same SECRET_KEY, "
        f"at least {keys.SHORTEST_SECRET} random characters.",
    )


def _own_keys(known: dict[str, Any]) -> tuple[bytes, ...]:
    """The key in the data folder: made there for an empty database and never again."""
    path = known["data_dir"] / ENCRYPTION_KEY_FILE
    if not known["database_url"].startswith(SQLITE):
        raise SettingsError(
            KEYS,
            "ENCRYPTION_KEY is not set: with an external DATABASE_URL every process needs the same ENCRYPTION_KEY. "
            "`meldklok keys new` prints one.",
        )
    if not path.exists() and keys.in_use(Path(make_url(known["database_url"]).database or "")):
        raise SettingsError(
            KEYS,
            f"The encryption key {path} is gone, and the database was sealed with it. Put it back from your back-up; "
            "nothing was changed.",
        )
    return keys.encryption_keys(KEYS, keys.generated(path))


def _checkpoint_dir(folder: Path) -> Path:
    """A folder that others keep; it must be there, so that a disk that is not mounted is noticed."""
    folder = folder.expanduser().resolve()
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise SettingsError("CHECKPOINT_DIR", f"CHECKPOINT_DIR: the folder {folder} cannot be written.")
    return folder


def _bot_token(token: str) -> str:
    if not token.startswith(("xoxb-", "xoxe.xoxb-")):
        raise SettingsError("SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN must be a bot token, which starts with xoxb-.")
    return token


def _app_token(token: str) -> str:
    if not token.startswith("xapp-"):
        raise SettingsError("SLACK_APP_TOKEN", "SLACK_APP_TOKEN must be an app-level token, which starts with xapp-.")
    return token


def _sender(address: str) -> str:
    if "@" not in address or any(character in address for character in "\r\n"):
        raise SettingsError("MAIL_FROM", "MAIL_FROM must be one e-mail address, such as breaches@example.org.")
    return address


class Settings(BaseSettings):
    """Everything that differs between installations. Fields that stay out of the printed form are secrets.

    A secret may also come from the file that the variable of its name with ``_FILE`` behind it points at.
    """

    model_config = SettingsConfigDict(frozen=True, extra="ignore", validate_default=False)

    data_dir: Annotated[Path, AfterValidator(writable_folder)] = Field(default=Path("data"), validate_default=True)
    database_url: Annotated[str, AfterValidator(_database)] = Field(
        default_factory=lambda known: f"sqlite:///{known['data_dir'] / 'meldklok.sqlite3'}", repr=False
    )
    blob_url: Annotated[str, scheme("file", such_as="file:///srv/meldklok/blobs")] = Field(
        default_factory=lambda known: (known["data_dir"] / "blobs").as_uri()
    )
    secret_key: Annotated[str, AfterValidator(lambda key: keys.strong("SECRET_KEY", key))] = Field(
        default_factory=_own_secret, repr=False
    )
    encryption_keys: Annotated[
        tuple[bytes, ...], NoDecode, BeforeValidator(lambda text: keys.encryption_keys(KEYS, text))
    ] = Field(default_factory=_own_keys, validation_alias=KEYS, repr=False)
    host: str = "127.0.0.1"
    port: Annotated[int, between(1, 65535)] = 8000
    base_url: Annotated[str, AfterValidator(web_address)] = Field(
        default_factory=lambda known: f"http://localhost:{known['port']}"
    )
    web_threads: Annotated[int, between(1, 256)] = 8
    web_processes: Annotated[int, between(1, 64)] = 1
    second_factor_grace_days: Annotated[int, between(0, 365)] = 14
    trusted_proxies: Annotated[int, between(0, 9)] = 0
    max_upload_bytes: Annotated[int, AfterValidator(lambda mega: mega * 1024 * 1024), between(1, 1024)] = Field(
        default=50, validation_alias=UPLOAD, validate_default=True
    )
    zone: Annotated[ZoneInfo, BeforeValidator(time_zone)] = Field(default="Europe/Amsterdam", validate_default=True)
    slack_bot_token: Annotated[str, AfterValidator(_bot_token)] | None = Field(default=None, repr=False)
    slack_signing_secret: str | None = Field(default=None, repr=False)
    slack_app_token: Annotated[str, AfterValidator(_app_token)] | None = Field(default=None, repr=False)
    slack_api_url: Annotated[str, AfterValidator(web_address), AfterValidator(lambda url: f"{url}/")] = (
        "https://slack.com/api/"
    )
    slack_channel: str | None = None
    slack_language: Literal["nl", "en"] = "nl"
    smtp_url: Annotated[str, scheme("smtp", "smtps", such_as="smtp://mail.example.org:587")] | None = Field(
        default=None, repr=False
    )
    mail_from: Annotated[str, AfterValidator(_sender)] | None = None
    webhook_url: Annotated[str, scheme(*WEB, such_as="https://example.org/hook")] | None = Field(
        default=None, repr=False
    )
    webhook_secret: Annotated[str, AfterValidator(lambda key: keys.strong("WEBHOOK_SECRET", key))] | None = Field(
        default=None, repr=False
    )
    apprise_urls: Annotated[tuple[str, ...], NoDecode, BeforeValidator(str.split)] = Field(default=(), repr=False)
    checkpoint_dir: Annotated[Path, AfterValidator(_checkpoint_dir)] | None = None
    # Not looked at here: a disk for back-ups that is away must not keep the worker from reminding.
    backup_dir: Annotated[Path, AfterValidator(lambda folder: folder.expanduser().resolve())] | None = None
    backup_keep: Annotated[int, between(2, 10_000)] = 30
    worker_tick: Annotated[timedelta, seconds(0.1, 60)] = timedelta(seconds=2)
    dead_man_url: Annotated[str, scheme(*WEB, such_as="https://example.org/ping")] | None = Field(
        default=None, repr=False
    )
    metrics_token: str | None = Field(default=None, repr=False)
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    _unknown: dict[str, str] = PrivateAttr(default_factory=dict)

    @classmethod
    def load(cls, folder: Path | None = None) -> "Settings":
        """Settings of this process: the environment, and below it the file `.env` in `folder` (default: here)."""
        file = read_env_file((folder or Path.cwd()) / ".env")
        made = cls.from_env({**file, **os.environ})
        known = sorted(cls.names())
        for name in file.keys() - cls.names() - {f"{name}_FILE" for name in cls.names(secret=True)}:
            made._unknown[name] = next(iter(get_close_matches(name.upper(), known, n=1)), "")
        return made

    @classmethod
    def environment_apart(cls, data_dir: Path, **own: str) -> dict[str, str]:
        """The environment for an installation in `data_dir` that has only its `own` settings and none of ours."""
        ours = cls.names() | {f"{name}_FILE" for name in cls.names(secret=True)}
        kept = {name: value for name, value in os.environ.items() if name not in ours}
        return {**kept, "DATA_DIR": str(data_dir), **own}

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Settings from the variables in `environ`; makes the data folder and, for the embedded default, its keys.

        Raises SettingsError with one sentence that names the variable that is missing or wrong.
        """
        values: dict[str, Any] = dict(given(environ, cls.names(), cls.names(secret=True)))
        try:
            return cls(**values)
        except ValidationError as problem:
            raise cls._told(problem) from None

    @classmethod
    def names(cls, *, secret: bool = False) -> frozenset[str]:
        """The variables that are read, or those of them that are secrets."""
        found = {str(about.validation_alias or name).upper(): about for name, about in cls.model_fields.items()}
        return frozenset(name for name, about in found.items() if not (secret and about.repr))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What was handed over takes the place of the environment, so that two installations fit into one process."""
        assert isinstance(init_settings, InitSettingsSource)
        assert isinstance(env_settings, EnvSettingsSource)
        env_settings.env_vars = {name.lower(): value for name, value in init_settings.init_kwargs.items()}
        return (env_settings,)

    @classmethod
    def _told(cls, problem: ValidationError) -> SettingsError:
        """The first thing that is wrong, as one sentence."""
        error = problem.errors()[0]
        found = error.get("ctx", {}).get("error")
        if isinstance(found, SettingsError):
            return found
        field = str(error["loc"][0])
        options = ", ".join(get_args(cls.model_fields[field].annotation))
        return SettingsError(field.upper(), f"{field.upper()} must be one of {options}, not {error['input']!r}.")

    @model_validator(mode="after")
    def _whole_ways_out(self) -> "Settings":
        """Slack, mail and webhook: all absent, or enough of it to work."""
        if self.slack_bot_token and not (self.slack_signing_secret or self.slack_app_token):
            raise SettingsError(
                "SLACK_BOT_TOKEN",
                "SLACK_BOT_TOKEN is set but Slack cannot reach the bot: "
                "set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) as well.",
            )
        if (self.slack_signing_secret or self.slack_app_token) and not self.slack_bot_token:
            sentence = "SLACK_BOT_TOKEN is not set, but another Slack secret is: set it too."
            raise SettingsError("SLACK_BOT_TOKEN", sentence)
        if self.smtp_url and not self.mail_from:
            raise SettingsError("MAIL_FROM", "MAIL_FROM is not set: with SMTP_URL mail needs a sender's address.")
        if self.webhook_url and not self.webhook_secret:
            sentence = "WEBHOOK_SECRET is not set: with WEBHOOK_URL messages must be signed."
            raise SettingsError("WEBHOOK_SECRET", sentence)
        return self

    @property
    def unknown(self) -> Mapping[str, str]:
        """Names in the file `.env` that nobody reads, each with the nearest known one (empty when none is near)."""
        return self._unknown

    @property
    def encryption_key_given(self) -> bool:
        """Whether the key comes from the environment; else it lies in the data folder."""
        return "encryption_keys" in self.model_fields_set

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
