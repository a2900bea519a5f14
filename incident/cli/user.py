"""`meldklok user`: accounts from the command line."""

import sys

import click

from incident.cli._database import OPERATOR, unit_of_work
from incident.domain.kernel.people import SYSTEM, Role
from incident.law.texts import LANGUAGES


@click.group()
def user() -> None:
    """Make accounts, and do alone what takes two people on the pages; all of it is on record and told.

    \b
    Example:
      meldklok user create --email dpo@example.org --name "F. Jansen" --role dpo
    """


@user.command()
@click.option("--email", required=True, help="The address the person signs in with.")
@click.option("--name", required=True, help="The person's name.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--language", type=click.Choice(LANGUAGES), help="The language of the person's pages.")
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

    password = _password(password_stdin, (email, name))
    app = create_app(Settings.load())
    with app.app_context():
        command = NewPerson(
            SYSTEM, email, name, frozenset(map(Role, roles)), password_hash=hash_password(password), language=language
        )
        person = create_person(command, session=db.session(), now=current_app.extensions["meldklok"].clock.now())
        db.session.commit()
        click.echo(f"{person.email} may sign in as {', '.join(sorted(roles))}", err=True)


@user.command()
@click.option("--email", required=True, help="The account.")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
def grant(email: str, roles: tuple[str, ...]) -> None:
    """Give an account more roles. The data protection officer and the person are told.

    \b
    Example:
      meldklok user grant --email b.smit@example.org --role second
    """
    from incident.usecases.people.accounts import give_roles, person_with_email

    with unit_of_work() as (session, deps):
        person = person_with_email(session, email)
        give_roles(session, OPERATOR, person, frozenset(map(Role, roles)), now=deps.clock.now())
        click.echo(f"{person.email} is now {', '.join(sorted(person.actor().roles))}", err=True)


@user.command()
@click.option("--email", required=True, help="The account.")
def link(email: str) -> None:
    """Print a link with which the person chooses a password: for four hours, once.

    \b
    Example:
      meldklok user link --email dpo@example.org
    """
    from flask_security.recoverable import generate_reset_link

    from incident import create_app
    from incident.domain.kernel.events import Tag
    from incident.platform.settings import Settings
    from incident.store.db import db
    from incident.usecases.people.accounts import person_with_email
    from incident.usecases.people.acts import note_account
    from incident.usecases.people.powers import link_allowed

    app = create_app(Settings.load())
    with app.test_request_context():
        person, now = person_with_email(db.session(), email), app.extensions["meldklok"].clock.now()
        link_allowed(db.session(), OPERATOR, person, now=now)
        note_account(db.session(), Tag.PASSWORD_LINK_MADE, OPERATOR, person, now=now)
        address, _token = generate_reset_link(person)  # type: ignore[no-untyped-call]
        db.session.commit()
    click.echo(address)


@user.command("no-factor")
@click.option("--email", required=True, help="The account.")
def no_factor(email: str) -> None:
    """Take away a second factor that was lost; the person is signed out everywhere.

    \b
    Example:
      meldklok user no-factor --email dpo@example.org
    """
    from incident.usecases.people.accounts import person_with_email, reset_second_factor

    with unit_of_work() as (session, deps):
        person = person_with_email(session, email)
        reset_second_factor(session, OPERATOR, person.id, now=deps.clock.now())


@user.command()
@click.option("--email", required=True, help="The account.")
def untie(email: str) -> None:
    """Untie an account from the sign-in service, for somebody who got a new identity there.

    Whoever has the account's address there, verified, ties it again by signing in.

    \b
    Example:
      meldklok user untie --email dpo@example.org
    """
    from incident.usecases.people.accounts import person_with_email
    from incident.usecases.people.provider import unlink

    with unit_of_work() as (session, deps):
        unlink(session, OPERATOR, person_with_email(session, email), now=deps.clock.now())


def _password(from_stdin: bool, own_words: tuple[str, ...]) -> str:
    from incident.domain.kernel.errors import Invalid
    from incident.usecases.people.passwords import check_password

    if from_stdin:
        text = sys.stdin.readline().rstrip("\n")
    else:
        text = str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    if len(text) < MINIMUM_LENGTH:
        raise click.ClickException(f"A password has at least {MINIMUM_LENGTH} characters.")
    try:
        check_password(text, own_words)
    except Invalid as refusal:
        raise click.ClickException(refusal.user_text) from refusal
    return text


MINIMUM_LENGTH = 12
