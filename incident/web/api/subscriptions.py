"""Subscriptions to events over the API: what the page of integrations does, by the same acts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

from flask import request
from pydantic import BaseModel, ConfigDict, Field

from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.kernel.scopes import Scope
from incident.domain.kernel.text import LINE
from incident.domain.subscriptions import ADDRESS_LIMIT, OFFERED, EventKind, Subscription
from incident.store.db import db
from incident.usecases.common.access import visible
from incident.usecases.messages.subscriptions import (
    RemoveSubscription,
    RenewSecret,
    Saved,
    SaveSubscription,
    TestSubscription,
    calls,
    calls_after,
    new_key,
    remove_subscription,
    renew_secret,
    save_subscription,
    subscriptions,
    troubled,
    try_subscription,
)
from incident.usecases.messages.subscriptions import subscription as one_subscription
from incident.web.api.answers import Next
from incident.web.api.door import BODY, FORBIDDEN, OFTEN, Refusals, bp
from incident.web.api.keys import HEADER, REPLAYED, first_time
from incident.web.api.paging import Calls, part
from incident.web.api.tokens import actor, auth
from incident.web.clock import deps, now
from incident.web.transactions import commits

if TYPE_CHECKING:
    from incident.store.models import OutboxMessage

NONE_SUCH: Final[Refusals] = {404: "There is no such subscription.", **FORBIDDEN}
CHANGES: Final[Refusals] = {409: "Somebody changed the subscriptions at the same time.", **BODY, **NONE_SUCH}
TAGS: Final = ["Subscriptions"]
Name = Annotated[str, Field(strict=True, min_length=1, max_length=LINE)]
Address = Annotated[str, Field(strict=True, min_length=1, max_length=ADDRESS_LIMIT)]
Kinds = Annotated[list[EventKind], Field(min_length=1, max_length=len(OFFERED))]


class NewSubscription(BaseModel):
    """A system that is to hear of events."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description="What it is called on the page.")
    url: Address = Field(description="The address that is called: https, and reachable from the internet.")
    kinds: Kinds = Field(list(OFFERED), description="Of what it hears; left out: of everything.")
    is_on: bool = Field(True, strict=True, description="Whether events are sent.")


class SubscriptionChange(BaseModel):
    """What is to be different; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    url: Address | None = None
    kinds: Kinds | None = None
    is_on: Annotated[bool, Field(strict=True)] | None = Field(
        None, description="Switched off, it hears nothing, also not of what waits."
    )


class SubscriptionOut(BaseModel):
    """A subscription; its secret is told when it is made and never again."""

    subscription: str = Field(description="Its key, which never changes.")
    name: str
    url: str
    kinds: list[EventKind]
    is_on: bool
    problem: str | None = Field(description="What is wrong, where calls do not get through.")

    @classmethod
    def of(cls, one: Subscription, problems: Mapping[str, str]) -> "SubscriptionOut":
        """As it stands."""
        return cls(
            subscription=one.key,
            name=one.name,
            url=one.url,
            kinds=list(one.kinds),
            is_on=one.is_on,
            problem=problems.get(one.key),
        )


class Subscriptions(BaseModel):
    """Every subscription, by name; there are twenty at most."""

    subscriptions: list[SubscriptionOut]


class SubscriptionMade(SubscriptionOut):
    """A new subscription with its secret, this once."""

    secret: str | None = Field(description="Signs every call; null where the same key made it before.")


class Secret(BaseModel):
    """A new secret, this once."""

    secret: str


class CallOut(BaseModel):
    """One call: an event on its way to a subscriber, or what became of it."""

    id: UUID
    created_at: datetime
    event: str
    reference: str | None = Field(description="The incident that it is about.")
    state: str = Field(description="waiting, sent (accepted), failed (given up), cancelled or not_needed.")
    attempts: int
    settled_at: datetime | None
    answer: str | None = Field(description="What the receiver said last, or what was wrong.")

    @classmethod
    def of(cls, row: "OutboxMessage") -> "CallOut":
        """The call that a message of the outbox is."""
        return cls(
            id=row.id,
            created_at=row.created_at,
            event=row.payload["template"],
            reference=row.payload["params"].get("reference"),
            state=row.outcome.value if row.outcome is not None else "waiting",
            attempts=row.attempts,
            settled_at=row.settled_at,
            answer=row.last_error or row.receipt,
        )


class CallLog(BaseModel):
    """A part of the calls of a subscription, newest first."""

    calls: list[CallOut]
    next: Next


def _manager() -> Actor:
    """Whoever may see and change subscriptions."""
    who = actor(Scope.ADMINISTER)
    require(who, Permission.MANAGE_SETTINGS)
    return who


def _shown(key: str) -> SubscriptionOut:
    session = db.session()
    return SubscriptionOut.of(one_subscription(session, key), troubled(session))


@bp.get("/subscriptions")
@bp.auth_required(auth)
@bp.output(Subscriptions)
@bp.doc(summary="List subscriptions to events", responses=FORBIDDEN | OFTEN, tags=TAGS)
def list_subscriptions() -> Subscriptions:
    """Every subscription, and whether its calls get through."""
    _manager()
    session = db.session()
    problems = troubled(session)
    return Subscriptions(subscriptions=[SubscriptionOut.of(one, problems) for one in subscriptions(session)])


@bp.post("/subscriptions")
@bp.auth_required(auth)
@bp.input(NewSubscription)
@bp.output(SubscriptionMade, status_code=201)
@bp.doc(summary="Make a subscription", responses=CHANGES, tags=TAGS)
@commits
def make_subscription(json_data: NewSubscription) -> tuple[SubscriptionMade, int, dict[str, str]]:
    """Its secret comes back once; events from now on are sent.

    Send ``Idempotency-Key`` to make a repetition harmless: it makes no second subscription, and tells no secret; where
    the answer with the secret was lost, make a new secret.
    """
    who, key = _manager(), request.headers.get(HEADER)
    wanted = Subscription(new_key(), json_data.name, json_data.url, tuple(json_data.kinds), json_data.is_on)
    secret: list[str | None] = []

    def made() -> dict[str, str]:
        secret.append(_saved(wanted, who).secret)
        return {"subscription": wanted.key}

    found, is_new = first_time("api:subscription", key, json_data, made) if key is not None else (made(), True)
    shown = SubscriptionMade(**_shown(found["subscription"]).model_dump(), secret=secret[0] if secret else None)
    return shown, 201, {} if is_new else {REPLAYED: "true"}


def _saved(wanted: Subscription, who: Actor) -> Saved:
    command = SaveSubscription(who, wanted)
    return save_subscription(command, session=db.session(), sealer=deps().sealer, now=now())


@bp.get("/subscriptions/<subscription>")
@bp.auth_required(auth)
@bp.output(SubscriptionOut)
@bp.doc(summary="Show one subscription", responses=NONE_SUCH | OFTEN, tags=TAGS)
def show_subscription(subscription: str) -> SubscriptionOut:
    """The subscription with this key, and whether its calls get through."""
    _manager()
    return _shown(subscription)


@bp.patch("/subscriptions/<subscription>")
@bp.auth_required(auth)
@bp.input(SubscriptionChange)
@bp.output(SubscriptionOut)
@bp.doc(summary="Change a subscription, or switch it off or on", responses=CHANGES, tags=TAGS)
@commits
def change_subscription(subscription: str, json_data: SubscriptionChange) -> SubscriptionOut:
    """What is left out stays as it is; so does the secret."""
    who = _manager()
    wanted = one_subscription(db.session(), subscription)
    changes = {name: value for name, value in json_data if value is not None}
    if json_data.kinds is not None:
        changes["kinds"] = tuple(json_data.kinds)
    _saved(replace(wanted, **changes), who)
    return _shown(subscription)


@bp.delete("/subscriptions/<subscription>")
@bp.auth_required(auth)
@bp.output({}, status_code=204)
@bp.doc(summary="End a subscription", responses=NONE_SUCH, tags=TAGS)
@commits
def end_subscription(subscription: str) -> str:
    """It hears of nothing any more, also not of what waits."""
    remove_subscription(RemoveSubscription(_manager(), subscription), session=db.session(), now=now())
    return ""


@bp.post("/subscriptions/<subscription>/secret")
@bp.auth_required(auth)
@bp.output(Secret, status_code=201)
@bp.doc(summary="Make a new secret", responses=CHANGES, tags=TAGS)
@commits
def new_subscription_secret(subscription: str) -> Secret:
    """It comes back once, and the one before signs nothing any more; sent again, it makes another one."""
    command = RenewSecret(_manager(), subscription)
    return Secret(secret=renew_secret(command, session=db.session(), sealer=deps().sealer, now=now()))


@bp.post("/subscriptions/<subscription>/test")
@bp.auth_required(auth)
@bp.output(CallOut, status_code=202)
@bp.doc(summary="Send a test event", responses=CHANGES, tags=TAGS)
@commits
def test_subscription(subscription: str) -> CallOut:
    """The call stands in the log, which says what became of it."""
    who, session = _manager(), db.session()
    try_subscription(TestSubscription(who, subscription), session=session, now=now())
    return CallOut.of(calls(session, subscription, visible(who), most=1)[0])


@bp.get("/subscriptions/<subscription>/calls")
@bp.auth_required(auth)
@bp.input(Calls, location="query")
@bp.output(CallLog)
@bp.doc(summary="The calls of a subscription, newest first", responses=NONE_SUCH | OFTEN, tags=TAGS)
def subscription_calls(subscription: str, query_data: Calls) -> CallLog:
    """What was sent and what became of it; a restricted incident is never among it."""
    who, session = _manager(), db.session()
    one_subscription(session, subscription)
    found = calls_after(session, subscription, visible(who), query_data.cursor, query_data.limit + 1)
    shown, following = part(found, query_data.limit, lambda row: (row.created_at, row.id))
    return CallLog(calls=[CallOut.of(row) for row in shown], next=following)
