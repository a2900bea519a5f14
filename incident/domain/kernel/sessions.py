"""How long a sign-in lasts: shorter for whoever may decide, release, export or administer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from incident.domain.kernel.people import Role
from incident.domain.kernel.roles import Permission, permissions_of

POWERS: Final = frozenset(
    {
        Permission.DECIDE,
        Permission.CONFIRM,
        Permission.APPROVE,
        Permission.SUBMIT,
        Permission.CLOSE,
        Permission.EXPORT,
        Permission.MANAGE_PEOPLE,
        Permission.MANAGE_SETTINGS,
    }
)
"""What nobody may do with a stolen password or a forgotten browser alone."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """``idle`` is the longest time without a request, ``whole`` the time after which one signs in again anyway."""

    idle: timedelta
    whole: timedelta


SHORT: Final = Lifetime(timedelta(hours=4), timedelta(hours=12))
PLAIN: Final = Lifetime(timedelta(hours=12), timedelta(hours=24))
KEPT: Final = Lifetime(timedelta(days=14), timedelta(days=30))


def powerful(roles: Iterable[Role]) -> bool:
    """Whether these roles decide, release, export or administer."""
    return bool(permissions_of(roles) & POWERS)


def lifetime(roles: Iterable[Role], *, kept: bool) -> Lifetime:
    """How long a sign-in lasts; ``kept`` is the wish to stay signed in, which powerful roles are not granted."""
    if powerful(roles):
        return SHORT
    return KEPT if kept else PLAIN


def is_alive(roles: Iterable[Role], *, kept: bool, began: datetime, seen: datetime, now: datetime) -> bool:
    """Whether a sign-in still counts."""
    lasts = lifetime(roles, kept=kept)
    return now - began < lasts.whole and now - seen < lasts.idle


FRESH: Final = timedelta(hours=1)
"""For so long after a sign-in or a proof of who one is no step asks: one sitting at a breach is asked once at most."""


def is_fresh(proved: datetime | None, now: datetime) -> bool:
    """Whether the person proved who they are a short while ago; None is never, as far as anybody knows."""
    return proved is not None and now - proved < FRESH
