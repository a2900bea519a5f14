"""Settings: lists, ladder, roster, other law, channels, tokens and the calendar; bad input keeps what was typed."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import SYSTEM, Role
from incident.domain.kinds import OutboxOutcome
from incident.domain.organisation import System
from incident.domain.profile_answers import profile_answers
from incident.domain.reminders.roster import roster_from
from incident.law.facts import BreachFacts
from incident.law.vocabulary import DataCategory, SubjectGroup
from incident.store.db import db, is_reading
from incident.store.models import OutboxMessage, Person
from incident.store.settings import newest
from incident.usecases.clock.plan import ladder_policy
from incident.usecases.common.directory import load_directory
from incident.usecases.common.settings import active_regimes, organisation_profile, save_setting
from incident.usecases.messages.queue import Channel, queue_one
from incident.usecases.retention.places import Find
from incident.web.views import retention
from tests.factories import make_person
from tests.web.client import Visitor, text_of
from tests.web.conftest import Team

PAGES = (
    "/settings/organisation",
    "/settings/lists",
    "/settings/ladder",
    "/settings/roster",
    "/settings/regimes",
    "/settings/channels",
    "/settings/retention",
)


@pytest.fixture
def dpo(lite: Team) -> Visitor:
    """The data protection officer."""
    return lite.visitor("Dora", Role.DPO)


@pytest.mark.parametrize("path", PAGES)
def test_settings_are_for_those_who_manage_them(lite: Team, dpo: Visitor, path: str) -> None:
    """For others they do not exist; sent back unchanged they stay as they are."""
    dpo.get(path)
    assert lite.visitor("Rob", Role.RESPONDER).client.get(path).status_code == 404


def test_lists_come_back_as_they_were(lite: Team, dpo: Visitor) -> None:
    """What the form does not ask survives, a new row is added, an emptied one is removed."""
    with lite.app.app_context():
        before = organisation_profile(db.session())
    dpo.get("/settings/lists")
    dpo.submit(customers__0__name="Acme B.V.", customers__0__notice_hours="24", customers__0__language="en")
    with lite.app.app_context():
        after = organisation_profile(db.session())
    assert (after.systems, after.groups, after.measures) == (before.systems, before.groups, before.measures)
    assert [(one.name, one.notice_hours, one.language) for one in after.customers][:1] == [("Acme B.V.", 24, "en")]


def test_what_a_system_holds_is_ticked_and_proposed(lite: Team, dpo: Visitor) -> None:
    """Which data and whose stand on the page of the lists, and are what an incident with that system is offered."""
    dpo.get("/settings/lists")
    dpo.submit(
        groups__7__name_nl="Leden",
        groups__7__group="customers",
        systems__10__name="Ledenlijst",
        systems__10__role="own",
    )
    page = dpo.get("/settings/lists")
    assert "Which personal data: –" in page.text
    dpo.submit(systems__10__categories=["bsn", "name"], systems__10__groups=["leden"])
    with lite.app.app_context():
        profile = organisation_profile(db.session())
    told = dict(profile_answers(profile, BreachFacts(systems=("Ledenlijst",)), "nl"))
    assert set(told["data_categories"]) == {DataCategory.NAME, DataCategory.BSN}
    assert (told["subject_groups"], told["subjects_note"]) == ((SubjectGroup.CUSTOMERS,), "Leden")


def test_of_a_term_that_is_typed_as_a_range_the_first_end_counts(lite: Team, dpo: Visitor) -> None:
    """From 24 to 48 hours: whoever tells the customer within 24 is in time for both."""
    dpo.get("/settings/lists")
    dpo.submit(customers__0__name="Acme", customers__0__notice_hours="24-48", groups__0__id="a,b")
    with lite.app.app_context():
        profile = organisation_profile(db.session())
    assert (profile.customers[0].notice_hours, profile.groups[0].id) == (24, "a_b")


def test_a_renamed_system_is_found_by_the_name_it_had(lite: Team, dpo: Visitor) -> None:
    """An incident keeps the name of its time; another system that takes the old name has it from then on."""
    dpo.get("/settings/lists")
    dpo.submit(systems__0__name="E-mail (hosted)", systems__0__id="mail")
    dpo.get("/settings/lists")
    dpo.submit(systems__0__name="Exchange")
    with lite.app.app_context():
        profile = organisation_profile(db.session())
    assert profile.names_of(("E-mail (hosted)", "mail", "exchange")) == ("Exchange",)
    other = replace(profile, systems=(*profile.systems, System("m2", "E-mail (hosted)")))
    assert other.names_of(("E-mail (hosted)",)) == ("E-mail (hosted)",)


def test_systems_and_groups_in_other_scripts_have_short_names_of_their_own(lite: Team, dpo: Visitor) -> None:
    """Two names without a Latin letter are two entries."""
    dpo.get("/settings/lists")
    page = dpo.submit(systems__0__name="Αρχείο", systems__1__name="顧客名簿")
    assert page.problems == []
    with lite.app.app_context():
        assert len({system.id for system in organisation_profile(db.session()).systems}) > 1


def test_a_name_that_no_pdf_can_show_is_told_where_it_is_typed(lite: Team, dpo: Visitor) -> None:
    """A letterhead of codes is seen by the reader of the letter first; Hebrew has its letters."""
    warning = "A PDF cannot show these characters"
    for name, told in (("שרה BV", False), ("漢字 BV", True)):
        dpo.get("/settings/organisation")
        page = dpo.submit("/settings/organisation", name=name)
        assert (warning in page.text) is told
    assert "(漢字) and" in page.text
    assert warning in dpo.get("/settings/lists").text
    dpo.get("/account")
    assert "(林) and" in dpo.submit("/account", name="林").text


def test_retention_has_its_bounds_and_a_hold_its_reason(lite: Team, dpo: Visitor) -> None:
    """Too few days are refused at their field; the officer holds an incident with a reason, and lifts the hold."""
    page = dpo.get("/settings/retention")
    assert "Due now" in page.text
    assert "Choose from 365 to 7320 days." in dpo.submit(notes="30").problems
    assert "Choose from 365 to 7320 days." in dpo.submit(notes="0").problems, "nought days is no empty field"
    assert "It applies from tonight." in dpo.submit(notes="400").text
    assert 'value="400"' in dpo.get("/settings/retention").html
    dpo.get("/report")
    reference = dpo.submit("/report", summary="Mail to the wrong list").path.split("/")[2]
    dpo.get(f"/incidents/{reference}/record")
    assert "Write why the data must stay." in dpo.submit("/hold", reason="").text
    assert "On hold since" in dpo.submit("/hold", reason="A claim of 3 March").text
    assert "Not on hold: data are erased after their retention period" in dpo.submit("/hold", lift="y").text


def test_a_person_is_looked_up_taken_out_and_erased_from_one_page(lite: Team, dpo: Visitor) -> None:
    """Three letters are refused at the field; what is found stands there with its ground, and leaves as a file."""
    dpo.get("/report")
    dpo.submit("/report", summary="Mail of Ann Smit to the wrong list")
    dpo.get("/settings/retention/person")
    assert "Enter a whole e-mail address or name." in dpo.submit(who="ann").problems
    page = dpo.submit(who="ann smit")
    assert "Mail of Ann Smit" in page.text
    assert "stays: documentation of the breach" in page.text
    assert "several people may have it" in page.text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.html)
    assert token is not None
    asked = {"who": "ann smit", "take": "y", "csrf_token": token[1]}
    file = dpo.client.post("/settings/retention/person", data=asked)
    assert (file.mimetype, b"Mail of Ann Smit" in file.data) == ("application/json", True)
    assert "Tick what you want to erase." in dpo.submit(who="ann smit", button=("erase", "y")).problems


def test_nobody_waits_to_write_while_a_person_is_looked_for(
    lite: Team, dpo: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every list of people is opened for it, which may take seconds: the transaction only reads."""
    seen: list[bool] = []

    def watched(session: Session, _typed: str, **_more: object) -> list[Find]:
        seen.append(is_reading(session))
        return []

    monkeypatch.setattr(retention, "find_person", watched)
    dpo.get("/settings/retention/person")
    assert "Nothing was found." in dpo.submit(who="ann smit").text
    assert seen == [True]


def test_nothing_is_ticked_at_first_and_only_what_was_ticked_is_erased(lite: Team, dpo: Visitor) -> None:
    """Two messages to the same address: the one that was left alone stays, and a form without its mark erases none."""
    with lite.app.app_context():
        for number in range(2):
            queue_one(
                db.session(), incident=None, channel=Channel.EMAIL, recipient="ann@example.org", template="t",
                params={}, now=lite.clock.now(), dedupe=f"{number}",
            )  # fmt: skip
        for row in db.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "ann@example.org")):
            row.settled_at, row.outcome = lite.clock.now(), OutboxOutcome.SENT
        db.session.commit()

    def left() -> int:
        with lite.app.app_context():
            return len(
                db.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "ann@example.org")).all()
            )

    dpo.get("/settings/retention/person")
    page = dpo.submit(who="ann@example.org")
    boxes = [box for box in page.tree.iter("input") if box.get("name") == "ticked"]
    assert [box.get("checked") for box in boxes] == [None, None]
    forged = {"who": "ann@example.org", "ticked": [boxes[0].get("value")], "erase": "y"}
    dpo.client.post("/settings/retention/person", data=forged)
    assert left() == 2
    page = dpo.submit(who="ann@example.org", ticked=[boxes[0].get("value")], button=("erase", "y"))
    assert "Erased in one place." in page.text
    assert [box.get("value") for box in page.tree.iter("input") if box.get("name") == "ticked"] == [
        boxes[1].get("value")
    ]
    assert left() == 1


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"customers__0__name": "", "customers__0__contact": "x"}, "Enter the name of the customer."),
        ({"customers__0__name": "A", "customers__0__notice_hours": "0"}, "A contract term lies between"),
        ({"systems__0__name": "", "systems__0__id": "crm"}, "Enter the name of the system."),
        ({"systems__0__contact": "x" * 300}, "Shorten this text by 45 characters"),
        ({"systems__0__id": "x" * 300}, "Shorten this text by 45 characters"),
        ({"customers__0__name": "A", "customers__0__contact": "x" * 300}, "Shorten this text by 45 characters"),
    ],
)
def test_a_bad_row_is_said_at_its_field(dpo: Visitor, typed: dict[str, str], says: str) -> None:
    """In the summary, with what was typed still there."""
    dpo.get("/settings/lists")
    page = dpo.submit(**typed)
    assert any(says in problem for problem in page.problems)


def test_the_ladder_is_previewed_and_saved(lite: Team, dpo: Visitor) -> None:
    """A preview stores nothing; saving does."""
    dpo.get("/settings/ladder")
    page = dpo.submit(button=("preview", "y"), reminders__0__hours="40")
    assert "Not saved yet." in page.text
    with lite.app.app_context():
        assert ladder_policy(db.session()).reminders[0].hours_left == 48
    dpo.submit(reminders__0__hours="40")
    with lite.app.app_context():
        assert ladder_policy(db.session()).reminders[0].hours_left == 40


def test_an_escalation_past_whoever_is_on_duty_says_so(lite: Team, dpo: Visitor) -> None:
    """Under the role of the one who holds the duty stands somebody else, with the reason."""
    lite.account("Sven", Role.SECOND)
    assert "because Dora is on duty already" in dpo.get("/settings/ladder").text


def test_a_page_that_is_not_there_keeps_the_menu_of_who_is_signed_in(lite: Team, dpo: Visitor) -> None:
    """Nobody has to go back to begin again; a stranger sees no menu."""
    assert 'aria-label="Main menu"' in dpo.get("/nope", status=404).html
    assert 'aria-label="Main menu"' not in Visitor(lite.app).get("/nope", status=404).html


def test_many_days_are_said_in_years_too(dpo: Visitor) -> None:
    """A period of 1826 days is five years, and one of 90 days none."""
    dpo.get("/settings/retention")
    page = dpo.submit(messages="1826", notes="366", drafts="90")
    assert "are kept. 1826 days are 5 years." in page.text
    assert "in the register. 366 days are one year." in page.text
    assert "90 days are" not in page.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"reminders__0__hours": "soon"}, "Enter hours as a number"),
        ({"waits_until_hours_left": "3"}, "In the last 24"),
        ({"waits_until_hours_left": "99999999"}, "Hours must lie between"),
        ({"reminders__0__hours": "24"}, "twice"),
        ({"overdue_every_minutes": "1"}, "at most every 5 minutes"),
        ({"opens": "25:99"}, "Enter a time"),
        ({"closes": "07:00"}, "Office hours need"),
    ],
)
def test_a_ladder_that_cannot_work_is_refused(dpo: Visitor, typed: dict[str, str], says: str) -> None:
    """With the reason, and with what was typed."""
    dpo.get("/settings/ladder")
    page = dpo.submit(**typed)
    assert any(says in problem for problem in page.problems), page.problems
    assert f'value="{next(iter(typed.values()))}"' in page.html


def test_the_roster_orders_people_and_passes_over_who_is_away(lite: Team, dpo: Visitor) -> None:
    """Places, an absence, a shift; the preview follows."""
    with lite.app.app_context():
        person = db.session.scalars(select(Person).where(Person.name == "Dora")).one()
        key, email = person.id.hex, person.email
    dpo.get("/settings/roster")
    page = dpo.submit(
        "/settings/roster", **{f"order_{key}": "1", f"from_{key}": "2026-03-01", f"to_{key}": "2026-03-03"}
    )
    assert "Saved." in page.text
    page = dpo.submit(
        "/settings/roster",
        shifts__0__person=str(UUID(key)),
        shifts__0__begins_day="02-03-2026",
        shifts__0__begins_time="09:00",
        shifts__0__ends_day="01-03-2026",
        shifts__0__ends_time="09:00",
    )
    assert page.problems == ["A shift must end after it begins."]
    with lite.app.app_context():
        stored = db.session.scalars(select(Person).where(Person.email == email)).one()
        assert stored.duty_order == 1
        assert stored.away_to - stored.away_from == timedelta(days=3)


def test_who_may_open_no_incident_any_more_is_on_duty_no_more(lite: Team, dpo: Visitor) -> None:
    """A reminder would lead nowhere: others are told, and whoever takes the role away clears the place as well."""
    lite.account("Anna", Role.RESPONDER)
    admin = lite.visitor("Ada", Role.ADMIN)
    with lite.app.app_context():
        anna = db.session.scalars(db.select(Person).where(Person.name == "Anna")).one()
        anna.duty_order, person = 1, anna.id
        roster = {"shifts": [], "deputies": [str(person)], "management": [str(person)]}
        save_setting(db.session(), "roster", roster, actor=SYSTEM, now=lite.clock.now())
        db.session.commit()
        assert [one.name for one in load_directory(db.session()).duty(lite.clock.now())] == ["Anna"]
    admin.get(f"/people/{person}")
    refused = admin.submit(f"/people/{person}", roles=["reporter"])
    assert refused.problems == [
        "Whoever may open no incident cannot be on duty. Clear the place on the duty list, or choose another role."
    ]
    assert admin.submit(f"/people/{person}", roles=["reporter"], duty_order="").problems == []
    with lite.app.app_context():
        db.session.get(Person, person).duty_order = 1
        directory = load_directory(db.session())
        assert "Anna" not in [one.name for one in directory.duty(lite.clock.now())]
        assert (directory.roster.deputies, directory.roster.management) == ((), ())


def test_who_would_be_told_follows_the_shifts_and_the_reminders_follow_the_roster(lite: Team, dpo: Visitor) -> None:
    """A shift that begins tomorrow evening changes the duty officer then, and not at some moment that is looked at."""
    with lite.app.app_context():
        jelle = make_person(db.session(), "Jelle", [Role.RESPONDER], lite.clock.now()).id
        db.session.commit()
    begins, ends = (f"{lite.clock.now() + timedelta(days=days):%d-%m-%Y}" for days in (1, 2))
    dpo.get("/settings/roster")
    page = dpo.submit(
        "/settings/roster",
        shifts__0__person=str(jelle),
        shifts__0__begins_day=begins,
        shifts__0__begins_time="18:00",
        shifts__0__ends_day=ends,
        shifts__0__ends_time="20:00",
    )
    covered = next(table for table in page.tree.iter("tbody"))
    fields = [
        next(node for node in page.tree.iter("input") if node.get("id") == f"shifts-0-{end}")
        for end in ("begins_day", "begins_time")
    ]
    assert [(node.get("type"), node.get("value")) for node in fields] == [("date", "2026-03-03"), ("time", "18:00")]
    assert "Tue 3 Mar 2026 18:00 until Wed 4 Mar 2026 20:00" in page.text
    rows = [[text_of(cell) for cell in row][:2] for row in covered]
    assert [("18:00" in at, "20:00" in at) for at, _duty in rows] == [(False, False), (True, False), (False, True)]
    assert [duty for _at, duty in rows] == ["Dora", "Jelle", "Dora"]
    assert [text_of(one) for one in covered.iter("strong")] == ["Jelle", "Dora"], "what changes stands out"
    told = [text_of(rung) for rung in dpo.get("/settings/ladder").tree.iter("li") if "hour " in text_of(rung)]
    assert {"Jelle" in rung for rung in told} == {True, False}, told


def test_a_list_that_is_empty_has_one_way_to_add(dpo: Visitor) -> None:
    """The first shift stands open to be filled in; only the next one is behind "Add"."""
    page = dpo.get("/settings/roster")
    folds = [one for one in page.tree.iter("details") if "fold" in one.get("class", "").split()]
    assert [("open" in one.attrib, "fold-start" in one.get("class", "")) for one in folds[:2]] == [
        (True,) * 2,
        (False,) * 2,
    ]


@pytest.mark.parametrize("part", ["order", "deputy", "management"])
def test_whoever_may_open_no_incident_is_told_of_none(lite: Team, dpo: Visitor, part: str) -> None:
    """A reporter on duty would get links that lead nowhere; the refusal names them, and nothing is stored."""
    lite.account("Ruud", Role.REPORTER)
    with lite.app.app_context():
        [ruud] = [one for one in db.session.scalars(select(Person)) if one.name == "Ruud"]
        key = ruud.id.hex
    dpo.get("/settings/roster")
    page = dpo.submit(action="/settings/roster", **{f"{part}_{key}": "1" if part == "order" else "y"})
    assert any("Ruud may open no incident" in problem for problem in page.problems)
    with lite.app.app_context():
        assert db.session.get(Person, ruud.id).duty_order is None  # type: ignore[union-attr]
        assert newest(db.session(), "roster") is None


def test_a_long_roster_comes_page_by_page_and_each_page_is_saved_by_itself(lite: Team, dpo: Visitor) -> None:
    """Whoever has a part in it is on the first page; saving another page takes nobody's part away."""
    with lite.app.app_context():
        session = db.session()
        made = [make_person(session, f"Person {n:03}", [Role.RESPONDER], lite.clock.now()) for n in range(90)]
        last, other = made[-1].id, made[50].id
        made[-1].duty_order = 3
        session.commit()
    first, name = dpo.get("/settings/roster"), f"order_{last.hex}"
    assert f'name="{name}"' in first.html
    assert f'name="order_{other.hex}"' not in first.html
    dpo.submit("/settings/roster", **{f"deputy_{last.hex}": "y"})
    second = dpo.get("/settings/roster?page=2")
    assert f'name="{name}"' not in second.html
    assert f'name="order_{other.hex}"' in second.html
    assert (
        "Saved." in dpo.submit("/settings/roster", **{f"order_{other.hex}": "1", f"management_{other.hex}": "y"}).text
    )
    with lite.app.app_context():
        roster = roster_from(newest(db.session(), "roster") or {})
        assert (roster.deputies, roster.management) == ((last,), (other,))
        placed = select(Person.id).where(Person.duty_order.is_not(None)).order_by(Person.duty_order)
        assert db.session.scalars(placed).all() == [other, last]


def test_other_law_is_switched_on_and_off(lite: Team, dpo: Visitor) -> None:
    """The setting that the law package reads; a name that does not exist is refused."""
    dpo.get("/settings/regimes")
    dpo.submit(regimes=["cbw", "dora"])
    with lite.app.app_context():
        assert active_regimes(db.session()) == {"cbw", "dora"}
    dpo.get("/settings/regimes")
    assert dpo.submit(regimes=["made-up"]).problems


def test_a_test_message_is_queued_to_oneself(lite: Team, dpo: Visitor) -> None:
    """By e-mail; Slack says what is missing."""
    page = dpo.get("/settings/channels")
    token = next(node.get("value") for node in page.tree.iter("input") if node.get("name") == "csrf_token")
    for channel in ("email", "slack", "carrier pigeon"):
        dpo.client.post("/settings/channels/test", data={"csrf_token": token, "channel": channel})
    assert "no Slack member ID" in dpo.get("/settings/channels").text
    with lite.app.app_context():
        (row,) = db.session.scalars(select(OutboxMessage))
        assert (row.channel, row.recipient, row.payload["template"]) == ("email", "dora@example.org", "test")


def test_a_dead_letter_is_sent_again(lite: Team, dpo: Visitor) -> None:
    """It is due at once, and off the list."""
    with lite.app.app_context():
        session, at = db.session(), lite.clock.now()
        queue_one(
            session,
            incident=None,
            channel=Channel.EMAIL,
            recipient="x@example.org",
            template="test",
            params={},
            now=at,
            dedupe="t",
        )
        row = session.scalars(select(OutboxMessage)).one()
        row.settled_at, row.outcome, row.last_error = at, OutboxOutcome.FAILED, "mailbox is full"
        session.commit()
    assert "mailbox is full" in dpo.get("/settings/channels").text
    assert "No message is waiting" in dpo.submit("/again").text
    with lite.app.app_context():
        assert db.session.scalars(select(OutboxMessage)).one().settled_at is None


def test_a_token_is_shown_once_works_and_ends(lite: Team, dpo: Visitor) -> None:
    """For the API of this product."""
    dpo.get("/account/tokens")
    page = dpo.submit("/account/tokens", label="ticket system", scopes=["read"])
    secret = next("".join(node.itertext()) for node in page.tree.iter("p") if node.get("id") == "token").strip()
    headers = {"Authorization": f"Bearer {secret}"}
    assert lite.app.test_client().get("/api/v1/incidents", headers=headers).status_code == 200
    refused = lite.app.test_client().post("/api/v1/incidents", json={"summary": "Mail sent"}, headers=headers)
    assert (refused.status_code, "made without 'report'" in refused.json["detail"]) == (403, True)
    listed = dpo.get("/account/tokens")
    assert secret not in listed.html
    assert "Read incidents with everything on record" in listed.text
    dpo.submit("/revoke")
    assert lite.app.test_client().get("/api/v1/incidents", headers=headers).status_code == 401
    dpo.get("/account/tokens")
    assert dpo.submit("/account/tokens", label="").problems == ["Write what the token is for."]
    assert dpo.submit("/account/tokens", label="x", scopes=[]).problems == ["Say what the token may be used for."]


def test_the_calendar_has_a_private_address_that_can_be_closed(lite: Team, dpo: Visitor) -> None:
    """It needs no sign-in, and a closed or made-up address is nothing."""
    dpo.get("/account/tokens")
    page = dpo.submit("/account/calendar")
    address = next("".join(node.itertext()) for node in page.tree.iter("p") if node.get("id") == "feed").strip()
    path = address[address.index("/calendar/") :]
    assert b"BEGIN:VCALENDAR" in lite.app.test_client().get(path).data
    dpo.submit("/close")
    assert lite.app.test_client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "mine", "theirs", "stays"),
    [
        ("organisation", {"city": "Assen"}, {"phone": "050 1"}, 'value="050 1"'),
        ("lists", {"customers__0__name": "Acme"}, {"customers__0__name": "Bolt"}, 'value="Bolt"'),
        ("ladder", {"reminders__0__hours": "40"}, {"reminders__0__hours": "41"}, 'value="41"'),
        ("regimes", {"house_hours": "20"}, {"regimes": ["cbw"]}, 'value="cbw" id="regimes-0" checked'),
        ("retention", {"notes": "400"}, {"messages": "500"}, 'value="500"'),
        ("roster", {"order": "2"}, {"order": "1"}, 'value="1"'),
        ("notices/subjects/initial/nl", {"title": "Mijn kop"}, {"title": "Hun kop"}, 'value="Hun kop"'),
    ],
)
def test_what_somebody_else_saved_meanwhile_is_not_undone_unseen(
    lite: Team, dpo: Visitor, path: str, mine: dict[str, str], theirs: dict[str, str], stays: str
) -> None:
    """Two people have the page open: the second to save is told, what both typed is there, and a second press saves."""
    other = lite.visitor("Eva", Role.DPO)
    page = dpo.get(f"/settings/{path}")
    other.get(f"/settings/{path}")
    key = next((box.get("name") for box in page.tree.iter("input") if (box.get("name") or "").startswith("order_")), "")
    act = {"action": f"/settings/{path}"}
    saved = other.submit(**act, **{key if name == "order" else name: said for name, said in theirs.items()})
    assert saved.problems == []
    refused = dpo.submit(**act, **{key if name == "order" else name: said for name, said in mine.items()})
    assert any("Somebody changed this after you opened the page." in problem for problem in refused.problems)
    assert stays in lite.visitor("Ida", Role.DPO).get(f"/settings/{path}").html
    again = dpo.submit(**act)
    assert again.problems == []
