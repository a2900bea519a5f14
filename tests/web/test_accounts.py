"""Accounts: the first link, the throttle, the second factor, recovery, administrators."""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest
from flask import Flask
from flask_security import recoverable, views
from passlib.totp import TOTP
from sqlalchemy import event, select

from incident.cli._firstrun import PATH
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.store.audit import SYSTEM_CHAIN, entries
from incident.store.db import db
from incident.store.models import Person
from incident.usecases.people.accounts import issue_setup_token
from incident.web.accounts import forms
from incident.web.forms import account
from tests.web.client import PASSWORD, Visitor, text_of
from tests.web.conftest import Team


def link(app: Flask, clock: FixedClock) -> str:
    with app.app_context():
        secret = issue_setup_token(db.session(), now=clock.now())
        db.session.commit()
    return f"{PATH}/{secret}"


def test_the_set_up_link_works_once_and_only_the_newest_one(app: Flask, clock: FixedClock) -> None:
    """A second use, an older link and an expired one all lead nowhere."""
    older, newer = link(app, clock), link(app, clock)
    visitor = Visitor(app)
    visitor.get(older, status=404)
    visitor.get(newer)
    made = visitor.submit(name="F", email="f@example.org", password=PASSWORD, password_confirm=PASSWORD)
    assert made.path == "/setup"
    visitor.get(newer, status=404)
    with app.app_context():
        assert issue_setup_token(db.session(), now=clock.now()) is None


def test_an_expired_set_up_link_is_refused(lite_app: Flask, clock: FixedClock) -> None:
    """It works for seven days."""
    address = link(lite_app, clock)
    clock.advance(days=8)
    Visitor(lite_app).get(address, status=404)


def test_the_first_account_form_says_what_is_wrong(lite_app: Flask, clock: FixedClock) -> None:
    """Every problem at its field and in the summary; the input stays."""
    visitor = Visitor(lite_app)
    visitor.get(link(lite_app, clock))
    page = visitor.submit(name="", email="no address", password="short", password_confirm="other")
    assert page.problems == [
        "Enter your name.",
        "Choose a longer password: at least 12 characters.",
        "The two passwords differ. Type them again.",
    ]
    page = visitor.submit(name="F", email="no address", password=PASSWORD, password_confirm=PASSWORD)
    assert page.problems == ["Enter an e-mail address, like name@example.org."]
    assert 'value="no address"' in page.html


def test_failed_sign_ins_are_slowed_down_and_put_on_record(team: Team, clock: FixedClock) -> None:
    """After five failures the account waits, even with the right password; no name and no address is stored."""
    email = team.account("Femke", Role.DPO)
    visitor = Visitor(team.app)
    for _attempt in range(5):
        assert "Sign in" in visitor.sign_in(email, "wrong password!").title
    refused = visitor.sign_in(email)
    assert "Too many failed attempts" in refused.text
    clock.advance(seconds=31)
    assert "Overview" in visitor.sign_in(email).title
    with team.app.app_context():
        tags = [entry.tag for entry in entries(db.session(), SYSTEM_CHAIN)]
        told = " ".join(str(entry.details) for entry in entries(db.session(), SYSTEM_CHAIN))
    assert tags.count("person:sign_in_failed") == 5
    assert tags.count("person:signed_in") == 1
    assert email not in told


def test_an_unknown_account_is_told_apart_by_nothing(lite: Team) -> None:
    """The page says the same for a wrong password and for an address without an account."""
    lite.account("Femke", Role.DPO)
    wrong = Visitor(lite.app).sign_in("femke@example.org", "wrong password!").problems
    unknown = Visitor(lite.app).sign_in("nobody@example.org", "wrong password!").problems
    assert wrong == unknown != []


def test_who_types_nothing_reads_at_each_field_what_belongs_there(lite: Team) -> None:
    """Nothing typed is no try: it tells nothing of any account, and shuts nobody out."""
    dpo, visitor = lite.visitor("Femke", Role.DPO), Visitor(lite.app)
    for _time in range(6):
        refused = visitor.sign_in("", "")
    assert refused.problems == ["Enter your e-mail address.", "Enter your password."]
    assert [
        text_of(node) for node in refused.tree.iter() if (node.get("id") or "").endswith("-error")
    ] == refused.problems
    assert visitor.sign_in(dpo.email, "").problems == ["Enter your password."]
    assert "Overview" in visitor.sign_in(dpo.email).title
    dpo.get("/account/password")
    asked = ["Enter your current password.", "Choose a new password.", "Type the new password again."]
    assert dpo.submit("/account/password").problems == asked
    assert dpo.submit("/account/password", password=PASSWORD).problems == asked[1:]


def test_asking_for_a_password_link_is_the_same_work_for_anybody(lite: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever measures how long the answer takes learns nothing: each hash is made once, and as much is written."""
    known, bare, gone, asked = (lite.account(name, Role.DPO) for name in ("Femke", "Bas", "Cas", "Dana"))
    with lite.app.app_context():
        for email, column, value in ((bare, "password", None), (gone, "active", False)):
            person = db.session().scalars(select(Person).where(Person.email == email)).one()
            setattr(person, column, value)
        db.session.commit()
        engine = db.engine
    work: Counter[str] = Counter()

    def counting(name: str, act: Callable[[str], str]) -> Callable[[str], str]:
        return lambda given: (work.update([name]), act(given))[1]

    for module in (forms, recoverable, views):
        for name in ("hash_data", "hash_password"):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, counting(name, getattr(module, name)))
    event.listen(engine, "commit", lambda _connection: work.update(["commit"]))
    event.listen(
        engine, "before_cursor_execute", lambda _c, _cursor, words, *_: work.update([" ".join(words.split()[:3])])
    )
    visitor, seen = Visitor(lite.app), {}
    for turn in (asked, asked, asked, known, bare, gone, "nobody@example.org", asked):
        visitor.get("/password/forgotten")
        work.clear()
        visitor.submit("/password/forgotten", email=turn)
        seen[turn] = {what: work[what] for what in ("hash_data", "hash_password", "commit", "INSERT INTO outbox")}
    assert seen[known]["hash_data"] == seen[known]["hash_password"] == 1
    assert seen[known]["INSERT INTO outbox"] == 1
    assert [turn for turn in seen if seen[turn] != seen[known]] == [], seen


def test_after_a_link_was_asked_for_the_page_says_what_to_do_when_nothing_comes(lite: Team) -> None:
    """It promises no mail to an address without an account, and does not ask again at once."""
    visitor = Visitor(lite.app)
    visitor.get("/password/forgotten")
    page = visitor.submit("/password/forgotten", email="nobody@example.org")
    assert "If an account with nobody@example.org exists" in page.text
    assert "Did nothing come within ten minutes?" in page.text
    assert "Send the link" not in page.text


def key_on(visitor: Visitor) -> str:
    assert visitor.page is not None
    shown = [text_of(node) for node in visitor.page.tree.iter("p") if node.get("class") == "mono"]
    return shown[0].replace("-", "").replace(" ", "")


def validates(visitor: Visitor) -> str:
    """Where the form of the shown page sends its code."""
    assert visitor.page is not None
    forms = visitor.page.tree.iter("form")
    return next(f.get("action", "") for f in forms if "code" in [n.get("name") for n in f.iter("input")])


def test_a_wrong_code_leaves_the_key_that_was_scanned(lite: Team) -> None:
    """The same key and an error at the field; the right code then switches it on and leads to the recovery codes."""
    visitor = Visitor(lite.app)
    visitor.sign_in(lite.account("Femke", Role.DPO))
    visitor.get("/account/second-factor")
    visitor.submit("/account/second-factor", button=("setup", "authenticator"))
    key = key_on(visitor)
    refused = visitor.submit(validates(visitor), code="000000")
    assert key_on(visitor) == key
    assert refused.problems
    done = visitor.submit(validates(visitor), code=TOTP(key=key, format="base32").generate().token)
    assert (done.path, "Make codes" in done.text, "Show my codes" in done.text) == (
        "/account/recovery-codes",
        True,
        False,
    )


def test_a_code_of_the_second_factor_works_once(team: Team) -> None:
    """Set up, sign in with a code, and see the same code refused the second time."""
    email = team.account("Femke", Role.DPO)
    visitor = Visitor(team.app)
    visitor.sign_in(email)
    visitor.get("/account/second-factor")
    visitor.submit("/account/second-factor", button=("setup", "authenticator"))
    code = TOTP(key=key_on(visitor), format="base32").generate().token
    validate = validates(visitor)
    shown = visitor.submit(validate, code=code)
    assert "on" in shown.text

    again = Visitor(team.app)
    again.sign_in(email)
    replayed = again.submit("/login/code", code=code)
    assert replayed.path == "/login/code"
    assert "There is a problem" in replayed.text


def test_a_recovery_code_replaces_a_lost_telephone_once(team: Team) -> None:
    """Codes are shown to the person, and each works once."""
    email = team.account("Femke", Role.DPO)
    visitor = Visitor(team.app)
    visitor.sign_in(email)
    visitor.get("/account/second-factor")
    visitor.submit("/account/second-factor", button=("setup", "authenticator"))
    token = TOTP(key=key_on(visitor), format="base32").generate().token
    validate = validates(visitor)
    visitor.submit(validate, code=token)
    visitor.get("/account/recovery-codes")
    shown = visitor.submit("/account/recovery-codes")
    codes = re.findall(r"<li>([^<]{8,})</li>", shown.html)
    assert len(codes) == 8
    for expected in ("Overview", "Recovery code"):
        lost = Visitor(team.app)
        lost.sign_in(email)
        assert "Code of your" in lost.get("/login/code").title, "the way back from the page of the recovery codes"
        lost.get("/login/recovery")
        assert expected in lost.submit("/login/recovery", code=codes[0]).title


def test_an_administrator_adds_somebody_who_then_chooses_a_password(team: Team) -> None:
    """The link is shown on the page, for installations without mail, and works once."""
    admin = team.visitor("Ada", Role.ADMIN)
    admin.get("/people/new")
    admin.submit("/people/new", name="Bas", email="bas@example.org", roles=["second"])
    shown = admin.submit("/link")
    address = text_of(next(node for node in shown.tree.iter("p") if node.get("id") == "reset-link"))
    path = "/" + address.split("/", 3)[3]
    bas = Visitor(team.app)
    bas.get(path)
    refused = bas.submit(path, password="", password_confirm="")
    assert [text_of(one) for one in refused.tree.iter() if (one.get("id") or "") == "password-error"] == [
        "Choose a new password."
    ]
    assert refused.problems == ["Choose a new password.", "Type the new password again."]
    bas.submit(path, password="another good sentence", password_confirm="another good sentence")
    assert "Overview" in bas.sign_in("bas@example.org", "another good sentence").title


def test_the_last_administrator_stays(lite: Team) -> None:
    """Nobody can lock everybody out; a form that is refused keeps its input."""
    admin = lite.visitor("Ada", Role.ADMIN)
    addresses = {text_of(link): link.get("href", "") for link in admin.get("/people").tree.iter("a")}
    admin.get(addresses["Setter"])
    assert admin.submit(addresses["Setter"], roles=["auditor"]).problems == []
    admin.get(addresses["Ada"])
    last = admin.submit(addresses["Ada"], roles=["auditor"], function="kept")
    assert 'value="kept"' in last.html
    assert last.problems == ["This is the last administrator. Give somebody else that role first."]


def test_signing_out_needs_a_post(lite: Team) -> None:
    """A picture in a mail cannot sign anybody out."""
    visitor = lite.visitor("Femke", Role.DPO)
    assert visitor.client.get("/logout").status_code == 405
    visitor.get("/")
    visitor.submit("/logout")
    assert visitor.page is not None
    assert "Sign in" in visitor.page.title


def test_who_is_asked_to_sign_in_first_is_told_that_the_page_comes_after(lite: Team) -> None:
    """Not where nothing but the overview was asked for."""
    assert "Sign in first: then the page opens" in Visitor(lite.app).get("/account").text
    for path in ("/", "/login"):
        assert "Sign in first" not in Visitor(lite.app).get(path).text


def test_the_language_is_the_browsers_until_the_person_chooses(lite: Team) -> None:
    """Dutch for a Dutch browser, English for a Swedish one, and the choice beats both."""
    assert 'lang="nl"' in Visitor(lite.app, language="nl-NL,nl;q=0.9").get("/login").html
    swede = Visitor(lite.app, language="sv")
    assert 'lang="en"' in swede.get("/login").html
    swede.submit("/language", button=("language", "nl"))
    assert swede.page is not None
    assert 'lang="nl"' in swede.page.html


def test_the_time_zones_of_the_machine_are_looked_for_once(lite: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds of files are opened for it, which is as much work as all the rest of the page."""
    monkeypatch.setattr(account, "_zones", cache(account._zones.__wrapped__))
    looked = []
    monkeypatch.setattr(account, "available_timezones", lambda: looked.append(1) or {"Europe/Amsterdam", "Etc/GMT"})
    visitor = lite.visitor("Femke", Role.RESPONDER)
    for _ in range(2):
        assert visitor.get("/account").tree.find(".//option[@value='Europe/Amsterdam']") is not None
    assert len(looked) == 1


def test_next_never_leads_to_another_site(lite: Team) -> None:
    """An address in ``next`` is only followed inside this site."""
    visitor = Visitor(lite.app)
    page = visitor.get("/login")
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("name") == "csrf_token")
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = visitor.client.post("/language", data={"language": "nl", "next": target, "csrf_token": token})
        assert answer.headers["Location"] == "/"
