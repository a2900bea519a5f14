"""Whose installation this is: asked at the first visit, changed later."""

import tomllib

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.demo.examples import load_examples
from incident.domain.kernel.errors import DomainError, Invalid
from incident.domain.kernel.roles import Permission
from incident.domain.organisation import OrganisationProfile, profile_from
from incident.store.db import db
from incident.usecases.common.settings import SaveOrganisation, is_set_up, organisation_profile, save_organisation
from incident.web.clock import deps, now
from incident.web.forms.lists import lists_form, onto
from incident.web.forms.organisation import OrganisationForm
from incident.web.transactions import attempt
from incident.web.viewer import allowed, viewer

bp = Blueprint("settings", __name__)
LARGEST_PROFILE = 512 * 1024


@bp.route("/setup", methods=["GET", "POST"])
def first_run() -> ResponseReturnValue:
    """The first page: the organisation, then start empty or load the examples."""
    if is_set_up(db.session()):
        return redirect(url_for("board.index"))
    return _edit("web/settings/first_run.html", "board.index")


@bp.route("/settings/organisation", methods=["GET", "POST"])
def organisation() -> ResponseReturnValue:
    """The same values later."""
    return _edit("web/settings/organisation.html", ".organisation")


@bp.route("/settings/lists", methods=["GET", "POST"])
def lists() -> ResponseReturnValue:
    """Systems, groups of people, measures, customers and retention."""
    profile = organisation_profile(db.session())
    form = lists_form(profile)
    if form.validate_on_submit() and attempt(form, lambda: _save_lists(onto(form, profile))):
        flash(_("Saved."), "success")
        return redirect(url_for(".lists"))
    return render_template("web/settings/lists.html", form=form)


def _save_lists(profile: OrganisationProfile) -> OrganisationProfile:
    return save_organisation(SaveOrganisation(viewer(), profile), session=db.session(), now=now())


def _edit(template: str, target: str) -> ResponseReturnValue:
    profile = organisation_profile(db.session())
    form = OrganisationForm.of(profile)
    examples = request.form.get("start") == "examples"
    if form.validate_on_submit() and attempt(form, lambda: _save(form, profile, examples)):
        flash(_("The examples are ready. They are marked as examples.") if examples else _("Saved."), "success")
        return redirect(url_for(target))
    shown = form.onto(profile) if form.is_submitted() and not form.errors else profile
    return render_template(template, form=form, profile=shown, may_load=allowed(Permission.DECIDE))


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
