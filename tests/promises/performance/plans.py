"""How the database would find the rows of a statement: what it reads from end to end, in its own words."""

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from incident.store.db import Base

SMALL = frozenset(
    {
        "person",
        "role",
        "person_roles",
        "reference_counter",
        "setting_version",
        "token",
        "outbox_lane",
        "worker_heartbeat",
        "drill_call",
        "stuck_mail",
        "exercise",
    }
)
"""Tables that stay small however many incidents there are: some hundreds of calls of a drill a year, some exercises."""
BIG = frozenset(Base.metadata.tables) - SMALL
"""All others must be reached through an index."""
PARTIAL = frozenset(
    str(index.name)
    for table in Base.metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"].get("where") is not None
)
"""Indexes over what is open, due or failed: these may be read whole."""
BLOCKING = frozenset({"Sort", "Incremental Sort", "Aggregate", "Hash", "WindowAgg", "Unique"})
"""Steps that want all rows before they give the first, whatever limit stands above them."""


def read_whole(connection: Connection, statement: str, parameters: Any) -> list[str]:
    """The tables and indexes that this statement reads from end to end; the plan alone, nothing is run."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps = [str(row[3]) for row in rows]
        sorts = any("TEMP B-TREE FOR ORDER BY" in step for step in steps)
        return [found for step in steps if (found := _sqlite(step, statement, sorts=sorts))]
    # While a table is small it may gather a whole index and sort, where another plan walks the index under a limit.
    return _planned(connection, statement, parameters) and _planned(connection, statement, parameters, bitmaps="off")


def _planned(connection: Connection, statement: str, parameters: Any, bitmaps: str = "on") -> list[str]:
    connection.exec_driver_sql(f"SET enable_bitmapscan = {bitmaps}")
    plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters).scalar_one()
    return list(_postgresql((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"], limited=False))


def prefer_indexes(connection: Connection) -> None:
    """Ask PostgreSQL for the way it can take once tables are big; a sequential scan then means that there is no other.

    Nor does it read two tables to join them, which is cheap only while they are small.
    """
    for way in ("seqscan", "hashjoin", "mergejoin") if connection.dialect.name == "postgresql" else ():
        connection.exec_driver_sql(f"SET enable_{way} = off")


def _sqlite(step: str, statement: str, *, sorts: bool) -> str:
    """A walk is fine where a limit ends it; where rows are wanted in an order, it must be in that order already.

    An automatic index is one that SQLite makes for this statement alone, from all rows.
    """
    found = re.match(r"(?:SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?$|SEARCH (\w+) USING AUTOMATIC )", step)
    if found is None:
        return ""
    names = {alias: name for name, alias in re.findall(r"(\w+) AS (\w+)", statement)}
    table = names.get(found[1] or found[3], found[1] or found[3])
    limited = found[3] is None and "LIMIT" in statement and (found[2] is not None or not sorts)
    return "" if table not in BIG or found[2] in PARTIAL or limited else step


def _postgresql(node: dict[str, Any], *, limited: bool) -> Iterator[str]:
    # PostgreSQL answers an EXISTS from all rows at once while they are few, whatever it was asked to prefer. SQLite
    # never does, so that the same statement without an index is seen there.
    if node.get("Parent Relationship") == "SubPlan":
        return
    kind, table = node["Node Type"], node.get("Relation Name", "")
    index = node.get("Index Name") or next(
        (one["Index Name"] for one in node.get("Plans", ()) if "Index Name" in one), ""
    )
    # Of two tables that are joined one is walked, here a tiny one: that there is an index to join by is what is asked.
    joined = index.endswith(("_incident_id", "_notice_id"))
    bounded = limited or joined or "Index Cond" in node or "Recheck Cond" in node or index in PARTIAL
    if table in BIG and not bounded:
        yield f"{kind} {table} {index}"
    below = kind == "Limit" or (limited and kind not in BLOCKING)
    for child in node.get("Plans", ()):
        yield from _postgresql(child, limited=below)
