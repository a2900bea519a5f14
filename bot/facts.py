"""Recording facts: choose a chapter, fill its short form."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bot import blocks
from bot.case import incident_of
from bot.compare import both_sides
from bot.facts_form import changed_values, chapter_blocks, names_of
from bot.forms import form_of, form_view, record_once
from bot.report import carried
from bot.turn import Turn
from incident.domain.fact_sheet import FactConflict
from incident.domain.kernel.roles import Permission
from incident.law.facts import BreachFacts, Chapter
from incident.law.labels import chapter_title
from incident.usecases.common.access import find_incident
from incident.usecases.common.fact_versions import current_facts, facts_at
from incident.usecases.response.record_facts import RecordFacts, record_facts

if TYPE_CHECKING:
    from incident.store.models import Incident

WINDOW, FORM, CHOOSE = "facts", "facts_chapter", "facts.chapter"


def chapters_view(turn: Turn, incident: "Incident") -> dict[str, Any]:
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


def chapter_view(turn: Turn, incident: "Incident", chapter: Chapter, facts: BreachFacts) -> dict[str, Any]:
    """The form of one chapter with the present answers."""
    rows = chapter_blocks(chapter, facts, language=turn.language, zone=turn.zone, say=turn.say)
    title = chapter_title(chapter, turn.language)
    carry = {"chapter": chapter.value, "version": incident.fact_version}
    return form_view(turn, incident, FORM, title, rows, **carry)


def submit_chapter(turn: Turn) -> None:
    """Record what was changed."""
    try:
        record_once(turn, lambda: _record(turn))
    except FactConflict as conflict:
        turn.session.rollback()
        turn.replace(_compared(turn, conflict))


def _compared(turn: Turn, conflict: FactConflict) -> dict[str, Any]:
    """The form on the newest facts with what was typed here, below what somebody else recorded meanwhile."""
    carry = turn.metadata
    incident = find_incident(turn.session, str(carry["ref"]), turn.actor)
    typed = changed_values(form_of(turn), facts_at(turn.session, incident, int(carry["version"])))
    facts = replace(current_facts(turn.session, incident), **typed)
    view = chapter_view(turn, incident, Chapter(str(carry["chapter"])), facts)
    return {**view, "blocks": [*both_sides(turn, conflict), *view["blocks"]]}


def _record(turn: Turn) -> dict[str, Any]:
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
    return {"version": record_facts(command, session=turn.session, now=turn.now).fact_version}
