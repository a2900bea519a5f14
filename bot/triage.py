"""Is it a personal-data breach, and since when are we aware?"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from bot import blocks
from bot.compare import both_sides
from bot.earlier import earlier
from bot.forms import form_of, form_view, record_once, reported
from bot.proposals import proposals_view
from bot.turn import Turn
from incident.domain.fact_sheet import FactConflict
from incident.domain.presets import suggested, words_of
from incident.domain.report_words import discovery_told
from incident.domain.ruler.words import calendar_day
from incident.law.facts import BreachFacts
from incident.law.labels import choices
from incident.law.vocabulary import Nature, Role, Ternary
from incident.slack.shapes import Block, View
from incident.usecases.common.access import find_incident
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.inbound import Result
from incident.usecases.response.triage import ConfirmBreach, DenyBreach, confirm_breach, deny_breach, proposed_person

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM: Final = "triage"


def triage_view(turn: Turn, incident: "Incident", first: Sequence[Block] = ()) -> View:
    """The form with what is on record, below what is to be read first. "No" needs a reason and a second person.

    The awareness proposed is the earliest signal, for a person to confirm: as on the page.
    """
    say, language = turn.say, turn.language
    facts = current_facts(turn.session, incident)
    confirmed = facts.is_breach is Ternary.YES
    answers = [("yes", say("Yes, it is a breach of personal data")), ("no", say("No"))]
    rows = [
        *first,
        *reported(turn, incident),
        *earlier(turn, incident),
        blocks.field(
            "answer",
            say("Is it a breach of personal data?"),
            blocks.radio(answers, "yes" if confirmed else None),
            optional=False,
        ),
        *_since_when(turn, incident, facts),
        blocks.field(
            "aware_person",
            say("Who became aware?"),
            blocks.text_input(proposed_person(incident, facts, turn.actor.name), limit=255),
        ),
        blocks.field(
            "aware_ground", say("Why was it certain then?"), blocks.text_input(facts.aware_ground, multiline=True)
        ),
        blocks.field(
            "nature",
            say("What was breached?"),
            blocks.some_of(choices(Nature, language), [item.value for item in facts.nature]),
        ),
        _our_role(turn, facts),
        *([_correction(turn)] if confirmed or isinstance(facts.aware_at, datetime) else []),
        blocks.field("reason", say("If not a breach: why not?"), blocks.text_input(multiline=True)),
    ]
    title = say("Correct awareness") if confirmed else say("Is it a breach?")
    return form_view(turn, incident, FORM, title, rows, version=incident.fact_version)


def _our_role(turn: Turn, facts: BreachFacts) -> Block:
    """Nobody is taken for a controller who did not say so; what was confirmed shows its answer, also an open one."""
    known = facts.is_breach is Ternary.YES or facts.role is not Role.UNKNOWN
    return blocks.field(
        "role",
        turn.say("Our role"),
        blocks.one_of(choices(Role, turn.language), facts.role.value if known else None),
        hint=turn.say("Leave this open if nobody knows yet: the clock of a controller runs until it is known."),
    )


def _since_when(turn: Turn, incident: "Incident", facts: BreachFacts) -> list[Block]:
    """Since when we are aware, below the discovery that the report names where that is before what is proposed."""
    say, named = turn.say, discovery_told(words_of(facts), facts, incident.reported_at)
    moments = (one for one in (facts.aware_at, facts.first_signal_at) if isinstance(one, datetime))
    question = blocks.instant(
        "aware_at",
        say("Since when are you reasonably certain? (date)"),
        say("Since when are you reasonably certain? (time)"),
        turn.zone,
        next(moments, None),
        say("Times are in %(zone)s.", zone=turn.zone.key),
    )
    if named is None:
        return question
    hint = say(
        "The report names %(moment)s. If somebody here was reasonably certain then, the 72 hours run from that moment.",
        moment=turn.moment(named.at) if named.exact else calendar_day(named.day, turn.language),
    )
    return [blocks.section(hint), *question]


def _correction(turn: Turn) -> Block:
    """Asked once something was stated that moves a clock: stating it otherwise takes a reason, as on the page."""
    label = turn.say("Why do you correct this?")
    hint = turn.say("Needed when the moment of awareness or our role changes: they move a clock.")
    return blocks.field("correction", label, blocks.text_input(multiline=True), hint=hint)


def submit_triage(turn: Turn) -> None:
    """Record yes, or propose no; where somebody stated otherwise since the window was opened, compare both first."""
    try:
        result = record_once(turn, lambda: _triage(turn))
    except FactConflict as conflict:
        turn.session.rollback()
        incident = find_incident(turn.session, str(turn.metadata["ref"]), turn.actor)
        turn.replace(triage_view(turn, incident, both_sides(turn, conflict)))
        return
    if result.get("anew"):
        _go_on(turn)


def _go_on(turn: Turn) -> None:
    """Straight to the proposals where the report speaks of a common breach."""
    incident = find_incident(turn.session, str(turn.metadata["ref"]), turn.actor)
    if suggested(current_facts(turn.session, incident)):
        turn.replace(proposals_view(turn, incident))


def _triage(turn: Turn) -> Result:
    form, reference = form_of(turn), str(turn.metadata["ref"])
    before = current_facts(turn.session, find_incident(turn.session, reference, turn.actor))
    if form.one("answer") == "no":
        denial = DenyBreach(turn.actor, reference, form.text("reason"), int(turn.metadata["version"]))
        deny_breach(denial, session=turn.session, now=turn.now)
        return {"answer": "no"}
    confirm_breach(
        ConfirmBreach(
            actor=turn.actor,
            incident=reference,
            aware_at=form.moment("aware_at"),
            aware_person=form.text("aware_person"),
            aware_ground=form.text("aware_ground"),
            role=Role(chosen) if (chosen := form.one("role")) else None,
            nature=tuple(Nature(value) for value in form.some("nature")),
            base_version=int(turn.metadata["version"]),
            correction=form.text("correction"),
        ),
        session=turn.session,
        now=turn.now,
    )
    return {"answer": "yes", "anew": before.is_breach is not Ternary.YES}
