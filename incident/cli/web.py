"""`meldklok web`: pages, API and, with Slack over HTTP, its events."""

import resource
import signal
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from incident.cli._network import port_in_use, port_is_free
from incident.platform.clock import Clock
from incident.platform.settings import Settings, SettingsError
from incident.platform.starting import starting

if TYPE_CHECKING:
    from flask import Flask

MOST_CONNECTIONS = 5_000
HANGING_SECONDS = 60
"""After so long without a word a connection is closed; a browser opens another when it needs one."""


@click.command()
@click.pass_obj
def web(clock: Clock | None) -> None:
    """Serve the pages and the API on HOST and PORT until SIGTERM or Ctrl-C.

    One process with WEB_THREADS threads serves an organisation well. WEB_PROCESSES above 1 starts that many processes
    under one master, which replaces one that dies.

    \b
    Example:
      meldklok web
      HOST=0.0.0.0 PORT=8080 WEB_PROCESSES=4 meldklok web
    """
    from incident.platform import logs

    settings = Settings.load()
    if not port_is_free(settings.host, settings.port):
        raise SettingsError("PORT", port_in_use(settings.port))
    logs.configure(settings, "web")
    if settings.web_processes > 1:
        _serve_many(settings)
    else:
        _serve_one(settings, clock)


@starting()
def application(settings: Settings, clock: Clock | None = None) -> "Flask":
    """The application as it is served: behind as many trusted proxies as the settings say. A trial has a clock."""
    from werkzeug.middleware.proxy_fix import ProxyFix

    from incident import create_app
    from incident.store.db import MOST_WAITING, db
    from incident.wiring import wire

    app = create_app(settings, wire(settings, clock))
    with app.app_context():
        # The other quarter of the threads answers readers, whatever holds the database.
        db.engine.update_execution_options(**{MOST_WAITING: max(1, settings.web_threads * 3 // 4)})
    if count := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _connections() -> int:
    """As many as the system allows a process, less what database, blobs and logs need; at most five thousand."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(hard, MOST_CONNECTIONS * 2) if hard != resource.RLIM_INFINITY else MOST_CONNECTIONS * 2
    if wanted > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return min(MOST_CONNECTIONS, max(100, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2))


def _stop(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def _serve_one(settings: Settings, clock: Clock | None) -> None:
    """Waitress: threads only, pure Python, and an orderly end: requests under way are finished."""
    from waitress.server import create_server

    app = application(settings, clock)
    server = create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.web_threads,
        max_request_body_size=settings.max_upload_bytes * 2,
        ident=None,
        # Whom to believe is said once, by TRUSTED_PROXIES; cleared here, the headers would never reach that judge.
        clear_untrusted_proxy_headers=False,
        # Connections that only hang there cost a file handle and no thread; with `select` no more than 1,024 fit.
        connection_limit=_connections(),
        asyncore_use_poll=True,
        channel_timeout=HANGING_SECONDS,
        cleanup_interval=10,
    )
    signal.signal(signal.SIGTERM, _stop)
    server.run()


def _serve_many(settings: Settings) -> None:
    """Gunicorn: a master that forks; each process makes its own application, so no connection is ever shared.

    The code is loaded once, before: a process that took another's place answers at once, and shares it with the others.
    """
    with starting():
        from gunicorn.app.base import BaseApplication

        from incident.web.app import load
        from incident.wiring import ensure_key

        load()
    ensure_key(settings)

    class Master(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in _gunicorn_options(settings).items():
                self.cfg.set(name, value)

        def load(self) -> "Flask":
            return application(settings)

    Master().run()


def _gunicorn_options(settings: Settings) -> dict[str, object]:
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.web_processes,
        "threads": settings.web_threads,
        "worker_class": "gthread",
        "graceful_timeout": 10,
        "control_socket_disable": True,
        "loglevel": "warning",
    }
