"""`meldklok token`: tokens with which scripts use the API."""

import click

from incident.cli._database import OPERATOR, unit_of_work


@click.group()
def token() -> None:
    """Make tokens for the API.

    \b
    Example:
      meldklok token create --email dpo@example.org --label "nightly export"
    """


@token.command()
@click.option("--email", required=True, help="The account whose rights the token has.")
@click.option("--label", required=True, help="What the token is for.")
def create(email: str, label: str) -> None:
    """Make a token and print it, once: only its hash is kept.

    \b
    Example:
      meldklok token create --email dpo@example.org --label "nightly export"
    """
    from incident.usecases.people.accounts import person_with_email
    from incident.usecases.people.api_tokens import make_api_token

    with unit_of_work() as (session, deps):
        person = person_with_email(session, email)
        secret = make_api_token(session, OPERATOR, person.id, label, now=deps.clock.now())
    click.echo(secret)
