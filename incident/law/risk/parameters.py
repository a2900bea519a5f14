"""GDPR art. 99(2): the numbers and tables of both assessors, read once from the values of a rule set."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TypeVar

from incident.law.risk.findings import Gravity
from incident.law.rulesets import RuleSet
from incident.law.sources import Table
from incident.law.vocabulary import DataCategory, RiskLevel

T = TypeVar("T")
OutcomeTable = tuple[tuple[RiskLevel, ...], ...]
"""GDPR recital 76: outcomes by two ordered answers."""


@dataclass(frozen=True, slots=True)
class Combination:
    """EDPB 9/2022 IV.B: categories that together allow more than each alone."""

    name: str
    gravity: Gravity
    all: frozenset[DataCategory]
    one_of: tuple[frozenset[DataCategory], ...]

    def within(self, present: frozenset[DataCategory]) -> bool:
        """EDPB 9/2022 IV.B: whether this combination is among the categories present."""
        return self.all <= present and all(choice & present for choice in self.one_of)


@dataclass(frozen=True, slots=True)
class EdpbParameters:
    """EDPB 9/2022 IV.B: the tables of the factor rules (house policy where the Guidelines give no number)."""

    gravity: Mapping[DataCategory, Gravity]
    combinations: tuple[Combination, ...]
    sides: tuple[frozenset[DataCategory], ...]
    enough_sides: int
    few_people: int
    large_number: int
    many_recipients: int
    recipients: Mapping[str, Mapping[str, Mapping[str, int]]]
    confidentiality: OutcomeTable
    availability: OutcomeTable
    availability_depended_on: OutcomeTable
    integrity: OutcomeTable


@dataclass(frozen=True, slots=True)
class EnisaParameters:
    """ENISA 2013: the tables of SE = DPC x EI + CB."""

    dpc: Table
    data_class: Mapping[DataCategory, str]
    ei: Mapping[str, float]
    cb: Table
    levels: Mapping[str, float]
    flag_individuals: int


@dataclass(frozen=True, slots=True)
class RiskParameters:
    """GDPR art. 33(1), 34(1): everything the two assessors need besides the answers."""

    edpb: EdpbParameters
    enisa: EnisaParameters


@lru_cache(maxsize=32)
def risk_parameters(rules: RuleSet) -> RiskParameters:
    """GDPR art. 99(2): the tables in force in this rule set."""
    return RiskParameters(_edpb(rules), _enisa(rules))


def _edpb(rules: RuleSet) -> EdpbParameters:
    sides, availability = rules.value("edpb.sides_of_life").value, rules.value("edpb.availability").value
    return EdpbParameters(
        gravity=_by_category(rules.value("edpb.gravity").value, lambda name: Gravity[name.upper()]),
        combinations=tuple(_combination(table) for table in rules.value("edpb.combinations").value),
        sides=tuple(_categories(side) for side in sides["sides"]),
        enough_sides=sides["enough"],
        few_people=rules.value("edpb.few_people").value,
        large_number=rules.value("edpb.large_number").value,
        many_recipients=rules.value("edpb.many_recipients").value,
        recipients=MappingProxyType(rules.value("edpb.recipients").value),
        confidentiality=_outcomes(rules.value("edpb.confidentiality").value),
        availability=_outcomes(availability["ordinary"]),
        availability_depended_on=_outcomes(availability["depended_on"]),
        integrity=_outcomes(rules.value("edpb.integrity").value),
    )


def _enisa(rules: RuleSet) -> EnisaParameters:
    return EnisaParameters(
        dpc=MappingProxyType(rules.value("enisa.dpc").value),
        data_class=_by_category(rules.value("enisa.classes").value, str),
        ei=MappingProxyType(rules.value("enisa.ei").value),
        cb=MappingProxyType(rules.value("enisa.cb").value),
        levels=MappingProxyType(rules.value("enisa.levels").value),
        flag_individuals=rules.value("enisa.flag_individuals").value,
    )


def _categories(names: Sequence[str]) -> frozenset[DataCategory]:
    return frozenset(DataCategory(name) for name in names)


def _by_category(lists: Mapping[str, Sequence[str]], read: Callable[[str], T]) -> Mapping[DataCategory, T]:
    return MappingProxyType({DataCategory(item): read(name) for name, items in lists.items() for item in items})


def _combination(table: Table) -> Combination:
    one_of = tuple(_categories(names) for names in table["one_of"])
    return Combination(table["name"], Gravity[table["gravity"].upper()], _categories(table["all"]), one_of)


def _outcomes(rows: Sequence[Sequence[str]]) -> OutcomeTable:
    return tuple(tuple(RiskLevel(name) for name in row) for row in rows)
