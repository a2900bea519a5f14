"""The schema of the database, moved up and down by Alembic."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from sqlalchemy import create_engine

from incident.domain.kernel.errors import IllegalMove
from incident.platform import resources

HEAD = "head"


def config(database_url: str) -> Config:
    """Alembic's configuration for one database; there is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(resources.migrations_folder()).replace("%", "%%"))
    made.attributes["database_url"] = database_url
    return made


def upgrade(database_url: str, revision: str = HEAD) -> None:
    """Bring the schema up to `revision`, in one transaction; processes that start together wait for each other.

    Raises IllegalMove where a newer version of the program was here before.
    """
    steps(database_url)
    command.upgrade(config(database_url), revision)


def downgrade(database_url: str, revision: str) -> None:
    """Take the schema down to `revision`, or to nothing with `base`."""
    command.downgrade(config(database_url), revision)


def current(database_url: str) -> str | None:
    """The revision the database stands at; None when it has no schema."""
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def head() -> str | None:
    """The revision that this version of the program needs."""
    return _scripts().get_current_head()


def steps(database_url: str) -> tuple[tuple[str, str], ...]:
    """What an upgrade would do, first step first: each with its revision and what it is about. Changes nothing.

    Raises IllegalMove where the database stands at a revision that this version of the program does not know.
    """
    stands = current(database_url)
    try:
        ahead = list(_scripts().iterate_revisions(HEAD, stands or "base"))
    except ResolutionError as problem:
        raise IllegalMove(
            "The database was brought to version %(stands)s by a newer Meldklok: install that one again. "
            "Nothing was changed.",
            stands=stands,
        ) from problem
    return tuple((script.revision, (script.doc or "").partition("\n")[0]) for script in reversed(ahead))


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(resources.migrations_folder()))
