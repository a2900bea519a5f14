"""Doors: people without an account report, come back with a code, and learn nothing about anything else."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from incident.delivery.messages import MessageTexts
from incident.domain.doors import DoorKind
from incident.domain.kernel.events import Status
from incident.domain.kernel.people import Role, Source
from incident.domain.languages import LETTER_LANGUAGES
from incident.domain.mail_words import Trouble
from incident.domain.organisation import OrganisationProfile
from incident.law.vocabulary import UNKNOWN
from incident.law.vocabulary import Role as OurRole
from incident.store.db import db
from incident.store.mail_intake import tell_stuck
from incident.store.models import (
    Evidence,
    Inbound,
    Incident,
    OutboxMessage,
    PublicReport,
)
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.settings import SaveOrganisation, save_organisation
from tests.clock.test_messages import message
from tests.factories import make_actor
from tests.web.client import Visitor
from tests.web.conftest import Team
from tests.web.doors import PNG, code_of, make_door, send


def test_a_report_without_an_account_is_a_report_like_any_other(team: Team) -> None:
    """It has a clock, its photograph is evidence, and the duty officer and the officer are told; it is marked."""
    dpo = team.visitor("Femke", Role.DPO)
    make_door(team)
    page = send(Visitor(team.app), team, files=[("letter.png", PNG)], name="", contact="")
    assert page.status == 201, page.problems
    assert re.fullmatch(r"(\d{4} ){3}\d{4}", code_of(page))
    assert "You left no e-mail address or telephone number. Come back with your code" in page.text
    assert "will contact you" not in page.text
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


@pytest.mark.parametrize("kind", DoorKind)
def test_nobody_from_outside_is_told_to_keep_silent_or_to_stop_it(lite: Team, kind: DoorKind) -> None:
    """It may be their own data: what staff and processors have to leave, they are free to do."""
    make_door(lite, kind=kind)
    asked = {"company": "Hoster B.V."} if kind is DoorKind.PROCESSORS else {}
    receipt = send(Visitor(lite.app), lite, **asked).text
    assert "Do not forward or copy the data" in receipt
    bound = kind is not DoorKind.CUSTOMERS
    assert ("Do not tell people outside" in receipt, "lock the account" in receipt) == (bound, bound)


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


def test_what_a_reporter_adds_to_a_closed_incident_says_that_no_clock_runs(lite: Team) -> None:
    """Nothing else reminds anybody of it: whoever has it hears so at once, and is led to taking it up again."""
    dpo = lite.visitor("Femke", Role.DPO)
    make_door(lite)
    reporter = Visitor(lite.app)
    code = code_of(send(reporter, lite))
    reporter.get("/followup")
    reporter.submit(receipt_code=code)
    for status, is_closed in ((Status.REPORTED, False), (Status.DISMISSED, True)):
        with lite.app.app_context():
            incident = db.session.scalars(select(Incident)).one()
            incident.status, reference = status, incident.reference
            db.session.query(OutboxMessage).delete()
            db.session.commit()
        reporter.submit("/followup/report", text=f"A passport was in it, when {status}")
        with lite.app.app_context():
            rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.channel == "email")).all()
            (told,) = [row for row in rows if row.payload["template"] == "reporter_said"]
            params, urgent = told.payload["params"], told.urgent
        assert (params["closed"], urgent) == (is_closed, is_closed)
        mail = MessageTexts("https://m.example.org").render(message("reporter_said", **params)).text
        assert ("no clock runs" in mail) is is_closed
        page = dpo.get(f"/incidents/{reference}/reporter")
        assert bool(page.links("/close")) is is_closed


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


def test_who_finds_no_door_learns_whom_to_call_only_where_some_door_says_it_anyway(lite: Team) -> None:
    with lite.app.app_context():
        admin = make_actor(db.session(), "Ada", [Role.ADMIN], lite.clock.now())
        profile = OrganisationProfile("Alumio B.V.", dpo_phone="050 123 45 67")
        save_organisation(SaveOrganisation(admin, profile), session=db.session(), now=lite.clock.now())
        db.session.commit()
    make_door(lite, is_open=False)
    assert "050 123 45 67" not in Visitor(lite.app).get("/door/nothing", status=404).text
    make_door(lite, "staff")
    lost = Visitor(lite.app).get("/door/nothing", status=404)
    assert "050 123 45 67" in lost.text
    assert lost.links("/login") == []


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
