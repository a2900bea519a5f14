"""GDPR art. 5(1)(d): facts that contradict each other.

A finding never stops anybody: it is shown before release, and a person decides.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from incident.law.facts import AffectedController, AffectedGroup, BreachFacts, CountryCount
from incident.law.forms.notation import count
from incident.law.texts import sentence
from incident.law.vocabulary import (
    UNKNOWN,
    Informed,
    Protection,
    Ternary,
    Unknown,
)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two or more facts of one sheet that cannot all be true; ``text_id`` names the sentence."""

    fields: tuple[str, ...]
    text_id: str

    def words(self, language: str) -> str:
        """The finding as a sentence."""
        return sentence(self.text_id, (), language)


def contradictions(facts: BreachFacts) -> tuple[Contradiction, ...]:
    """GDPR art. 5(1)(d): everything in one fact sheet that cannot be true together."""
    return tuple(rule.finding for rule in RULES if rule.broken(facts))


@dataclass(frozen=True, slots=True)
class _Rule:
    finding: Contradiction
    broken: Callable[[BreachFacts], bool]


def _before(earlier: str, later: str) -> Callable[[BreachFacts], bool]:
    """Whether the instant that must be the later one lies before the other."""

    def broken(facts: BreachFacts) -> bool:
        first, second = getattr(facts, earlier), getattr(facts, later)
        return isinstance(first, datetime) and isinstance(second, datetime) and second < first

    return broken


def _over(low: str, high: str) -> Callable[[BreachFacts], bool]:
    def broken(facts: BreachFacts) -> bool:
        least, most = count(getattr(facts, low)), count(getattr(facts, high))
        return least is not None and most is not None and least > most

    return broken


def _not_all_told(facts: BreachFacts) -> bool:
    told, least = count(facts.informed_count), count(facts.subjects_min)
    explained = facts.informed is not Informed.INFORMED or bool(facts.informed_not_all_note.strip())
    return not explained and told is not None and least is not None and told < least


def _exact_range(facts: BreachFacts) -> bool:
    least, most = count(facts.subjects_min), count(facts.subjects_max)
    return facts.subjects_exact and least is not None and most is not None and least != most


def _sum_over_subjects(name: str) -> Callable[[BreachFacts], bool]:
    def broken(facts: BreachFacts) -> bool:
        most = count(facts.subjects_max)
        return most is not None and sum(_counts(getattr(facts, name))) > most

    return broken


def _one_over_subjects(facts: BreachFacts) -> bool:
    """A person may be in two groups, so that only a single group larger than the total contradicts it."""
    most = count(facts.subjects_max)
    return most is not None and any(number > most for number in _counts(facts.affected_groups))


def _counts(entries: tuple[CountryCount | AffectedController | AffectedGroup, ...]) -> Iterator[int]:
    return (known for entry in entries if (known := count(entry.subjects)) is not None)


def _protected_and_not(facts: BreachFacts) -> bool:
    silent = {Protection.NONE, Protection.UNKNOWN}
    return Protection.NONE in facts.protection and bool(set(facts.protection) - silent)


def _rule(text: str, fields: tuple[str, ...], broken: Callable[[BreachFacts], bool]) -> _Rule:
    return _Rule(Contradiction(fields, f"consistency.{text}"), broken)


def _ordered(text: str, earlier: str, later: str) -> _Rule:
    return _rule(text, (earlier, later), _before(earlier, later))


RULES = (
    _ordered("end_before_begin", "occurred_from", "occurred_to"),
    _rule(
        "ongoing_with_end",
        ("ongoing", "occurred_to"),
        lambda facts: facts.ongoing is Ternary.YES and not isinstance(facts.occurred_to, Unknown),
    ),
    _ordered("aware_before_begin", "occurred_from", "aware_at"),
    _ordered("aware_before_signal", "first_signal_at", "aware_at"),
    _ordered("aware_before_discovery", "discovered_at", "aware_at"),
    _ordered("processor_told_before_aware", "processor_aware_at", "processor_told_us_at"),
    _ordered("notified_before_aware", "aware_at", "first_notified_at"),
    _rule("subjects_min_over_max", ("subjects_min", "subjects_max"), _over("subjects_min", "subjects_max")),
    _rule("records_min_over_max", ("records_min", "records_max"), _over("records_min", "records_max")),
    _rule("exact_but_range", ("subjects_exact", "subjects_min", "subjects_max"), _exact_range),
    _rule("informed_over_subjects", ("informed_count", "subjects_max"), _over("informed_count", "subjects_max")),
    _rule(
        "informed_under_subjects",
        ("informed", "informed_count", "informed_not_all_note", "subjects_min"),
        _not_all_told,
    ),
    _rule("countries_over_subjects", ("countries", "subjects_max"), _sum_over_subjects("countries")),
    _rule(
        "controllers_over_subjects",
        ("affected_controllers", "subjects_max"),
        _sum_over_subjects("affected_controllers"),
    ),
    _rule("groups_over_subjects", ("affected_groups", "subjects_max"), _one_over_subjects),
    _rule("protected_and_not", ("protection",), _protected_and_not),
    _rule(
        "parties_but_no",
        ("others_involved", "parties"),
        lambda facts: facts.others_involved is Ternary.NO and bool(facts.parties),
    ),
    _rule(
        "several_countries_but_no",
        ("cross_border", "countries"),
        lambda facts: facts.cross_border is Ternary.NO and len({entry.country for entry in facts.countries}) > 1,
    ),
    _rule(
        "exception_without_ground",
        ("informed", "not_informing_ground"),
        lambda facts: facts.informed is Informed.EXCEPTION and facts.not_informing_ground is UNKNOWN,
    ),
)
"""Every contradiction this package knows, in the order of the fact sheet."""
