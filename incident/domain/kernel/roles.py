"""Who may do what: one matrix for pages, API, Slack, search and exports alike."""

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Final
from uuid import UUID

from incident.domain.kernel.errors import NotAllowed
from incident.domain.kernel.people import Actor, Role


class Permission(StrEnum):
    """An act that needs permission."""

    REPORT = "report"
    VIEW_OWN = "view_own"
    VIEW_ALL = "view_all"
    RECORD = "record"
    ASSESS = "assess"
    DECIDE = "decide"
    CONFIRM = "confirm"
    DRAFT = "draft"
    APPROVE = "approve"
    SUBMIT = "submit"
    CLOSE = "close"
    EXPORT = "export"
    VERIFY = "verify"
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_PEOPLE = "manage_people"
    CONFIRM_POWER = "confirm_power"
    LET_IN = "let_in"


P = Permission
_REPORTER = frozenset({P.REPORT, P.VIEW_OWN})
_RESPONDER = _REPORTER | {P.VIEW_ALL, P.RECORD, P.ASSESS, P.DRAFT}
_RUNS = frozenset({P.MANAGE_SETTINGS, P.VERIFY, P.CONFIRM_POWER})
_DPO = _RESPONDER | _RUNS | {P.DECIDE, P.CONFIRM, P.APPROVE, P.SUBMIT, P.CLOSE, P.EXPORT, P.LET_IN}

PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.REPORTER: _REPORTER,
    Role.RESPONDER: _RESPONDER,
    Role.DPO: _DPO,
    Role.SECOND: _REPORTER | {P.VIEW_ALL, P.CONFIRM, P.APPROVE, P.CONFIRM_POWER},
    Role.AUDITOR: frozenset({P.VIEW_ALL, P.EXPORT, P.VERIFY}),
    Role.ADMIN: _REPORTER | _RUNS | {P.MANAGE_PEOPLE, P.LET_IN},
}
"""An admin runs the installation and does not, by that alone, read the case files."""
NOT_PLAYED: Final = frozenset({P.SUBMIT, P.CLOSE, P.EXPORT})
"""What is never done in an exercise; it is ended on its own page."""
DECIDING: Final = frozenset(role for role in Role if P.CONFIRM_POWER in PERMISSIONS[role])
"""Who decides, releases or hands out power. Nobody gets one of these roles from one person alone."""


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """All that these roles together permit."""
    return _together(frozenset(roles))


@cache
def _together(roles: frozenset[Role]) -> frozenset[Permission]:
    """Lists ask this for every person and step; there are few sets of roles."""
    return frozenset().union(*(PERMISSIONS[role] for role in roles))


def may(actor: Actor, permission: Permission) -> bool:
    """Whether the actor's roles permit the act."""
    return permission in permissions_of(actor.roles)


def sees(circle: frozenset[UUID] | None, person: UUID | None, roles: Iterable[Role]) -> bool:
    """Whether somebody is among those who may know of an incident; without a circle it is not restricted.

    The data protection officer always is: somebody must see every breach, and watch its clocks.
    """
    return circle is None or person in circle or Role.DPO in roles


def require(actor: Actor, permission: Permission) -> None:
    """Raise :class:`NotAllowed` unless the actor's roles permit the act."""
    if not may(actor, permission):
        raise NotAllowed("Your role does not allow this. Ask the data protection officer or an administrator.")
