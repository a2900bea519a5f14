"""Public pages: report without an account, and come back with the code of the receipt.

Only taking something writes: whatever else a post does, pages included, reads, so that on SQLite a flood of posts that
are refused never stands in the way of the clock.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from secrets import token_urlsafe
from typing import Final, TypeVar
from uuid import UUID

import structlog
from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadSignature, URLSafeSerializer

from incident.domain.doors import Door, DoorKind
from incident.domain.kernel.errors import Invalid, TooMany
from incident.store.blobs import BlobStore
from incident.store.db import db
from incident.store.places import Away
from incident.store.shelf import put_ahead
from incident.usecases.common import limits
from incident.usecases.common.settings import organisation_profile
from incident.usecases.messages.reach import addressed
from incident.usecases.response.doors import open_door
from incident.usecases.response.public_report import (
    TOO_MANY,
    AddToReport,
    Counted,
    Handed,
    Received,
    add_to_report,
    check_addition,
    check_from_outside,
    count_files,
    files_within,
    files_within_report,
    follow,
    kept_within,
    report_from_outside,
)
from incident.usecases.response.receipt_codes import TOO_MANY_CODES, report_of_code, was_taken
from incident.web.clock import deps, now
from incident.web.files_ahead import only_reading
from incident.web.forms.base import Form
from incident.web.forms.doors import AddForm, CodeForm, PublicForm
from incident.web.i18n import language_code, own_words
from incident.web.repeats import fingerprint_of_form
from incident.web.transactions import attempt

T = TypeVar("T")
log = structlog.get_logger()
bp = Blueprint("door", __name__)
QUICKEST: Final = timedelta(seconds=3)
"""Nobody reads the form, writes and sends it sooner."""
HERE: Final = "door_report"
OPEN_FOR: Final = timedelta(minutes=30)
"""So long after the last page the code is asked again: a reporter may sit at somebody else's computer."""


@bp.route("/door/<key>", methods=["GET", "POST"])
def form(key: str) -> ResponseReturnValue:
    """The form of a door; a POST takes the report (201) and shows its code, this once."""
    door = open_door(only_reading(), key)
    asked = PublicForm().offer(door)
    if not asked.is_submitted():
        asked.ticket.data = _new_ticket()
    elif asked.validate():
        received = _guarded(asked, lambda: _report(door, asked), TOO_MANY, *kept_within(_network(), key))
        if received is not None:
            return _receipt(received, door, unreachable=not asked.contact.data), 201
    organisation = organisation_profile(only_reading())
    shown = {"door": door, "form": asked, "organisation": organisation, "own_words": own_words}
    return render_template("web/door/form.html", **shown), asked.status


def _report(door: Door, asked: PublicForm) -> Received:
    if asked.website.data:
        raise Invalid("Leave the field empty that says so, and send it again.", field="website")
    command = asked.to_command(door, _opened(asked), _network(), language_code())
    check_from_outside(command, now=now())
    is_known = was_taken(only_reading(), command.ticket, deps().vault.sealer)
    files, blobs = _ahead(() if is_known else command.files, files_within(command.network, command.way))
    command = replace(command, files=files, lost=len(command.files) - len(files))
    return report_from_outside(command, session=db.session(), now=now(), sealer=deps().vault.sealer, blobs=blobs)


def _ahead(files: tuple[Handed, ...], counted: Counted) -> tuple[tuple[Handed, ...], BlobStore]:
    """The files that are in their place, and the store for the use case: none where no more are taken, or it is away.

    No report waits for a file. They are counted for good before a byte lands; of none that is left, nothing is written.
    """
    session, blobs = only_reading(), deps().blobs
    is_spent = any(limits.wait_for(session, limit, whose, now=now()) for limit, whose in counted)
    session.rollback()
    if is_spent or not files:
        return (), blobs
    files = count_files(session, files, counted, now=now())
    session.commit()
    try:
        return files, put_ahead(session, blobs, [file.content for file in files], now())
    except Away as problem:
        log.warning("files_of_reporter_lost", files=len(files), error=type(problem).__name__)
        return (), blobs


def _receipt(received: Received, door: Door, *, unreachable: bool) -> str:
    """The receipt; somebody from outside can stop nothing here, and is free to tell whom they like."""
    current, incident = only_reading(), received.incident
    told = not incident.waits_quietly and (
        bool(deps().settings.slack_channel) or bool(addressed(current, incident.reference))
    )
    code = " ".join(received.code[start : start + 4] for start in range(0, len(received.code), 4))
    organisation = organisation_profile(current)
    said = {"code": code, "told": told, "unreachable": unreachable, "dropped": received.dropped}
    outsider = door.kind is DoorKind.CUSTOMERS
    return render_template("web/door/receipt.html", organisation=organisation, outsider=outsider, **said)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="door")


def _new_ticket() -> str:
    return str(_signer().dumps([now().timestamp(), token_urlsafe(16)]))


def _opened(asked: PublicForm) -> str:
    """What tells this sending from others: the page it was opened as, and every word and file in it.

    Raises Invalid where the page was opened just now, or nowhere; then it gets a new ticket.
    """
    try:
        opened_at, _random = _signer().loads(asked.ticket.data or "")
    except BadSignature:
        asked.ticket.data = _new_ticket()
        opened_at = now().timestamp()
    if now() - datetime.fromtimestamp(opened_at, tz=UTC) < QUICKEST:
        raise Invalid("This form came back faster than anybody can write. Read it once more, and send it again.")
    return fingerprint_of_form()


def _network() -> str:
    return limits.network_of(request.remote_addr or "")


def _guarded(form: Form, act: Callable[[], T], sentence: str, *counted: tuple[limits.Limit, str]) -> T | None:
    """Attempt it where the limits leave something: looked up without waiting for a writer, or a flood of refusals
    would hold up the clock."""
    current = only_reading()
    waits = [wait for limit, whose in counted if (wait := limits.wait_for(current, limit, whose, now=now()))]
    current.rollback()
    if waits:
        form.refuse(TooMany(sentence, seconds=int(max(waits).total_seconds()) + 1))
        return None
    return attempt(form, act, repeatable=True)


@bp.route("/followup", methods=["GET", "POST"])
def code() -> ResponseReturnValue:
    """Come back with the code."""
    asked = CodeForm()
    if asked.validate_on_submit() and _guarded(
        asked, lambda: _found(asked), TOO_MANY_CODES, (limits.CODES_FROM, _network())
    ):
        return redirect(url_for(".report"))
    only_reading()
    return render_template("web/door/code.html", form=asked), asked.status


def _found(asked: CodeForm) -> bool:
    """Whether the code is one; a try that fails counts, so it is committed and no exception."""
    typed = asked.receipt_code.data or ""
    found = report_of_code(db.session(), typed, network=_network(), now=now(), sealer=deps().vault.sealer)
    if found is None:
        asked.refuse(Invalid("There is no report with this code. Check the sixteen digits.", field="receipt_code"))
        return False
    _stay(found)
    return True


def _stay(incident_id: UUID) -> None:
    session[HERE] = [str(incident_id), now().timestamp()]


def _mine() -> UUID | None:
    """The report that this browser has opened with its code, within the last half hour."""
    key, at = session.get(HERE) or ("", 0)
    if not key or now() - datetime.fromtimestamp(at, tz=UTC) > OPEN_FOR:
        return None
    return UUID(key)


@bp.route("/followup/report", methods=["GET", "POST"])
def report() -> ResponseReturnValue:
    """The state of a report, what was asked and answered, and a form to answer and add files."""
    mine, asked = _mine(), AddForm()
    if mine is None:
        if asked.is_submitted():
            return render_template("web/door/code.html", form=CodeForm(formdata=None), lost=asked.text.data)
        return redirect(url_for(".code"))
    _stay(mine)
    dropped = _added(mine, asked) if asked.validate_on_submit() else None
    if dropped is not None:
        flash(_("Sent. Thank you."), "success")
        if dropped:
            flash(_files_dropped(dropped), "error")
        return redirect(url_for(".report"))
    followed = follow(only_reading(), mine)
    if followed is None:
        return redirect(url_for(".code"))
    return render_template("web/door/report.html", form=asked, followed=followed), asked.status


def _files_dropped(number: int) -> str:
    one, more = (
        "%(num)s file could not be kept. Add it later, with your code.",
        "%(num)s files could not be kept. Add them later, with your code.",
    )
    return str(ngettext(one, more, number))


def _added(mine: UUID, asked: AddForm) -> int | None:
    command = AddToReport(mine, asked.text.data or "", _network(), asked.handed())
    put = attempt(asked, lambda: _added_ahead(command), repeatable=True)
    if put is None:
        return None
    files, blobs = put
    left = replace(command, files=files, lost=len(command.files) - len(files))
    return attempt(asked, lambda: add_to_report(left, session=db.session(), now=now(), blobs=blobs))


def _added_ahead(command: AddToReport) -> tuple[tuple[Handed, ...], BlobStore]:
    session = only_reading()
    check_addition(command, session=session, now=now())
    return _ahead(command.files, files_within_report(session, command))


@bp.post("/followup/leave")
def leave() -> ResponseReturnValue:
    """Close the report in this browser."""
    session.pop(HERE, None)
    return redirect(url_for(".code"))
