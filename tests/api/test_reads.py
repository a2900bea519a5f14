"""Reading by token: what the pages show, a part at a time, and what was kept is asked for again in vain."""

from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from sqlalchemy import select

from incident.domain.kernel.people import Role, Source
from incident.domain.kinds import Addressee, DecisionState, MailingChannel, Subject
from incident.store.db import db
from incident.store.models import AuditEntry, Decision, Evidence, Mailing, TimelineEntry
from incident.usecases.common.access import find_incident
from incident.usecases.notices.draft import DraftNotice, draft_notice
from incident.usecases.people.api_tokens import make_api_token
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.casework import AddTask, AddTimelineEntry, add_task, add_timeline_entry
from incident.usecases.response.restrict import Restrict, restrict
from tests.factories import PlainWriter, make_incident, make_person
from tests.promises.performance.counting import statements

LISTS = {
    **{"timeline": "entries", "tasks": "tasks", "notices": "notices", "decisions": "decisions"},
    **{"evidence": "evidence", "mailings": "mailings", "reporter": "said"},
}
PARTS = ("facts", "assessment", *LISTS)


class Machine:
    """A program with the token of somebody's account."""

    def __init__(self, app, clock, name, role):
        self.person = make_person(db.session(), name, [role], clock.now())
        self.actor = self.person.actor()
        self.token = make_api_token(db.session(), self.actor, self.person.id, "script", now=clock.now())
        db.session.commit()
        self.client = app.test_client()

    def get(self, path, **headers):
        return self.client.get(path, headers={"Authorization": f"Bearer {self.token}", **headers})

    def all(self, path, name, meanwhile=lambda: None):
        """The rows of a list, part by part, while something else is going on."""
        rows, place = [], path
        while place:
            answer = self.get(place.removeprefix("http://localhost:8000"))
            assert answer.status_code == 200, answer.json
            rows += answer.json[name]
            place = answer.json["next"]
            meanwhile()
        return rows


@pytest.fixture
def bob(api, clock):
    """A responder's program."""
    return Machine(api, clock, "Bob", Role.RESPONDER)


def case_with(machine, clock, rows):
    """An incident with so many entries, tasks and notices, a minute apart or at the same moment."""
    incident = make_incident(db.session(), machine.actor, clock.now())
    reference = incident.reference
    db.session.commit()
    for number in range(rows):
        clock.advance(seconds=number % 2)
        more(machine, clock, reference)
        proof(machine, clock, reference)
    return reference


def proof(machine, clock, reference):
    """One more decision, file, mailing and question to the reporter, as rows."""
    session, person, now = db.session(), machine.person, clock.now()
    incident = find_incident(session, reference, machine.actor).id
    whose = {"incident_id": incident, "author_id": person.id, "author_name": "Bob", "recorded_at": now}
    decided = {"subject": Subject.SUBJECTS, "act": True, "reason": "x", "fact_version": 1, "state": DecisionState.FINAL}
    kept = {"blob_sha256": "0" * 64, "filename": "log.txt", "media_type": "text/plain", "size": 1, "description": ""}
    sent = {"channel": MailingChannel.EMAIL, "letters": [], "default_language": "nl", "per_minute": 60}
    asked = {"happened_at": now, "source": Source.WEB, "kind": "asked_reporter", "text": "Who was it for?"}
    session.add_all(
        [
            Decision(id=uuid4(), **whose, **decided),
            Evidence(id=uuid4(), **whose, **kept),
            Mailing(id=uuid4(), **whose, **sent, erase_after=now),
            TimelineEntry(id=uuid4(), **whose, **asked),
        ]
    )
    session.commit()


def more(machine, clock, reference):
    """One more of each."""
    session, actor, now = db.session(), machine.actor, clock.now()
    add_timeline_entry(AddTimelineEntry(actor, reference, "Something happened", now), session=session, now=now)
    add_task(AddTask(actor, reference, "Do something"), session=session, now=now)
    command = DraftNotice(actor, reference, Addressee.CONTROLLER, recipient="Customer B.V.")
    draft_notice(command, session=session, now=now, writer=PlainWriter())
    session.commit()


def test_what_a_page_shows_of_a_case_a_token_reads_and_no_other(api, clock, bob) -> None:
    """Facts with their origin, timeline, tasks, notices and the register; whoever only reports is refused them."""
    ruth = Machine(api, clock, "Ruth", Role.REPORTER)
    reference = case_with(ruth, clock, 0)
    more(bob, clock, reference)
    base = f"/api/v1/incidents/{reference}"
    facts = bob.get(f"{base}/facts").json
    assert (facts["version"], facts["author"]) == (1, "Ruth")
    assert facts["facts"]["summary"] == "Ticket export mailed to the wrong customer"
    assert facts["origins"]["summary"]["by"] == "Ruth"
    entries = bob.get(f"{base}/timeline").json["entries"]
    assert sorted(row["kind"] for row in entries) == ["drafted", "note", "reported"]
    assert bob.get(f"{base}/tasks").json["tasks"][0]["title"] == "Do something"
    [notice] = bob.get(f"{base}/notices").json["notices"]
    assert (notice["recipient"], notice["approved"], notice["submissions"]) == ("Customer B.V.", False, [])
    [line] = bob.get("/api/v1/register").json["lines"]
    assert (line["reference"], line["reporter"], line["systems"]) == (reference, "Ruth", "")
    assert ruth.get(base).status_code == 200
    asked = [f"{base}/{part}" for part in PARTS]
    assert [ruth.get(path).status_code for path in (*asked, "/api/v1/register")] == [403] * len([*PARTS, "register"])


def test_an_assessment_tells_whose_word_each_of_its_rules_is(api, clock, bob) -> None:
    """Before the first there is none; then the proposal, what a person adopted, and each rule with its place."""
    reference = case_with(bob, clock, 0)
    path = f"/api/v1/incidents/{reference}/assessment"
    assert (bob.get(path).json["number"], bob.get(path).json["risk"]) == (0, None)
    assess_risk(AssessRisk(bob.actor, reference, {}), session=db.session(), now=clock.now())
    db.session.commit()
    told = bob.get(path).json
    assert (told["number"], told["proposed_risk"], told["risk"], told["author"]) == (1, "high", "high", "Bob")
    assert {one["basis"] for one in told["findings"]} >= {"law", "factor", "method", "house"}
    assert all("[" in one["nl"] and "[" in one["en"] and one["nl"] != one["en"] for one in told["findings"])


def test_a_restricted_incident_is_there_for_its_circle_alone_and_reading_it_is_on_record(api, clock, bob) -> None:
    """An outsider's token finds nothing by any address; an insider's read is noted once an hour, as on the pages."""
    anna, dora = Machine(api, clock, "Anna", Role.RESPONDER), Machine(api, clock, "Dora", Role.DPO)
    reference = case_with(bob, clock, 1)
    named = frozenset({anna.person.id})
    restrict(Restrict(dora.actor, reference, named, "about Bob"), session=db.session(), now=clock.now())
    db.session.commit()
    paths = [f"/api/v1/incidents/{reference}{part}" for part in ("", "/deadlines", *(f"/{one}" for one in PARTS))]
    lists = [("/api/v1/incidents", "incidents"), ("/api/v1/register", "lines")]
    since = quote((clock.now() - timedelta(days=1)).isoformat())
    for machine, inside in ((bob, False), (anna, True)):
        assert {machine.get(path).status_code for path in paths} == {200 if inside else 404}
        for path, name in lists:
            for more_asked in ("", f"?changed_since={since}"):
                assert bool(machine.get(path + more_asked).json[name]) is inside
    read = select(AuditEntry.actor).where(AuditEntry.chain == reference, AuditEntry.tag == "incident:read")
    assert list(db.session.scalars(read)) == [anna.actor.key]
    clock.advance(minutes=61)
    anna.get("/api/v1/register")
    assert list(db.session.scalars(read)) == [anna.actor.key] * 2


def test_parts_of_a_list_hold_each_row_once_whatever_comes_in_between(api, clock, bob) -> None:
    """Rows of the same moment as well; what is added behind the reader is not waited for, and nothing is skipped."""
    reference = case_with(bob, clock, 5)
    for part, name in LISTS.items():
        path = f"/api/v1/incidents/{reference}/{part}"
        before = [row["id"] for row in bob.get(f"{path}?limit=200").json[name]]
        assert len(before) >= 5
        read = bob.all(f"{path}?limit=2", name)
        assert [row["id"] for row in read] == before
    for _ in range(4):
        case_with(bob, clock, 0)

    def meanwhile():
        db.session.remove()
        clock.advance(seconds=1)
        case_with(bob, clock, 0)

    for path, name in (("/api/v1/incidents", "incidents"), ("/api/v1/register", "lines")):
        before = [row["reference"] for row in bob.get(f"{path}?limit=200").json[name]]
        read = bob.all(f"{path}?limit=2", name, meanwhile)
        assert [row["reference"] for row in read] == before


def test_letters_drafted_together_are_each_read_once(api, clock, bob) -> None:
    """People see them by their languages; a reader of parts gets them by the order of its cursor."""
    reference = case_with(bob, clock, 0)
    for language in ("sv", "fr", "en", "de", "nl"):
        command = DraftNotice(bob.actor, reference, Addressee.SUBJECTS, language=language)
        draft_notice(command, session=db.session(), now=clock.now(), writer=PlainWriter())
    db.session.commit()
    read = bob.all(f"/api/v1/incidents/{reference}/notices?limit=1", "notices")
    assert sorted(row["language"] for row in read) == ["de", "en", "fr", "nl", "sv"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("cursor=", "cursor"),
        ("cursor=bm90aGluZw", "cursor"),
        ("cursor=%C3%A9", "cursor"),
        ("cursor=WyIyMDI2LTAzLTAyVDA5OjAwOjAwWiIsIlx1MDAwMCJd", "cursor"),
        ("status=nothing", "status"),
        ("reported_from=yesterday", "reported_from"),
        ("reported_to=2026-03-02T09:00:00", "reported_to"),
        ("changed_since=0001-01-01T00:00:00%2B14:00", "changed_since"),
        ("changed_since=1", "changed_since"),
        ("page=2", "page"),
    ],
)
@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_parameter_that_means_nothing_is_400_and_named(bob, query, field) -> None:
    """It is never passed over in silence: a list that is not narrowed would be taken for one that is."""
    for path in ("/api/v1/incidents", "/api/v1/register"):
        answer = bob.get(f"{path}?{query}")
        assert (answer.status_code, answer.json["field"]) == (400, field)


def test_lists_are_narrowed_by_time_and_by_change(api, clock, bob) -> None:
    """A message that left is no change; a reporter's own incident changes for them when its state does."""
    ruth = Machine(api, clock, "Ruth", Role.REPORTER)
    first = case_with(ruth, clock, 0)
    clock.advance(hours=1)
    noon = clock.now()
    second = case_with(ruth, clock, 0)
    clock.advance(hours=1)

    def found(machine, **narrowed):
        query = "&".join(f"{name}={quote(at.isoformat())}" for name, at in narrowed.items())
        return [row["reference"] for row in machine.get(f"/api/v1/incidents?{query}").json["incidents"]]

    assert found(bob, reported_from=noon) == found(bob, changed_since=noon) == [second]
    assert found(bob, reported_to=noon) == [first]
    later = clock.now()
    add_task(AddTask(bob.actor, first, "Do something"), session=db.session(), now=later)
    db.session.commit()
    assert found(bob, changed_since=later) == [first]
    assert found(ruth, changed_since=later) == []
    assert found(ruth, changed_since=noon) == [second]


def test_what_was_kept_is_asked_for_again_in_vain_until_it_changes(api, clock, bob) -> None:
    """304 without a body, for one incident and for lists; caches between keep nothing, and errors nobody keeps."""
    reference = case_with(bob, clock, 1)
    base = f"/api/v1/incidents/{reference}"
    for path in ("/api/v1/incidents", "/api/v1/register", base, *(f"{base}/{part}" for part in ("deadlines", *PARTS))):
        first = bob.get(path)
        assert first.headers["Cache-Control"] == "private, no-cache"
        again = bob.get(path, **{"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert again.headers["Cache-Control"] == "private, no-cache"
        if path == base + "/tasks":
            more(bob, clock, reference)
            assert bob.get(path, **{"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert bob.get(base.replace("DL-", "XX-")).headers["Cache-Control"] == "no-store"


def test_a_longer_page_asks_the_database_no_more(api, clock, bob) -> None:
    """Every list takes as many statements for thirty rows as for two."""
    reference = case_with(bob, clock, 6)
    for _ in range(5):
        case_with(bob, clock, 0)
    base = f"/api/v1/incidents/{reference}"
    for path in ("/api/v1/incidents", "/api/v1/register", *(f"{base}/{part}" for part in LISTS)):
        asked = []
        for limit in (2, 200):
            bob.get(f"{path}?limit={limit}")
            db.session.remove()
            with statements(api) as found:
                assert bob.get(f"{path}?limit={limit}").status_code == 200
            asked.append(len(found))
        assert asked[0] == asked[1] <= 10, (path, asked)


def test_a_merged_or_closed_incident_is_read_like_any_other(bob, clock) -> None:
    """Reading needs no open incident, and finds it by its reference in small letters as well."""
    reference = case_with(bob, clock, 0)
    find_incident(db.session(), reference, bob.actor).closed_at = clock.now()
    db.session.commit()
    assert bob.get(f"/api/v1/incidents/{reference.lower()}").json["closed_at"]
