"""The clock of art. 33(1) over a grid of moments, as one text; run `python -m tests.law.clock.grid` to see it.

Every 61 hours and 20 minutes from 1 October 2026 to 1 October 2028, and every half hour of the days before and the days
of the four changes of the clock in that time. A line: awareness, strict end, end by full hours, remarks.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from incident.law.facts import BreachFacts
from incident.law.rulesets import AUTHORITY_ZONE
from tests.law.clock.cases import at, clocks, outcome, remark_ids

FIRST: Final = at("2026-10-01T00:00")
LAST: Final = at("2028-10-01T00:00")
CHANGES: Final = ("2026-10-25", "2027-03-28", "2027-10-31", "2028-03-26")
_SHORT: Final = {
    "1182/71-3(3)": "f",
    "1182/71-3(4)": "x",
    "1182/71-3(5)": "w",
    "Atw-4(a)": "a",
    "clock-change": "c",
    "repeated-hour": "r",
}


def starts() -> Iterator[datetime]:
    """The moments of awareness, in order within each part."""
    moment = FIRST
    while moment < LAST:
        yield moment
        moment += timedelta(hours=61, minutes=20)
    for day in CHANGES:
        midnight = at(f"{day}T00:00")
        for half_hours in range(12):
            yield midnight - timedelta(hours=72) + timedelta(minutes=30 * half_hours)


def line(aware_at: datetime) -> str:
    """One clock in one line."""
    clock = clocks(BreachFacts(aware_at=aware_at))["gdpr_33_1"]
    codes = "".join(_SHORT.get(remark_id, "") for remark_id in remark_ids(clock))
    shown = (aware_at, clock.due_at, outcome(clock, "1182/71-3(1)"))
    return " ".join([*(f"{at.astimezone(AUTHORITY_ZONE):%a %Y-%m-%dT%H:%M%z}" for at in shown), codes]).rstrip()


def grid() -> str:
    """The whole grid."""
    return "".join(f"{line(moment)}\n" for moment in starts())


if __name__ == "__main__":
    print(grid(), end="")  # noqa: T201
