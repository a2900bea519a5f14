"""Forms for mailings: the list, the search for one person, a message that came back."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import StringField

from incident.web.forms.base import Form
from incident.web.forms.fields import CheckboxesField, ChoiceField, NumberField, choices_of
from incident.web.forms.notices_moment import MomentField
from incident.web.forms.validators import AtMost, Needed


class MailingForm(Form):
    """A list of people, and the approved letters they get."""

    channel = ChoiceField(_l("How are they told?"), [Needed(_l("Choose e-mail or letter."))], default="email")
    versions = CheckboxesField(_l("Approved letters"), [Needed(_l("Choose at least one approved letter."))])
    file = FileField(_l("List of people (CSV or XLSX)"), [Needed(_l("Choose the list."))])
    per_minute = NumberField(_l("Messages a minute, at most"), default=120)
    keep_days = NumberField(_l("Days after which the list is erased"), default=30)

    def offer(self, letters: Iterable[tuple[str, str]]) -> "MailingForm":
        """Fill in the lists."""
        self.channel.choices = choices_of(
            (("email", _l("By e-mail, each person separately")), ("letter", _l("By letter")))
        )
        self.versions.choices = choices_of(letters)
        return self


class PostedForm(Form):
    """Printed letters that were posted."""

    at = MomentField(_l("When were they posted?"), [Needed(_l("Enter when they were posted."))])


class ReturnedForm(Form):
    """A letter that came back by post."""

    reason = StringField(_l("Why did it come back?"), [AtMost(500)])


class BounceForm(Form):
    """A message that came back."""

    address = StringField(_l("E-mail address"), [Needed(_l("Enter the e-mail address.")), AtMost(320)])
    reason = StringField(_l("What did the mail server say?"), [AtMost(500)])
