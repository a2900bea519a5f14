"""Every audit entry commits to the rows that it speaks of, by a salted hash of their content.

Nobody has to think of it: what a session writes of a :class:`Committed` table is noted when it is flushed, and goes
into the next entry of the chain to which it belongs. What is still open at the commit gets an entry of its own. So no
row of the record can be written without its chain, and none can be altered behind it unnoticed.

A row that is erased takes its salt with it. The entry that says so commits to nothing for that row, and names the
policy.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, event, insert, inspect, null, select
from sqlalchemy.orm import Mapper, ORMExecuteState, Session, SessionTransaction

from incident.store.db import Base
from incident.store.insert import RowValues
from incident.store.models import Incident, MailingRecipient, Notice, NoticeVersion
from incident.store.models.columns import Committed
from incident.store.proof.canonical import GONE, canonical_rows, commitment, salted
from incident.store.rows import Statement, as_stored, read, read_along

SYSTEM_CHAIN: Final = "system"
BY_HAND: Final = "commitments_by_hand"
"""The execution option of a statement over many rows whose writer hands them to :func:`note` itself."""
_PENDING: Final = "meldklok_uncommitted"


@dataclass(slots=True)
class _Change:
    """A row that was written; ``chain`` is known from the start only for one that is taken away."""

    row: Committed
    new: bool
    gone_from: str | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    """A row that was written past the session: its chain, and what the next entry there says of it."""

    chain: str
    name: str
    content: str


def committed_tables() -> dict[str, type[Committed]]:
    """All tables whose rows are committed to, by name."""
    found = {str(mapper.local_table): mapper.class_ for mapper in Base.registry.mappers}
    return {name: found[name] for name in sorted(found) if issubclass(found[name], Committed)}


def name_of(row: Committed) -> str:
    """What an entry calls the row: its table and its key."""
    mapper = inspect(type(row))
    return "/".join([str(mapper.local_table), *(str(getattr(row, column.key)) for column in mapper.primary_key)])


def content_of(row: Committed) -> dict[str, object]:
    """What of a row is committed to: all columns but its salt and those that are no part of the record."""
    return {**{key: getattr(row, key) for key in content_columns(type(row))}, **row.committed_more()}


def commitment_of(row: Committed) -> str:
    """The salted hash of the row as it stands."""
    return commitment(row.salt, content_of(row))


def chain_of(session: Session, row: Committed) -> str:
    """The chain that a row belongs to: that of its incident, else the system's."""
    if isinstance(row, Incident):
        return row.reference
    if (version_id := getattr(row, "version_id", None)) is not None and not hasattr(row, "incident_id"):
        row = session.get_one(NoticeVersion, version_id)
    if isinstance(row, NoticeVersion):
        row = session.get_one(Notice, row.notice_id)
    incident_id = getattr(row, "incident_id", None)
    return session.get_one(Incident, incident_id).reference if incident_id is not None else SYSTEM_CHAIN


def rows_of_incidents(
    session: Session, model: type[Committed], incidents: Collection[UUID], *, system: bool = False
) -> Iterator[tuple[Committed, UUID | None]]:
    """The rows of a table that belong to these incidents, each with its incident; or to none, where asked for."""
    query = _belonging(model, [model], incidents, system)
    yield from ((row, incident) for row, incident in session.execute(query)) if query is not None else ()


def standing(
    session: Session, model: type[Committed], incidents: Collection[UUID], *, system: bool = False
) -> Iterator[tuple[UUID | None, str, str, object]]:
    """The same rows as they stand: of each its incident, its name, its commitment, and the row with its columns.

    Read past the session: a register has millions, and what they say now must not come from what was read before.
    """
    if model.COMMITTED_MORE:
        for row, incident in rows_of_incidents(session, model, incidents, system=system):
            yield incident, name_of(row), commitment_of(row), row
        return
    table = inspect(model)
    keys = sorted(content_columns(model))
    query = _belonging(model, [as_stored(table.columns[key]) for key in ("salt", *keys)], incidents, system)
    table_name, places = str(table.local_table), [keys.index(column.key) for column in table.primary_key]
    for found in read(session, query) if query is not None else ():
        salt, *content, incident = found
        name = "/".join([table_name, *(str(content[place]) for place in places)])
        yield incident, name, commitment(salt, dict(zip(keys, content, strict=True))), found


def _belonging(
    model: type[Committed],
    what: Sequence[type[Committed] | ColumnElement[object]],
    incidents: Collection[UUID],
    system: bool,
) -> Statement | None:
    """What of the rows that belong to these incidents, with the incident; None where a table has none of these."""
    columns = inspect(model).columns
    if model is Incident:
        return select(*what, Incident.id).where(Incident.id.in_(incidents))
    if "incident_id" in columns:
        return select(*what, columns["incident_id"]).where(columns["incident_id"].in_(incidents))
    if "notice_id" in columns:
        found = select(*what, Notice.incident_id).join_from(model, Notice)
    elif "version_id" in columns:
        found = select(*what, Notice.incident_id).join_from(model, NoticeVersion).join(Notice)
    else:
        return select(*what, null()) if system else None
    return found.where(Notice.incident_id.in_(incidents))


def insert_many(session: Session, model: type[Committed], rows: Sequence[Mapping[str, object]]) -> None:
    """Insert many rows of incidents in one statement; the next entries of their chains commit to them.

    They are not read back: what is committed to is what was handed over, with the defaults of the table. Not within a
    savepoint, whose undoing would leave an entry about rows that are not there.
    """
    if not rows:
        return
    if session.in_nested_transaction():
        raise RuntimeError("many rows are not inserted within a savepoint")
    made = whole(model, rows)
    session.flush()
    session.connection().execute(insert(cast(Table, model.__table__)), made)  # type: ignore[attr-defined]
    pending = _pending(session)
    for chain, (name, content) in zip(_chains(session, model, made), said_of(model, made), strict=True):
        pending[name] = _Written(chain, name, content)


def said_of(model: type[Committed], rows: Sequence[RowValues]) -> Iterator[tuple[str, str]]:
    """What the next entry says of each of these whole rows: its name, and its commitment."""
    table, key = str(inspect(model).local_table), [column.key for column in inspect(model).primary_key]
    contents = canonical_rows({column: [row.get(column) for row in rows] for column in content_columns(model)})
    for row, content in zip(rows, contents, strict=True):
        yield "/".join([table, *(str(row[part]) for part in key)]), salted(row["salt"], content)


def whole(model: type[Committed], rows: Sequence[Mapping[str, object]]) -> list[RowValues]:
    """The rows with what their table has for the columns that were not handed over."""
    values, makers = _defaults(inspect(model))
    made = [{**values, **row} for row in rows]
    for row in made:
        row.update({key: make(None) for key, make in makers if key not in row})
    return made


@cache
def _defaults(table: Mapper[Committed]) -> tuple[dict[str, object], list[tuple[str, Callable[[None], object]]]]:
    """What columns hold by default: the values, and those that are made anew for each row."""
    defaults: list[tuple[str, Any]] = [(column.key, column.default) for column in table.columns]
    made = [(key, one.arg) for key, one in defaults if one is not None and one.is_callable]
    return {key: one.arg for key, one in defaults if one is not None and not one.is_callable}, made


def _chains(session: Session, model: type[Committed], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    if model is Incident:
        return [row["reference"] for row in rows]
    query = select(Incident.id, Incident.reference).where(Incident.id.in_({row["incident_id"] for row in rows}))
    references = {key: reference for key, reference in session.execute(query)}
    return [references[row["incident_id"]] for row in rows]


def recipients_digests(session: Session, mailings: Collection[UUID]) -> dict[UUID, str]:
    """Of each mailing one hash over its list that outlives the people in it: places, languages, fingerprints."""
    found = {str(mailing): sha256() for mailing in mailings}
    row = inspect(MailingRecipient).columns
    query = select(as_stored(row.mailing_id), row.row, as_stored(row.id), row.language, row.fingerprint)
    query = query.where(row.mailing_id.in_(mailings)).order_by(row.mailing_id, row.row)
    for mailing, number, key, language, fingerprint in read_along(session, query) if found else ():
        found[str(mailing)].update(f"{number} {key} {language} {fingerprint}\n".encode())
    return {UUID(mailing): digest.hexdigest() for mailing, digest in found.items()}


def note(session: Session, rows: Iterable[Committed]) -> None:
    """Say that these rows were written by a statement that goes past the session."""
    pending = _pending(session)
    for row in rows:
        pending.setdefault(id(row), _Change(row, new=True))


def take(session: Session, chains: Collection[str]) -> dict[str, dict[str, str]]:
    """The commitments to all that was written since in these chains; they belong into the next entry of each."""
    pending = _pending(session)
    found: dict[str, dict[str, str]] = {}
    for key, change in list(pending.items()):
        if isinstance(change, _Written):
            if change.chain in chains:
                found.setdefault(change.chain, {})[change.name] = change.content
                del pending[key]
        elif change.gone_from is None and not inspect(change.row).persistent:
            del pending[key]
        elif (chain := change.gone_from or chain_of(session, change.row)) in chains:
            content = GONE if change.gone_from else commitment_of(change.row)
            found.setdefault(chain, {})[name_of(change.row)] = content
            del pending[key]
    return found


def open_chains(session: Session) -> list[str]:
    """The chains with rows that no entry speaks of yet."""
    return sorted(set(filter(None, (_open(session, change) for change in _pending(session).values()))))


def is_told(session: Session) -> bool:
    """Whether entries speak of everything that this transaction has written, so that the heads name what it reads."""
    session.flush()
    return not _pending(session)


def _open(session: Session, change: _Change | _Written) -> str | None:
    if isinstance(change, _Written):
        return change.chain
    if change.gone_from is None and not inspect(change.row).persistent:
        return None
    return change.gone_from or chain_of(session, change.row)


def _pending(session: Session) -> dict[int | str, _Change | _Written]:
    found: dict[int | str, _Change | _Written] = session.info.setdefault(_PENDING, {})
    return found


def _note_flush(session: Session, _context: object, _instances: object) -> None:
    pending = _pending(session)
    for row in session.new:
        if isinstance(row, Committed):
            pending[id(row)] = _Change(row, new=True)
    for row in session.dirty:
        if isinstance(row, Committed) and id(row) not in pending and _touched(row):
            pending[id(row)] = _Change(row, new=False)
    for row in [row for row in session.deleted if isinstance(row, Committed)]:
        earlier = pending.pop(id(row), None)
        if not (isinstance(earlier, _Change) and earlier.new):
            pending[id(row)] = _Change(row, new=False, gone_from=chain_of(session, row))


def _touched(row: Committed) -> bool:
    state = inspect(row)
    return any(state.attrs[key].history.has_changes() for key in (*content_columns(type(row)), *row.COMMITTED_MORE))


def content_columns(model: type[Committed]) -> tuple[str, ...]:
    """The columns of a table that are committed to."""
    return _columns_of(inspect(model))


@cache
def _columns_of(table: Mapper[Committed]) -> tuple[str, ...]:
    left_out = {"salt", *table.class_.UNCOMMITTED}
    return tuple(column.key for column in table.columns if column.key not in left_out)


def _forget(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        _pending(session).clear()


def _refuse_many(state: ORMExecuteState) -> None:
    """A statement over many rows goes past the session: whoever needs one says so, and notes the rows."""
    if not (state.is_insert or state.is_update or state.is_delete) or state.execution_options.get(BY_HAND):
        return
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, Committed):
        raise RuntimeError(f"rows of {mapper.local_table} must not be written behind the audit chain")


event.listen(Session, "before_flush", _note_flush)
event.listen(Session, "after_soft_rollback", _forget)
event.listen(Session, "do_orm_execute", _refuse_many)
