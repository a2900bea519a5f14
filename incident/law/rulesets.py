"""GDPR art. 99(2): which version of every rule was in force at an instant.

``RuleSet.at(instant)`` is the only door. A breach is judged by the rules valid when the organisation became aware
of it, and every stored result names ``RuleSet.version``.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from incident.law.errors import NoRuleInForce
from incident.law.periods import Period, next_day, start_of_day
from incident.law.regimes import Bearer, Regime, Status, all_regimes
from incident.law.sources import Value, values
from incident.law.trace import reason

AUTHORITY_ZONE: Final = ZoneInfo("Europe/Amsterdam")
"""The clock and the calendar of the place of action: the authority is in The Hague (Regulation 1182/71 art. 2(1))."""

EDITION: Final = 1
"""Raised when a value is corrected without a change of the law, so that older stored results keep their own name."""


def local_day(at: datetime) -> date:
    """GDPR art. 99(2): the date in the Netherlands, by which it is judged whether a rule was in force."""
    return at.astimezone(AUTHORITY_ZONE).date()


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """GDPR art. 99(2): the rules of one stretch of time; ``version`` names it, for example ``nl-2026-08-15.1``."""

    version: str
    valid_from: datetime
    regimes: Mapping[str, Regime]
    values: Mapping[str, Value]

    @classmethod
    def at(cls, instant: datetime, *, include_proposals: bool = False) -> "RuleSet":
        """GDPR art. 99(2): the rules in force at ``instant`` (aware).

        ``include_proposals`` lets drafts that are not law take the place of the law, for "what if" questions only.
        Raises ``NoRuleInForce`` before 25 May 2018 and ``ValueError`` for an instant without a zone.
        """
        if instant.utcoffset() is None:
            raise ValueError("An instant must carry its zone.")
        starts, rule_sets = _history(include_proposals)
        if not (position := bisect_right(starts, instant)):
            raise NoRuleInForce(reason("gdpr_99_2", "GDPR art. 99(2)", "error.before_gdpr", at=instant.astimezone(UTC)))
        return rule_sets[position - 1]

    def regime(self, regime_id: str) -> Regime:
        """GDPR art. 99(2): the version of one duty in this rule set; raises ``NoRuleInForce`` when there is none."""
        if not (found := self.regimes.get(regime_id)):
            params = {"regime": regime_id, "ruleset": self.version}
            raise NoRuleInForce(reason("gdpr_99_2", "GDPR art. 99(2)", "error.no_regime", **params))
        return found

    def value(self, value_id: str) -> Value:
        """GDPR art. 5(2): one dated value; raises ``KeyError`` when this rule set has none of that name."""
        return self.values[value_id]

    def with_house_hours(self, hours: int) -> "RuleSet":
        """GDPR art. 33(2), 34(1), 34(3)(c): the same rules with the organisation's own hours, where the law has none.

        What a processor owes is only shortened: its customers cannot tell anybody before they know.
        """
        if not 1 <= hours <= LONGEST_HOUSE_HOURS:
            raise ValueError("The house period is 1 to 336 hours.")
        changed = {
            key: replace(regime, house=_own(hours, regime.bearer, regime.house))
            for key, regime in self.regimes.items()
            if regime.house
        }
        regimes = MappingProxyType({**self.regimes, **changed})
        return replace(self, version=f"{self.version}+house{hours}", regimes=regimes)


LONGEST_HOUSE_HOURS: Final = 336


def _own(hours: int, bearer: Bearer, house: Period) -> Period:
    return Period(hours=min(hours, house.hours) if bearer is Bearer.PROCESSOR else hours)


@cache
def _history(include_proposals: bool) -> tuple[tuple[datetime, ...], tuple[RuleSet, ...]]:
    gdpr = min(regime.valid_from for regime in all_regimes() if regime.valid_from and not regime.setting)
    days = sorted(day for day in _changes() if day >= gdpr)
    rule_sets = tuple(_in_force_on(day, include_proposals) for day in days)
    return tuple(rules.valid_from for rules in rule_sets), rule_sets


def _changes() -> set[date]:
    dated: tuple[Regime | Value, ...] = (*all_regimes(), *values())
    starts = {entry.valid_from for entry in dated if entry.valid_from}
    return starts | {next_day(entry.valid_to) for entry in dated if entry.valid_to}


def _in_force_on(day: date, include_proposals: bool) -> RuleSet:
    gdpr_first = sorted(all_regimes(), key=lambda regime: regime.setting != "")
    regimes = {regime.id: regime for regime in gdpr_first if regime.in_force(day)}
    if include_proposals:
        regimes |= {regime.id: regime for regime in all_regimes() if regime.status is Status.PROPOSAL}
    in_force = {value.id: value for value in values() if value.in_force(day)}
    name = f"nl-{day.isoformat()}.{EDITION}" + ("+proposals" if include_proposals else "")
    start = start_of_day(day, AUTHORITY_ZONE)
    return RuleSet(name, start, MappingProxyType(regimes), MappingProxyType(in_force))
