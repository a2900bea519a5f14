"""The report: sixty seconds, one compulsory question."""

from secrets import token_urlsafe
from typing import ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, TextAreaField

from incident.domain.kernel.people import Actor
from incident.domain.kernel.text import LINE
from incident.domain.organisation import OrganisationProfile
from incident.law.vocabulary import SubjectGroup, Ternary
from incident.usecases.response.report import ReportIncident
from incident.web.forms.base import Form
from incident.web.forms.fields import CheckboxesField, ChoiceField, CountField, InstantField, choices_of
from incident.web.forms.validators import AtMost, Needed
from incident.web.i18n import language_code
from incident.web.labels import law_choices


class ReportForm(Form):
    """What a reporter can say; ``ticket`` makes a form that is sent twice one report."""

    aliases: ClassVar[dict[str, str]] = {
        "first_signal_at": "noticed_at",
        "aware_person": "noticed_by",
        "aware_ground": "late_reason",
    }

    ticket = HiddenField(default=lambda: token_urlsafe(16))
    summary = TextAreaField(
        _l("What happened?"),
        [Needed(_l("Write what happened, in a few words. Everything else may stay open.")), AtMost()],
    )
    noticed_at = InstantField(_l("When was it noticed?"))
    noticed_by = StringField(_l("Who noticed it?"), [AtMost(LINE)])
    systems = CheckboxesField(_l("Which system?"))
    other_system = StringField(_l("Another system, namely"), [AtMost(LINE)])
    groups = CheckboxesField(_l("Whose data?"))
    subjects = CountField(_l("About how many people?"))
    ongoing = ChoiceField(_l("Is it still going on?"), default=Ternary.UNKNOWN.value)
    aware_at = InstantField(_l("Since when has somebody been certain that personal data are involved?"))
    late_reason = TextAreaField(_l("Why is it reported only now?"), [AtMost()])

    def offer(self, profile: OrganisationProfile) -> "ReportForm":
        """Fill in the lists of this organisation; where it has none, those of the law and a line to write on."""
        self.systems.choices = choices_of((system.name, system.name) for system in profile.systems)
        dutch = language_code() == "nl"
        own = choices_of((group.id, group.name_nl if dutch else group.name_en) for group in profile.groups)
        self.groups.choices = own or choices_of(law_choices(SubjectGroup))
        if not self.systems.choices:
            self.other_system.label.text = self.systems.label.text
        self.ongoing.choices = choices_of(law_choices(Ternary))
        return self

    def to_command(self, actor: Actor, profile: OrganisationProfile) -> ReportIncident:
        """The command; groups become the law's groups, with the organisation's own names as a note."""
        ticked = self.groups.data or ()
        chosen = [group for group in profile.groups if group.id in ticked]
        groups = [group.group for group in chosen] if profile.groups else ticked
        return ReportIncident(
            actor=actor,
            summary=self.summary.data,
            noticed_at=self.noticed_at.data,
            noticed_by=self.noticed_by.data or "",
            aware_at=self.aware_at.data,
            late_reason=self.late_reason.data or "",
            systems=tuple(filter(None, (*(self.systems.data or ()), self.other_system.data))),
            subject_groups=tuple(dict.fromkeys(map(SubjectGroup, groups))),
            groups_note="; ".join(group.name_nl for group in chosen),
            subjects=self.subjects.data,
            subjects_least=self.subjects.count.least if self.subjects.count else None,
            ongoing=Ternary(self.ongoing.data or Ternary.UNKNOWN),
        )
