"""The composition root: settings in, the working parts out. Only here are ports tied to what implements them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from flask import Flask
from sqlalchemy.engine import make_url

from incident.documents.notices import DocumentRenderer, TemplateWriter
from incident.platform.clock import Clock, SystemClock
from incident.platform.settings import Settings
from incident.store import models
from incident.store.blobs import BlobStore, blobs_at
from incident.store.db import db, harden
from incident.store.sealing import Sealer
from incident.usecases.messages.ports import Messenger
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

    @property
    def sealer(self) -> Sealer:
        """Seals and opens the personal data of data subjects with the installation's keys."""
        return Sealer(self.settings.encryption_keys)


def wire(settings: Settings, clock: Clock | None = None) -> Deps:
    """The parts for these settings."""
    from incident.delivery import messengers_for
    from incident.delivery.letterbox import with_subjects

    return Deps(
        settings=settings,
        clock=clock or SystemClock(),
        blobs=blobs_at(settings.blob_url),
        writer=TemplateWriter(),
        renderer=DocumentRenderer(),
        messengers=with_subjects(messengers_for(settings), settings, clock or SystemClock()),
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
        harden(db.engine)
    return app


def _engine_options(url: str) -> dict[str, object]:
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


__all__ = ["Deps", "models", "new_app", "wire"]
