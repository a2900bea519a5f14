"""The columns of the register (GDPR art. 33(5)): what the record holds about one breach, as plain values.

Texts, whole numbers, aware instants, days, truths, members of the law's lists, or lists of these. Words and formats are
for whoever shows them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from operator import attrgetter
from typing import Final

from incident.domain.fact_sheet import from_json
from incident.domain.kernel.json import Json
from incident.law.facts import BreachFacts
from incident.law.groups import people_shares
from incident.law.vocabulary import UNKNOWN, Actor, IncidentKind, NotInformingGround
from incident.store.queries.register import Needs, RegisterLine

Value = str | int | bool | datetime | date | Enum | None
Shown = Value | tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in addresses and files, how to find its value, and from where."""

    name: str
    value: Callable[[RegisterLine], Shown]
    needs: Needs


def _own(name: str, of: str = "", members: type[Enum] | None = None) -> Column:
    """A column of the incident, ``of`` another name there; the text itself where it names no member of its list."""
    value = attrgetter(f"incident.{of or name}")
    listed = {member.value: member for member in members} if members else {}
    return Column(
        name, (lambda line: listed.get(found := value(line), found)) if listed else value, Needs((of or name,))
    )


def _fact(name: str) -> Column:
    return Column(name, lambda line: _of_facts(line.facts, name), Needs((), facts=True))


def _of_facts(document: Mapping[str, Json], name: str) -> Shown:
    if name not in document:
        return None
    value = getattr(from_json({name: document[name]}), name)
    if value is UNKNOWN or value == getattr(_NOTHING, name):
        return None
    return tuple(_plain(item) for item in value) if isinstance(value, tuple) else _plain(value)


_NOTHING = BreachFacts()


def _plain(value: Json) -> Value:
    """The name stands for a party, a customer or a country."""
    if isinstance(value, str | int | datetime | date | Enum):
        return value
    return str(getattr(value, "name", "") or value.country)


def _act(name: str, kind: str, part: str) -> Column:
    def value(line: RegisterLine) -> Shown:
        found: Shown = getattr(line.last(kind), part, None)
        return found

    return Column(name, value, Needs((), acts=True))


_GROUNDS: Final[dict[str, Shown]] = {member.value: member for member in NotInformingGround}


def _ground(line: RegisterLine) -> Shown:
    act = line.last("decision:subjects")
    return _GROUNDS.get(act.reference, act.reference) if act is not None and act.reference else None


def _phases(line: RegisterLine) -> Shown:
    return sum(act.kind == "submission:authority" for act in line.acts) or None


def _untold(line: RegisterLine) -> Shown:
    """GDPR art. 34: how many people at least are not told yet, once some are; a customer tells its own people."""
    named = ("role", "informed_count", "subjects_min", "subjects_max", "affected_controllers")
    facts = from_json({name: line.facts[name] for name in named if name in line.facts})
    told, least = facts.informed_count, people_shares(facts).least
    return least - told if isinstance(told, int) and isinstance(least, int) and told < least else None


OWN: Final = (
    _own("reference"),
    _own("summary"),
    _own("status"),
    _own("kind", members=IncidentKind),
    _own("risk"),
    _own("systems"),
    _own("reported_at"),
    _own("aware_at"),
    _own("due_at"),
    _own("notified_at"),
    _own("subjects"),
    Column("assignee", lambda line: line.assignee, Needs((), holder=True)),
    _own("reporter", of="reporter_name"),
    _own("source"),
    _own("closed_at"),
    _own("cause", members=Actor),
    _own("lessons"),
)
DECIDED: Final = (
    _act("notify", "decision:authority", "act"),
    _act("notify_reason", "decision:authority", "reason"),
    _act("notify_by", "decision:authority", "by"),
    _act("notify_at", "decision:authority", "at"),
    _act("authority_number", "submission:authority", "reference"),
    Column("phases", _phases, Needs((), acts=True)),
    _act("inform", "decision:subjects", "act"),
    _act("inform_reason", "decision:subjects", "reason"),
    Column("inform_ground", _ground, Needs((), acts=True)),
    _act("inform_by", "decision:subjects", "by"),
    _act("inform_at", "decision:subjects", "at"),
    _act("subjects_told_at", "submission:subjects", "at"),
    Column("subjects_untold", _untold, Needs((), facts=True)),
    _act("customer_told_at", "submission:controller", "at"),
)
FACTS: Final = tuple(
    _fact(name)
    for name in (
        "role",
        "occurred_from",
        "occurred_to",
        "first_signal_at",
        "aware_person",
        "aware_ground",
        "logged_at",
        "discovered_by",
        "delay_reason",
        "nature",
        "actor",
        "recipient",
        "description",
        "systems_note",
        "data_categories",
        "data_note",
        "records_min",
        "records_max",
        "subject_groups",
        "subjects_note",
        "subjects_min",
        "subjects_max",
        "protection",
        "protection_note",
        "measures_before",
        "consequences_data",
        "consequences_subjects",
        "severity",
        "measures_taken",
        "measures_prevent",
        "measures_prevent_note",
        "informed",
        "informed_on",
        "informed_count",
        "informed_channels",
        "informed_content",
        "other_authorities",
        "parties",
        "affected_controllers",
        "kinds",
        "ongoing",
        "discovery",
        "contained_at",
        "recovered_at",
        "published_on",
        "told_news",
        "countries",
        "consequences_data_note",
        "consequences_subjects_note",
        "severity_note",
        "reported_to_police",
        "other_authorities_note",
        "measures_prevent_by",
    )
)
ALL: Final = {column.name: column for column in (*OWN, *DECIDED, *FACTS)}
USUAL: Final = ("reference", "summary", "status", "risk", "reported_at", "notified_at", "subjects")
"""What the page shows until somebody chooses."""


def chosen(names: Iterable[str]) -> tuple[Column, ...]:
    """The columns with these names in the order of the register; the reference always leads; unknown names are none."""
    wanted = set(names) & set(ALL) or set(USUAL)
    return tuple(column for name, column in ALL.items() if name in wanted | {"reference"})


def needs_of(columns: Iterable[Column]) -> Needs:
    """What must be read for these columns."""
    needs = [column.needs for column in columns]
    own = tuple(name for one in needs for name in one.own or ())
    return Needs(own, *(any(getattr(one, more) for one in needs) for more in ("holder", "facts", "acts")))
