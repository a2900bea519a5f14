"""The application's clock and dependencies, as the request sees them."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from incident.web.scope import application

if TYPE_CHECKING:
    from incident.wiring import Deps


def deps() -> "Deps":
    """What the composition root gave the application."""
    return cast("Deps", application().extensions["meldklok"])


def now() -> datetime:
    """The present instant, aware and in UTC."""
    return deps().clock.now()
