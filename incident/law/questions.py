"""GDPR art. 33(3), 33(5): every question of the fact sheet: how it is asked, answered, read, and when it applies.

One ``Question`` stands for one field of ``BreachFacts`` and is made once from that field, so that a new fact is asked
everywhere at once: on the page, in Slack, in the history, in the register. Whoever shows or reads an answer asks its
question, never the type of the field.
"""

import typing
from collections.abc import Callable, Collection, Mapping
from dataclasses import Field, dataclass, fields, replace
from datetime import date, datetime
from enum import Enum, StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Final

from incident.law.facts import BreachFacts, Chapter, FactValue, FactValues
from incident.law.groups import secrecy_doubted
from incident.law.vocabulary import (
    DataCategory,
    Disclosure,
    DiscoveredBy,
    IncidentKind,
    Informed,
    Nature,
    NoticeChannel,
    PartyRole,
    Protection,
    Role,
    SubjectGroup,
    Ternary,
    Unknown,
)


class Kind(StrEnum):
    """GDPR art. 33(3): the forms an answer can have. Instants are aware UTC; a count is a whole number from 0."""

    LINE = "line"
    TEXT = "text"
    LINES = "lines"
    ONE = "one"
    SOME = "some"
    FLAG = "flag"
    INSTANT = "instant"
    DAY = "day"
    COUNT = "count"
    ROWS = "rows"


TYPED: Final = frozenset({Kind.LINE, Kind.TEXT, Kind.LINES, Kind.ROWS, Kind.FLAG})
"""Answers in which a name may stand; and flags, which say nothing by themselves."""
SECONDS: Final[Mapping[Kind, int]] = MappingProxyType(
    {
        Kind.LINE: 8,
        Kind.TEXT: 30,
        Kind.LINES: 10,
        Kind.ONE: 5,
        Kind.SOME: 8,
        Kind.FLAG: 3,
        Kind.INSTANT: 10,
        Kind.DAY: 6,
        Kind.COUNT: 6,
        Kind.ROWS: 25,
    }
)
"""About how long an answer takes a person who knows it: five seconds to read and choose, four characters a second."""


@cache
def _has_unknown(options: type[Enum]) -> bool:
    return any(member.value == "unknown" for member in options)


@dataclass(frozen=True, slots=True)
class Question:
    """GDPR art. 33(3): one question; ``options`` is the closed list, ``record`` what a row of a table becomes."""

    name: str
    chapter: Chapter
    kind: Kind
    nothing: FactValue
    options: type[Enum] | None = None
    record: type | None = None

    @property
    def asked(self) -> bool:
        """Whether people answer it on the fact sheet; the others are set by a step of the response."""
        return self.name not in SET_BY_OTHER_ACTS | {"stated_unknown"}

    @property
    def counts(self) -> bool:
        """Whether progress counts it: a remark such as "this is an estimate" is no question of its own."""
        return self.asked and self.kind is not Kind.FLAG and not self.optional

    @property
    def optional(self) -> bool:
        """Whether leaving it empty says something: then nobody has to answer "not known yet"."""
        return self.name in OPTIONAL

    @property
    def lists_unknown(self) -> bool:
        """Whether "not known yet" is one of its own options."""
        return self.options is not None and _has_unknown(self.options)

    @property
    def seconds(self) -> int:
        """About how long the answer takes."""
        return SECONDS[self.kind]

    def open(self, facts: BreachFacts) -> bool:
        """Whether the facts say nothing about it: neither an answer nor "not known yet"."""
        return not is_known(getattr(facts, self.name)) and self.name not in stated_unknown(facts)

    def applies(self, facts: BreachFacts) -> bool:
        """Whether it can matter in this breach; what has an answer always shows, so that it can be corrected."""
        rule = APPLIES.get(self.name)
        return rule is None or rule(facts) or getattr(facts, self.name) != self.nothing

    def member(self, chosen: str | None) -> FactValue:
        """The option with this identifier; none chosen means what the field holds when nothing is stated."""
        return self.members(chosen) if chosen else self.nothing

    @property
    def members(self) -> type[Enum]:
        """The closed list; only a question that has one is asked for it."""
        assert self.options is not None
        return self.options


SET_BY_OTHER_ACTS: Final = frozenset(
    {"is_breach", "logged_at", "first_notified_at", "high_risk_established_at", "triggers", "authority_letters"}
)
"""Triage, registration, submission, assessment and the page of further duties state these; the sheet shows them."""


OPTIONAL: Final = frozenset(
    {
        "affected_groups",
        "other_people",
        "other_reason",
        "published_groups",
        "published_on",
        "last_event_at",
        "secrecy_applies",
        "told_people",
        "told_news",
        "document_paid",
        "expected_on",
        "discovered_at",
        "contained_at",
        "recovered_at",
    }
)
"""Left empty, every group lost the same, nothing stood online, the letters say what follows from the other answers and
let people ask who pays for a new document, the forms choose no loss of professional secrecy for data on the health of
employees and do not say by when an answer will be known, the incident was discovered at the first sign of it, and
nobody noted when it was contained and when all worked again."""


@cache
def questions() -> Mapping[str, Question]:
    """GDPR art. 33(5): every question by its name, in the order of the fact sheet."""
    hints = typing.get_type_hints(BreachFacts)
    return MappingProxyType({field.name: _question(field, hints[field.name]) for field in fields(BreachFacts)})


def _question(field: Field[FactValue], hint: object) -> Question:
    kind, options, record = _kind(hint, short=field.metadata["short"])
    return Question(field.name, field.metadata["chapter"], kind, field.default, options, record)


_PLAIN: Final[Mapping[type, Kind]] = {bool: Kind.FLAG, int: Kind.COUNT, datetime: Kind.INSTANT, date: Kind.DAY}


def _kind(hint: Any, *, short: bool) -> tuple[Kind, type[Enum] | None, type | None]:
    """What the type of a field says about its answer."""
    if typing.get_origin(hint) is tuple:
        item = typing.get_args(hint)[0]
        if item is str:
            return Kind.LINES, None, None
        return (Kind.SOME, item, None) if issubclass(item, Enum) else (Kind.ROWS, None, item)
    (inner,) = [part for part in typing.get_args(hint) or (hint,) if part is not Unknown]
    if inner is str:
        return (Kind.LINE if short else Kind.TEXT), None, None
    return (Kind.ONE, inner, None) if issubclass(inner, Enum) else (_PLAIN[inner], None, None)


def question(name: str) -> Question:
    """GDPR art. 33(5): the question with this name; ``KeyError`` for a name the fact sheet does not have."""
    return questions()[name]


def asked_in(chapter: Chapter, facts: BreachFacts) -> tuple[Question, ...]:
    """GDPR art. 33(3): what people answer in a chapter of this breach, in the order of the sheet."""
    return tuple(one for one in questions().values() if one.chapter is chapter and one.asked and one.applies(facts))


def first_asked(names: Collection[str], facts: BreachFacts) -> tuple[str, ...]:
    """GDPR art. 33(4): of these questions the open ones, without those that matter only after a "yes" not given yet."""
    undecided = [
        one.name for one in questions().values() if one.options is Ternary and not is_known(getattr(facts, one.name))
    ]
    no: FactValues = dict.fromkeys(undecided, Ternary.NO)
    chosen = [one for name, one in questions().items() if name in names and one.asked and one.open(facts)]
    return tuple(one.name for one in chosen if one.applies(replace(facts, **{**no, one.name: one.nothing})))


def is_known(value: object) -> bool:
    """GDPR art. 33(4): whether a value says something: not empty, not "unknown", not only "unknown" in a list."""
    if isinstance(value, tuple):
        return any(is_known(entry) for entry in value)
    if isinstance(value, str) and not value.strip():
        return False
    return value is not None and getattr(value, "value", value) != "unknown"


def chosen_answers(facts: BreachFacts) -> tuple[str, ...]:
    """GDPR art. 33(3): the questions answered from lists, by numbers or by moments: nothing that anybody typed."""
    return tuple(
        one.name for one in questions().values() if one.kind not in TYPED and is_known(getattr(facts, one.name))
    )


def stated_unknown(facts: BreachFacts) -> frozenset[str]:
    """GDPR art. 33(4): the questions answered "not known yet": by name, or by choosing it in a list."""
    chosen = (name for name in _lists() if (value := getattr(facts, name)) and not is_known(value))
    return frozenset((*facts.stated_unknown, *chosen))


@cache
def _lists() -> tuple[str, ...]:
    """The questions with a list of which several may be chosen."""
    return tuple(one.name for one in questions().values() if one.kind is Kind.SOME)


Applies = Callable[[BreachFacts], bool]


def _broken(nature: Nature) -> Applies:
    """GDPR art. 4(12): this side of security is, or may be, broken."""
    return lambda facts: not facts.nature or nature in facts.nature


def _may_be_other(name: str, other: Enum) -> Applies:
    return lambda facts: not getattr(facts, name) or other in getattr(facts, name)


_other_way = _may_be_other("informed_channels", NoticeChannel.OTHER)


def _is(name: str, *members: Enum) -> Applies:
    return lambda facts: getattr(facts, name) in members


def _is_not(name: str, *members: Enum) -> Applies:
    return lambda facts: getattr(facts, name) not in members


def _disclosable(facts: BreachFacts) -> bool:
    """EDPB Guidelines 01/2021, ransomware: an intruder who could reach data may have taken them."""
    return facts.disclosure is not Disclosure.RULED_OUT and _broken(Nature.CONFIDENTIALITY)(facts)


def _by_a_processor(facts: BreachFacts) -> bool:
    """GDPR art. 33(2): a processor of ours is, or may be, in it."""
    found = any(party.role is PartyRole.PROCESSOR for party in facts.parties)
    return found or facts.discovered_by is DiscoveredBy.PROCESSOR or facts.role is Role.UNKNOWN


def _told(facts: BreachFacts) -> bool:
    return facts.informed in (Informed.INFORMED, Informed.UNKNOWN)


def _shielded(facts: BreachFacts) -> bool:
    return not facts.protection or bool(set(facts.protection) - {Protection.NONE, Protection.UNKNOWN})


APPLIES: Final[Mapping[str, Applies]] = MappingProxyType(
    {
        "other_authorities": _is_not("other_authorities_told", Ternary.NO),
        "other_authorities_note": _is_not("other_authorities_told", Ternary.NO),
        "countries": _is_not("cross_border", Ternary.NO),
        "other_privacy_authorities_told": _is_not("cross_border", Ternary.NO),
        "privacy_authorities_told": _is_not("other_privacy_authorities_told", Ternary.NO),
        "parties": _is_not("others_involved", Ternary.NO),
        "affected_controllers": _is("role", Role.PROCESSOR, Role.UNKNOWN),
        "on_behalf_of_customers": lambda facts: any(
            one.on_behalf is Ternary.UNKNOWN for one in facts.affected_controllers
        ),
        "affected_groups": lambda facts: len(facts.subject_groups) > 1,
        **dict.fromkeys(("other_people", "other_reason"), lambda facts: SubjectGroup.OTHER in facts.subject_groups),
        "published_groups": _is("disclosure", Disclosure.CONFIRMED, Disclosure.LIKELY),
        "occurred_to": _is_not("ongoing", Ternary.YES),
        "last_event_at": _is("ongoing", Ternary.YES),
        "published_on": lambda facts: bool(facts.published_groups),
        "processor_aware_at": lambda facts: facts.role is Role.PROCESSOR or _by_a_processor(facts),
        "processor_told_us_at": _by_a_processor,
        "disclosure": _broken(Nature.CONFIDENTIALITY),
        "recipient": _disclosable,
        "alteration": _broken(Nature.INTEGRITY),
        "availability_loss": _broken(Nature.AVAILABILITY),
        "backup_available": _broken(Nature.AVAILABILITY),
        "kind_note": _may_be_other("kinds", IncidentKind.OTHER),
        "protection_intact": _shielded,
        "informed_on": _is("informed", Informed.INFORMED, Informed.PLANNED_ON_DATE, Informed.UNKNOWN),
        "informed_count": _told,
        "informed_not_all_note": _told,
        "informed_channels": _told,
        "informed_channels_note": lambda facts: _told(facts) and _other_way(facts),
        "informed_content": _told,
        "told_news": _is("informed", Informed.INFORMED),
        "secrecy_applies": secrecy_doubted,
        "document_paid": lambda facts: DataCategory.ID_DOCUMENT_COPY in facts.data_categories,
        "not_informing_ground": _is("informed", Informed.EXCEPTION, Informed.UNKNOWN),
        "not_informing_note": _is_not("informed", Informed.INFORMED),
    }
)
"""When a question can matter; the ones not named always can."""
