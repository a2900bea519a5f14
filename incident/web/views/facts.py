"""The fact sheet: one chapter at a time, or what is missing; saved as one types, recorded as a version."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

from flask import Blueprint, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from incident.documents.notice_facts import TOLD_PEOPLE
from incident.documents.phrases import language_of
from incident.domain.fact_sheet import FactConflict, chapter_of, from_json, unknown_to_both
from incident.domain.kernel.errors import DomainError
from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import Addressee
from incident.domain.presets import Because, ProposedAnswer, proposed_answers
from incident.law.consistency import contradictions
from incident.law.facts import BreachFacts, Chapter
from incident.law.questions import questions
from incident.store.db import db
from incident.store.queries.case import NoticeFile, notice_files
from incident.usecases.common.directory import load_directory
from incident.usecases.common.fact_versions import facts_at, versions
from incident.usecases.common.settings import organisation_profile
from incident.usecases.notices.draft import RedraftNotice, redraft_notice
from incident.usecases.response.assess import latest_assessment
from incident.usecases.response.record_facts import (
    RecordFacts,
    SaveDraft,
    drop_draft,
    find_draft,
    record_facts,
    save_draft,
)
from incident.web.case import Case, open_case
from incident.web.clock import deps, now
from incident.web.facts_shown import (
    ChapterProgress,
    both_sides,
    chapter_progress,
    common_origin,
    shown_change,
    shown_chapter,
)
from incident.web.filters import clock_time
from incident.web.forms.base import tidy, translated
from incident.web.forms.facts import FactsForm, asked, chapter_form, heads, may_be_open, shown_when, values_of
from incident.web.i18n import language_code
from incident.web.labels import law_label
from incident.web.moved_clocks import STARTS_PERIODS, MovedClock, moved_clocks
from incident.web.open_answers import MissingNow, OpenAnswer, differing, lacking, missing_now, open_answers
from incident.web.paging import part_of
from incident.web.transactions import attempt, commits
from incident.web.viewer import allowed, viewer
from incident.web.views.notices.compare import Checked, checked

if TYPE_CHECKING:
    from incident.store.models import Incident

MISSING: Final = "missing"
"""The name of the form with everything that the authority's form, or a letter, still lacks."""
STARTS_THE_CLOCK: Final = ("aware_at", "aware_person", "aware_ground")
"""GDPR art. 33(1): what the 72 hours count from is asked before the other moments."""
SAID_TO_BE_UNKNOWN: Final = ("occurred_from", "occurrence_estimated", "disclosure")
"""When it happened and whether anybody saw the data: a letter without these answers says that we do not know yet."""
bp = Blueprint("facts", __name__)


@bp.get("/incidents/<reference>/facts")
def index(reference: str) -> ResponseReturnValue:
    """Everything recorded, chapter by chapter, each answer with its origin."""
    case = open_case(reference)
    origins = case.head.sheet.origins if case.head.sheet else {}
    chapters = [(chapter, shown_chapter(chapter, case.facts, origins)) for chapter in Chapter]
    newer = differing(case, latest_assessment(db.session(), case.head.incident))
    return render_template(
        "web/facts/index.html",
        case=case,
        chapters=chapters,
        progress=_progress(case),
        current=None,
        common_origin=common_origin,
        contradictions=_contradictions(case),
        newer=newer,
        open=open_answers(case),
    )


def _contradictions(case: Case) -> list[tuple[str, Chapter]]:
    return [(one.words(language_code()), chapter_of(one.fields[0])) for one in contradictions(case.facts)]


def _progress(case: Case) -> list[ChapterProgress]:
    return [chapter_progress(chapter, case.facts) for chapter in Chapter]


@dataclass(frozen=True)
class Sheet:
    """What one form of facts asks: a chapter, or what the authority's form or a letter lacks, whatever the chapter."""

    name: str
    names: tuple[str, ...]
    elsewhere: tuple[OpenAnswer, ...] = ()
    for_letter: bool = False

    @property
    def chapter(self) -> Chapter | None:
        """The chapter; None for what is missing."""
        return None if self.name == MISSING else Chapter(self.name)

    @property
    def title(self) -> str:
        """Its heading."""
        return law_label(self.chapter) if self.chapter else _("What is missing")

    def on(self, case: Case) -> "Sheet":
        """The same on newer facts; what stood on a form of missing answers stays on it."""
        return self if self.chapter is None else Sheet(self.name, asked(self.chapter, case.facts))


def _sheet(name: str, case: Case, draft: Mapping[str, list[str]] | None = None) -> Sheet:
    """The form of this name; one of missing answers keeps what it asked when it was opened."""
    if name == MISSING:
        letter = _for_letter(case)
        found = MissingNow(letter, ()) if letter else missing_now(case)
        kept = request.form.getlist("asked") or (draft or {}).get("asked", [])
        names = {one for one in kept if one in questions() and questions()[one].asked}
        names = names if request.method == "POST" and names else {*names, *found.questions}
        return Sheet(name, tuple(one for one in questions() if one in names), found.elsewhere, bool(letter))
    if name not in set(Chapter):
        abort(404)
    return Sheet(name, asked(Chapter(name), case.facts))


def _for_letter(case: Case) -> tuple[str, ...]:
    """What its letters lack; where they lack anything also what they would call unknown though the report says it."""
    lacks = lacking(case, _letters(case))
    said = {one.name for one in _answers_proposed(case) if one.because is Because.WORDS} if lacks else set()
    return (*lacks, *said.intersection(SAID_TO_BE_UNKNOWN))


def _letters(case: Case) -> list[NoticeFile]:
    """The letter that the link names; without a link all that a processor still has to send to its customers."""
    named = request.args.get("notice")
    if not named and not case.left_to_customers:
        return []
    unsent = [one for one in notice_files(db.session(), case.head.incident.id) if not one.sent]
    if named:
        return [one for one in unsent if str(one.notice.id) == named]
    return [one for one in unsent if one.notice.addressee is Addressee.CONTROLLER]


@bp.route("/incidents/<reference>/facts/<name>", methods=["GET", "POST"])
def edit(reference: str, name: str) -> ResponseReturnValue:
    """One chapter as a form, or everything that is missing as one."""
    case = open_case(reference)
    draft = find_draft(db.session(), case.head.incident, viewer(), name) if request.method == "GET" else None
    sheet = _sheet(name, case, draft.values if draft else None)
    base = draft.base_version if draft else case.incident.fact_version
    proposed = _proposed(sheet, case)
    shown = replace(case.facts, **{name: one.value for name, one in proposed.items()})
    form = chapter_form(sheet.names, shown, base, draft.values if draft else None)
    if request.method == "POST" and form.validate():
        answer = _record(case, sheet, form)
        if answer is not None:
            return answer
    return _show(case, sheet, form, draft=draft, proposed=proposed)


def _proposed(sheet: Sheet, case: Case) -> dict[str, ProposedAnswer]:
    """What the words say and what follows stands filled in where the missing is asked; recording it accepts it."""
    if sheet.chapter is not None:
        return {}
    return {one.name: one for one in _answers_proposed(case) if one.name in sheet.names}


def _answers_proposed(case: Case) -> tuple[ProposedAnswer, ...]:
    """From the words and from other answers: what is only usual is accepted on a page that says so."""
    return proposed_answers(None, case.facts, case.incident.reported_at)


def _settled(case: Case, sheet: Sheet) -> bool:
    """Whether the form holds a moment of awareness that somebody stated: changing it is a correction."""
    return sheet.chapter is Chapter.TIMELINE and bool(case.incident.awareness_stated)


def _show(case: Case, sheet: Sheet, form: FactsForm, **more: object) -> ResponseReturnValue:
    values = {"draft": None, "conflicts": [], "proposed": {}, **more}
    names = [field.name for field in form if field.name in questions()]
    if "affected_controllers" in names:
        listed = organisation_profile(db.session()).customers
        form.affected_controllers.names = [customer.name for customer in listed]
    if sheet.chapter:
        names.sort(key=lambda name: name not in STARTS_THE_CLOCK)
    return render_template(
        "web/facts/edit.html",
        case=case,
        sheet=sheet,
        form=form,
        names=names,
        settled=[name for name in names if name in STARTS_THE_CLOCK] if _settled(case, sheet) else [],
        headings=_headings(names) if sheet.chapter is None else {},
        may_be_open=may_be_open,
        shown_when=shown_when,
        heads=heads(),
        readings={name: _reading(form[name].data or "") for name in names if name in TOLD_PEOPLE},
        moves={name: _moves(case, form, name) for name in names if name in STARTS_PERIODS},
        contradictions=[one for one in _contradictions(case) if sheet.chapter in (None, one[1])],
        progress=_progress(case),
        current=sheet.chapter,
        rest=any(questions()[name].open(case.facts) for name in names),
        **values,
    )


def _headings(names: list[str]) -> dict[str, str]:
    """The title of each chapter at its first question."""
    chapters = [chapter_of(name) for name in names]
    return {
        name: law_label(one)
        for place, (name, one) in enumerate(zip(names, chapters, strict=True))
        if one not in chapters[:place]
    }


def _record(case: Case, sheet: Sheet, form: FactsForm) -> ResponseReturnValue | None:
    """Store the answers, and bring them into the drafts that wait for them; None where the form is shown again."""
    version = _number(form.base_version.data, case.incident.fact_version)
    values = values_of(form, sheet.names, case.facts, rest=request.form.get("go") == "unknown")
    command = RecordFacts(viewer(), case.reference, values, version, sheet.name, form.reason.data or "")
    try:
        done = attempt(form, lambda: _recorded(command, case, sheet), passing=(FactConflict,))
    except FactConflict as conflict:
        return _conflict(case, sheet, form, conflict)
    if done is None:
        return None
    flash(_("Recorded."), "success")
    return redirect(_after(case, sheet))


def _recorded(command: RecordFacts, case: Case, sheet: Sheet) -> "Incident":
    waiting = _waiting(case, sheet)
    stored = record_facts(command, session=db.session(), now=now())
    for one in waiting:
        redraft_notice(RedraftNotice(viewer(), one.notice.id), session=db.session(), now=now(), writer=deps().writer)
    return stored


def _waiting(case: Case, sheet: Sheet) -> list[NoticeFile]:
    """The drafts that were waiting for these answers: the letters that lacked them, or the authority's form."""
    if sheet.chapter is not None or not allowed(Permission.DRAFT):
        return []
    files = _letters(case) if sheet.for_letter else notice_files(db.session(), case.head.incident.id)
    drafts = [one for one in files if not one.sent and one.approval is None]
    return drafts if sheet.for_letter else [one for one in drafts if one.notice.addressee is Addressee.AUTHORITY]


def _after(case: Case, sheet: Sheet) -> str:
    """Where it goes on: what is missing still, then the next step; from a chapter the next one, if that was asked."""
    if sheet.chapter is not None:
        following = list(Chapter)[(list(Chapter).index(sheet.chapter) + 1) % len(Chapter)]
        return case.url("facts.edit", name=following if request.form.get("go") == "next" else sheet.chapter)
    if sheet.for_letter and "notice" in request.args:
        return case.url("notices.show", notice_id=request.args["notice"])
    fresh = open_case(case.reference)
    if not sheet.for_letter and missing_now(fresh).questions:
        return case.url("facts.edit", name=MISSING)
    step = fresh.next_step(load_directory(db.session()))
    return step.href if step and step.can else case.url("incident.show")


def _conflict(case: Case, sheet: Sheet, form: FactsForm, conflict: FactConflict) -> ResponseReturnValue:
    """Both answers side by side; the form now stands on the newest version, with what this person typed."""
    fresh = open_case(case.reference)
    mine = {one.name for one in conflict.conflicts}
    form = _on_newest(sheet, form, fresh, mine)
    form.form_errors = [*form.form_errors, translated(conflict)]
    return _show(fresh, sheet.on(fresh), form, conflicts=both_sides(conflict))


def _on_newest(sheet: Sheet, form: FactsForm, fresh: Case, mine: set[str]) -> FactsForm:
    """The form on the newest facts: what somebody else changed shows as they left it, and only there where both
    changed the same answer, and where this person alone did, stands what was typed here."""
    base = facts_at(db.session(), fresh.head.incident, _number(form.base_version.data, fresh.incident.fact_version))
    names, before = sheet.on(fresh).names, sheet.names
    said = values_of(form, before, base)
    typed = {name: value for name, value in said.items() if name in names}
    own = {name: value for name, value in typed.items() if name in mine or value != getattr(base, name)}
    newest = replace(fresh.facts, **own)
    newest = replace(newest, stated_unknown=unknown_to_both(base, newest, replace(base, **said), names))
    renewed = chapter_form(names, newest, fresh.incident.fact_version, renew=True)
    renewed.reason.data = form.reason.data
    return renewed


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise


@bp.post("/incidents/<reference>/facts/<name>/draft")
@commits
def draft(reference: str, name: str) -> ResponseReturnValue:
    """Keep what is being typed, exactly as typed; the answer is the sentence beside the button."""
    if name not in {*Chapter, MISSING}:
        abort(404)
    fields = {key: values for key, values in request.form.lists() if key != "csrf_token"}
    base = _number(request.form.get("base_version"), 0)
    try:
        command = SaveDraft(viewer(), reference, name, fields, base)
        save_draft(command, session=db.session(), now=now())
    except DomainError as refusal:
        return translated(refusal), 409
    return str(_("Kept as a draft at %(time)s", time=Markup(clock_time(now())).striptags()))


@bp.post("/incidents/<reference>/facts/reads/<question>")
def reads(reference: str, question: str) -> ResponseReturnValue:
    """How the words of one answer read in a letter, while somebody types them."""
    open_case(reference)
    if question not in TOLD_PEOPLE:
        abort(404)
    return render_template("web/facts/reads.html", found=_reading(str(tidy(request.form.get(question, "")))))


def _reading(text: str) -> Checked | None:
    """The judgement of the letter's editor, in the language of the text; None where there is nothing to judge."""
    return checked(text, language_of(text) or language_code()) if text.strip() else None


@bp.post("/incidents/<reference>/facts/moves/<question>")
def moves(reference: str, question: str) -> ResponseReturnValue:
    """What a moment would do to the deadlines, while somebody types it."""
    case = open_case(reference)
    if question not in STARTS_PERIODS:
        abort(404)
    form = chapter_form((question,), case.facts, case.incident.fact_version)
    return render_template("web/facts/moves.html", clocks=_moves(case, form, question))


def _moves(case: Case, form: FactsForm, question: str) -> tuple[MovedClock, ...]:
    """The deadlines that the typed moment moves; of one that cannot be read, those that count from the recorded one."""
    unreadable = bool(form[question].process_errors)
    typed = getattr(case.facts, question) if unreadable else values_of(form, (question,), case.facts)[question]
    return moved_clocks(case, question, typed)


@bp.post("/incidents/<reference>/facts/<name>/draft/forget")
@commits
def forget(reference: str, name: str) -> ResponseReturnValue:
    """Throw one's own unrecorded typing away."""
    case = open_case(reference)
    drop_draft(db.session(), case.head.incident, viewer(), name)
    flash(_("The draft has been thrown away."), "success")
    return redirect(case.url("facts.edit", name=name))


VERSIONS_SHOWN = 20


@bp.get("/incidents/<reference>/facts-history")
def history(reference: str) -> ResponseReturnValue:
    """Every version with what it changed, newest first."""
    case = open_case(reference)
    rows = versions(db.session(), case.head.incident)
    changes = []
    before: JsonObject = {}
    for row in rows:
        names = [one.name for one in fields(BreachFacts) if before.get(one.name) != row.facts.get(one.name)]
        old, new = from_json(before), from_json(row.facts)
        told = [(name, shown_change(name, getattr(old, name), getattr(new, name))) for name in names]
        changes.append((row, told))
        before = row.facts
    part = part_of(changes[::-1], VERSIONS_SHOWN)
    return render_template("web/facts/history.html", case=case, part=part, may=allowed)
