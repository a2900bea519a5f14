"""The words of the register: a full-text index beside the incidents, kept by the database itself.

SQLite: an FTS5 table and triggers. Its row numbers grow with the instants of the reports, so that the newest incidents
with a frequent word are found without looking at all the others. PostgreSQL: a generated column with a GIN index; the
planner knows from its statistics whether a word is rare. Both match the beginnings of words, whatever their case; only
SQLite folds accents as well.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import (
    DDL,
    ColumnElement,
    Select,
    String,
    bindparam,
    column,
    event,
    false,
    func,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.orm import Session

from incident.store.models.incident import Incident

_BREAKS: Final = "-_/.,:;@()\"''"
VECTOR: Final = (
    f"to_tsvector('simple', translate(reference || ' ' || summary || ' ' || systems, '{_BREAKS}', "
    f"'{' ' * (len(_BREAKS) - 1)}'))"
)
_ROW: Final = (
    "(CAST(strftime('%s', {0}.reported_at) AS INTEGER) * 1073741824"
    " + CAST(substr({0}.reference, 4, 4) AS INTEGER) % 1024 * 1048576"
    " + CAST(substr({0}.reference, 9, length({0}.reference) - 10) AS INTEGER))"
)
"""Seconds in the upper half; below them the year and the number of the reference, which no two real incidents share."""
_INSERT: Final = (
    f"INSERT OR REPLACE INTO incident_words (rowid, reference, summary, systems) SELECT {_ROW.format('new')}, "
    "new.reference, new.summary, new.systems WHERE new.exercise_id IS NULL;"
)
"""An exercise is in no search, and may have the number of a real incident."""
SQLITE_SEARCH: Final = (
    # A beginning of up to eight letters is an entry of the index; a longer one is put together from all words that fit.
    "CREATE VIRTUAL TABLE incident_words USING fts5"
    "(reference, summary, systems, tokenize = \"unicode61 remove_diacritics 2\", prefix = '1 2 3 4 5 6 7 8')",
    f"CREATE TRIGGER incident_words_insert AFTER INSERT ON incident BEGIN {_INSERT} END",
    "CREATE TRIGGER incident_words_update AFTER UPDATE OF summary, systems, reported_at ON incident BEGIN "
    f"DELETE FROM incident_words WHERE rowid = {_ROW.format('old')} AND reference = old.reference; {_INSERT} END",
)
POSTGRESQL_SEARCH: Final = (
    f"ALTER TABLE incident ADD COLUMN words tsvector GENERATED ALWAYS AS ({VECTOR}) STORED",
    "CREATE INDEX ix_incident_words ON incident USING gin (words)",
)

for _dialect, _statements in (("sqlite", SQLITE_SEARCH), ("postgresql", POSTGRESQL_SEARCH)):
    for _statement in _statements:
        _ddl = DDL(_statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
        event.listen(Incident.__table__, "after_create", _ddl.execute_if(dialect=_dialect))

_WORDS: Final = table("incident_words", column("rowid"), column("reference"))


@dataclass(frozen=True, slots=True)
class Search:
    """What a query over incidents needs to find typed words: its conditions, and the order that is newest first.

    ``real`` is a row for each incident with these words that is no exercise, where their index knows it alone;
    there the newest come first by themselves. ``whole`` are the conditions for whole words, where an index finds those
    much sooner than beginnings: a part of what ``conditions`` find, enough to know that there are many.
    """

    conditions: tuple[ColumnElement[bool], ...]
    newest_first: tuple[ColumnElement[datetime] | ColumnElement[str] | ColumnElement[int], ...]
    real: Select[int] | None = None
    whole: tuple[ColumnElement[bool], ...] = ()


_BY_REPORT: Final = (Incident.reported_at.desc(), Incident.reference.desc())


def words_of(typed: str) -> list[str]:
    """The words that somebody looks for: letters and digits, everything else parts them."""
    return re.findall(r"[^\W_]+", typed)


def search(session: Session, text: str = "", system: str = "") -> Search:
    """Find incidents in which every typed word begins a word, and that concern a system whose name has these words.

    Nothing typed narrows nothing, signs find nothing.
    """
    typed, named = words_of(text), words_of(system)
    if (text.strip() and not typed) or (system.strip() and not named):
        return Search((false(),), _BY_REPORT)
    if not typed and not named:
        return Search((), _BY_REPORT)
    if session.get_bind().dialect.name == "sqlite":
        match = literal_column("incident_words").op("MATCH", is_comparison=True)
        asked = [f'"{word}"*' for word in typed] + ([f'systems : "{" ".join(named)}"*'] if named else [])
        found = match(" AND ".join(asked))
        real = select(literal(1)).select_from(_WORDS).where(found)
        return Search((Incident.reference == _WORDS.c.reference, found), (_WORDS.c.rowid.desc(),), real)
    concerned = bindparam(None, f"%{'%'.join(named)}%", String, literal_execute=True)
    concerning = [Incident.systems.ilike(concerned)] if named else []
    begun, whole = ((_vector_has(typed + named, mark), *concerning) for mark in (":*", ""))
    return Search(begun, _BY_REPORT, whole=whole)


def _vector_has(words: list[str], mark: str) -> ColumnElement[bool]:
    """They stand in the statement itself: the plan for a word must know whether it is a rare one."""
    wanted = bindparam(None, " & ".join(word + mark for word in words), String, literal_execute=True)
    return literal_column("incident.words").op("@@", is_comparison=True)(func.to_tsquery("simple", wanted))


__all__ = ["POSTGRESQL_SEARCH", "SQLITE_SEARCH", "Search", "search"]
