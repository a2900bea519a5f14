"""The newest version of each named document, read once in a transaction.

One act asks for the same few documents many times over. What was read is forgotten at the end of the transaction, when
a savepoint is undone, and as soon as any version is written in it: nothing is ever remembered from one act to the next.
"""

from functools import cache
from typing import Final, NamedTuple, cast

from sqlalchemy import Select, Table, bindparam, event, func, select, tuple_
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from incident.domain.kernel.json import JsonObject
from incident.store.models import SettingVersion
from incident.store.rows import read

TOGETHER: Final = ("channels", "ladder", "organisation", "regimes", "roster", "subscriptions")
"""What every act on an incident asks for sooner or later, so that one statement reads them all."""
_KNOWN: Final = "meldklok_settings"


class Setting(NamedTuple):
    """One version of a named document."""

    name: str
    version: int
    document: JsonObject


_TABLE = cast(Table, SettingVersion.__table__)


def current_setting(session: Session, name: str) -> Setting | None:
    """The newest version of a named document, or None when it was never set."""
    known: dict[str, Setting | None] = session.info.setdefault(_KNOWN, {})
    if name not in known:
        found = _read(session, TOGETHER if name in TOGETHER else (name,))
        # Reading may flush, and a flush may forget: so what is known is looked up again.
        known = session.info.setdefault(_KNOWN, {})
        known |= found
    return known[name]


def newest(session: Session, name: str) -> JsonObject | None:
    """The newest version of one settings document, or None where there is none."""
    row = current_setting(session, name)
    return row.document if row is not None else None


def _read(session: Session, names: tuple[str, ...]) -> dict[str, Setting | None]:
    rows = map(Setting._make, read(session, _newest_of(), {"names": names}))
    return {**dict.fromkeys(names), **{row.name: row for row in rows}}


@cache
def _newest_of() -> Select[str, int, JsonObject]:
    """Nearly everything asks this, so it is put together once."""
    wanted = SettingVersion.name.in_(bindparam("names", expanding=True))
    last = select(SettingVersion.name, func.max(SettingVersion.version)).where(wanted).group_by(SettingVersion.name)
    columns = SettingVersion.name, SettingVersion.version, SettingVersion.document
    return select(*columns).where(tuple_(SettingVersion.name, SettingVersion.version).in_(last))


def forget(session: Session) -> None:
    """Read anew from here on: for whoever writes the next version."""
    session.info.pop(_KNOWN, None)


def _forget_at_the_end(session: Session, transaction: SessionTransaction) -> None:
    """Not at the end of each flush, which is a transaction within the transaction."""
    if transaction.parent is None:
        forget(session)


def _forget_what_was_undone(session: Session, _transaction: SessionTransaction) -> None:
    forget(session)


def _forget_when_flushed(session: Session, _context: object, _instances: object) -> None:
    if any(isinstance(row, SettingVersion) for row in (*session.new, *session.dirty, *session.deleted)):
        forget(session)


def _forget_when_written(state: ORMExecuteState) -> None:
    if not state.is_select and getattr(state.statement, "table", None) is _TABLE:
        forget(state.session)


event.listen(Session, "after_transaction_end", _forget_at_the_end)
event.listen(Session, "after_soft_rollback", _forget_what_was_undone)
event.listen(Session, "before_flush", _forget_when_flushed)
event.listen(Session, "do_orm_execute", _forget_when_written)
