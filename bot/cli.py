"""`meldklok slack`: the manifest, a look at the connection, and finding people, and rebuilding an incident's place."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session


@click.group()
def slack() -> None:
    """Set up and repair the connection with Slack.

    \b
    Example:
      meldklok slack manifest --transport socket
    """


@slack.command()
@click.option("--transport", type=click.Choice(["http", "socket"]), help="Default: what the settings say, else socket.")
@click.option("--json", "_as_json", is_flag=True, hidden=True, help="For scripts of before: it is always JSON.")
def manifest(transport: str | None, _as_json: bool) -> None:
    """Print the manifest from which Slack makes the app, as JSON.

    \b
    Example:
      meldklok slack manifest --transport http > manifest.json
    """
    import json

    from bot.manifest import manifest as made
    from incident.platform.settings import Settings

    settings = Settings.load()
    transport = transport or settings.slack_transport or "socket"
    with_group = settings.slack_duty_group is not None
    document = made(transport, settings.base_url, duty_group=with_group, language=settings.slack_language)
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


@slack.command()
def check() -> None:
    """Look at token, scopes, security channel and Socket Mode; exit with 1 when something has to be done.

    \b
    Example:
      meldklok slack check
    """
    from bot.app import make_client
    from bot.doctor import examine
    from incident.platform.settings import Settings

    settings = Settings.load()
    if settings.slack_transport is None:
        raise click.ClickException("Slack is not configured: set SLACK_BOT_TOKEN and see .env.example.")
    lines = list(examine(settings, make_client(settings, timeout=5)))
    for line in lines:
        click.echo(f"{'ok  ' if line.fine else 'FIX '} {line.text}{f' {line.cure}' if line.cure else ''}")
    sys.exit(0 if all(line.fine for line in lines) else 1)


@slack.command()
@click.argument("reference")
def rebuild(reference: str) -> None:
    """Make the place of an incident in Slack again from the record: a new room or thread, headline and topic.

    \b
    Example:
      meldklok slack rebuild DL-2026-0001-K
    """
    from bot.app import make_client
    from incident.domain.kernel.people import Actor, Role, Source
    from incident.platform.settings import Settings
    from incident.slack.room import Rooms
    from incident.store.db import db
    from incident.usecases.common.access import find_incident
    from incident.wiring import new_app, wire

    settings = Settings.load()
    if settings.slack_transport is None:
        raise click.ClickException("Slack is not configured: set SLACK_BOT_TOKEN and see .env.example.")
    deps = wire(settings)

    @contextmanager
    def unit() -> Iterator[Session]:
        with db.session.begin():
            yield db.session()

    with new_app(deps).app_context():
        operator = Actor(id=None, name="operator", roles=frozenset(Role), source=Source.CLI)
        incident_id = find_incident(db.session(), reference, operator).id
        db.session.rollback()
        place = (settings.slack_channel, settings.base_url, settings.zone)
        rooms = Rooms(make_client(settings, timeout=10), unit, *place, language=settings.slack_language)
        rooms.rebuild(incident_id, deps.clock.now())
    click.echo(f"{reference}: made again in Slack.")


@slack.command()
def link() -> None:
    """Look up everybody with an account in Slack by e-mail address now, and name those who are not found.

    The worker does the same by itself when it starts and whenever an account is new or changed.

    \b
    Example:
      meldklok slack link
    """
    from sqlalchemy.orm import sessionmaker

    from bot.app import make_client
    from incident.platform.settings import Settings
    from incident.slack.linking import Linker
    from incident.store.db import db
    from incident.wiring import new_app, wire

    settings = Settings.load()
    if settings.slack_transport is None:
        raise click.ClickException("Slack is not configured: set SLACK_BOT_TOKEN and see .env.example.")
    deps = wire(settings)
    with new_app(deps).app_context():
        linker = Linker(make_client(settings, timeout=10), sessionmaker(db.engine, expire_on_commit=False).begin)
        linked = linker.everybody(deps.clock.now())
        missing = linker.missing()
    click.echo(f"{linked} linked.")
    for name in missing:
        click.echo(f"not in Slack under the address of the account: {name}")
