"""The doors as those who keep them see them: open, shut, worded, and as a poster to hang up."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import gettext as _

from incident.documents.poster import poster
from incident.domain.doors import Door, DoorKind
from incident.domain.languages import LETTER_LANGUAGES
from incident.domain.mail_words import WHY, Trouble, where
from incident.store.db import db
from incident.store.mail_intake import Stuck, last_emptied, stuck_mail
from incident.usecases.common.settings import organisation_profile
from incident.usecases.response.doors import RemoveDoor, SaveDoor, door, doors, new_key, remove_door, save_door
from incident.usecases.response.public_report import last_by_mail
from incident.web.clock import deps, now
from incident.web.downloads import attachment
from incident.web.forms.doors import KINDS, DoorForm
from incident.web.transactions import attempt, commits
from incident.web.viewer import viewer, zone

bp = Blueprint("doors", __name__)


@bp.get("/settings/doors")
def index() -> ResponseReturnValue:
    """Every door with its address, and where people report by mail."""
    address = deps().settings.intake_address
    return render_template(
        "web/doors/index.html",
        doors=doors(db.session()),
        kinds=KINDS,
        letter_languages=LETTER_LANGUAGES,
        address=_address,
        mail_address=address,
        last_by_mail=last_by_mail(db.session()) if address else None,
        has_mailbox=deps().settings.intake_imap_url is not None,
        last_emptied=last_emptied(db.session()),
        stuck=[_told(mail) for mail in stuck_mail(db.session(), now())],
    )


def _told(mail: Stuck) -> tuple[str, str, Stuck]:
    """Where a mail waits and why, in words."""
    place, values = where(mail.name)
    return gettext(place, **values), gettext(WHY[Trouble(mail.reason)]), mail


def _address(key: str) -> str:
    return deps().settings.base_url.rstrip("/") + url_for("door.form", key=key)


@bp.route("/settings/doors/new", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """A new door: shut, with an address that nobody guesses."""
    return _edit(Door(new_key(), DoorKind.STAFF, ""), None)


@bp.route("/settings/doors/<key>", methods=["GET", "POST"])
def edit(key: str) -> ResponseReturnValue:
    """Change a door."""
    return _edit(door(db.session(), key), key)


def _edit(shown: Door, replaces: str | None) -> ResponseReturnValue:
    form = DoorForm.of(shown)
    if form.validate_on_submit() and attempt(form, lambda: _save(form, replaces)):
        flash(_("Saved."), "success")
        return redirect(url_for(".index"))
    begin = _address("x").removesuffix("x")
    return render_template("web/doors/edit.html", form=form, replaces=replaces, begin=begin)


def _save(form: DoorForm, replaces: str | None) -> Door:
    return save_door(SaveDoor(viewer(), form.to_door(), replaces), session=db.session(), now=now())


@bp.post("/settings/doors/<key>/remove")
@commits
def remove(key: str) -> ResponseReturnValue:
    """Take a door away."""
    remove_door(RemoveDoor(viewer(), key), session=db.session(), now=now())
    flash(_("Removed. What was reported by it stays."), "success")
    return redirect(url_for(".index"))


@bp.get("/settings/doors/<key>/poster.pdf")
def sheet(key: str) -> ResponseReturnValue:
    """The poster of a door, A4, in the language asked for."""
    language = request.args.get("language", "nl")
    if language not in LETTER_LANGUAGES:
        abort(404)
    shown = door(db.session(), key)
    organisation = organisation_profile(db.session()).name
    made = poster(
        organisation, _address(key), shown.titles.get(language, ""), language, now().astimezone(zone()).date()
    )
    return attachment(made, f"poster-{key}-{language}.pdf", "application/pdf")
