"""Signing in at the organisation's identity provider: who comes in, as whom, with which power, and who does not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from incident import create_app
from incident.cli.user import user
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock, SystemClock
from incident.platform.settings import Settings
from incident.store.audit import SYSTEM_CHAIN, entries
from incident.store.db import db
from incident.store.models import OutboxMessage, Person, PowerRequest, ProviderIdentity, SignIn
from incident.usecases.people.accounts import person_with_email
from incident.wiring import wire
from tests.databases import Lazily
from tests.oidc import Claims, Liar, kept_program, running, variables
from tests.soft_key import SoftKey
from tests.web.client import Page, Visitor
from tests.web.conftest import Team
from tests.web.test_passkeys import make
from tests.web.test_proof_of_person import PROVE

START, BACK = "/login/provider", "/login/provider/back"
FEMKE: Claims = {"sub": "f-1", "email": "femke@example.org", "email_verified": True, "name": "Femke Jansen"}
MakeSettings = Callable[..., Settings]


@dataclass
class House:
    """An installation with a provider."""

    team: Team
    liar: Liar

    def visitor(self) -> Visitor:
        """A browser."""
        return Visitor(self.team.app)

    def back_from(self, visitor: Visitor, path: str = START) -> str:
        """Where the provider sends the browser that was sent there from ``path``."""
        return self.beyond(visitor.client.get(path).headers["Location"])

    def beyond(self, address: str) -> str:
        assert address.startswith(self.liar.url), address
        parts = urlsplit(httpx.get(address, verify=False).headers["Location"])
        return f"{parts.path}?{parts.query}"

    def come(self, claims: Claims, visitor: Visitor | None = None, path: str = START) -> Page:
        """Sign in at the provider as this person."""
        self.liar.claims = claims
        visitor = visitor or self.visitor()
        address = self.back_from(visitor, path)
        return visitor._take(address, visitor.client.get(address))

    def just_now(self) -> Claims:
        """What a provider says that asked a moment ago."""
        return {"auth_time": int(self.team.clock.now().timestamp())}

    def people(self) -> int:
        with self.team.app.app_context():
            return db.session.scalar(select(func.count()).select_from(Person)) or 0

    def ties(self) -> int:
        with self.team.app.app_context():
            return db.session.scalar(select(func.count()).select_from(ProviderIdentity)) or 0

    def roles(self, email: str = FEMKE["email"]) -> set[Role]:
        with self.team.app.app_context():
            return set(person_with_email(db.session(), email).actor().roles)

    def tags(self) -> list[str]:
        with self.team.app.app_context():
            return [entry.tag for entry in entries(db.session(), SYSTEM_CHAIN)]


@pytest.fixture
def build(make_settings: MakeSettings, databases: Lazily, clock: FixedClock) -> Iterator[Callable[..., House]]:
    """Installations with a provider that runs here and more settings; on SQLite, for the database does not matter."""
    kind = databases.get("sqlite")
    url = kind.migrated()
    with running(Liar(clock.now)) as liar:
        made: list[Flask] = []

        def house(**more: str) -> House:
            settings = make_settings(DATABASE_URL=url, **variables(liar.url, **more))
            app = create_app(settings, wire(settings, clock))
            app.testing = True
            made.append(app)
            team = Team(app, clock)
            team.set_up()
            return House(team, liar)

        yield house
        for app in made:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
    kind.drop(url)


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    """Whoever has an address of ours may come in."""
    return build(OIDC_DOMAINS="example.org")


def test_whoever_is_new_comes_in_and_reports(house: House) -> None:
    """With an account of its own and the least of all roles, on record; the second time it is the same account."""
    assert house.come(FEMKE).title.startswith("Overview")
    assert house.roles() == {Role.REPORTER}
    before = house.people()
    assert house.come(FEMKE).title.startswith("Overview")
    assert house.people() == before
    tags = house.tags()
    assert (tags.count("person:added"), tags.count("person:linked"), tags.count("person:signed_in")) == (1, 1, 2)


def test_the_sign_in_page_offers_it_in_the_language_of_the_reader(house: House) -> None:
    """One button, and the password below."""
    english = house.visitor().get("/login")
    assert "Sign in with Example login" in english.text
    dutch = Visitor(house.team.app, language="nl").get("/login")
    assert "Inloggen met Example login" in dutch.text


def test_without_a_provider_there_is_nothing_of_it(lite: Team) -> None:
    """No button and no address."""
    visitor = Visitor(lite.app)
    assert visitor.get("/login").links("provider") == []
    visitor.get(START, status=404)
    visitor.get(BACK, status=404)


def test_an_account_that_is_there_is_tied_by_its_verified_address(house: House) -> None:
    """With its roles; its owner is told of the new way in."""
    email = house.team.account("Femke", Role.RESPONDER)
    assert house.come({**FEMKE, "email": email.upper()}).title.startswith("Overview")
    assert house.roles(email) == {Role.RESPONDER}
    with house.team.app.app_context():
        told = [row.payload["template"] for row in db.session.scalars(select(OutboxMessage)) if row.recipient == email]
    assert told == ["account_linked"]


@pytest.mark.parametrize("verified", [False, None, "no"])
def test_an_address_that_nobody_vouches_for_opens_nothing(build: Callable[..., House], verified: object) -> None:
    """Neither somebody's account nor a new one."""
    house = build(OIDC_CLAIMS="hd=example.org")
    email = house.team.account("Femke", Role.DPO)
    before = house.people()
    page = house.come({**FEMKE, "email": email, "email_verified": verified, "hd": "example.org"})
    assert "does not vouch for your e-mail address" in page.text
    assert (page.path.split("?")[0], house.people()) == ("/login", before)
    assert "person:linked" not in house.tags()


def test_an_address_that_moved_on_to_somebody_else_opens_nothing(house: House) -> None:
    """The new colleague with an old address does not get the old colleague's account."""
    house.come(FEMKE)
    page = house.come({**FEMKE, "sub": "f-2"})
    assert "belongs to somebody else" in page.text
    assert house.visitor().get("/account").path.startswith("/login")


def test_a_changed_address_stays_the_same_account(house: House) -> None:
    """Who somebody is there decides, not how they are called."""
    house.come(FEMKE)
    before = house.people()
    house.come({**FEMKE, "email": "femke.smit@example.org"})
    assert house.people() == before


@pytest.mark.parametrize(
    "stranger",
    [
        {"email": "femke@example.net"},
        {"email": "femke@example.org.example.net"},
        {"email": "femke@example.org", "email_verified": False},
        {"email": None},
    ],
)
def test_a_foreign_domain_does_not_come_in(house: House, stranger: Claims) -> None:
    """Not even somebody who has an account by another address."""
    before = house.people()
    page = house.come({**FEMKE, **stranger})
    assert page.path.startswith("/login?")
    assert house.people() == before
    assert house.tags().count("person:sign_in_failed") == 1


def test_a_foreign_tenant_does_not_come_in(build: Callable[..., House]) -> None:
    """The provider serves many organisations; the claim that names ours must hold, every time."""
    house = build(OIDC_CLAIMS="tid=ours")
    assert "not one of those" in house.come({**FEMKE, "tid": "theirs"}).text
    assert "not one of those" in house.come(FEMKE).text
    assert house.come({**FEMKE, "tid": "ours"}).title.startswith("Overview")
    assert "not one of those" in house.come({**FEMKE, "tid": "theirs"}).text


def test_whoever_leaves_the_allowed_group_is_out(build: Callable[..., House]) -> None:
    """From the next sign-in on."""
    house = build(OIDC_GROUPS="breach team, privacy")
    assert house.come({**FEMKE, "groups": ["privacy"]}).title.startswith("Overview")
    assert "not one of those" in house.come({**FEMKE, "groups": ["canteen"]}).text


def test_without_any_restriction_nobody_gets_an_account(build: Callable[..., House]) -> None:
    """A forgotten setting opens no door for everybody with an account at a public provider; known people come in."""
    house = build()
    before = house.people()
    assert "no account here yet" in house.come({**FEMKE, "email": "stranger@example.net"}).text
    assert house.people() == before
    email = house.team.account("Femke", Role.RESPONDER)
    assert house.come({**FEMKE, "email": email}).title.startswith("Overview")


def test_an_account_that_is_switched_off_stays_off(house: House) -> None:
    """However good the sign-in elsewhere."""
    house.come(FEMKE)
    with house.team.app.app_context():
        person_with_email(db.session(), FEMKE["email"]).active = False
        db.session.commit()
    assert "switched off" in house.come(FEMKE).text


# --- Power -----------------------------------------------------------------------------------------------------------


def test_groups_give_roles_and_take_them_away_again(build: Callable[..., House]) -> None:
    """What a group gave goes with it; what was given here stays."""
    house = build(OIDC_DOMAINS="example.org", OIDC_ROLES="breach team=responder, audit=auditor")
    house.come({**FEMKE, "groups": ["breach team", "audit"]})
    assert house.roles() == {Role.REPORTER, Role.RESPONDER, Role.AUDITOR}
    house.come({**FEMKE, "groups": ["audit"]})
    assert house.roles() == {Role.REPORTER, Role.AUDITOR}
    house.come({**FEMKE, "groups": None, "_claim_names": {"groups": "src1"}})
    assert house.roles() == {Role.REPORTER, Role.AUDITOR}
    house.come(FEMKE)
    assert house.roles() == {Role.REPORTER}


def test_a_role_given_here_is_not_taken_by_the_provider(build: Callable[..., House]) -> None:
    """Somebody who handles incidents and is in no group goes on handling incidents."""
    house = build(OIDC_ROLES="breach team=responder")
    email = house.team.account("Femke", Role.RESPONDER)
    house.come({**FEMKE, "email": email, "groups": []})
    assert house.roles(email) == {Role.RESPONDER}


@pytest.mark.parametrize("role", ["dpo", "second", "admin"])
def test_a_group_makes_nobody_decide_alone(build: Callable[..., House], role: str) -> None:
    """Whoever runs the provider puts themselves into any group: somebody who decides here has to agree."""
    house = build(OIDC_DOMAINS="example.org", OIDC_ROLES=f"privacy={role}")
    officer = house.team.visitor("Olga", Role.DPO)
    for _time in range(2):
        house.come({**FEMKE, "groups": ["privacy"]})
        assert house.roles() == {Role.REPORTER}
    with house.team.app.app_context():
        assert len(list(db.session.scalars(select(PowerRequest)))) == 1
    page = officer.get("/powers")
    assert "Femke Jansen" in page.text
    action = next(form.get("action", "") for form in page.tree.iter("form") if "agree" in form.get("action", ""))
    officer.submit(action)
    assert house.roles() == {Role.REPORTER, Role(role)}
    house.come({**FEMKE, "groups": ["privacy"]})
    house.come({**FEMKE, "groups": []})
    assert house.roles() == {Role.REPORTER}


def test_the_last_administrator_stays_one(build: Callable[..., House]) -> None:
    """A group that is emptied leaves an installation that somebody runs."""
    house = build(OIDC_ROLES="it=admin")
    with house.team.app.app_context():
        for person in db.session.scalars(select(Person)):
            person.active = False
        db.session.commit()
    email = house.team.account("Ada", Role.ADMIN)
    for groups in (["it"], []):
        house.come({**FEMKE, "email": email, "groups": groups})
    assert house.roles(email) == {Role.ADMIN}


# --- Attacks on the way ----------------------------------------------------------------------------------------------


def test_a_state_opens_something_once_and_only_in_its_own_browser(house: House) -> None:
    """A replayed answer, one that was made for another browser, and one without a state."""
    visitor, other = house.visitor(), house.visitor()
    house.liar.claims = FEMKE
    address = house.back_from(visitor)
    assert other._take(address, other.client.get(address)).path == "/login"
    assert visitor._take(address, visitor.client.get(address)).title.startswith("Overview")
    visitor.get("/account")
    visitor.submit("/logout")
    assert "has been used or has taken too long" in visitor._take(address, visitor.client.get(address)).text
    assert "has been used or has taken too long" in other.get(BACK).text


def test_an_answer_after_ten_minutes_is_too_late(house: House, clock: FixedClock) -> None:
    """A window that was forgotten."""
    visitor = house.visitor()
    house.liar.claims = FEMKE
    address = house.back_from(visitor)
    clock.advance(minutes=10)
    assert "has been used or has taken too long" in visitor._take(address, visitor.client.get(address)).text


@pytest.mark.parametrize("claims", [{"nonce": "another"}, {"aud": "another"}, {"iss": "https://x.example"}, {"exp": 1}])
def test_a_token_that_is_not_for_us_signs_nobody_in(house: House, claims: Claims) -> None:
    """On record, with the reason and without the person."""
    visitor = house.visitor()
    page = house.come({**FEMKE, **claims}, visitor)
    assert "could not be trusted" in page.text
    assert visitor.get("/account").path.startswith("/login")
    with house.team.app.app_context():
        [entry] = [one for one in entries(db.session(), SYSTEM_CHAIN) if one.tag == "person:sign_in_failed"]
    assert (entry.details["factor"], "refused" in entry.details["reason"]) == ("provider", True)


def test_forged_codes_do_not_grow_the_record(house: House) -> None:
    """Anybody can ask to be sent to the provider, and come back with anything: it is counted and logged, no more."""
    visitor = house.visitor()
    before = len(house.tags())
    for wrong in ("&code=forged", "", f"&code={'x' * 5_000}", "&code=forged&iss=https://evil.example"):
        state = house.back_from(visitor).rpartition("state=")[2]
        assert "could not be trusted" in visitor.get(f"{BACK}?state={state}{wrong}").text
    visitor.get(f"{BACK}?state=forged&code=forged")
    assert len(house.tags()) == before


def test_somebody_who_may_not_come_in_is_on_record_once_an_hour(house: House, clock: FixedClock) -> None:
    """Who has an account at a public provider can sign in there all day."""
    for _time in range(3):
        house.come({**FEMKE, "email": "femke@example.net"})
    assert house.tags().count("person:sign_in_failed") == 1
    clock.advance(hours=1)
    house.come({**FEMKE, "email": "femke@example.net"})
    assert house.tags().count("person:sign_in_failed") == 2


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example", "x"],
)
def test_next_leads_to_no_other_site(house: House, target: str) -> None:
    """Wherever a link to the sign-in says that it goes on."""
    visitor = house.visitor()
    house.liar.claims = FEMKE
    first = visitor.client.get(START, query_string={"next": target})
    answer = visitor.client.get(house.beyond(first.headers["Location"]))
    assert answer.headers["Location"] == "/"


def test_next_leads_to_the_page_that_was_asked_for(house: House) -> None:
    """Here it is our own."""
    assert house.come(FEMKE, path=f"{START}?next=/account").path == "/account"


def test_next_leads_to_the_very_place_of_a_link_in_a_mail(house: House) -> None:
    """What stands behind # comes along, as the sign-in page sends it."""
    visitor = house.visitor()
    house.liar.claims = FEMKE
    first = visitor.client.get(START, query_string={"next": "/account#sessions"})
    answer = visitor.client.get(house.beyond(first.headers["Location"]))
    assert answer.headers["Location"] == "/account#sessions"


def test_what_the_provider_refused_is_said_kindly(house: House) -> None:
    """And nothing of what stands in the address is on the page."""
    visitor = house.visitor()
    state = house.back_from(visitor).rpartition("state=")[2]
    page = visitor.get(f"{BACK}?error=access_denied&error_description=<b>hello</b>&state={state}")
    assert "You were not signed in at Example login" in page.text
    assert "hello" not in page.html


def test_a_provider_that_is_away_leaves_the_password(house: House) -> None:
    """A sentence, no fault; whoever has a password signs in with it."""
    email = house.team.account("Ada", Role.ADMIN)
    house.liar.status = 503
    visitor = house.visitor()
    assert "Example login cannot be reached just now" in visitor.get(START).text
    assert visitor.sign_in(email).title.startswith("Overview")


def test_a_provider_that_goes_away_half_way_signs_nobody_in(house: House) -> None:
    """Between the sign-in there and the exchange of the code."""
    visitor = house.visitor()
    address = house.back_from(visitor)
    house.liar.status = 500
    assert "cannot be reached just now" in visitor._take(address, visitor.client.get(address)).text


def test_passwords_can_be_for_administrators_alone(build: Callable[..., House]) -> None:
    """The others are refused like a wrong password, so that nobody learns whether it was right."""
    house = build(PASSWORD_SIGN_IN="administrators")
    dpo, admin = house.team.account("Femke", Role.DPO), house.team.account("Ada", Role.ADMIN)
    assert "For administrators" in house.visitor().get("/login").text
    right = house.visitor().sign_in(dpo).problems
    wrong = house.visitor().sign_in(dpo, "wrong password!").problems
    assert right == wrong != []
    assert house.visitor().sign_in(admin).title.startswith("Overview")


# --- Sessions --------------------------------------------------------------------------------------------------------


def test_it_is_a_sign_in_like_the_others(house: House, clock: FixedClock) -> None:
    """A row that ends at sign-out; a browser that is new is told."""
    visitor = house.visitor()
    house.come(FEMKE, visitor)
    clock.advance(hours=1)
    house.come(FEMKE)
    with house.team.app.app_context():
        rows = list(db.session.scalars(select(SignIn)))
        told = [row.payload["template"] for row in db.session.scalars(select(OutboxMessage))]
    assert [row.elsewhere for row in rows] == [True, True]
    assert "signed_in_anew" in told
    visitor.get("/account")
    visitor.submit("/logout")
    assert visitor.get("/account").path.startswith("/login")


def test_after_signing_out_the_provider_asks_anew(house: House) -> None:
    """Whoever sits down next at this browser is not let in as the one before; one may sign out there as well."""
    visitor = house.visitor()
    house.come(FEMKE, visitor)
    visitor.get("/account")
    page = visitor.submit("/logout")
    assert "You may still be signed in at Example login" in page.text
    away = visitor.client.get("/login/provider/leave").headers["Location"]
    assert away.startswith(f"{house.liar.url}/leave?client_id=meldklok&post_logout_redirect_uri=")
    house.come(FEMKE, visitor)
    assert house.liar.wanted[-1]["prompt"] == "login"


def test_one_can_untie_the_account(house: House) -> None:
    """On record; whoever has the address there may tie it again."""
    visitor = house.visitor()
    house.come({**FEMKE, **house.just_now()}, visitor)
    assert house.liar.url in visitor.get("/account").text
    visitor.submit("/account/provider/untie")
    assert house.ties() == 0
    assert "person:unlinked" in house.tags()


def test_untying_asks_who_it_is(house: House, clock: FixedClock) -> None:
    """A browser that was left open shuts nobody out of their account; a fresh sign-in there goes on with it."""
    visitor = house.visitor()
    house.come({**FEMKE, **house.just_now()}, visitor)
    clock.advance(hours=2)
    visitor.get("/account")
    assert visitor.submit("/account/provider/untie").title.startswith(PROVE)
    assert (house.ties(), "person:unlinked" in house.tags()) == (1, False)
    kept = visitor.page
    house.come({**FEMKE, **house.just_now()}, visitor, "/account/verify/provider")
    visitor.page = kept
    visitor.submit("/account/provider/untie")
    assert (house.ties(), "person:unlinked" in house.tags()) == (0, True)


def test_the_machine_unties_somebody_with_a_new_identity(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider was set up anew: everybody is somebody else there, and the address ties once more."""
    house.come(FEMKE)
    anew = {**FEMKE, "sub": "f-2"}
    assert "belongs to somebody else" in house.come(anew).text
    settings = house.team.app.extensions["meldklok"].settings
    monkeypatch.setattr(Settings, "load", lambda: settings)
    done = CliRunner().invoke(user, ["untie", "--email", FEMKE["email"]])
    assert done.exit_code == 0, done.output
    assert house.come(anew).title.startswith("Overview")
    assert CliRunner().invoke(user, ["untie", "--email", "setter@example.org"]).exit_code != 0


def test_the_whole_way_with_a_program_that_others_made(
    make_settings: MakeSettings, migrated_url: str, clock: FixedClock
) -> None:
    """The package oidc-provider-mock as a process of its own: discovery, sign-in, code, token, keys, our session."""
    person = {"sub": "olga", "email": "olga@example.org", "email_verified": True, "name": "Olga", "groups": ["audit"]}
    with kept_program(person) as issuer:
        more = {"OIDC_DOMAINS": "example.org", "OIDC_ROLES": "audit=auditor"}
        settings = make_settings(DATABASE_URL=migrated_url, **variables(issuer, **more))
        app = create_app(settings, wire(settings, SystemClock()))
        app.testing = True
        Team(app, clock).set_up()
        visitor = Visitor(app)
        location = visitor.client.get(START).headers["Location"]
        answer = httpx.post(location, data={"sub": "olga"}, verify=False).headers["Location"]
        parts = urlsplit(answer)
        page = visitor._take(parts.path, visitor.client.get(f"{parts.path}?{parts.query}"))
        assert page.title.startswith("Overview")
        with app.app_context():
            roles = person_with_email(db.session(), "olga@example.org").actor().roles
            db.session.remove()
            db.engine.dispose()
    assert roles == {Role.REPORTER, Role.AUDITOR}


def test_an_account_with_a_passkey_is_not_taken_over(build: Callable[..., House]) -> None:
    """It opens with its passkey, whatever the provider says; once tied, a second factor there will do if configured."""
    house = build(OIDC_FACTORS="amr=mfa")
    visitor = house.team.visitor("Femke", Role.DPO)
    make(visitor, SoftKey())
    page = house.come({**FEMKE, "email": visitor.email, "amr": ["mfa"]})
    assert "opens with its passkey" in page.text
    assert "person:linked" not in house.tags()
