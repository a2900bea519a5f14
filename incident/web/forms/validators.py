"""Small reusable checks whose messages say what to do."""

from collections.abc import Callable

from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, Form, ValidationError
from wtforms.validators import InputRequired, Optional

Validator = Callable[[Form, Field], None]
"""A check of one field; it raises ValidationError with what to do."""

LONGEST_TEXT = 20_000
MORE = _l("Write a little more: this is part of the record.")


class Needed:
    """Something must be typed or chosen; the message is the caller's, because it says what."""

    field_flags: dict[str, bool] = {"required": True}  # noqa: RUF012

    def __init__(self, message: LazyString | str) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse what is empty, unless reading it already failed with its own words."""
        if field.data in (None, "", []) and not field.errors and not getattr(field, "process_errors", None):
            raise ValidationError(str(self.message))


def shorten(over: int, most: int) -> str:
    """How much of a text does not fit."""
    text: str = ngettext(
        "Shorten this text by one character; at most %(most)s fit.",
        "Shorten this text by %(num)s characters; at most %(most)s fit.",
        over,
        most=most,
    )
    return text


class AtMost:
    """A text may have so many characters."""

    def __init__(self, characters: int = LONGEST_TEXT) -> None:
        self.characters = characters

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse longer texts and say by how much."""
        over = len(field.data or "") - self.characters
        if over > 0:
            raise ValidationError(shorten(over, self.characters))


class AtLeast:
    """A reason needs so many characters, because it is part of the record."""

    def __init__(self, characters: int, message: LazyString | str = MORE) -> None:
        self.characters = characters
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        """Refuse texts that say nothing."""
        if field.data and len(field.data) < self.characters:
            raise ValidationError(str(self.message))


def NeededWhen(wanted: Callable[[Form], bool], message: LazyString | str) -> Validator:
    """Needed only when the rest of the form says so."""

    def check(form: Form, field: Field) -> None:
        if wanted(form) and field.data in (None, "", []):
            raise ValidationError(str(message))

    return check


__all__ = ["LONGEST_TEXT", "AtLeast", "AtMost", "InputRequired", "Needed", "NeededWhen", "Optional"]
