"""The application's clock and dependencies, as the request sees them."""

from datetime import datetime
from typing import TYPE_CHECKING, cast

from flask import current_app

if TYPE_CHECKING:
    from incident.wiring import Deps


def deps() -> "Deps":
    """What the composition root gave the application."""
    return cast("Deps", current_app.extensions["meldklok"])


def now() -> datetime:
    """The present instant, aware and in UTC."""
    return deps().clock.now()
