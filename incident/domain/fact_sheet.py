"""The fact sheet as a document: to and from JSON, compared, merged, hashed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cache
from hashlib import sha256
from operator import attrgetter
from typing import Final

from pydantic import TypeAdapter, ValidationError

from incident.domain.kernel.errors import Conflict, Invalid
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kinds import Addressee
from incident.law.facts import BreachFacts, Chapter, FactValue
from incident.law.questions import is_known
from incident.law.risk.answers import SETTLED
from incident.law.vocabulary import UNKNOWN, Ternary

FIELD_NAMES = tuple(field.name for field in fields(BreachFacts))
_CHAPTERS: Final[Mapping[str, Chapter]] = {field.name: field.metadata["chapter"] for field in fields(BreachFacts)}
_values = attrgetter(*FIELD_NAMES)
_DEFAULTS = _values(BreachFacts())
_in_order = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


@cache
def _adapter() -> TypeAdapter[BreachFacts]:
    return TypeAdapter(BreachFacts)


def to_json(facts: BreachFacts) -> JsonObject:
    """The stated fields only, as plain JSON values."""
    stated = {
        name for name, value, default in zip(FIELD_NAMES, _values(facts), _DEFAULTS, strict=True) if value != default
    }
    document: JsonObject = _adapter().dump_python(facts, mode="json", include=stated)
    return document


def from_json(document: Mapping[str, Json]) -> BreachFacts:
    """Facts from plain JSON values. Raises Invalid at the first field that does not fit."""
    unknown = sorted(set(document) - set(FIELD_NAMES))
    if unknown:
        raise Invalid("%(name)s is not a field of the fact sheet.", field=unknown[0], name=unknown[0])
    try:
        facts = _adapter().validate_python(dict(document))
    except ValidationError as error:
        problem = error.errors()[0]
        raise Invalid("This answer cannot be read. Choose or type it again.", field=str(problem["loc"][0])) from error
    for name in document:
        value = getattr(facts, name)
        if isinstance(value, datetime) and value.tzinfo is None:
            raise Invalid("Write the offset from UTC, like +01:00 or Z.", field=name)
    return facts


BOOKKEEPING = frozenset({"logged_at", "high_risk_established_at", "first_notified_at", "authority_letters"})
"""Set by the product's own steps; no notice speaks of them, so a change of them un-approves nothing."""


UNTOLD = BOOKKEEPING | frozenset(
    {
        "informed",
        "informed_on",
        "informed_count",
        "informed_not_all_note",
        "informed_channels",
        "informed_channels_note",
        "informed_content",
        "not_informing_ground",
        "not_informing_note",
        "delay_reason",
        "measures_before",
        "measures_before_note",
        "protection_note",
        "consequences_data",
        "consequences_data_note",
        "severity",
        "severity_note",
        "network_incident",
        "on_behalf_of_customers",
        "other_authorities_told",
        "other_authorities",
        "other_authorities_note",
        "cross_border",
        "other_privacy_authorities_told",
        "privacy_authorities_told",
        "reporter_name",
        "reporter_function",
        "reporter_email",
        "reporter_phone",
        "aware_person",
        "aware_ground",
        "last_event_at",
        "published_on",
        "investigation_started_at",
        "contained_at",
        "expected_on",
    }
)
"""What only the authority's form asks: no letter says it, so a change of it un-approves none."""


def facts_hash(facts: BreachFacts) -> str:
    """SHA-256 of the canonical JSON without the bookkeeping, to which approvals are tied."""
    return document_hash(to_json(facts))


def document_hash(document: JsonObject) -> str:
    """The same of facts that are JSON already."""
    return _hash_without(document, BOOKKEEPING)


def letter_hash(facts: BreachFacts, settled: str = "") -> str:
    """The same for a letter: without what no letter says, and with what the recipient of the data ``settled``."""
    answered: JsonObject = {"recipient_response": settled} if settled else {}
    told = tuple(replace(one, on_behalf=Ternary.UNKNOWN) for one in facts.affected_controllers)
    return _hash_without(to_json(replace(facts, affected_controllers=told)) | answered, UNTOLD)


def _hash_without(whole: JsonObject, left_out: frozenset[str]) -> str:
    document = {name: value for name, value in whole.items() if name not in left_out}
    if "stated_unknown" in document:
        document["stated_unknown"] = [name for name in document["stated_unknown"] if name not in left_out]
    return sha256(_in_order(document).encode()).hexdigest()


def changed_fields(old: BreachFacts, new: BreachFacts) -> tuple[str, ...]:
    """The names of the fields that differ, in the order of the sheet."""
    both = zip(FIELD_NAMES, _values(old), _values(new), strict=True)
    return tuple([name for name, before, after in both if before != after])


def chapter_of(name: str) -> Chapter:
    """The chapter a field belongs to."""
    return _CHAPTERS[name]


def fields_of(chapter: Chapter) -> tuple[str, ...]:
    """The fields of one chapter, in the order of the sheet."""
    return tuple(name for name, place in _CHAPTERS.items() if place is chapter)


@dataclass(frozen=True, slots=True)
class FieldConflict:
    """One field that two people changed from the same starting point, each in another way."""

    name: str
    base: FactValue
    theirs: FactValue
    mine: FactValue


class FactConflict(Conflict):
    """Somebody recorded other answers meanwhile; both are shown, nothing was overwritten."""

    def __init__(self, conflicts: tuple[FieldConflict, ...]) -> None:
        super().__init__("Somebody changed the same answers meanwhile. Compare both and choose.")
        self.conflicts = conflicts


def merge(base: BreachFacts, theirs: BreachFacts, values: Mapping[str, FactValue]) -> BreachFacts:
    """Put ``values``, typed by somebody who saw ``base``, onto ``theirs``, the newest version.

    What is stated to be unknown is merged question by question. Raises FactConflict for fields that both sides changed
    differently.
    """
    mine = replace(base, **values)
    edited = [name for name in changed_fields(base, mine) if getattr(theirs, name) != getattr(mine, name)]
    edited = [name for name in edited if name != "stated_unknown"]
    conflicts = tuple(_conflicts(base, theirs, mine, edited))
    if conflicts:
        raise FactConflict(conflicts)
    merged = replace(theirs, **{name: getattr(mine, name) for name in edited})
    return replace(merged, stated_unknown=unknown_to_both(base, merged, mine, values))


def unknown_to_both(base: BreachFacts, merged: BreachFacts, mine: BreachFacts, names: Iterable[str]) -> tuple[str, ...]:
    """What they state to be unknown with what was added and taken back here; what has an answer now is known."""
    before, after = set(base.stated_unknown), set(mine.stated_unknown)
    stated = (set(merged.stated_unknown) | (after - before)) - (before - after)
    stated -= {name for name in {*names, *after} & stated if is_known(getattr(merged, name))}
    return merged.stated_unknown if stated == set(merged.stated_unknown) else tuple(sorted(stated))


def _conflicts(
    base: BreachFacts, theirs: BreachFacts, mine: BreachFacts, edited: Iterable[str]
) -> Iterable[FieldConflict]:
    for name in edited:
        if getattr(theirs, name) != getattr(base, name):
            yield FieldConflict(name, getattr(base, name), getattr(theirs, name), getattr(mine, name))


def told_hash(addressee: Addressee, facts: BreachFacts, response: str) -> str:
    """The hash of what a notice to ``addressee`` tells: the authority's form tells everything, a letter less.

    A letter also says by the ``response`` of the recipient, which the assessment knows, that the data are gone.
    How many people have been told is counted on while mailings end; whoever files sees the number of that moment
    beside the approved one, so that it takes no approval back in the last hour.
    """
    if addressee is Addressee.AUTHORITY:
        return facts_hash(replace(facts, informed_count=UNKNOWN))
    return letter_hash(facts, response if response in SETTLED else "")
