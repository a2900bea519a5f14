"""Who looks at the page: the person, the roles, the zone in which times are shown."""

from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_request_context
from flask_login import current_user  # type: ignore[import-untyped]

from incident.domain.kernel.people import Actor, Role
from incident.domain.kernel.roles import Permission, may

if TYPE_CHECKING:
    from incident.store.models import Person

NOBODY = Actor(id=None, name="")


def current_person() -> "Person | None":
    """The account that is signed in, or None."""
    if not has_request_context() or not current_user or not current_user.is_authenticated:
        return None
    return cast("Person", current_user._get_current_object())


def viewer() -> Actor:
    """The viewer as the author of an act; without an account somebody without any role."""
    if "viewer" not in g:
        person = current_person()
        g.viewer = person.actor() if person else NOBODY
    return cast(Actor, g.viewer)


def allowed(permission: Permission) -> bool:
    """Whether the viewer's roles permit an act; templates ask this before they show its button."""
    return may(viewer(), permission)


def zone() -> ZoneInfo:
    """The viewer's time zone, else the installation's; looked up once for a page."""
    if "zone" not in g:
        g.zone = _zone(current_person())
    return cast(ZoneInfo, g.zone)


def _zone(person: "Person | None") -> ZoneInfo:
    fallback: ZoneInfo = current_app.extensions["meldklok"].settings.zone
    if person is None or not person.zone:
        return fallback
    try:
        return ZoneInfo(person.zone)
    except (KeyError, ValueError, OSError):
        return fallback


def init_viewer(app: Flask) -> None:
    """Tell the templates who is looking; functions, so that a page without a viewer asks no database."""
    app.jinja_env.globals.update(
        viewer=viewer, person=current_person, allowed=allowed, Permission=Permission, Role=Role, zone=zone
    )
