"""The second person's look at a decision not to act. Whoever made the decision has no button for it."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from bot import blocks
from bot.forms import assessed, form_of, record_once, reported
from bot.report import carried
from bot.sensitive import without_numbers
from bot.turn import Turn
from incident.domain.kernel.errors import IllegalMove, Invalid, NotAllowed
from incident.domain.kinds import DecisionState, Subject
from incident.law.explain import duty_name
from incident.law.labels import label
from incident.law.vocabulary import NotInformingGround, RiskLevel, Ternary
from incident.slack.shapes import Block, View
from incident.slack.text import fit
from incident.store.queries.case import case_file
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.common.inbound import Result
from incident.usecases.response.decide import ConfirmDecision, confirm_decision
from incident.usecases.response.second_look import in_an_office_of_one, rested_at

if TYPE_CHECKING:
    from incident.store.models import Decision, Incident

FORM, ANSWER = "second", "answer."
MOST: Final = 8


def second_view(turn: Turn, incident: "Incident") -> View:
    """Every decision that waits for this person: by whom and why, and the two answers to each."""
    decisions = _waiting(turn, incident)
    rows = [*reported(turn, incident), assessed(turn, incident)]
    for place, decision in enumerate(decisions, start=1):
        rows += _asked(turn, incident, decision, place if len(decisions) > 1 else None)
    own = any(row.author_id is not None and row.author_id == turn.actor.id for row in decisions)
    rows += _why(turn, alone=own)
    metadata = carried(incident.reference, decisions=[str(row.id) for row in decisions])
    say = turn.say
    return blocks.modal(FORM, say("Second person"), rows, submit=say("Record"), close=say("Cancel"), metadata=metadata)


def _asked(turn: Turn, incident: "Incident", decision: "Decision", place: int | None) -> list[Block]:
    say = turn.say
    answers = [("agree", say("I agree")), ("refuse", say("I do not agree"))]
    words = say("Your answer") if place is None else say("Your answer (%(place)s)", place=place)
    return [
        blocks.section(_about(turn, decision)),
        *_contradicts(turn, incident, decision),
        blocks.context(say("Decided by %(name)s, for this reason:", name=fit(decision.author_name, 100))),
        blocks.quoted(without_numbers(decision.reason)),
        *_ground(turn, decision),
        blocks.field(f"{ANSWER}{decision.id}", words, blocks.radio(answers), optional=place is not None),
    ]


def _why(turn: Turn, *, alone: bool) -> list[Block]:
    """The reason: of a second person who refuses; of whoever is alone always, because it is the review."""
    if not alone:
        label = turn.say("Why? (needed when you do not agree)")
        return [blocks.field("reason", label, blocks.text_input(multiline=True))]
    warning = turn.say("Nobody else here can agree, and it has rested. The record will say that you reviewed it alone.")
    label = turn.say("What did you check again, and why does it hold?")
    return [blocks.section(warning), blocks.field("reason", label, blocks.text_input(multiline=True), optional=False)]


def _waiting(turn: Turn, incident: "Incident") -> list["Decision"]:
    """The decisions that wait for this person, the oldest first; in an office of one the own ones that have rested.

    Raises NotAllowed while anybody else may agree, IllegalMove before any of the own ones has rested.
    """
    waiting = [row for row in case_file(turn.session, incident).decisions if row.state is DecisionState.PROPOSED]
    if not waiting:
        raise IllegalMove("This decision no longer waits for a second person.")
    others = [row for row in waiting if row.author_id is None or row.author_id != turn.actor.id]
    if others:
        return others[:MOST]
    if turn.actor.id is None or not in_an_office_of_one(turn.session, turn.actor.id):
        raise NotAllowed("You made this decision yourself. Somebody else has to look at it.")
    if turn.now < rested_at(waiting[0]):
        raise IllegalMove(
            "Nobody else here can agree. Let it rest: from %(at)s you can look at it again yourself. "
            "The clock runs on.",
            at=turn.moment(rested_at(waiting[0])),
        )
    return [row for row in waiting if turn.now >= rested_at(row)][:MOST]


def _about(turn: Turn, decision: "Decision") -> str:
    say = turn.say
    match decision.subject:
        case Subject.BREACH:
            return say("*Proposal:* this is not a breach of personal data.")
        case Subject.RISK:
            level = label(RiskLevel(str(decision.ground)), turn.language)
            return say("*Proposal:* the risk is lower than the assessors say: %(level)s.", level=level)
        case Subject.AUTHORITY:
            return say("*Proposal:* do not notify the authority.")
        case Subject.DUTY:
            return say(
                "*Proposal:* no further report is due (%(law)s).", law=duty_name(str(decision.ground), turn.language)
            )
        case _:
            return say("*Proposal:* do not inform the data subjects.")


def _contradicts(turn: Turn, incident: "Incident", decision: "Decision") -> list[Block]:
    """What a colleague has stated and this proposal would undo."""
    if decision.subject is not Subject.BREACH or current_facts(turn.session, incident).is_breach is not Ternary.YES:
        return []
    return [
        blocks.section(turn.say("It was confirmed before that it is a breach. If you agree, that holds no longer."))
    ]


def _ground(turn: Turn, decision: "Decision") -> list[Block]:
    """On which ground people at high risk are not told: the second person answers for that too."""
    if decision.subject is not Subject.SUBJECTS or not decision.ground:
        return []
    ground = label(NotInformingGround(decision.ground), turn.language)
    return [blocks.context(turn.say("Legal ground: %(ground)s", ground=ground))]


def submit_second(turn: Turn) -> None:
    """Record the answer."""
    record_once(turn, lambda: _confirm(turn))


def _confirm(turn: Turn) -> Result:
    form, carry = form_of(turn), turn.metadata
    answers = {key: answer for key in carry["decisions"] if (answer := form.one(f"{ANSWER}{key}"))}
    if not answers:
        raise Invalid("Choose whether you agree.", field=f"{ANSWER}{carry['decisions'][0]}")
    for key, answer in answers.items():
        command = ConfirmDecision(
            actor=turn.actor,
            incident=str(carry["ref"]),
            decision=UUID(key),
            agree=answer == "agree",
            reason=form.text("reason"),
        )
        confirm_decision(command, session=turn.session, now=turn.now)
    return {"answers": answers}
