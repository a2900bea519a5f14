"""Subscriptions: which system hears of which events, and what an event may say.

An event carries codes, instants, counts and the reference. What somebody typed stays in the house: an obligation
towards a customer is named by its duty, without the customer.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.events import Tag
from incident.domain.kernel.json import Json, JsonObject
from incident.domain.kernel.text import LINE, required

SUBSCRIPTIONS: Final = "subscriptions"
"""The name of the settings document that holds them."""
EVENTS: Final = "events"
"""The channel of the outbox by which events leave."""
MOST: Final = 20
ADDRESS_LIMIT: Final = 500
_ADDRESS: Final = re.compile(r"https?://(?P<host>\[[0-9a-f:.]+\]|[^\s/@:?#\\\[\]]+)(:[0-9]{1,5})?([/?][^\s\\#]*)?")
"""An address of the web without a name or password in it."""


class EventKind(StrEnum):
    """What a system can hear of; on the wire the name of the product stands before it."""

    REPORTED = "incident.reported"
    CONFIRMED = "incident.confirmed"
    DISMISSED = "incident.dismissed"
    ASSESSED = "incident.assessed"
    DECIDED = "incident.decided"
    CLOSED = "incident.closed"
    REOPENED = "incident.reopened"
    STARTED = "deadline.started"
    APPROACHING = "deadline.approaching"
    OVERDUE = "deadline.overdue"
    MET = "deadline.met"
    WAIVED = "deadline.waived"
    SUPERSEDED = "deadline.superseded"
    APPROVED = "notice.approved"
    SUBMITTED = "notice.submitted"
    MAILED = "mailing.finished"
    DRILL_FAILED = "drill.failed"
    CHECKPOINT = "checkpoint.made"
    TEST = "subscription.test"


OFFERED: Final = tuple(kind for kind in EventKind if kind is not EventKind.TEST)
"""What can be subscribed to; a test reaches whoever is tested."""

_OF_TAG: Final = {
    Tag.INCIDENT_REPORTED: EventKind.REPORTED,
    Tag.BREACH_CONFIRMED: EventKind.CONFIRMED,
    Tag.BREACH_DENIED: EventKind.DISMISSED,
    Tag.RISK_ASSESSED: EventKind.ASSESSED,
    Tag.DECISION_MADE: EventKind.DECIDED,
    Tag.INCIDENT_CLOSED: EventKind.CLOSED,
    Tag.INCIDENT_REOPENED: EventKind.REOPENED,
    Tag.DEADLINE_STARTED: EventKind.STARTED,
    Tag.DEADLINE_MET: EventKind.MET,
    Tag.DEADLINE_WAIVED: EventKind.WAIVED,
    Tag.DEADLINE_SUPERSEDED: EventKind.SUPERSEDED,
    Tag.NOTICE_APPROVED: EventKind.APPROVED,
    Tag.NOTICE_SUBMITTED: EventKind.SUBMITTED,
    Tag.DRILL_FAILED: EventKind.DRILL_FAILED,
}
_TOLD: Final = {
    "subject": "about",
    "obligation": "duty",
    "duty": "duty",
    "deadline": "deadline",
    "due": "due_at",
    "risk": "risk",
    "level": "risk",
    "act": "act",
    "late": "late",
    "kind": "kind",
    "people": "people",
    "reached": "reached",
    "failed": "failed",
    "bounced": "bounced",
    "calls": "calls",
    "unconfirmed": "unconfirmed",
}
"""Of what the record says of an act: what an event may repeat, and under which name. Everything else is left out."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One system that hears of events. ``key`` never changes; the secret with which calls are signed lies elsewhere."""

    key: str
    name: str
    url: str
    kinds: tuple[EventKind, ...] = ()
    is_on: bool = True

    @property
    def host(self) -> str:
        """Where it is, without what may be secret in the address."""
        found = _ADDRESS.fullmatch(self.url)
        return found["host"] if found else ""


def event_of(tag: Tag, details: Mapping[str, Json]) -> EventKind | None:
    """What systems hear of an act; None for what stays in the house."""
    if tag is Tag.NOTICE_RELEASED and details.get("step") == "ended":
        return EventKind.MAILED
    return _OF_TAG.get(tag)


def told(details: Mapping[str, Json]) -> JsonObject:
    """What an event says of an act: a duty without the customer's name that may follow it."""
    said = {_TOLD[name]: value for name, value in details.items() if name in _TOLD and value not in (None, "")}
    if "duty" in said:
        said["duty"] = str(said["duty"]).partition(":")[0]
    return said


def checked(subscription: Subscription) -> Subscription:
    """The subscription with tidy texts. Raises Invalid at the field that cannot be taken."""
    name = required(subscription.name, "Give the subscription a name.", field="name", limit=LINE)
    kinds = tuple(kind for kind in OFFERED if kind in subscription.kinds)
    if not kinds:
        raise Invalid("Choose at least one event.", field="kinds")
    return Subscription(subscription.key, name, _address(subscription.url), kinds, subscription.is_on)


def _address(typed: str) -> str:
    url = required(typed, "Write the address that is called.", field="url", limit=ADDRESS_LIMIT)
    if not _ADDRESS.fullmatch(url):
        raise Invalid("Write the whole address, such as https://example.org/hook, without a password.", field="url")
    return url


def subscriptions_from(document: Mapping[str, Json]) -> tuple[Subscription, ...]:
    """The subscriptions of a stored document; a kind that this version does not know is passed over."""
    known = set(EventKind)
    return tuple(
        Subscription(**{**entry, "kinds": tuple(EventKind(kind) for kind in entry["kinds"] if kind in known)})
        for entry in document.get("subscriptions", ())
    )


def document_of(subscriptions: Iterable[Subscription]) -> JsonObject:
    """The subscriptions as a document to store."""
    return {
        "subscriptions": [
            {"key": one.key, "name": one.name, "url": one.url, "kinds": list(one.kinds), "is_on": one.is_on}
            for one in subscriptions
        ]
    }


def with_subscription(subscriptions: Iterable[Subscription], wanted: Subscription) -> tuple[Subscription, ...]:
    """The subscriptions with this one in the place of the one with its key, or added. Raises Invalid when full."""
    others = [one for one in subscriptions if one.key != wanted.key]
    if len(others) >= MOST:
        raise Invalid("There are twenty subscriptions already. Remove one first.", field="name")
    return tuple(sorted((*others, wanted), key=lambda one: (one.name.casefold(), one.key)))
