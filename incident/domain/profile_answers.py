"""What the organisation's profile says about the systems of a breach: answers to propose, never findings.

GDPR art. 33(3)(a): what could have leaked is a hint; what did leak is what a person records.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from incident.domain.organisation import OrganisationProfile, System
from incident.law.facts import BreachFacts, FactValue, Party
from incident.law.texts import sentence
from incident.law.vocabulary import PartyRole, Role, Ternary

T = TypeVar("T")
ABOUT_DATA: Final = frozenset({"data_categories", "subject_groups", "subjects_note"})
"""What a system could have lost: a person looks at each of these before saying that it was lost."""

_OURS: Final = {
    PartyRole.PROCESSOR: Role.CONTROLLER,
    PartyRole.JOINT_CONTROLLER: Role.JOINT_CONTROLLER,
    PartyRole.CONTROLLER: Role.PROCESSOR,
}
"""GDPR art. 4(7), 4(8), 26: what we are when whoever runs the system is this to us."""


def profile_answers(profile: OrganisationProfile, facts: BreachFacts, language: str) -> Iterator[tuple[str, FactValue]]:
    """The fields of the fact sheet that the profile proposes for the systems named in the facts, with their values."""
    systems = [found for one in facts.systems if (found := profile.system(one))]
    if not systems:
        return
    yield "data_categories", _each(category for system in systems for category in system.categories)
    groups = [group for group in profile.groups if any(group.id in system.groups for system in systems)]
    yield "subject_groups", _each(group.group for group in groups)
    yield "subjects_note", "; ".join(group.name_nl if language == "nl" else group.name_en for group in groups)
    yield from _parties(systems)
    yield "systems_note", "\n".join(_place(system, language) for system in systems)
    yield "measures_before", _each(kind for measure in profile.measures for kind in measure.kinds)
    measures = (measure.name_nl if language == "nl" else measure.name_en for measure in profile.measures)
    yield "measures_before_note", "; ".join(measures)


def _each(found: Iterator[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(found))


def _parties(systems: Sequence[System]) -> Iterator[tuple[str, FactValue]]:
    """Our role, where all of the systems agree on it, and who else is in it; our own systems add nobody."""
    roles = {Role.CONTROLLER if system.own else _OURS.get(system.role) for system in systems}
    if len(roles) == 1 and (role := roles.pop()) is not None:
        yield "role", role
    others = [system for system in systems if not system.own]
    if others:
        yield "others_involved", Ternary.YES
        yield "parties", tuple(Party(system.name, system.role, system.contact) for system in others)


def _place(system: System, language: str) -> str:
    """EDPB template, field 63: where the system is, as far as the profile says so."""
    return sentence(f"profile.outside_eea.{system.outside_eea}", (("system", system.name),), language)
