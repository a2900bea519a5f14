"""Three people with windows of different ages over one case: whatever the order, no clock moves without a reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from incident.domain.fact_sheet import FactConflict
from incident.domain.kernel.errors import Invalid
from incident.domain.kinds import DeadlineState
from incident.law.facts import BreachFacts
from incident.law.vocabulary import Nature, Role, Ternary
from incident.store.models import Deadline
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.usecases.response.triage import ConfirmBreach, confirm_breach

PEOPLE = ("responder", "dpo", "other")
EARLIER = (0, 30, 600, 3000)
ROLES = (Role.CONTROLLER, Role.PROCESSOR, Role.JOINT_CONTROLLER)


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody opens the window, or sends it: as it was shown, or with another moment or role; with a reason or not."""

    who: str
    window: str
    minutes: int | None = None
    role: Role | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a window showed when it was opened."""

    version: int
    facts: BreachFacts


SENT = st.builds(
    Act,
    st.sampled_from(PEOPLE),
    st.sampled_from(["triage", "facts"]),
    st.none() | st.sampled_from(EARLIER),
    st.none() | st.sampled_from(ROLES),
    st.sampled_from(["", " ", "Read the log again"]),
)
OPENED = st.builds(Act, st.sampled_from(PEOPLE), st.just("open"))


@pytest.mark.parametrize("awareness", ["stated", "not stated"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=st.lists(SENT | OPENED, min_size=3, max_size=14))
def test_no_clock_moves_without_a_reason(session, report, team, clock, acts, awareness) -> None:
    """What was refused moves nothing either. The first word on awareness, or on a role before "yes", is free."""
    incident, start = report(noticed_at=clock.now() - timedelta(hours=60)), clock.now()
    actors = {"responder": team.responder, "dpo": team.dpo, "other": team.responder}
    shown = dict.fromkeys(PEOPLE, Shown(incident.fact_version, current_facts(session, incident)))
    if awareness == "stated":
        send(session, incident, team.dpo, shown["dpo"], Act("dpo", "triage", 30, Role.CONTROLLER), start)
    for number, act in enumerate(acts, start=1):
        now = start + timedelta(minutes=number)
        if act.window == "open":
            shown[act.who] = Shown(incident.fact_version, current_facts(session, incident))
            continue
        before, facts = clocks(session, incident), current_facts(session, incident)
        try:
            with session.begin_nested():
                send(session, incident, actors[act.who], shown[act.who], act, start, now)
        except (Invalid, FactConflict) as refusal:
            event(type(refusal).__name__)
            assert clocks(session, incident) == before
            continue
        after = clocks(session, incident)
        moved = {name for name, due_at in before.items() if after.get(name) != due_at}
        same = current_facts(session, incident).aware_at == facts.aware_at
        first = not isinstance(facts.aware_at, datetime) or (same and facts.is_breach is not Ternary.YES)
        event(f"moved: {bool(moved)}, first: {first}")
        assert not moved or act.reason.strip() or first, (moved, facts.aware_at, act)


def send(session, incident, actor, seen: Shown, act: Act, start: datetime, now: datetime | None = None) -> None:
    """What the form sends: the answers that it showed, but for what the person changed."""
    shown_at = seen.facts.aware_at if isinstance(seen.facts.aware_at, datetime) else None
    aware_at = shown_at if act.minutes is None else start - timedelta(minutes=act.minutes)
    role = act.role or seen.facts.role
    if act.window == "facts":
        values = {
            "role": role,
            **({"aware_at": aware_at} if aware_at else {}),
            "aware_person": "B",
            "aware_ground": "Log",
        }
        record_facts(
            RecordFacts(actor, incident.id, values, seen.version, reason=act.reason), session=session, now=now or start
        )
        return
    command = ConfirmBreach(
        actor,
        incident.id,
        aware_at,
        aware_person=seen.facts.aware_person or actor.name,
        aware_ground=seen.facts.aware_ground or "Log",
        role=None if role is Role.UNKNOWN else role,
        nature=seen.facts.nature or (Nature.CONFIDENTIALITY,),
        base_version=seen.version,
        correction=act.reason,
    )
    confirm_breach(command, session=session, now=now or start)


def clocks(session, incident) -> dict[str, datetime]:
    """Every clock that runs, and when it ends."""
    session.expire_all()
    query = select(Deadline).where(Deadline.incident_id == incident.id, Deadline.state == DeadlineState.OPEN)
    return {row.obligation: row.due_at for row in session.scalars(query)}
