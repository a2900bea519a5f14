"""Small builders for the tests of the clock: a moment in Amsterdam, facts, and the clocks that follow."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from incident.law.deadlines import Deadline, deadlines
from incident.law.facts import BreachFacts
from incident.law.instants import read_instant
from incident.law.obligations import Obligation, obligations, rules_for
from incident.law.regimes import settings
from incident.law.vocabulary import RiskLevel

EVERY_REGIME = frozenset(settings())
NOW = read_instant("2026-11-22T12:00Z", "UTC")


def at(text: str, zone: str = "Europe/Amsterdam") -> datetime:
    """A moment written in Amsterdam time."""
    return read_instant(text, zone)


def duties(
    facts: BreachFacts,
    *,
    risk: RiskLevel | None = None,
    regimes: frozenset[str] = frozenset(),
    moments: Mapping[str, datetime] | None = None,
    proposals: bool = False,
) -> dict[str, Obligation]:
    """The obligations of a breach by their ids, under the rules of its awareness."""
    rules = rules_for(facts, NOW, include_proposals=proposals)
    found = obligations(facts, rules, risk=risk, regimes=regimes, moments=moments or {})
    return {obligation.id: obligation for obligation in found}


def clocks(facts: BreachFacts, *, proposals: bool = False, **options: Any) -> dict[str, Deadline]:
    """The running clocks of a breach by the ids of their obligations."""
    rules = rules_for(facts, NOW, include_proposals=proposals)
    found = deadlines(duties(facts, proposals=proposals, **options).values(), facts, rules)
    return {clock.obligation_id: clock for clock in found}


def authority_clock(aware_at: str) -> Deadline:
    """The clock of art. 33(1) for one moment of awareness."""
    return clocks(BreachFacts(aware_at=at(aware_at)))["gdpr_33_1"]


def remark_ids(clock: Deadline) -> tuple[str, ...]:
    """The ids of a clock's remarks, in their order."""
    return tuple(remark.id for remark in clock.remarks)


def outcome(clock: Deadline, remark_id: str) -> datetime:
    """The end of the period in one other reading."""
    return next(remark.at for remark in clock.remarks if remark.id == remark_id)
