"""What is usual in a common breach and what the words of the report say: proposed at once, accepted by a person."""

from typing import TYPE_CHECKING, Final

from bot import blocks
from bot.compare import shown_value
from bot.forms import form_of, form_view, record_once
from bot.sensitive import without_numbers
from bot.turn import Turn
from incident.domain.kernel.errors import Conflict, NotFound
from incident.domain.presets import suggested
from incident.law.labels import field_label
from incident.slack.shapes import View
from incident.slack.text import fit
from incident.usecases.common.access import find_incident
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.inbound import Result
from incident.usecases.response.accept_proposals import (
    AcceptProposals,
    accept_proposals,
    answers_proposed,
    has_measure,
    open_steps,
)

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM, MEASURE = "proposals", "measure"
LONGEST: Final = 300


def proposals_view(turn: Turn, incident: "Incident") -> View:
    """Every proposal for the kind that the report speaks of; what stands chosen is taken over, the rest is not.

    Raises NotFound where nothing is proposed.
    """
    say, language, facts = turn.say, turn.language, current_facts(turn.session, incident)
    preset = next(iter(suggested(facts)), None)
    found = answers_proposed(turn.session, incident, preset, facts, language)
    told = [(one, f"{field_label(one.name, language).label}: {shown_value(turn, one.value)}") for one in found]
    tasks = (
        [(str(place), step.words(language)) for place, step in open_steps(turn.session, incident, preset)]
        if preset
        else []
    )
    if preset is not None and not has_measure(turn.session, incident):
        tasks.append((MEASURE, preset.measure(language)))
    if not told and not tasks:
        raise NotFound("Nothing is proposed: what the report says of it is on record already.")
    title = preset.title(language) if preset else say("From the words of the report")
    rows = [blocks.section(say("*%(kind)s*: choose what holds here. Only that is recorded, in your name.", kind=title))]
    if told:
        lines = "\n".join(f"• {without_numbers(fit(text, LONGEST))}" for _, text in told)
        choice = blocks.some_of([(one.name, text) for one, text in told], [one.name for one, _ in told if one.sure])
        rows += [blocks.quoted(lines), blocks.field("answers", say("Answers"), choice)]
    if tasks:
        choice = blocks.some_of(tasks, [value for value, _ in tasks])
        rows.append(blocks.field("tasks", say("Tasks and measure"), choice))
    carry = {"preset": preset.id if preset else "", "version": incident.fact_version}
    return form_view(turn, incident, FORM, say("What is usual"), rows, **carry)


def submit_proposals(turn: Turn) -> None:
    """Take over what stands chosen; where somebody recorded answers meanwhile, show what is proposed now."""
    try:
        record_once(turn, lambda: _accept(turn))
    except Conflict:
        turn.session.rollback()
        turn.replace(proposals_view(turn, find_incident(turn.session, str(turn.metadata["ref"]), turn.actor)))


def _accept(turn: Turn) -> Result:
    form, carry = form_of(turn), turn.metadata
    tasks = form.some("tasks")
    command = AcceptProposals(
        turn.actor,
        str(carry["ref"]),
        str(carry["preset"]),
        int(carry["version"]),
        frozenset(form.some("answers")),
        frozenset(int(task) for task in tasks if task.isdigit()),
        MEASURE in tasks,
        turn.language,
    )
    done = accept_proposals(command, session=turn.session, now=turn.now)
    return {"answers": done.answers, "tasks": done.tasks}
