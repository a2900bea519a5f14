"""The composition root: settings in, the working parts out. Only here are ports tied to what implements them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from incident.delivery.messages import MessageTexts
from incident.documents.notices import DocumentRenderer, TemplateWriter
from incident.platform.clock import Clock, SystemClock
from incident.platform.settings import Settings, SettingsError
from incident.store.blobs import BlobStore, blobs_at
from incident.store.db import db, harden
from incident.store.sealing import Sealer
from incident.store.vault import Vault, WrongKey
from incident.usecases.messages.ports import Channel, Messenger
from incident.usecases.notices.ports import NoticeRenderer, NoticeWriter

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
        blobs=blobs_at(settings.blob_url),
        writer=TemplateWriter(),
        renderer=DocumentRenderer(),
        messengers=with_subjects(messengers_for(settings, clock), settings, clock),
    )


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


def _engine_options(url: str) -> dict[str, Any]:
    if make_url(url).get_backend_name() == "sqlite":
        Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
        return {"hide_parameters": True}
    seconds = POOL_TIMEOUT.total_seconds()
    return {
        "hide_parameters": True,
        "pool_pre_ping": True,
        "pool_timeout": seconds,
        "connect_args": {"connect_timeout": int(seconds)},
    }


def messengers_for(settings: Settings, clock: Clock) -> Mapping[str, Messenger]:
    """The messengers of the channels that are set up; without e-mail and Slack the terminal shows what nobody gets.

    What a channel needs is imported only when it is set up.
    """
    texts = MessageTexts(settings.base_url, settings.zone)
    found: dict[str, Messenger] = {}
    if settings.smtp_url and settings.mail_from:
        found[Channel.EMAIL] = _email(settings.smtp_url, settings.mail_from, texts, clock)
    if settings.webhook_url and settings.webhook_secret:
        found[Channel.WEBHOOK] = _webhook(settings.webhook_url, settings.webhook_secret, texts, clock)
    if settings.slack_bot_token:
        found[Channel.SLACK] = _slack(settings.slack_bot_token, settings.slack_api_url, texts, settings.slack_language)
    if settings.apprise_urls:
        found[Channel.APPRISE] = _further(settings.apprise_urls, texts)
    if not {Channel.EMAIL, Channel.SLACK} & found.keys():
        found[Channel.TERMINAL] = _terminal(texts)
    return found


def _email(url: str, sender: str, texts: MessageTexts, clock: Clock) -> Messenger:
    from incident.delivery.email import EmailMessenger, SmtpServer

    return EmailMessenger(SmtpServer.from_url(url), sender, texts, clock)


def _webhook(url: str, secret: str, texts: MessageTexts, clock: Clock) -> Messenger:
    from incident.delivery.webhook import WebhookMessenger

    return WebhookMessenger(url, secret, texts, clock)


def _slack(token: str, base_url: str, texts: MessageTexts, language: str) -> Messenger:
    from incident.slack.messenger import SlackMessenger, outbox_client

    return SlackMessenger(outbox_client(token, base_url), texts, language)


def _further(addresses: tuple[str, ...], texts: MessageTexts) -> Messenger:
    from incident.delivery.apprise_channel import AppriseMessenger

    return AppriseMessenger(addresses, texts)


def _terminal(texts: MessageTexts) -> Messenger:
    from incident.delivery.terminal import TerminalMessenger

    return TerminalMessenger(texts)


__all__ = ["Deps", "ensure_key", "messengers_for", "new_app", "wire"]
