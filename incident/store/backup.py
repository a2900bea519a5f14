"""Back up an installation into one archive, and bring it back into an empty place.

The database is read through its own models in one transaction that sees one instant, while others go on writing, so an
archive of SQLite can be brought back into PostgreSQL and the other way round. Files are read after that instant, so
that every row has its file: a file without a row is harmless.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    LargeBinary,
    RowMapping,
    Table,
    Uuid,
    create_engine,
    delete,
    func,
    insert,
    inspect,
    select,
    update,
)
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import DomainError
from incident.domain.kernel.json import Json
from incident.store import models, schema
from incident.store.archive import MANIFEST, Alive, BadArchive, Manifest, Writer, check, entries, unheard, writing
from incident.store.blobs import BlobStore, DamagedBlob
from incident.store.db import Base, UtcDateTime, harden, one_instant, only_reads
from incident.store.insert import RowValues
from incident.store.places import Folder
from incident.store.vault import Vault, WrongKey
from incident.store.verify import Outside, Report, verify

ENDING = ".backup"
DATABASE, FILES = "database", "files"
ROWS_AT_ONCE = 500
TABLES: Sequence[Table] = Base.metadata.sorted_tables
"""Every table, those first to which others refer."""


class NotEmpty(DomainError):
    """There is something in the place into which a back-up is to be brought."""


def file_name(now: datetime) -> str:
    """The name of an archive: names in order are instants in order."""
    return f"meldklok-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}{ENDING}"


def back_up(
    engine: Engine, blobs: BlobStore, key: bytes, path: Path, now: datetime, *, alive: Alive = unheard
) -> Manifest:
    """Write everything into a new archive at ``path`` and read it again. Raises OSError, and BadArchive for a bad disk.

    A file that is damaged already does not keep the rest from being saved: the manifest names it.
    """
    with writing(path, key, alive) as archive:
        with _one_instant(engine) as connection:
            rows = {table.name: _write_table(connection, table, archive) for table in TABLES}
            checkpoint = connection.scalars(
                select(models.CheckpointRow.note).order_by(models.CheckpointRow.size.desc()).limit(1)
            ).first()
        manifest = Manifest(
            program=version("meldklok"),
            revision=schema.head() or "",
            taken_at=now.isoformat(),
            database=engine.dialect.name,
            rows=rows,
            damaged=list(_write_files(blobs, archive)),
            checkpoint=checkpoint,
            entries=dict(archive.entries),
        )
        archive.add(MANIFEST, manifest.model_dump_json(indent=1).encode())
    return check(path, [key], alive)


def restore(path: Path, keys: Sequence[bytes], database_url: str, blobs: BlobStore) -> Manifest:
    """Bring an archive back into an empty database. Nothing is written before the whole archive was read and fits.

    Rows come in one transaction: whoever is killed finds an empty database and begins again. Raises BadArchive and
    NotEmpty with one sentence.
    """
    manifest = check(path, keys)
    if manifest.revision != schema.head():
        raise BadArchive(
            f"The back-up {path} was made by version {manifest.program} of Meldklok: bring it back with that version, "
            "then upgrade."
        )
    engine = harden(create_engine(database_url))
    try:
        with engine.connect() as connection:
            _refuse_unless_empty(connection)
        schema.upgrade(database_url)
        with engine.begin() as connection:
            _refuse_unless_empty(connection)
            _load(connection, entries(path, keys), blobs)
    finally:
        engine.dispose()
    return manifest


def prove(database_url: str, keys: Sequence[bytes], blobs: BlobStore, outside: Sequence[Outside]) -> Report:
    """Open the canary with the keys, and compare record, files and log, also with checkpoints kept outside.

    Raises DomainError when the keys are not those of the database.
    """
    engine = harden(create_engine(database_url))
    try:
        vault = Vault(keys)
        vault.open(engine)
        with Session(engine) as session:
            only_reads(session, compares=True)
            return verify(session, blobs, vault.secrets.signer.public, outside, alone=False)
    except WrongKey as problem:
        raise DomainError(str(problem)) from problem
    finally:
        engine.dispose()


def rehearse(path: Path, keys: Sequence[bytes], outside: Sequence[Outside]) -> tuple[Manifest, Report]:
    """Bring the archive back into a folder that is gone afterwards, and say what is found there."""
    with TemporaryDirectory(prefix="meldklok-") as name:
        blobs, url = BlobStore(Folder(Path(name) / "blobs"), keys), f"sqlite:///{name}/meldklok.sqlite3"
        return restore(path, keys, url, blobs), prove(url, keys, blobs, outside)


@contextmanager
def _one_instant(engine: Engine) -> Iterator[Connection]:
    """A connection whose statements all see the same instant, and that keeps nobody from writing."""
    with engine.connect().execution_options(**one_instant(engine.dialect)) as connection:
        yield connection
        connection.rollback()


def _write_table(connection: Connection, table: Table, archive: Writer) -> int:
    """Write all rows, as lines of JSON in parts that fit into memory; returns how many there are."""
    rows = connection.execute(select(table), execution_options={"yield_per": ROWS_AT_ONCE})
    count, lines = 0, list[bytes]()
    for number, part in enumerate(rows.partitions(), start=1):
        lines = [_line(row._mapping) for row in part]
        archive.add(f"{DATABASE}/{table.name}/{number:06}.jsonl", b"\n".join(lines))
        count += len(lines)
    return count


def _line(row: RowMapping) -> bytes:
    return json.dumps({name: _plain(value) for name, value in row.items()}, ensure_ascii=False).encode()


def _plain(value: object) -> Json:
    """A value as JSON has it; what the column is decides how it is read back."""
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat()
        case UUID():
            return value.hex
        case bytes():
            return base64.b64encode(value).decode()
    return value


def _read(column: Column[object], value: Json) -> object:
    match value, column.type:
        case None, _:
            return None
        case _, UtcDateTime():
            return datetime.fromisoformat(value)
        case _, Uuid():
            return UUID(value)
        case _, LargeBinary():
            return base64.b64decode(value)
    return value


def _write_files(blobs: BlobStore, archive: Writer) -> Iterator[str]:
    for digest in blobs.digests():
        try:
            size = blobs.size(digest)
        except DamagedBlob:
            yield digest
        else:
            archive.pour(f"{FILES}/{digest}", blobs.parts(digest), size)


def _refuse_unless_empty(connection: Connection) -> None:
    there = set(inspect(connection).get_table_names())
    if any(
        connection.execute(select(1).select_from(table).limit(1)).first() for table in TABLES if table.name in there
    ):
        raise NotEmpty("There are rows in this database: a back-up is brought back into an empty one only.")


def _load(connection: Connection, found: Iterable[tuple[str, Iterator[bytes]]], blobs: BlobStore) -> None:
    """Insert all rows. References of a table to itself are filled in when all of its rows are there.

    Signs of life do not come back: whoever gave them runs elsewhere, and nobody here does.
    """
    tables = {table.name: table for table in TABLES}
    waiting: dict[Table, list[RowValues]] = defaultdict(list)
    for name, parts in found:
        kind, _, rest = name.partition("/")
        if kind == FILES:
            blobs.take(rest, parts)
        elif kind == DATABASE:
            table = tables[rest.partition("/")[0]]
            rows = [_row(table, line) for line in b"".join(parts).split(b"\n")]
            waiting[table] += _without_own_references(table, rows)
            connection.execute(insert(table), rows)
    for table, rows in waiting.items():
        for row in rows:
            key = [column == row.pop(column.name) for column in table.primary_key]
            connection.execute(update(table).where(*key).values(row))
    connection.execute(delete(models.WorkerHeartbeat))
    _count_on(connection)


def _row(table: Table, line: bytes) -> RowValues:
    return {name: _read(table.c[name], value) for name, value in json.loads(line).items()}


def _without_own_references(table: Table, rows: list[RowValues]) -> Iterator[RowValues]:
    """Take the references to rows of the same table out of ``rows``; yields the keys of these rows with them."""
    own = [column.name for column in table.c if any(key.column.table is table for key in column.foreign_keys)]
    keys = [column.name for column in table.primary_key]
    for row in rows:
        taken = {name: row[name] for name in own if row[name] is not None}
        if taken:
            yield {name: row[name] for name in keys} | taken
            row.update(dict.fromkeys(taken))


def _count_on(connection: Connection) -> None:
    """Let PostgreSQL number the next rows after those that came with their numbers."""
    if connection.dialect.name != "postgresql":
        return
    for table in TABLES:
        column = table.autoincrement_column
        if column is not None and column.autoincrement is not False and not column.foreign_keys:
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            connection.execute(
                select(func.setval(sequence, select(func.coalesce(func.max(column), 0) + 1).scalar_subquery(), False))
            )
