"""Other law that applies to the organisation: each brings its own reports and periods."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange, Optional

from incident.law.regimes import settings
from incident.law.rulesets import LONGEST_HOUSE_HOURS
from incident.law.texts import sentence
from incident.store.db import db
from incident.usecases.clock.change_regimes import ChangeRegimes, change_regimes
from incident.usecases.common.settings import active_regimes, house_hours
from incident.web.clock import now
from incident.web.forms.base import Form
from incident.web.forms.fields import CheckboxesField, NumberField, choices_of
from incident.web.i18n import language_code
from incident.web.transactions import attempt
from incident.web.viewer import viewer

bp = Blueprint("regimes", __name__)


class RegimesForm(Form):
    """What applies beside the GDPR."""

    regimes = CheckboxesField(_l("Which other law applies to the organisation?"))
    house_hours = NumberField(
        _l("Your own deadline in hours, where the law sets none"),
        [Optional(), NumberRange(1, LONGEST_HOUSE_HOURS, _l("Enter a number of hours from 1 to 336."))],
    )


@bp.route("/settings/regimes", methods=["GET", "POST"])
def edit() -> ResponseReturnValue:
    """Choose; open incidents get the further clocks at once."""
    form = RegimesForm(data={"regimes": sorted(active_regimes(db.session())), "house_hours": house_hours(db.session())})
    form.regimes.choices = choices_of(
        (name, sentence(f"setting.{name}.about", (), language_code())) for name in settings()
    )
    if form.validate_on_submit() and attempt(form, lambda: _save(form)):
        flash(_("Saved. Open incidents follow it; what runs under other law ends by a decision only."), "success")
        return redirect(url_for(".edit"))
    return render_template("web/regimes/edit.html", form=form)


def _save(form: RegimesForm) -> int:
    command = ChangeRegimes(viewer(), form.regimes.data or (), form.house_hours.data)
    return 1 + change_regimes(command, session=db.session(), now=now())
