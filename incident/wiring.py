"""The composition root: settings in, the working parts out. Only here are ports tied to what implements them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from incident.delivery.messages import MessageTexts
from incident.documents.notices import DocumentRenderer, TemplateWriter
from incident.domain.kernel.people import Role
from incident.domain.provider import Rules
from incident.platform.clock import Clock, SystemClock
from incident.platform.settings import Settings, SettingsError
from incident.store.blobs import BlobStore, blobs_at
from incident.store.db import db, harden
from incident.store.places import Place, place_at
from incident.store.sealing import Sealer
from incident.store.vault import Vault, WrongKey
from incident.usecases.messages.ports import Channel, Messenger
from incident.usecases.notices.ports import NoticeRenderer, NoticeWriter

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from incident.delivery.stamps import Authority
    from incident.identity.provider import Provider

AnyFlask = TypeVar("AnyFlask", bound=Flask)
POOL_TIMEOUT = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Deps:
    """What a process needs beside the database."""

    settings: Settings
    clock: Clock
    blobs: BlobStore
    writer: NoticeWriter
    renderer: NoticeRenderer
    messengers: Mapping[str, Messenger]
    provider: "Provider | None" = None
    vault: Vault = field(init=False)

    def __post_init__(self) -> None:
        """The vault has the keys of the settings; it is opened when the database is there."""
        object.__setattr__(self, "vault", Vault(self.settings.encryption_keys))

    @property
    def sealer(self) -> Sealer:
        """Seals and opens the personal data of data subjects with the installation's keys."""
        return self.vault.sealer


def wire(settings: Settings, clock: Clock | None = None) -> Deps:
    """The parts for these settings."""
    from incident.delivery.letterbox import with_subjects

    clock = clock or SystemClock()
    return Deps(
        settings=settings,
        clock=clock,
        blobs=blobs_at(settings.blob_url, settings.encryption_keys, settings.bucket_access),
        writer=TemplateWriter(),
        renderer=DocumentRenderer(),
        messengers={
            **with_subjects(messengers_for(settings, clock), settings, clock),
            Channel.EVENTS: _events(settings, clock),
        },
        provider=provider_for(settings, clock),
    )


def provider_for(settings: Settings, clock: Clock) -> "Provider | None":
    """Where people sign in elsewhere, or None; nobody is asked yet. Raises SettingsError for an unknown role."""
    if settings.oidc_issuer is None:
        return None
    from incident.identity.provider import Provider, Registration

    host = urlsplit(settings.oidc_issuer).hostname or ""
    registration = Registration(
        name=settings.oidc_name or host,
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id or "",
        secret=settings.oidc_client_secret or "",
        hosts=frozenset({host, *(name.lower() for name in settings.oidc_hosts)}),
        scope=settings.oidc_scope,
    )
    return Provider(registration, _provider_rules(settings), clock.now)


def _provider_rules(settings: Settings) -> Rules:
    for _group, role in settings.oidc_roles:
        if role not in set(Role):
            raise SettingsError("OIDC_ROLES", f"OIDC_ROLES names {role!r}: write one of {', '.join(Role)}.")
    return Rules(
        verified_claim=settings.oidc_verified_claim,
        groups_claim=settings.oidc_groups_claim,
        domains=frozenset(name.lower().removeprefix("@") for name in settings.oidc_domains),
        groups=frozenset(settings.oidc_groups),
        claims=settings.oidc_claims,
        factors=frozenset(settings.oidc_factors),
        roles=tuple((group, Role(role)) for group, role in settings.oidc_roles),
    )


def checkpoint_place(settings: Settings) -> Place | None:
    """Where signed checkpoints are left outside the installation, or None."""
    return place_at(settings.checkpoint_url, settings.bucket_access) if settings.checkpoint_url else None


def trusted_authority(settings: Settings) -> "tuple[Certificate, ...]":
    """The certificates of whoever stamps checkpoints; none where nobody is asked."""
    from cryptography.x509 import load_pem_x509_certificates

    path = settings.timestamp_certificates
    return tuple(load_pem_x509_certificates(path.read_bytes())) if path else ()


def stamping_authority(settings: Settings) -> "Authority | None":
    """Who stamps checkpoints, or None."""
    from incident.delivery.stamps import Authority

    return Authority(settings.timestamp_url, trusted_authority(settings)) if settings.timestamp_url else None


def new_app(deps: Deps) -> Flask:
    """A Flask application with a database and the parts, but without pages: enough for the worker and the commands."""
    return equip(Flask("incident.web", static_folder="static"), deps)


def equip(app: AnyFlask, deps: Deps) -> AnyFlask:
    """Give an application the database and the parts."""
    app.config["SQLALCHEMY_DATABASE_URI"] = deps.settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine_options(deps.settings.database_url)
    app.extensions["meldklok"] = deps
    db.init_app(app)
    with app.app_context():
        _unlock(deps.vault, harden(db.engine))
    return app


def ensure_key(settings: Settings) -> None:
    """Do nothing where the key opens the database of these settings. Raises SettingsError where it does not."""
    engine = harden(create_engine(settings.database_url, **_engine_options(settings.database_url)))
    try:
        _unlock(Vault(settings.encryption_keys), engine)
    finally:
        engine.dispose()


def _unlock(vault: Vault, engine: Engine) -> None:
    try:
        vault.open(engine)
    except WrongKey as problem:
        raise SettingsError("ENCRYPTION_KEY", str(problem)) from problem


def _engine_options(url: str) -> dict[str, object]:
    if make_url(url).get_backend_name() == "sqlite":
        Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
        # As many connections as threads: who waits to write keeps one, and a reader must not wait for it.
        return {"hide_parameters": True, "max_overflow": -1}
    return {"hide_parameters": True, "pool_timeout": POOL_TIMEOUT.total_seconds()}


def messengers_for(settings: Settings, clock: Clock) -> Mapping[str, Messenger]:
    """The messengers of the channels that are set up; without e-mail and Slack the terminal shows what nobody gets.

    What a channel needs is imported only when it is set up.
    """
    texts = MessageTexts(settings.base_url, settings.zone)
    found: dict[str, Messenger] = {}
    if settings.smtp_url and settings.mail_from:
        found[Channel.EMAIL] = _email(settings.smtp_url, settings.mail_from, texts, clock, settings.intake_address)
    if settings.slack_bot_token:
        found[Channel.SLACK] = _slack(settings.slack_bot_token, settings.slack_api_url, texts, settings.slack_language)
    if settings.apprise_urls:
        found[Channel.APPRISE] = _further(settings.apprise_urls, texts)
    if not {Channel.EMAIL, Channel.SLACK} & found.keys():
        found[Channel.TERMINAL] = _terminal(texts)
    return found


def _email(url: str, sender: str, texts: MessageTexts, clock: Clock, intake: str | None) -> Messenger:
    from incident.delivery.email import EmailMessenger, SmtpServer

    return EmailMessenger(SmtpServer.from_url(url), sender, texts, clock, intake=intake)


def _events(settings: Settings, clock: Clock) -> Messenger:
    from incident.delivery.events import EventMessenger
    from incident.delivery.short_reads import Subscribers

    return EventMessenger(Subscribers(settings), settings.base_url, settings.event_networks, clock)


def _slack(token: str, base_url: str, texts: MessageTexts, language: str) -> Messenger:
    from incident.slack.messenger import SlackMessenger, outbox_client

    return SlackMessenger(outbox_client(token, base_url), texts, language)


def _further(addresses: tuple[str, ...], texts: MessageTexts) -> Messenger:
    from incident.delivery.apprise_channel import AppriseMessenger

    return AppriseMessenger(addresses, texts)


def _terminal(texts: MessageTexts) -> Messenger:
    from incident.delivery.terminal import TerminalMessenger

    return TerminalMessenger(texts)


__all__ = [
    "Deps",
    "checkpoint_place",
    "ensure_key",
    "messengers_for",
    "new_app",
    "provider_for",
    "stamping_authority",
    "trusted_authority",
    "wire",
]
