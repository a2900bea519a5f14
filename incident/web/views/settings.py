"""Whose installation this is: asked at the first visit, changed later."""

import re
import tomllib
from collections.abc import Callable
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.demo.examples import load_examples
from incident.domain.kernel.errors import DomainError, Invalid
from incident.domain.kernel.roles import Permission
from incident.domain.organisation import OrganisationProfile, load_profile, profile_from
from incident.domain.trades import adopt, still_new, trade_of, trades
from incident.store.db import db
from incident.usecases.common.settings import SaveOrganisation, is_set_up, organisation_profile, save_organisation
from incident.web.clock import deps, now
from incident.web.forms.lists import lists_form, onto
from incident.web.forms.organisation import OrganisationForm, TradeForm
from incident.web.i18n import language_code
from incident.web.transactions import attempt, commits
from incident.web.viewer import allowed, current_person, viewer

bp = Blueprint("settings", __name__)
LARGEST_PROFILE = 512 * 1024
OFFICER = re.compile(r"functionaris (voor )?gegevensbescherming|data protection officer|\b(fg|dpo)\b", re.IGNORECASE)
"""How somebody who is the data protection officer calls their own function."""


@bp.route("/setup", methods=["GET", "POST"])
def first_run() -> ResponseReturnValue:
    """The first page: the organisation, then start empty or load the examples."""
    if is_set_up(db.session()):
        return redirect(url_for("board.index"))
    if request.form.get("start") == "example":
        return _try_example()
    trade = request.form.get("trade", "")
    target = url_for(".trade", trade=trade) if trade in trades(language_code()) else url_for("board.index")
    return _edit("web/settings/first_run.html", target, _with_officer)


@commits
def _try_example() -> ResponseReturnValue:
    """The example organisation with its incidents: to look around in, chosen by a person."""
    save_organisation(SaveOrganisation(viewer(), load_profile()), session=db.session(), now=now())
    if allowed(Permission.DECIDE):
        load_examples(db.session(), actor=viewer(), now=now(), writer=deps().writer)
    flash(_("This is the example organisation now. Replace it under Settings before real use."), "success")
    return redirect(url_for("board.index"))


def _with_officer(profile: OrganisationProfile) -> OrganisationProfile:
    """Whoever makes the first account and is the officer by function is not asked the same again."""
    person = current_person()
    if person is None or not OFFICER.search(person.function):
        return profile
    return replace(profile, dpo_designated=True, dpo_name=person.name, dpo_email=person.email)


@bp.route("/settings/organisation", methods=["GET", "POST"])
def organisation() -> ResponseReturnValue:
    """The same values later."""
    return _edit("web/settings/organisation.html", url_for(".organisation"))


@bp.route("/settings/lists", methods=["GET", "POST"])
def lists() -> ResponseReturnValue:
    """Systems, groups of people, measures and customers."""
    profile = organisation_profile(db.session())
    form = lists_form(profile)
    if form.validate_on_submit() and attempt(form, lambda: _save_lists(onto(form, profile))):
        flash(_("Saved."), "success")
        return redirect(url_for(".lists"))
    return render_template("web/settings/lists.html", form=form, profile=profile)


@bp.route("/settings/trade", methods=["GET", "POST"])
def trade() -> ResponseReturnValue:
    """What is usual in a trade, to tick; it is added to what the profile has."""
    known = trades(language_code())
    profile = organisation_profile(db.session())
    chosen = known.get(request.args.get("trade", trade_of(profile)))
    left = still_new(chosen, profile) if chosen else None
    form = TradeForm.of(left) if left else None
    if left and form and form.validate_on_submit():
        ticked = form.ticked
        if attempt(form, lambda: _save_lists(adopt(profile, left, ticked))):
            flash(_("Added. Give each system the name by which you call it."), "success")
            return redirect(url_for(".lists"))
    return render_template("web/settings/trade.html", form=form, trades=known.values(), chosen=left)


def _save_lists(profile: OrganisationProfile) -> OrganisationProfile:
    return save_organisation(SaveOrganisation(viewer(), profile), session=db.session(), now=now())


def _edit(
    template: str, target: str, start: Callable[[OrganisationProfile], OrganisationProfile] = lambda profile: profile
) -> ResponseReturnValue:
    profile = start(organisation_profile(db.session()))
    form = OrganisationForm.of(profile)
    examples = request.form.get("start") == "examples"
    if form.validate_on_submit() and attempt(form, lambda: _save(form, profile, examples)):
        flash(_("The examples are ready. They are marked as examples.") if examples else _("Saved."), "success")
        return redirect(target)
    shown = form.onto(profile) if form.is_submitted() and not form.errors else profile
    return render_template(
        template,
        form=form,
        profile=shown,
        may_load=allowed(Permission.DECIDE),
        trades=trades(language_code()).values(),
        trade=request.form.get("trade", ""),
    )


def _save(form: OrganisationForm, before: OrganisationProfile, examples: bool) -> OrganisationProfile:
    """Store the profile, from the file where one was given; load the examples where they were asked for."""
    uploaded = uploaded_profile(form)
    session = db.session()
    saved = save_organisation(SaveOrganisation(viewer(), uploaded or form.onto(before)), session=session, now=now())
    if examples:
        load_examples(session, actor=viewer(), now=now(), writer=deps().writer)
    return saved


def uploaded_profile(form: OrganisationForm) -> OrganisationProfile | None:
    """The profile in the uploaded file, or None without a file. Raises Invalid at the field."""
    file = form.profile.data
    if not file or not getattr(file, "filename", ""):
        return None
    content = file.read(LARGEST_PROFILE + 1)
    if len(content) > LARGEST_PROFILE:
        raise Invalid("This file is too large for a profile. Choose another file.", field="profile")
    try:
        return profile_from(tomllib.loads(content.decode("utf-8")))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise Invalid(
            "This file cannot be read as a profile (TOML). Check it, or fill in the form.", field="profile"
        ) from problem
    except DomainError as problem:
        raise Invalid(problem.message, field="profile", **problem.params) from problem
