"""Settings of one installation: frozen, typed and read once; a wrong value stops the start and names the variable.

Nobody else reads the environment. A field is read from the variable of its name; `.env.example` explains every one,
docs/operations.md says which ones matter. Each default stands here and nowhere else.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    AliasGenerator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from sqlalchemy.engine import make_url

from incident.platform import keys
from incident.platform.database_address import SQLITE, database_address
from incident.platform.environment import (
    Network,
    between,
    check_mailbox,
    encrypted_address,
    given,
    key_or_secret,
    listed,
    mailbox,
    networks,
    pairs,
    read_env_file,
    scheme,
    seconds,
    time_zone,
    web_address,
    writable_folder,
)
from incident.platform.problem import SettingsError

__all__ = ["Settings", "SettingsError"]

WEB = ("http", "https")
Listed = Annotated[tuple[str, ...], BeforeValidator(listed)]
Pairs = Annotated[tuple[tuple[str, str], ...], BeforeValidator(pairs)]
ENCRYPTION_KEY_FILE = "encryption_key"
KEYS, UPLOAD = "ENCRYPTION_KEY", "MAX_UPLOAD_MB"


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


def _place(url: str, info: ValidationInfo) -> str:
    """A folder or a bucket; a bucket asks for the package of the extra ``s3``."""
    name, parts = str(info.field_name).upper(), urlsplit(url)
    if parts.scheme not in ("file", "s3") or (parts.scheme == "s3" and not parts.netloc):
        raise SettingsError(name, f"{name} must be a folder (file:///srv/meldklok) or a bucket (s3://bucket/prefix).")
    if parts.scheme == "s3" and not find_spec("obstore"):
        sentence = f"{name} names a bucket, and the package for buckets is missing: pip install 'meldklok[s3]'."
        raise SettingsError(name, sentence)
    return url


def _outside(url: str, info: ValidationInfo) -> str:
    """A place that others keep; a folder must be there, so that a disk that is not mounted is noticed."""
    if url.startswith("s3:"):
        return _place(url, info)
    folder = Path(unquote(urlsplit(url).path) if url.startswith("file:") else url).expanduser().resolve()
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise SettingsError("CHECKPOINT_URL", f"CHECKPOINT_URL: the folder {folder} cannot be written.")
    return folder.as_uri()


def _certificates(path: Path) -> Path:
    """A file with certificates as PEM, of which at least one must be there."""
    try:
        known = b"BEGIN CERTIFICATE" in path.expanduser().read_bytes()
    except OSError:
        known = False
    if not known:
        sentence = f"TIMESTAMP_CERTIFICATES: {path} is no file with certificates (PEM)."
        raise SettingsError("TIMESTAMP_CERTIFICATES", sentence)
    return path.expanduser().resolve()


def _bot_token(token: str) -> str:
    if not token.startswith(("xoxb-", "xoxe.xoxb-")):
        raise SettingsError("SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN must be a bot token, which starts with xoxb-.")
    return token


def _app_token(token: str) -> str:
    if not token.startswith("xapp-"):
        raise SettingsError("SLACK_APP_TOKEN", "SLACK_APP_TOKEN must be an app-level token, which starts with xapp-.")
    return token


def _user_group(group: str) -> str:
    if not group.startswith("S"):
        raise SettingsError("SLACK_DUTY_GROUP", "SLACK_DUTY_GROUP must be the id of a user group, which starts with S.")
    return group


def _mail_address(address: str, info: ValidationInfo) -> str:
    name = str(info.field_name).upper()
    if "@" not in address or any(character in address for character in "\r\n"):
        raise SettingsError(name, f"{name} must be one e-mail address, such as breaches@example.org.")
    return address


class Settings(BaseModel):
    """Everything that differs between installations. Fields that stay out of the printed form are secrets.

    A secret may also come from the file that the variable of its name with ``_FILE`` behind it points at.
    """

    model_config = ConfigDict(frozen=True, alias_generator=AliasGenerator(validation_alias=str.upper))

    data_dir: Annotated[Path, AfterValidator(writable_folder)] = Field(default=Path("data"), validate_default=True)
    database_url: Annotated[str, AfterValidator(database_address)] = Field(
        default_factory=lambda known: f"sqlite:///{known['data_dir'] / 'meldklok.sqlite3'}", repr=False
    )
    blob_url: Annotated[str, AfterValidator(_place)] = Field(
        default_factory=lambda known: (known["data_dir"] / "blobs").as_uri()
    )
    aws_endpoint_url: Annotated[str, scheme(*WEB, such_as="https://s3.example.org")] | None = None
    aws_region: str | None = None
    aws_access_key_id: str | None = Field(default=None, repr=False)
    aws_secret_access_key: str | None = Field(default=None, repr=False)
    secret_key: Annotated[str, AfterValidator(lambda key: keys.strong("SECRET_KEY", key))] = Field(
        default_factory=_own_secret, repr=False
    )
    encryption_keys: Annotated[tuple[bytes, ...], BeforeValidator(lambda text: keys.encryption_keys(KEYS, text))] = (
        Field(default_factory=_own_keys, validation_alias=KEYS, repr=False)
    )
    host: str = "127.0.0.1"
    port: Annotated[int, between(1, 65535)] = 8000
    base_url: Annotated[str, AfterValidator(web_address)] = Field(
        default_factory=lambda known: f"http://localhost:{known['port']}"
    )
    web_threads: Annotated[int, between(1, 256)] = 8
    web_processes: Annotated[int, between(1, 64)] = 1
    second_factor_grace_days: Annotated[int, between(0, 365)] = 14
    oidc_issuer: Annotated[str, AfterValidator(encrypted_address)] | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = Field(default=None, repr=False)
    oidc_name: str | None = None
    oidc_hosts: Listed = ()
    oidc_scope: str = "openid email profile"
    oidc_verified_claim: str = "email_verified"
    oidc_groups_claim: str = "groups"
    oidc_domains: Listed = ()
    oidc_groups: Listed = ()
    oidc_claims: Pairs = ()
    oidc_factors: Pairs = ()
    oidc_roles: Pairs = ()
    password_sign_in: Literal["everybody", "administrators"] = "everybody"
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
    slack_duty_group: Annotated[str, AfterValidator(_user_group)] | None = None
    slack_language: Literal["nl", "en", "de"] = "nl"
    smtp_url: Annotated[str, scheme("smtp", "smtps", such_as="smtp://mail.example.org:587")] | None = Field(
        default=None, repr=False
    )
    mail_from: Annotated[str, AfterValidator(_mail_address)] | None = None
    intake_address: Annotated[str, AfterValidator(_mail_address)] | None = None
    intake_imap_url: Annotated[str, AfterValidator(mailbox)] | None = Field(default=None, repr=False)
    intake_oauth_token_url: Annotated[str, AfterValidator(encrypted_address)] | None = None
    intake_oauth_client_id: str | None = None
    intake_oauth_secret: Annotated[str, AfterValidator(key_or_secret)] | None = Field(default=None, repr=False)
    intake_oauth_scope: str = "https://outlook.office365.com/.default"
    event_networks: Annotated[tuple[Network, ...], BeforeValidator(networks)] = ()
    apprise_urls: Annotated[tuple[str, ...], BeforeValidator(str.split)] = Field(default=(), repr=False)
    checkpoint_url: Annotated[str, AfterValidator(_outside)] | None = None
    timestamp_url: Annotated[str, scheme(*WEB, such_as="https://stamps.example.org/tsr")] | None = Field(
        default=None, repr=False
    )
    timestamp_certificates: Annotated[Path, AfterValidator(_certificates)] | None = None
    # Not looked at here: a disk for back-ups that is away must not keep the worker from reminding.
    backup_dir: Annotated[Path, AfterValidator(lambda folder: folder.expanduser().resolve())] | None = None
    backup_keep: Annotated[int, between(2, 10_000)] = 30
    worker_tick: Annotated[timedelta, seconds(0.1, 60)] = timedelta(seconds=2)
    dead_man_url: Annotated[str, scheme(*WEB, such_as="https://example.org/ping")] | None = Field(
        default=None, repr=False
    )
    metrics_token: str | None = Field(default=None, repr=False)
    security_contact: Annotated[str, scheme("mailto", "https", such_as="mailto:security@example.org")] | None = None
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
        values = given(environ, cls.names(), cls.names(secret=True))
        try:
            return cls.model_validate(values)
        except ValidationError as problem:
            raise cls._told(problem) from None

    @classmethod
    def names(cls, *, secret: bool = False) -> frozenset[str]:
        """The variables that are read, or those of them that are secrets."""
        known = cls.model_fields.values()
        return frozenset(str(about.validation_alias) for about in known if not (secret and about.repr))

    @classmethod
    def _told(cls, problem: ValidationError) -> SettingsError:
        """The first thing that is wrong, as one sentence."""
        error = problem.errors()[0]
        found = error.get("ctx", {}).get("error")
        if isinstance(found, SettingsError):
            return found
        name = str(error["loc"][0])
        options = ", ".join(get_args(cls.model_fields[name.lower()].annotation))
        return SettingsError(name, f"{name} must be one of {options}, not {error['input']!r}.")

    @model_validator(mode="after")
    def _whole_ways_out(self) -> "Settings":
        """Slack, mail and time stamps: all absent, or enough of it to work."""
        if self.slack_bot_token and not (self.slack_signing_secret or self.slack_app_token):
            raise SettingsError(
                "SLACK_BOT_TOKEN",
                "SLACK_BOT_TOKEN is set but Slack cannot reach the bot: "
                "set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) as well.",
            )
        if (self.slack_signing_secret or self.slack_app_token) and not self.slack_bot_token:
            sentence = "SLACK_BOT_TOKEN is not set, but another Slack secret is: set it too."
            raise SettingsError("SLACK_BOT_TOKEN", sentence)
        if self.oidc_issuer and not (self.oidc_client_id and self.oidc_client_secret):
            sentence = (
                "OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set with OIDC_ISSUER: the provider hands them out."
            )
            raise SettingsError("OIDC_CLIENT_ID", sentence)
        if self.password_sign_in == "administrators" and not self.oidc_issuer:
            sentence = "PASSWORD_SIGN_IN=administrators needs OIDC_ISSUER: nobody else could sign in."
            raise SettingsError("PASSWORD_SIGN_IN", sentence)
        if self.smtp_url and not self.mail_from:
            raise SettingsError("MAIL_FROM", "MAIL_FROM is not set: with SMTP_URL mail needs a sender's address.")
        if self.intake_address and self.intake_address.casefold() == (self.mail_from or "").casefold():
            sentence = "INTAKE_ADDRESS and MAIL_FROM must differ: answers to reminders would come in as reports."
            raise SettingsError("INTAKE_ADDRESS", sentence)
        check_mailbox(
            self.intake_imap_url,
            [self.intake_oauth_token_url, self.intake_oauth_client_id, self.intake_oauth_secret],
        )
        if self.intake_imap_url and not self.intake_address:
            sentence = "INTAKE_ADDRESS is not set: with INTAKE_IMAP_URL it says to which address people report."
            raise SettingsError("INTAKE_ADDRESS", sentence)
        if self.timestamp_url and not self.timestamp_certificates:
            sentence = "TIMESTAMP_CERTIFICATES is not set: with TIMESTAMP_URL it says whose stamps are believed."
            raise SettingsError("TIMESTAMP_CERTIFICATES", sentence)
        if self.timestamp_certificates and not find_spec("rfc3161_client"):
            sentence = "TIMESTAMP_URL needs a package that is missing: pip install 'meldklok[stamps]'."
            raise SettingsError("TIMESTAMP_URL", sentence)
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
    def bucket_access(self) -> dict[str, str]:
        """What opens the buckets; what is not set is found as other tools for S3 find it."""
        found = {
            "endpoint": self.aws_endpoint_url,
            "region": self.aws_region,
            "access_key_id": self.aws_access_key_id,
            "secret_access_key": self.aws_secret_access_key,
        }
        return {name: value for name, value in found.items() if value}

    @property
    def slack_transport(self) -> Literal["socket", "http"] | None:
        """How Slack reaches the bot; None when Slack is not configured. An app token means Socket Mode."""
        if self.slack_bot_token is None:
            return None
        return "socket" if self.slack_app_token else "http"
