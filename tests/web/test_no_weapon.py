"""What defends an account cannot be turned against its owner, and nobody is buried in what the product sends."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Lock
from time import sleep

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from incident.cli.user import user
from incident.domain.kernel.people import Role
from incident.platform.clock import FixedClock
from incident.store.db import db
from incident.store.models import Incident, OutboxMessage, SignInThrottle
from incident.usecases.common.limits import (
    CALENDARS,
    LISTS,
    READS,
    REPORTS,
    RESETS_FROM,
    SET_UPS,
    UPLOADS,
    forget_counts,
    spend,
)
from incident.usecases.people.accounts import person_with_email
from incident.usecases.people.api_tokens import make_api_token
from incident.usecases.people.passwords import check_password
from incident.web.accounts.forms import attempt_of
from tests.factories import make_incident
from tests.web.client import PASSWORD, Visitor
from tests.web.conftest import Team

WAIT = "Too many failed attempts"


def stranger_tries(team: Team, email: str, times: int = 6) -> Visitor:
    """Somebody who knows the address and no more."""
    visitor = Visitor(team.app)
    for _attempt in range(times):
        visitor.sign_in(email, "not this password")
    return visitor


def test_strangers_keep_nobody_out_of_a_browser_that_is_known(lite: Team) -> None:
    """The account waits for strangers; its owner comes in where they came in before, with a second try as well."""
    email = lite.account("Femke", Role.DPO)
    own = Visitor(lite.app)
    own.sign_in(email)
    own.submit("/logout")
    assert WAIT in stranger_tries(lite, email).sign_in(email).text
    assert WAIT not in own.sign_in(email, "mistyped password").text
    assert "Overview" in own.sign_in(email).title


def test_a_known_browser_guesses_no_more_than_a_stranger(lite: Team) -> None:
    """A stolen laptop waits by itself, and makes nobody else wait."""
    email = lite.account("Femke", Role.DPO)
    stolen = Visitor(lite.app)
    stolen.sign_in(email)
    stolen.submit("/logout")
    for _attempt in range(5):
        stolen.sign_in(email, "not this password")
    assert WAIT in stolen.sign_in(email).text
    assert "Overview" in Visitor(lite.app).sign_in(email).title


def test_a_ticket_of_another_account_or_a_forged_one_opens_no_way(lite: Team) -> None:
    """Signing in as oneself, or making up a cookie, gives no further tries at somebody else's password."""
    email, own = lite.account("Femke", Role.DPO), Visitor(lite.app)
    own.sign_in(lite.account("Bas", Role.REPORTER))
    own.submit("/logout")
    stranger_tries(lite, email)
    assert WAIT in own.sign_in(email).text
    own.client.set_cookie("meldklok-known", "W1siYWJjIiwieCIsOTk5OTk5OTk5OV1d.forged")
    assert WAIT in own.sign_in(email).text


def mailed_links(team: Team) -> list[str]:
    with team.app.app_context():
        rows = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at))
        return [link for row in rows for link in re.findall(r"/password/forgotten/[\w.-]+", str(row.payload))]


def ask_for_a_link(team: Team, email: str, address: str = "127.0.0.1") -> str:
    visitor = Visitor(team.app)
    visitor.client.environ_base["REMOTE_ADDR"] = address
    visitor.get("/password/forgotten")
    return visitor.submit("/password/forgotten", email=email).text


def test_a_new_password_by_mail_unlocks_the_browser_it_was_chosen_in(lite: Team) -> None:
    """Whoever reads the mailbox is no stranger, also with a browser that is new."""
    email = lite.account("Femke", Role.DPO)
    stranger_tries(lite, email)
    ask_for_a_link(lite, email)
    own = Visitor(lite.app)
    [link] = mailed_links(lite)
    own.get(link)
    new = "quite another sentence to remember"
    own.submit(link, password=new, password_confirm=new)
    assert "Overview" in own.sign_in(email, new).title


def test_nobody_is_buried_in_mails_with_links(lite: Team, clock: FixedClock) -> None:
    """Forty requests make three mails, the answer is always the same, and an hour later one may ask again."""
    email = lite.account("Femke", Role.DPO)
    answers = {ask_for_a_link(lite, email) for _request in range(12)}
    assert len(answers) == 1
    assert len(mailed_links(lite)) == 3
    clock.advance(minutes=61)
    ask_for_a_link(lite, email)
    assert len(mailed_links(lite)) == 4


def test_one_address_asks_for_no_more_than_twenty_links(lite: Team) -> None:
    """Not for many accounts either."""
    for number in range(25):
        ask_for_a_link(lite, lite.account(f"Person{number}", Role.REPORTER))
    assert len(mailed_links(lite)) == 20


WRITTEN = (
    "femke@example.org",
    "FEMKE@Example.org",
    "femke@\uff45xample.org",
    "femke@exampl\uff45.org",
    "femke@example\u3002org",
    "femke@example\uff61org",
)
"""One account, as the sign-in library reads it: full-width letters and the full stops of East Asia as well."""


def test_an_account_is_counted_once_however_it_is_written(lite: Team) -> None:
    """Another spelling gives no further guesses and no further mails."""
    lite.account("Femke", Role.DPO)
    assert [Visitor(lite.app).sign_in(written).title for written in WRITTEN].count("Overview · Meldklok") == len(
        WRITTEN
    )
    for written in WRITTEN[1:]:
        stranger_tries(lite, written, 1)
        ask_for_a_link(lite, written)
    assert WAIT in Visitor(lite.app).sign_in(WRITTEN[0]).text
    assert len(mailed_links(lite)) == 3


def test_a_network_is_counted_once_whichever_of_its_addresses_is_used(lite: Team) -> None:
    """A home or a rented machine has 2^64 IPv6 addresses to choose from; IPv4 behind IPv6 stays apart."""

    def counted(address: str) -> str:
        with lite.app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return attempt_of("femke@example.org").address

    assert counted("2001:db8:1:2::1") == counted("2001:db8:1:2:ffff::9") != counted("2001:db8:1:3::1")
    assert counted("::ffff:192.0.2.1") == counted("192.0.2.1") != counted("::ffff:192.0.2.2")
    assert counted("fe80::1%eth0") == counted("fe80::2%eth0")


def test_an_address_that_asks_too_much_uses_up_nobodys_links(lite: Team, clock: FixedClock) -> None:
    """Past its own limit it asks in vain; the owner of the account, somewhere else, still gets a mail."""
    email = lite.account("Femke", Role.DPO)
    with lite.app.app_context():
        for _mail in range(RESETS_FROM.times):
            spend(db.session(), RESETS_FROM, "192.0.2.1", now=clock.now())
        db.session.commit()
    for _mail in range(3):
        ask_for_a_link(lite, email, "192.0.2.1")
    assert mailed_links(lite) == []
    ask_for_a_link(lite, email, "192.0.2.2")
    assert len(mailed_links(lite)) == 1


def test_a_loop_in_a_script_reports_no_hundred_and_first_breach(lite: Team, clock: FixedClock) -> None:
    """The API says when it takes the next one, the page keeps what was typed, and other people report on."""
    visitor = lite.visitor("Femke", Role.REPORTER)
    with lite.app.app_context():
        person = person_with_email(db.session(), visitor.email)
        secret = make_api_token(db.session(), person.actor(), person.id, "script", now=clock.now())
        for _report in range(REPORTS.times):
            assert spend(db.session(), REPORTS, f"person:{person.id}", now=clock.now()) is None
        db.session.commit()
    sent = {"summary": "Again"}
    bearer = {"Authorization": f"Bearer {secret}"}
    answer = lite.app.test_client().post("/api/v1/incidents", json=sent, headers=bearer)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3601")
    visitor.get("/report")
    refused = visitor.submit("/report", summary="A letter went to the wrong person")
    assert "100 reports within an hour" in refused.text
    assert "A letter went to the wrong person" in refused.html
    other = lite.visitor("Bas", Role.REPORTER)
    other.get("/report")
    assert "/receipt" in other.submit("/report", summary="A letter went to the wrong person").path
    clock.advance(minutes=61)
    assert lite.app.test_client().post("/api/v1/incidents", json=sent, headers=bearer).status_code == 201
    with lite.app.app_context():
        assert db.session.scalar(select(func.count(Incident.id))) == 2


def test_what_was_counted_is_erased_after_a_day(lite: Team, clock: FixedClock) -> None:
    """Not even hashes of addresses are kept for longer than they are good for."""
    email = lite.account("Femke", Role.DPO)
    stranger_tries(lite, email)
    with lite.app.app_context():
        forget_counts(db.session(), now=clock.now() + timedelta(days=1, seconds=1))
        assert db.session.scalars(select(SignInThrottle)).all() == []


EASY = ("aaaaaaaaaaaa", "123456789012", "password1234", "Welkom2026!!", "wachtwoord2026", "femkefemke2026")


def test_nobody_gets_a_password_that_is_guessed_first(lite: Team) -> None:
    """Common ones, rows of keys, and the person's own name, where a password is changed and where one is made."""
    visitor = lite.visitor("Femke", Role.DPO)
    command = ["create", "--email", "femke@example.net", "--name", "Femke", "--role", "dpo", "--password-stdin"]
    for easy in EASY:
        visitor.get("/account/password")
        page = visitor.submit("/account/password", password=PASSWORD, new_password=easy, new_password_confirm=easy)
        assert "too easy to guess" in page.text, easy
        made = CliRunner().invoke(user, command, input=f"{easy}\n")
        assert (made.exit_code, "too easy to guess" in made.output) == (1, True), easy


def test_a_password_that_is_made_to_be_slow_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """72 characters cost eight seconds, 32 one; two people at once do not see each other's own words."""
    looked: list[int] = []
    busy, overlaps = Lock(), []

    def estimate(password: str, user_inputs: list[str]) -> dict[str, int]:
        looked.append(len(password))
        overlaps.append(not busy.acquire(blocking=False))
        sleep(0.02)
        busy.release()
        return {"guesses": 10**12}

    monkeypatch.setattr("zxcvbn.zxcvbn", estimate)
    with ThreadPoolExecutor(4) as people:
        list(people.map(check_password, ["a4@b8c({[<e3g69i1!|l1|7o0s$5t+7x%z2" * 3] * 4))
    assert (looked, overlaps) == ([32] * 4, [False] * 4)


def test_what_a_secret_opens_is_not_asked_for_without_end(lite: Team, clock: FixedClock) -> None:
    """API, calendar and set-up link: past the limit of a network nobody looks whether the secret is right.

    Another network goes on, and after an hour so does this one.
    """
    places = (
        (READS, "/api/v1/incidents", 401),
        (CALENDARS, "/calendar/guess.ics", 404),
        (SET_UPS, "/setup/guess", 404),
    )
    client = lite.app.test_client()
    for limit, place, otherwise in places:
        assert client.get(place).status_code == otherwise
        with lite.app.app_context():
            while spend(db.session(), limit, "127.0.0.1", now=clock.now()) is None:
                pass
            db.session.commit()
        assert client.get(place).status_code == 429
        assert client.get(place, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == otherwise
    refused = client.get("/api/v1/incidents")
    assert refused.headers["Retry-After"] == "3601"
    assert "Too many requests" in refused.json["detail"]
    clock.advance(minutes=61)
    assert [client.get(place).status_code for _limit, place, _otherwise in places] == [401, 404, 404]


def test_a_flood_of_files_is_refused_and_what_was_typed_stays(lite: Team, clock: FixedClock) -> None:
    """The three hundred and first file of an hour; lists, which cost more to read, sooner."""
    visitor = lite.visitor("Femke", Role.DPO)
    with lite.app.app_context():
        person = person_with_email(db.session(), visitor.email)
        make_incident(db.session(), person.actor(), clock.now())
        for limit in (UPLOADS, LISTS):
            while spend(db.session(), limit, f"person:{person.id}", now=clock.now()) is None:
                pass
        db.session.commit()
    visitor.get("/incidents/DL-2026-0001-9/evidence")
    page = visitor.submit("/evidence", file=[("letter.txt", b"words")], description="The letter")
    assert "300 files within an hour" in page.text
    assert "The letter" in page.html
    visitor.get("/register/import")
    assert visitor.submit("/import", file=[("register.csv", b"a;b")]).status == 429
