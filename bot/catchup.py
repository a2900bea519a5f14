"""A catch-up for who comes in late: what is known, what is not, what was decided, what comes next; by rule.

Only the person who asks sees it, and only who may see all of the case. Answers from lists, numbers and moments are in
it; nothing that anybody typed, so that nothing of a person concerned can be.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot import blocks
from bot.case import card_here
from bot.compare import shown_value
from bot.here import incident_here
from bot.shared import tell_unless_shared
from bot.turn import Turn
from incident.domain.kernel.roles import Permission, may, require
from incident.domain.kinds import DecisionState, Subject
from incident.law.explain import duty_name
from incident.law.facts import BreachFacts
from incident.law.labels import field_label, label
from incident.law.questions import chosen_answers
from incident.slack.headline import clock_line, state_line, step_lines
from incident.slack.restricted import send_one_out
from incident.slack.rooms_found import incident_in_channel, may_not_be_here, room_opened_at
from incident.slack.shapes import Block, View
from incident.slack.text import escape_mrkdwn
from incident.store.queries.case import case_file
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.notices.authority_form import progress_now

if TYPE_CHECKING:
    from incident.store.models import Decision, Incident

KNOWN, UNKNOWN = 20, 12
LATE: Final = timedelta(minutes=10)
"""Who is let into a room when it opens saw the case begin."""


def catch_up(turn: Turn) -> None:
    """On demand: for the incident that is named, or whose room this is."""
    incident = incident_here(turn)
    require(turn.actor, Permission.VIEW_ALL)
    _tell_later(turn, incident)


def catch_up_view(turn: Turn, incident: "Incident") -> View:
    """The same in a window."""
    rows = catch_up_blocks(turn, incident)
    return blocks.modal("catchup", turn.say("So far"), rows, submit=None, close=turn.say("Close"))


def welcome(turn: Turn) -> None:
    """Somebody came into a conversation: where it is a room that has been open for a while, they are told.

    Whoever was invited by hand into the room of a restricted incident, and may not know of it, leaves at once.
    """
    if may_not_be_here(turn.session, turn.channel, turn.profile.id):
        turn.later.append(lambda: send_one_out(turn.client, turn.channel, turn.profile.id))
        return
    incident = incident_in_channel(turn.session, turn.channel, turn.actor)
    if incident is None or not may(turn.actor, Permission.VIEW_ALL):
        return
    opened = room_opened_at(turn.session, incident)
    if opened is None or turn.now - opened < LATE:
        return
    _tell_later(turn, incident)


def _tell_later(turn: Turn, incident: "Incident") -> None:
    rows, text = catch_up_blocks(turn, incident), turn.say("%(ref)s so far", ref=incident.reference)
    turn.session.rollback()
    turn.later.append(lambda: tell_unless_shared(turn, text, rows))


def catch_up_blocks(turn: Turn, incident: "Incident") -> list[Block]:
    """The card's line and clock, then the four lists."""
    say, language, card = turn.say, turn.language, card_here(turn, incident)
    facts = current_facts(turn.session, incident)
    head = [state_line(card, language), clock_line(card, language, turn.zone, turn.now)]
    parts = (
        (say("Known"), list(_known(turn, facts))),
        (say("Not known yet"), list(_unknown(turn, incident, facts))),
        (say("Decided"), list(_decided(turn, incident))),
        (say("What comes next"), step_lines(card, language)),
    )
    listed = [f"*{title}*\n" + ("\n".join(f"• {line}" for line in lines) or "–") for title, lines in parts]
    return [blocks.section("\n".join(head)), *map(blocks.section, listed)]


def _known(turn: Turn, facts: BreachFacts) -> Iterator[str]:
    chosen = chosen_answers(facts)
    for name in chosen[:KNOWN]:
        value = escape_mrkdwn(shown_value(turn, getattr(facts, name)))
        yield f"{field_label(name, turn.language).label}: {value}"
    if len(chosen) > KNOWN:
        yield turn.say("… and %(count)s more, on the page.", count=len(chosen) - KNOWN)


def _unknown(turn: Turn, incident: "Incident", facts: BreachFacts) -> Iterator[str]:
    """What the authority's form still lacks: the list that also blocks the approval."""
    missing = progress_now(turn.session, incident, facts, turn.now).missing
    names = [
        field_label(one.fields[0], turn.language).label if one.fields else one.part_label or one.question
        for one in missing
    ]
    found = list(dict.fromkeys(names))
    yield from map(escape_mrkdwn, found[:UNKNOWN])
    if len(found) > UNKNOWN:
        yield turn.say("… and %(count)s more, on the page.", count=len(found) - UNKNOWN)


def _decided(turn: Turn, incident: "Incident") -> Iterator[str]:
    say = turn.say
    if incident.risk is not None:
        yield say("Risk: *%(level)s*", level=label(incident.risk, turn.language))
    answers = {True: say("Yes"), False: say("No")}
    for row in case_file(turn.session, incident).decisions:
        if row.state in (DecisionState.FINAL, DecisionState.PROPOSED) and row.subject is not Subject.RISK:
            waits = f" ({say('waits for a second person')})" if row.state is DecisionState.PROPOSED else ""
            who = f"{escape_mrkdwn(row.author_name)}, {turn.moment(row.recorded_at)}"
            yield f"{_about(turn, row)}: {answers[row.act]}{waits} · {who}"


def _about(turn: Turn, row: "Decision") -> str:
    say = turn.say
    match row.subject:
        case Subject.BREACH:
            return say("Is it a breach of personal data?")
        case Subject.AUTHORITY:
            return say("Notify the authority (AP)")
        case Subject.DUTY:
            return duty_name(str(row.ground), turn.language)
        case _:
            return say("Inform the data subjects")
