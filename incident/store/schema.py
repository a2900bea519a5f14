"""The schema of the database, moved up and down by Alembic."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from incident.platform import resources

HEAD = "head"


def config(database_url: str) -> Config:
    """Alembic's configuration for one database; there is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(resources.migrations_folder()).replace("%", "%%"))
    made.attributes["database_url"] = database_url
    return made


def upgrade(database_url: str, revision: str = HEAD) -> None:
    """Bring the schema up to `revision`, in one transaction; processes that start together wait for each other."""
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
    return ScriptDirectory(str(resources.migrations_folder())).get_current_head()
