"""The database fixtures themselves: empty, apart from each other, and copied from a template."""

from sqlalchemy import create_engine, inspect, text

from tests.databases import Lazily, PostgresDatabases, SqliteDatabases


def _prepare(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (body TEXT)"))
    engine.dispose()


def test_a_fresh_database_has_no_tables(database_url: str, dialect: str) -> None:
    """Each test starts with nothing, on the engine it asked for."""
    engine = create_engine(database_url)
    assert (engine.dialect.name, inspect(engine).get_table_names()) == (dialect, [])
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE leftover (x INTEGER)"))
    engine.dispose()


def test_copies_of_the_template_do_not_share_rows(dialect: str) -> None:
    """Two databases from one template: what is written in the first is absent from the second."""
    kinds = {"sqlite": SqliteDatabases, "postgresql": PostgresDatabases}
    databases = kinds[dialect](prepare=_prepare)
    first, second = (create_engine(databases.migrated()) for _ in range(2))
    with first.begin() as connection:
        connection.execute(text("INSERT INTO note VALUES ('only here')"))
    with second.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM note")).scalar_one() == 0
    first.dispose(), second.dispose()
    databases.close()


def test_an_engine_that_does_not_start_is_reported_each_time() -> None:
    """The reason is kept, and the start is not tried again for every test."""
    calls: list[int] = []

    def broken() -> SqliteDatabases:
        calls.append(1)
        raise OSError("no room")

    kinds = Lazily({"sqlite": broken})
    reasons = []
    for _ in range(2):
        try:
            kinds.get("sqlite")
        except RuntimeError as problem:
            reasons.append(str(problem))
    assert (reasons, len(calls)) == (["sqlite does not start here: no room"] * 2, 1)
