"""Reports under other law and to the insurer: a narrow page that stands beside the portal, filled from the record."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from incident.documents.phrases import language_of
from incident.documents.teller import HOME
from incident.domain.fact_sheet import chapter_of
from incident.domain.kinds import DeadlineState
from incident.law.facts import Chapter
from incident.law.forms.answers import FilledAnswer
from incident.law.regimes import all_regimes, law_of
from incident.law.sources import Certainty
from incident.law.texts import sentence
from incident.store.db import db
from incident.usecases.common.settings import organisation_profile
from incident.usecases.notices.other_portals import PortalReport, mark_copied_elsewhere, portal_report
from incident.web.case import Case, open_case
from incident.web.clock import now
from incident.web.i18n import language_code
from incident.web.labels import deadline_name
from incident.web.transactions import commits
from incident.web.viewer import viewer

if TYPE_CHECKING:
    from incident.store.models import Deadline

bp = Blueprint("portals", __name__)

CERTAINTIES: Final = {
    Certainty.PRIMARY: (_l("words read in the law or form"), "green"),
    Certainty.SECONDARY: (_l("words as others publish them, not checked at the portal"), ""),
    Certainty.UNVERIFIED: (_l("our own words, compare them with the form"), "amber"),
}
"""How sure the words of a question are, in words and a colour."""


@dataclass(frozen=True, slots=True)
class OpenedReport:
    """One report of one incident, as its page shows it; ``clock`` is None where no law sets one."""

    case: Case
    filled: PortalReport
    clock: "Deadline | None"

    @property
    def name(self) -> str:
        """The report in the words of its law; the one that no law asks for goes to the insurer."""
        return deadline_name(self.filled.report.id) if self.clock else _("First notice to the insurer")

    @property
    def done(self) -> bool:
        """Whether nothing is to be copied any more."""
        return not self.case.is_open or (self.clock is not None and self.clock.state is not DeadlineState.OPEN)

    @property
    def lacking(self) -> list[FilledAnswer]:
        """What the report needs and the record has a place for."""
        return [] if self.done else [one for one in self.filled.form.missing if self.where(self.case, one)]

    def foreign(self, answer: FilledAnswer) -> bool:
        """Whether somebody typed part of this answer in another language than the form's."""
        home = next(iter(organisation_profile(db.session()).languages), HOME)
        return any((language_of(typed) or home) != self.filled.form.language for typed in answer.typed)

    @property
    def recipient(self) -> str:
        """Who gets it by the law that asks for it; empty where no law does."""
        found = next((one for one in all_regimes() if one.id == self.filled.report.id), None)
        return sentence(found.recipient, (), language_code()) if found else ""

    @property
    def tick_url(self) -> str:
        """Where a tick goes."""
        return self.url("portals.copied")

    @property
    def back(self) -> str:
        """The page on which the report is recorded: of further duties, or of notices."""
        if self.clock is None:
            return self.case.url("notices.index")
        return self.case.url("duties.index") + f"#{law_of(self.filled.report.id)}"

    def url(self, endpoint: str) -> str:
        """The address of one of its pages."""
        return self.case.url(endpoint, report=self.filled.report.id)

    def certainty(self, answer: FilledAnswer) -> tuple[str, str]:
        """How sure the words of this question are, and a colour; nothing where it is so of the whole form."""
        found = self.filled.catalogue.question(answer.key).certainty
        if found is self.filled.catalogue.certainty:
            return "", ""
        words, colour = CERTAINTIES[found]
        return str(words), colour

    def where(self, case: Case, answer: FilledAnswer) -> str:
        """The place at which a missing answer is recorded; empty where the record has none."""
        asked = self.filled.catalogue.question(answer.key)
        if asked.by_hand:
            return ""
        first = next(iter(asked.answers), "")
        if first.startswith(("event.", "report.")):
            return self.back
        if answer.fields or first == "incident.told":
            field = answer.fields[0] if answer.fields else "other_authorities_told"
            return case.url("facts.edit", name=chapter_of(field).value) + f"#{field}-field"
        chapter = _CHAPTERS.get(first.partition(".")[0])
        return case.url("facts.edit", name=chapter.value) if chapter else "/settings/organisation"


_CHAPTERS: Final = {"contact": Chapter.PARTIES, "reporter": Chapter.PARTIES, "incident": Chapter.TIMELINE}


def _opened(reference: str, report: str) -> OpenedReport:
    case = open_case(reference)
    filled = portal_report(db.session(), case.incident, report, now=now(), language=language_code())
    live = [row for row in case.head.deadlines if row.obligation == report]
    clock = next((row for row in live if row.state is not DeadlineState.SUPERSEDED), None)
    return OpenedReport(case, filled, clock)


@bp.get("/incidents/<reference>/portals/<report>")
def beside(reference: str, report: str) -> ResponseReturnValue:
    """Only the answers, for a window of 420 pixels next to the portal."""
    opened = _opened(reference, report)
    return render_template(
        "web/portals/beside.html",
        opened=opened,
        case=opened.case,
        filled=opened.filled.form,
        form=opened.filled.catalogue,
        copied=opened.filled.copied,
        where=opened.where,
        sure=CERTAINTIES[opened.filled.catalogue.certainty][0],
        about=opened.filled.catalogue.about[language_code()],
    )


@bp.post("/incidents/<reference>/portals/<report>/copied")
@commits
def copied(reference: str, report: str) -> ResponseReturnValue:
    """Tick, or untick, an answer as copied to the portal."""
    opened, key = _opened(reference, report), request.form.get("question", "")
    ticked = request.form.get("copied") == "y"
    mark_copied_elsewhere(db.session(), opened.case.incident, opened.filled, key, ticked, actor=viewer(), now=now())
    if request.headers.get("X-Requested-With") == "fetch":
        return "", 204
    return redirect(opened.url("portals.beside") + f"#answer-{key}")
