"""A session is worth what its cookie is worth: who can read it, plant it, keep it, or use it after it was ended."""

import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from incident.domain.kernel.events import Tag
from incident.domain.kernel.people import Role, Source
from incident.platform.clock import FixedClock
from incident.platform.settings import Settings
from incident.store.db import db
from incident.store.models import OutboxMessage, Person, SignIn
from incident.usecases.clock.calendar_feed import make_calendar_token
from incident.usecases.people.api_tokens import make_api_token
from incident.usecases.people.sessions import forget_old_sign_ins
from tests.promises.test_acts_of_power import key_of, on_record
from tests.web.client import PASSWORD, Visitor
from tests.web.conftest import Team, opened


@pytest.fixture
def secure(make_settings: Callable[..., Settings], lite_url: str, clock: FixedClock) -> Iterator[Team]:
    """An installation behind https."""
    with opened(make_settings(DATABASE_URL=lite_url, BASE_URL="https://meldklok.example.org"), clock) as made:
        yield Team(made, clock)


def test_behind_https_no_cookie_travels_without_it(secure: Team) -> None:
    """Secure, out of the reach of scripts, and not sent along from other sites."""
    answer = secure.app.test_client().get("/login", base_url="https://meldklok.example.org")
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}, cookie
        assert cookie.startswith("__Host-"), "a neighbour at the same domain must not be able to plant it"
        assert "Domain" not in cookie


def test_a_cookie_from_before_signing_in_opens_nothing_afterwards(lite: Team) -> None:
    """Whoever planted it in the victim's browser has not become the victim."""
    email = lite.account("Femke", Role.DPO)
    victim, thief = Visitor(lite.app), Visitor(lite.app)
    victim.get("/login")
    planted = victim.client.get_cookie("meldklok")
    assert planted is not None
    thief.client.set_cookie("meldklok", planted.value)
    victim.submit("/login", email=email, password=PASSWORD)
    assert victim.get("/account").path == "/account"
    assert thief.get("/account").path.startswith("/login")


def test_a_sign_in_in_a_new_browser_is_told(lite: Team) -> None:
    """Not the first ever, nor one in a browser that is known; another browser, which may be a thief's, is."""

    def told() -> list[str]:
        with lite.app.app_context():
            rows = db.session.scalars(select(OutboxMessage)).all()
            return [row.recipient for row in rows if row.payload["template"] == "signed_in_anew"]

    email = lite.account("Femke", Role.DPO)
    own = Visitor(lite.app)
    own.sign_in(email)
    own.get("/account")
    own.submit("/logout")
    own.sign_in(email)
    assert told() == []
    Visitor(lite.app).sign_in(email)
    assert told() == [email]


def test_a_changed_password_ends_every_other_session(lite: Team) -> None:
    """Somebody who had the old password is out at once."""
    email = lite.account("Femke", Role.DPO)
    here, elsewhere = Visitor(lite.app), Visitor(lite.app)
    for visitor in (here, elsewhere):
        visitor.sign_in(email)
    here.get("/account/password")
    new = "quite another sentence to remember"
    here.submit("/account/password", password=PASSWORD, new_password=new, new_password_confirm=new)
    assert here.get("/account").path == "/account"
    assert elsewhere.get("/account").path.startswith("/login")


def test_a_new_password_leaves_tokens_and_one_button_ends_them(lite: Team, clock: FixedClock) -> None:
    """A script keeps watch over a deadline; who fears that somebody else had the account ends everything at once."""
    email = lite.account("Femke", Role.DPO)
    here = browser(lite, email)
    assert "end all tokens" not in here.get("/account").text
    with lite.app.app_context():
        person = db.session().scalars(select(Person).where(Person.email == email)).one()
        actor = person.actor(Source.WEB)
        token = make_api_token(db.session(), actor, person.id, "watch", now=clock.now())
        calendar = make_calendar_token(db.session(), person, actor, clock.now())
        db.session.commit()

    def opened() -> list[int]:
        stranger = lite.app.test_client()
        asked = stranger.get("/api/v1/incidents", headers={"Authorization": f"Bearer {token}"})
        return [asked.status_code, stranger.get(f"/calendar/{calendar}.ics").status_code]

    new = "quite another sentence to remember"
    here.get("/account/password")
    here.submit("/account/password", password=PASSWORD, new_password=new, new_password_confirm=new)
    assert opened() == [200, 200]
    page = here.get("/account")
    assert "Sign out everywhere else and end all tokens" in page.text
    key = next(node.get("value") for node in page.tree.iter("input") if node.get("name") == "csrf_token")
    here.client.post("/account/sign-ins/end", data={"csrf_token": key})
    assert opened() == [200, 200]
    here.client.post("/account/sign-ins/end", data={"csrf_token": key, "keys": "end"})
    assert opened() == [401, 404]
    assert "end all tokens" not in here.get("/account").text


def test_a_forged_host_leads_nobody_astray(lite: Team) -> None:
    """No address that we write comes from what the browser claims to have asked for."""
    email = lite.account("Femke", Role.DPO)
    visitor = Visitor(lite.app)
    visitor.sign_in(email)
    for path in ("/", "/account", "/login", "/report"):
        answer = visitor.client.get(path, headers={"Host": "evil.example.com"})
        assert "evil.example.com" not in answer.text
        assert "evil.example.com" not in answer.headers.get("Location", "")


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"


def browser(team: Team, email: str, agent: str = "", **fields: str) -> Visitor:
    """Somebody signed in with a browser of their own."""
    visitor = Visitor(team.app)
    if agent:
        visitor.client.environ_base["HTTP_USER_AGENT"] = agent
    visitor.get("/login")
    visitor.submit("/login", email=email, password=PASSWORD, **fields)
    return visitor


def copy_of(team: Team, visitor: Visitor) -> Visitor:
    """A thief with a copy of every cookie."""
    thief = Visitor(team.app)
    for name in ("meldklok", "remember_token"):
        kept = visitor.client.get_cookie(name)
        if kept is not None:
            thief.client.set_cookie(name, kept.value)
    return thief


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/account").path == "/account"


def test_signing_out_ends_this_browser_and_every_copy_of_its_cookies(team: Team) -> None:
    """On the server: a copy opens nothing afterwards; the person's other devices stay signed in."""
    email = team.account("Femke", Role.REPORTER)
    here, elsewhere = browser(team, email, remember="y"), browser(team, email)
    thief = copy_of(team, here)
    assert is_in(thief)
    assert is_in(here)
    here.submit("/logout")
    assert [is_in(one) for one in (here, thief, elsewhere)] == [False, False, True]


def test_one_sees_where_one_is_signed_in_and_ends_it(team: Team) -> None:
    """Each place by name of its browser, this one marked; one of them, or all others at once."""
    email = team.account("Femke", Role.DPO)
    here, there, third = (browser(team, email, agent) for agent in (FIREFOX, CHROME, PHONE))
    shown = here.get("/account")
    for words in ("Firefox, Windows", "Chrome, Linux", "Safari, iPhone"):
        assert words in shown.text
    assert shown.text.count("this device") == 1
    ends = [form.get("action", "") for form in shown.tree.iter("form") if form.get("action", "").endswith("/end")]
    assert len(ends) == 3, "each of the two others, and both at once"
    here.submit(ends[0])
    assert sorted([is_in(there), is_in(third)]) == [False, True]
    assert is_in(here)
    browser(team, email, CHROME)
    here.get("/account")
    here.submit("/account/sign-ins/end")
    assert [is_in(one) for one in (here, there, third)] == [True, False, False]
    assert here.get("/account").text.count("last seen") == 1


def test_nobody_ends_a_sign_in_of_somebody_else(lite: Team) -> None:
    """Nor learns that there is one."""
    other = browser(lite, lite.account("Anna", Role.DPO))
    with lite.app.app_context():
        [key] = [row.id for row in db.session.scalars(select(SignIn))]
    visitor = browser(lite, lite.account("Femke", Role.DPO))
    page = visitor.get("/account")
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("name") == "csrf_token")
    assert visitor.client.post(f"/account/sign-ins/{key}/end", data={"csrf_token": token}).status_code == 404
    assert is_in(other)


def test_an_administrator_ends_somebodys_sign_ins_on_record(lite: Team) -> None:
    """All of them at once; the record says who did it and to whom."""
    email = lite.account("Femke", Role.DPO)
    places = [browser(lite, email), browser(lite, email)]
    admin = lite.visitor("Ada", Role.ADMIN)
    key = key_of(lite, "Femke")
    assert "Where this person is signed in" in admin.get(f"/people/{key}").text
    admin.submit("/sign-out")
    assert [is_in(one) for one in places] == [False, False]
    assert is_in(admin)
    found = on_record(lite, Tag.PERSON_SIGNED_OUT)
    assert found == [(f"person:{key_of(lite, 'Ada')}", {"person": key, "sign_ins": 2})]


@pytest.mark.parametrize("role", [Role.DPO, Role.SECOND, Role.AUDITOR, Role.ADMIN])
def test_who_has_power_signs_in_every_day(lite: Team, clock: FixedClock, role: Role) -> None:
    """Four hours without a request end it, twelve hours end it anyway; the wish to stay signed in is not granted."""
    email = lite.account("Femke", role)
    idle, busy = browser(lite, email, remember="y"), browser(lite, email)
    for _hour in range(11):
        clock.advance(hours=1)
        assert is_in(busy)
    assert not is_in(idle)
    clock.advance(hours=1)
    assert not is_in(busy)


@pytest.mark.parametrize(("fields", "idle_hours"), [({}, 12), ({"remember": "y"}, 14 * 24)])
def test_who_only_reports_or_handles_stays_signed_in_longer(
    lite: Team, clock: FixedClock, fields: dict[str, str], idle_hours: int
) -> None:
    """Twelve hours without a request, or two weeks on a device of one's own."""
    visitor = browser(lite, lite.account("Femke", Role.RESPONDER), **fields)
    clock.advance(hours=idle_hours - 1)
    assert is_in(visitor)
    clock.advance(hours=idle_hours)
    assert not is_in(visitor)


def test_nobody_waits_for_a_writer_to_be_seen(lite: Team, clock: FixedClock) -> None:
    """A page is read while somebody else writes; that the person was seen is then noted by the next one."""
    visitor = browser(lite, lite.account("Femke", Role.DPO))
    clock.advance(hours=3)
    with lite.app.app_context(), db.engine.connect() as writer:
        writer.exec_driver_sql("SELECT 1")
        began = time.monotonic()
        assert is_in(visitor)
        assert time.monotonic() - began < 3
        writer.rollback()
    assert is_in(visitor)
    clock.advance(hours=3)
    assert is_in(visitor)


def test_old_sign_ins_are_erased_with_their_addresses(lite: Team, clock: FixedClock) -> None:
    """A month later nothing tells from where somebody signed in."""
    browser(lite, lite.account("Femke", Role.DPO))
    with lite.app.app_context():
        session = db.session()
        forget_old_sign_ins(session, now=clock.now())
        assert len(session.scalars(select(SignIn)).all()) == 1
        forget_old_sign_ins(session, now=clock.advance(days=30))
        assert session.scalars(select(SignIn)).all() == []


def test_signing_out_leaves_nothing_in_the_browser(lite: Team) -> None:
    """What was kept of our pages goes; the cookies of other programs at the same domain stay."""
    visitor = browser(lite, lite.account("Femke", Role.DPO))
    page = visitor.get("/account")
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("name") == "csrf_token")
    answer = visitor.client.post("/logout", data={"csrf_token": token})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in visitor.client.get("/login").headers


@pytest.mark.parametrize(
    "path", ["/login/code", "/password/forgotten", "/password/forgotten/nonsense", "/login/recovery"]
)
def test_no_link_signs_anybody_out(lite: Team, path: str) -> None:
    """Whoever sends it cannot throw the officer out in the middle of a breach."""
    visitor = browser(lite, lite.account("Femke", Role.DPO))
    visitor.client.get(path)
    assert is_in(visitor)


def test_what_was_typed_outlives_the_sign_in(lite: Team, clock: FixedClock) -> None:
    """A long evening ends the sign-in, not the report: it stands there, and goes on after signing in beside it."""
    visitor = browser(lite, lite.account("Femke", Role.DPO))
    visitor.get("/report")
    clock.advance(hours=13)
    kept = visitor.submit("/report", summary="Letter in the <wrong> envelope")
    assert (kept.status, kept.title) == (400, "You are no longer signed in · Meldklok")
    assert kept.links("/login") == ["/login"]
    assert "Letter in the <wrong> envelope" in kept.text
    visitor.sign_in("femke@example.org")
    visitor.page = kept
    assert "/receipt" in visitor.submit("/report").path


def test_a_form_without_a_sign_in_shows_no_password_and_no_button(lite: Team) -> None:
    """The cookie is gone and the form's token with it: the way to sign in, the text, and nothing that sends it on."""
    sent = {"summary": "typed", "password": "secret words", "new_password": "other words"}
    answer = lite.app.test_client().post("/report", data=sent)
    assert (answer.status_code, 'href="/login"' in answer.text, "typed" in answer.text) == (400, True, True)
    assert "words" not in answer.text
    assert "<form" not in answer.text
