"""GDPR art. 5(2): how a value is told in the book of rules: in words, as a number, a list or a table.

The tables are stored by the names and the order in which the assessment looks them up; a lawyer or a board reads what
each name and each place stands for. A name without words raises ``KeyError``, so none can be forgotten.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from incident.law.labels import label
from incident.law.risk.findings import Gravity, Likelihood
from incident.law.sources import Table, Value
from incident.law.texts import sentence, texts
from incident.law.vocabulary import DataCategory

_LIKELIHOODS: Final = tuple(f"risk.likelihood.{each.name.lower()}" for each in Likelihood)
_GRAVITIES: Final = tuple(f"risk.gravity.{each.name.lower()}" for each in Gravity)
_ALTERATIONS: Final = tuple(f"book.word.{name}" for name in ("no_misuse", "misuse_reversible", "misuse_irreversible"))
_DURATIONS: Final = tuple(f"book.word.duration.{name}" for name in ("hours", "days", "later", "never"))
_NOTICED: Final = tuple(f"book.word.noticed.{name}" for name in ("none", "minor", "serious"))
_AXES: Final = {
    "edpb.confidentiality": ("confidentiality", _LIKELIHOODS, _GRAVITIES),
    "edpb.integrity": ("integrity", _ALTERATIONS, _GRAVITIES),
    "edpb.availability": ("availability", _DURATIONS, _NOTICED),
}
"""What the rows and the columns of a table of outcomes stand for, in the order in which they are looked up."""
_SCALES: Final = {"edpb.recipients": _LIKELIHOODS}
"""Values whose numbers are places on a scale."""
_FAMILIES: Final = {
    "edpb.gravity": "risk.gravity",
    "edpb.combinations": "risk.gravity",
    "enisa.levels": "risk.enisa.level",
}
"""Whose words the names of a value are, where the assessment has them already."""


def value_title(value: Value, language: str) -> str:
    """GDPR art. 5(2): what a value says, in a few words."""
    return sentence(f"book.value.{value.id}", (), language)


def told(value: Value, language: str) -> str:
    """GDPR art. 5(2): a value as Markdown; ``KeyError`` for a name that has no words."""
    return _Teller(value.id, language).told(value.value)


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """GDPR art. 5(2): a table of the book as Markdown."""
    names = tuple(heads)
    lines = [_row(names), f"|{' --- |' * len(names)}"]
    return "\n".join([*lines, *(_row(row) for row in rows)])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


@dataclass(frozen=True, slots=True)
class _Teller:
    value_id: str
    language: str

    def told(self, content: Any) -> str:
        if self.value_id == "edpb.combinations":
            return _lines(self._combination(each) for each in content)
        if isinstance(content, Mapping):
            return self._mapping(content)
        return self._outcomes(content) if isinstance(content, list) else self._number(content)

    def _mapping(self, content: Table) -> str:
        """Single values as a list, values of the same names as one table, others under a heading of their own."""
        rows = {name: entry for name, entry in content.items() if isinstance(entry, Mapping)}
        single = _lines(self._entry(name, entry) for name, entry in content.items() if name not in rows)
        if not rows or not _same_names(rows.values()):
            return "\n".join(filter(None, (single, _lines(self._entry(*each) for each in rows.items()))))
        if all(isinstance(inner, Mapping) for row in rows.values() for inner in row.values()):
            return "\n\n".join(f"**{self._word(name)}**\n\n{self._mapping(row)}" for name, row in rows.items())
        columns = tuple(next(iter(rows.values())))
        heads = (self._say(f"book.corner.{self.value_id}"), *map(self._word, columns))
        told = ((self._word(name), *(self._number(row[each]) for each in columns)) for name, row in rows.items())
        return "\n\n".join(filter(None, (single, table(heads, told))))

    def _entry(self, name: str, entry: Any) -> str:
        if _is_rows(entry) and self.value_id in _AXES:
            return f"**{self._word(name)}**\n\n{self._outcomes(entry)}\n"
        return f"- {self._word(name)}: {self._inside(name, entry)}"

    def _inside(self, name: str, entry: Any) -> str:
        if isinstance(entry, Mapping):
            return "; ".join(f"{self._word(inner)} {self._example(name, inner, each)}" for inner, each in entry.items())
        if _is_rows(entry):
            return "".join(f"\n  - {self._words(row)}" for row in entry)
        return self._words(entry) if isinstance(entry, list) else self._number(entry)

    def _example(self, name: str, inner: str, entry: Any) -> str:
        if isinstance(entry, str):
            return f"({self._say(f'book.word.{self.value_id}.{name}.{inner}')})"
        return self._number(entry)

    def _outcomes(self, rows: Sequence[Sequence[str]]) -> str:
        corner, down, across = _AXES[self.value_id]
        heads = (self._say(f"book.corner.{corner}"), *map(self._say, across))
        levels = ((self._say(f"risk.level.{level}") for level in row) for row in rows)
        return table(heads, ((self._say(name), *row) for name, row in zip(down, levels, strict=True)))

    def _combination(self, content: Table) -> str:
        choices = (self._say("book.one_of", choice=self._words(choice)) for choice in content["one_of"])
        parts = ". ".join((self._words(content["all"]), *choices))
        return f"- {self._word(content['name'])} ({self._word(content['gravity'])}): {parts}"

    def _words(self, names: Iterable[str]) -> str:
        return "; ".join(map(self._word, names))

    def _word(self, name: str) -> str:
        family = _FAMILIES.get(self.value_id, "")
        for text_id in (f"book.word.{self.value_id}.{name}", f"{family}.{name}", f"book.word.{name}"):
            if text_id in texts():
                return self._say(text_id)
        if name not in set(DataCategory):
            raise KeyError(f"{self.value_id}: {name}")
        return label(DataCategory(name), self.language)

    def _number(self, number: float) -> str:
        scale = _SCALES.get(self.value_id)
        if scale is not None:
            return self._say(scale[int(number)])
        shown = f"{number:g}"
        return shown if self.language == "en" else shown.replace(".", ",")

    def _say(self, text_id: str, **params: str) -> str:
        return sentence(text_id, tuple(params.items()), self.language)


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines)


def _same_names(rows: Iterable[Table]) -> bool:
    return len({frozenset(row) for row in rows}) == 1


def _is_rows(entry: Any) -> bool:
    return isinstance(entry, list) and all(isinstance(row, list) for row in entry)
