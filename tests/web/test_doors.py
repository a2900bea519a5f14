"""Doors: people without an account report, come back with a code, and learn nothing about anything else."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, event, func, select

from incident.domain.doors import Door, DoorKind
from incident.domain.kernel.people import Role, Source
from incident.domain.languages import LETTER_LANGUAGES
from incident.domain.mail_words import Trouble
from incident.law.vocabulary import UNKNOWN
from incident.law.vocabulary import Role as OurRole
from incident.store.blobs import BlobStore
from incident.store.db import READING, db
from incident.store.mail_intake import tell_stuck
from incident.store.models import (
    BlobRemoval,
    Evidence,
    Inbound,
    Incident,
    OutboxMessage,
    Person,
    PublicReport,
    SignInThrottle,
)
from incident.store.places import Away
from incident.store.queries.incidents import count_of_flood
from incident.usecases.clock.fire import Outlets, fire_reminders
from incident.usecases.common import limits
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.settings import SaveOrganisation, organisation_profile, save_organisation
from incident.usecases.messages.ports import Channel
from incident.usecases.response.doors import SaveDoor, save_door
from tests.factories import make_actor
from tests.web.client import Page, Visitor
from tests.web.conftest import Team

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"


def make_door(team: Team, key: str = "customers", kind: DoorKind = DoorKind.CUSTOMERS, *, is_open: bool = True) -> None:
    """Put a door into the installation."""
    with team.app.app_context():
        actor = make_actor(db.session(), f"Keeper of {key}", [Role.ADMIN], team.clock.now())
        door = Door(key, kind, f"Door {key}", is_open, titles={"en": "Seen something?"})
        save_door(SaveDoor(actor, door), session=db.session(), now=team.clock.now())
        db.session.commit()


def send(visitor: Visitor, team: Team, key: str = "customers", **values: object) -> Page:
    """Fill in a door's form with the patience of a person."""
    visitor.get(f"/door/{key}")
    team.clock.advance(seconds=20)
    return visitor.submit(**{"summary": "A letter for somebody else", **values})


def code_of(page: Page) -> str:
    """The code on a receipt."""
    found = next(node for node in page.tree.iter() if node.get("id") == "receipt-code")
    return "".join(found.itertext()).strip()


def test_a_report_without_an_account_is_a_report_like_any_other(team: Team) -> None:
    """It has a clock, its photograph is evidence, and the duty officer and the officer are told; it is marked."""
    dpo = team.visitor("Femke", Role.DPO)
    make_door(team)
    page = send(Visitor(team.app), team, files=[("letter.png", PNG)], name="", contact="")
    assert page.status == 201, page.problems
    assert re.fullmatch(r"(\d{4} ){3}\d{4}", code_of(page))
    with team.app.app_context():
        incident = db.session.scalars(select(Incident).where(Incident.source == Source.DOOR)).one()
        assert incident.due_at == incident.reported_at + timedelta(hours=72)
        assert db.session.scalars(select(Evidence.filename)).all() == ["letter.png"]
        told = db.session.scalars(select(OutboxMessage).where(OutboxMessage.incident_id == incident.id)).all()
        assert {row.payload["template"] for row in told} >= {"incident_reported"}
        assert "femke@example.org" in {row.recipient for row in told}
        reference = incident.reference
    assert reference not in page.html, "a number tells how many incidents there are"
    shown = dpo.get(f"/incidents/{reference}").text
    assert "Door customers" in shown
    assert "anonymous" in shown


def test_the_code_brings_the_reporter_back_and_only_its_hash_is_kept(team: Team) -> None:
    """State in plain words, a question, an answer with a file; without the code there is nothing to see."""
    dpo = team.visitor("Femke", Role.DPO)
    make_door(team)
    reporter = Visitor(team.app)
    code = code_of(send(reporter, team, contact="jan@example.net"))
    digits = code.replace(" ", "")
    with team.app.app_context():
        reference = db.session.scalars(select(Incident.reference).where(Incident.source == Source.DOOR)).one()
        stored = db.session.scalars(select(PublicReport)).one()
        kept = [stored.code_hash, *(f"{row.key} {row.result}" for row in db.session.scalars(select(Inbound)))]
        assert not any(digits in text for text in kept)
    dpo.get(f"/incidents/{reference}/reporter")
    assert "A mail tells the reporter" in dpo.submit("/reporter", text="Which street was on it?").text
    later = Visitor(team.app)
    later.get("/followup/report")
    assert later.page is not None
    assert later.page.path == "/followup", "without the code there is nothing"
    assert later.submit(receipt_code="1234 5678 9012 3456").problems == [
        "There is no report with this code. Check the sixteen digits."
    ]
    page = later.submit(receipt_code=code)
    assert "Somebody is going to look at it" in page.text
    assert "Which street was on it?" in page.text
    assert reference not in page.html
    page = later.submit("/followup/report", text="Kerkstraat", files=[("street.png", PNG)])
    assert "Sent. Thank you." in page.text
    page = dpo.get(f"/incidents/{reference}/reporter")
    assert "Kerkstraat street.png" in page.text
    with team.app.app_context():
        templates = [row.payload["template"] for row in db.session.scalars(select(OutboxMessage))]
        assert templates.count("question_for_reporter") == 1
        assert "reporter_said" in templates
        assert len(db.session.scalars(select(Evidence)).all()) == 1
    later.submit("/followup/leave")
    assert later.get("/followup/report").path == "/followup"


def test_a_code_is_asked_again_after_half_an_hour_and_nothing_typed_is_lost(lite: Team) -> None:
    """A reporter may sit at somebody else's computer."""
    make_door(lite)
    reporter = Visitor(lite.app)
    code = code_of(send(reporter, lite))
    reporter.get("/followup")
    reporter.submit(receipt_code=code)
    lite.clock.advance(minutes=31)
    page = reporter.submit("/followup/report", text="written for a long time")
    assert "written for a long time" in page.text
    assert "Nothing has been sent" in page.text
    page.form("/followup")


def test_a_form_that_is_sent_twice_is_one_report_with_one_code(team: Team) -> None:
    """A double tap, or a telephone that lost the answer; other words from the same page are another report."""
    make_door(team)
    reporter = Visitor(team.app)
    reporter.get("/door/customers")
    first_page = reporter.page
    team.clock.advance(seconds=20)
    first = code_of(reporter.submit(summary="A letter"))
    reporter.page = first_page
    assert code_of(reporter.submit(summary="A letter")) == first
    reporter.page = first_page
    assert code_of(reporter.submit(summary="Two letters")) != first
    with team.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(PublicReport)) == 2


def test_a_processor_is_asked_what_article_33_2_wants_and_our_clock_starts_now(lite: Team) -> None:
    """EDPB 9/2022 par. 44: we are aware when the processor tells us, not since it knew; a person confirms it."""
    make_door(lite, "processors", DoorKind.PROCESSORS)
    reporter = Visitor(lite.app)
    reporter.get("/door/processors")
    lite.clock.advance(seconds=20)
    assert reporter.submit(summary="Backup on a public bucket").problems == ["Write the name of your organisation."]
    page = reporter.submit(
        company="Hoster B.V.",
        summary="Backup on a public bucket",
        known_at__date="2026-02-27",
        known_at__time="10:00",
        data="names and addresses of customers",
        subjects="1200",
        measures="bucket closed",
        contact="noc@hoster.example",
    )
    assert page.status == 201, page.problems
    with lite.app.app_context():
        incident = db.session.scalars(select(Incident).where(Incident.source == Source.DOOR)).one()
        facts = current_facts(db.session(), incident)
        assert facts.role is OurRole.CONTROLLER
        assert facts.processor_told_us_at == incident.reported_at
        assert facts.processor_aware_at < incident.reported_at
        assert facts.aware_at is UNKNOWN, "a person confirms"
        assert not incident.awareness_stated
        assert incident.due_at == incident.reported_at + timedelta(hours=72)
        assert (facts.parties[0].name, facts.parties[0].contact) == ("Hoster B.V.", "noc@hoster.example")
        assert (facts.subjects_max, facts.measures_taken) == (1200, "bucket closed")


def test_a_shut_door_is_no_door_and_nobody_but_its_keepers_sees_the_list(lite: Team) -> None:
    """Off by default; what is shut looks like what never was."""
    make_door(lite, is_open=False)
    visitor = Visitor(lite.app)
    shut, missing = visitor.get("/door/customers", status=404), visitor.get("/door/nothing", status=404)
    assert shut.text == missing.text
    admin = lite.visitor("Ada", Role.ADMIN)
    page = admin.get("/settings/doors/new")
    page = admin.submit(name="Staff", kind="staff", key="Bad Key!")
    assert page.problems == ["Use 3 to 60 small letters, digits and hyphens, such as customers or a-3kq9x7."]
    page = admin.submit(name="Staff", kind="staff", key="staff", is_open="y", title_nl="Iets gezien?")
    assert page.path == "/settings/doors"
    assert visitor.get("/door/staff").status == 200
    for language in LETTER_LANGUAGES:
        poster = admin.client.get(f"/settings/doors/staff/poster.pdf?language={language}")
        assert poster.data.startswith(b"%PDF-")
    admin.get("/settings/doors")
    assert admin.client.get("/settings/doors/staff/poster.pdf?language=xx").status_code == 404
    admin.get("/settings/doors/staff")
    admin.submit("/remove")
    visitor.get("/door/staff", status=404)
    lite.visitor("Rik", Role.RESPONDER).get("/settings/doors", status=404)


@pytest.mark.parametrize(
    ("wanted", "heading", "spoken", "lang"),
    [
        ("fr-FR, en;q=0.5", "Vu quelque chose ?", "en", "fr"),
        ("sv, fr;q=0.5", "Vu quelque chose ?", "en", "fr"),
        ("de-AT, fr;q=0.5", "Haben Sie Daten gesehen, die nicht sichtbar sein sollten?", "de", None),
        ("nl", "Iets gezien?", "nl", None),
        ("it", "Have you seen data that should not be seen?", "en", None),
    ],
)
def test_a_door_speaks_the_first_language_of_the_browser_that_it_has_words_in(
    lite: Team, wanted: str, heading: str, spoken: str, lang: str | None
) -> None:
    """Its own words in any language of letters, the form in one of the pages; the house's own words come before those
    of a language that the reader likes less, and whoever chose the page's language reads no other."""
    keeper = lite.visitor("Ada", Role.ADMIN)
    keeper.get("/settings/doors/new")
    titles = {"title_nl": "Iets gezien?", "title_fr": "Vu quelque chose ?", "intro_fr": "Dites-le-nous."}
    keeper.submit(name="Customers", kind="customers", key="customers", is_open="y", **titles)
    edit = keeper.get("/settings/doors/customers")
    assert "Dites-le-nous." in edit.text
    reader = Visitor(lite.app)
    reader.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = wanted
    shown = reader.get("/door/customers")
    assert shown.tree.get("lang") == spoken
    [title] = [node for node in shown.tree.iter("h1")]
    assert ("".join(title.itertext()), title.get("lang")) == (heading, lang)
    assert ("Dites-le-nous." in shown.text) is (lang == "fr")
    if lang == "fr":
        reader.submit("/language", language="en")
        [title] = [node for node in reader.get("/door/customers").tree.iter("h1")]
        assert "".join(title.itertext()) == "Have you seen data that should not be seen?"


def test_robots_are_told_and_people_lose_nothing(lite: Team) -> None:
    """A field that nobody sees, and three seconds; what was typed stays in the form and can be sent again."""
    make_door(lite)
    reporter = Visitor(lite.app)
    reporter.get("/door/customers")
    page = reporter.submit(summary="typed by a machine")
    assert page.problems == ["This form came back faster than anybody can write. Read it once more, and send it again."]
    lite.clock.advance(seconds=20)
    page = reporter.submit(website="https://spam.example")
    assert page.problems == ["Leave the field empty that says so, and send it again."]
    assert "typed by a machine" in page.html
    assert reporter.submit(website="").status == 201


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"files": [("virus.exe", b"MZ")]}, "Files of this kind are not taken"),
        ({"files": [(f"{n}.png", PNG) for n in range(6)]}, "Attach at most five files"),
        ({"files": [("big.png", PNG + b"\0" * (10 * 1024 * 1024))]}, "larger than 10 MB"),
        ({"summary": ""}, "Write what happened"),
        ({"summary": "x" * 20_001}, "Shorten this text"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field_and_nothing_is_half_written(
    lite: Team, values: dict[str, object], problem: str
) -> None:
    """A refused file refuses the report: half of one would be lost."""
    make_door(lite)
    page = send(Visitor(lite.app), lite, **values)
    assert problem in page.problems[0]
    with lite.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Incident)) == 0


def stored(team: Team) -> set[str]:
    """The files in their place."""
    return set(team.app.extensions["meldklok"].blobs.digests())


@pytest.mark.parametrize(
    "values",
    [
        {"files": [("one.png", PNG), ("virus.exe", b"MZ")]},
        {"files": [("one.png", PNG), ("two.png", b"no picture")]},
        {"files": [("one.png", PNG), ("empty.png", b"")]},
        {"files": [("one.png", PNG), ("x" * 252 + ".png", PNG)]},
        {"files": [("one.png", PNG), ("big.png", PNG + b"\0" * (10 * 1024 * 1024))]},
        {"files": [("one.png", PNG)], "noticed_at-date": "2027-01-01", "noticed_at-time": "10:00"},
    ],
)
def test_a_refused_post_leaves_no_bytes_and_spends_nothing(lite: Team, values: dict[str, object]) -> None:
    """Kinds, sizes, words and moments are looked at before the first file goes anywhere."""
    make_door(lite, kind=DoorKind.STAFF)
    assert send(Visitor(lite.app), lite, **values).problems
    assert stored(lite) == set()
    with lite.app.app_context():
        assert db.session.scalars(select(BlobRemoval)).all() == []
        assert db.session.scalars(select(SignInThrottle)).all() == []


@pytest.mark.parametrize("values", [{"files": [("street.png", PNG), ("virus.exe", b"MZ")]}, {"text": "x" * 19_999}])
def test_a_refused_addition_leaves_no_bytes(lite: Team, values: dict[str, object]) -> None:
    """The page of the code goes the same way."""
    make_door(lite)
    reporter = Visitor(lite.app)
    code = code_of(send(reporter, lite))
    reporter.get("/followup")
    reporter.submit(receipt_code=code)
    page = reporter.submit("/followup/report", **{"text": "", "files": [("street.png", PNG)], **values})
    assert page.problems
    assert stored(lite) == set()


def test_an_addition_beyond_the_limit_leaves_no_bytes(lite: Team) -> None:
    """Who has added a lot within an hour is refused before the file lands."""
    make_door(lite)
    reporter = Visitor(lite.app)
    code = code_of(send(reporter, lite))
    with lite.app.app_context():
        mine = str(db.session.scalars(select(Incident.id)).one())
    use_up(lite, limits.ANSWERS, mine, but=0)
    reporter.get("/followup")
    reporter.submit(receipt_code=code)
    assert reporter.submit("/followup/report", text="Kerkstraat", files=[("street.png", PNG)]).problems
    assert stored(lite) == set()


def test_files_are_counted_for_good_before_their_bytes_land(lite: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that ends in between, or a report that is refused after all, gives nobody the place twice."""

    def ends(*_: object) -> str:
        raise RuntimeError("the process ends here")

    make_door(lite)
    monkeypatch.setattr(BlobStore, "put", ends)
    with pytest.raises(RuntimeError):
        send(Visitor(lite.app), lite, files=[("one.png", PNG), ("two.png", PNG + b"2")])
    with lite.app.app_context():
        assert sorted(db.session.scalars(select(SignInThrottle.failures))) == [2, 2]
        assert db.session.scalar(select(func.count()).select_from(Incident)) == 0


def test_posts_beyond_the_limit_and_repetitions_leave_no_bytes(lite: Team) -> None:
    """The report comes in; what is sent again counts once."""
    make_door(lite)
    reporter = Visitor(lite.app)
    reporter.get("/door/customers")
    form = reporter.page
    lite.clock.advance(seconds=20)
    for _time in range(3):
        reporter.page = form
        assert reporter.submit(summary="A letter", files=[("one.png", PNG)]).status == 201
    assert len(stored(lite)) == 1
    with lite.app.app_context():
        spent = db.session.scalars(select(SignInThrottle.failures)).all()
    assert set(spent) == {1}
    use_up(lite, limits.FILES_FROM, "127.0.0.1", but=1)
    assert send(Visitor(lite.app), lite, summary="Another", files=[("two.png", PNG + b"2")]).status == 201
    assert len(stored(lite)) == 1


def test_hundreds_of_hostile_posts_give_no_error_hold_the_limits_and_wait_for_no_writer(lite: Team) -> None:
    """Of all posts at most thirty of one network wake people; beyond what is kept they wait for nothing locked."""
    make_door(lite)
    client = lite.app.test_client()
    page = Visitor(lite.app)
    page.client = client
    statuses: list[int] = []
    hostile = ["<script>alert(1)</script>", "' OR 1=1 --", "{{7*7}}", "\x00\ufffe", "😀" * 500, "x" * 50_000]
    for number in range(140):
        if number % 10 == 0:
            page.get("/door/customers")
            lite.clock.advance(seconds=4)
        assert page.page is not None
        tree = page.page.form()
        names = {node.get("name"): node.get("value", "") for node in tree.iter("input")}
        fields = {
            "summary": f"{number} {hostile[number % len(hostile)]}",
            "csrf_token": names["csrf_token"],
            "ticket": names["ticket"],
        }
        match number % 7:
            case 0:
                fields["ticket"] = "forged"
            case 1:
                del fields["csrf_token"]
            case 2:
                fields["noticed_at-date"] = "9999-99-99"
            case 3:
                page.get("/door/customers")
                lite.clock.advance(seconds=4)
        statuses.append(client.post("/door/customers", data=fields).status_code)
    assert max(statuses) < 500
    statuses += [client.post("/followup", data={"receipt_code": f"{n:016d}"}).status_code for n in range(40)]
    with lite.app.app_context():
        taken = db.session.scalar(select(func.count()).select_from(PublicReport))
        assert taken == statuses.count(201)
        told = select(func.count()).select_from(Incident).where(Incident.in_flood.is_(False))
        assert 0 < db.session.scalar(told) <= limits.PUBLIC_FROM.times < taken <= limits.KEPT_FROM.times


def test_a_post_that_is_refused_never_waits_for_a_writer_nor_is_one(lite: Team) -> None:
    """On SQLite whoever begins to write holds up everybody, so the page that says no is only read; so is a receipt."""
    make_door(lite)
    reporter = Visitor(lite.app)
    begun: list[bool] = []
    with lite.app.app_context():
        engine = db.engine
    reporter.get("/door/customers")
    event.listen(engine, "begin", lambda connection: begun.append(READING in connection.get_execution_options()))
    reporter.submit(summary="too fast")
    lite.clock.advance(seconds=20)
    reporter.submit(summary="")
    reporter.submit(summary="a robot", website="https://spam.example")
    reporter.submit(summary="a program", website="", files=[("virus.exe", b"MZ")])
    reporter.client.post("/door/customers", data={"summary": "no token"})
    reporter.client.post("/door/nothing", data={"summary": "no door"})
    reporter.get("/followup")
    reporter.submit(receipt_code="")
    assert all(begun), begun
    assert send(reporter, lite).status == 201
    assert begun.count(False) == 1, "the report itself"


def test_beyond_what_people_are_told_one_by_one_a_report_is_kept_and_they_are_told_together(lite: Team) -> None:
    """The thirty-first of a network, or the sixty-first of a door: it has its clock and its code, and wakes nobody."""
    lite.visitor("Femke", Role.DPO)
    make_door(lite)
    office = from_network(lite, "2001:db8:0:1::1")
    use_up(lite, limits.PUBLIC_FROM, limits.network_of("2001:db8:0:1::ffff"), but=0)
    assert send(office, lite).status == 201
    use_up(lite, limits.PUBLIC_DOOR, "customers", but=1)
    assert send(from_network(lite, "2001:db8:0:2::1"), lite, summary="The last of those").status == 201
    page = send(from_network(lite, "2001:db8:0:3::1"), lite)
    assert page.status == 201
    assert "nobody could be told of it yet. Please call or mail us too." in page.text
    with lite.app.app_context():
        assert "2001:db8" not in " ".join(db.session.scalars(select(SignInThrottle.subject)))
        found = db.session.scalars(select(Incident).where(Incident.source == Source.DOOR)).all()
        assert [one.in_flood for one in sorted(found, key=lambda one: one.reference)] == [True, False, True]
        assert all(one.due_at == one.reported_at + timedelta(hours=72) for one in found)
        told = db.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "femke@example.org")).all()
        templates = sorted(row.payload["template"] for row in told)
        assert templates == ["door_flood", "incident_reported"]
        quiet = next(one for one in found if one.in_flood)
        assert not any(row.incident_id == quiet.id for row in told)
        assert count_of_flood(db.session()) == 2


def test_a_flood_of_one_door_shuts_no_other(lite: Team) -> None:
    """What the guessable door can keep is spent: the processor's still takes reports and wakes people."""
    make_door(lite)
    make_door(lite, "processors", DoorKind.PROCESSORS)
    use_up(lite, limits.PUBLIC_DOOR, "customers", but=0)
    use_up(lite, limits.KEPT_DOOR, "customers", but=0)
    assert send(from_network(lite, "198.51.100.7"), lite, "processors", company="Hoster B.V.").status == 201
    with lite.app.app_context():
        assert not db.session.scalars(select(Incident)).one().in_flood


def test_a_door_that_is_full_says_so_with_429_and_another_way_and_the_officer_knows(lite: Team) -> None:
    """Nothing typed is lost, and the telephone of the organisation stands beside it."""
    lite.visitor("Femke", Role.DPO)
    with lite.app.app_context():
        actor = make_actor(db.session(), "Keeper", [Role.ADMIN], lite.clock.now())
        profile = replace(organisation_profile(db.session()), dpo_phone="+31 20 123 45 67")
        save_organisation(SaveOrganisation(actor, profile), session=db.session(), now=lite.clock.now())
        db.session.commit()
    make_door(lite)
    use_up(lite, limits.PUBLIC_DOOR, "customers", but=0)
    use_up(lite, limits.KEPT_DOOR, "customers", but=1)
    assert send(Visitor(lite.app), lite).status == 201
    page = send(Visitor(lite.app), lite)
    assert page.status == 429
    assert "Call or mail us instead" in page.problems[0]
    assert "+31 20 123 45 67" in page.text
    assert "A letter for somebody else" in page.html
    with lite.app.app_context():
        told = [row.payload["template"] for row in db.session.scalars(select(OutboxMessage))]
        assert sorted(set(told)) == ["door_flood", "door_full"]


def test_whoever_takes_up_a_report_of_a_flood_hears_of_it_as_of_any_other(lite: Team) -> None:
    """Until then its clock speaks for all of the flood together, once a day; none runs out in silence."""
    lite.visitor("Femke", Role.DPO)
    make_door(lite)
    use_up(lite, limits.PUBLIC_DOOR, "customers", but=0)
    for number in range(3):
        assert send(Visitor(lite.app), lite, summary=f"Letter {number}").status == 201
    outlets = Outlets(frozenset({Channel.EMAIL}))
    with lite.app.app_context():
        session = db.session()
        session.execute(delete(OutboxMessage))
        lite.clock.advance(hours=30)
        fire_reminders(session, lite.clock.now(), outlets)
        assert [row.payload["template"] for row in session.scalars(select(OutboxMessage))] == ["door_waiting"]
        first = session.scalars(select(Incident).order_by(Incident.reference)).first()
        femke = session.scalars(select(Person).where(Person.name == "Femke")).one()
        assert first is not None
        first.assignee_id = femke.id
        session.flush()
        lite.clock.advance(hours=30)
        fire_reminders(session, lite.clock.now(), outlets)
        about = session.scalars(select(OutboxMessage).where(OutboxMessage.incident_id.is_not(None))).all()
        assert {row.incident_id for row in about} == {first.id}


@pytest.mark.parametrize("limit", [limits.FILES_FROM, limits.FILES_DOOR])
def test_when_no_more_files_are_taken_the_report_is(lite: Team, limit: limits.Limit) -> None:
    """Those that still fit come along, and the receipt says how many do not."""
    make_door(lite)
    use_up(lite, limit, "127.0.0.1" if limit is limits.FILES_FROM else "customers", but=1)
    page = send(Visitor(lite.app), lite, files=[("one.png", PNG), ("two.png", PNG + b"2")])
    assert page.status == 201
    assert "1 file could not be kept. Add it later, with your code." in page.text
    with lite.app.app_context():
        assert db.session.scalars(select(Evidence.filename)).all() == ["one.png"]


def test_who_has_one_code_spends_the_files_of_that_report_only(lite: Team) -> None:
    """An answer is taken without its file; a file alone is refused; another report's file comes in."""
    make_door(lite)
    reporter = Visitor(lite.app)
    code = code_of(send(reporter, lite))
    with lite.app.app_context():
        mine = str(db.session.scalars(select(Incident.id)).one())
    use_up(lite, limits.FILES_OF, mine, but=0)
    reporter.get("/followup")
    reporter.submit(receipt_code=code)
    page = reporter.submit("/followup/report", text="Kerkstraat", files=[("street.png", PNG)])
    assert "Kerkstraat" in page.text
    assert "street.png" not in page.text
    assert "1 file could not be kept" in page.text
    page = reporter.submit("/followup/report", text="", files=[("street.png", PNG)])
    assert page.problems == ["No files can be taken at the moment. Try again later; what you write is taken."]
    send(Visitor(lite.app), lite, summary="Another", files=[("other.png", PNG)])
    with lite.app.app_context():
        assert db.session.scalars(select(Evidence.filename)).all() == ["other.png"]


def test_with_the_place_for_files_away_the_report_comes_in_without_them(
    lite: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No report is lost for a photograph; sent again it is the same report with the same words."""

    def away(*_: object) -> str:
        raise Away("the bucket", "does not answer")

    make_door(lite)
    monkeypatch.setattr(BlobStore, "put", away)
    reporter = Visitor(lite.app)
    reporter.get("/door/customers")
    form = reporter.page
    lite.clock.advance(seconds=20)
    sent = {"summary": "A letter", "files": [("one.png", PNG), ("two.png", PNG)]}
    page = reporter.submit(**sent)
    assert page.status == 201
    assert "2 files could not be kept. Add them later, with your code." in page.text
    reporter.page = form
    again = reporter.submit(**sent)
    assert (code_of(again), "2 files could not be kept" in again.text) == (code_of(page), True)
    with lite.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Incident)) == 1


def from_network(team: Team, address: str) -> Visitor:
    """A browser somewhere else."""
    visitor = Visitor(team.app)
    visitor.client.environ_base["REMOTE_ADDR"] = address
    return visitor


def test_trying_codes_is_stopped_also_when_every_try_fails(team: Team) -> None:
    """Each try counts, though nothing was found: the thirty-first is not even looked up."""
    make_door(team)
    reporter = Visitor(team.app)
    code = code_of(send(reporter, team))
    use_up(team, limits.CODES_FROM, "127.0.0.1", but=1)
    reporter.get("/followup")
    assert "no report with this code" in reporter.submit(receipt_code="0000 0000 0000 0000").problems[0]
    reporter.get("/followup")
    page = reporter.submit(receipt_code=code)
    assert page.status == 429
    assert "Too many codes were tried" in page.problems[0]
    team.clock.advance(hours=1)
    reporter.get("/followup")
    assert reporter.submit(receipt_code=code).path == "/followup/report"


def use_up(team: Team, limit: limits.Limit, whose: str, *, but: int) -> None:
    """Spend a limit, all but so many."""
    with team.app.app_context():
        for _time in range(limit.times - but):
            limits.spend(db.session(), limit, whose, now=team.clock.now())
        db.session.commit()


def test_a_browser_without_cookies_is_led_back_to_the_door_and_not_to_a_sign_in(lite: Team) -> None:
    """Whoever stands at a public door has no account; what was typed stays on the page."""
    make_door(lite)
    answer = lite.app.test_client(use_cookies=False).post("/door/customers", data={"summary": "typed without cookies"})
    assert answer.status_code == 400
    assert "typed without cookies" in answer.text
    assert 'href="/door/customers"' in answer.text
    assert "your browser keeps no cookies" in answer.text


def test_the_page_of_the_doors_says_what_waits_outside_and_why(lite: Team) -> None:
    """A mail in the mailbox by its number, one at the mail server, and the mailbox itself; nobody is named."""
    parts = lite.app.extensions["meldklok"]
    mailbox = {"intake_address": "datalek@example.org", "intake_imap_url": "imaps://x:s3cret@mail.example.org"}
    lite.app.extensions["meldklok"] = replace(parts, settings=parts.settings.model_copy(update=mailbox))
    with lite.app.app_context():
        for name, reason in (("mailbox", "away"), ("mailbox:7:31", "too_large"), ("pipe:ab", "failed")):
            tell_stuck(db.session(), name, Trouble(reason), lite.clock.now())
        db.session.commit()
    page = lite.visitor("Ada", Role.ADMIN).get("/settings/doors")
    for words in (
        "the mailbox",
        "cannot be reached",
        "mail number 31",
        "50 MB",
        "a mail at your mail server",
        "so far",
    ):
        assert words in page.text
    assert "s3cret" not in page.html
