"""The record: why these deadlines, what the chain proves."""

import itertools
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from incident.domain.kernel.events import Tag
from incident.domain.kinds import DeadlineState
from incident.law.deadlines import deadline
from incident.law.duties import Duty
from incident.law.errors import NoRuleInForce
from incident.law.explain import explain
from incident.law.obligations import Obligation, ObligationKind
from incident.store.db import db
from incident.store.queries.casework import chain_of
from incident.store.queries.log import NamedEntry, by_machine, named
from incident.store.tree import named as named_checkpoint
from incident.store.tree import newest
from incident.store.verify import verify_incident
from incident.store.verify.findings import NOT_FOUND
from incident.usecases.clock.deadlines import obligations_of, rules_for
from incident.usecases.retention.policies import PlaceHold, lift_hold, place_hold
from incident.web.case import Case, open_case
from incident.web.clock import deps, now
from incident.web.forms.base import Form
from incident.web.i18n import language_code
from incident.web.paging import part_of
from incident.web.told import told
from incident.web.transactions import attempt
from incident.web.viewer import viewer, zone

if TYPE_CHECKING:
    from incident.store.models import AuditEntry

bp = Blueprint("record", __name__)
STANDS: Final = {
    DeadlineState.OPEN: _l("running"),
    DeadlineState.MET: _l("met"),
}
SHOWN = 100
"""Entries of the chain on one page, the newest first; all of them are verified, and what people did is shown."""


class HoldForm(Form):
    """Why the data of an incident must stay."""

    reason = StringField(_l("Why must the data stay?"))


@bp.get("/incidents/<reference>/record")
def show(reference: str) -> ResponseReturnValue:
    """The trace of the law and the log, compared with the record now."""
    return _page(open_case(reference), HoldForm())


@bp.post("/incidents/<reference>/hold")
def hold(reference: str) -> ResponseReturnValue:
    """Put the incident's data on hold, or lift the hold."""
    case, form = open_case(reference), HoldForm()
    done = form.validate() and attempt(form, lambda: _hold(case, form), repeatable=True)
    return redirect(case.url("record.show")) if done else _page(case, form)


def _hold(case: Case, form: HoldForm) -> bool:
    if "lift" in request.form:
        lift_hold(db.session(), case.incident.id, actor=viewer(), now=now())
    else:
        command = PlaceHold(viewer(), case.incident.id, form.reason.data or "")
        place_hold(command, session=db.session(), now=now())
    return True


def _page(case: Case, form: HoldForm) -> ResponseReturnValue:
    session = db.session()
    chain = chain_of(session, case.head.incident)[::-1]
    acts = [entry for entry in chain if not by_machine(entry)]
    part = part_of(chain if "all" in request.args else acts, SHOWN)
    entries = told(named(session, part.rows, operator=_("An operator on the machine"), product="Meldklok"))
    runs = [_run(list(same)) for _key, same in itertools.groupby(entries, key=_what)]
    report = verify_incident(session, case.head.incident, deps().blobs)
    last = newest(session)
    return render_template(
        "web/record/show.html",
        case=case,
        part=part,
        runs=runs,
        later=_later(chain[::-1]),
        machine=len(chain) - len(acts),
        report=report,
        findings=[finding.sentence(_) for finding in report.findings],
        checkpoint=named_checkpoint(last),
        stamped_at=last.stamped_at if last else None,
        stamped_outside=deps().settings.timestamp_url is not None,
        not_found=_(NOT_FOUND),
        told=_told(case),
        incident=case.head.incident,
        form=form,
    )


def _what(one: tuple[NamedEntry, str]) -> str:
    """What makes entries one run: their words; messages that left are one run by whatever channel."""
    entry, words = one
    return entry.tag if entry.tag == Tag.MESSAGE_SENT else words


def _run(same: list[tuple[NamedEntry, str]]) -> tuple[str, list[NamedEntry], int]:
    """What a run of entries says, each sentence once, the entries, and how often it happened."""
    words, entries = " · ".join(dict.fromkeys(said for _entry, said in same)), [entry for entry, _said in same]
    return words, entries, sum(_times(entry) for entry in entries)


def _times(entry: NamedEntry) -> int:
    """How many messages an entry tells of that left; every other act happened once."""
    told = entry.details.get("messages")
    return told if entry.tag == Tag.MESSAGE_SENT and isinstance(told, int) else 1


def _later(chain: Sequence["AuditEntry"]) -> dict[int, datetime]:
    """What bears an earlier minute than something that stood there before it, by its number: written then or later."""
    found: dict[int, datetime] = {}
    newest = chain[0].at
    for entry in chain:
        if entry.at.replace(second=0, microsecond=0) < newest.replace(second=0, microsecond=0):
            found[entry.seq] = newest
        newest = max(newest, entry.at)
    return found


def _told(case: Case) -> list[tuple[str, str, list[str]]]:
    """Every duty on what is known now: its sentence, how it stands, and each reason for it or its deadline once."""
    rules = rules_for(case.facts, now())
    told = []
    for duty in obligations_of(db.session(), case.head.incident, case.facts, now()):
        lines = explain(duty, language_code(), zone().key).split("\n")
        with suppress(NoRuleInForce):
            if (clock := deadline(duty, case.facts, rules)) is not None:
                lines += explain(clock, language_code(), zone().key).split("\n")
        told.append((lines[0], _stands(case, duty), list(dict.fromkeys(lines[1:]))))
    return told


def _stands(case: Case, duty: Obligation) -> str:
    """How far a duty is that the law asks, or whose clock runs until it is decided that the law does not.

    What was filed whole takes no follow-up, so that none of it runs.
    """
    clocks = {row.obligation: row for row in case.head.deadlines if row.state is not DeadlineState.SUPERSEDED}
    own = clocks.get(duty.id)
    if duty.duty is not Duty.REQUIRED:
        return str(STANDS[own.state]) if own is not None and own.state is DeadlineState.OPEN else ""
    if own is not None:
        return case.waived(own) if own.state is DeadlineState.WAIVED else str(STANDS[own.state])
    first = clocks.get(ObligationKind.NOTIFY_AUTHORITY)
    filed = first is not None and first.state is DeadlineState.MET
    whole = filed and duty.kind == ObligationKind.FOLLOW_UP
    return str(_("nothing left to do: what was filed was complete") if whole else _("no clock runs for this"))
