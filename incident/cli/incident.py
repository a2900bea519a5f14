"""`meldklok incident`: report and list incidents from scripts."""

import json
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from incident.cli._database import OPERATOR, unit_of_work
from incident.domain.kernel.json import JsonObject

if TYPE_CHECKING:
    from incident.store.models import Incident


@click.group()
def incident() -> None:
    """Report and list incidents.

    \b
    Example:
      meldklok incident list --json
    """


def _moment(_context: click.Context, _parameter: click.Parameter, text: str | None) -> datetime | None:
    """Read an ISO time. One without an offset is refused: a script must not leave its zone to be guessed."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise click.BadParameter("state date, time and offset, like 2026-11-22T23:40+01:00")
    return moment


def _plain(row: "Incident", zone: ZoneInfo) -> JsonObject:
    return {
        "reference": row.reference,
        "status": row.status.value,
        "summary": row.summary,
        "reported_at": row.reported_at.isoformat(),
        "aware_at": row.aware_at.isoformat() if row.aware_at else None,
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "due_at_local": row.due_at.astimezone(zone).isoformat() if row.due_at else None,
        "risk": row.risk.value if row.risk else None,
        "notified_at": row.notified_at.isoformat() if row.notified_at else None,
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
    }


@incident.command()
@click.option("--summary", required=True, help="What happened, in a few words.")
@click.option("--aware-at", callback=_moment, help="Since when the organisation is aware, with offset.")
@click.option("--aware-person", default="", help="Who became aware.")
@click.option("--system", "systems", multiple=True, help="A system concerned; may be given more than once.")
@click.option("--json", "as_json", is_flag=True, help="Print the incident as a JSON object.")
def report(summary: str, aware_at: datetime | None, aware_person: str, systems: tuple[str, ...], as_json: bool) -> None:
    """Register an incident and start its clock.

    \b
    Example:
      meldklok incident report --summary "Laptop stolen" --aware-at 2026-11-22T23:40+01:00 --json
    """
    from incident.usecases.response.report import ReportIncident, report_incident

    with unit_of_work() as (session, deps):
        command = ReportIncident(OPERATOR, summary, aware_at=aware_at, noticed_by=aware_person, systems=systems)
        row = report_incident(command, session=session, now=deps.clock.now())
        made = _plain(row, deps.settings.zone)
    click.echo(json.dumps(made) if as_json else f"{made['reference']}  due {made['due_at_local']}")


@incident.command("list")
@click.option("--open", "only_open", is_flag=True, help="Only the open ones, what runs out first on top.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def list_(only_open: bool, as_json: bool) -> None:
    """List every incident, newest first; or the open ones.

    \b
    Example:
      meldklok incident list --json
      meldklok incident list --open
    """
    from incident.store.queries.incidents import board
    from incident.store.queries.register import Needs, RegisterFilter, lines, register_query

    with unit_of_work() as (session, deps):
        every = register_query(session, RegisterFilter(), ())
        found = board(session, ()) if only_open else lines(session, every, Needs())
        rows = [_plain(row.incident, deps.settings.zone) for row in found]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        click.echo(f"{row['reference']:<18} {row['status']:<10} {row['due_at_local'] or '-':<26} {row['summary'][:80]}")
