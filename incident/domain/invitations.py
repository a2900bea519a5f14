"""People to invite, as they are pasted: one a line, in any order of name, address and role."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.people import Role

MOST: Final = 50
"""So many at once a person can still read before sending."""
_ADDRESS: Final = re.compile(r"[^\s<>;,()\"]+@[^\s<>;,()\"]+")
_WORDS: Final = {
    Role.REPORTER: "reporter|melder",
    Role.RESPONDER: "responder|behandelaar",
    Role.DPO: "dpo|data protection officer|fg|functionaris (?:voor )?gegevensbescherming",
    Role.SECOND: "second(?: person)?|tweede(?: persoon)?",
    Role.AUDITOR: "auditor",
    Role.ADMIN: "admin(?:istrator)?|beheerder",
}
_ROLES: Final = {role: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for role, words in _WORDS.items()}


@dataclass(frozen=True, slots=True)
class Invited:
    """One line: whom to invite; without roles of its own those chosen for everybody count."""

    line: int
    email: str
    name: str
    roles: frozenset[Role]


def read_invitations(text: str) -> tuple[Invited, ...]:
    """The people of the lines that say something. Raises Invalid at ``people`` with the first line that is no such."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise Invalid("Paste at least one e-mail address.", field="people")
    if len(lines) > MOST:
        raise Invalid("Invite at most %(most)s people at once.", field="people", most=MOST)
    found: dict[str, Invited] = {}
    for number, line in lines:
        one = _read(number, line)
        if one.email.casefold() in found:
            raise Invalid("Line %(line)s: this address stands there twice.", field="people", line=number)
        found[one.email.casefold()] = one
    return tuple(found.values())


def _read(number: int, line: str) -> Invited:
    addresses = _ADDRESS.findall(line)
    if len(addresses) != 1:
        raise Invalid("Line %(line)s: write one e-mail address, like name@example.nl.", field="people", line=number)
    before, _address, after = line.partition(addresses[0])
    parts = [part.strip(" <>\"'()") for side in (before, after) for part in re.split(r"[;,\t<>]", side)]
    roles, names = _roles_and_names([part for part in parts if part])
    return Invited(number, addresses[0], names or _name_in(addresses[0]), roles)


def _roles_and_names(parts: list[str]) -> tuple[frozenset[Role], str]:
    roles: set[Role] = set()
    names = []
    for part in parts:
        said = {role for role, pattern in _ROLES.items() if pattern.fullmatch(part)}
        roles |= said
        names += [] if said else [part]
    return frozenset(roles), " ".join(names)


def _name_in(address: str) -> str:
    """``tom.de-vries@example.nl`` is called Tom De Vries until somebody writes it better."""
    return " ".join(part.capitalize() for part in re.split(r"[._+-]+", address.partition("@")[0]) if part)


def with_roles(people: tuple[Invited, ...], otherwise: frozenset[Role]) -> Mapping[Invited, frozenset[Role]]:
    """Whom to give which roles. Raises Invalid at ``roles`` where somebody would have none."""
    found = {one: one.roles or otherwise for one in people}
    if not all(found.values()):
        raise Invalid("Choose at least one role.", field="roles")
    return found
