"""`meldklok events`: other systems that hear of what happens."""

from typing import TYPE_CHECKING

import click

from incident.cli._database import OPERATOR, unit_of_work
from incident.domain.subscriptions import OFFERED

if TYPE_CHECKING:
    from incident.domain.subscriptions import Subscription


@click.group()
def events() -> None:
    """Subscribe other systems to events, and see whether their calls get through.

    \b
    Example:
      meldklok events add --name "Alerts" --url https://example.org/hook --of deadline.overdue
    """


@events.command("list")
def list_all() -> None:
    """Print every subscription; the exit status is 1 when calls of one fail.

    \b
    Example:
      meldklok events list
    """
    from incident.usecases.messages.subscriptions import subscriptions, troubled

    with unit_of_work() as (session, _deps):
        found, problems = subscriptions(session), troubled(session)
    for one in found:
        state = f"calls fail: {problems[one.key]}" if one.key in problems else "on" if one.is_on else "off"
        click.echo(f"{one.key}  {one.name}  {one.host}  {state}")
    raise SystemExit(int(any(one.key in problems for one in found)))


@events.command()
@click.option("--name", required=True, help="What it is called on the page.")
@click.option("--url", required=True, help="The address that is called.")
@click.option(
    "--of",
    "kinds",
    multiple=True,
    default=[kind.value for kind in OFFERED],
    type=click.Choice([kind.value for kind in OFFERED]),
    help="Of what it hears; may be given several times. Without it: of everything.",
)
def add(name: str, url: str, kinds: tuple[str, ...]) -> None:
    """Make a subscription and print its secret, once.

    \b
    Example:
      meldklok events add --name "Alerts" --url https://example.org/hook --of deadline.overdue --of drill.failed
    """
    from incident.domain.subscriptions import EventKind, Subscription
    from incident.usecases.messages.subscriptions import SaveSubscription, new_key, save_subscription

    wanted = Subscription(new_key(), name, url, tuple(EventKind(kind) for kind in kinds))
    with unit_of_work() as (session, deps):
        command = SaveSubscription(OPERATOR, wanted)
        saved = save_subscription(command, session=session, sealer=deps.sealer, now=deps.clock.now())
    click.echo(saved.secret)


@events.command()
@click.argument("key")
def test(key: str) -> None:
    """Send one test event; the page and `meldklok events list` say what became of it.

    \b
    Example:
      meldklok events test 3f9c0a1b2c3d4e5f
    """
    from incident.usecases.messages.subscriptions import TestSubscription, try_subscription

    with unit_of_work() as (session, deps):
        found = try_subscription(TestSubscription(OPERATOR, key), session=session, now=deps.clock.now())
    _say(found, "A test is on its way to")


@events.command()
@click.argument("key")
def remove(key: str) -> None:
    """End a subscription: it hears of nothing any more.

    \b
    Example:
      meldklok events remove 3f9c0a1b2c3d4e5f
    """
    from incident.usecases.messages.subscriptions import RemoveSubscription, remove_subscription, subscription

    with unit_of_work() as (session, deps):
        found = subscription(session, key)
        remove_subscription(RemoveSubscription(OPERATOR, key), session=session, now=deps.clock.now())
    _say(found, "Removed:")


def _say(found: "Subscription", words: str) -> None:
    click.echo(f"{words} {found.name}", err=True)
