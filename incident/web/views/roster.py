"""The roster: who is on duty, who stands in, who is away; with who would be told now and in the coming days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from incident.domain.reminders.drill import escalates_to
from incident.domain.reminders.roster import Audience, Roster, document_of, resolve, turns
from incident.store.db import db
from incident.usecases.clock.plan import ladder_policy
from incident.usecases.common.directory import Directory, load_directory
from incident.usecases.messages.drill import ANSWER_WITHIN, proofs
from incident.usecases.people.accounts import people as everybody
from incident.usecases.people.change_roster import (
    ChangeRoster,
    SetAbsence,
    SetDutyOrder,
    change_roster,
    set_absence,
    set_duty_order,
)
from incident.web.clock import now
from incident.web.forms.base import Form
from incident.web.forms.ladder import AUDIENCES
from incident.web.forms.roster import absence_of, order_of, roster_form, roster_of
from incident.web.paging import part_of
from incident.web.transactions import attempt
from incident.web.viewer import viewer
from incident.web.views.channels import NAMES

if TYPE_CHECKING:
    from incident.store.models import Person


bp = Blueprint("roster", __name__)
AHEAD = timedelta(days=7)
PAGE = 40
SHOWN = (Audience.DUTY, Audience.DPO, Audience.DEPUTY, Audience.MANAGEMENT, Audience.SECOND)


@bp.route("/settings/roster", methods=["GET", "POST"])
def edit() -> ResponseReturnValue:
    """Duty order, deputies, management, absences, shifts; and what follows from them."""
    session = db.session()
    everyone = [person for person in everybody(session) if person.active]
    directory = load_directory(session)
    before = directory.roster
    part = part_of(_those_on_it_first(everyone, before), PAGE)
    people = [person for person in everyone if f"order_{person.id.hex}" in request.form] or part.rows
    form = roster_form(people, before, everyone)
    if form.validate_on_submit() and attempt(form, lambda: _save(form, people, everyone, before)):
        flash(_("Saved."), "success")
        return redirect(url_for(".edit", page=part.page if part.page > 1 else None))
    return render_template(
        "web/roster/edit.html",
        form=form,
        people=people,
        part=part,
        covered=_coverage(directory, now()),
        shown=SHOWN,
        audiences=AUDIENCES,
        **_drill(directory, now()),
    )


def _drill(directory: Directory, at: datetime) -> dict[str, object]:
    """What is proven of every way to everybody, and whether all escalations end at one person."""
    session = db.session()
    policy = ladder_policy(session)
    every = timedelta(days=policy.prove_every_days)
    found = [list(ways) for _person, ways in groupby(proofs(session, at, directory), lambda proof: proof.person.id)]
    called = [way for ways in found for way in ways if way.called_at and at - way.called_at < ANSWER_WITHIN]
    reached = escalates_to(policy, directory.people, directory.roster, at)
    return {
        "proofs": [
            (ways[0].person.name, {way.channel: (way, way.standing(at, every).value) for way in ways}) for ways in found
        ],
        "proven_by": sorted({way.channel for ways in found for way in ways}),
        "is_running": any(way.confirmed_at is None or way.is_asked_anew for way in called),
        "every": policy.prove_every_days,
        "alone": next((one.name for one in directory.people if one.id in reached), "") if len(reached) == 1 else "",
        "channel_names": NAMES,
    }


def _those_on_it_first(everyone: Sequence["Person"], roster: Roster) -> list["Person"]:
    """Who has a part in the roster, then all others, so that the first page is the one that matters."""
    named = {*roster.deputies, *roster.management}
    return sorted(everyone, key=lambda person: person.duty_order is None and person.id not in named)


def _save(form: Form, people: Sequence["Person"], everyone: Sequence["Person"], before: Roster) -> bool:
    """Store what this page says; people on other pages stay as they are."""
    session, at, actor = db.session(), now(), viewer()
    order = order_of(form, everyone)
    change_roster(ChangeRoster(actor, document_of(roster_of(form, everyone, before))), session=session, now=at)
    if order != _order(everyone):
        set_duty_order(SetDutyOrder(actor, order), session=session, now=at)
    for person in people:
        absence = absence_of(form, person)
        if absence != (person.away_from, person.away_to):
            set_absence(SetAbsence(actor, person.id, *absence), session=session, now=at)
    return True


def _order(people: Sequence["Person"]) -> tuple[UUID, ...]:
    placed = {person.id: person.duty_order for person in people if person.duty_order is not None}
    return tuple(sorted(placed, key=placed.__getitem__))


def _coverage(directory: Directory, at: datetime) -> list[tuple[datetime, dict[Audience, str]]]:
    """Who would be told now, and from each moment of the coming week on at which that is somebody else."""
    covered: list[tuple[datetime, dict[Audience, str]]] = []
    for moment in (at, *turns(directory.people, directory.roster, at, at + AHEAD)):
        told = {
            key: ", ".join(who.name for who in resolve(key, directory.people, directory.roster, moment))
            for key in SHOWN
        }
        if not covered or covered[-1][1] != told:
            covered.append((moment, told))
    return covered
