"""The other readings of a period."""

from datetime import UTC
from zoneinfo import ZoneInfo

import pytest

from incident.law.facts import BreachFacts
from incident.law.periods import Period
from incident.law.readings import remarks
from incident.law.rulesets import AUTHORITY_ZONE, RuleSet
from incident.law.vocabulary import Role, Ternary
from tests.law.clock.cases import EVERY_REGIME, at, authority_clock, clocks, outcome, remark_ids

FRIDAY = BreachFacts(
    role=Role.CONTROLLER, is_breach=Ternary.YES, network_incident=Ternary.YES, aware_at=at("2026-11-20T09:20")
)


@pytest.mark.parametrize(
    ("key", "ids"),
    [
        ("cbw_early_warning", ("Atw-4(a)",)),
        ("cbw_notification", ()),
        ("telecom_initial", ("1182/71-3(1)", "1182/71-3(3)", "1182/71-3(4)", "Atw-4(a)")),
        ("dora_initial", ("2025/301",)),
        ("cra_notification", ("1182/71-3(1)", "1182/71-3(5)", "1182/71-3(3)")),
        ("uk_gdpr_33", ()),
    ],
)
def test_each_law_is_counted_by_its_own_text(key: str, ids: tuple[str, ...]) -> None:
    """European acts by Regulation 1182/71, Dutch acts by the Algemene termijnenwet, foreign law by neither."""
    assert remark_ids(clocks(FRIDAY, regimes=EVERY_REGIME)[key]) == ids


def test_a_period_of_a_day_has_no_second_working_day() -> None:
    """Art. 3(5) speaks of periods of two days or more: 24 hours have no such remark."""
    assert "1182/71-3(5)" not in remark_ids(clocks(FRIDAY, regimes=EVERY_REGIME)["cra_early_warning"])


@pytest.mark.parametrize(
    ("sent", "due", "remark"),
    [
        ("2026-11-17T10:00", "2026-12-17T10:00", None),
        ("2026-11-20T10:00", "2026-12-20T10:00", "2026-12-22T00:00"),
        ("2026-11-25T10:00", "2026-12-25T10:00", "2026-12-29T00:00"),
    ],
)
def test_a_dutch_month_that_ends_on_a_day_off_is_extended_in_a_remark(sent: str, due: str, remark: str | None) -> None:
    """The strict end stays; the Algemene termijnenwet's end is told."""
    clock = clocks(FRIDAY, regimes=EVERY_REGIME, moments={"cbw_notification": at(sent)})["cbw_final_report"]
    assert clock.due_at == at(due)
    assert remark_ids(clock) == (*(() if remark is None else ("Atw-1(1)",)), "note.still_going_on")
    if remark is not None:
        assert outcome(clock, "Atw-1(1)") == at(remark)
        assert dict(clock.remarks[0].params) == {"end": at(remark)}


@pytest.mark.parametrize(
    ("sent", "due", "end"),
    [
        ("2026-11-17T10:00", "2026-11-20T10:00", "2026-11-21T00:00"),
        ("2026-11-18T10:00", "2026-11-21T10:00", "2026-11-24T00:00"),
    ],
)
def test_a_european_period_of_days_ends_with_a_whole_working_day(sent: str, due: str, end: str) -> None:
    """Art. 3(2) and 3(4): the last hour of the last day, or of the working day after it."""
    clock = clocks(FRIDAY, regimes=EVERY_REGIME, moments={"telecom_initial": at(sent)})["telecom_details"]
    assert clock.due_at == at(due)
    assert outcome(clock, "1182/71-3(4)") == at(end)
    assert dict(clock.remarks[0].params) == {"end": at(end)}


@pytest.mark.parametrize(
    ("aware_at", "contested"),
    [
        pytest.param("2026-11-23T09:00", False, id="Monday: Tuesday and Wednesday inside"),
        pytest.param("2026-11-24T23:30", False, id="Tuesday night: Wednesday to Friday inside"),
        pytest.param("2026-11-25T22:59", False, id="Wednesday night: Thursday and Friday inside"),
        pytest.param("2026-11-26T09:00", True, id="Thursday: only Friday inside"),
        pytest.param("2026-11-28T09:00", True, id="Saturday: only Monday inside"),
        pytest.param("2026-11-29T09:00", False, id="Sunday: Monday and Tuesday inside"),
    ],
)
def test_two_whole_working_days_inside_need_no_remark(aware_at: str, contested: bool) -> None:
    """Art. 3(5) is brought up only when fewer than two whole working days lie inside."""
    assert ("1182/71-3(5)" in remark_ids(authority_clock(aware_at))) is contested


@pytest.mark.parametrize(("hours", "contested"), [(47, False), (48, True)])
def test_the_contested_reading_starts_at_two_days(hours: int, contested: bool) -> None:
    """Art. 3(5) speaks of two days or more: 48 hours are two days, 47 are not."""
    regime, start = RuleSet.at(at("2026-11-28T09:00")).regime("gdpr_33_1"), at("2026-11-28T09:00")
    period = Period(hours=hours)
    found = remarks(regime, period, start, period.end_after(start, AUTHORITY_ZONE))
    assert ("1182/71-3(5)" in [remark.id for remark in found]) is contested


def test_days_off_are_counted_and_move_nothing() -> None:
    """Friday to Monday over a weekend, and Wednesday into Christmas: the outcome of each remark is the strict end."""
    weekend = authority_clock("2026-11-27T16:45")
    told = {remark.id: remark for remark in weekend.remarks}
    assert told["1182/71-3(3)"].at == weekend.due_at
    assert dict(told["1182/71-3(3)"].params) == {"count": 2}
    assert told["1182/71-3(3)"].text_id == "remark.free_days_count"
    christmas = authority_clock("2026-12-23T17:40")
    for remark_id in ("1182/71-3(3)", "1182/71-3(4)", "Atw-4(a)"):
        assert outcome(christmas, remark_id) == christmas.due_at


@pytest.mark.parametrize("aware_at", ["2026-12-24T12:17", "2027-03-26T16:20", "2026-10-22T03:30"])
def test_every_outcome_is_an_instant_in_utc(aware_at: str) -> None:
    """What is stored and compared is UTC; zones belong to the reader."""
    assert {remark.at.tzinfo for remark in authority_clock(aware_at).remarks} == {UTC}


def test_the_numbers_of_the_hour_remark() -> None:
    """First full hour, end, and the number of hours."""
    (remark,) = authority_clock("2026-11-23T09:20").remarks
    assert dict(remark.params) == {"start": at("2026-11-23T10:00"), "end": at("2026-11-26T10:00"), "hours": 72}


@pytest.mark.parametrize(
    ("aware_at", "elapsed", "text"),
    [
        ("2026-10-23T16:20", 73, "remark.clock_later"),
        ("2027-03-26T16:20", 71, "remark.clock_earlier"),
        ("2026-10-22T03:30", 73, "remark.clock_later"),
        ("2026-10-24T02:30", 73, "remark.clock_later"),
        ("2027-03-27T03:00", 71, "remark.clock_earlier"),
    ],
)
def test_a_change_of_the_clock_is_told_with_both_numbers(aware_at: str, elapsed: int, text: str) -> None:
    """The hands stand 72 hours further after 73 or 71 hours."""
    clock = authority_clock(aware_at)
    remark = next(remark for remark in clock.remarks if remark.id == "clock-change")
    assert remark.text_id == text
    assert dict(remark.params) == {"hours": 72, "elapsed": elapsed, "wall": remark.at}
    same = remark.at.astimezone(ZoneInfo("Europe/Amsterdam"))
    assert f"{same:%H:%M}" == aware_at[11:]


def test_a_deadline_in_the_second_repeated_hour_has_both_remarks() -> None:
    """Aware at half past three, due at the second half past two: later on the clock, and shown twice."""
    clock = authority_clock("2026-10-22T03:30")
    assert clock.due_at == at("2026-10-25T02:30+01:00")
    repeated = next(remark for remark in clock.remarks if remark.id == "repeated-hour")
    assert dict(repeated.params) == {"shown": "2026-10-25T02:30+01:00"}
    assert (repeated.text_id, repeated.at) == ("remark.repeated_hour", clock.due_at)


def test_a_plain_week_has_no_clock_remarks() -> None:
    """Without a change of the clock nothing is said about it."""
    assert not {"clock-change", "repeated-hour"} & set(remark_ids(authority_clock("2026-11-23T09:20")))
