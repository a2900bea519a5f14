"""What is on record of one incident, over the API: facts, timeline, tasks, notices; and the register of all."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from incident.domain.kernel.roles import Permission, require
from incident.domain.kernel.scopes import Scope
from incident.store.db import db
from incident.store.queries.case import NoticeFile, notice_files, notices_after
from incident.store.queries.casework import tasks_after, timeline_after
from incident.store.queries.register import after, lines, register_query
from incident.usecases.common.access import find_incident, visible
from incident.usecases.common.fact_versions import current_sheet
from incident.usecases.register.columns import ALL, needs_of
from incident.usecases.response.assess import latest_assessment
from incident.web.api.answers import (
    AssessmentOut,
    EntryOut,
    Facts,
    NoticeOut,
    Notices,
    Register,
    TaskOut,
    Tasks,
    Timeline,
    register_lines,
)
from incident.web.api.door import FORBIDDEN, MISSING, OFTEN, bp
from incident.web.api.incidents import asked, note_shown, where
from incident.web.api.paging import Entries, Incidents, Rows, part
from incident.web.api.tokens import actor, auth

if TYPE_CHECKING:
    from incident.store.models import Incident


def opened(reference: str) -> "Incident":
    """The incident for whoever may read the whole case."""
    who = actor(Scope.READ)
    incident = find_incident(db.session(), reference, who)
    require(who, Permission.VIEW_ALL)
    return incident


@bp.get("/incidents/<reference>/facts")
@bp.auth_required(auth)
@bp.output(Facts)
@bp.doc(summary="The facts of one incident", responses=MISSING | OFTEN)
def facts(reference: str) -> Facts:
    """What is known, each answer with its origin."""
    sheet = current_sheet(db.session(), opened(reference))
    if sheet is None:
        return Facts(version=0, recorded_at=None, author="", facts={}, origins={})
    return Facts(
        version=sheet.version,
        recorded_at=sheet.recorded_at,
        author=sheet.author_name,
        facts=sheet.facts,
        origins=sheet.origins,
    )


@bp.get("/incidents/<reference>/assessment")
@bp.auth_required(auth)
@bp.output(AssessmentOut)
@bp.doc(summary="The newest assessment of the risk", responses=MISSING | OFTEN)
def assessment(reference: str) -> AssessmentOut:
    """The proposal and the level adopted, with every rule that applied and whose word it is."""
    return AssessmentOut.of(latest_assessment(db.session(), opened(reference)))


@bp.get("/incidents/<reference>/timeline")
@bp.auth_required(auth)
@bp.input(Entries, location="query")
@bp.output(Timeline)
@bp.doc(summary="The timeline of one incident", responses=MISSING | OFTEN)
def timeline(reference: str, query_data: Entries) -> Timeline:
    """In the order in which things happened."""
    found = timeline_after(db.session(), opened(reference).id, query_data.cursor, query_data.limit + 1)
    shown, following = part(found, query_data.limit, lambda row: (row.happened_at, row.recorded_at, row.id))
    return Timeline(entries=[EntryOut.model_validate(row, from_attributes=True) for row in shown], next=following)


@bp.get("/incidents/<reference>/tasks")
@bp.auth_required(auth)
@bp.input(Rows, location="query")
@bp.output(Tasks)
@bp.doc(summary="The tasks and measures of one incident", responses=MISSING | OFTEN)
def tasks(reference: str, query_data: Rows) -> Tasks:
    """Done and still to do, in the order in which they were written down."""
    found = tasks_after(db.session(), opened(reference).id, query_data.cursor, query_data.limit + 1)
    shown, following = part(found, query_data.limit, lambda row: (row.recorded_at, row.id))
    return Tasks(tasks=[TaskOut.model_validate(row, from_attributes=True) for row in shown], next=following)


@bp.get("/incidents/<reference>/notices")
@bp.auth_required(auth)
@bp.input(Rows, location="query")
@bp.output(Notices)
@bp.doc(summary="The notices of one incident", responses=MISSING | OFTEN)
def notices(reference: str, query_data: Rows) -> Notices:
    """To whom, approved or not, and what left when; never the people it went to."""
    incident = opened(reference)
    ids = notices_after(db.session(), incident.id, query_data.cursor, query_data.limit + 1)
    found = sorted(notice_files(db.session(), incident.id, ids), key=_begun)
    shown, following = part(found, query_data.limit, _begun)
    return Notices(notices=[NoticeOut.of(file) for file in shown], next=following)


def _begun(file: NoticeFile) -> tuple[datetime, UUID]:
    """The order of the cursor; people see letters that were drafted together by their languages."""
    return file.notice.created_at, file.notice.id


@bp.get("/register")
@bp.auth_required(auth)
@bp.input(Incidents, location="query")
@bp.output(Register)
@bp.doc(summary="The register of GDPR art. 33(5), newest first", responses=FORBIDDEN | OFTEN)
def register(query_data: Incidents) -> Register:
    """Every breach with all columns, notified or not."""
    who, session = actor(Scope.READ), db.session()
    require(who, Permission.VIEW_ALL)
    filters = replace(asked(query_data, who), without_examples=True)
    query = after(register_query(session, filters, visible(who)), query_data.cursor)
    found = lines(session, query.limit(query_data.limit + 1), needs_of(ALL.values()))
    shown, following = part(found, query_data.limit, where)
    note_shown(shown, who)
    return Register(lines=register_lines(shown), next=following)
