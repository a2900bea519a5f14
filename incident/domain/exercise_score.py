"""What came of an exercise: each act against what the law wants, by plain rules over what is on record.

Times are counted from the first word, which is the worst case, on the clock of the exercise. Where the law names hours
they are the law's; where it says "without undue delay" the hours are ours, and the report says whose they are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from incident.domain.exercises import Asks, Inject, Scenario, on_its_clock
from incident.domain.kinds import Addressee, Subject
from incident.law.consistency import Contradiction
from incident.law.vocabulary import RiskLevel


class Mark(StrEnum):
    """How an act compares with what was wanted. ``OTHER``: decided, but not as the worked case."""

    KEPT = "kept"
    LATE = "late"
    MISSED = "missed"
    OTHER = "other"


class Rule(StrEnum):
    """What is looked at; the injects of the script come after these."""

    CONFIRMED = "confirmed"
    ASSESSED = "assessed"
    AUTHORITY = "authority"
    NOTIFICATION = "notification"
    SUBJECTS = "subjects"
    LETTER = "letter"
    REGISTER = "register"
    CONSISTENT = "consistent"


@dataclass(frozen=True, slots=True)
class Ruling:
    """A final decision: when, what, by whom, why, and on which version of the facts."""

    subject: Subject
    at: datetime
    act: bool
    by: str
    second: str
    reason: str
    fact_version: int
    level: RiskLevel | None = None
    """The lower level that was agreed, of a decision about the risk."""


@dataclass(frozen=True, slots=True)
class Played:
    """What is on record of an exercise until its end."""

    started_at: datetime
    ended_at: datetime
    pace: int
    confirmed_at: datetime | None = None
    assessed_at: datetime | None = None
    rulings: tuple[Ruling, ...] = ()
    ready: Mapping[Addressee, datetime] = field(default_factory=dict)
    came: Mapping[str, datetime] = field(default_factory=dict)
    """When each inject came in, by its id."""
    acts: Mapping[Asks, tuple[datetime, ...]] = field(default_factory=dict)
    """When something was done that answers an inject."""
    lacking: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()

    def ruled(self, subject: Subject) -> Ruling | None:
        """The last decision about a subject."""
        return next((one for one in reversed(self.rulings) if one.subject is subject), None)

    def took(self, at: datetime | None, since: datetime | None = None) -> timedelta | None:
        """How long it took on the clock of the exercise."""
        return None if at is None else on_its_clock(at - (since or self.started_at), self.pace)


@dataclass(frozen=True, slots=True)
class Judged:
    """One act: the rule or the inject it is judged by, how many hours it had, how long it took, what it comes to."""

    name: str
    mark: Mark
    hours: float | None = None
    took: timedelta | None = None


HOURS: Final = {
    Rule.CONFIRMED: 24.0,
    Rule.ASSESSED: 72.0,
    Rule.AUTHORITY: 72.0,
    Rule.NOTIFICATION: 72.0,
    Rule.SUBJECTS: 72.0,
    Rule.LETTER: 72.0,
}
"""GDPR art. 33(1) names 72 hours for the notification, and so for what comes before it; the others are ours."""


def judge(played: Played, script: Scenario) -> tuple[Judged, ...]:
    """Everything that is looked at, in the order in which it is to be done."""
    return (*_acts(played, script), *_record(played), *(_answer(played, one) for one in _asking(played, script)))


def _acts(played: Played, script: Scenario) -> Iterator[Judged]:
    if played.confirmed_at is None:
        yield _decided(played, Rule.CONFIRMED, Subject.BREACH, wanted=True)
    else:
        yield _timed(played, Rule.CONFIRMED, played.confirmed_at)
    yield _timed(played, Rule.ASSESSED, played.assessed_at)
    yield _decided(played, Rule.AUTHORITY, Subject.AUTHORITY, script.notify)
    if script.notify:
        yield _timed(played, Rule.NOTIFICATION, played.ready.get(Addressee.AUTHORITY))
    yield _decided(played, Rule.SUBJECTS, Subject.SUBJECTS, script.inform)
    if script.inform:
        yield _timed(played, Rule.LETTER, played.ready.get(Addressee.SUBJECTS))


def _record(played: Played) -> Iterator[Judged]:
    yield Judged(Rule.REGISTER, Mark.MISSED if played.lacking or played.confirmed_at is None else Mark.KEPT)
    if played.confirmed_at is not None or played.contradictions:
        yield Judged(Rule.CONSISTENT, Mark.MISSED if played.contradictions else Mark.KEPT)


def _timed(played: Played, rule: Rule, at: datetime | None) -> Judged:
    took, hours = played.took(at), HOURS[rule]
    return Judged(rule, _within(took, hours), hours, took)


def _decided(played: Played, rule: Rule, subject: Subject, wanted: bool) -> Judged:
    ruling = played.ruled(subject)
    judged = _timed(played, rule, ruling.at if ruling else None)
    if ruling is None or ruling.act is wanted:
        return judged
    return Judged(rule, Mark.OTHER, judged.hours, judged.took)


def _asking(played: Played, script: Scenario) -> Iterator[Inject]:
    yield from (one for one in script.played(played.pace) if one.asks and one.id in played.came)


def _answer(played: Played, inject: Inject) -> Judged:
    since = played.came[inject.id]
    answer = min((at for at in played.acts.get(inject.asks, ()) if at >= since), default=None)
    took = played.took(answer, since)
    return Judged(inject.id, _within(took, inject.within), inject.within, took)


def _within(took: timedelta | None, hours: float) -> Mark:
    if took is None:
        return Mark.MISSED
    return Mark.KEPT if took <= timedelta(hours=hours) else Mark.LATE
