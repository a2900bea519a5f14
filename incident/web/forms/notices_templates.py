"""Forms for the organisation's own texts, its logo and its Word letter."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField

from incident.web.forms.base import Form
from incident.web.forms.fields import choices_of
from incident.web.forms.validators import AtMost, Needed


class TemplateForm(Form):
    """An own text; the preview fills it from a real incident."""

    title = StringField(_l("Subject"), [AtMost(500)])
    body = TextAreaField(_l("Text"), [Needed(_l("The text is empty.")), AtMost(100_000)])
    incident = SelectField(_l("Show it with the facts of"), validate_choice=False)

    def offer(self, incidents: Iterable[tuple[str, str]]) -> "TemplateForm":
        """Fill in the incidents."""
        self.incident.choices = choices_of(incidents)
        return self


class HouseForm(Form):
    """A logo or a Word letter."""

    file = FileField(_l("File"), [Needed(_l("Choose a file."))])
