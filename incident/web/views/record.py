"""The record: why these deadlines, what the chain proves."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.law.deadlines import deadline
from incident.law.errors import NoRuleInForce
from incident.law.explain import explain
from incident.store.db import db
from incident.store.queries.casework import chain_of
from incident.store.queries.log import named
from incident.store.tree import stamp
from incident.store.verify import verify_incident
from incident.store.verify.findings import NOT_FOUND
from incident.usecases.clock.deadlines import obligations_of, rules_for
from incident.web.case import Case, open_case
from incident.web.clock import deps, now
from incident.web.i18n import language_code
from incident.web.paging import part_of
from incident.web.told import told
from incident.web.viewer import zone

bp = Blueprint("record", __name__)
SHOWN = 100
"""Entries of the chain on one page, the newest first; all of them are verified."""


@bp.get("/incidents/<reference>/record")
def show(reference: str) -> ResponseReturnValue:
    """The trace of the law and the log, compared with the record now."""
    case = open_case(reference)
    session = db.session()
    part = part_of(chain_of(session, case.head.incident)[::-1], SHOWN)
    entries = told(named(session, part.rows, operator=_("An operator on the machine"), product="Meldklok"))
    report = verify_incident(session, case.head.incident, deps().blobs)
    return render_template(
        "web/record/show.html",
        case=case,
        part=part,
        entries=entries,
        report=report,
        findings=[finding.sentence(_) for finding in report.findings],
        checkpoint=stamp(session),
        not_found=_(NOT_FOUND),
        told=_told(case),
    )


def _told(case: Case) -> list[tuple[str, list[str]]]:
    """Every duty on what is known now: its sentence, and the reasons for it and for its deadline."""
    rules = rules_for(case.facts, now())
    told = []
    for duty in obligations_of(db.session(), case.head.incident, case.facts, now()):
        lines = explain(duty, language_code(), zone().key).split("\n")
        try:
            clock: Any = deadline(duty, case.facts, rules)
        except NoRuleInForce:
            clock = None
        if clock is not None:
            lines += explain(clock, language_code(), zone().key).split("\n")
        told.append((lines[0], lines[1:]))
    return told
