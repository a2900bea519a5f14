"""The organisation's profile as a form: what the authority's form asks about us."""

import re
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, Field, FileField, StringField, TelField, TextAreaField, ValidationError

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.text import LINE
from incident.domain.languages import is_country
from incident.domain.organisation import OrganisationProfile
from incident.domain.trades import LISTS, Trade
from incident.law.vocabulary import UNKNOWN, OrganisationSector, OrganisationSize
from incident.usecases.people.accounts import valid_email
from incident.web.forms.base import Form, translated
from incident.web.forms.fields import CheckboxesField, ChoiceField, choices_of
from incident.web.forms.validators import AtMost, Needed
from incident.web.labels import NOTICE_LANGUAGES, law_choices

_SITE = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
YES_OR_NO: Final = ("financial_undertaking", "dpo_designated")
_BOOL: Final = {"yes": True, "no": False}
CHOICES = frozenset({"sector_kind", "size", *YES_OR_NO, "in_eea", "languages"})
LINES = frozenset({"websites", "establishments"})


def _sites(_form: Form, field: Field) -> None:
    wrong = next((line for line in lines_of(field.data) if not _SITE.fullmatch(line)), None)
    if wrong is not None:
        raise ValidationError(_("“%(text)s” is no web address. Write it like www.example.nl.", text=wrong))


def _address(_form: Form, field: Field) -> None:
    try:
        valid_email(field.data or "nobody@example.org")
    except Invalid as problem:
        raise ValidationError(translated(problem)) from problem


def _countries(_form: Form, field: Field) -> None:
    if not all(is_country(line) for line in lines_of(field.data)):
        raise ValidationError(_("Enter a country as two letters, like NL or SE."))


def lines_of(text: str | None) -> tuple[str, ...]:
    """The lines of a text that say something."""
    return tuple(line.strip() for line in (text or "").splitlines() if line.strip())


class OrganisationForm(Form):
    """The single values of a profile; its lists (systems, groups, measures, customers) have a page of their own."""

    name = StringField(_l("Name"), [Needed(_l("Enter the name of the organisation.")), AtMost(LINE)])
    street = StringField(_l("Street and number"), [AtMost(LINE)])
    postcode = StringField(_l("Postcode"), [AtMost(20)])
    city = StringField(_l("City"), [AtMost(LINE)])
    country = StringField(_l("Country (two letters, like NL)"), [AtMost(2), _countries])
    websites = TextAreaField(_l("Web addresses"), [AtMost(2000), _sites])
    languages = CheckboxesField(_l("Languages in which you write to people"))
    email = EmailField(_l("E-mail address for questions about a breach"), [AtMost(LINE), _address])
    phone = TelField(_l("Telephone"), [AtMost(40)])
    kvk = StringField(_l("KvK number"), [AtMost(20)])
    sector = StringField(_l("Sector"), [AtMost(LINE)])
    sector_kind = ChoiceField(_l("Private or public"))
    size = ChoiceField(_l("Size"))
    size_note = StringField(_l("Note on the size"), [AtMost(LINE)])
    in_eea = ChoiceField(_l("Is the organisation established in the EEA?"))
    establishments = TextAreaField(_l("Countries with an establishment"), [AtMost(LINE), _countries])
    representative_name = StringField(_l("Representative in the EU (GDPR art. 27)"), [AtMost(LINE)])
    representative_contact = StringField(_l("How to reach the representative"), [AtMost(LINE)])
    policy_number = StringField(_l("Policy number of the cyber insurance"), [AtMost(LINE)])
    activity = TextAreaField(_l("What the organisation does"), [AtMost(2000)])
    financial_undertaking = ChoiceField(_l("Is it a financial undertaking in the sense of the Wft?"))
    dpo_designated = ChoiceField(_l("Is there a data protection officer (FG)?"))
    dpo_name = StringField(_l("Name of the data protection officer"), [AtMost(LINE)])
    dpo_email = EmailField(_l("E-mail address of the data protection officer"), [AtMost(LINE), _address])
    dpo_phone = TelField(_l("Telephone of the data protection officer"), [AtMost(40)])
    fg_number = StringField(_l("Registration number of the data protection officer at the authority"), [AtMost(40)])
    lead_authority = StringField(_l("Supervisory authority"), [AtMost(LINE)])
    profile = FileField(_l("Profile file (TOML)"))

    @classmethod
    def of(cls, profile: OrganisationProfile) -> "OrganisationForm":
        """The form with a profile's values."""
        values = {field.name: getattr(profile, field.name) for field in fields(profile)}
        values["sector_kind"] = "" if profile.sector_kind is UNKNOWN else str(profile.sector_kind)
        values["size"] = "" if profile.size is UNKNOWN else str(profile.size)
        for name in YES_OR_NO:
            values[name] = {None: "", True: "yes", False: "no"}[getattr(profile, name)]
        values["in_eea"] = "yes" if profile.in_eea else "no"
        values |= {name: "\n".join(getattr(profile, name)) for name in LINES}
        form = cls(data=values)
        form.languages.choices = choices_of(NOTICE_LANGUAGES.items())
        form.in_eea.choices = choices_of((("yes", _l("Yes")), ("no", _l("No"))))
        form.sector_kind.choices = choices_of(law_choices(OrganisationSector))
        form.size.choices = choices_of(law_choices(OrganisationSize))
        for name in YES_OR_NO:
            form[name].choices = choices_of((("yes", _l("Yes")), ("no", _l("No"))))
        return form

    def onto(self, profile: OrganisationProfile) -> OrganisationProfile:
        """The profile with the form's values; lists and everything not asked here stay."""
        names = set(self._fields) - {"csrf_token", "profile"} - CHOICES - LINES
        kind, size = self.sector_kind.data, self.size.data
        texts: dict[str, Any] = {name: self._fields[name].data or "" for name in names}
        texts["country"] = texts["country"].upper()
        return replace(
            profile,
            **texts,
            websites=lines_of(self.websites.data),
            establishments=tuple(line.upper() for line in lines_of(self.establishments.data)),
            languages=_home_first(self.languages.data or (), profile.languages),
            in_eea=self.in_eea.data != "no",
            sector_kind=OrganisationSector(kind) if kind else UNKNOWN,
            size=OrganisationSize(size) if size else UNKNOWN,
            financial_undertaking=_BOOL.get(self.financial_undertaking.data or ""),
            dpo_designated=_BOOL.get(self.dpo_designated.data or ""),
        )


def _home_first(chosen: Sequence[str], before: tuple[str, ...]) -> tuple[str, ...]:
    """The chosen languages; the one in which the organisation works, first until now, stays first."""
    return tuple(sorted(chosen, key=lambda code: before.index(code) if code in before else len(before)))


class TradeForm(Form):
    """What is usual in a trade, to tick. Measures are not ticked beforehand: each is a statement to the authority."""

    systems = CheckboxesField(_l("Systems and processors"))
    groups = CheckboxesField(_l("Groups of people"))
    measures = CheckboxesField(_l("Measures in place"))

    @classmethod
    def of(cls, trade: Trade) -> "TradeForm":
        """The form with the lists of a trade."""
        form = cls(data={name: [one.id for one in getattr(trade, name)] for name in ("systems", "groups")})
        form.systems.choices = choices_of((one.id, one.name) for one in trade.systems)
        for name in ("groups", "measures"):
            form[name].choices = choices_of((one.id, trade.words[one.id]) for one in getattr(trade, name))
        return form

    @property
    def ticked(self) -> dict[str, Sequence[str]]:
        """What was ticked of each list."""
        return {name: self[name].data or () for name in LISTS}
