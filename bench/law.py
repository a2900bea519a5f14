"""The figures of the law: one deadline, one assessment. They need no database; they run once, on the first."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bench.figure import Figure, measure
from bench.place import Place
from incident.law.deadlines import deadline
from incident.law.facts import BreachFacts
from incident.law.obligations import obligations
from incident.law.risk import RiskAnswers, assess, sensitivity
from incident.law.rulesets import RuleSet

AWARE = datetime(2026, 10, 23, 14, 20, tzinfo=UTC)
ROUNDS = 2_000


def figures(_where: Place, _many: int) -> Iterator[Figure]:
    """Limits of the law's own issue: 50 µs for a deadline, 500 µs for an assessment of which nothing is known."""
    rules = RuleSet.at(AWARE)
    facts = BreachFacts(aware_at=AWARE, logged_at=AWARE)
    duty = obligations(facts, rules)[0]
    yield measure("one deadline", lambda: deadline(duty, facts, rules), ROUNDS, limit=0.05)
    yield measure("all duties of one breach", lambda: obligations(facts, rules), ROUNDS)
    yield measure("one assessment", lambda: assess(RiskAnswers(), rules), ROUNDS, limit=0.5)
    yield measure("which answers would change it", lambda: sensitivity(RiskAnswers(), rules), 100)
