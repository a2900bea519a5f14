"""The ladder as a pure function: when it speaks, to whom, and what it does around nights and clock changes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.domain.kernel.errors import Invalid
from incident.domain.reminders.ladder import LadderPolicy, Period, Reached, Rung, ladder, next_overdue, plan
from incident.domain.reminders.office_hours import OfficeHours
from incident.domain.reminders.policy import document_of, policy_from
from incident.domain.reminders.roster import Audience

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOURS = timedelta(hours=1)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


def period(starts_at: datetime = MONDAY, hours: float = 72, escalates: bool = True) -> Period:
    return Period(starts_at, starts_at + timedelta(hours=hours), escalates)


def by_name(rungs: tuple[Rung, ...]) -> dict[str, Rung]:
    return {rung.name: rung for rung in rungs}


def test_the_house_ladder_speaks_at_48_24_12_6_3_and_1_hours_left_and_when_due() -> None:
    rungs = [
        (rung.name, (rung.at - MONDAY) / HOURS) for rung in ladder(period(), LadderPolicy()) if not rung.escalation
    ]
    assert rungs == [
        ("awareness", 0),
        ("left-48h", 24),
        ("left-24h", 48),
        ("left-12h", 60),
        ("left-6h", 66),
        ("left-3h", 69),
        ("left-1h", 71),
        ("due", 72),
    ]


def test_escalations_go_to_the_dpo_the_deputy_the_management_and_everybody() -> None:
    rungs = [rung for rung in ladder(period(), LadderPolicy()) if rung.escalation]
    found = [((rung.at - MONDAY) / HOURS, rung.audience, rung.unless, rung.prepares_dossier) for rung in rungs]
    assert found == [
        (12, (Audience.DPO,), Reached.ASSESSED, False),
        (24, (Audience.DEPUTY,), Reached.DECIDED, False),
        (48, (Audience.MANAGEMENT,), None, False),
        (60, (Audience.EVERYBODY,), Reached.APPROVED, True),
    ]


def test_a_duty_other_than_the_authoritys_does_not_escalate() -> None:
    assert not any(rung.escalation for rung in ladder(period(escalates=False), LadderPolicy()))


def test_a_short_period_has_no_rung_before_its_start() -> None:
    names = [rung.name for rung in ladder(period(hours=24), LadderPolicy())]
    assert names == ["awareness", "left-12h", "escalate-12h", "left-6h", "left-3h", "left-1h", "due"]


def test_the_early_reminder_waits_for_the_office_to_open() -> None:
    tuesday_night = datetime(2026, 3, 3, 21, 0, tzinfo=UTC)
    waiting = by_name(ladder(period(tuesday_night), LadderPolicy()))["left-48h"].at.astimezone(AMSTERDAM)
    assert (waiting.date().isoformat(), waiting.hour, waiting.minute) == ("2026-03-05", 8, 30)


def test_an_early_reminder_that_would_wait_into_the_last_day_gives_way_to_the_next() -> None:
    """Friday 17:00 plus 24 hours lies in the weekend, and Monday's opening lies in the last 24 hours."""
    friday = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
    names = by_name(ladder(period(friday), LadderPolicy()))
    assert "left-48h" not in names
    assert names["left-24h"].at == friday + 48 * HOURS


def test_the_office_is_closed_on_the_kings_birthday() -> None:
    kings_day = datetime(2026, 4, 27, 10, 0, tzinfo=AMSTERDAM)
    assert OfficeHours().next_open(kings_day).astimezone(AMSTERDAM).date().isoformat() == "2026-04-28"


@given(INSTANTS)
def test_in_the_last_24_hours_no_rung_waits(starts_at: datetime) -> None:
    for rung in ladder(period(starts_at), LadderPolicy()):
        if rung.waited:
            assert rung.at <= starts_at + 48 * HOURS
        if rung.name.startswith("left-") and rung.name != "left-48h":
            assert rung.at == starts_at + timedelta(hours=72 - float(rung.name[5:-1]))


@given(INSTANTS, st.floats(1, 400), st.floats(0, 500))
def test_a_plan_keeps_every_future_rung_and_at_most_one_past_reminder(start: datetime, hours: float, at: float) -> None:
    span, now = period(start, hours), start + timedelta(hours=at)
    whole, kept = ladder(span, LadderPolicy()), plan(span, LadderPolicy(), now)
    assert {rung.name for rung in whole if rung.at > now} <= {rung.name for rung in kept}
    assert sum(1 for rung in kept if rung.at <= now and not rung.escalation) <= 1
    assert len({rung.name for rung in kept}) == len(kept)
    assert all(rung.at >= now for rung in kept)


@pytest.mark.parametrize("day", [datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)])
def test_a_change_of_the_wall_clock_moves_no_rung(day: datetime) -> None:
    """Both Sundays of the year on which the clock changes: 72 hours stay 72 hours."""
    policy = LadderPolicy(office=None)
    assert [rung.at - day for rung in ladder(period(day), policy)] == [
        rung.at - MONDAY for rung in ladder(period(), policy)
    ]


def test_office_hours_follow_the_wall_clock_across_the_change() -> None:
    saturday = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    opening = OfficeHours().next_open(saturday)
    assert opening == datetime(2026, 3, 30, 6, 30, tzinfo=UTC)


def test_overdue_reminders_follow_their_own_plan_and_skip_what_an_outage_missed() -> None:
    span, policy = period(), LadderPolicy()
    first = next_overdue(span, policy, span.due_at)
    assert (first.name, first.at) == ("overdue-00001", span.due_at + HOURS)
    after_outage = next_overdue(span, policy, span.due_at + timedelta(hours=5, minutes=20))
    assert (after_outage.name, after_outage.at) == ("overdue-00006", span.due_at + 6 * HOURS)


def test_the_ladder_survives_being_written_down() -> None:
    assert policy_from(document_of(LadderPolicy())) == LadderPolicy()
    assert policy_from({}) == LadderPolicy()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"reminders": [{"hours_left": 0, "audience": ["duty"]}]}, "reminders"),
        ({"reminders": [{"hours_left": 6, "audience": ["duty"]}] * 2}, "reminders"),
        ({"reminders": [{"hours_left": 6, "audience": []}]}, "reminders"),
        ({"reminders": [{"hours_left": 6, "audience": ["nobody"]}]}, "reminders"),
        ({"at_due": []}, "at_due"),
        ({"overdue_every_minutes": 0}, "overdue_every_minutes"),
        ({"overdue_every_minutes": 100_000}, "overdue_every_minutes"),
        ({"waits_until_hours_left": 12}, "waits_until_hours_left"),
        ({"escalations": [{"after_hours": -1, "audience": ["dpo"]}]}, "escalations"),
        ({"office": {"opens": "17:00", "closes": "09:00", "working_days": [0]}}, "office"),
    ],
)
def test_a_ladder_that_could_not_work_is_refused_with_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        policy_from({**document_of(LadderPolicy()), **change})
    assert refused.value.field == field


def test_a_value_that_is_no_number_is_refused_kindly() -> None:
    with pytest.raises(Invalid, match="write hours as numbers"):
        policy_from({"reminders": [{"hours_left": "soon", "audience": ["duty"]}]})
