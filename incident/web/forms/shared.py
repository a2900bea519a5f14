"""The form of a private link to the status of an incident."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import SelectField, StringField

from incident.domain.kernel.text import LINE
from incident.usecases.response.share_status import DAYS
from incident.web.forms.base import Form
from incident.web.forms.fields import choices_of
from incident.web.forms.validators import AtMost, Needed


class ShareForm(Form):
    """For whom, and for how long."""

    label = StringField(_l("Who is it for?"), [Needed(_l("Write for whom it is.")), AtMost(LINE)])
    days = SelectField(_l("For how long?"), default=str(DAYS[0]))

    def offer(self) -> "ShareForm":
        """Fill in the periods."""
        self.days.choices = choices_of((str(days), ngettext("%(num)s day", "%(num)s days", days)) for days in DAYS)
        return self
