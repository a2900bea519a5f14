"""Forms for notices: draft, edit, approve, record the submission and the acknowledgement."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField, SelectField, StringField, TextAreaField

from incident.domain.kernel.text import LINE
from incident.law.vocabulary import NoticeChannel, SubjectGroup
from incident.web.forms.base import Form
from incident.web.forms.fields import CheckboxesField, ChoiceField, NumberField, choices_of
from incident.web.forms.notices_moment import MomentField
from incident.web.forms.validators import AtMost, Needed
from incident.web.labels import ADDRESSEES, NOTICE_KINDS, NOTICE_LANGUAGES, law_choices, law_label

PORTAL = "portal"
EVERY_CUSTOMER = "*"


class DraftForm(Form):
    """A new notice, in one or several languages."""

    addressee = ChoiceField(_l("To whom?"), [Needed(_l("Choose to whom the notice goes."))])
    kind = SelectField(_l("Kind"), default="initial")
    languages = CheckboxesField(_l("Languages"), default=["nl"])
    recipient = SelectField(_l("Customer"), validate_choice=False)
    groups = CheckboxesField(_l("A letter for each of these groups"))
    group = StringField(_l("Group of people"), [AtMost(LINE)])
    withdrawn_reason = TextAreaField(_l("Reason for withdrawing"), [AtMost()])

    def offer(self, customers: Iterable[str], groups: Iterable[SubjectGroup] = ()) -> "DraftForm":
        """Fill in the lists: the customers by name, and the groups of people that the record names."""
        self.groups.choices = choices_of((group.value, law_label(group)) for group in groups)
        self.addressee.choices = choices_of(ADDRESSEES.items())
        self.kind.choices = choices_of(NOTICE_KINDS.items())
        self.languages.choices = choices_of(NOTICE_LANGUAGES.items())
        named = tuple((name, name) for name in customers)
        every = ((EVERY_CUSTOMER, _l("Every customer that has no notice yet")),) if len(named) > 1 else ()
        self.recipient.choices = choices_of((*every, *named))
        return self


class LetterForm(Form):
    """The text of a letter."""

    base_number = HiddenField()
    title = StringField(_l("Subject"), [AtMost(500)])
    body = TextAreaField(_l("Text"), [Needed(_l("The text is empty.")), AtMost(100_000)])


class ApproveForm(Form):
    """A yes to exactly the text that was shown."""

    body_sha256 = HiddenField()
    single_officer_reason = TextAreaField(_l("Why can nobody else approve it?"), [AtMost()])
    unsaid_reason = TextAreaField(_l("Why may it go without?"), [AtMost()])


class SubmissionForm(Form):
    """What a person did: filed, mailed or posted."""

    submitted_at = MomentField(_l("When was it sent?"), [Needed(_l("Enter when it was sent."))])
    channel = SelectField(_l("How?"), [Needed(_l("Choose how it was sent."))])
    reference = StringField(_l("Number given by the authority"), [AtMost(LINE)])
    by_name = StringField(_l("Who sent it?"), [AtMost(LINE)])
    recipients = NumberField(_l("How many people were reached?"))
    delay_reason = TextAreaField(_l("Reasons for the delay"), [AtMost()])
    note = TextAreaField(_l("Remark"), [AtMost()])
    file = FileField(_l("Copy of the confirmation"))

    def offer(self, authority: bool) -> "SubmissionForm":
        """Fill in the channels that fit the addressee; which of several it was is proof, and nobody's guess."""
        portal = [(PORTAL, str(_l("At the authority's portal")))]
        self.channel.choices = choices_of(portal if authority else (("", "–"), *law_choices(NoticeChannel)))
        return self


class FilingForm(Form):
    """The number that the authority gave, when it came after the filing, and what was typed wrongly."""

    number = StringField(_l("Number given by the authority"), [AtMost(LINE)])
    filed_at = MomentField(_l("When was it filed?"), [Needed(_l("Enter when it was filed."))])
    delay_reason = TextAreaField(_l("Reasons for the delay"), [AtMost()])
    note = TextAreaField(_l("Remark"), [AtMost()])
    number_reason = TextAreaField(_l("Why is it corrected?"), [AtMost()])


class ReceiptForm(Form):
    """A customer's acknowledgement."""

    by_name = StringField(
        _l("Who acknowledged it?"), [Needed(_l("Enter who acknowledged it.")), AtMost(LINE)], id="receipt_by"
    )
    at = MomentField(_l("When?"), [Needed(_l("Enter when it was acknowledged."))])


class ReturnForm(Form):
    """That a notice did not reach the customer."""

    returned = TextAreaField(_l("How do you know?"), [Needed(_l("Write how you know.")), AtMost(LINE)])
