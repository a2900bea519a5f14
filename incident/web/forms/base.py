"""The parent of all forms: one place for refusals, and for what every field does with text."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import ClassVar, Final
from uuid import UUID

from flask import request
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.fields.core import UnboundField

from incident.domain.kernel.errors import Conflict, DomainError, Invalid, TooMany
from incident.web.i18n import language_code

Errors = Mapping[str, "Errors"] | list["Errors | str"]
"""The refusals of a field, nested where fields nest."""


def tidy(value: object) -> object:
    """Text without blanks around it, without null characters, with one kind of line end."""
    if not isinstance(value, str):
        return value
    return value.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()


UNSTORED: Final = frozenset({"CSRFTokenField", "FileField", "MultipleFileField"})
"""Types of fields that show nothing of what is stored."""


class Form(FlaskForm):  # type: ignore[misc]
    """A form that can show a refusal by the domain at the field it belongs to."""

    form_errors: list[str]
    status: int = 200
    """With which status the form is shown again: 429 where it came too often."""
    aliases: ClassVar[dict[str, str]] = {}
    """Names that the domain uses for a field where the form's own name differs."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        @property
        def locales(self) -> tuple[str]:
            """The language of the page: WTForms keeps its own few words in memory, once for each language."""
            return (language_code(),)

        def bind_field(self, form: FlaskForm, unbound_field: UnboundField, options: dict[str, object]) -> Field:
            """Tidy the text of every field before its own filters run."""
            filters = (tidy, *unbound_field.kwargs.get("filters", ()))
            return unbound_field.bind(form=form, **{**options, "filters": filters})

    def refuse(self, refusal: DomainError) -> None:
        """Show an expected error at its field, or above the form where it names none of ours."""
        text = translated(refusal)
        self.status = 429 if isinstance(refusal, TooMany) else self.status
        name = self.aliases.get(refusal.field or "", refusal.field)
        field = self._fields.get(name) if name else None
        if field is None:
            self.form_errors = [*self.form_errors, text]
        else:
            field.errors = [*field.errors, text]

    def refuse_unavailable(self) -> None:
        """Say that nothing was stored because the database cannot be reached; the input stays in the form."""
        text = _(
            "Nothing has been saved: the database cannot be reached right now. Your text is still here. Try again."
        )
        self.form_errors = [*self.form_errors, text]

    @property
    def seen(self) -> str:
        """A mark of the stored values with which the form opens: it differs once somebody else has changed them."""
        stored = sorted((field.name, repr(field.object_data)) for field in self if field.type not in UNSTORED)
        return sha256(repr(stored).encode()).hexdigest()[:16]

    def refuse_unseen(self) -> None:
        """Raise Conflict where saving would undo, unseen, what somebody else saved since the page was opened."""
        if request.form.get("seen", self.seen) != self.seen:
            raise Conflict(
                "Somebody changed this after you opened the page. Compare in another window, then save again: what you "
                "typed is still here and replaces what they saved."
            )

    @property
    def problems(self) -> list[tuple[str | None, str]]:
        """Every error with the id of its field, for the summary above the form."""
        found: list[tuple[str | None, str]] = [(None, str(error)) for error in self.form_errors]
        for field in self:
            found += [(first_input(field), str(error)) for error in flat(field.errors)]
        return found


def words_of(names: Iterable[str]) -> dict[str, str]:
    """What stands beside fields of these names: in the form that has most of them, for what was sent names no form."""
    asked = {name: name.partition("__")[0] for name in names}

    def told(form: type[Form]) -> dict[str, str]:
        fields = {name: getattr(form, own, None) for name, own in asked.items()}
        return {name: str(one.args[0]) for name, one in fields.items() if isinstance(one, UnboundField) and one.args}

    return max(map(told, _below(Form)), key=len, default={})


def _below(form: type[Form]) -> Iterator[type[Form]]:
    for one in form.__subclasses__():
        yield one
        yield from _below(one)


def first_input(field: Field) -> str:
    """The id of the input that a link in the error summary leads to."""
    ids = getattr(field, "input_ids", None)
    if ids:
        return str(ids[0])
    if field.type in ("RadioField", "ChoiceField", "CheckboxesField"):
        return f"{field.id}-0"
    return str(field.id)


def flat(errors: "Errors | str | LazyString") -> list[str]:
    """The sentences in a field's errors, which nest where fields nest; the sign-in library gives one alone."""
    if isinstance(errors, Mapping):
        errors = list(errors.values())
    if not isinstance(errors, list | tuple):
        return [str(errors)]
    return [sentence for inner in errors for sentence in flat(inner)]


def translated(refusal: DomainError) -> str:
    """The sentence of an expected error in the viewer's language."""
    return str(_(refusal.message, **refusal.params))


def chosen_id(text: str) -> UUID | None:
    """The id that a list of choices sent, None for none. Raises Invalid for what is no id."""
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError as problem:
        raise Invalid("Choose from the list.") from problem
