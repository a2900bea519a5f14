"""The texts of a dossier: what left the house, as it left, apart from drafts; and the certificates of the mailings."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.documents.case_notices import SentNotice
from incident.documents.dossier_export import Part
from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import Addressee
from incident.store.blobs import BlobStore
from incident.store.models import Incident, Mailing, NoticeVersion, Rendition
from incident.store.queries.case import CaseFile, NoticeFile
from incident.store.queries.mailings import mailings_of
from incident.usecases.mailing.certificate import Deliveries, deliveries
from incident.usecases.mailing.mailing import letters_of
from incident.usecases.notices.earlier_filing import earlier_form_among
from incident.usecases.notices.own_templates import house_style
from incident.usecases.notices.ports import HouseStyle, NoticeRenderer
from incident.usecases.notices.render import Imprint, file_stem, imprint, printable


@dataclass(frozen=True)
class DossierTexts:
    """The notices of one incident as files."""

    session: Session
    blobs: BlobStore
    renderer: NoticeRenderer
    case: CaseFile

    @property
    def incident(self) -> Incident:
        """Whose texts they are."""
        return self.case.incident

    def parts(self) -> Iterator[Part]:
        """Every version that left the house, the newest draft of what did not, and what each mailing did."""
        for number, file in enumerate(self.case.notices, start=1):
            for version in file.sent:
                yield from self._version(file, version, self._name("sent", number, file, version), "As it was sent")
            if not file.sent:
                name = self._name("drafts", number, file, file.latest)
                yield from self._version(file, file.latest, name, "A draft: it was not sent")
        yield from self._certificates()

    def sent(self) -> tuple[SentNotice, ...]:
        """Each submission with its text, for the case report."""
        return tuple(
            SentNotice(
                file.notice,
                next(version for version in file.versions if version.id == row.version_id),
                row,
                next((one for one in reversed(file.approvals) if one.version_id == row.version_id), None),
                self._file_of(row.version_id),
            )
            for file in self.case.notices
            for row in file.submissions
        )

    def drafts(self) -> tuple[str, ...]:
        """The names of the texts that have not left the house."""
        return tuple(
            f"{self._name('drafts', number, file, file.latest)}.pdf"
            for number, file in enumerate(self.case.notices, start=1)
            if not file.sent
        )

    def _file_of(self, version_id: UUID) -> str:
        return next(
            f"{self._name('sent', number, file, version)}.pdf"
            for number, file in enumerate(self.case.notices, start=1)
            for version in file.versions
            if version.id == version_id
        )

    def _name(self, folder: str, number: int, file: NoticeFile, version: NoticeVersion) -> str:
        return f"{folder}/{number:02d}-{file_stem(file.notice, version)}"

    @cached_property
    def around(self) -> Imprint:
        """Who sends, and the newest checkpoint: the same on every text of the dossier."""
        return imprint(self.session)

    @cached_property
    def _house(self) -> HouseStyle:
        return house_style(self.session, self.blobs)

    @cached_property
    def _kept(self) -> dict[tuple[UUID, str], str]:
        """The files that were made when the version was sent or approved: these very bytes are the proof."""
        ids = [version.id for file in self.case.notices for version in file.versions]
        rows = self.session.scalars(select(Rendition).where(Rendition.version_id.in_(ids)))
        return {(row.version_id, row.format): row.blob_sha256 for row in rows}

    def _version(self, file: NoticeFile, version: NoticeVersion, name: str, description: str) -> Iterator[Part]:
        sent = version.id in file.left
        text = ("txt",) if file.notice.addressee is Addressee.AUTHORITY else ()
        for kind in ("pdf", "docx", *text):
            kept = self._kept.get((version.id, kind)) if sent else None
            content = self.blobs.get(kept) if kept else self._rendered(file, version, kind, approved=sent)
            yield Part(f"{name}.{kind}", content, kept or "", description)

    def _rendered(self, file: NoticeFile, version: NoticeVersion, kind: str, *, approved: bool) -> bytes:
        approved = approved or file.approval is not None
        sheet = printable(self.incident, file.notice, version, self.around, approved=approved)
        earlier = earlier_form_among(file.notice, self.case.notices)
        return self.renderer.render(replace(sheet, house=self._house, previous=earlier), kind)

    def _certificates(self) -> Iterator[Part]:
        mailings = mailings_of(self.session, self.incident.id)[::-1]
        done = deliveries(self.session, *mailings)
        for number, mailing in enumerate(mailings, start=1):
            text = json.dumps(self._certificate(mailing, done), ensure_ascii=False, indent=1, sort_keys=True)
            yield Part(
                f"mailings/{number:02d}-certificate.json", text.encode(), "", "What this mailing did, per letter"
            )

    def _certificate(self, mailing: Mailing, deliveries: Deliveries) -> JsonObject:
        done = {str(one.version): one.document() for one in deliveries[mailing.id]}
        versions = {str(version.id): version for file in self.case.notices for version in file.versions}
        letters = [
            {
                "language": letter.language,
                "group": letter.group,
                "version": versions[letter.version].number,
                "sha256": versions[letter.version].body_sha256,
                "file": self._file_of(UUID(letter.version)) if mailing.released_at else "",
                **done.get(letter.version, {}),
            }
            for letter in letters_of(mailing)
        ]
        steps = {
            name: [who, at.isoformat() if at else ""]
            for name, who, at in (
                ("prepared", mailing.author_name, mailing.recorded_at),
                ("started", mailing.started_name, mailing.started_at),
                ("released", mailing.released_name, mailing.released_at),
                ("ended", "", mailing.ended_at),
                ("people erased", "", mailing.erased_at),
            )
        }
        return {
            "mailing": str(mailing.id),
            "channel": mailing.channel.value,
            "state": mailing.state.value,
            "recipients_sha256": mailing.recipients_sha256,
            "steps": steps,
            "letters": letters,
        }
