"""GDPR art. 33(3), 33(4): how much of a form is answered, what is missing, and about how long the rest takes."""

from dataclasses import dataclass

from incident.law.forms.answers import FilledAnswer, FilledForm, Origin
from incident.law.questions import question

ELSEWHERE = 8
"""Seconds for an answer that is not on the fact sheet, such as a line of the organisation's profile."""


@dataclass(frozen=True, slots=True)
class Progress:
    """``given`` of ``asked`` answers; ``missing`` is what blocks an approval of this very form."""

    given: int
    asked: int
    missing: tuple[FilledAnswer, ...]

    @property
    def minutes(self) -> int:
        """About how many minutes the missing answers take, rounded up; a field that answers two counts once."""
        fields = {answer.fields[0] if answer.fields else answer.key: answer for answer in self.missing}
        seconds = sum(question(answer.fields[0]).seconds if answer.fields else ELSEWHERE for answer in fields.values())
        return -(-seconds // 60)


def progress(form: FilledForm) -> Progress:
    """GDPR art. 33(3): the progress of a filled form; an answer "not known yet" is an answer (art. 33(4))."""
    asked = [answer for answer in form.answers if answer.required]
    return Progress(sum(answer.origin is not Origin.MISSING for answer in asked), len(asked), form.missing)
