"""The sums behind the statistics, exact at each look, without reading each incident again.

The incidents of a few days are counted once for each state in which they stand. The heads of their chains name that
state: no column that is counted can change without an entry in the chain of its incident, and no head comes twice
(:mod:`incident.store.commitments`). So what is kept under a name cannot grow old; whoever changes an incident changes
the name of its days, and those few are counted anew.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import chain, groupby, pairwise
from operator import itemgetter
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import CTE, ColumnElement, Integer, Select, and_, bindparam, column, func, literal, select, values
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import BIT
from sqlalchemy.orm import Session

from incident.domain.kernel.people import Source
from incident.domain.kinds import DecisionState, Subject
from incident.domain.register.insight import Case, Sort, Sums, added, summed
from incident.store.commitments import is_told
from incident.store.db import UtcDateTime
from incident.store.models import AuditHead, Decision, Incident
from incident.store.rows import Statement, read

STRETCH: Final = timedelta(days=4)
"""Incidents of so many days are counted together: a year has some ninety sums to add, and a sum few incidents."""
KEPT: Final = 128
"""Sums that are kept: a year in stretches, and some periods whole."""
BATCH: Final = 1_000
"""Rows in hand at once: beside tens of thousands of cases, as many rows would cost more than reading them."""
_ORIGIN: Final = datetime(2000, 1, 1, tzinfo=UTC)
_Stretch = tuple[datetime, datetime]
_Sorts = Mapping[Sort, Sums]


def sums(session: Session, first: datetime, end: datetime, zone: ZoneInfo) -> _Sorts:
    """The sums of the incidents reported from ``first`` until before ``end``, by who may know of them.

    An exercise is no incident, and a duplicate is counted with the other.
    """
    stretches = _stretches(first, end)
    if not is_told(session):
        return _together(_counted(session, stretches, zone))
    names = None if _mixes(session) else _names(session, stretches)
    whole = _kept(zone, b"".join(names) if names else session.scalar(_mixed(), {"first": first, "end": end}))
    if not whole:
        places = [_kept(zone, name) for name in names or _names(session, stretches)]
        moved = [n for n, place in enumerate(places) if not place]
        for n, counted in zip(moved, _counted(session, [stretches[n] for n in moved], zone), strict=True):
            places[n].append(counted)
        whole.append(_together([place[0] for place in places]))
    return whole[0]


@lru_cache(maxsize=KEPT)
def _kept(_zone: ZoneInfo, _name: bytes | str | None) -> list[_Sorts]:
    """The place for the sums of incidents that stood so: empty until they were counted."""
    return []


def _stretches(first: datetime, end: datetime) -> list[_Stretch]:
    """Cut at the same instants whatever the period, so that periods share them."""
    cut = _ORIGIN + ((first - _ORIGIN) // STRETCH + 1) * STRETCH
    return list(pairwise([first, *(cut + STRETCH * n for n in range(max(0, -(-(end - cut) // STRETCH)))), end]))


def _together(parts: Sequence[_Sorts]) -> _Sorts:
    found: defaultdict[Sort, list[Sums]] = defaultdict(list)
    for sort, one in chain.from_iterable(part.items() for part in parts):
        found[sort].append(one)
    return {sort: added(several) for sort, several in found.items()}


def _counted(session: Session, stretches: Sequence[_Stretch], zone: ZoneInfo) -> list[_Sorts]:
    """Of each stretch; the cases of one are forgotten before those of the next are read."""
    if not stretches:
        return []
    found: list[_Sorts] = [{} for _ in stretches]
    asked = session.connection().execute(_cases(len(stretches)), _bounds(stretches))
    for place, rows in groupby(chain.from_iterable(asked.partitions(BATCH)), itemgetter(0)):
        sorts: defaultdict[Sort, list[Case]] = defaultdict(list)
        for _place, is_example, circle, *told, systems in rows:
            sort = Sort(is_example, None if circle is None else frozenset(map(UUID, circle)))
            sorts[sort].append(Case._make((*told, _named(systems))))
        found[place] = {sort: summed(cases, zone) for sort, cases in sorts.items()}
    return found


@lru_cache(maxsize=1024)
def _named(systems: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in systems.split(",") if part.strip())


def _bounds(stretches: Sequence[_Stretch]) -> dict[str, datetime]:
    return {f"{what}{n}": at for n, one in enumerate(stretches) for what, at in zip(("from", "to"), one, strict=True)}


def _wanted(many: int) -> tuple[CTE, tuple[ColumnElement[bool], ...]]:
    """So many stretches as rows, and what makes an incident one of a stretch that is counted."""
    columns = column("place", Integer), column("from", UtcDateTime), column("to", UtcDateTime)
    rows = [(n, *(bindparam(f"{what}{n}", type_=UtcDateTime) for what in ("from", "to"))) for n in range(many)]
    stretch = values(*columns, name="stretch").data(rows).cte("stretch")
    within = Incident.reported_at >= stretch.c["from"], Incident.reported_at < stretch.c.to
    return stretch, within


def _mixes(session: Session) -> bool:
    """Whether the database can name a period whole: PostgreSQL, which looks heads up more slowly than it joins them."""
    return session.get_bind().dialect.name == "postgresql"


@cache
def _mixed() -> Select[str | None]:
    """The heads of a period mixed into one number, in whatever order they are read; no two states share it by chance.

    A quarter of a head will do for that: the whole of it is there against people who want another one to look the same.
    """
    quarter = sql_cast(literal("x") + func.left(AuditHead.hash, 16), BIT(64))
    mixed = select(func.bit_xor(quarter)).join_from(Incident, AuditHead, AuditHead.chain == Incident.reference)
    return mixed.where(Incident.reported_at >= bindparam("first"), Incident.reported_at < bindparam("end"))


def _names(session: Session, stretches: Sequence[_Stretch]) -> list[bytes]:
    """What the states of the stretches are called, one by one."""
    heads = read(session, _heads(len(stretches)), _bounds(stretches))
    return [blake2b((hashes or "").encode()).digest() for (hashes,) in heads]


@cache
def _heads(many: int) -> Select[str | None]:
    """The hashes at which the chains of each stretch stand; read from indexes, whichever incidents are counted.

    Of each incident by itself: joined with the heads, PostgreSQL reads all of them again for each stretch.
    """
    stretch, within = _wanted(many)
    head = select(AuditHead.hash).where(AuditHead.chain == Incident.reference).correlate(Incident).scalar_subquery()
    heads = select(func.aggregate_strings(head, "")).select_from(Incident).where(*within)
    return select(heads.scalar_subquery()).select_from(stretch).order_by(stretch.c.place)


@cache
def _cases(many: int) -> Statement:
    """When the decisions of an older register were taken is not known, only when they were imported."""
    decided = (
        select(func.min(Decision.recorded_at))
        .where(Decision.incident_id == Incident.id, Decision.subject == Subject.AUTHORITY)
        .where(Decision.state == DecisionState.FINAL, Incident.source != Source.IMPORT)
        .scalar_subquery()
    )
    stretch, within = _wanted(many)
    return (
        select(
            stretch.c.place,
            Incident.is_example,
            Incident.circle,
            Incident.reference,
            Incident.reported_at,
            Incident.aware_at,
            decided,
            Incident.notified_at,
            Incident.cause,
            Incident.kind,
            Incident.risk,
            Incident.is_breach,
            Incident.subjects,
            Incident.systems,
        )
        .join_from(stretch, Incident, and_(*within))
        .where(Incident.duplicate_of_id.is_(None), Incident.exercise_id.is_(None))
        .order_by(stretch.c.place)
    )
