"""`meldklok db`: the schema of the database."""

from collections.abc import Sequence

import click

from incident.platform.settings import Settings


@click.group()
def db() -> None:
    """Move the database's schema.

    \b
    Example:
      meldklok db upgrade
    """


@db.command()
@click.option(
    "--check", is_flag=True, help="Only say what would be done; the exit status is 1 when there is something."
)
def upgrade(check: bool) -> None:
    """Create the schema, or bring it up to this version of the program; does nothing when it is there already.

    All steps are one transaction. Make a back-up first: docs/operations.md says how.

    \b
    Example:
      meldklok db upgrade --check
      meldklok db upgrade
    """
    from incident.store import schema
    from incident.wiring import ensure_key

    settings = Settings.load()
    if check:
        raise SystemExit(_tell(schema.steps(settings.database_url)))
    ensure_key(settings)
    schema.upgrade(settings.database_url)


def _tell(steps: Sequence[tuple[str, str]]) -> int:
    """The steps in words; the exit status."""
    if not steps:
        click.echo("The schema is as this version needs it: there is nothing to do.")
        return 0
    for revision, about in steps:
        click.echo(f"{revision}  {about}")
    click.echo("Nothing was changed. First: meldklok backup. Then: meldklok db upgrade", err=True)
    return 1


@db.command()
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do it without asking.")
def downgrade(revision: str, yes: bool) -> None:
    """Take the schema back to REVISION; columns that are newer are lost with what they hold.

    \b
    Example:
      meldklok db downgrade 0001
    """
    from incident.store import schema
    from incident.wiring import ensure_key

    if not yes:
        click.confirm(f"Go back to {revision} and lose what newer columns hold?", abort=True, err=True)
    settings = Settings.load()
    ensure_key(settings)
    schema.downgrade(settings.database_url, revision)


@db.command()
def current() -> None:
    """Print the revision the database stands at, and the one this program needs.

    \b
    Example:
      meldklok db current
    """
    from incident.store import schema

    url = Settings.load().database_url
    click.echo(f"database {schema.current(url) or 'none'}, program {schema.head() or 'none'}")
