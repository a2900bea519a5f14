"""Forms for accounts."""

from collections.abc import Iterator
from functools import cache
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import EqualTo

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.people import Role
from incident.domain.kernel.roles import DECIDING
from incident.domain.kernel.text import LINE
from incident.usecases.people.passwords import check_password
from incident.web.accounts.security import SHORTEST_PASSWORD
from incident.web.forms.base import Form, translated
from incident.web.forms.fields import CheckboxesField, NumberField, choices_of
from incident.web.forms.validators import AtLeast, AtMost, Needed
from incident.web.i18n import LANGUAGES
from incident.web.labels import ROLE_HINTS, ROLES


def not_easy(form: Form, field: PasswordField) -> None:
    """Refuse a common password, and one made of what else was typed."""
    if field.errors:
        return
    own = [form[name].data or "" for name in ("name", "email", "function")]
    try:
        check_password(field.data or "", own)
    except Invalid as refusal:
        raise ValidationError(translated(refusal)) from refusal


def _role_choices() -> Iterator[tuple[str, str]]:
    """Each role in a line; what decides takes two people, and the line says so."""
    for role in Role:
        more = " (" + _("a deciding role") + ")" if role in DECIDING else ""
        yield role.value, f"{ROLES[role]}: {ROLE_HINTS[role]}{more}"


class FirstPersonForm(Form):
    """Who makes the first account."""

    name = StringField(_l("Your name"), [Needed(_l("Enter your name.")), AtMost(LINE)])
    function = StringField(_l("Your function"), [AtMost(LINE)])
    email = EmailField(_l("E-mail address"), [Needed(_l("Enter your e-mail address.")), AtMost(LINE)])
    password = PasswordField(
        _l("Password"),
        [
            Needed(_l("Choose a password.")),
            AtLeast(SHORTEST_PASSWORD, _l("Choose a longer password: at least 12 characters.")),
            AtMost(128),
            not_easy,
        ],
    )
    password_confirm = PasswordField(
        _l("The same password again"), [EqualTo("password", _l("The two passwords differ. Type them again."))]
    )


class PasskeyForm(Form):
    """A device of one's own; the browser fills in what the device made."""

    name = StringField(
        _l("Name of the device"), [Needed(_l("Enter a name by which you know the device.")), AtMost(LINE)]
    )
    credential = HiddenField()


class PersonForm(Form):
    """An account, as an administrator makes or changes it."""

    name = StringField(_l("Name"), [Needed(_l("Enter a name.")), AtMost(LINE)])
    function = StringField(_l("Job title"), [AtMost(LINE)])
    roles = CheckboxesField(_l("Roles"), [Needed(_l("Choose at least one role."))])
    slack_user_id = StringField(_l("Slack member ID"), [AtMost(32)])
    duty_order = NumberField(_l("Place on the duty list"))
    active = BooleanField(_l("This account may sign in"), default=True)

    def offer(self) -> "PersonForm":
        """Fill in the lists, which depend on the page's language."""
        self.roles.choices = choices_of(_role_choices())
        return self

    @property
    def chosen_roles(self) -> frozenset[Role]:
        """The roles that were ticked."""
        return frozenset(Role(value) for value in self.roles.data or ())


class NewPersonForm(PersonForm):
    """The same of somebody who has none yet."""

    email = EmailField(
        _l("E-mail address"), [Needed(_l("Enter an e-mail address, like name@example.org.")), AtMost(LINE)]
    )


class InviteForm(Form):
    """Several people at once."""

    people = TextAreaField(_l("People, one per line"), [Needed(_l("Paste at least one e-mail address.")), AtMost()])
    roles = CheckboxesField(_l("Role for lines without a role"))

    def offer(self) -> "InviteForm":
        """Fill in the list, which depends on the page's language."""
        self.roles.choices = choices_of(_role_choices())
        return self

    @property
    def chosen_roles(self) -> frozenset[Role]:
        """The roles that were ticked."""
        return frozenset(Role(value) for value in self.roles.data or ())


@cache
def _zones() -> tuple[str, ...]:
    """The time zones of the world by their places: to find them, hundreds of files of the machine are opened."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix")))
    return (*names, "UTC")


class AccountForm(Form):
    """What a person sets for themselves."""

    name = StringField(_l("Name"), [Needed(_l("Enter your name.")), AtMost(LINE)])
    language = SelectField(_l("Language of the pages"))
    zone = SelectField(_l("Time zone"))

    def offer(self) -> "AccountForm":
        """Fill in the lists."""
        browser = [("", str(_l("As my browser asks")))]
        self.language.choices = choices_of([*browser, *LANGUAGES.items()])
        self.zone.choices = choices_of((name, name) for name in _zones())
        return self
