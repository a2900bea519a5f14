"""Earlier breaches: a restricted one is told to nobody outside, and being shown one is a reading like any other."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.events import Tag
from incident.law.vocabulary import IncidentKind
from incident.platform.clock import FixedClock
from incident.store.models import AuditEntry, Incident
from incident.usecases.common.access import record_reads
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.response.earlier import earlier_breaches
from incident.usecases.response.restrict import Restrict, restrict
from tests.factories import make_incident
from tests.usecases.conftest import Team

KIND = IncidentKind.DEVICE_LOST_OR_STOLEN


def notified(session: Session, team: Team, clock: FixedClock, summary: str) -> Incident:
    """A breach of the kind that was notified."""
    incident = make_incident(session, team.reporter, clock.now(), summary=summary)
    incident.kind, incident.notified_at = KIND.value, clock.now()
    session.flush()
    return incident


@pytest.mark.parametrize("inside", [True, False])
def test_a_restricted_precedent_is_shown_to_insiders_only_and_goes_on_record(
    session: Session, team: Team, clock: FixedClock, inside: bool
) -> None:
    """Its summary and the reason of its decision are read here as on its own page; the open one leaves no record."""
    ordinary, hidden = (notified(session, team, clock, text) for text in ("A laptop", "The director's laptop"))
    restrict(Restrict(team.dpo, hidden.id, frozenset(), "About a colleague"), session=session, now=clock.now())
    this = make_incident(session, team.reporter, clock.now())
    facts = replace(current_facts(session, this), kinds=(KIND,))
    found = earlier_breaches(session, this, facts, team.dpo if inside else team.responder)
    assert found is not None
    shown = {one.reference for one in found.closest}
    record_reads(session, clock.now())
    read = session.scalars(select(AuditEntry.chain).where(AuditEntry.tag == Tag.INCIDENT_READ)).all()
    assert shown == {ordinary.reference, *([hidden.reference] if inside else [])}
    assert read == ([hidden.reference] if inside else [])


def test_who_sees_only_their_own_report_is_told_of_no_other(session: Session, team: Team, clock: FixedClock) -> None:
    """Not how many there were either."""
    this = notified(session, team, clock, "A laptop")
    notified(session, team, clock, "Another laptop")
    facts = replace(current_facts(session, this), kinds=(KIND,))
    assert earlier_breaches(session, this, facts, team.reporter) is None
