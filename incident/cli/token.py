"""`meldklok token`: tokens with which scripts use the API."""

import click

from incident.cli._database import OPERATOR, unit_of_work
from incident.domain.kernel.scopes import LONGEST, Scope


@click.group()
def token() -> None:
    """Make tokens for the API.

    \b
    Example:
      meldklok token create --email dpo@example.org --label "Power BI" --may read
    """


@token.command()
@click.option("--email", required=True, help="The account whose rights the token has.")
@click.option("--label", required=True, help="What the token is for.")
@click.option(
    "--may", multiple=True, required=True, type=click.Choice([scope.value for scope in Scope]), help="What for."
)
@click.option("--days", default=LONGEST, show_default=True, type=click.IntRange(1, LONGEST), help="How long it lasts.")
def create(email: str, label: str, may: tuple[str, ...], days: int) -> None:
    """Make a token and print it, once: only its hash is kept.

    \b
    Example:
      meldklok token create --email dpo@example.org --label "Power BI" --may read
    """
    from incident.usecases.people.accounts import person_with_email
    from incident.usecases.people.api_tokens import make_api_token

    with unit_of_work() as (session, deps):
        person = person_with_email(session, email)
        scopes = [Scope(name) for name in may]
        secret = make_api_token(session, OPERATOR, person.id, label, now=deps.clock.now(), scopes=scopes, days=days)
    click.echo(secret)
