"""A restricted incident exists for the people named, and for the DPO; for everybody else there is none."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from uuid import UUID

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from incident.domain.kernel.errors import IllegalMove, NotAllowed
from incident.domain.kernel.people import Actor, Role
from incident.store.db import db
from incident.store.models import AuditEntry, Inbound, Incident, Person
from incident.usecases.clock.calendar_feed import make_calendar_token
from incident.usecases.common.access import visible
from incident.usecases.people.api_tokens import make_api_token
from incident.usecases.response.casework import Assign, assign
from incident.usecases.response.merge_duplicate import MergeDuplicate, merge_duplicate
from incident.usecases.response.restrict import LetIn, Restrict, let_in, restrict
from tests.factories import make_incident
from tests.web.client import PASSWORD, Page, Visitor
from tests.web.conftest import Team
from tests.web.test_access import address

SECRET = "Zweeds dossier over collega"
ROLES = {
    "Femke": Role.DPO,
    "Anna": Role.RESPONDER,
    "Sara": Role.SECOND,
    "Bob": Role.RESPONDER,
    "Tom": Role.SECOND,
    "Audrey": Role.AUDITOR,
    "Ada": Role.ADMIN,
    "Rita": Role.REPORTER,
}
INSIDERS = frozenset({"Femke", "Anna", "Sara"})
OUTSIDERS = sorted(ROLES.keys() - INSIDERS)


class People(dict[str, Visitor]):
    """Everybody's browser, signed in once it is needed."""

    def __init__(self, team: Team, emails: dict[str, str]) -> None:
        super().__init__()
        self._team, self.emails = team, emails

    def __missing__(self, name: str) -> Visitor:
        self[name] = visitor = Visitor(self._team.app)
        assert visitor.sign_in(self.emails[name]).status == 200
        return visitor


@dataclass
class Cast:
    """Rita reported it, Anna has it, Anna and Sara are named, Femke is the DPO."""

    team: Team
    reference: str
    people: People
    actors: dict[str, Actor]


@pytest.fixture
def cast(lite: Team) -> Cast:
    """One restricted incident, and one of each kind of person."""
    people = People(lite, {name: lite.account(name, role) for name, role in ROLES.items()})
    with lite.app.app_context():
        session, now = db.session(), lite.clock.now()
        actors = {row.name: row.actor() for row in session.scalars(select(Person)) if row.name in ROLES}
        incident = make_incident(session, actors["Rita"], now, summary=SECRET)
        assign(Assign(actors["Femke"], incident.id, actors["Anna"].id), session=session, now=now)
        named = frozenset({ident(actors["Sara"])})
        restrict(Restrict(actors["Anna"], incident.id, named, "About a colleague"), session=session, now=now)
        session.commit()
        return Cast(lite, incident.reference, people, actors)


def send(visitor: Visitor, path: str, **data: object) -> TestResponse:
    """A form that stood on no page, with the token of this browser."""
    if "HTTP_X_CSRFTOKEN" not in visitor.client.environ_base:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', visitor.get("/account").html)
        assert found is not None
        visitor.client.environ_base["HTTP_X_CSRFTOKEN"] = found[1]
    return visitor.client.post(path, data=data)


def ident(actor: Actor) -> UUID:
    """The account's id."""
    assert actor.id is not None
    return actor.id


def test_for_everybody_else_it_is_as_if_there_were_none(
    cast: Cast, record_property: Callable[[str, object], None]
) -> None:
    """No page and no act of the incident opens for an outsider; pages without a reference do not name it either.

    Nothing that an outsider sends leaves a trace in the incident.
    """
    rules = [rule for rule in cast.team.app.url_map.iter_rules() if not rule.rule.startswith("/api/")]
    before, cells = chain(cast), 0
    for rule in rules:
        methods = {"GET", "POST"} & (rule.methods or set()) if "<reference>" in rule.rule else set()
        place = address(rule.rule).replace("DL-2026-0001-9", cast.reference)
        for method, name in product(sorted(methods), OUTSIDERS):
            visitor = cast.people[name]
            answer = visitor.client.get(place) if method == "GET" else send(visitor, place)
            assert answer.status_code in ((404,) if method == "GET" else (302, 403, 404, 409)), (place, method, name)
            assert SECRET not in answer.text, (place, method, name)
            cells += 1
    assert chain(cast) == before
    for rule, name in product(rules, OUTSIDERS):
        if rule.arguments or "GET" not in (rule.methods or ()):
            continue
        shown = cast.people[name].client.get(rule.rule).get_data()
        assert cast.reference.encode() not in shown, (rule.rule, name)
        assert SECRET.encode() not in shown, (rule.rule, name)
        cells += 1
    assert all(cast.people[name].get("/account").path == "/account" for name in OUTSIDERS)
    assert cells >= 560, cells
    record_property("cells", cells)


def chain(cast: Cast, tag: str = "%") -> list[str]:
    """Who did this in the incident, in the order of its chain."""
    query = select(AuditEntry.actor).where(AuditEntry.chain == cast.reference, AuditEntry.tag.like(tag))
    with cast.team.app.app_context():
        return list(db.session.scalars(query.order_by(AuditEntry.seq)))


def test_those_who_are_named_see_every_page_of_it(cast: Cast) -> None:
    """What their role opens, opens; the list, the register and the search find it."""
    for name in sorted(INSIDERS):
        visitor = cast.people[name]
        assert SECRET in visitor.get("/").text
        assert cast.reference in visitor.get(f"/register?text={SECRET.split()[0]}").html
        for part in ("", "/facts", "/risk", "/decisions", "/notices", "/timeline", "/tasks", "/evidence", "/record"):
            assert SECRET in visitor.get(f"/incidents/{cast.reference}{part}").text
    assert "One more incident of this period is restricted" in cast.people["Bob"].get("/insight").text
    assert "One more incident" not in cast.people["Anna"].get("/insight").text


def tries(cast: Cast) -> int:
    """How often somebody tried to let somebody in."""
    with cast.team.app.app_context():
        query = select(AuditEntry.seq).where(AuditEntry.tag == "incident:let_in_tried")
        return len(db.session.scalars(query).all())


def test_whoever_goes_through_references_is_stopped(cast: Cast) -> None:
    """Ten tries an hour, right or wrong: then the right reference, too, lets nobody in."""
    ada, bob = cast.people["Ada"], str(cast.actors["Bob"].id)
    for number in range(10):
        send(ada, "/powers/let-in", reference=f"DL-2026-0{700 + number}-5", person=bob, reason="x")
    before = circle(cast)
    stopped = send(ada, "/powers/let-in", reference=cast.reference, person=bob, reason="x")
    assert "You have tried this often within an hour." in stopped.text
    assert circle(cast) == before
    cast.team.clock.advance(minutes=61)
    send(ada, "/powers/let-in", reference=cast.reference, person=bob, reason="x", proof_password=PASSWORD)
    assert bob in circle(cast)


def test_what_was_merged_is_restricted_together(cast: Cast) -> None:
    """A duplicate tells of the same: nobody outside reads it, whoever is let in reads both, and the end is for both."""
    bob, tom = cast.actors["Bob"], cast.actors["Tom"]
    with cast.team.app.app_context():
        session, now = db.session(), cast.team.clock.now()
        main = session.scalars(select(Incident).where(Incident.reference == cast.reference)).one()
        copies = [make_incident(session, cast.actors["Femke"], now) for _ in range(2)]
        copies[0].duplicate_of_id, copies[1].duplicate_of_id = main.id, copies[0].id
        keys = [main.id, *(copy.id for copy in copies)]
        named = frozenset({ident(cast.actors["Anna"])})
        restrict(Restrict(cast.actors["Anna"], main.id, named, "x"), session=session, now=now)
        assert [can_read(session, key, tom) for key in keys] == [False] * 3
        let_in(LetIn(cast.actors["Ada"], copies[1].reference, bob.id, "x"), session=session, now=now)
        assert [can_read(session, key, bob) for key in keys] == [True] * 3
        with pytest.raises(NotAllowed):
            restrict(Restrict(bob, copies[0].id, None, "x"), session=session, now=now)
        copies[0].assignee_id = bob.id
        with pytest.raises(NotAllowed):
            restrict(Restrict(bob, copies[0].id, None, "x"), session=session, now=now)
        restrict(Restrict(cast.actors["Femke"], copies[1].id, None, "x"), session=session, now=now)
        assert [can_read(session, key, tom) for key in keys] == [True] * 3
        for copy in copies:
            tags = session.scalars(select(AuditEntry.tag).where(AuditEntry.chain == copy.reference)).all()
            assert {"incident:restricted", "incident:let_in", "incident:unrestricted"} <= set(tags)


def test_a_report_of_somebody_who_reads_only_that_can_be_merged_and_restricted_again(cast: Cast) -> None:
    """Rita is named in the incident that goes on; in another report she could not be, and she sees none but her own."""
    femke, anna, rita = cast.actors["Femke"], cast.actors["Anna"], cast.actors["Rita"]
    with cast.team.app.app_context():
        session, now = db.session(), cast.team.clock.now()
        main = session.scalars(select(Incident).where(Incident.reference == cast.reference)).one()
        copy = make_incident(session, anna, now)
        named = frozenset({ident(anna), ident(cast.actors["Sara"])})
        restrict(Restrict(femke, main.id, named | {ident(rita)}, "x"), session=session, now=now)
        restrict(Restrict(femke, copy.id, frozenset({ident(anna)}), "x"), session=session, now=now)
        merge = MergeDuplicate(femke, copy.id, cast.reference, "The same")
        with pytest.raises(IllegalMove):
            merge_duplicate(merge, session=session, now=now)
        restrict(Restrict(femke, copy.id, named, "x"), session=session, now=now)
        merge_duplicate(merge, session=session, now=now)
        restrict(Restrict(femke, main.id, frozenset({ident(anna), ident(rita)}), "x"), session=session, now=now)
        assert [can_read(session, one.id, rita) for one in (main, copy)] == [True, False]
        assert [can_read(session, one.id, cast.actors["Sara"]) for one in (main, copy)] == [False, False]


def can_read(session: Session, incident: UUID, actor: Actor) -> bool:
    """Whether it exists for this person."""
    return bool(session.scalars(select(Incident.id).where(Incident.id == incident, *visible(actor))).all())


def test_the_last_who_could_work_on_it_cannot_go_before_somebody_else_is_let_in(cast: Cast) -> None:
    """Neither by a closed account nor by another role; the sentence says which incident, and what to do first."""
    ada, team = cast.people["Ada"], cast.team
    femke, anna, bob = (ident(cast.actors[name]) for name in ("Femke", "Anna", "Bob"))
    change(ada, femke, roles=["dpo"], active="")
    for fields in ({"roles": ["responder"], "active": ""}, {"roles": ["auditor"], "active": "y"}):
        refused = change(ada, anna, **fields)
        assert refused.problems == [
            f"Nobody else who may know of {cast.reference} could work on it. "
            'Let somebody in first, on the page "Approve roles and access".'
        ]
    with team.app.app_context():
        assert db.session.get_one(Person, anna).active
        assert [role.name for role in db.session.get_one(Person, anna).roles] == ["responder"]
    ada.get("/powers")
    ada.submit("/let-in", reference=cast.reference, person=str(bob), reason="Anna leaves the company")
    assert not change(ada, anna, roles=["responder"], active="").problems


def change(visitor: Visitor, person: UUID, **fields: object) -> Page:
    """Change somebody's account on its page."""
    visitor.get(f"/people/{person}")
    return visitor.submit(f"/people/{person}", **fields)


def test_whoever_can_let_in_sees_which_have_nobody_there(cast: Cast) -> None:
    """Everybody inside is away: the administrator's page names the reference and nothing else of it."""
    ada = cast.people["Ada"]
    assert cast.reference not in ada.get("/powers").text
    with cast.team.app.app_context():
        for name in ("Femke", "Anna"):
            db.session.get_one(Person, ident(cast.actors[name])).away_from = cast.team.clock.now()
        db.session.commit()
    page = ada.get("/powers").text
    assert f"Nobody who may know of it is there to act: {cast.reference}." in page
    assert SECRET not in page
    assert cast.reference not in cast.people["Tom"].get("/powers").text


def test_the_api_and_the_calendar_follow_the_same_rule(
    cast: Cast, record_property: Callable[[str, object], None]
) -> None:
    """Token by token: list, incident, deadlines, timeline, calendar."""
    tokens, feeds = {}, {}
    with cast.team.app.app_context():
        session, now = db.session(), cast.team.clock.now()
        for name, actor in cast.actors.items():
            tokens[name] = make_api_token(session, actor, ident(actor), "script", now=now)
            feeds[name] = make_calendar_token(session, session.get_one(Person, actor.id), actor, now)
        session.commit()
    client, base = cast.team.app.test_client(), "/api/v1/incidents"
    cells = 0
    for name, token in tokens.items():
        headers, inside = {"Authorization": f"Bearer {token}"}, name in INSIDERS
        listed = [row["reference"] for row in client.get(base, headers=headers).json["incidents"]]
        assert (cast.reference in listed) is inside, name
        for part in ("", "/deadlines"):
            status = client.get(f"{base}/{cast.reference}{part}", headers=headers).status_code
            assert status == (200 if inside else 404), (name, part)
        note = client.post(f"{base}/{cast.reference}/timeline", json={"text": "x"}, headers=headers)
        assert note.status_code == (404 if not inside else 403 if name == "Sara" else 201), name
        assert (cast.reference in client.get(f"/calendar/{feeds[name]}.ics").text) is inside, name
        cells += 5
    assert cells == 40
    record_property("cells", cells)


def test_every_reading_is_on_record_once_an_hour(cast: Cast) -> None:
    """Who read it when stands in its own chain; when it cannot be written, nothing is shown."""

    def reads() -> list[str]:
        return chain(cast, "incident:read")

    before = len(reads())
    for _ in range(3):
        cast.people["Sara"].get(f"/incidents/{cast.reference}/facts")
    assert reads()[before:] == [cast.actors["Sara"].key]
    assert "Sara read the restricted case" in cast.people["Femke"].get(f"/incidents/{cast.reference}/record").text
    cast.team.clock.advance(hours=1)
    cast.people["Sara"].get(f"/incidents/{cast.reference}")
    assert reads()[-1] == cast.actors["Sara"].key
    assert len(reads()) == before + 3


@pytest.mark.parametrize(
    "path",
    ["/", "/board/rows", "/register", "/register.csv", "/register.json", "/register.xlsx", "/register.pdf"],
)
def test_a_list_that_says_what_happened_is_a_reading(cast: Cast, path: str) -> None:
    """Who only looks at the overview, the register or a file of it has read what stands there; outsiders have not."""
    femke = cast.people["Femke"]
    before = readings_until_now(cast)
    answer = femke.client.get(path)
    assert answer.status_code == 200, answer.status_code
    answer.get_data()
    assert chain(cast, "incident:read")[before:] == [cast.actors["Femke"].key]
    cast.people["Audrey"].client.get(path).get_data()
    assert cast.actors["Audrey"].key not in chain(cast, "incident:read")


def test_a_person_looked_for_in_it_is_a_reading(cast: Cast) -> None:
    """Whoever finds somebody's data in a restricted incident has been shown a part of it."""
    femke = cast.people["Femke"]
    before = readings_until_now(cast)
    assert SECRET in send(femke, "/settings/retention/person", who="Zweeds dossier").text
    assert chain(cast, "incident:read")[before:] == [cast.actors["Femke"].key]


def readings_until_now(cast: Cast) -> int:
    """How many are on record; the next ones count as those of another hour."""
    with cast.team.app.app_context():
        db.session.execute(delete(Inbound).where(Inbound.key.like("read:%")))
        db.session.commit()
    return len(chain(cast, "incident:read"))


def test_without_the_record_of_the_reading_nothing_is_shown(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is held back where it cannot be put on record who saw it."""

    def away(*args: object, **more: object) -> None:
        raise OperationalError("away", None, Exception("away"))

    sara = cast.people["Sara"]
    monkeypatch.setattr("incident.web.restricted_reads.record_reads", away)
    answer = sara.client.get(f"/incidents/{cast.reference}")
    assert answer.status_code == 503
    assert SECRET not in answer.text


def test_whoever_has_it_says_who_may_know_and_nobody_else(cast: Cast) -> None:
    """The owner and the DPO do, by the page; a named colleague who has it not does not. Why stays on the timeline."""
    page = cast.people["Anna"].get(f"/incidents/{cast.reference}/restrict")
    assert "Every reading is on record" in page.text
    bob, sara = str(cast.actors["Bob"].id), str(cast.actors["Sara"].id)
    refused = cast.people["Anna"].submit("/restrict", people=[bob, sara], reason="")
    assert refused.problems == ["Write why."]
    cast.people["Anna"].submit("/restrict", people=[bob], reason="Bob takes over the mail server")
    cast.people["Bob"].get(f"/incidents/{cast.reference}")
    cast.people["Sara"].get(f"/incidents/{cast.reference}", status=404)
    assert "Bob takes over" in cast.people["Bob"].get(f"/incidents/{cast.reference}/timeline").text
    answer = send(cast.people["Bob"], f"/incidents/{cast.reference}/restrict", people=[sara], reason="x")
    assert "says who may know of it" in answer.text
    cast.people["Sara"].get(f"/incidents/{cast.reference}", status=404)
    cast.people["Femke"].get(f"/incidents/{cast.reference}/restrict")
    cast.people["Femke"].submit("/restrict/lift", **{"lift__reason": "It is public now"})
    cast.people["Tom"].get(f"/incidents/{cast.reference}")


def circle(cast: Cast) -> list[str]:
    """Who may know of it, as stored."""
    with cast.team.app.app_context():
        return list(db.session.scalars(select(Incident.circle).where(Incident.reference == cast.reference)).one() or ())


def owner(cast: Cast) -> UUID | None:
    """Who has it."""
    with cast.team.app.app_context():
        return db.session.scalars(select(Incident.assignee_id).where(Incident.reference == cast.reference)).one()


def test_nobody_named_takes_it_over(cast: Cast) -> None:
    """Bob is named to help: he cannot give it to himself, and so neither lock Anna out nor end the restriction."""
    sara, bob, anna = (str(cast.actors[name].id) for name in ("Sara", "Bob", "Anna"))
    cast.people["Anna"].get(f"/incidents/{cast.reference}/restrict")
    cast.people["Anna"].submit("/restrict", people=[bob, sara], reason="Bob helps")
    before = circle(cast)
    assert not cast.people["Bob"].get(f"/incidents/{cast.reference}").tree.findall(".//select[@id='assignee']")
    refused = send(cast.people["Bob"], f"/incidents/{cast.reference}/assign", person=bob)
    assert "whoever has it, gives it away" in refused.text
    assert not cast.people["Bob"].get(f"/incidents/{cast.reference}").tree.findall(".//select[@id='part']")
    refused = send(cast.people["Bob"], f"/incidents/{cast.reference}/assign", part="it", person=bob)
    assert "whoever has it, gives it away" in refused.text
    assert cast.people["Anna"].get(f"/incidents/{cast.reference}").tree.findall(".//select[@id='part']")
    send(cast.people["Bob"], f"/incidents/{cast.reference}/restrict", people=[bob], reason="x")
    send(cast.people["Bob"], f"/incidents/{cast.reference}/restrict/lift", **{"lift-reason": "x"})
    assert (owner(cast), circle(cast)) == (ident(cast.actors["Anna"]), before)
    send(cast.people["Anna"], f"/incidents/{cast.reference}/assign", person=bob)
    assert str(owner(cast)) == bob
    send(cast.people["Femke"], f"/incidents/{cast.reference}/assign", person=anna)
    assert str(owner(cast)) == anna


def test_whoever_was_let_in_never_decides_who_may_know(cast: Cast) -> None:
    """Mallory let themselves in; even with the incident given to them they lock nobody out, until they are named."""
    cast.people.emails["Mallory"] = cast.team.account("Mallory", Role.ADMIN, Role.RESPONDER)
    with cast.team.app.app_context():
        mallory = str(db.session.scalars(select(Person.id).where(Person.name == "Mallory")).one())
    visitor = cast.people["Mallory"]
    send(visitor, "/powers/let-in", reference=cast.reference, person=mallory, reason="x")
    assert mallory in circle(cast)
    send(visitor, f"/incidents/{cast.reference}/assign", person=mallory)
    assert owner(cast) == ident(cast.actors["Anna"])
    send(cast.people["Anna"], f"/incidents/{cast.reference}/assign", person=mallory)
    assert str(owner(cast)) == mallory
    refused = send(visitor, f"/incidents/{cast.reference}/restrict", people=[mallory], reason="x")
    assert "says who may know of it" in refused.text
    send(visitor, f"/incidents/{cast.reference}/restrict/lift", **{"lift-reason": "x"})
    assert str(cast.actors["Sara"].id) in circle(cast)
    send(cast.people["Femke"], f"/incidents/{cast.reference}/restrict", people=[mallory], reason="Named now")
    send(visitor, f"/incidents/{cast.reference}/restrict/lift", **{"lift-reason": "It is public"})
    assert circle(cast) == []


def test_letting_in_somebody_who_is_named_takes_nothing_from_them(cast: Cast) -> None:
    """Ada lets Anna in, who has it and is named: Anna still says who may know of it."""
    anna = str(cast.actors["Anna"].id)
    send(cast.people["Ada"], "/powers/let-in", reference=cast.reference, person=anna, reason="x")
    send(cast.people["Anna"], f"/incidents/{cast.reference}/restrict", people=[anna], reason="Nobody else")
    assert circle(cast) == [anna]


def test_who_may_know_and_who_has_it_ask_once_more_who_it_is(cast: Cast) -> None:
    """A browser that was left open widens no circle and gives no restricted incident away; others it still assigns."""
    anna, sara, tom = (str(cast.actors[name].id) for name in ("Anna", "Sara", "Tom"))
    visitor = cast.people["Anna"]
    with cast.team.app.app_context():
        plain = make_incident(db.session(), cast.actors["Femke"], cast.team.clock.now()).reference
        db.session.commit()
    cast.team.clock.advance(hours=5)
    before = circle(cast)
    asked = send(visitor, f"/incidents/{cast.reference}/restrict", people=[anna, sara, tom], reason="x")
    assert (asked.status_code, "proof_password" in asked.text) == (403, True)
    asked = send(visitor, f"/incidents/{cast.reference}/assign", person="")
    assert (asked.status_code, "proof_password" in asked.text) == (403, True)
    assert (owner(cast), circle(cast)) == (ident(cast.actors["Anna"]), before)
    assert send(visitor, f"/incidents/{plain}/assign", person=anna).status_code == 302


def test_nobody_with_work_in_it_is_left_out_and_nobody_left_out_gets_work(cast: Cast) -> None:
    """Else a measure, or the incident itself, would lie with somebody for whom it does not exist."""
    anna, bob = cast.actors["Anna"], cast.actors["Bob"]
    page = cast.people["Femke"]
    page.get(f"/incidents/{cast.reference}/restrict")
    refused = page.submit("/restrict", people=[str(bob.id)], reason="x")
    assert refused.problems == ["Tick Anna too, or give the work to others first."]
    refused_text = send(page, f"/incidents/{cast.reference}/assign", person=str(bob.id)).text
    assert "This incident is restricted" in refused_text
    with cast.team.app.app_context():
        assert db.session.scalars(select(Incident.assignee_id)).one() == anna.id


def test_the_glass_is_broken_in_sight_of_everybody_concerned(cast: Cast) -> None:
    """An administrator lets a colleague in without seeing anything; those named and the DPO are told, and why stays."""
    ada, bob = cast.people["Ada"], cast.actors["Bob"]
    page = ada.get("/powers")
    assert "Let somebody in to a restricted incident" in page.text
    before = tries(cast)
    nobody = [ada.submit("/let-in", reference=one, person="", reason="x") for one in (cast.reference, "DL-2026-0777-5")]
    assert [one.problems for one in nobody] == [["Choose people who may read incidents."]] * 2
    wrong = ada.submit("/let-in", reference="DL-2026-0777-5", person=str(bob.id), reason="x")
    assert wrong.problems == ["No incident with this reference is restricted."]
    assert tries(cast) == before + 3, "what came to nothing is on record"
    ada.get("/powers")
    done = ada.submit("/let-in", reference=cast.reference, person=str(bob.id), reason="Anna is in hospital")
    assert SECRET not in done.text
    ada.get(f"/incidents/{cast.reference}", status=404)
    timeline = cast.people["Bob"].get(f"/incidents/{cast.reference}/timeline").text
    assert "Anna, Sara: About a colleague" in timeline
    assert "Bob: Anna is in hospital" in timeline
    log = cast.people["Femke"].get(f"/incidents/{cast.reference}/record").text
    assert "Anna restricted the case to: Anna, Sara" in log
    assert "Ada let Bob in" in log
    assert send(cast.people["Bob"], "/powers/let-in", reference=cast.reference).status_code == 403
