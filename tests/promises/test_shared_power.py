"""Power is shared: an administrator can neither become nor impersonate somebody who decides without another person."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.cli._database import OPERATOR
from incident.cli.user import user
from incident.domain.kernel.errors import DomainError, IllegalMove, NotAllowed
from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Actor, Role
from incident.domain.kernel.roles import DECIDING
from incident.platform.settings import Settings
from incident.store.db import db
from incident.store.models import AuditEntry, OutboxMessage, Person
from incident.usecases.people import accounts, powers
from incident.usecases.people.accounts import ChangePerson, NewPerson
from incident.usecases.people.api_tokens import make_api_token
from tests.promises.test_acts_of_power import key_of, on_record
from tests.web.conftest import Team, lite, lite_app

__all__ = ["lite", "lite_app"]


@pytest.fixture
def signed_in(session: Session, clock) -> Callable[..., None]:
    """A function that notes that these people have signed in."""

    def note(*actors: Actor) -> None:
        for actor in actors:
            session.get_one(Person, actor.id).current_login_at = clock.now()
        session.commit()

    return note


def roles_of(session: Session, actor: Actor) -> frozenset[Role]:
    return session.get_one(Person, actor.id).actor().roles


def change(session: Session, clock, by: Actor, of: Actor, *roles: Role, **values: Any) -> Person:
    values = {"active": True, "slack_user_id": session.get_one(Person, of.id).slack_user_id, **values}
    command = ChangePerson(by, of.id, of.name, frozenset(roles), **values)
    return accounts.change_person(command, session=session, now=clock.now())


def waiting(session: Session, clock) -> Any:
    [row] = powers.open_requests(session, now=clock.now())
    return row


def entries(session: Session, tag: Tag) -> list[tuple[str, dict[str, Any]]]:
    query = select(AuditEntry.actor, AuditEntry.details).where(AuditEntry.tag == tag.value).order_by(AuditEntry.seq)
    return [(actor, details) for actor, details in session.execute(query)]


def told(session: Session, template: str) -> list[str]:
    rows = session.scalars(select(OutboxMessage))
    return sorted(row.recipient for row in rows if row.payload["template"] == template)


@pytest.mark.parametrize("role", sorted(DECIDING))
def test_a_role_that_decides_takes_another_person(session, team, clock, signed_in, role) -> None:
    """Whoever gets it: the administrator, or somebody whom the administrator may be in league with."""
    signed_in(team.admin, team.dpo, team.responder)
    target = team.responder if role is Role.ADMIN else team.admin
    before = roles_of(session, target)
    change(session, clock, team.admin, target, *before, role)
    assert roles_of(session, target) == before
    assert told(session, "power_asked") == ["charlie@example.org"]
    row = waiting(session, clock)
    for nobody in (team.admin, team.responder):
        with pytest.raises(DomainError):
            powers.agree(session, nobody, row.id, now=clock.now())
    powers.agree(session, team.dpo, row.id, now=clock.now())
    assert roles_of(session, target) == before | {role}
    [(actor, details)] = entries(session, Tag.POWER_USED)
    assert actor == f"person:{team.dpo.id}"
    assert details["asked_by"] == f"person:{team.admin.id}"
    assert (details["person"], details["power"], details["roles"]) == (str(target.id), "roles", role.value)


def test_a_new_account_gets_such_a_role_later(session, team, clock, signed_in) -> None:
    """A made-up person must not be the second person at once."""
    signed_in(team.admin, team.dpo)
    command = NewPerson(team.admin, "puppet@example.org", "Puppet", frozenset({Role.SECOND}))
    puppet = accounts.create_person(command, session=session, now=clock.now())
    assert puppet.actor().roles == {Role.REPORTER}
    powers.refuse(session, team.dpo, waiting(session, clock).id, now=clock.now())
    assert puppet.actor().roles == {Role.REPORTER}
    assert [details["person"] for _, details in entries(session, Tag.POWER_REFUSED)] == [str(puppet.id)]


def test_a_password_link_takes_a_third_person_and_holds_once(session, team, clock, signed_in) -> None:
    """Neither who asked, nor the account that the link opens, can agree to it."""
    signed_in(team.admin, team.dpo, team.second)
    dpo, now = session.get_one(Person, team.dpo.id), clock.now()
    assert not powers.link_allowed(session, team.admin, dpo, now=now)
    row = waiting(session, clock)
    for nobody in (team.admin, team.dpo):
        with pytest.raises(NotAllowed):
            powers.agree(session, nobody, row.id, now=now)
    powers.agree(session, team.second, row.id, now=now)
    assert told(session, "power_used") == ["charlie@example.org", "fay@example.org"]
    assert powers.link_allowed(session, team.admin, dpo, now=now)
    assert not powers.link_allowed(session, team.admin, dpo, now=now)
    assert powers.link_allowed(session, team.admin, session.get_one(Person, team.reporter.id), now=now)


def test_agreement_to_a_link_holds_for_a_day(session, team, clock, signed_in) -> None:
    """Nobody keeps one for later."""
    signed_in(team.admin, team.dpo, team.second)
    dpo = session.get_one(Person, team.dpo.id)
    powers.link_allowed(session, team.admin, dpo, now=clock.now())
    powers.agree(session, team.second, waiting(session, clock).id, now=clock.now())
    assert not powers.link_allowed(session, team.admin, dpo, now=clock.now() + timedelta(days=1))


def test_without_a_third_person_only_the_machine_is_left(session, team, clock, signed_in) -> None:
    """Also once the administrator has switched everybody else off, and the sentence names the way that is left."""
    signed_in(team.admin, team.dpo)
    dpo = session.get_one(Person, team.dpo.id)
    with pytest.raises(NotAllowed, match="meldklok user"):
        powers.link_allowed(session, team.admin, dpo, now=clock.now())
    change(session, clock, team.admin, team.dpo, Role.DPO, active=False)
    with pytest.raises(NotAllowed):
        change(session, clock, team.admin, team.admin, Role.ADMIN, Role.DPO)
    session.rollback()
    assert powers.link_allowed(session, OPERATOR, session.get_one(Person, team.dpo.id), now=clock.now())
    [(actor, details)] = entries(session, Tag.POWER_USED)
    assert (actor, details["power"]) == ("cli", "link")
    assert told(session, "power_used") == ["charlie@example.org"]


def test_who_is_switched_on_again_gets_the_power_anew(session, team, clock, signed_in) -> None:
    """An account that slept is nobody's key."""
    signed_in(team.admin, team.dpo, team.second)
    change(session, clock, team.admin, team.second, Role.SECOND, active=False)
    assert waiting_or_none(session, clock) == []
    change(session, clock, team.admin, team.second, Role.SECOND, active=True)
    assert roles_of(session, team.second) == {Role.REPORTER}
    powers.agree(session, team.dpo, waiting(session, clock).id, now=clock.now())
    assert Role.SECOND in roles_of(session, team.second)


def waiting_or_none(session: Session, clock) -> list[Any]:
    return powers.open_requests(session, now=clock.now())


def test_a_person_agrees_to_their_own_place_in_slack(session, team, clock, signed_in) -> None:
    """The administrator cannot act as the officer from Slack; somebody who does not decide is tied at once."""
    signed_in(team.admin, team.dpo)
    change(session, clock, team.admin, team.dpo, Role.DPO, slack_user_id="U0FAY")
    assert session.get_one(Person, team.dpo.id).slack_user_id is None
    powers.agree(session, team.dpo, waiting(session, clock).id, now=clock.now())
    assert session.get_one(Person, team.dpo.id).slack_user_id == "U0FAY"
    change(session, clock, team.admin, team.responder, Role.RESPONDER, slack_user_id="U0BOB")
    assert session.get_one(Person, team.responder.id).slack_user_id == "U0BOB"
    with pytest.raises(IllegalMove, match="belongs to another account"):
        change(session, clock, team.admin, team.reporter, Role.REPORTER, slack_user_id="U0BOB")


def test_a_second_factor_of_who_decides_is_not_taken_away_alone(session, team, clock, signed_in) -> None:
    """With it and a link an account is taken over."""
    signed_in(team.admin, team.dpo, team.second)
    dpo = session.get_one(Person, team.dpo.id)
    dpo.tf_primary_method, stamp = "authenticator", dpo.fs_uniquifier
    assert not accounts.reset_second_factor(session, team.admin, dpo.id, now=clock.now())
    assert dpo.tf_primary_method == "authenticator"
    powers.agree(session, team.second, waiting(session, clock).id, now=clock.now())
    assert dpo.tf_primary_method is None
    assert dpo.fs_uniquifier != stamp


def test_nobody_makes_a_token_with_the_rights_of_somebody_else(session, team, clock) -> None:
    """Except on the machine, where it is on record and the person is told."""
    with pytest.raises(NotAllowed):
        make_api_token(session, team.admin, team.dpo.id, "script", now=clock.now())
    assert make_api_token(session, OPERATOR, team.dpo.id, "script", now=clock.now())
    assert [details["power"] for _, details in entries(session, Tag.POWER_USED)] == ["token"]
    assert told(session, "power_used") == ["charlie@example.org"]


def test_as_long_as_nobody_else_has_signed_in_one_person_sets_everything_up(session, team, clock, signed_in) -> None:
    """There is nobody to ask; it is on record, and the officer is told."""
    signed_in(team.admin)
    change(session, clock, team.admin, team.responder, Role.RESPONDER, Role.SECOND)
    assert roles_of(session, team.responder) == {Role.RESPONDER, Role.SECOND}
    assert [actor for actor, _ in entries(session, Tag.POWER_USED)] == [f"person:{team.admin.id}"]
    assert told(session, "power_used") == ["bob@example.org", "charlie@example.org"]


def test_a_request_ends_with_a_week_an_answer_or_the_power_of_who_asked(session, team, clock, signed_in) -> None:
    """Nothing is agreed to that nobody wants any more."""
    signed_in(team.admin, team.dpo, team.second)
    change(session, clock, team.admin, team.responder, Role.RESPONDER, Role.SECOND)
    row = waiting(session, clock)
    with pytest.raises(IllegalMove):
        powers.agree(session, team.dpo, row.id, now=clock.now() + powers.ANSWER_WITHIN)
    session.get_one(Person, team.admin.id).active = False
    with pytest.raises(IllegalMove, match="no administrator"):
        powers.agree(session, team.dpo, row.id, now=clock.now())
    session.get_one(Person, team.admin.id).active = True
    powers.agree(session, team.dpo, row.id, now=clock.now())
    with pytest.raises(IllegalMove, match="answered already"):
        powers.agree(session, team.second, row.id, now=clock.now())
    with pytest.raises(DomainError):
        powers.refuse(session, team.dpo, uuid4(), now=clock.now())


def test_the_pages_say_what_waits_and_let_the_other_person_answer(lite: Team) -> None:
    """From the wish of an administrator to the answer of the officer, over the pages; the asker finds no button."""
    dpo, admin, second = (
        lite.visitor(name, role) for name, role in (("Charlie", Role.DPO), ("Fay", Role.ADMIN), ("Dora", Role.SECOND))
    )
    fay, charlie = key_of(lite, "Fay"), key_of(lite, "Charlie")
    admin.get(f"/people/{fay}")
    saved = admin.submit(f"/people/{fay}", roles=["admin", "dpo"])
    assert "waits until somebody else agrees" in saved.text
    admin.get(f"/people/{charlie}")
    assert "waits until somebody else agrees" in admin.submit(f"/people/{charlie}/link").text
    assert "reset-link" not in admin.get(f"/people/{charlie}").html
    assert on_record(lite, Tag.PASSWORD_LINK_MADE) == []
    asked = admin.get("/powers")
    assert "/agree" not in asked.html
    assert "You asked for this yourself, so somebody else has to agree." in asked.text
    own = dpo.get("/powers")
    assert own.html.count("/agree") == 1, "the officer does not agree to a link to the officer's own account"
    assert "Data protection officer" in own.text
    dpo.submit(next(form for form in forms(own.html) if form.endswith("/agree")))
    with lite.app.app_context():
        assert Role.DPO in db.session.scalars(select(Person).where(Person.name == "Fay")).one().actor().roles
    shown = second.get("/powers")
    second.submit(next(form for form in forms(shown.html) if form.endswith("/agree")))
    admin.get(f"/people/{charlie}")
    assert "reset-link" in admin.submit(f"/people/{charlie}/link").html
    assert len(on_record(lite, Tag.PASSWORD_LINK_MADE)) == 1
    lite.visitor("Alice", Role.RESPONDER).get("/powers", status=404)


def test_the_machine_does_it_alone(lite: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the commands that the refusal names; the link that is printed is one of this installation."""
    lite.visitor("Charlie", Role.DPO)
    lite.visitor("Bob", Role.RESPONDER)
    settings = lite.app.extensions["meldklok"].settings
    monkeypatch.setattr(Settings, "load", lambda: settings)
    for order in (
        ["grant", "--role", "second", "--email", "bob@example.org"],
        ["no-factor", "--email", "bob@example.org"],
    ):
        done = CliRunner().invoke(user, order)
        assert done.exit_code == 0, done.output
    shown = CliRunner().invoke(user, ["link", "--email", "charlie@example.org"])
    assert shown.output.startswith(f"{settings.base_url}/password/forgotten/")
    assert [details["power"] for _, details in on_record(lite, Tag.POWER_USED)] == ["roles", "factor", "link"]
    assert {actor for actor, _ in on_record(lite, Tag.POWER_USED)} == {"cli"}
    with lite.app.app_context():
        bob = db.session.scalars(select(Person).where(Person.name == "Bob")).one()
        assert bob.actor().roles == {Role.RESPONDER, Role.SECOND}


def forms(html: str) -> list[str]:
    return [part.split('"')[0] for part in html.split('action="')[1:]]
