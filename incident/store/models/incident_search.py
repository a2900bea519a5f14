"""The words of the register: a full-text index beside the incidents, kept by the database itself.

SQLite: an FTS5 table whose row numbers follow from the references, and triggers. PostgreSQL: a GIN index over an
expression. Both match the beginnings of words, whatever their case; only SQLite folds accents as well.
"""

import re
from typing import Final

from sqlalchemy import DDL, ColumnElement, column, event, false, func, literal_column, select, table, text
from sqlalchemy.orm import Session, aliased

from incident.store.models.incident import Incident

_BREAKS: Final = "-_/.,:;@()\"''"
VECTOR: Final = (
    f"to_tsvector('simple', translate(reference || ' ' || summary || ' ' || systems, '{_BREAKS}', "
    f"'{' ' * (len(_BREAKS) - 1)}'))"
)
_ROW: Final = "CAST(replace(substr({0}.reference, 4, length({0}.reference) - 5), '-', '') AS INTEGER)"
_INSERT: Final = (
    f"INSERT OR REPLACE INTO incident_words (rowid, reference, told) VALUES ({_ROW.format('new')}, "
    "new.reference, new.summary || ' ' || new.systems)"
)
SQLITE_SEARCH: Final = (
    "CREATE VIRTUAL TABLE incident_words USING fts5"
    "(reference, told, tokenize = \"unicode61 remove_diacritics 2\", prefix = '2 3 4')",
    f"CREATE TRIGGER incident_words_insert AFTER INSERT ON incident BEGIN {_INSERT}; END",
    f"CREATE TRIGGER incident_words_update AFTER UPDATE OF summary, systems ON incident BEGIN {_INSERT}; END",
)
POSTGRESQL_SEARCH: Final = (f"CREATE INDEX ix_incident_words ON incident USING gin (({VECTOR}))",)

for _dialect, _statements in (("sqlite", SQLITE_SEARCH), ("postgresql", POSTGRESQL_SEARCH)):
    for _statement in _statements:
        _ddl = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(Incident.__table__, "after_create", _ddl.execute_if(dialect=_dialect))


def words_of(typed: str) -> list[str]:
    """The words that somebody looks for: letters and digits, everything else parts them."""
    return re.findall(r"[^\W_]+", typed)


def matching(session: Session, typed: str) -> list[ColumnElement[bool]]:
    """Conditions for incidents in which every typed word begins a word; nothing typed narrows nothing.

    On PostgreSQL ``OFFSET 0`` keeps the planner from walking all incidents by date in search of a rare word.
    """
    if not typed.strip():
        return []
    words = words_of(typed)
    if not words:
        return [false()]
    if session.get_bind().dialect.name == "sqlite":
        index = table("incident_words", column("reference"))
        asked = text("incident_words MATCH :asked").bindparams(asked=" AND ".join(f'"{word}"*' for word in words))
        return [Incident.reference.in_(select(index.c.reference).where(asked))]
    inner = aliased(Incident)
    found = literal_column(VECTOR).op("@@")(func.to_tsquery("simple", " & ".join(f"{word}:*" for word in words)))
    return [Incident.reference.in_(select(inner.reference).where(found).offset(0))]


__all__ = ["POSTGRESQL_SEARCH", "SQLITE_SEARCH", "matching", "words_of"]
