"""The form that starts an exercise."""

from collections.abc import Iterable
from typing import Self

from flask_babel import lazy_gettext as _l

from incident.domain.exercises import scenarios
from incident.web.forms.base import Form
from incident.web.forms.fields import CheckboxesField, ChoiceField, choices_of
from incident.web.forms.validators import Needed
from incident.web.i18n import language_code

PACES = {
    "1": _l("In real time: three days"),
    "24": _l("24 times as fast: three hours"),
    "72": _l("72 times as fast: one hour"),
}


class ExerciseForm(Form):
    """Which script, who takes part, and how fast."""

    scenario = ChoiceField(_l("What is played?"), [Needed(_l("Choose a scenario."))])
    people = CheckboxesField(_l("Who takes part?"), [Needed(_l("Choose who takes part."))])
    pace = ChoiceField(_l("How fast?"), [Needed(_l("Choose how fast it is played."))], default="72")

    def offer(self, people: Iterable[tuple[str, str]]) -> Self:
        """Fill in the lists."""
        language = language_code()
        self.scenario.choices = choices_of((key, one.title(language)) for key, one in scenarios().items())
        self.people.choices = choices_of(people)
        self.pace.choices = choices_of((key, str(words)) for key, words in PACES.items())
        return self
