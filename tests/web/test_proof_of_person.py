"""Who it really is: a second factor for whoever has power, and a fresh proof before what leaves the house."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from passlib.totp import TOTP
from sqlalchemy import select

from incident.cli._database import OPERATOR
from incident.domain.kernel.people import Role
from incident.domain.kernel.sessions import FRESH, powerful
from incident.platform.clock import FixedClock
from incident.store.audit import SYSTEM_CHAIN, entries
from incident.store.db import db
from incident.store.models import Person
from incident.usecases.people.accounts import person_with_email, reset_second_factor
from incident.web.accounts.step_up import ACTS, EXPORTS
from tests.web.client import PASSWORD, Visitor
from tests.web.conftest import Team
from tests.web.test_access import address
from tests.web.test_accounts import key_on

ALL = tuple(Role)
PROVE = "Confirm that it is you"
SET_UP = "/account/second-factor"


def begin_factor(visitor: Visitor) -> tuple[TOTP, str]:
    """Get an authenticator app ready, as the page leads; gives it, and where its first code is sent."""
    visitor.get(SET_UP)
    visitor.submit(SET_UP, button=("setup", "authenticator"))
    assert visitor.page is not None
    actions = [form.get("action", "") for form in visitor.page.tree.iter("form")]
    [validate] = [action for action in actions if action.startswith("/tf-") or "/second-factor/" in action]
    return TOTP(key=key_on(visitor), format="base32"), validate


def set_up_factor(visitor: Visitor) -> TOTP:
    """Switch an authenticator app on."""
    app, validate = begin_factor(visitor)
    visitor.submit(validate, code=app.generate().token)
    return app


@pytest.mark.parametrize("role", [role for role in Role if powerful([role])])
def test_whoever_has_power_gets_no_further_without_a_second_factor(lite: Team, clock: FixedClock, role: Role) -> None:
    """Two weeks of grace from the first sign-in, then nothing but the page on which it is set up; then everything."""
    email = lite.account("Femke", role)
    visitor = Visitor(lite.app)
    page = visitor.sign_in(email).text
    assert "your role needs a second factor" in page
    assert "&lt;time" not in page
    assert visitor.get("/account").path == "/account"
    clock.advance(days=14)
    visitor.come_back()
    for path in ("/", "/account", "/account/password", "/account/tokens", "/report", "/people"):
        assert visitor.get(path).path == SET_UP, path
    page = visitor.get(SET_UP)
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("name") == "csrf_token")
    kept = visitor.client.post("/report", data={"summary": "half a story", "csrf_token": token})
    assert (kept.status_code, "half a story" in kept.text, f'href="{SET_UP}"' in kept.text) == (400, True, True)
    set_up_factor(visitor)
    assert visitor.get("/account").path == "/account"


@pytest.mark.parametrize("role", [role for role in Role if not powerful([role])])
def test_nobody_else_needs_one(lite: Team, clock: FixedClock, role: Role) -> None:
    """Reporting a breach must never fail for want of a telephone."""
    email = lite.account("Femke", role)
    visitor = Visitor(lite.app)
    assert "second factor" not in visitor.sign_in(email).text
    clock.advance(days=400)
    visitor.come_back()
    assert visitor.get("/report").path == "/report"


def test_grace_ends_no_work_that_is_under_way(lite: Team, clock: FixedClock) -> None:
    """Whoever is signed in when it ends loses nothing typed; the next sign-in asks."""
    email = lite.account("Femke", Role.DPO)
    Visitor(lite.app).sign_in(email)
    clock.advance(days=13, hours=23)
    visitor = Visitor(lite.app)
    visitor.sign_in(email)
    clock.advance(hours=2)
    assert visitor.get("/report").path == "/report"
    clock.advance(hours=12)
    visitor.come_back()
    assert visitor.get("/report").path == SET_UP


def test_a_factor_that_was_taken_away_is_due_at_once(lite: Team, clock: FixedClock) -> None:
    """Grace is given once; and whoever has power cannot switch their own off."""
    email = lite.account("Femke", Role.DPO)
    visitor = Visitor(lite.app)
    visitor.sign_in(email)
    set_up_factor(visitor)
    assert "Switch off" not in visitor.get(SET_UP).text
    visitor.submit(SET_UP, button=("setup", "disable"))
    with lite.app.app_context():
        person = person_with_email(db.session(), email)
        assert person.tf_primary_method == "authenticator"
        reset_second_factor(db.session(), OPERATOR, person.id, now=clock.now())
        db.session.commit()
    clock.advance(days=20)
    visitor.come_back()
    assert visitor.get("/").path == SET_UP


def stale(team: Team, clock: FixedClock, *roles: Role) -> Visitor:
    """Somebody who has been signed in for a while."""
    visitor = team.visitor("Femke", *roles)
    clock.advance(minutes=FRESH.total_seconds() / 60)
    return visitor


def test_every_step_asks_who_it_is(
    lite: Team, clock: FixedClock, record_property: Callable[[str, object], None]
) -> None:
    """Approve, release, export, roles, links, factors, tokens: each with nothing done before the answer."""
    rules = {rule.endpoint: rule for rule in lite.app.url_map.iter_rules()}
    visitor = stale(lite, clock, *ALL)
    page = visitor.get("/account")
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("name") == "csrf_token")
    for endpoint in sorted(ACTS):
        asked = visitor.client.post(address(rules[endpoint].rule), data={"csrf_token": token, "typed": "kept <text>"})
        assert (asked.status_code, PROVE in asked.text) == (403, True), endpoint
        assert 'name="typed" value="kept &lt;text&gt;"' in asked.text, endpoint
    for endpoint in sorted(EXPORTS):
        asked = visitor.client.get(address(rules[endpoint].rule).replace("register.1", "register.csv"))
        assert (asked.status_code, asked.headers.get("Location", "")[:15]) == (302, "/account/verify"), endpoint
    record_property("cells", len(ACTS) + len(EXPORTS))


def test_the_right_answer_sends_the_same_form_on_and_counts_for_a_while(team: Team, clock: FixedClock) -> None:
    """Nothing typed is lost; the wrong answer does nothing and is counted; after an hour the question returns."""
    admin = stale(team, clock, Role.ADMIN)
    admin.get("/people/new")
    asked = admin.submit("/people/new", name="Bas de Vries", email="bas@example.org", roles=["reporter", "responder"])
    assert PROVE in asked.title
    wrong = admin.submit("/people/new", proof_password="not the password")
    assert wrong.problems == ["This password is not right."]
    assert people(team) == 0
    made = admin.submit("/people/new", proof_password=PASSWORD)
    assert "Bas de Vries" in made.title, made.text
    assert people(team) == 1
    admin.get("/people/new")
    assert PROVE not in admin.submit("/people/new", name="Eva", email="eva@example.org", roles=["reporter"]).title
    clock.advance(minutes=61)
    admin.get("/people/new")
    assert PROVE in admin.submit("/people/new", name="Guus", email="guus@example.org", roles=["reporter"]).title
    with team.app.app_context():
        failed = [entry for entry in entries(db.session(), SYSTEM_CHAIN) if entry.tag == "person:sign_in_failed"]
    assert len(failed) == 1


def test_the_code_leads_on_to_the_very_place_of_a_link_in_a_mail(lite: Team, clock: FixedClock) -> None:
    """What stands behind # comes through password and second factor, as the sign-in page sends it."""
    visitor = lite.visitor("Femke", Role.DPO)
    app = set_up_factor(visitor)
    again = Visitor(lite.app)
    again.get("/login?next=/account%23sessions")
    page = again.submit("/login", email=visitor.email, password=PASSWORD)
    form = page.form("/login/code")
    values = {node.get("name"): node.get("value", "") for node in form.iter("input")}
    later = app.generate(time=app.now() + 30).token
    answer = again.client.post(form.get("action", ""), data={**values, "code": later})
    assert answer.headers["Location"] == "/account#sessions"


def people(team: Team) -> int:
    with team.app.app_context():
        return len(db.session.scalars(select(Person).where(Person.email == "bas@example.org")).all())


def test_a_download_comes_after_the_answer(lite: Team, clock: FixedClock) -> None:
    """The question leads to the file that was asked for, with its filter; with a second factor it asks for a code."""
    dpo = lite.visitor("Femke", Role.DPO)
    app = set_up_factor(dpo)
    clock.advance(minutes=60)
    asked = dpo.get("/register.json?status=open")
    assert asked.path.startswith("/account/verify?next=")
    assert "proof_password" not in asked.html
    assert dpo.submit("/account/verify", proof_code="000000").problems != []
    later = app.generate(time=app.now() + 30).token
    form = dpo.page.form("/account/verify")  # type: ignore[union-attr]
    values = {node.get("name"): node.get("value", "") for node in form.iter("input")}
    answer = dpo.client.post(form.get("action") or "", data={**values, "proof_code": later})
    assert answer.headers["Location"] == "/register.json?status=open"
    assert dpo.client.get("/register.json?status=open").status_code == 200


def test_a_recovery_code_will_do_once(lite: Team, clock: FixedClock) -> None:
    """The telephone is flat at two in the morning: the codes on paper open the step as well, each once, on record."""
    dpo = lite.visitor("Femke", Role.DPO)
    set_up_factor(dpo)
    dpo.get("/account/recovery-codes")
    dpo.submit("/account/recovery-codes")
    code = re.findall(r"[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}", dpo.page.text)[0]  # type: ignore[union-attr]
    for problems in ([], ["This code is not right. Wait for the next one."]):
        clock.advance(minutes=60)
        dpo.get("/account/verify")
        assert dpo.submit("/account/verify", proof_code=code).problems == problems
    with lite.app.app_context():
        proofs = [entry.details for entry in entries(db.session(), SYSTEM_CHAIN) if entry.tag == "person:proved"]
    assert [proof["by"] for proof in proofs] == ["code"]


def test_too_many_wrong_answers_wait(lite: Team, clock: FixedClock) -> None:
    """A stolen browser guesses no password."""
    admin = stale(lite, clock, Role.ADMIN)
    admin.get("/people/new")
    admin.submit("/people/new", name="Bas", email="bas@example.org", roles=["reporter"])
    for _attempt in range(5):
        admin.submit("/people/new", proof_password="not the password")
    refused = admin.submit("/people/new", proof_password=PASSWORD)
    assert re.search("Too many failed attempts", refused.text)
    assert people(lite) == 0
    assert timedelta(hours=1) == FRESH


def csrf_of(visitor: Visitor) -> str:
    """What a form on a page of this browser sends along."""
    inputs = visitor.get("/account").tree.iter("input")
    return next(node.get("value", "") for node in inputs if node.get("name") == "csrf_token")


def test_a_set_up_begun_on_another_account_becomes_nobodys_factor_without_proof(lite: Team, clock: FixedClock) -> None:
    """The library's address names no account: at an open browser one's own phone would replace the officer's."""
    dpo = stale(lite, clock, Role.DPO)
    app, validate = begin_factor(lite.visitor("Rik", Role.REPORTER))
    sent = {"code": app.generate().token, "csrf_token": csrf_of(dpo)}
    asked = dpo.client.post(validate, data=sent)
    assert (asked.status_code, PROVE in asked.text) == (403, True)
    with lite.app.app_context():
        assert person_with_email(db.session(), "femke@example.org").tf_totp_secret is None


NEW = {"new_password": "quite another sentence", "new_password_confirm": "quite another sentence"}


def test_a_changed_password_proves_no_more_than_was_proved_before(lite: Team, clock: FixedClock) -> None:
    """Who knows the password and no code would else get past the code by changing it."""
    admin = stale(lite, clock, Role.ADMIN)
    admin.get("/account/password")
    assert admin.submit("/account/password", password=PASSWORD, **NEW).path == "/account"
    admin.get("/people/new")
    assert PROVE in admin.submit("/people/new", name="Bas", email="bas@example.org", roles=["reporter"]).title


def test_an_open_browser_guesses_no_password_where_it_is_changed(lite: Team) -> None:
    """Five wrong ones make this sign-in wait, and nobody else; a new password that will not do is no guess."""
    visitor = lite.visitor("Femke", Role.DPO)
    visitor.get("/account/password")
    for _attempt in range(6):
        visitor.submit("/account/password", password=PASSWORD, new_password="x", new_password_confirm="y")
    for _attempt in range(5):
        assert "Too many" not in visitor.submit("/account/password", password="not the password", **NEW).text
    assert "Too many failed attempts" in visitor.submit("/account/password", password=PASSWORD, **NEW).text
    assert "Overview" in Visitor(lite.app).sign_in("femke@example.org").title
