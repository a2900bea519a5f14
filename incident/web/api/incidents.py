"""Incidents over the API: report, list, show."""

from collections.abc import Sequence
from typing import Final

from flask import g, request

from incident.domain.kernel.errors import DomainError
from incident.domain.kernel.events import CHANGES, OUTWARD
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, may, require
from incident.domain.kernel.scopes import Scope
from incident.store.db import db
from incident.store.queries.incidents import deadlines_of
from incident.store.queries.register import Needs, RegisterFilter, RegisterLine, after, count, lines, register_query
from incident.usecases.common.access import find_incident, note_read, visible
from incident.usecases.common.limits import count_report
from incident.usecases.response.casework import AddTimelineEntry
from incident.usecases.response.casework import add_timeline_entry as record_entry
from incident.usecases.response.report import ReportIncident, report_incident
from incident.web.accounts.counted import network_of
from incident.web.api.answers import Added, BatchOut, DeadlineOut, Deadlines, IncidentOut, IncidentPage, Reported
from incident.web.api.door import BODY, FORBIDDEN, LIMITED, MISSING, OFTEN, REFUSALS, bp
from incident.web.api.errors import field_and_detail, status_of
from incident.web.api.keys import HEADER, REPLAYED, first_time
from incident.web.api.paging import Incidents, Place, part
from incident.web.api.schemas import Batch, BatchItem, Report, TimelineNote, Unfit
from incident.web.api.tokens import actor, auth
from incident.web.clock import now
from incident.web.transactions import commits


@bp.get("/incidents")
@bp.auth_required(auth)
@bp.input(Incidents, location="query")
@bp.output(IncidentPage)
@bp.doc(summary="List incidents, newest first", responses=FORBIDDEN | OFTEN)
def list_incidents(query_data: Incidents) -> IncidentPage:
    """A part of the incidents that the token's person may see."""
    who, session = actor(Scope.READ), db.session()
    filters, seen = asked(query_data, who), visible(who)
    query = register_query(session, filters, seen)
    found = lines(session, after(query, query_data.cursor).limit(query_data.limit + 1), Needs())
    shown, following = part(found, query_data.limit, where)
    note_shown(shown, who)
    rows = [IncidentOut.of(line.incident) for line in shown]
    return IncidentPage(incidents=rows, total=count(session, filters, seen), next=following)


def asked(query: Incidents, who: Actor) -> RegisterFilter:
    """What the address asks for; whoever only reported asks for changes of what a reporter sees."""
    return RegisterFilter(
        statuses=(query.status,) if query.status else (),
        reported_from=query.reported_from,
        reported_to=query.reported_to,
        changed_since=query.changed_since,
        changes=CHANGES if may(who, Permission.VIEW_ALL) else OUTWARD,
    )


def where(line: RegisterLine) -> Place:
    """The place of an incident in a list that begins with the newest."""
    return line.incident.reported_at, line.incident.reference


def note_shown(shown: Sequence[RegisterLine], who: Actor) -> None:
    """Put what a list shows on record as pages do: restricted incidents each, and how many in an hour."""
    for line in shown:
        note_read(db.session(), line.incident, who)
    g.cases_read = [line.incident.reference for line in shown]


@bp.post("/incidents")
@bp.auth_required(auth)
@bp.input(Report)
@bp.output(IncidentOut, status_code=201)
@bp.doc(summary="Report an incident", responses=REFUSALS | LIMITED)
@commits
def report(json_data: Report) -> tuple[IncidentOut, int, dict[str, str]]:
    """Register it and start its clock.

    With the header ``Idempotency-Key`` a repetition by the same token makes no second incident: the first one comes
    back as it stands now, with the header ``Idempotent-Replayed``.
    """
    who = actor(Scope.REPORT)
    incident, is_new = _reported(json_data, request.headers.get(HEADER), who)
    return incident, 201, {} if is_new else {REPLAYED: "true"}


@bp.post("/incidents/batch")
@bp.auth_required(auth)
@bp.input(Batch)
@bp.output(BatchOut)
@bp.doc(summary="Report several incidents", responses=BODY | FORBIDDEN)
@commits
def report_batch(json_data: Batch) -> BatchOut:
    """Each by itself, in the order in which they came: one that is refused keeps none of the others back.

    Each has its own ``key``, which means what the header ``Idempotency-Key`` means for a single report.
    """
    who = actor(Scope.REPORT)
    return BatchOut(results=[_one_of(item, who) for item in json_data.reports])


def _one_of(item: BatchItem | Unfit, who: Actor) -> Reported:
    """What came of one report; what a refused one had written is undone."""
    if isinstance(item, Unfit):
        field, detail = field_and_detail(*item)
        return Reported(status=422, detail=detail, field=field)
    try:
        with db.session.begin_nested():
            incident, is_new = _reported(item, item.key, who)
    except DomainError as error:
        return Reported(status=status_of(error), detail=error.user_text, field=error.field)
    return Reported(status=201, incident=incident, replayed=not is_new)


def _reported(data: Report, key: str | None, who: Actor) -> tuple[IncidentOut, bool]:
    """The incident as it stands, and whether it was registered just now."""
    if key is None:
        return IncidentOut.of(find_incident(db.session(), _register(data, who), who)), True
    found, is_new = first_time("api", key, data, lambda: {"reference": _register(data, who)})
    return IncidentOut.of(find_incident(db.session(), found["reference"], who)), is_new


NAMES: Final = {"first_signal_at": "noticed_at"}
"""What a refusal calls otherwise than the body that was sent."""


def _register(data: Report, who: Actor) -> str:
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
    count_report(db.session(), who.key, now=now(), network=network_of(request.remote_addr))
    try:
        return report_incident(command, session=db.session(), now=now()).reference
    except DomainError as refusal:
        refusal.field = NAMES.get(refusal.field or "", refusal.field)
        raise


@bp.get("/incidents/<reference>")
@bp.auth_required(auth)
@bp.output(IncidentOut)
@bp.doc(summary="Show one incident", responses=MISSING | OFTEN)
def show(reference: str) -> IncidentOut:
    """The incident with this reference."""
    return IncidentOut.of(find_incident(db.session(), reference, actor(Scope.READ)))


@bp.get("/incidents/<reference>/deadlines")
@bp.auth_required(auth)
@bp.output(Deadlines)
@bp.doc(summary="The deadlines of one incident", responses=MISSING | OFTEN)
def deadlines(reference: str) -> Deadlines:
    """Every deadline with its state; superseded ones stay visible."""
    who = actor(Scope.READ)
    incident = find_incident(db.session(), reference, who)
    require(who, Permission.VIEW_ALL)
    return Deadlines(deadlines=[DeadlineOut.of(row) for row in deadlines_of(db.session(), incident)])


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
