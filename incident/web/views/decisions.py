"""Decisions: the proposal, what a named person decides and why, and the second person; all that is ready in one go."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.kernel.errors import DomainError, NotFound
from incident.domain.kernel.roles import Permission
from incident.domain.kinds import Subject
from incident.law.vocabulary import RiskLevel
from incident.store.db import db
from incident.usecases.common.directory import load_directory
from incident.usecases.response.close_when_agreed import CloseWhenAgreed, close_when_agreed
from incident.usecases.response.decide import ConfirmDecision, confirm_decision, decide
from incident.usecases.response.second_look import in_an_office_of_one, rested_at
from incident.usecases.response.triage import remind_second
from incident.web.case import Case, NextStep, open_case
from incident.web.clock import now
from incident.web.earlier import earlier
from incident.web.forms.base import Form, chosen_id, translated
from incident.web.forms.case import YES, DecisionForm, SecondForm, ThenCloseForm
from incident.web.forms.fields import FormData
from incident.web.open_answers import open_answers
from incident.web.transactions import attempt
from incident.web.viewer import allowed, viewer

if TYPE_CHECKING:
    from incident.store.models import Decision


DECIDABLE: Final = (Subject.AUTHORITY, Subject.SUBJECTS)
bp = Blueprint("decisions", __name__)


@dataclass(frozen=True)
class Deciding:
    """What one press records: each decision that was taken, and the closing where it was prepared."""

    case: Case
    forms: dict[Subject, DecisionForm]
    closing: ThenCloseForm

    @property
    def taken(self) -> dict[Subject, DecisionForm]:
        """The decisions that were filled in."""
        return {subject: form for subject, form in self.forms.items() if form.filled}

    @property
    def _waits(self) -> bool:
        """Whether something of the viewer's waits for a second person once this is recorded."""
        stays = any(row.subject not in self.taken for row in _mine(self.case))
        return stays or any(form.act.data != YES for form in self.taken.values())

    def validate(self) -> bool:
        """Whether everything that was filled in can be read; something has to be."""
        if not self.taken:
            first = next(iter(self.forms.values()))
            first.validate()
            first.act.errors = [_("Choose an answer.")]
            return False
        return all([form.validate() for form in (*self.taken.values(), self.closing)])

    def acts(self) -> Iterator[tuple[Form, Callable[[], object]]]:
        """What is to be done, each with the form in which a refusal is shown; one reason may hold for both."""
        person, reference = viewer(), self.case.reference
        typed = next((form.reason.data for form in self.taken.values() if form.reason.data), "")
        for subject, form in self.taken.items():
            command = form.to_command(person, reference, subject, typed)
            yield form, partial(decide, command, session=db.session(), now=now())
        if self.closing.lessons.data and (self._waits or self.closing.lessons.data != self.closing.lessons.object_data):
            wish = CloseWhenAgreed(person, reference, self.closing.cause.data or "", self.closing.lessons.data)
            yield self.closing, partial(close_when_agreed, wish, session=db.session(), now=now())


def _deciding(case: Case) -> Deciding:
    words = {
        Subject.AUTHORITY: (
            _("Notify the authority"),
            _("Do not notify: keep in the register only (a second person must agree)"),
        ),
        Subject.SUBJECTS: (_("Inform the people concerned"), _("Do not inform them (a second person must agree)")),
    }
    forms = {subject: DecisionForm(prefix=f"{subject}-").offer(*words[subject]) for subject in DECIDABLE}
    wished = any(row.then_close for row in _mine(case))
    kept = (case.incident.cause, case.incident.lessons) if wished else (None, "")
    return Deciding(case, forms, ThenCloseForm.knowing(case.facts, *kept, prefix="closing-"))


def _mine(case: Case) -> list["Decision"]:
    """What the viewer decided and a second person has yet to agree to."""
    return [row for row in case.head.waiting if row.author_id == viewer().id]


def _second_form(decision_id: UUID, formdata: FormData | None) -> SecondForm:
    """The form of one waiting decision; several may stand on the page, so each has names of its own."""
    return SecondForm(formdata=formdata, prefix=f"second{decision_id.hex[:8]}-").offer()


def _page(deciding: Deciding, second: dict[UUID, SecondForm] | None = None) -> ResponseReturnValue:
    case, second = deciding.case, second or {}
    waiting = {row.id: second.get(row.id) or _second_form(row.id, None) for row in case.head.waiting}
    may = case.is_open and allowed(Permission.DECIDE)
    alone = bool(_mine(case)) and _is_alone()
    ends = may and allowed(Permission.CLOSE) and case.incident.risk is RiskLevel.UNLIKELY
    to_file = _to_file(case)
    return render_template(
        "web/decisions/index.html",
        case=case,
        forms=deciding.forms,
        closing=deciding.closing if ends else None,
        waiting=waiting,
        mine=[row for row in case.head.waiting if allowed(Permission.CONFIRM) and _answerable(row, alone)],
        alone=alone,
        seconds=_seconds(case),
        rested_at=rested_at,
        refused=[*second.values(), *deciding.forms.values(), deciding.closing],
        may=may,
        to_file=to_file,
        step=None if to_file else _goes_on(case),
        earlier=earlier(case) if case.is_open else None,
    )


def _to_file(case: Case) -> bool:
    """Whether all is decided and the authority's form still lacks an answer, for somebody who may give it."""
    decided = [case.head.live(subject) for subject in DECIDABLE]
    filed = bool(case.incident.notified_at or case.head.waiting)
    files = any(row is not None and row.subject is Subject.AUTHORITY and row.act for row in decided)
    next_comes_the_form = all(decided) and files and not filed and case.is_open and allowed(Permission.RECORD)
    return next_comes_the_form and bool(open_answers(case).missing)


def _goes_on(case: Case) -> NextStep | None:
    """What the viewer can do next where all is decided and nothing waits."""
    if case.head.waiting or not case.is_open or not all(case.head.live(subject) for subject in DECIDABLE):
        return None
    step = case.next_step(load_directory(db.session()))
    return step if step and step.can else None


def _seconds(case: Case) -> tuple[str, ...]:
    """Who is asked to look at what the viewer decided; nobody is named where nothing of the viewer's waits."""
    if not _mine(case):
        return ()
    step = case.next_step(load_directory(db.session()))
    return step.waits_for if step else ()


def _is_alone() -> bool:
    found = viewer().id
    return found is not None and in_an_office_of_one(db.session(), found)


def _answerable(row: "Decision", alone: bool) -> bool:
    """Somebody else's decision; in an office of one the own one too, once it has rested."""
    return bool(row.author_id != viewer().id or (alone and now() >= rested_at(row)))


@bp.get("/incidents/<reference>/decisions")
def index(reference: str) -> ResponseReturnValue:
    """What was decided, what waits, what is proposed."""
    return _page(_deciding(open_case(reference)))


@bp.post("/incidents/<reference>/decisions")
def make(reference: str) -> ResponseReturnValue:
    """Record what was decided: about the authority, about the people concerned, or both."""
    case = open_case(reference)
    deciding = _deciding(case)
    if not deciding.validate() or not _all_or_nothing(list(deciding.acts())):
        return _page(Deciding(open_case(reference), deciding.forms, deciding.closing))
    asks = any(form.act.data != YES for form in deciding.taken.values())
    text = _("A second person has been asked. Until then the clock runs on.")
    flash(text if asks else _("The decision has been recorded."), "success")
    return redirect(case.url(".index"))


def _all_or_nothing(acts: list[tuple[Form, Callable[[], object]]]) -> bool:
    """Do all of it in one transaction; what is refused is shown at its own form, and then nothing is recorded."""
    at = acts[0][0]

    def act() -> bool:
        nonlocal at
        for form, each in acts:
            at = form
            each()
        return True

    try:
        return bool(attempt(at, act, passing=(DomainError,)))
    except DomainError as refusal:
        at.refuse(refusal)
        return False


@bp.post("/incidents/<reference>/decisions/second")
def second(reference: str) -> ResponseReturnValue:
    """Agree or not, as the second person, with each decision that was answered."""
    case = open_case(reference)
    forms = _answered(case)
    answered = {found: form for found, form in forms.items() if form.agree.data or form.reason.data}
    if not answered:
        next(iter(forms.values())).agree.errors = [_("Choose whether you agree.")]
    elif all([form.validate() for form in answered.values()]) and _all_or_nothing(list(_answers(case, answered))):
        closed = open_case(reference).incident.closed_at
        text = _("The incident is closed. It stays in the register.")
        flash(text if closed else _("Your answer has been recorded."), "success")
        return redirect(case.url(".index"))
    return _page(_deciding(open_case(reference)), forms)


@bp.post("/incidents/<reference>/decisions/<uuid:decision_id>/remind")
def remind(reference: str, decision_id: UUID) -> ResponseReturnValue:
    """Ask the second persons again."""
    case = open_case(reference)
    try:
        told = remind_second(db.session(), case.incident.id, decision_id, actor=viewer(), now=now())
        db.session.commit()
    except DomainError as refusal:
        db.session.rollback()
        flash(translated(refusal), "error")
    else:
        flash(_("Asked again.") if told else _("They have been asked within this hour already."), "success")
    return redirect(case.url(".index"))


def _answered(case: Case) -> dict[UUID, SecondForm]:
    """The forms of the decisions that stood on the page, whether or not they wait still."""
    named = [found for text in request.form.getlist("decision") if (found := chosen_id(text))]
    if not named or not set(named) <= {row.id for row in case.head.decisions}:
        raise NotFound("There is no such decision.")
    return {found: _second_form(found, request.form) for found in named}


def _answers(case: Case, answered: dict[UUID, SecondForm]) -> Iterator[tuple[Form, Callable[[], object]]]:
    for found, form in answered.items():
        command = ConfirmDecision(viewer(), case.reference, found, form.agree.data == YES, form.reason.data or "")
        yield form, partial(confirm_decision, command, session=db.session(), now=now())
