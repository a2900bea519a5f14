"""`meldklok drill`: prove that reminders reach everybody on the roster."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


@click.command()
@click.option("--status", is_flag=True, help="Call nobody; print the last proof of every way to everybody.")
def drill(status: bool) -> None:
    """Call everybody on the roster over every channel; each person confirms by one click.

    With --status the exit status is 1 when a proof is missing or older than the ladder allows.

    \b
    Example:
      meldklok drill
      meldklok drill --status
    """
    from incident.cli._database import OPERATOR, unit_of_work
    from incident.domain.kernel.errors import DomainError
    from incident.usecases.messages.drill import StartDrill, start_drill

    with unit_of_work() as (session, deps):
        if status:
            raise SystemExit(_print_proofs(session, deps.clock.now()))
        try:
            called = start_drill(StartDrill(OPERATOR), session=session, now=deps.clock.now())
        except DomainError as refusal:
            raise click.ClickException(refusal.user_text) from refusal
    for one in called:
        click.echo(f"{one.person.name}: {one.channel.value}")
    click.echo(f"{len(called)} calls; see who confirmed with: meldklok drill --status", err=True)


def _print_proofs(session: "Session", now: "datetime") -> int:
    """One line per way; 1 when not every way is proven."""
    from datetime import timedelta

    from incident.domain.reminders.drill import Standing
    from incident.usecases.clock.plan import ladder_policy
    from incident.usecases.messages.drill import proofs

    every = timedelta(days=ladder_policy(session).prove_every_days)
    found = proofs(session, now)
    for proof in found:
        at = proof.confirmed_at or proof.called_at
        day = f" ({at:%Y-%m-%d})" if at else ""
        click.echo(f"{proof.person.name}: {proof.channel}: {proof.standing(now, every).value}{day}")
    return int(not found or any(proof.standing(now, every) is not Standing.PROVEN for proof in found))
