"""Recording facts: choose a chapter, fill its short form."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bot import blocks
from bot.case import incident_of
from bot.compare import both_sides
from bot.facts_form import changed_values, names_of, question_blocks
from bot.forms import form_of, form_view, record_once
from bot.notices import asked_here, draft_again, notices_view
from bot.report import carried
from bot.turn import Turn
from incident.domain.fact_sheet import FactConflict
from incident.domain.kernel.roles import Permission
from incident.law.facts import BreachFacts, Chapter
from incident.law.labels import chapter_title
from incident.slack.shapes import View
from incident.usecases.common.access import find_incident
from incident.usecases.common.fact_versions import current_facts, facts_at
from incident.usecases.common.inbound import Result
from incident.usecases.response.record_facts import RecordFacts, record_facts

if TYPE_CHECKING:
    from incident.store.models import Incident

WINDOW, FORM, CHOOSE = "facts", "facts_chapter", "facts.chapter"
MISSING = "missing"
"""In the place of a chapter: questions of all chapters."""


def chapters_view(turn: Turn, incident: "Incident") -> View:
    """The window with a button per chapter."""
    facts = current_facts(turn.session, incident)
    rows = [blocks.section(turn.say("What do you want to record? Leave open what is not known."))]
    for number, chapter in enumerate(chapter for chapter in Chapter if names_of(chapter, facts)):
        title = chapter_title(chapter, turn.language)
        name = f"{CHOOSE}.{number}"
        rows += blocks.actions([blocks.button(title, name, f"{incident.reference}|{chapter.value}")])
    return blocks.modal(
        WINDOW, turn.say("Facts"), rows, submit=None, close=turn.say("Close"), metadata=carried(incident.reference)
    )


def open_chapter(turn: Turn) -> None:
    """Show the form of the chosen chapter."""
    incident = incident_of(turn, Permission.RECORD)
    chapter = Chapter(str(turn.action["value"]).split("|")[1])
    turn.open(chapter_view(turn, incident, chapter, current_facts(turn.session, incident)))
    turn.answer()


def chapter_view(turn: Turn, incident: "Incident", chapter: Chapter, facts: BreachFacts) -> View:
    """The form of one chapter with the present answers."""
    return _form(turn, incident, chapter.value, names_of(chapter, facts), facts)


def missing_view(turn: Turn, incident: "Incident", facts: BreachFacts | None = None) -> View:
    """The form of everything that the authority's form still lacks; the notices where nothing is missing."""
    known = current_facts(turn.session, incident) if facts is None else facts
    names = asked_here(turn, incident, known)
    return _form(turn, incident, MISSING, names, known) if names else notices_view(turn, incident)


def _form(turn: Turn, incident: "Incident", chapter: str, names: Sequence[str], facts: BreachFacts) -> View:
    rows = question_blocks(names, facts, language=turn.language, zone=turn.zone, say=turn.say)
    title = turn.say("What is missing") if chapter == MISSING else chapter_title(Chapter(chapter), turn.language)
    return form_view(turn, incident, FORM, title, rows, chapter=chapter, version=incident.fact_version)


def submit_chapter(turn: Turn) -> None:
    """Record what was changed."""
    try:
        record_once(turn, lambda: _record(turn))
    except FactConflict as conflict:
        turn.session.rollback()
        turn.replace(_compared(turn, conflict))


def _compared(turn: Turn, conflict: FactConflict) -> View:
    """The form on the newest facts with what was typed here, below what somebody else recorded meanwhile."""
    carry = turn.metadata
    incident = find_incident(turn.session, str(carry["ref"]), turn.actor)
    typed = changed_values(form_of(turn), facts_at(turn.session, incident, int(carry["version"])))
    facts = replace(current_facts(turn.session, incident), **typed)
    chapter = str(carry["chapter"])
    view = (
        missing_view(turn, incident, facts)
        if chapter == MISSING
        else chapter_view(turn, incident, Chapter(chapter), facts)
    )
    return {**view, "blocks": [*both_sides(turn, conflict), *view["blocks"]]}


def _record(turn: Turn) -> Result:
    form, carry = form_of(turn), turn.metadata
    incident = find_incident(turn.session, str(carry["ref"]), turn.actor)
    base = facts_at(turn.session, incident, int(carry["version"]))
    command = RecordFacts(
        actor=turn.actor,
        incident=incident.id,
        values=changed_values(form, base),
        base_version=int(carry["version"]),
        chapter=str(carry["chapter"]),
        reason=form.text("reason"),
    )
    stored = record_facts(command, session=turn.session, now=turn.now)
    draft_again(turn, stored)
    return {"version": stored.fact_version}
