"""The organisation's profile as a form: what the authority's form asks about us."""

from dataclasses import fields, replace
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, FileField, StringField, TelField, TextAreaField

from incident.domain.organisation import OrganisationProfile
from incident.law.vocabulary import UNKNOWN, OrganisationSector, OrganisationSize
from incident.web.forms.base import Form
from incident.web.forms.fields import ChoiceField, choices_of
from incident.web.forms.validators import AtMost, Needed
from incident.web.labels import law_choices

LINE = 255


class OrganisationForm(Form):
    """The single values of a profile; its lists (systems, groups, measures) come from the profile file."""

    name = StringField(_l("Name"), [Needed(_l("Enter the name of the organisation.")), AtMost(LINE)])
    street = StringField(_l("Street and number"), [AtMost(LINE)])
    postcode = StringField(_l("Postcode"), [AtMost(20)])
    city = StringField(_l("Place"), [AtMost(LINE)])
    email = EmailField(_l("E-mail address for questions about a breach"), [AtMost(LINE)])
    phone = TelField(_l("Telephone"), [AtMost(40)])
    kvk = StringField(_l("KvK number"), [AtMost(20)])
    sector = StringField(_l("Sector"), [AtMost(LINE)])
    sector_kind = ChoiceField(_l("Private or public"))
    size = ChoiceField(_l("Size"))
    activity = TextAreaField(_l("What the organisation does"), [AtMost(2000)])
    dpo_designated = ChoiceField(_l("Is there a data protection officer (FG)?"))
    dpo_name = StringField(_l("Name of the data protection officer"), [AtMost(LINE)])
    dpo_email = EmailField(_l("E-mail address of the data protection officer"), [AtMost(LINE)])
    dpo_phone = TelField(_l("Telephone of the data protection officer"), [AtMost(40)])
    fg_number = StringField(_l("FG registration number at the authority"), [AtMost(40)])
    lead_authority = StringField(_l("Supervisory authority"), [AtMost(LINE)])
    profile = FileField(_l("Profile file (TOML)"))

    @classmethod
    def of(cls, profile: OrganisationProfile) -> "OrganisationForm":
        """The form with a profile's values."""
        values = {field.name: getattr(profile, field.name) for field in fields(profile)}
        values["sector_kind"] = "" if profile.sector_kind is UNKNOWN else str(profile.sector_kind)
        values["size"] = "" if profile.size is UNKNOWN else str(profile.size)
        values["dpo_designated"] = {None: "", True: "yes", False: "no"}[profile.dpo_designated]
        form = cls(data=values)
        form.sector_kind.choices = choices_of(law_choices(OrganisationSector))
        form.size.choices = choices_of(law_choices(OrganisationSize))
        form.dpo_designated.choices = choices_of((("yes", _l("Yes")), ("no", _l("No"))))
        return form

    def onto(self, profile: OrganisationProfile) -> OrganisationProfile:
        """The profile with the form's values; lists and everything not asked here stay."""
        names = set(self._fields) - {"csrf_token", "profile", "sector_kind", "size", "dpo_designated"}
        kind, size = self.sector_kind.data, self.size.data
        texts: dict[str, Any] = {name: self._fields[name].data or "" for name in names}
        return replace(
            profile,
            **texts,
            sector_kind=OrganisationSector(kind) if kind else UNKNOWN,
            size=OrganisationSize(size) if size else UNKNOWN,
            dpo_designated={"yes": True, "no": False}.get(self.dpo_designated.data or ""),
        )
