"""A second factor and a fresh proof of who it is, here or at the organisation's identity provider."""

import time
from collections.abc import Callable

import pytest
from passlib.totp import TOTP
from sqlalchemy import select

from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import OutboxMessage
from tests.oidc import Claims
from tests.soft_key import SoftKey
from tests.web.client import PASSWORD, Visitor
from tests.web.test_passkeys import come, make
from tests.web.test_proof_of_person import PROVE, SET_UP, begin_factor, set_up_factor
from tests.web.test_single_sign_on import FEMKE, House, build, house

__all__ = ["build", "house"]


def next_code(app: TOTP) -> str:
    """The code after the one that was used a moment ago; the library takes it half a minute early."""
    return str(app.generate(int(time.time()) + 30).token)


def with_factor(house: House, name: str, role: Role) -> tuple[str, TOTP]:
    visitor = house.team.visitor(name, role)
    return visitor.email, set_up_factor(visitor)


def test_an_account_with_a_second_factor_is_not_taken_over(build: Callable[..., House]) -> None:
    """Whatever the provider says of its own second factor: before the account is tied, its own code is asked for."""
    house = build(OIDC_FACTORS="amr=mfa")
    email, app = with_factor(house, "Femke", Role.DPO)
    taker = house.visitor()
    page = house.come({**FEMKE, "email": email, "amr": ["mfa"]}, taker)
    assert page.path.startswith("/login/code")
    assert taker.get("/account").path.startswith("/login")
    assert "person:linked" not in house.tags()
    house.come({**FEMKE, "email": email, "amr": ["mfa"]}, taker)
    assert taker.submit("/login/code", code=next_code(app)).title.startswith("Overview")
    assert "person:linked" in house.tags()


@pytest.mark.parametrize(("factors", "lets_in"), [("", False), ("amr=mfa", True)])
def test_the_code_is_asked_for_at_every_sign_in_unless_the_provider_asked(
    build: Callable[..., House], factors: str, lets_in: bool
) -> None:
    """And what the provider says of it counts only where that was configured."""
    house = build(OIDC_FACTORS=factors)
    email, app = with_factor(house, "Femke", Role.DPO)
    femke = {**FEMKE, "email": email, "amr": ["pwd", "mfa"]}
    visitor = house.visitor()
    house.come(femke, visitor)
    visitor.submit("/login/code", code=next_code(app))
    assert house.come(femke).path.startswith("/login/code") is not lets_in
    assert house.come({**femke, "amr": ["pwd"]}).path.startswith("/login/code")


def test_power_takes_a_second_factor_here_or_there(build: Callable[..., House], clock: FixedClock) -> None:
    """After the days of grace nothing opens without one; one that the provider asked for will do."""
    house = build(OIDC_FACTORS="acr=gold", SECOND_FACTOR_GRACE_DAYS="0")
    email = house.team.account("Femke", Role.DPO)
    femke = {**FEMKE, "email": email}
    visitor = house.visitor()
    house.come(femke, visitor)
    assert visitor.get("/people").path == SET_UP
    strong = house.visitor()
    house.come({**femke, "acr": "gold"}, strong)
    assert strong.get("/account").path == "/account"


def test_a_factor_there_counts_for_an_account_that_is_tied_already(build: Callable[..., House]) -> None:
    """Whoever runs the provider ties an account by its address and says of the factor what they like (ADR 8)."""
    house = build(OIDC_FACTORS="acr=gold", SECOND_FACTOR_GRACE_DAYS="0")
    femke = {**FEMKE, "email": house.team.account("Femke", Role.DPO), "acr": "gold"}
    first, second = house.visitor(), house.visitor()
    house.come(femke, first)
    assert first.get("/people").path == SET_UP
    house.come(femke, second)
    assert second.get("/account").path == "/account"


def test_a_step_that_gives_power_sends_the_person_to_the_provider_once_more(house: House, clock: FixedClock) -> None:
    """What was typed is kept, the provider is told to ask anew, and then the same form goes on."""
    email = house.team.account("Ada", Role.ADMIN)
    ada = {**FEMKE, "email": email}
    visitor = house.visitor()
    house.come(ada, visitor)
    clock.advance(hours=2)
    visitor.get("/people/new")
    page = visitor.submit("/people/new", name="Bas", email="bas@example.org", roles=["reporter"])
    assert (page.title.startswith(PROVE), 'value="Bas"' in page.html) == (True, True)
    page = visitor.submit("/people/new")
    assert "Sign in there once more first" in page.text
    kept = visitor.page
    assert "It is you" in house.come(ada, visitor, "/account/verify/provider").text
    assert (house.liar.wanted[-1]["prompt"], house.liar.wanted[-1]["max_age"]) == ("login", "0")
    visitor.page = kept
    visitor.submit("/people/new")
    assert house.roles("bas@example.org") == {Role.REPORTER}


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"auth_time": None}, "did not say that it asked you anew"),
        ({"auth_time": 1_700_000_000}, "did not say that it asked you anew"),
        ({"sub": "somebody else"}, "Somebody else signed in there"),
    ],
)
def test_a_proof_that_is_none_counts_for_nothing(house: House, clock: FixedClock, claims: Claims, words: str) -> None:
    """A provider that lets people in silently, or another person at the keyboard."""
    email = house.team.account("Ada", Role.ADMIN)
    visitor = house.visitor()
    house.come({**FEMKE, "email": email}, visitor)
    clock.advance(hours=2)
    house.come({**FEMKE, "email": email, **claims}, visitor, "/account/verify/provider?next=/people/new")
    assert words in visitor.page.text  # type: ignore[union-attr]
    visitor.get("/people/new")
    page = visitor.submit("/people/new", name="Bas", email="bas@example.org", roles=["reporter"])
    assert page.title.startswith(PROVE)


def test_beside_a_second_factor_here_the_provider_proves_nothing(house: House, clock: FixedClock) -> None:
    """Whoever runs the provider gets no power over an account that is protected here (ADR 8)."""
    email = house.team.account("Ada", Role.ADMIN)
    visitor = house.visitor()
    house.come({**FEMKE, "email": email, **house.just_now()}, visitor)
    make(visitor, SoftKey())
    clock.advance(hours=2)
    page = house.come({**FEMKE, "email": email}, visitor, "/account/verify/provider?next=/people/new")
    assert "It is you" not in page.text
    visitor.get("/people/new")
    page = visitor.submit("/people/new", name="Bas", email="bas@example.org", roles=["reporter"])
    assert page.title.startswith(PROVE)


def test_an_old_sign_in_at_the_provider_is_no_fresh_proof(house: House, clock: FixedClock) -> None:
    """Who was let in silently, by a sign-in there of this morning, is asked before the first step of power."""
    email = house.team.account("Ada", Role.ADMIN)
    visitor = house.visitor()
    morning = int(clock.now().timestamp()) - 3 * 3600
    house.come({**FEMKE, "email": email, "auth_time": morning}, visitor)
    visitor.get("/people/new")
    page = visitor.submit("/people/new", name="Bas", email="bas@example.org", roles=["reporter"])
    assert page.title.startswith(PROVE)


@pytest.mark.parametrize("said", [None, True, 1.5, "1764291600", 0])
def test_a_sign_in_of_nobody_knows_when_proves_nothing(house: House, said: object) -> None:
    """A provider that does not say when it asked may have let in whoever sat at a browser that was left open."""
    email = house.team.account("Ada", Role.ADMIN)
    ada = {**FEMKE, "email": email, "auth_time": said}
    visitor = house.visitor()
    if house.come(ada, visitor).title.startswith("Overview"):
        visitor.get("/people/new")
        page = visitor.submit("/people/new", name="Bas", email="bas@example.org", roles=["reporter"])
        assert page.title.startswith(PROVE)
    assert "person:proved" not in house.tags()


def test_where_the_provider_never_says_when_a_password_proves_it(house: House) -> None:
    """The step asks there first, says kindly why that was no proof, and takes the password of whoever has one."""
    email = house.team.account("Ada", Role.ADMIN)
    ada = {**FEMKE, "email": email, "auth_time": None}
    visitor = house.visitor()
    house.come(ada, visitor)
    visitor.get("/people/new")
    visitor.submit("/people/new", name="Bas", email="bas@example.org", roles=["reporter"])
    kept = visitor.page
    refused = house.come(ada, visitor, "/account/verify/provider").text
    assert (house.liar.wanted[-1]["prompt"], house.liar.wanted[-1]["max_age"]) == ("login", "0")
    assert "did not say that it asked you anew. Answer with your password" in refused
    visitor.page = kept
    wrong = visitor.submit("/people/new", proof_password="not the password")
    assert wrong.problems == ["This password is not right."]
    visitor.submit("/people/new", proof_password=PASSWORD)
    assert house.roles("bas@example.org") == {Role.REPORTER}


def test_who_has_no_password_is_not_asked_for_one(house: House) -> None:
    """And an empty one, or any other, proves nothing either."""
    visitor = house.visitor()
    house.come({**FEMKE, "auth_time": None}, visitor)
    page = visitor.get("/account/verify")
    assert [node for node in page.tree.iter("input") if node.get("name") == "proof_password"] == []
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("name") == "csrf_token")
    for given in ("", "anything at all"):
        visitor.client.post("/account/verify", data={"csrf_token": token, "proof_password": given})
    assert "person:proved" not in house.tags()


def lost_passkey(house: House) -> Visitor:
    """Somebody who never had a password, signed in by a passkey, and removed it: the only one."""
    newcomer, key = house.visitor(), SoftKey()
    house.come({**FEMKE, **house.just_now()}, newcomer)
    make(newcomer, key)
    visitor = house.visitor()
    come(visitor, key)
    visitor.get("/account/passkeys")
    visitor.submit("/remove")
    return visitor


def test_who_removed_the_only_passkey_is_asked_at_the_provider(house: House, clock: FixedClock) -> None:
    """Not for a password that never was."""
    visitor = lost_passkey(house)
    clock.advance(hours=2)
    visitor.get("/account/tokens")
    page = visitor.get("/account/verify")
    assert "Sign in at" in page.text
    assert [node for node in page.tree.iter("input") if node.get("name") == "proof_password"] == []
    assert "It is you" in house.come(FEMKE, visitor, "/account/verify/provider").text


def test_who_has_nothing_at_all_is_led_to_a_password_by_mail(house: House, clock: FixedClock) -> None:
    """Untied from the provider too: the question says so, signs out, and the front door sends the link."""
    visitor = lost_passkey(house)
    visitor.get("/account")
    visitor.submit("/account/provider/untie")
    clock.advance(hours=2)
    page = visitor.get("/account/verify")
    assert "to answer with. Sign out" in page.text
    assert [node for node in page.tree.iter("input") if (node.get("name") or "").startswith("proof_")] == []
    assert "Sign out" in [node.text for node in page.tree.find("body/main").iter("button")]  # type: ignore[union-attr]
    visitor.get("/account")
    visitor.submit("/logout")
    visitor.get("/password/forgotten")
    visitor.submit("/password/forgotten", email=FEMKE["email"])
    with house.team.app.app_context():
        sent = [row.payload["template"] for row in db.session.scalars(select(OutboxMessage))]
    assert "password_reset" in sent


def test_a_code_proves_it_whatever_the_provider_says(house: House) -> None:
    """A second factor here was typed a moment ago: nobody is asked twice."""
    email, app = with_factor(house, "Ada", Role.ADMIN)
    visitor = house.visitor()
    house.come({**FEMKE, "email": email, "auth_time": None}, visitor)
    visitor.submit("/login/code", code=next_code(app))
    visitor.get("/people/new")
    visitor.submit("/people/new", name="Bas", email="bas@example.org", roles=["reporter"])
    assert house.roles("bas@example.org") == {Role.REPORTER}


def test_a_first_password_is_a_step_like_the_others(house: House, clock: FixedClock) -> None:
    """Who came from the provider types no present password: a browser that was left open chooses none either."""
    visitor = house.visitor()
    house.come(FEMKE, visitor)
    clock.advance(hours=2)
    visitor.get("/account/password")
    page = visitor.submit(
        "/account/password", new_password="a good long sentence", new_password_confirm="a good long sentence"
    )
    assert page.title.startswith(PROVE)


def test_who_came_from_the_provider_sets_up_a_second_factor_here(house: House) -> None:
    """And from then on is asked for its code."""
    email = house.team.account("Femke", Role.DPO)
    visitor = house.visitor()
    house.come({**FEMKE, "email": email, **house.just_now()}, visitor)
    app, validate = begin_factor(visitor)
    visitor.submit(validate, code=app.generate().token)
    assert house.come({**FEMKE, "email": email}).path.startswith("/login/code")
