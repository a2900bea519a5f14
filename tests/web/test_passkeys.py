"""Passkeys: made by their owner, worth password and second factor at once, and nothing weaker beside them."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.store.audit import SYSTEM_CHAIN, entries
from incident.store.db import db
from incident.store.models import OutboxMessage, Passkey
from incident.usecases.people.accounts import person_with_email
from incident.usecases.people.powers import take_factor_away
from tests.soft_key import PRESENT, SoftKey, altered
from tests.web.client import Page, Visitor
from tests.web.conftest import Team
from tests.web.test_proof_of_person import PROVE, SET_UP, set_up_factor

MINE = "/account/passkeys"


def question(page: Page) -> dict[str, Any]:
    """What the page asks the browser for."""
    [asked] = [node.get("data-question") for node in page.tree.iter("button") if node.get("data-passkey")]
    found: dict[str, Any] = json.loads(asked)
    return found


def make(visitor: Visitor, key: SoftKey, name: str = "my telephone") -> Page:
    page = visitor.get(MINE)
    return visitor.submit(MINE, name=name, credential=key.make(question(page)))


def come(visitor: Visitor, key: SoftKey) -> Page:
    page = visitor.get("/login")
    return visitor.submit("/login/passkey", credential=key.answer(question(page)))


def owner(team: Team, name: str = "Femke", role: Role = Role.DPO) -> tuple[Visitor, SoftKey]:
    """Somebody with a passkey, signed in with a password."""
    visitor, key = team.visitor(name, role), SoftKey()
    assert "has been made" in make(visitor, key).text
    return visitor, key


def tags(team: Team) -> list[str]:
    with team.app.app_context():
        return [entry.tag for entry in entries(db.session(), SYSTEM_CHAIN)]


def test_a_passkey_signs_in_without_a_word(team: Team, clock: FixedClock) -> None:
    """No address, no password, no code; on record, on both kinds of database."""
    _visitor, key = owner(team)
    again = Visitor(team.app)
    assert come(again, key).title.startswith("Overview")
    assert "last used" in again.get(MINE).text
    assert tags(team).count("passkey:made") == 1
    assert [page.title.startswith("Overview") for page in (come(Visitor(team.app), key),)] == [True]


def test_the_owner_is_told_of_a_new_passkey(lite: Team) -> None:
    """By mail, as of every other new way in: a browser that was left open could have made it."""
    visitor, _key = owner(lite)
    with lite.app.app_context():
        told = [row.payload for row in db.session.scalars(select(OutboxMessage)) if row.recipient == visitor.email]
    assert [one["params"]["name"] for one in told if one["template"] == "passkey_made"] == ["my telephone"]


def test_beside_a_passkey_a_password_opens_nothing(lite: Team) -> None:
    """Else it would protect nobody."""
    visitor, _key = owner(lite)
    other = Visitor(lite.app)
    right = other.sign_in(visitor.email)
    assert "If you made a passkey, sign in with it" in right.text
    assert other.get("/account").path.startswith("/login")


def test_beside_a_passkey_nobody_learns_whether_a_password_is_right(lite: Team) -> None:
    """A thief with a list of passwords gets the same answer for each."""
    visitor, _key = owner(lite)
    right = Visitor(lite.app).sign_in(visitor.email).problems
    wrong = Visitor(lite.app).sign_in(visitor.email, "wrong password!").problems
    assert right == wrong != []


def test_beside_a_code_both_ways_stay(lite: Team) -> None:
    """Password and code, or the passkey."""
    visitor, key = owner(lite)
    set_up_factor(visitor)
    other = Visitor(lite.app)
    assert other.sign_in(visitor.email).path.startswith("/login/code")
    assert come(Visitor(lite.app), key).title.startswith("Overview")


def test_a_passkey_is_a_second_factor_for_power(lite: Team, clock: FixedClock) -> None:
    """After the days of grace the page of passkeys opens too, and with one made everything opens."""
    email = lite.account("Femke", Role.DPO)
    Visitor(lite.app).sign_in(email)
    clock.advance(days=14)
    visitor = Visitor(lite.app)
    visitor.sign_in(email)
    assert visitor.get("/account").path == SET_UP
    assert visitor.get(SET_UP).links(MINE) == [MINE]
    key = SoftKey()
    make(visitor, key)
    assert visitor.get("/account").path == "/account"
    later = Visitor(lite.app)
    come(later, key)
    assert later.get("/account").path == "/account"


LIES: dict[str, dict[str, Any]] = {
    "another site's page": {"origin": "https://evil.example"},
    "a key for another site": {"host": "evil.example"},
    "nobody was asked who they are": {"flags": PRESENT},
    "nobody was there": {"flags": 0},
}


@pytest.mark.parametrize("lie", LIES)
def test_what_a_lying_browser_sends_opens_nothing(lite: Team, lie: str) -> None:
    """Neither at the door nor when one is made."""
    _visitor, key = owner(lite)
    for name, value in LIES[lie].items():
        setattr(key, name, value)
    other = Visitor(lite.app)
    assert "opens no account here" in come(other, key).text
    assert other.get("/account").path.startswith("/login")
    liar = SoftKey(**LIES[lie])
    assert "No passkey was made" in make(lite.visitor("Bas", Role.REPORTER), liar).text


@pytest.mark.parametrize("junk", ["", "{}", "[]", "null", "no json", '{"id": "x"}', "1" * 5000])
def test_junk_opens_nothing(lite: Team, junk: str) -> None:
    """A sentence, and no fault."""
    owner(lite)
    other = Visitor(lite.app)
    other.get("/login")
    assert "opens no account here" in other.submit("/login/passkey", credential=junk).text


def test_an_answer_counts_once_and_for_its_own_question(lite: Team, clock: FixedClock) -> None:
    """Replayed, altered, late, or from another browser: nothing."""
    _visitor, key = owner(lite)
    one, two = Visitor(lite.app), Visitor(lite.app)
    answer = key.answer(question(one.get("/login")))
    two.get("/login")
    assert "opens no account here" in two.submit("/login/passkey", credential=answer).text
    assert "opens no account here" in one.submit("/login/passkey", credential=altered(answer)).text
    fresh = key.answer(question(one.get("/login")))
    kept = one.client.get_cookie("meldklok")
    assert kept is not None
    one.submit("/login/passkey", credential=fresh)
    thief = Visitor(lite.app)
    thief.get("/login")
    thief.client.set_cookie("meldklok", kept.value)
    token = next(
        node.get("value") for node in one.get("/account").tree.iter("input") if node.get("name") == "csrf_token"
    )
    thief.client.post("/login/passkey", data={"credential": fresh, "csrf_token": token})
    assert thief.get("/account").path.startswith("/login")
    late = Visitor(lite.app)
    answer = key.answer(question(late.get("/login")))
    clock.advance(minutes=10)
    assert "opens no account here" in late.submit("/login/passkey", credential=answer).text


def test_a_counter_that_goes_back_is_a_copy(lite: Team) -> None:
    """A key that counts and suddenly counts less was cloned."""
    _visitor, key = owner(lite)
    key.counter = 10
    assert come(Visitor(lite.app), key).title.startswith("Overview")
    key.counter = 3
    assert "opens no account here" in come(Visitor(lite.app), key).text


def test_a_step_of_power_asks_for_the_passkey(lite: Team, clock: FixedClock) -> None:
    """Its owner's, and not that of somebody else; what was typed is kept."""
    _admin, key = owner(lite, "Ada", Role.ADMIN)
    _other, foreign = owner(lite, "Bas", Role.RESPONDER)
    visitor = Visitor(lite.app)
    come(visitor, key)
    clock.advance(hours=2)
    visitor.get("/people/new")
    page = visitor.submit("/people/new", name="Cas", email="cas@example.org", roles=["reporter"])
    assert (page.title.startswith(PROVE), 'type="password"' in page.html) == (True, False)
    page = visitor.submit("/people/new", proof_passkey=foreign.answer(question(page)))
    assert "not one of yours" in page.text
    visitor.submit("/people/new", proof_passkey=key.answer(question(page)))
    with lite.app.app_context():
        assert person_with_email(db.session(), "cas@example.org").name == "Cas"


def test_a_passkey_is_made_only_after_a_proof(lite: Team, clock: FixedClock) -> None:
    """A browser that was left open gets no key of its own."""
    visitor = lite.visitor("Femke", Role.RESPONDER)
    clock.advance(hours=2)
    assert make(visitor, SoftKey()).title.startswith(PROVE)


def test_power_is_not_left_without_a_second_factor(lite: Team) -> None:
    """The last passkey stays until there is something else; somebody without power may remove it."""
    visitor, _key = owner(lite)
    page = visitor.get(MINE)
    action = next(form.get("action", "") for form in page.tree.iter("form") if "/remove" in form.get("action", ""))
    visitor.submit(action)
    with lite.app.app_context():
        assert len(list(db.session.scalars(select(Passkey)))) == 1
    make(visitor, SoftKey(), "my computer")
    visitor.submit(action)
    assert "passkey:removed" in tags(lite)


def test_two_devices_of_one_name_and_one_device_twice_are_refused(lite: Team) -> None:
    """So that the right one is removed when a device is lost."""
    visitor, key = owner(lite)
    assert "of this name already" in make(visitor, SoftKey()).text
    assert "has a passkey here already" in make(visitor, key, "the same").text


def test_a_factor_that_is_taken_away_takes_the_passkeys_along(lite: Team) -> None:
    """A lost telephone opens nothing any more; the password does again."""
    visitor, key = owner(lite)
    with lite.app.app_context():
        take_factor_away(db.session(), person_with_email(db.session(), visitor.email))
        db.session.commit()
    assert "opens no account here" in come(Visitor(lite.app), key).text
    assert Visitor(lite.app).sign_in(visitor.email).title.startswith("Overview")


def test_somebody_who_is_switched_off_comes_in_with_no_passkey(lite: Team) -> None:
    """However good the key."""
    visitor, key = owner(lite)
    with lite.app.app_context():
        person_with_email(db.session(), visitor.email).active = False
        db.session.commit()
    assert "opens no account here" in come(Visitor(lite.app), key).text
