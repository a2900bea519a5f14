"""Who is told: holidays are passed over, escalations reach other people, and nobody is never the answer."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.people import Role
from incident.domain.reminders.roster import (
    Audience,
    OnCall,
    Roster,
    Shift,
    document_of,
    others,
    resolve,
    roster_from,
    turns,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def person(name: str, *roles: Role, order: int | None = None, away: bool = False) -> OnCall:
    away_from, away_to = (NOW - DAY, NOW + DAY) if away else (None, None)
    return OnCall(
        UUID(int=sum(name.encode())),
        f"{name}@example.org",
        roles=frozenset(roles),
        duty_order=order,
        away_from=away_from,
        away_to=away_to,
    )


ALICE = person("alice", Role.RESPONDER, order=1)
BOB = person("bob", Role.RESPONDER, order=2)
CHARLIE = person("charlie", Role.DPO)
DORA = person("dora", Role.SECOND)
HOUSE = (ALICE, BOB, CHARLIE, DORA)


def names(people: tuple[OnCall, ...]) -> list[str]:
    return [one.email.partition("@")[0] for one in people]


@pytest.mark.parametrize(
    ("audience", "expected"),
    [
        (Audience.DUTY, ["alice"]),
        (Audience.DEPUTY, ["bob"]),
        (Audience.DPO, ["charlie"]),
        (Audience.MANAGEMENT, ["dora"]),
        (Audience.EVERYBODY, ["alice", "charlie", "bob", "dora"]),
        (Audience.REPORTER, []),
    ],
)
def test_an_audience_is_who_the_people_are(audience: Audience, expected: list[str]) -> None:
    assert names(resolve(audience, HOUSE, Roster(), NOW)) == expected


def test_whoever_is_on_holiday_is_passed_over() -> None:
    house = (person("alice", Role.RESPONDER, order=1, away=True), BOB, CHARLIE)
    assert names(resolve(Audience.DUTY, house, Roster(), NOW)) == ["bob"]
    assert names(resolve(Audience.DUTY, house, Roster(), NOW + 2 * DAY)) == ["alice"]


def test_duty_goes_to_who_is_there_when_the_whole_duty_order_is_away() -> None:
    """A holiday of two would leave the first reminders to them alone; the other parts stay with who has the role."""
    away = tuple(person(name, Role.RESPONDER, order=order, away=True) for order, name in enumerate(("alice", "bob"), 1))
    assert names(resolve(Audience.DUTY, (*away, CHARLIE, DORA), Roster(), NOW)) == ["charlie"]
    gone = person("charlie", Role.DPO, away=True)
    assert names(resolve(Audience.DUTY, (*away, gone, DORA), Roster(), NOW)) == ["dora"]
    assert names(resolve(Audience.DPO, (*away, gone, DORA), Roster(), NOW)) == ["charlie"]


def test_when_all_are_away_they_are_told_all_the_same() -> None:
    house = (person("alice", Role.RESPONDER, order=1, away=True), person("charlie", Role.DPO, away=True))
    assert names(resolve(Audience.DUTY, house, Roster(), NOW)) == ["alice"]
    assert names(resolve(Audience.DPO, house, Roster(), NOW)) == ["charlie"]


def test_a_shift_overrules_the_duty_order_while_it_runs() -> None:
    roster = Roster(shifts=(Shift(BOB.id, NOW, NOW + DAY),))
    assert names(resolve(Audience.DUTY, HOUSE, roster, NOW)) == ["bob"]
    assert names(resolve(Audience.DUTY, HOUSE, roster, NOW + DAY)) == ["alice"]


def test_two_shifts_of_one_person_at_once_name_them_once() -> None:
    roster = Roster(shifts=(Shift(BOB.id, NOW, NOW + DAY), Shift(BOB.id, NOW, NOW + 2 * DAY)))
    assert names(resolve(Audience.DUTY, HOUSE, roster, NOW)) == ["bob"]


def test_deputies_and_management_can_be_named() -> None:
    roster = Roster(deputies=(DORA.id,), management=(BOB.id,))
    assert names(resolve(Audience.DEPUTY, HOUSE, roster, NOW)) == ["dora"]
    assert names(resolve(Audience.MANAGEMENT, HOUSE, roster, NOW)) == ["bob"]


def test_an_escalation_reaches_somebody_other_than_who_was_told_before() -> None:
    """In a small house the duty officer is the DPO: the escalation to the DPO must climb on."""
    both = person("alice", Role.RESPONDER, Role.DPO, order=1)
    house = (both, BOB, DORA)
    assert names(others(Audience.DPO, house, Roster(), NOW, frozenset({both.id}))) == ["bob"]
    assert names(others(Audience.DPO, (both, DORA), Roster(), NOW, frozenset({both.id}))) == ["dora"]
    assert names(others(Audience.DPO, (both,), Roster(), NOW, frozenset({both.id}))) == ["alice"]


@given(
    st.lists(
        st.builds(
            OnCall,
            id=st.builds(uuid4),
            email=st.just("a@example.org"),
            roles=st.frozensets(st.sampled_from([Role.DPO, Role.SECOND, Role.ADMIN, Role.RESPONDER]), min_size=1),
            duty_order=st.none() | st.integers(1, 9),
            away_from=st.none() | st.just(NOW - DAY),
            away_to=st.none() | st.just(NOW + DAY),
        ),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([Audience.DUTY, Audience.DPO, Audience.DEPUTY, Audience.MANAGEMENT, Audience.EVERYBODY]),
)
def test_no_audience_is_empty_while_anybody_of_the_response_is_left(people: list[OnCall], audience: Audience) -> None:
    assert resolve(audience, people, Roster(), NOW)
    assert others(audience, people, Roster(), NOW, frozenset({people[0].id}))


def test_the_roster_survives_being_written_down() -> None:
    roster = Roster((Shift(ALICE.id, NOW, NOW + DAY),), (BOB.id,), (DORA.id,))
    assert roster_from(document_of(roster)) == roster


@pytest.mark.parametrize(
    "document",
    [
        {"shifts": [{"person": "x", "begins_at": "2026-03-02T09:00+00:00", "ends_at": "2026-03-03T09:00+00:00"}]},
        {"shifts": [{"person": str(ALICE.id), "begins_at": "2026-03-02T09:00", "ends_at": "2026-03-03T09:00"}]},
        {"shifts": [{"person": str(ALICE.id), "begins_at": "2026-03-03T09:00Z", "ends_at": "2026-03-02T09:00Z"}]},
        {"deputies": ["nobody"]},
    ],
)
def test_a_roster_that_cannot_be_read_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        roster_from(document)


def test_the_moments_at_which_somebody_else_may_be_told_are_those_of_shifts_and_absences() -> None:
    """Not those that have passed, and not those after the time that is looked at."""
    away = person("alice", Role.RESPONDER, order=1, away=True)
    shifts = (
        Shift(BOB.id, NOW - DAY, NOW + timedelta(hours=9)),
        Shift(BOB.id, NOW + 2 * DAY, NOW + 8 * DAY),
    )
    assert turns((away, BOB), Roster(shifts), NOW, NOW + 7 * DAY) == [
        NOW + timedelta(hours=9),
        NOW + DAY,
        NOW + 2 * DAY,
    ]
