"""Migrations: up, down and up again on both databases, the same tables as the code, and one line of revisions."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from incident.platform import resources
from incident.store import schema
from incident.store.db import Base
from incident.store.models import Incident, search

ENTRY = (
    "INSERT INTO audit_entry (chain, seq, tag, actor, at, details, content, previous, hash) "
    "VALUES ('system', 1, 'x', 'x', '2026-03-02 09:00:00', '{}', '{}', 'x', 'x')"
)

FOUND = "DL-2026-0001-X"
INCIDENT = (
    "INSERT INTO incident (id, reference, summary, status, source, reported_at, reporter_name, is_breach, "
    "awareness_stated, systems, fact_version, is_example, in_flood, lessons, salt) "
    f"VALUES ('a89bc3fdb40745a9906f65ae9a335316', '{FOUND}', 'A laptop was stolen', 'reported', 'web', "
    "'2026-03-02 09:00:00.000000', 'R', 'unknown', false, '', 1, false, false, '', '00')"
)


def _objects(engine: Engine) -> set[str]:
    """Tables, indexes, constraints and triggers, and how they are kept and ordered, in the words of the database."""
    if engine.dialect.name == "sqlite":
        query = (
            "SELECT type || ' ' || name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' "
            "UNION SELECT 'without rowid ' || name FROM pragma_table_list WHERE wr"
        )
    else:
        query = (
            "SELECT 'order ' || table_name || column_name || collation_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND collation_name IS NOT NULL UNION "
            "SELECT 'table ' || tablename FROM pg_tables WHERE schemaname = 'public' "
            "UNION SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public' "
            "UNION SELECT 'generated ' || generation_expression FROM information_schema.columns "
            "WHERE is_generated = 'ALWAYS' "
            "UNION SELECT 'constraint ' || conrelid::regclass || conname || pg_get_constraintdef(oid) "
            "FROM pg_constraint WHERE connamespace = 'public'::regnamespace "
            "UNION SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal "
            "UNION SELECT 'function ' || proname FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace "
            "WHERE n.nspname = 'public'"
        )
    with engine.connect() as connection:
        return set(connection.execute(text(query)).scalars()) - {"table alembic_version"}


def _no_index(_item: object, name: str | None, kind: str, _reflected: bool, _compare_to: object) -> bool:
    full_text = (kind == "table" and (name or "").startswith("incident_words")) or (kind, name) == ("column", "words")
    return kind != "index" and not full_text


def test_migrations_make_the_tables_of_the_code(database_url: str) -> None:
    """After all migrations a comparison with the code finds nothing to do; indexes are compared in the next test."""
    schema.upgrade(database_url)
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _no_index})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_migrations_and_code_make_the_same_indexes_and_triggers(database_url: str, databases, dialect) -> None:  # type: ignore[no-untyped-def]
    """Expression indexes and triggers, which a comparison of tables does not see, are the same too."""
    schema.upgrade(database_url)
    other = databases.get(dialect).empty()
    migrated, created = create_engine(database_url), create_engine(other)
    Base.metadata.create_all(created)
    found, wanted = _objects(migrated), _objects(created)
    for engine in (migrated, created):
        engine.dispose()
    databases.get(dialect).drop(other)
    assert {name for name in found if "alembic_version" not in name} == wanted


def test_down_to_nothing_and_up_again(database_url: str) -> None:
    """Every migration can be taken back, and nothing of it stays behind."""
    schema.upgrade(database_url)
    engine = create_engine(database_url)
    before = _objects(engine)
    schema.downgrade(database_url, "base")
    left = {name for name in _objects(engine) if "alembic" not in name}
    schema.upgrade(database_url)
    assert (left, before) == (set(), _objects(engine))
    engine.dispose()


def test_upgrade_keeps_rows_and_may_be_repeated(database_url: str) -> None:
    """A second upgrade does nothing to the data."""
    schema.upgrade(database_url)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(ENTRY))
    schema.upgrade(database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_entry")).scalar_one() == 1
    engine.dispose()


def test_the_words_of_an_incident_are_found_in_the_migrated_register(database_url: str) -> None:
    """The database itself keeps the search up to date, whoever writes the row."""
    schema.upgrade(database_url)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(INCIDENT))
    with Session(engine) as session:
        assert session.scalars(select(Incident.reference).where(*search(session, "lapt").conditions)).all() == [FOUND]
    with engine.begin() as connection:
        connection.execute(text("UPDATE incident SET summary = 'A bag was lost'"))
    with Session(engine) as session:
        assert session.scalars(select(Incident.reference).where(*search(session, "lapt").conditions)).all() == []
        assert session.scalars(select(Incident.reference).where(*search(session, "bag").conditions)).all() == [FOUND]
    engine.dispose()


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET tag = 'y'", "DELETE FROM audit_entry"])
def test_the_migrated_audit_log_refuses_changes(database_url: str, statement: str) -> None:
    """The guards are in the database, whoever connects."""
    schema.upgrade(database_url)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(ENTRY))
    with pytest.raises(DBAPIError, match="cannot be changed"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_processes_that_upgrade_together_wait_for_each_other(database_url: str) -> None:
    """Three at once: each ends well, and the schema is there once."""
    code = "import sys; from incident.store import schema; schema.upgrade(sys.argv[1])"
    root = resources.PACKAGE.parent
    started = [
        subprocess.Popen([sys.executable, "-c", code, database_url], cwd=root, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    errors = [child.communicate(timeout=60)[1] for child in started]
    assert [child.returncode for child in started] == [0, 0, 0], errors
    assert schema.current(database_url) == schema.head()


def test_there_is_one_line_of_revisions_and_each_says_what_it_does() -> None:
    """Two heads are a merge that somebody forgot."""
    scripts = ScriptDirectory(str(resources.migrations_folder()))
    assert len(scripts.get_heads()) == 1
    assert all(
        revision.doc and Path(revision.path).name.startswith(revision.revision) for revision in scripts.walk_revisions()
    )
