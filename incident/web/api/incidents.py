"""Incidents over the API: report, list, show."""

from apiflask import APIBlueprint
from flask import g, request

from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.kernel.scopes import Scope
from incident.store.db import db
from incident.store.queries.incidents import RegisterFilter, count, deadlines_of, register
from incident.usecases.common.access import find_incident, visible
from incident.usecases.common.inbound import once
from incident.usecases.common.limits import count_report
from incident.usecases.response.casework import AddTimelineEntry
from incident.usecases.response.casework import add_timeline_entry as record_entry
from incident.usecases.response.report import ReportIncident, report_incident
from incident.web.api.errors import answer_refusals
from incident.web.api.schemas import (
    Added,
    DeadlineOut,
    Deadlines,
    IncidentOut,
    IncidentPage,
    Paging,
    Report,
    TimelineNote,
)
from incident.web.api.tokens import actor, auth
from incident.web.clock import now
from incident.web.transactions import commits

bp = APIBlueprint("api", __name__, url_prefix="/api/v1", tag="Incidents")
answer_refusals(bp)
PAGE = 50
BUSY = {503: "The database cannot be reached; nothing was saved."}
FORBIDDEN = {403: "Your role does not allow this, or the token was not made for it."}
MISSING = {404: "There is no such incident, or it is not yours to see.", **FORBIDDEN, **BUSY}
REFUSALS = {
    400: "The body is not JSON.",
    409: "The incident is closed.",
    415: "The body is not JSON.",
    **MISSING,
}

LIMITED = {429: "A hundred reports within an hour; the header Retry-After says when the next one is taken."}


@bp.get("/incidents")
@bp.auth_required(auth)
@bp.input(Paging, location="query")
@bp.output(IncidentPage)
@bp.doc(summary="List incidents, newest first", responses=FORBIDDEN | BUSY)
def list_incidents(query_data: Paging) -> IncidentPage:
    """A page of the incidents that the token's person may see."""
    statuses = (query_data.status,) if query_data.status else ()
    query = register(RegisterFilter(statuses=statuses), visible(actor(Scope.READ)))
    rows = db.session.scalars(query.limit(PAGE).offset((query_data.page - 1) * PAGE))
    found = [IncidentOut.of(row) for row in rows]
    g.cases_read = [one.reference for one in found]
    return IncidentPage(incidents=found, total=count(db.session(), query), page=query_data.page)


@bp.post("/incidents")
@bp.auth_required(auth)
@bp.input(Report)
@bp.output(IncidentOut, status_code=201)
@bp.doc(summary="Report an incident", responses=REFUSALS | LIMITED)
@commits
def report(json_data: Report) -> IncidentOut:
    """Register it and start its clock. With the header ``Idempotency-Key`` a repetition gets the first result."""
    who = actor(Scope.REPORT)
    key = request.headers.get("Idempotency-Key", "").strip()[:100]
    if not key:
        return IncidentOut.model_validate(_register(json_data, who))
    result, _ = once(db.session(), f"api:{who.key}:{key}", now(), lambda: _register(json_data, who))
    return IncidentOut.model_validate(result)


def _register(data: Report, who: Actor) -> dict[str, object]:
    command = ReportIncident(
        who,
        data.summary,
        noticed_at=data.noticed_at,
        noticed_by=data.noticed_by,
        aware_at=data.aware_at,
        systems=tuple(data.systems),
        subject_groups=tuple(data.subject_groups),
        subjects=data.subjects,
        ongoing=data.ongoing,
    )
    count_report(db.session(), who.key, now=now())
    row = report_incident(command, session=db.session(), now=now())
    return IncidentOut.of(row).model_dump(mode="json")


@bp.get("/incidents/<reference>")
@bp.auth_required(auth)
@bp.output(IncidentOut)
@bp.doc(summary="Show one incident", responses=MISSING)
def show(reference: str) -> IncidentOut:
    """The incident with this reference."""
    return IncidentOut.of(find_incident(db.session(), reference, actor(Scope.READ)))


@bp.get("/incidents/<reference>/deadlines")
@bp.auth_required(auth)
@bp.output(Deadlines)
@bp.doc(summary="The deadlines of one incident", responses=MISSING)
def deadlines(reference: str) -> Deadlines:
    """Every deadline with its state; superseded ones stay visible."""
    who = actor(Scope.READ)
    incident = find_incident(db.session(), reference, who)
    require(who, Permission.VIEW_ALL)
    rows = deadlines_of(db.session(), incident)
    return Deadlines(deadlines=[DeadlineOut.model_validate(row, from_attributes=True) for row in rows])


@bp.post("/incidents/<reference>/timeline")
@bp.auth_required(auth)
@bp.input(TimelineNote)
@bp.output(Added, status_code=201)
@bp.doc(summary="Add a timeline entry", responses=REFUSALS)
@commits
def add_timeline_entry(reference: str, json_data: TimelineNote) -> Added:
    """Record that something happened."""
    command = AddTimelineEntry(actor(Scope.RECORD), reference, json_data.text, json_data.happened_at)
    entry = record_entry(command, session=db.session(), now=now())
    return Added(id=str(entry.id))
