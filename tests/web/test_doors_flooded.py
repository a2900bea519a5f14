"""Doors under a flood and with hostile posts: limits hold, nothing is left behind, and what is true is still taken."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, event, func, select

from incident.domain.doors import DoorKind
from incident.domain.kernel.people import Role, Source
from incident.store.blobs import BlobStore
from incident.store.db import READING, db
from incident.store.models import (
    BlobRemoval,
    Evidence,
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
from incident.usecases.common.settings import SaveOrganisation, organisation_profile, save_organisation
from incident.usecases.messages.ports import Channel
from tests.factories import make_actor
from tests.web.client import Visitor
from tests.web.conftest import Team
from tests.web.doors import PNG, code_of, from_network, make_door, send, stored, use_up


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
