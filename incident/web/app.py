"""Put the pages onto a Flask application: one call, made by ``create_app``."""

from apiflask import APIFlask
from flask_wtf import CSRFProtect
from jinja2 import FileSystemLoader, StrictUndefined

from incident.domain.kernel.sessions import KEPT
from incident.platform import resources
from incident.platform.settings import Settings
from incident.web import (
    access,
    addresses,
    errors,
    filters,
    frame,
    headers,
    i18n,
    limits,
    mass_reads,
    repeats,
    restricted_reads,
    templates,
    transactions,
    viewer,
)
from incident.web.accounts import security, step_up
from incident.web.api import SPEC, init_api
from incident.web.views import load_views, register_views
from incident.wiring import Deps

csrf = CSRFProtect()
FORM_ROOM = 4 * 1024 * 1024
"""Bytes of a request beyond its uploads: long texts, never a reason for losing what somebody typed."""


def empty_app() -> APIFlask:
    """An application that can describe its API; pages keep their HTML errors."""
    app = addresses.Application(
        "incident.web",
        title="Meldklok",
        version="1",
        json_errors=False,
        docs_path=None,
        spec_path=SPEC,
        static_folder="static",
    )
    app.config.update(
        SPEC_FORMAT="json",
        DESCRIPTION="Report and read incidents, and manage subscriptions to events. All instants are UTC.",
    )
    return app


def load() -> None:
    """Import all that an application is made of, so that processes that fork from this one share it."""
    load_views()


def init_web(app: APIFlask) -> None:
    """Give the application its pages, accounts, languages, access rules, headers and error pages.

    Expects ``app.extensions["meldklok"]`` (see ``incident.wiring``) and an initialised database extension.
    """
    deps: Deps = app.extensions["meldklok"]
    settings = deps.settings
    _configure(app, settings)
    templates.init_templates(app)
    addresses.init_addresses(app, settings)
    transactions.init_transactions(app)
    csrf.init_app(app)
    i18n.init_i18n(app, settings)
    security.init_security(app, deps.vault.secrets)
    viewer.init_viewer(app)
    filters.init_filters(app)
    frame.init_frame(app)
    headers.init_headers(app, settings)
    errors.init_errors(app)
    repeats.init_repeats(app)
    register_views(app)
    init_api(app, csrf)
    access.init_access(app)
    step_up.init_step_up(app)
    limits.init_limits(app)
    mass_reads.init_mass_reads(app)
    restricted_reads.init_restricted_reads(app)


def _configure(app: APIFlask, settings: Settings) -> None:
    secure = settings.base_url.startswith("https://")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-meldklok" if secure else "meldklok",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=KEPT.whole,
        SESSION_REFRESH_EACH_REQUEST=False,
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + FORM_ROOM,
        MAX_FORM_MEMORY_SIZE=FORM_ROOM,
        MAX_FORM_PARTS=5_000,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_I18N_ENABLED=False,  # Flask-WTF reads its words from the disk for every page; our forms keep them.
        WTF_CSRF_SSL_STRICT=secure,
    )
    app.jinja_loader = FileSystemLoader(resources.templates_folder())
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
