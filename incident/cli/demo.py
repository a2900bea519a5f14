"""`meldklok demo`: a trial with made-up people and incidents, of which nothing stays."""

import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from incident.cli._network import port_is_free
from incident.cli.run import programs, wait_until_it_answers
from incident.platform.settings import Settings


@click.command()
@click.option(
    "--port",
    envvar="PORT",
    default=8000,
    show_envvar=True,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where to look at it.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 is every network; for a container.")
def demo(port: int, host: str) -> None:
    """Try it: four people, four incidents, one password; everything is gone when you stop it.

    It is an installation of its own in a temporary folder. Of your settings only PORT is read, and no file `.env`; no
    message leaves it, and without --host it can be reached from this machine only.

    \b
    Example:
      meldklok demo
      PORT=9000 meldklok demo
    """
    from incident.process.runner import Runner

    if not port_is_free(host, port):
        raise click.ClickException(f"Port {port} is in use: choose another one with --port or PORT.")
    with tempfile.TemporaryDirectory(prefix="meldklok-demo-") as name:
        folder = Path(name)
        environ = Settings.environment_apart(folder / "data", HOST=host, PORT=str(port), LOG_LEVEL="warning")
        settings, password = Settings.from_env(environ), secrets.token_hex(6)
        click.echo("Making an installation with people and incidents …", err=True)
        fill(settings, password)
        runner = Runner(programs(settings), environ=environ, folder=folder)
        status = runner.run(lambda: _announce(settings, password, runner.say))
    raise SystemExit(status)


def fill(settings: Settings, password: str) -> None:
    """Fill an empty installation with the people and incidents of a trial, all with one password."""
    from flask import current_app
    from flask_security import hash_password

    from incident import create_app
    from incident.demo.household import move_in
    from incident.store import schema
    from incident.store.db import db
    from incident.wiring import ensure_key

    ensure_key(settings)
    schema.upgrade(settings.database_url)
    with create_app(settings).app_context():
        deps = current_app.extensions["meldklok"]
        move_in(db.session(), password_hash=hash_password(password), writer=deps.writer, now=deps.clock.now())
        db.session.commit()


def _announce(settings: Settings, password: str, say: Callable[[str], None]) -> None:
    from incident.demo.household import PARTS

    if not wait_until_it_answers(settings):
        return
    say(f"Meldklok is ready: {settings.base_url}")
    say(f"Sign in with the password {password} as one of these:")
    for part in PARTS:
        say(f"  {part.email:<20}{part.name}, {part.about}")
    say("All of it is made up, and gone when you press Ctrl-C.")
