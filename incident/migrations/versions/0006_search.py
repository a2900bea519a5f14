"""Search in the register: full text, and indexes for its filters."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BREAKS = "-_/.,:;@()\"''"
VECTOR = (
    f"to_tsvector('simple', translate(reference || ' ' || summary || ' ' || systems, '{BREAKS}', "
    f"'{' ' * (len(BREAKS) - 1)}'))"
)
ROW = "CAST(replace(substr({0}reference, 4, length({0}reference) - 5), '-', '') AS INTEGER)"
INSERT = (
    f"INSERT OR REPLACE INTO incident_words (rowid, reference, told) VALUES ({ROW.format('new.')}, "
    "new.reference, new.summary || ' ' || new.systems)"
)
SQLITE = (
    "CREATE VIRTUAL TABLE incident_words USING fts5"
    "(reference, told, tokenize = \"unicode61 remove_diacritics 2\", prefix = '2 3 4')",
    f"CREATE TRIGGER incident_words_insert AFTER INSERT ON incident BEGIN {INSERT}; END",
    f"CREATE TRIGGER incident_words_update AFTER UPDATE OF summary, systems ON incident BEGIN {INSERT}; END",
    f"INSERT OR REPLACE INTO incident_words (rowid, reference, told) "
    f"SELECT {ROW.format('')}, reference, summary || ' ' || systems FROM incident",
)
POSTGRESQL = (f"CREATE INDEX ix_incident_words ON incident USING gin (({VECTOR}))",)
WITHOUT_SQLITE = (
    "DROP TRIGGER incident_words_update",
    "DROP TRIGGER incident_words_insert",
    "DROP TABLE incident_words",
)
WITHOUT_POSTGRESQL = ("DROP INDEX ix_incident_words",)


def upgrade() -> None:
    """Move up."""
    for name in ("risk", "kind", "assignee_id"):
        op.create_index(f"ix_incident_{name}_reported_at", "incident", [name, "reported_at"])
    op.create_index(
        "ix_incident_notified",
        "incident",
        ["reported_at"],
        sqlite_where=sa.text("notified_at IS NOT NULL"),
        postgresql_where=sa.text("notified_at IS NOT NULL"),
    )
    _run(SQLITE, POSTGRESQL)


def downgrade() -> None:
    """Move down."""
    _run(WITHOUT_SQLITE, WITHOUT_POSTGRESQL)
    op.drop_index("ix_incident_notified", "incident")
    for name in ("risk", "kind", "assignee_id"):
        op.drop_index(f"ix_incident_{name}_reported_at", "incident")


def _run(on_sqlite: tuple[str, ...], on_postgresql: tuple[str, ...]) -> None:
    for statement in on_sqlite if op.get_bind().dialect.name == "sqlite" else on_postgresql:
        op.execute(sa.text(statement.replace(":", "\\:")))
