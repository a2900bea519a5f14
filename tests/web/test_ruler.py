"""The ruler: a pure drawing of one clock, and the same as a sentence."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incident.domain.kinds import DeadlineState
from incident.domain.ruler.ruler import Pin, PinKind, RulerInput, Size, State, ruler
from incident.domain.ruler.scale import lanes, nights, scale_of, tick_step, weekends
from incident.law.facts import BreachFacts
from incident.web.case import Case
from incident.web.rulers import to_the_minute

HOUR = timedelta(hours=1)
START = datetime(2026, 11, 20, 8, 20, tzinfo=UTC)
CLOCK = RulerInput(START, START + 72 * HOUR, START + 10 * HOUR, language="en", title="Authority")


def shares(svg: str, name: str) -> list[float]:
    """Where the pieces with this class stand, in per cent."""
    return [float(found) for found in re.findall(rf'class="{name}" (?:x|x1|cx)="([\d.]+)%"', svg)]


def test_the_needle_stands_where_the_time_is() -> None:
    """Ten of 72 hours are 13.89 per cent."""
    assert shares(ruler(CLOCK).svg, "ruler-needle") == [13.89]


@pytest.mark.parametrize("hours", [0, 10, 71, 72, 73, 200])
@pytest.mark.parametrize("seconds", [-1, 0, 1, 59, 61])
def test_a_list_says_what_the_instant_says_though_it_is_drawn_once_a_minute(hours: int, seconds: int) -> None:
    """The same words, late at the same second, and the needle where no eye sees a difference."""
    pins = (Pin(PinKind.NOTICED, START - 30 * HOUR), Pin(PinKind.AWARE, START), Pin(PinKind.REPORTED, START + HOUR))
    exact = replace(CLOCK, size=Size.LIST, pins=pins, now=START + hours * HOUR + timedelta(seconds=seconds))
    drawn = replace(exact, now=to_the_minute(exact.now, exact.due_at))
    assert ruler(drawn).sentence == ruler(exact).sentence
    assert drawn.is_late == exact.is_late
    needles = [shares(ruler(one).svg, "ruler-needle") for one in (drawn, exact)]
    assert needles[0] == pytest.approx(needles[1], abs=0.04)


def test_the_sentence_says_what_the_drawing_shows() -> None:
    """For screen readers and text mails, with zone."""
    pins = (Pin(PinKind.REPORTED, START + HOUR), Pin(PinKind.AWARE, START))
    told = ruler(replace(CLOCK, pins=pins, reminders=(START + HOUR, START + 48 * HOUR))).sentence
    assert told == (
        "Authority: 62 hours of 72 hours left. The clock runs from Fri 20 Nov 2026 09:20 CET to Mon 23 Nov 2026 09:20 "
        "CET; nights and weekends count. So far: Aware Fri 20 Nov 2026 09:20 CET, Received Fri 20 Nov 2026 10:20 CET. "
        "2 reminders, 1 passed."
    )


def test_the_sentence_is_the_label_of_the_drawing() -> None:
    """One image with a text alternative, not a heap of shapes."""
    drawn = ruler(CLOCK)
    root = ElementTree.fromstring(drawn.svg)
    assert (root.get("role"), root.get("aria-label")) == ("img", drawn.sentence)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"now": START + 74 * HOUR + HOUR / 2}, "The period of 72 hours ended 2 hours and 30 minutes ago."),
        ({"state": State.MET, "settled_at": START + 40 * HOUR}, "In time: after 40 hours of 72 hours."),
        ({"state": State.MET, "settled_at": START + 73 * HOUR}, "Late: 1 hour after the end of the 72 hours."),
        (
            {"state": State.WAIVED, "settled_at": START + HOUR},
            "This deadline was waived: nothing needs to be notified.",
        ),
        ({"now": START + 72 * HOUR - timedelta(seconds=30)}, "0 minutes of 72 hours left."),
    ],
)
def test_every_state_has_its_words(change: dict[str, object], expected: str) -> None:
    assert expected in ruler(replace(CLOCK, **change)).sentence  # type: ignore[arg-type]


def test_overrun_is_drawn_beyond_the_edge_and_named() -> None:
    """Past the deadline the ruler grows; far past it, it is cut and says so."""
    late = ruler(replace(CLOCK, now=START + 80 * HOUR)).svg
    (edge,) = shares(late, "ruler-edge")
    assert shares(late, "ruler-over") == [edge]
    assert edge == 90.0
    assert "+8<" in late
    assert "»" in ruler(replace(CLOCK, now=START + 500 * HOUR)).svg


def test_what_came_before_the_clock_stands_left_of_its_start() -> None:
    """Noticed six hours before awareness: the window opens there."""
    svg = ruler(replace(CLOCK, pins=(Pin(PinKind.NOTICED, START - 6 * HOUR), Pin(PinKind.AWARE, START)))).svg
    assert shares(svg, "ruler-before") == [0.0]
    assert shares(svg, "ruler-pin") == [0.0]
    assert shares(svg, "ruler-pin-strong") == [7.69]


def test_weekends_and_nights_follow_the_readers_zone() -> None:
    """Saturday and Sunday in Amsterdam; the night from 22:00 to 07:00."""
    scale = scale_of(CLOCK)
    from zoneinfo import ZoneInfo

    amsterdam = ZoneInfo("Europe/Amsterdam")
    assert [day.start for day in weekends(scale, amsterdam)] == [
        datetime(2026, 11, 20, 23, tzinfo=UTC),
        datetime(2026, 11, 21, 23, tzinfo=UTC),
    ]
    assert nights(scale, amsterdam)[0].start == datetime(2026, 11, 20, 21, tzinfo=UTC)
    assert nights(scale, amsterdam)[0].end == datetime(2026, 11, 21, 6, tzinfo=UTC)


def test_the_autumn_day_is_25_hours_long() -> None:
    """Elapsed time, not wall-clock time: the deadline of 23 October 09:00 is 26 October 08:00."""
    start = datetime(2026, 10, 23, 7, tzinfo=UTC)
    told = ruler(RulerInput(start, start + 72 * HOUR, start, language="en")).sentence
    assert "from Fri 23 Oct 2026 09:00 CEST to Mon 26 Oct 2026 08:00 CET" in told


def test_a_drawing_that_stands_alone_needs_no_style_sheet() -> None:
    """For documents and mails: a fixed size, a name space, colours inside, no classes and no per cents."""
    svg = ruler(replace(CLOCK, standalone=True, pins=(Pin(PinKind.AWARE, START),))).svg
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("viewBox", "").startswith("0 0 720 ")
    assert "class=" not in svg
    assert "%" not in svg


def test_hostile_titles_are_only_text() -> None:
    """What a customer is called cannot break out of the label."""
    svg = ruler(replace(CLOCK, title='"><script>alert(1)</script>')).svg
    ElementTree.fromstring(svg)
    assert "<script" not in svg


def test_a_deadline_before_its_start_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="after its start"):
        ruler(replace(CLOCK, due_at=START))


def test_pins_close_together_stand_above_each_other() -> None:
    """The first free lane from below."""
    assert lanes([0.0, 0.01, 0.02, 0.5, 0.51]) == [0, 1, 2, 0, 1]


@pytest.mark.parametrize(("hours", "step"), [(6, 1), (24, 4), (36, 6), (48, 12), (72, 12), (720, 168)])
def test_few_labels_stand_on_any_ruler(hours: int, step: int) -> None:
    assert tick_step(hours * HOUR) == step


instants = st.integers(-400, 4000).map(lambda minutes: START + timedelta(minutes=7 * minutes))


@given(
    length=st.integers(1, 24 * 40),
    now=instants,
    pins=st.lists(st.tuples(st.sampled_from(PinKind), instants), max_size=9),
    reminders=st.lists(instants, max_size=8),
    state=st.sampled_from(State),
    size=st.sampled_from(Size),
    standalone=st.booleans(),
    zone=st.sampled_from(["Europe/Amsterdam", "UTC", "Pacific/Chatham", "America/St_Johns"]),
)
def test_every_clock_can_be_drawn(
    length: int,
    now: datetime,
    pins: list[tuple[PinKind, datetime]],
    reminders: list[datetime],
    state: State,
    size: Size,
    standalone: bool,
    zone: str,
) -> None:
    """Whatever happened when: well-formed, everything inside the window, one legend entry for each pin."""
    given_input = RulerInput(
        START,
        START + length * HOUR,
        now,
        zone,
        "nl",
        "AP",
        tuple(Pin(*pin) for pin in pins),
        tuple(reminders),
        state,
        now if state is not State.OPEN else None,
        size,
        standalone,
    )
    drawn = ruler(given_input)
    ElementTree.fromstring(drawn.svg)
    told = len(pins) if size is Size.PAGE else 0
    assert [entry.number for entry in drawn.legend] == list(range(1, told + 1))
    for share in re.findall(r'(?:x|x1|x2|cx)="([-\d.]+)%"', drawn.svg):
        assert 0 <= float(share) <= 100


def test_a_page_about_a_letter_hides_no_clock_that_matters_more() -> None:
    """The clock that matters most stands above every page; that of the page's own duty is named beside it."""
    overdue, running, ended = (
        SimpleNamespace(obligation=name, state=state)
        for name, state in (
            ("authority", DeadlineState.OPEN),
            ("subjects", DeadlineState.OPEN),
            ("customer", DeadlineState.MET),
        )
    )
    head: Any = SimpleNamespace(clock=overdue, deadlines=(overdue, running, ended))
    for about, own in {"subjects": running, "authority": None, "customer": None, "": None}.items():
        case = Case(head, BreachFacts(), about)
        assert (case.clock, case.beside) == (overdue, own), about


@pytest.mark.parametrize(
    ("seconds", "stands_at"),
    [(-3661, -3660), (-3660, -3660), (-59, 0), (0, 0), (1, 1), (59, 1), (60, 60), (119, 60)],
)
def test_a_ruler_in_a_list_has_the_whole_minutes_of_its_clock_and_is_late_with_it(seconds: int, stands_at: int) -> None:
    """Everybody who looks within a minute sees one drawing; not even a second over the deadline is rounded away."""
    due_at = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)
    assert to_the_minute(due_at + timedelta(seconds=seconds), due_at) == due_at + timedelta(seconds=stands_at)
