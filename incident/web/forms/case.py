"""Forms of the response: triage, decisions, the running case file, closing."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField

from incident.domain.kernel.people import Actor
from incident.domain.kernel.text import LINE
from incident.domain.kinds import Subject
from incident.law.facts import BreachFacts
from incident.law.questions import is_known
from incident.law.vocabulary import Actor as Cause
from incident.law.vocabulary import Nature, NotInformingGround, Role
from incident.usecases.response.decide import Decide
from incident.usecases.response.triage import ConfirmBreach, DenyBreach
from incident.web.forms.base import Form
from incident.web.forms.fields import CheckboxesField, ChoiceField, DayField, InstantField, choices_of
from incident.web.forms.validators import AtLeast, AtMost, Needed, NeededWhen
from incident.web.labels import law_choices
from incident.web.viewer import zone

if TYPE_CHECKING:
    from incident.store.models import Task

YES, NO, UNKNOWN = "yes", "no", "unknown"


class TriageForm(Form):
    """Is it a personal-data breach, and since when are we aware?"""

    is_breach = ChoiceField(_l("Is it a breach of personal data?"), [Needed(_l("Choose an answer."))])
    nature = CheckboxesField(_l("What was breached?"))
    role = ChoiceField(_l("What is our role?"))
    aware_at = InstantField(
        _l("Since when are we aware?"),
        [
            NeededWhen(
                lambda form: form.is_breach.data == YES, _l("Enter since when somebody here was reasonably certain.")
            )
        ],
    )
    aware_person = StringField(_l("Who became aware?"), [AtMost(LINE)])
    aware_ground = TextAreaField(_l("Why is it certain?"), [AtMost()])
    base_version = HiddenField()
    correction = TextAreaField(_l("Why do you correct this?"), [AtMost()])
    reason = TextAreaField(
        _l("Why is it not a breach?"),
        [
            NeededWhen(lambda form: form.is_breach.data == NO, _l("Write why this is not a breach of personal data.")),
            AtMost(),
        ],
    )

    def offer(self, *, answered: bool) -> "TriageForm":
        """Fill in the lists; what was answered once cannot become unknown again."""
        sure = ((YES, _l("Yes")), (NO, _l("No (a second person then has to agree)")))
        self.is_breach.choices = choices_of(sure if answered else (*sure, (UNKNOWN, _l("Not known yet"))))
        self.nature.choices = choices_of(law_choices(Nature))
        self.role.choices = choices_of(law_choices(Role))
        return self

    def confirming(self, actor: Actor, reference: str) -> ConfirmBreach:
        """The command for yes."""
        return ConfirmBreach(
            actor,
            reference,
            self.aware_at.data,
            self.aware_person.data or "",
            self.aware_ground.data or "",
            Role(self.role.data) if self.role.data else None,
            tuple(Nature(value) for value in self.nature.data or ()),
            self._seen_version,
            self.correction.data or "",
        )

    def denying(self, actor: Actor, reference: str) -> DenyBreach:
        """The command for no."""
        return DenyBreach(actor, reference, self.reason.data or "", self._seen_version)

    @property
    def _seen_version(self) -> int | None:
        return int(self.base_version.data) if (self.base_version.data or "").isdigit() else None


class DecisionForm(Form):
    """To notify the authority, or to inform the data subjects: yes or no, and why; both stand in one form."""

    class Meta(Form.Meta):
        """The form around it carries the token."""

        csrf = False

    act = ChoiceField(
        _l("Your decision"),
        [NeededWhen(lambda form: form.reason.data or form.ground.data, _l("Choose an answer."))],
    )
    ground = ChoiceField(_l("Legal ground for not informing"))
    reason = TextAreaField(_l("Why?"), [AtLeast(5), AtMost()])

    def offer(self, yes: str, no: str) -> "DecisionForm":
        """Fill in the lists."""
        self.act.choices = choices_of(((YES, yes), (NO, no)))
        self.ground.choices = choices_of(law_choices(NotInformingGround))
        return self

    @property
    def filled(self) -> bool:
        """Whether anything was chosen or typed in it."""
        return bool(self.act.data or self.reason.data or self.ground.data)

    def to_command(self, actor: Actor, reference: str, subject: Subject, reason: str) -> Decide:
        """The command; ``reason`` is the one that holds where none was typed here."""
        ground = NotInformingGround(self.ground.data) if self.ground.data else None
        return Decide(actor, reference, subject, self.act.data == YES, self.reason.data or reason, ground)


class SecondForm(Form):
    """The second person's answer to one decision; several stand in one form."""

    class Meta(Form.Meta):
        """The form around it carries the token."""

        csrf = False

    agree = ChoiceField(
        _l("Do you agree?"), [NeededWhen(lambda form: form.reason.data, _l("Choose whether you agree."))]
    )
    reason = TextAreaField(_l("Remark"), [AtMost()])

    def offer(self) -> "SecondForm":
        """Fill in the list."""
        self.agree.choices = choices_of(((YES, _l("I agree")), (NO, _l("I do not agree: it stays as it was"))))
        return self


class EntryForm(Form):
    """A timeline entry."""

    text = TextAreaField(_l("What happened?"), [Needed(_l("Write what happened.")), AtMost()])
    happened_at = InstantField(_l("When?"))
    corrects = HiddenField()


class GiveForm(Form):
    """Who sees to a task, and by when."""

    aliases: ClassVar[dict[str, str]] = {"due_at": "due"}
    owner = SelectField(_l("Who is responsible?"), validate_choice=False)
    owner_name = StringField(_l("Or somebody without an account"), [AtMost(LINE)])
    due = DayField(_l("By when?"))

    @classmethod
    def of(cls, task: "Task", formdata: object = None) -> Self:
        """The form of a task as it stands."""
        outside = "" if task.owner_id else task.owner_name
        now = {"owner": str(task.owner_id or ""), "owner_name": outside, "due": _day(task.due_at)}
        return cls(formdata=formdata, data=now, prefix=f"task-{task.position}-")

    def offer(self, people: Iterable[tuple[str, str]]) -> Self:
        """Fill in the list."""
        self.owner.choices = choices_of((("", "–"), *people))
        return self

    @property
    def due_at(self) -> datetime | None:
        """The end of the chosen day in the viewer's zone."""
        if self.due.data is None:
            return None
        return datetime.combine(self.due.data, time(23, 59), tzinfo=zone()).astimezone(UTC)

    def due_from(self, before: datetime | None) -> datetime | None:
        """The same; a day that was left as it stood keeps its hour."""
        return before if self.due.data == _day(before) else self.due_at

    @property
    def owner_id(self) -> UUID | None:
        """The chosen account; whatever is not in the list counts as none."""
        known = {choice.value for choice in self.owner.choices or ()}
        return UUID(self.owner.data) if self.owner.data and self.owner.data in known else None


def _day(at: datetime | None) -> date | None:
    return at.astimezone(zone()).date() if at else None


class TaskForm(GiveForm):
    """A task or a measure."""

    title = StringField(_l("What has to be done?"), [Needed(_l("Write what has to be done.")), AtMost(500)])
    kind = ChoiceField(_l("Kind"), default="task")

    def offer(self, people: Iterable[tuple[str, str]]) -> Self:
        """Fill in the lists."""
        self.kind.choices = choices_of(
            (
                ("task", _l("Task: to get through this incident")),
                ("measure", _l("Measure: to keep it from happening again")),
            )
        )
        return super().offer(people)


class EvidenceForm(Form):
    """A file to keep."""

    file = FileField(_l("File"), [Needed(_l("Choose a file."))])
    description = TextAreaField(_l("What is it?"), [AtMost(2000)])
    effective_at = InstantField(_l("When is it from?"))
    harmful = BooleanField(_l("This file may be harmful (malware)"))


class CloseForm(Form):
    """Cause and lessons."""

    cause = SelectField(_l("Category of the cause"), validate_choice=False)
    from_facts = False
    """Whether the cause stands in the facts and is only taken over."""
    lessons = TextAreaField(_l("What was learned?"), [AtMost()])
    unknown_because = TextAreaField(_l("Not known, because"), [AtMost()])

    @classmethod
    def knowing(cls, facts: BreachFacts, cause: str | None, lessons: str, **kwargs: object) -> Self:
        """The form, with what was kept before; without a kept cause with the one that the facts hold."""
        known = facts.actor.value if is_known(facts.actor) else ""
        form = cls(data={"cause": cause or known, "lessons": lessons}, **kwargs)
        form.cause.choices = choices_of((("", "–"), *law_choices(Cause)))
        form.from_facts = bool(known) and form.cause.data == known
        return form


class ThenCloseForm(CloseForm):
    """The same beside decisions that a second person has yet to agree to."""

    class Meta(Form.Meta):
        """The form around it carries the token."""

        csrf = False


class DuplicateForm(Form):
    """Which incident goes on, and why this is the same breach."""

    into = StringField(_l("Which incident goes on?"), [Needed(_l("Write its reference."))])
    reason = TextAreaField(_l("Why is it the same breach?"), [Needed(_l("Write why it is the same breach.")), AtMost()])


class RestrictForm(Form):
    """Who may know of an incident, and why."""

    people = CheckboxesField(_l("Who may know of it, besides the data protection officer?"))
    reason = TextAreaField(_l("Why?"), [Needed(_l("Write why.")), AtMost()])
    officers: tuple[str, ...] = ()
    """Who always sees it, and so is no choice."""

    def offer(self, people: Iterable[tuple[str, str]], officers: Iterable[str]) -> Self:
        """Fill in the list."""
        self.people.choices, self.officers = choices_of(people), tuple(officers)
        return self


class LiftForm(Form):
    """Why an incident is no longer restricted."""

    reason = TextAreaField(_l("Why?"), [Needed(_l("Write why.")), AtMost()])


class LetInForm(Form):
    """Whom to let in to a restricted incident in an emergency, and why."""

    reference = StringField(_l("Reference of the incident"), [Needed(_l("Write its reference.")), AtMost(LINE)])
    person = SelectField(_l("Who has to get in?"), validate_choice=False)
    reason = TextAreaField(_l("Why?"), [Needed(_l("Write why.")), AtMost()])

    def offer(self, people: Iterable[tuple[str, str]]) -> Self:
        """Fill in the list."""
        self.person.choices = [("", "–"), *people]
        return self


class ReopenForm(Form):
    """Why a closed incident is taken up again."""

    reason = TextAreaField(_l("Why is it reopened?"), [Needed(_l("Say why it is reopened.")), AtMost()])


__all__ = [
    "NO",
    "YES",
    "CloseForm",
    "DecisionForm",
    "DuplicateForm",
    "EntryForm",
    "EvidenceForm",
    "GiveForm",
    "LetInForm",
    "LiftForm",
    "ReopenForm",
    "RestrictForm",
    "SecondForm",
    "TaskForm",
    "ThenCloseForm",
    "TriageForm",
]
