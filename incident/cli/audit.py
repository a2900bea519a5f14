"""`meldklok audit`: prove that the record was not changed."""

import json
from dataclasses import asdict

import click

from incident.cli._database import unit_of_work


@click.group()
def audit() -> None:
    """Examine the hash-chained audit log.

    \b
    Example:
      meldklok audit verify
    """


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print every chain as a JSON array.")
def verify(as_json: bool) -> None:
    """Recompute every chain; exit with 1 and name the first broken entry of each chain that does not hold.

    \b
    Example:
      meldklok audit verify
      meldklok audit verify --json
    """
    from incident.store.audit import verify_chains

    with unit_of_work() as (session, _):
        reports = list(verify_chains(session))
    broken = [report for report in reports if report.broken_at is not None]
    if as_json:
        click.echo(json.dumps([asdict(report) for report in reports], indent=2))
    for report in broken:
        click.echo(f"{report.chain}: entry {report.broken_at}: {report.problem}", err=True)
    if not broken and not as_json:
        click.echo(f"{len(reports)} chains, {sum(report.entries for report in reports)} entries: whole and in order")
    raise SystemExit(1 if broken else 0)
