"""`meldklok user`: accounts from the command line."""

import sys

import click

from incident.domain.kernel.people import SYSTEM, Role


@click.group()
def user() -> None:
    """Make accounts.

    \b
    Example:
      meldklok user create --email dpo@example.org --name "F. Jansen" --role dpo
    """


@user.command()
@click.option("--email", required=True, help="The address the person signs in with.")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--language", type=click.Choice(["nl", "en"]), help="The language of the person's pages.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def create(email: str, name: str, roles: tuple[str, ...], language: str | None, password_stdin: bool) -> None:
    """Make an account; the password is asked for, or read from standard input.

    \b
    Example:
      meldklok user create --email dpo@example.org --name "F. Jansen" --role dpo --role responder
      echo "$PASSWORD" | meldklok user create --email a@example.org --name A --role reporter --password-stdin
    """
    from flask import current_app
    from flask_security import hash_password

    from incident import create_app
    from incident.platform.settings import Settings
    from incident.store.db import db
    from incident.usecases.people.accounts import NewPerson, create_person

    password = _password(password_stdin)
    app = create_app(Settings.load())
    with app.app_context():
        command = NewPerson(
            SYSTEM, email, name, frozenset(map(Role, roles)), password_hash=hash_password(password), language=language
        )
        person = create_person(command, session=db.session(), now=current_app.extensions["meldklok"].clock.now())
        db.session.commit()
        click.echo(f"{person.email} may sign in as {', '.join(sorted(roles))}", err=True)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        text = sys.stdin.readline().rstrip("\n")
    else:
        text = str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    if len(text) < MINIMUM_LENGTH:
        raise click.ClickException(f"A password has at least {MINIMUM_LENGTH} characters.")
    return text


MINIMUM_LENGTH = 12
