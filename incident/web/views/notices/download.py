"""A version of a notice as PDF, Word file or text, and the whole dossier of the incident as one ZIP."""

import tempfile
from pathlib import Path
from uuid import UUID

from flask import Response, send_file
from flask.typing import ResponseReturnValue

from incident.documents.verifier import VERIFIER
from incident.documents.verifier import verifier as source_of_verifier
from incident.documents.whole_dossier import DossierMaker
from incident.domain.kernel.errors import NotFound
from incident.store.db import db
from incident.store.shelf import bring_near, put_ahead
from incident.usecases.notices.render import (
    KeepRendition,
    RenderedNotice,
    files_of,
    keep_rendition,
    render_notice,
)
from incident.web.case import open_case
from incident.web.clock import deps, now
from incident.web.downloads import attachment
from incident.web.files_ahead import only_reading
from incident.web.transactions import commits
from incident.web.viewer import viewer
from incident.web.views.notices.opened import bp, open_notice

MEDIA = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
}
IN_MEMORY = 8 * 1024 * 1024
"""A dossier larger than this stands in a file on disk while it is sent."""


@bp.get("/incidents/<reference>/notices/<uuid:notice_id>/v<int:number>.<kind>")
@commits
def download(reference: str, notice_id: UUID, number: int, kind: str) -> ResponseReturnValue:
    """A version as PDF, DOCX or text."""
    opened = open_notice(reference, notice_id)
    version = opened.version(number)
    if kind not in MEDIA:
        raise NotFound("There is no such notice.")
    made = _made(version.id, kind)
    answer: Response = attachment(made.content, made.filename, MEDIA[kind])
    return answer


def _made(version: UUID, kind: str) -> RenderedNotice:
    """Laid out, and brought to its place, before anything is written: no writer waits for either."""
    session, blobs, renderer, actor = only_reading(), deps().blobs, deps().renderer, viewer()
    made = render_notice(session, version, kind, actor=actor, renderer=renderer, blobs=blobs)
    if not made.to_keep:
        return made
    command = KeepRendition(actor, version, kind, made.content, renderer.name)
    shelf = put_ahead(session, blobs, [made.content], now())
    if keep_rendition(command, session=session, now=now(), blobs=shelf):
        return made
    return render_notice(session, version, kind, actor=actor, renderer=renderer, blobs=blobs)


@bp.get("/verify.py")
def verifier() -> ResponseReturnValue:
    """The program with which anybody checks a dossier; it lies in every dossier too."""
    answer: Response = attachment(source_of_verifier(), VERIFIER, "text/x-python; charset=utf-8")
    return answer


@bp.get("/incidents/<reference>/dossier.zip")
@commits
def whole(reference: str) -> ResponseReturnValue:
    """Everything of the incident with a manifest of hashes; the export is recorded."""
    case = open_case(reference)
    target = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # Sending it closes it.
    with tempfile.TemporaryDirectory() as folder:
        near = bring_near(deps().blobs, files_of(only_reading(), case.incident.id), Path(folder))
        db.session.rollback()
        maker = DossierMaker(db.session(), near, deps().renderer, deps().vault.secrets.signer)
        maker.write(target, case.incident, actor=viewer(), now=now())
    target.seek(0)
    name = f"{case.reference}-{now():%Y-%m-%d}.zip"
    return send_file(target, mimetype="application/zip", as_attachment=True, download_name=name)
