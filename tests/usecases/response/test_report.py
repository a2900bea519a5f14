"""The first word about a breach: what is taken, what is refused, and what starts to run."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from incident.domain.kernel.errors import Invalid, NotAllowed, NotFound
from incident.domain.kernel.events import Status
from incident.domain.kernel.reference import parse_reference
from incident.domain.kinds import DeadlineState
from incident.store import audit
from incident.store.models import Deadline, FactSheet, Incident, OutboxMessage, Reminder
from incident.usecases.common.access import find_incident
from incident.usecases.common.settings import REGIMES, save_setting
from incident.usecases.messages.reporter import ANNOUNCEMENT
from tests.chains import breaks


def test_a_report_needs_nothing_but_what_happened(session, report, clock) -> None:
    """Registration time is the system's; the clock runs from the earliest signal, the worst case."""
    incident = report(summary="Laptop stolen")
    deadline = session.scalars(select(Deadline)).one()
    assert (Status.REPORTED, clock.now()) == (incident.status, incident.reported_at)
    assert (clock.in_hours(72), True) == (deadline.due_at, deadline.provisional)
    assert incident.due_at == deadline.due_at
    assert session.scalars(select(Reminder)).first() is not None


def test_the_clock_starts_at_the_moment_somebody_noticed(session, report, clock) -> None:
    """A signal before the report moves the worst case forward."""
    noticed = clock.now() - timedelta(hours=10)
    incident = report(noticed_at=noticed)
    assert noticed + timedelta(hours=72) == incident.due_at


def test_other_law_that_ends_sooner_is_not_told_as_the_term_of_the_authority(session, report, team, clock) -> None:
    """Regulation 611/2013: its 24 hours order the board, and the message names them before the 72 of the GDPR."""
    save_setting(session, REGIMES, {"regimes": ["telecom"]}, actor=team.admin, now=clock.now())
    incident = report()
    assert incident.due_at == clock.in_hours(24)
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.payload["template"].as_string() == ANNOUNCEMENT))
    params = [one.payload["params"] for one in told]
    assert {one["due_at"] for one in params} == {clock.in_hours(72).isoformat()}
    assert {one["first"] for one in params} == {f"telecom_initial|{clock.in_hours(24).isoformat()}"}


def test_the_reference_carries_a_check_character_and_counts_on(report) -> None:
    """References are numbered within the year and a mistyped one is no reference."""
    first, second = report(), report()
    assert first.reference.startswith("DL-2026-0001-")
    assert second.reference.startswith("DL-2026-0002-")
    assert parse_reference(first.reference.lower().replace("-", " ")) == first.reference
    assert parse_reference(first.reference[:-1] + ("A" if first.reference[-1] != "A" else "B")) is None
    assert parse_reference(first.reference.replace("0001", "0010")) is None


def test_the_year_of_the_reference_is_the_year_in_the_netherlands(session, report, clock) -> None:
    """A report at 23:30 UTC on New Year's Eve belongs to the new year in Amsterdam."""
    clock.advance(seconds=(datetime(2026, 12, 31, 23, 30, tzinfo=UTC) - clock.now()).total_seconds())
    assert report().reference.startswith("DL-2027-0001-")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"summary": "  \n "}, "summary"),
        ({"summary": "x" * 1_000_000}, "summary"),
        ({"noticed_at": datetime(2099, 1, 1, tzinfo=UTC)}, "first_signal_at"),
        ({"aware_at": datetime(2099, 1, 1, tzinfo=UTC)}, "aware_at"),
        ({"aware_at": datetime(1970, 1, 1, tzinfo=UTC)}, "aware_at"),
        ({"subjects": -1}, "subjects"),
        ({"subjects": 10**18}, "subjects"),
        ({"noticed_by": "n" * 300}, "noticed_by"),
    ],
)
def test_an_impossible_report_is_refused_at_the_field_and_nothing_is_written(session, report, values, field) -> None:
    """The sentence says what to do, and no half report remains."""
    with pytest.raises(Invalid) as refusal:
        report(**values)
    session.rollback()
    assert field == refusal.value.field
    assert session.scalars(select(Incident)).first() is None
    assert session.scalars(select(FactSheet)).first() is None


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "{{ 7*7 }} {% raw %}",
        "'; DROP TABLE incident; --",
        "=HYPERLINK(1)",
        "🙂" * 5000,
        "a\x00b\x0bc",
    ],
)
def test_hostile_text_is_kept_as_text(session, report, text) -> None:
    """Nothing but characters that no database carries is taken out."""
    incident = report(summary=text)
    session.expire_all()
    assert incident.summary == text.replace("\x00", "").replace("\x0b", "")


def test_who_is_on_duty_is_told_in_the_same_transaction(session, report, team) -> None:
    """The message is a row beside the report: neither lost, nor sent about a report that was rolled back."""
    incident = report(summary="Secret story about Mr Jones")
    rows = session.scalars(select(OutboxMessage)).all()
    assert {"incident_reported"} == {row.payload["template"] for row in rows}
    assert not any("Jones" in str(row.payload) for row in rows)
    assert all(row.incident_id == incident.id for row in rows)


@pytest.mark.parametrize(
    ("words", "earlier"),
    [
        ("Two days ago I found that the list of clients was on the wrong drive.", True),
        ("I have just lost a list of clients.", False),
    ],
)
def test_who_is_on_duty_reads_that_the_report_names_an_earlier_moment(session, report, team, words, earlier) -> None:
    """GDPR art. 33(1): the clock shown counts from the report, and what its words say may be before it."""
    report(summary=words)
    (row,) = {row.payload["template"]: row for row in session.scalars(select(OutboxMessage))}.values()
    assert row.payload["params"]["earlier"] is earlier


def test_a_reporter_sees_only_their_own_reports(session, report, team) -> None:
    """What a person may not see does not exist for them."""
    incident = report(actor=team.responder)
    assert find_incident(session, incident.reference, team.dpo) is incident
    with pytest.raises(NotFound):
        find_incident(session, incident.reference, team.reporter)
    with pytest.raises(NotFound):
        find_incident(session, incident.id, team.admin)


def test_an_auditor_cannot_report(report, team) -> None:
    """Roles are checked in the use case, not only on the page."""
    with pytest.raises(NotAllowed):
        report(actor=team.auditor)


def test_every_act_is_in_the_chain_without_personal_data(session, report) -> None:
    """The chain holds pseudonyms and scalars only, and it verifies."""
    incident = report(summary="Data of Mrs Smith", noticed_by="Tom Thumb")
    chain = audit.entries(session, incident.reference)
    assert chain[0].tag == "incident:reported"
    assert not any(word in str((row.actor, row.details)) for row in chain for word in ("Smith", "Thumb", "Alice"))
    assert breaks(session) == []


def test_a_deadline_is_in_exactly_one_state(session, report) -> None:
    """One open deadline per obligation."""
    report()
    open_rows = session.scalars(select(Deadline).where(Deadline.state == DeadlineState.OPEN)).all()
    assert len(open_rows) == 1
