"""What all pages of notices share: their blueprint, and one notice of one incident."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint

from incident.domain.fact_sheet import chapter_of
from incident.domain.kernel.errors import NotFound
from incident.domain.kinds import Addressee
from incident.law.forms.answers import FilledAnswer, FilledForm, UnreproducedQuestion
from incident.law.texts import sentence
from incident.store.db import db
from incident.store.queries.case import NoticeFile, notice_files
from incident.usecases.notices.approve import unsaid_in
from incident.usecases.notices.authority_form import form_from
from incident.usecases.notices.submit import obligation_of
from incident.web.case import Case, open_case
from incident.web.i18n import language_code

if TYPE_CHECKING:
    from incident.store.models import NoticeVersion


bp = Blueprint("notices", __name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """One notice of one incident; ``files`` are all notices of the incident."""

    case: Case
    file: NoticeFile
    files: tuple[NoticeFile, ...]

    @property
    def is_form(self) -> bool:
        """Whether it is the authority's form."""
        return bool(self.file.notice.addressee is Addressee.AUTHORITY)

    @property
    def form(self) -> FilledForm:
        """The filled form of the newest version; once it is approved without what that settled."""
        form = form_from(self.file.latest.form)
        return form.approved if self.file.approval else form

    @property
    def siblings(self) -> tuple[NoticeFile, ...]:
        """The same notice in its languages, itself among them: same addressee, kind, customer and group."""
        mine = _sort(self.file)
        return tuple(file for file in self.files if _sort(file) == mine)

    @property
    def unsaid(self) -> tuple[str, ...]:
        """What the law asks of the newest text and no words in it say, each with its article."""
        return self.unsaid_of(self.file.latest.title, self.file.latest.body)

    def unsaid_of(self, title: str, body: str) -> tuple[str, ...]:
        """The same of any text, saved or not."""
        items = unsaid_in(self.file.notice, title, body)
        return tuple(f"{sentence(one.text_id, (), language_code())} ({one.citation})" for one in items)

    @property
    def done(self) -> bool:
        """Whether it was filed, so that nothing is to be copied any more."""
        return bool(self.file.submissions)

    @property
    def tick_url(self) -> str:
        """Where a tick beside an answer goes."""
        return self.url("notices.copied")

    def url(self, endpoint: str, **values: object) -> str:
        """The address of one of its pages."""
        return self.case.url(endpoint, notice_id=self.file.notice.id, **values)

    def version(self, number: int) -> "NoticeVersion":
        """The version with this number. Raises NotFound where there is none."""
        found = next((row for row in self.file.versions if row.number == number), None)
        if found is None:
            raise NotFound("There is no such notice.")
        return found


def _sort(file: NoticeFile) -> tuple[object, ...]:
    notice = file.notice
    return notice.addressee, notice.kind, notice.recipient, notice.group


def open_notice(reference: str, notice_id: UUID) -> Opened:
    """The notice of an address. Raises NotFound where this incident has none such."""
    case = open_case(reference)
    files = tuple(notice_files(db.session(), case.head.incident.id))
    for file in files:
        if file.notice.id == notice_id:
            return Opened(replace(case, about=obligation_of(file.notice) or ""), file, files)
    raise NotFound("There is no such notice.")


def where(case: Case, answer: FilledAnswer | UnreproducedQuestion) -> str:
    """The place at which a missing answer is given: the fact itself, else the organisation's profile."""
    if not answer.fields:
        return "/settings/organisation"
    return case.url("facts.edit", name=chapter_of(answer.fields[0]).value) + f"#{answer.fields[0]}-field"
