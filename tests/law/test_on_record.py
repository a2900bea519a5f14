"""What is kept of a breach is read years later: the words it is kept under stay what they are."""

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any

import incident.law
from tests.law.on_record import on_record

SNAPSHOT = Path(__file__).parent / "snapshots" / "on_record.txt"
NOTHING = ("", (), None, "unknown", False, 0, frozenset(), [], {})
CHOSEN = {
    "Party.role": "other",
    "AffectedController.language": "nl",
    "DataItem.insight": "usual",
    "DataItem.protected": "by_method",
    "Draft.origin": "recorded",
    "Weight.axis": "outcome",
    "Weight.ceiling": 99,
}
"""What is assumed although nobody said it."""
MADE_OF_SUCH = {
    "FilingContext.filer",
    "FilingContext.country_name",
    "FilingContext.counting",
    "_Recorded.made",
    "Finding.weight",
}


def test_what_was_recorded_keeps_its_words_and_its_meaning() -> None:
    """GDPR art. 33(5): add to the lists and the sheet, never change them: no old record could be read otherwise."""
    assert on_record() == SNAPSHOT.read_text("utf-8")


def test_what_nobody_stated_is_stated_nowhere() -> None:
    """GDPR art. 5(2): whatever is left out is empty or not known; the few exceptions stand in a list."""
    assumed = {name: value for name, value in _assumed() if value not in NOTHING}
    assert {name: value for name, value in assumed.items() if name not in MADE_OF_SUCH} == CHOSEN


def _assumed() -> Iterator[tuple[str, Any]]:
    names = [one.name for one in pkgutil.walk_packages(incident.law.__path__, "incident.law.")]
    for module in (importlib.import_module(name) for name in names):
        for kind in vars(module).values():
            if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == module.__name__:
                for one in fields(kind):
                    made = one.default_factory() if one.default_factory is not MISSING else one.default
                    if made is not MISSING:
                        yield f"{kind.__name__}.{one.name}", getattr(made, "value", made)
