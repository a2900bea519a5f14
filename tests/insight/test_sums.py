"""Kept sums are exact: added up from any parts, and after every change of an incident."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import uuid4
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, select
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Role, Source
from incident.domain.kinds import DecisionState, Subject
from incident.domain.register.insight import Case, Sort, added, insight, known, summed
from incident.law.vocabulary import RiskLevel
from incident.store.commitments import content_columns
from incident.store.db import db
from incident.store.models import Decision, Incident
from incident.store.queries import insight as kept
from tests.factories import make_actor, make_incident
from tests.insight.plain import counted
from tests.web.conftest import Team
from tests.web.test_pages import statements

ZONE = ZoneInfo("Europe/Amsterdam")
FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
START, END = datetime(2025, 12, 31, 23, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31, 22), timezones=st.just(UTC))
LATER = st.none() | INSTANTS
CASES = st.builds(
    Case,
    reference=st.integers(1, 10**6).map(lambda number: f"DL-2026-{number}"),
    reported_at=INSTANTS,
    aware_at=LATER,
    decided_at=LATER,
    notified_at=LATER,
    cause=st.sampled_from([None, "", "theft", "other"]),
    kind=st.sampled_from([None, "phishing"]),
    risk=st.sampled_from([None, "high", "unlikely"]),
    is_breach=st.sampled_from(["yes", "no", "unknown"]),
    subjects=st.none() | st.integers(0, 1000),
    systems=st.lists(st.sampled_from(["crm", "mail"]), max_size=3).map(tuple),
)


@given(st.lists(CASES, max_size=40, unique_by=lambda case: case.reference), st.integers(1, 9))
@settings(max_examples=150)
def test_sums_of_parts_are_the_numbers_of_the_whole(cases: list[Case], size: int) -> None:
    """However the incidents are parted, as long as the parts follow each other."""
    cases = sorted(cases, key=lambda case: (case.reported_at, case.reference))
    parts = [summed(cases[at : at + size], ZONE) for at in range(0, len(cases), size)]
    assert insight(added(parts), FIRST, LAST) == counted(cases, FIRST, LAST, ZONE)


def _outside(circle: object) -> bool:
    return circle is None


def test_a_restricted_example_is_not_one_more_incident_beside_real_ones() -> None:
    """The officer's numbers hold no example once there is a real incident, so nobody's are short of one."""
    case = Case("DL-2026-1", START, *[None] * 6, "yes", None, ())
    one, inside = summed([case], ZONE), frozenset({uuid4()})
    example, real, open_ = Sort(True, inside), Sort(False, inside), Sort(False, None)
    assert known({open_: one, example: one}, _outside)[2] == 0
    assert known({open_: one, example: one, real: one}, _outside)[2] == 1
    assert known({example: one, Sort(True, None): one}, _outside)[2] == 1


def _numbers(session: Session) -> tuple[object, ...]:
    """What the officer and somebody outside every circle are shown: as it is kept, and made anew."""
    found = []
    for _look in range(2):
        sorts = kept.sums(session, START, END, ZONE)
        shown = (known(sorts, lambda _circle: True), known(sorts, _outside))
        found.append(tuple((insight(sums, FIRST, LAST), *rest) for sums, *rest in shown))
        kept._kept.cache_clear()
    assert found[0] == found[1]
    return found[1]


def _plain(session: Session) -> tuple[object, ...]:
    """The same from each incident by itself."""
    rows = [row for row in session.scalars(select(Incident)) if START <= row.reported_at < END]
    rows = [row for row in rows if row.duplicate_of_id is None]

    def shown(seen: list[Incident]) -> tuple[object, ...]:
        real = [row for row in seen if not row.is_example]
        cases = [_case(session, row) for row in real or seen]
        unseen = [row for row in rows if row not in seen]
        hidden = len([row for row in unseen if not row.is_example]) or (0 if real else len(unseen))
        return counted(cases, FIRST, LAST, ZONE), bool(seen) and not real, hidden

    return shown(rows), shown([row for row in rows if row.circle is None])


def _case(session: Session, row: Incident) -> Case:
    final = Decision.incident_id == row.id, Decision.state == DecisionState.FINAL, Decision.subject == Subject.AUTHORITY
    decided = sorted(session.scalars(select(Decision.recorded_at).where(*final)))
    return Case(
        row.reference,
        row.reported_at,
        row.aware_at,
        decided[0] if decided and row.source is not Source.IMPORT else None,
        row.notified_at,
        row.cause,
        row.kind,
        row.risk,
        row.is_breach,
        row.subjects,
        tuple(part.strip() for part in row.systems.split(",") if part.strip()),
    )


def _change(session: Session, random: Random, rows: list[Incident], at: datetime) -> str:
    """One change of one incident of those that count in some number."""
    row, hours = random.choice(rows), timedelta(hours=random.randint(0, 100))
    values: dict[str, object] = {
        "cause": random.choice([None, "theft", "other"]),
        "kind": random.choice([None, "phishing"]),
        "risk": random.choice([None, *RiskLevel]),
        "is_breach": random.choice(["yes", "no", "unknown"]),
        "subjects": random.choice([None, 7]),
        "systems": random.choice(["", "crm", "crm, mail"]),
        "aware_at": random.choice([None, row.reported_at - hours]),
        "notified_at": random.choice([None, row.reported_at + hours]),
        "reported_at": random.choice([at - 400 * hours, START, END, END - timedelta(microseconds=1)]),
        "is_example": random.random() < 0.7,
        "circle": random.choice([None, [str(uuid4())]]),
        "duplicate_of_id": random.choice([None, random.choice(rows).id]),
        "source": random.choice([Source.IMPORT, Source.WEB]),
    }
    name = random.choice([*values, "decision"])
    if name == "decision":
        state = random.choice([DecisionState.PROPOSED, DecisionState.FINAL])
        told = {"act": True, "reason": "", "fact_version": 1, "recorded_at": row.reported_at + hours}
        session.add(Decision(incident_id=row.id, subject=random.choice(list(Subject)), state=state, **told))
    else:
        setattr(row, name, values[name])
    return name


def test_after_every_change_the_kept_sums_are_those_of_counting_each(team: Team) -> None:
    """Anything that is counted, of any incident: the sums as they are kept, made anew, and counted one by one."""
    random, changed = Random(9), set()
    with team.app.app_context():
        session = db.session()
        actor = make_actor(session, "Femke", [Role.DPO], team.clock.now())
        rows = [make_incident(session, actor, START + timedelta(days=30 * n, hours=n)) for n in range(6)]
        session.commit()
        assert _numbers(session) == _plain(session)
        for _turn in range(120):
            changed.add(_change(session, random, rows, team.clock.now()))
            session.commit()
            assert _numbers(session) == _plain(session), changed
    assert len(changed) == 14


def test_what_is_counted_is_committed_to(team: Team) -> None:
    """The chain names what a sum was made of only as long as every column that is counted is part of the record."""
    read = {
        column.name
        for column in kept._cases(1).selected_columns
        if isinstance(column, Column) and column.table is Incident.__table__
    }
    assert len(read) == 12
    assert read <= set(content_columns(Incident))
    assert {"recorded_at", "state", "subject"} <= set(content_columns(Decision))


def test_only_days_on_which_something_changed_are_read_again(team: Team) -> None:
    """The first look counts the year, the second nothing, and after a change those few days."""
    kept._kept.cache_clear()
    dpo = team.visitor("Dora", Role.DPO)
    with team.app.app_context():
        session = db.session()
        actor = make_actor(session, "Femke", [Role.DPO], team.clock.now())
        row = [make_incident(session, actor, team.clock.now() - timedelta(days=8 * n)) for n in range(3)][1]
        session.commit()
        asked = []
        for change in (None, None, "badgers"):
            if change:
                row.cause = change
                session.commit()
            with statements(dpo) as found:
                assert ("badgers" in dpo.get("/insight").text) is bool(change)
            looks = [statement for statement in found if "incident.cause" in statement]
            asked.append([statement.count("(?") + statement.count("(%(param") for statement in looks])
    assert [len(found) for found in asked] == [1, 0, 1]
    assert asked[0][0] > 10
    assert asked[2] == [1]
