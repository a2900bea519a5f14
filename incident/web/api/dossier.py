"""What was decided, kept, sent and asked in one incident, over the API."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from apiflask.schemas import FileSchema
from flask import Response

from incident.domain.kernel.errors import NotFound
from incident.domain.kernel.roles import Permission, require
from incident.domain.kernel.scopes import Scope
from incident.store.db import db
from incident.store.queries.casework import decisions_after, evidence_after, mailings_after, said_after
from incident.usecases.common.access import find_incident
from incident.usecases.mailing.texts import progress_of_each
from incident.usecases.response.attach_evidence import read_evidence
from incident.usecases.response.public_report import SAID, public_report_of
from incident.web.api.case import opened
from incident.web.api.door import MISSING, OFTEN, Refusals, bp
from incident.web.api.dossier_answers import (
    DecisionOut,
    Decisions,
    EvidenceFiles,
    EvidenceOut,
    MailingOut,
    Mailings,
    ReporterOut,
    SaidOut,
)
from incident.web.api.paging import Rows, part
from incident.web.api.tokens import actor, auth
from incident.web.clock import now
from incident.web.downloads import attachment
from incident.web.files_ahead import evidence_at_hand
from incident.web.transactions import commits

FILE = "application/octet-stream"
GONE: Refusals = {422: "The file is missing or no longer the one that was kept.", **MISSING, **OFTEN}


class _Recorded(Protocol):
    recorded_at: datetime
    id: UUID


def _place(row: _Recorded) -> tuple[datetime, UUID]:
    return row.recorded_at, row.id


@bp.get("/incidents/<reference>/decisions")
@bp.auth_required(auth)
@bp.input(Rows, location="query")
@bp.output(Decisions)
@bp.doc(summary="The decisions of one incident", responses=MISSING | OFTEN)
def decisions(reference: str, query_data: Rows) -> Decisions:
    """Who decided what, why, and what the second person said."""
    found = decisions_after(db.session(), opened(reference).id, query_data.cursor, query_data.limit + 1)
    shown, following = part(found, query_data.limit, _place)
    return Decisions(decisions=[DecisionOut.of(row) for row in shown], next=following)


@bp.get("/incidents/<reference>/evidence")
@bp.auth_required(auth)
@bp.input(Rows, location="query")
@bp.output(EvidenceFiles)
@bp.doc(summary="The evidence of one incident", responses=MISSING | OFTEN)
def evidence(reference: str, query_data: Rows) -> EvidenceFiles:
    """Each file with its hash; the bytes are fetched one by one."""
    found = evidence_after(db.session(), opened(reference).id, query_data.cursor, query_data.limit + 1)
    shown, following = part(found, query_data.limit, _place)
    return EvidenceFiles(evidence=[EvidenceOut.of(row) for row in shown], next=following)


@bp.get("/incidents/<reference>/evidence/<uuid:file>/bytes")
@bp.auth_required(auth)
@bp.output(FileSchema(type="string", format="binary"), content_type=FILE)
@bp.doc(summary="A file of the evidence", responses=GONE)
@commits
def evidence_file(reference: str, file: UUID) -> Response:
    """The bytes as they were kept, checked by their hash; the reading is on record, as on the page."""
    who = actor(Scope.EXPORT)
    require(who, Permission.VIEW_ALL)
    blobs = evidence_at_hand(file)
    incident = find_incident(db.session(), reference, who).id
    row, parts = read_evidence(db.session(), file, actor=who, now=now(), blobs=blobs)
    if row.incident_id != incident:
        raise NotFound("There is no such file.")
    answer: Response = attachment(parts, row.filename, FILE)
    answer.content_length = row.size
    answer.set_etag(row.blob_sha256)
    return answer


@bp.get("/incidents/<reference>/mailings")
@bp.auth_required(auth)
@bp.input(Rows, location="query")
@bp.output(Mailings)
@bp.doc(summary="The mailings of one incident", responses=MISSING | OFTEN)
def mailings(reference: str, query_data: Rows) -> Mailings:
    """Which letters went to how many people and how far they are; never to whom."""
    session = db.session()
    found = mailings_after(session, opened(reference).id, query_data.cursor, query_data.limit + 1)
    shown, following = part(found, query_data.limit, _place)
    figures = progress_of_each(session, [row.id for row in shown])
    return Mailings(mailings=[MailingOut.of(row, figures[row.id]) for row in shown], next=following)


@bp.get("/incidents/<reference>/reporter")
@bp.auth_required(auth)
@bp.input(Rows, location="query")
@bp.output(ReporterOut)
@bp.doc(summary="The talk with the reporter of one incident", responses=MISSING | OFTEN)
def reporter(reference: str, query_data: Rows) -> ReporterOut:
    """How the report came in, what the team asked and what the reporter added."""
    session, incident = db.session(), opened(reference)
    outside = public_report_of(session, incident)
    found = said_after(session, incident.id, SAID, query_data.cursor, query_data.limit + 1)
    shown, following = part(found, query_data.limit, _place)
    return ReporterOut(
        name=incident.reporter_name,
        has_account=outside is None,
        way=outside.way if outside else None,
        anonymous=outside.anonymous if outside else None,
        contact=outside.contact if outside else None,
        said=[SaidOut.model_validate(row, from_attributes=True) for row in shown],
        next=following,
    )
