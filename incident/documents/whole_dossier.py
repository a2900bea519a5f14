"""The whole dossier of one incident as a ZIP: what an authority could ask for under GDPR art. 33(5)."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import IO

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from incident.documents.case_report import CaseReport, case_document
from incident.documents.dossier_export import DossierHead, Part, Written, write_dossier
from incident.documents.dossier_proof import prove, tools
from incident.documents.dossier_texts import DossierTexts
from incident.documents.pdf import render_pdf
from incident.domain.kernel.errors import DomainError
from incident.domain.kernel.json import Json
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.store.blobs import BlobStore, DamagedBlob
from incident.store.db import Base
from incident.store.models import Evidence, Incident
from incident.store.proof.note import Signer
from incident.store.queries.case import CaseFile, NoticeFile, case_file
from incident.store.queries.log import erased_of
from incident.usecases.common.fact_versions import current_facts, versions
from incident.usecases.common.settings import organisation_profile
from incident.usecases.notices.ports import NoticeRenderer
from incident.usecases.response.harmful import PASSWORD


@dataclass(frozen=True, slots=True)
class DossierMaker:
    """What is needed to make a dossier."""

    session: Session
    blobs: BlobStore
    renderer: NoticeRenderer
    signer: Signer

    def write(self, target: IO[bytes], incident: Incident, *, actor: Actor, now: datetime) -> tuple[Written, ...]:
        """Write the dossier and record that it was exported.

        Raises NotAllowed without the right to export, and DomainError when a kept file is gone or was altered.
        """
        require(actor, Permission.EXPORT)
        head = DossierHead(incident.reference, organisation_profile(self.session).name, now)

        def closing(written: Sequence[Written]) -> Iterator[Part]:
            return prove(self.session, incident, written, self.signer, actor=actor, now=now)

        try:
            return write_dossier(target, self._parts(incident, now), head, closing)
        except DamagedBlob as error:
            raise DomainError("A file of this incident is missing or was altered. Tell an administrator.") from error

    def _parts(self, incident: Incident, now: datetime) -> Iterator[Part]:
        case = case_file(self.session, incident)
        yield _rows("register-entry.json", [incident], "The entry of the register, GDPR art. 33(5)")
        yield _rows("timeline.json", case.timeline, "What happened, and when it was recorded")
        yield _rows("facts.json", versions(self.session, incident), "Every version of the fact sheet, with origins")
        yield _rows("deadlines.json", case.deadlines, "Every deadline, superseded ones included, with its reasons")
        yield _rows("reminders.json", case.reminders, "Every reminder and what became of it")
        yield _rows("assessments.json", case.assessments, "Every assessment: answers, findings, citations")
        yield _rows("decisions.json", case.decisions, "Every decision with its reason and second person")
        yield _rows("tasks.json", case.tasks, "Tasks and measures")
        yield _rows("evidence.json", case.evidence, "The files taken into evidence, with their hashes")
        for number, file in enumerate(case.notices, start=1):
            yield from _record_of(file, number)
        texts = DossierTexts(self.session, self.blobs, self.renderer, case)
        yield from texts.parts()
        yield from self._evidence(case)
        yield from tools()
        yield Part("case.pdf", self._report(case, texts, now), "", "The case from beginning to end, to read first")

    def _report(self, case: CaseFile, texts: DossierTexts, now: datetime) -> bytes:
        report = CaseReport(
            case=case,
            facts=current_facts(self.session, case.incident),
            organisation=texts.around.organisation,
            at=now,
            audit_head=texts.around.checkpoint,
            sent=texts.sent(),
            drafts=texts.drafts(),
            erased=erased_of(self.session, case.incident.reference),
        )
        return render_pdf(case_document(report))

    def _evidence(self, case: CaseFile) -> Iterator[Part]:
        for number, row in enumerate(case.evidence, start=1):
            content = self.blobs.get(row.blob_sha256)
            yield Part(f"evidence/{number:03d}-{row.filename}", content, row.blob_sha256, _told(row))


def _told(row: Evidence) -> str:
    if row.harmful_sha256 is None:
        return row.description
    harmful = (
        f"May be harmful (malware). Password of the archive: {PASSWORD}. SHA-256 of the file: {row.harmful_sha256}"
    )
    return " ".join(filter(None, [row.description, harmful + row.harmful_sha256]))


def _record_of(file: NoticeFile, number: int) -> Iterator[Part]:
    notice = file.notice
    folder = f"notices/{number:02d}-{notice.addressee.value}-{notice.kind.value}-{notice.language}"
    yield _rows(f"{folder}/versions.json", file.versions, "Every version of the text")
    yield _rows(f"{folder}/approvals.json", file.approvals, "Approvals, void ones included")
    yield _rows(f"{folder}/submissions.json", file.submissions, "Submissions with time, number and person")


def _rows(name: str, rows: Iterable[Base], description: str) -> Part:
    document = [{column.key: _plain(getattr(row, column.key)) for column in inspect(type(row)).columns} for row in rows]
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True)
    return Part(name, text.encode(), "", description)


def _plain(value: object) -> Json:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value if isinstance(value, (str, int, float, bool, dict, list, type(None))) else str(value)
