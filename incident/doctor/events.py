"""Check of subscriptions: do the systems that hear of events take them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from incident.delivery.outward import Refused, way_to
from incident.doctor.finding import Finding, fail, ok
from incident.domain.subscriptions import Subscription
from incident.platform.settings import Settings
from incident.usecases.messages.subscriptions import subscriptions, troubled

NAME_SECONDS: Final = 5


def subscribers(settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Each that is on; silent while there is no database. Nothing is sent: addresses are only looked up."""
    engine = create_engine(settings.database_url, poolclass=NullPool)
    try:
        with Session(engine) as session:
            found, problems = subscriptions(session), troubled(session)
    except SQLAlchemyError:
        return
    finally:
        engine.dispose()
    for one in found:
        if one.is_on:
            yield _judged(one, problems.get(one.key), settings)


def _judged(one: Subscription, problem: str | None, settings: Settings) -> Finding:
    sentence, cure = "%(name)s does not take events: %(reason)s.", "Look at its calls under Settings, Integrations."
    if problem is None:
        try:
            way_to(one.url, settings.event_networks, NAME_SECONDS)
        except (Refused, TimeoutError) as refusal:
            problem, cure = str(refusal), "Correct its address under Settings, Integrations, or set EVENT_NETWORKS."
    if problem is not None:
        return fail("events", sentence, cure, name=one.name, reason=problem)
    return ok("events", "%(name)s takes events.", name=one.name)
