"""Who looks at the page: the person, the roles, the zone in which times are shown."""

from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from flask import Flask, has_request_context
from flask_login import current_user  # type: ignore[import-untyped]

from incident.domain.kernel.people import Actor, Role
from incident.domain.kernel.roles import Permission, may
from incident.web.scope import application, kept

if TYPE_CHECKING:
    from incident.store.models import Person

NOBODY = Actor(id=None, name="")


def current_person() -> "Person | None":
    """The account that is signed in, or None."""
    person = current_user._get_current_object() if has_request_context() else None
    return cast("Person", person) if person and person.is_authenticated else None


def viewer() -> Actor:
    """The viewer as the author of an act; without an account somebody without any role."""
    page = kept()
    if "viewer" not in page:
        person = current_person()
        page.viewer = person.actor() if person else NOBODY
    return cast(Actor, page.viewer)


def allowed(permission: Permission) -> bool:
    """Whether the viewer's roles permit an act; templates ask this before they show its button."""
    return may(viewer(), permission)


def zone() -> ZoneInfo:
    """The viewer's time zone, else the installation's; looked up once for a page."""
    page = kept()
    if "zone" not in page:
        page.zone = _zone(current_person())
    return cast(ZoneInfo, page.zone)


def _zone(person: "Person | None") -> ZoneInfo:
    fallback: ZoneInfo = application().extensions["meldklok"].settings.zone
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
