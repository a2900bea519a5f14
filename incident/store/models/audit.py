"""The hash-chained audit log. Triggers in the database refuse UPDATE, DELETE and TRUNCATE of its entries."""

from datetime import datetime

from sqlalchemy import DDL, String, event
from sqlalchemy.orm import Mapped, mapped_column

from incident.domain.kernel.json import JsonObject
from incident.store.db import Base
from incident.store.models.columns import Sha256, bytewise


class AuditEntry(Base):
    """One act. ``actor`` is a pseudonym, ``details`` are scalars without personal data.

    ``content`` holds for each row that the act wrote a salted hash of what the row says, or nothing for a row that it
    took away: :mod:`incident.store.commitments`.
    """

    __tablename__ = "audit_entry"

    chain: Mapped[str] = mapped_column(bytewise(60), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tag: Mapped[str] = mapped_column(String(40), index=True)
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(index=True)
    details: Mapped[JsonObject]
    content: Mapped[JsonObject] = mapped_column(default=dict)
    previous: Mapped[Sha256]
    hash: Mapped[Sha256]


class AuditHead(Base):
    """The newest entry of each chain; locked while appending, so that no chain can fork.

    SQLite keeps the rows in the order of their chains: whoever compares thousands of heads finds each in one step.
    """

    __tablename__ = "audit_head"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    chain: Mapped[str] = mapped_column(bytewise(60), primary_key=True)
    seq: Mapped[int]
    hash: Mapped[Sha256]


SQLITE_GUARDS = tuple(
    f"CREATE TRIGGER audit_entry_no_{verb.lower()} BEFORE {verb} ON audit_entry "
    "BEGIN SELECT RAISE(ABORT, 'the audit log cannot be changed'); END"
    for verb in ("UPDATE", "DELETE")
)
POSTGRESQL_GUARDS = (
    "CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the audit log cannot be changed'; END $$",
    "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()",
    "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()",
)

for _dialect, _guards in (("sqlite", SQLITE_GUARDS), ("postgresql", POSTGRESQL_GUARDS)):
    for _guard in _guards:
        _ddl = DDL(_guard)  # type: ignore[no-untyped-call]
        event.listen(AuditEntry.__table__, "after_create", _ddl.execute_if(dialect=_dialect))
