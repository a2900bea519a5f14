"""Sixty-five ways to alter the record behind the product's back, by the owner of the database and of the blob folder.

Whoever alters rows, files or the log is found and named. Whoever alters all of them together, so that an honest
installation could have made the result, is found by a checkpoint that was kept outside; without one nothing inside can
tell, and exactly those kinds remain.
"""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

from incident.domain.kernel.people import Role
from incident.store.blobs import KIND
from incident.store.places import Folder
from incident.store.proof.note import Signer
from incident.store.stream import sealed
from incident.store.tree import make_checkpoint
from incident.store.verify import Outside, Problem, verify
from incident.store.verify.findings import LABELS, SENTENCES
from tests.conftest import START
from tests.factories import make_actor, make_incident
from tests.promises.tampered import SIGNER, House, build, disarm, forge, remove_incident, resign

_HOUSES: dict[str, House] = {}
ALTERED = {
    "incident": (
        "summary = 'Nothing'",
        "reporter_name = 'Nobody'",
        "risk = 'unlikely'",
        "status = 'closed'",
        "aware_at = '2026-03-05 09:00:00'",
        "due_at = NULL",
        "lessons = 'None'",
    ),
    "fact_sheet": ("facts = '{}'", "origins = '{}'", "reason = 'x'", "author_name = 'Nobody'", "sha256 = 'x'"),
    "assessment": ("answers = '{}'", "risk = 'unlikely'", "deviation_reason = 'x'"),
    "decision": (
        "act = NOT act",
        "reason = 'x'",
        "author_name = 'Nobody'",
        "second_name = 'Second'",
        "recorded_at = '2026-03-01 09:00:00'",
    ),
    "deadline": (
        "due_at = '2027-01-01 00:00:00'",
        "state = 'waived'",
        "met_at = '2026-03-02 09:00:00'",
        "delay_reason = 'x'",
    ),
    "exercise": ("started_name = 'Nobody'", "people = '[]'", "ended_at = '2026-03-02 09:00:00'"),
    "exercise_inject": ("due_at = '2027-01-01 00:00:00'", "delivered = NOT delivered"),
    "timeline_entry": ("text = 'x'", "happened_at = '2026-01-01 00:00:00'", "author_name = 'Nobody'"),
    "task": ("title = 'x'", "done_at = '2026-03-02 09:00:00'"),
    "notice": ("withdrawn_reason = 'x'", "language = 'en'"),
    "notice_version": ("body = 'x'", "title = 'x'", "form = '{}'", "body_sha256 = 'x'"),
    "approval": ("author_name = 'Nobody'", "void_because = 'x'", "single_officer_reason = 'x'"),
    "submission": ("submitted_at = '2026-03-01 09:00:00'", "reference = 'AP-2'", "late = NOT late", "by_name = 'x'"),
    "evidence": ("filename = 'x.txt'", "description = 'x'", "size = 1"),
    "mailing": ("started_name = 'Nobody'", "per_minute = 9", "recipients_sha256 = 'x'"),
    "person": ("password = 'x'", "email = 'x@example.org'", "active = NOT active"),
    "setting_version": ("document = '{}'",),
    "token": ("label = 'x'", "revoked_at = '2026-03-02 09:00:00'"),
}
ROWS = [(table, change) for table, changes in ALTERED.items() for change in changes]
GONE = ("assessment", "decision", "timeline_entry", "task", "approval", "token", "setting_version")
OTHER = {
    "a role given": (
        "INSERT INTO person_roles SELECT person.id, role.id FROM person, role WHERE role.name = 'second'",
        Problem.ROW_ALTERED,
    ),
    "a person of the list gone": (
        "DELETE FROM mailing_recipient WHERE row = (SELECT min(row) FROM mailing_recipient)",
        Problem.LIST_ALTERED,
    ),
    "a person of the list exchanged": (
        "UPDATE mailing_recipient SET fingerprint = 'x' WHERE row = (SELECT min(row) FROM mailing_recipient)",
        Problem.LIST_ALTERED,
    ),
    "a message not sent": ("UPDATE outbox SET outcome = 'failed' WHERE outcome = 'sent'", Problem.MESSAGE_GONE),
    "a message gone": ("DELETE FROM outbox WHERE outcome = 'sent'", Problem.MESSAGE_GONE),
    "an entry altered": ("UPDATE audit_entry SET actor = 'x' WHERE seq = 2", Problem.ENTRY_ALTERED),
    "an entry's details altered": ("UPDATE audit_entry SET details = '{}' WHERE seq = 2", Problem.ENTRY_ALTERED),
    "an entry's time altered": (
        "UPDATE audit_entry SET at = '2026-01-01 00:00:00' WHERE seq = 2",
        Problem.ENTRY_ALTERED,
    ),
    "an entry's content emptied": ("UPDATE audit_entry SET content = '{}' WHERE seq = 1", Problem.ENTRY_ALTERED),
    "an entry gone": ("DELETE FROM audit_entry WHERE seq = 2", Problem.ENTRY_MISSING),
    "the last entries gone": ("DELETE FROM audit_entry WHERE seq > 5", Problem.LOG_CUT),
    "a whole log gone": ("DELETE FROM audit_entry WHERE chain <> 'system'", Problem.ROW_UNKNOWN),
    "an end of a log gone": ("DELETE FROM audit_head WHERE chain <> 'system'", Problem.LOG_CUT),
    "an end of a log altered": ("UPDATE audit_head SET hash = 'x'", Problem.LOG_CUT),
    "a leaf altered": ("UPDATE tree_leaf SET hash = 'x' WHERE number = 0", Problem.LEAF_ALTERED),
    "a leaf gone": ("DELETE FROM tree_leaf WHERE number = 1", Problem.LEAF_GONE),
    "a checkpoint gone": (
        "DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)",
        Problem.CHECKPOINT_GONE,
    ),
    "a checkpoint's root altered": ("UPDATE checkpoint SET root = 'x'", Problem.CHECKPOINT_ALTERED),
    "a checkpoint's note altered": (
        "UPDATE checkpoint SET note = replace(note, '2026', '2027')",
        Problem.CHECKPOINT_UNSIGNED,
    ),
}
FORGED = {
    "a decision reversed": "UPDATE decision SET act = NOT act, reason = 'No risk'",
    "facts rewritten": "UPDATE fact_sheet SET facts = '{}'",
    "the text of a notice rewritten": "UPDATE notice_version SET body = 'x', title = 'x'",
    "a submission earlier": "UPDATE submission SET submitted_at = '2026-03-01 09:00:00'",
    "an approval by somebody else": "UPDATE approval SET author_name = 'Nobody'",
    "a deadline moved": "UPDATE deadline SET due_at = '2027-01-01 00:00:00'",
    "the timeline rewritten": "UPDATE timeline_entry SET text = 'x'",
    "a timeline entry gone": "DELETE FROM timeline_entry WHERE text = 'Called the controller'",
    "the last entries of the log gone": "DELETE FROM audit_entry WHERE seq > 5 AND tag <> 'message:sent'",
    "an account taken over": "UPDATE person SET password = 'x'",
}


@pytest.fixture
def house(databases, dialect, tmp_path_factory) -> Iterator[House]:
    """The house of this kind of database; whatever a test does to it is undone."""
    if dialect not in _HOUSES:
        try:
            url = databases.get(dialect).migrated()
        except RuntimeError as problem:
            pytest.skip(str(problem))
        _HOUSES[dialect] = build(url, Path(tmp_path_factory.mktemp("blobs")))
    found = _HOUSES[dialect]
    yield found
    found.session.rollback()


def tamper(house: House, statement: str) -> None:
    disarm(house.session)
    assert house.session.execute(text(statement)).rowcount > 0


def found(house: House, *, outside: bool = False) -> set[tuple[Problem, str]]:
    return {(finding.problem, finding.table) for finding in house.verify(outside=outside).findings}


def test_an_honest_record_is_whole(house) -> None:
    """Nothing is found where nothing was done, with and without the checkpoints outside."""
    report = house.verify(outside=True)
    assert report.findings == []
    assert report.checkpoints == report.outside == 2
    assert report.rows > 20


@pytest.mark.parametrize(("table", "change"), ROWS, ids=[f"{table}: {change}" for table, change in ROWS])
def test_an_altered_row_is_named(house, table, change) -> None:
    """By its kind, and by the entry that had put it on record."""
    tamper(house, f"UPDATE {table} SET {change}")
    assert (Problem.ROW_ALTERED, table) in found(house)


@pytest.mark.parametrize("table", GONE)
def test_a_row_that_is_gone_is_named(house, table) -> None:
    """The log speaks of it still."""
    tamper(house, f"DELETE FROM {table}")
    assert (Problem.ROW_GONE, table) in found(house)


@pytest.mark.parametrize("kind", OTHER)
def test_an_altered_log_list_message_or_checkpoint_is_named(house, kind) -> None:
    """Each by its own sentence."""
    statement, problem = OTHER[kind]
    tamper(house, statement)
    assert problem in {one for one, _ in found(house)}


def test_an_invented_row_is_named(house) -> None:
    """No entry of the log speaks of it."""
    columns = "incident_id, happened_at, source, kind, text, author_name, recorded_at, salt"
    key = "lower(hex(randomblob(16)))" if house.session.get_bind().dialect.name == "sqlite" else "gen_random_uuid()"
    invented = f"SELECT {key}, {columns} FROM timeline_entry WHERE text = 'Called the controller'"
    tamper(house, f"INSERT INTO timeline_entry (id, {columns}) {invented}")
    assert (Problem.ROW_UNKNOWN, "timeline_entry") in found(house)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, Problem.FILE_GONE),
        (b"Received: from!", Problem.FILE_ALTERED),
        (b"", Problem.FILE_ALTERED),
        (b"".join(sealed([b"Received: from"], bytes(32), KIND, b"another key")), Problem.FILE_LOCKED),
    ],
)
def test_a_file_that_is_gone_or_another_is_named(house, content, problem) -> None:
    """An evidence file one byte longer, emptied, sealed with another key, or removed from the folder."""
    assert isinstance(house.blobs.place, Folder)
    digest = sha256(b"Received: from").hexdigest()
    path = house.blobs.place.folder / digest[:2] / digest
    kept = path.read_bytes()
    try:
        path.unlink() if content is None else path.write_bytes(content)
        assert (problem, "evidence") in found(house)
    finally:
        path.write_bytes(kept)


def test_a_whole_incident_that_is_gone_is_missed_by_its_number(house) -> None:
    """Rows, log and end of the log of the newest incident are gone; its number was given out."""
    disarm(house.session)
    remove_incident(house.session, house.newer)
    assert (Problem.INCIDENT_GONE, "") in found(house)


@pytest.mark.parametrize("kind", FORGED)
def test_what_was_forged_throughout_is_found_by_a_checkpoint_from_outside_and_only_by_it(house, kind) -> None:
    """Rows, log and checkpoints fit each other again: only what left the house can tell, and it names the case."""
    tamper(house, FORGED[kind])
    forge(house.session)
    assert found(house) == set()
    findings = house.verify(outside=True).findings
    assert Problem.OUTSIDE_LONGER in {finding.problem for finding in findings}
    named = {finding.chain for finding in findings if finding.problem is Problem.OUTSIDE_ENTRY}
    assert named & {house.case, "system"}


def test_an_incident_that_never_was_is_found_by_a_checkpoint_from_outside_and_only_by_it(house) -> None:
    """The newest incident is gone with its log and its number."""
    disarm(house.session)
    remove_incident(house.session, house.newer)
    house.session.execute(text("UPDATE reference_counter SET last = last - 1"))
    forge(house.session)
    assert found(house) == set()
    findings = house.verify(outside=True).findings
    assert house.newer in {finding.chain for finding in findings if finding.problem is Problem.OUTSIDE_ENTRY}


def test_forged_checkpoints_are_not_signed_by_us(house) -> None:
    """The key that signs is sealed: who forges the tree as well signs with another one."""
    tamper(house, FORGED["a decision reversed"])
    forge(house.session)
    resign(house.session, Signer(bytes(32)), START)
    assert Problem.CHECKPOINT_UNSIGNED in {problem for problem, _ in found(house)}
    assert Problem.OUTSIDE_OTHER in {problem for problem, _ in found(house, outside=True)}


def test_an_older_copy_of_the_whole_database_is_found_by_a_checkpoint_from_outside_and_only_by_it(house) -> None:
    """What happened since the copy has left the house."""
    actor = make_actor(house.session, "Late", [Role.RESPONDER], START)
    make_incident(house.session, actor, START + timedelta(days=1))
    kept = Outside("kept", make_checkpoint(house.session, SIGNER, START + timedelta(days=1)).note)
    house.session.rollback()
    assert found(house) == set()
    report = verify(house.session, house.blobs, SIGNER.public, [kept])
    assert [finding.problem for finding in report.findings] == [Problem.OUTSIDE_LONGER]


def test_a_checkpoint_of_somebody_else_is_no_proof(house) -> None:
    """One byte of the kept note is another one."""
    note = house.outside[0].note.replace("2026", "2025")
    report = verify(house.session, house.blobs, SIGNER.public, [Outside("kept", note)])
    assert [finding.problem for finding in report.findings] == [Problem.OUTSIDE_UNSIGNED]


def test_there_are_at_least_sixty_kinds_and_each_problem_has_words() -> None:
    """The count that was promised, and a sentence for whatever can be found."""
    assert len(ROWS) + len(GONE) + len(OTHER) + len(FORGED) + 8 >= 60
    assert set(SENTENCES) == set(Problem)
    assert set(ALTERED) <= set(LABELS)
