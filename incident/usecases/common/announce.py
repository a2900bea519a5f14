"""Tell other systems what happened: one outbox row for each subscription, in the transaction of the act.

Rows of one incident leave each subscription strictly in the order of its record: ``line`` names the queue, ``place`` is
the number of the act in its chain. Chains are locked while they grow, so this is the order of the commits as well.

Of a restricted incident no system hears anything, not even its reference: that it exists is what is restricted, and who
reads a ticket or an alert elsewhere is beyond what this installation can know or revoke. A mark "tells of restricted
incidents too" would let whoever may change settings, an administrator outside the circle, turn that on for themselves.
Those in the circle are reminded personally. What was queued before an incident was restricted stays here too
(:func:`incident.usecases.messages.afterwards.as_it_stands`). About an example nothing leaves the house.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.people import SYSTEM
from incident.domain.subscriptions import EVENTS, SUBSCRIPTIONS, EventKind, Subscription, subscriptions_from
from incident.store.audit import SYSTEM_CHAIN
from incident.store.audit_many import NewEntry, append_many
from incident.store.insert import RowValues, insert_missing_rows
from incident.store.models import Incident, OutboxMessage
from incident.store.settings import newest


@dataclass(frozen=True, slots=True)
class Happened:
    """An act that systems can hear of. ``number`` is its place in the chain of its incident, or of the system."""

    incident: Incident | None
    kind: EventKind
    number: int
    at: datetime
    facts: JsonObject

    @property
    def chain(self) -> str:
        """The chain of the record in which the act stands."""
        return self.incident.reference if self.incident is not None else SYSTEM_CHAIN

    @property
    def may_leave(self) -> bool:
        """Whether anybody outside may know."""
        return self.incident is None or not (self.incident.is_example or self.incident.circle is not None)


def announce(session: Session, acts: Sequence[Happened]) -> None:
    """Queue these acts for whoever subscribed to them."""
    leaving = [act for act in acts if act.may_leave]
    if not leaving:
        return
    listening = [one for one in subscriptions_from(newest(session, SUBSCRIPTIONS) or {}) if one.is_on]
    rows = [(act, event_row(one, act)) for act in leaving for one in listening if act.kind in one.kinds]
    queue_events(session, rows)


def queue_events(session: Session, rows: Sequence[tuple[Happened, RowValues]]) -> None:
    """Write the rows, and in the record that they wait."""
    insert_missing_rows(session, OutboxMessage, [row for _act, row in rows])
    append_many(
        session,
        [
            NewEntry(act.chain, Tag.MESSAGE_QUEUED, SYSTEM.key, act.at, {"template": act.kind.value, "messages": 1})
            for act, _row in rows
        ],
    )


def event_row(subscription: Subscription, act: Happened) -> RowValues:
    """One row of the outbox: an act for one subscription."""
    about = {"reference": act.incident.reference, "status": act.incident.status.value} if act.incident else {}
    params = {"event": f"{act.chain}-{act.number}", "number": act.number, "time": act.at.isoformat()}
    lane = f"{EVENTS}:{subscription.key}"
    return {
        "id": uuid4(),
        "incident_id": act.incident.id if act.incident is not None else None,
        "created_at": act.at,
        "due_at": act.at,
        "channel": EVENTS,
        "recipient": subscription.key,
        "payload": {"template": act.kind.value, "params": {**params, **about, **act.facts}},
        "dedupe_key": f"{act.kind.value}:{act.chain}:{act.number}:{lane}",
        "lane": lane,
        "line": f"{subscription.key}:{act.chain}",
        "place": act.number,
    }
