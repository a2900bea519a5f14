"""The canonical form, one row at a time and many at once."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

from incident.domain.kinds import Subject
from incident.store.proof.canonical import canonical, canonical_rows, written, written_parts

_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
_ROWS: tuple[dict[str, object], ...] = (
    {"at": _AT, "text": 'a "quote" and %s', "key": UUID(int=7), "facts": {"b": [1, None], "a": "é"}, "act": True},
    {"at": _AT.astimezone(timezone(timedelta(hours=1))), "text": None, "key": None, "facts": {}, "act": False},
    {"at": None, "text": Subject.BREACH, "key": b"\x01", "facts": None, "act": None},
)


def test_many_rows_are_written_as_each_by_itself() -> None:
    """What the verifier of a dossier hashes row by row must be what was committed to in columns."""
    columns = {name: [row[name] for row in _ROWS] for name in reversed(_ROWS[0])}
    assert list(canonical_rows(columns)) == [canonical(row) for row in _ROWS]


def test_a_document_that_is_written_stands_in_a_row_as_it_is() -> None:
    facts = {"b": 1, "a": {"é": [True]}}
    parts = written_parts({name: written(value) for name, value in facts.items()})
    assert parts == written(facts) == written(written(facts))
    assert list(canonical_rows({"facts": [parts], "text": [str(parts)]})) == [
        canonical({"facts": facts, "text": str(parts)})
    ]
