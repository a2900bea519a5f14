"""A letter of the authority: the form of a new one, and one to correct each that is on record."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from incident.domain.kernel.people import Actor
from incident.domain.kernel.text import LINE
from incident.law.facts import AuthorityLetter, BreachFacts
from incident.law.vocabulary import UNKNOWN, LetterKind
from incident.usecases.response.record_letter import ASKS, RecordLetter
from incident.web.forms.base import Form
from incident.web.forms.fields import ChoiceField, InstantField, choices_of
from incident.web.forms.validators import AtMost, Needed
from incident.web.labels import law_choices


class LetterForm(Form):
    """What the authority wrote, and until when it wants an answer."""

    kind = ChoiceField(_l("What does the authority write?"), [Needed(_l("Choose what the letter is."))])
    received_at = InstantField(_l("When did it arrive?"), [Needed(_l("Enter when it arrived."))])
    answer_by = InstantField(_l("Until when does it want an answer?"))
    reference = StringField(_l("Its reference"), [AtMost(LINE)])
    note = TextAreaField(_l("What does it say, in short?"), [AtMost()])
    reason = TextAreaField(_l("Why is it corrected?"), [AtMost()])

    def to_command(self, actor: Actor, incident: str, known: AuthorityLetter | None, number: int) -> RecordLetter:
        """The letter that was typed; ``known`` is the one it corrects, if it corrects one."""
        return RecordLetter(
            actor,
            incident,
            known.kind if known else LetterKind(self.kind.data),
            self.received_at.data,
            self.answer_by.data if "answer_by" in self else None,
            self.reference.data or "",
            self.note.data or "",
            number if known else None,
            self.reason.data or "" if known else "",
        )


def letter_key(number: int) -> str:
    """The name of the form of one letter; number 0 is the new one."""
    return f"letter-{number}"


def letter_forms(facts: BreachFacts, typed: str = "") -> dict[str, LetterForm]:
    """The form of a new letter and of each on record, by their names; ``typed`` names the one that was sent."""
    return {
        (key := letter_key(number)): _form(key, letter, typed=key == typed)
        for number, letter in enumerate((None, *facts.authority_letters))
    }


def _form(key: str, letter: AuthorityLetter | None, *, typed: bool) -> LetterForm:
    names = ("received_at", "answer_by", "reference", "note") if letter else ()
    values = {name: value for name in names if (value := getattr(letter, name)) is not UNKNOWN}
    more: dict[str, None] = {} if typed else {"formdata": None}
    form = LetterForm(prefix=f"{key}-", data=values, **more)
    form.kind.choices = choices_of(law_choices(LetterKind))
    for name in ("reason",) if letter is None else ("kind",) if letter.kind in ASKS else ("kind", "answer_by"):
        del form[name]
    return form
