"""`meldklok seed`: a made-up register, to try things with and to measure."""

import time

import click


@click.command()
@click.option(
    "--incidents", default=100, show_default=True, type=click.IntRange(1, 1_000_000), help="How many to make."
)
@click.option(
    "--open", "still_open", default=10, show_default=True, type=click.IntRange(0), help="With a running clock."
)
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same register.")
@click.option(
    "--examples", is_flag=True, help="The four examples of the first run instead, by the use cases themselves."
)
@click.option("--live", is_flag=True, help="Let reminders about them leave the house; otherwise they are examples.")
def seed(incidents: int, still_open: int, seed: int, examples: bool, live: bool) -> None:
    """Fill the register with made-up incidents.

    They have fact sheets, timelines, decisions, deadlines with their reminders, and an audit chain that verifies.

    \b
    Example:
      meldklok seed --examples
      meldklok seed --incidents 1000 --open 50
    """
    if examples:
        _examples()
        return
    if still_open > incidents:
        raise click.BadParameter("There cannot be more open incidents than incidents.", param_hint="--open")
    _register(incidents, still_open, seed, live)


def _examples() -> None:
    from incident.cli._database import OPERATOR, unit_of_work
    from incident.demo.examples import load_examples
    from incident.domain.organisation import load_profile
    from incident.usecases.common.settings import SaveOrganisation, is_set_up, save_organisation

    with unit_of_work() as (session, deps):
        if not is_set_up(session):
            save_organisation(SaveOrganisation(OPERATOR, load_profile()), session=session, now=deps.clock.now())
        made = load_examples(session, actor=OPERATOR, now=deps.clock.now(), writer=deps.writer)
        references = [incident.reference for incident in made]
    click.echo(f"Made {', '.join(references)}", err=True)


def _register(incidents: int, still_open: int, seed: int, live: bool) -> None:
    from incident.cli._database import unit_of_work
    from incident.demo.seed_register import Seed, seed_register

    begun = time.monotonic()
    with unit_of_work() as (session, deps):
        order = Seed(incidents, still_open, seed, live)
        with click.progressbar(length=incidents, label="Incidents") as bar:
            before = 0
            for count in seed_register(order, session=session, now=deps.clock.now()):
                session.commit()
                session.expunge_all()
                bar.update(count - before)
                before = count
    click.echo(f"{incidents} incidents, {still_open} of them open, in {time.monotonic() - begun:.0f} s", err=True)
