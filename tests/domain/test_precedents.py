"""Earlier breaches: the most alike first, all counted, unknown answers neither for nor against."""

from datetime import UTC, datetime

import pytest

from incident.domain.precedents import Precedent, kind_of, precedents
from incident.law.facts import BreachFacts
from incident.law.vocabulary import DataCategory, IncidentKind

NAME, EMAIL, HEALTH = DataCategory.NAME, DataCategory.EMAIL, DataCategory.HEALTH
OURS = BreachFacts(data_categories=(NAME, EMAIL), subjects_min=12, subjects_max=12)


def _case(reference: str, *data: DataCategory, subjects: int | None = None, notified: bool = False) -> Precedent:
    return Precedent(reference, "", datetime(2026, 3, 1, tzinfo=UTC), None, notified, "", frozenset(data), subjects)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (_case("same data", NAME, EMAIL), _case("other data", HEALTH)),
        (_case("most of it", NAME, EMAIL, HEALTH), _case("nothing known")),
        (_case("as many", subjects=40), _case("many more", subjects=90_000)),
        (_case("all alike", NAME, EMAIL, subjects=12), _case("data alike", NAME, EMAIL)),
        (_case("nothing known"), _case("other data", HEALTH)),
    ],
)
def test_what_is_more_alike_comes_first(better: Precedent, worse: Precedent) -> None:
    """In whatever order they were found."""
    for found in ([better, worse], [worse, better]):
        assert [one.reference for one in precedents(OURS, found).closest] == [better.reference, worse.reference]


def test_all_are_counted_and_few_are_told_the_newest_first_among_equals() -> None:
    """The page shows three and says how the rest ended."""
    found = precedents(OURS, [_case(str(place), notified=place == 4) for place in range(5)])
    assert (found.notified, found.kept) == (1, 4)
    assert [one.reference for one in found.closest] == ["0", "1", "2"]


def test_the_kind_is_as_recorded_else_as_reported() -> None:
    """A kind that nobody knows finds nothing."""
    recorded = BreachFacts(kinds=(IncidentKind.UNKNOWN, IncidentKind.PHISHING))
    assert kind_of(recorded, "gijzelsoftware") is IncidentKind.PHISHING
    assert kind_of(BreachFacts(), "Gijzelsoftware op de server") is not None
    assert kind_of(BreachFacts(), "Iets vreemds") is None
