"""The second person's look at a decision not to act. Whoever made the decision has no button for it."""

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from bot import blocks
from bot.forms import assessed, form_of, record_once, reported
from bot.report import carried
from bot.sensitive import without_numbers
from bot.turn import Turn
from incident.domain.kernel.errors import IllegalMove, NotAllowed
from incident.domain.kinds import DecisionState, Subject
from incident.law.explain import duty_name
from incident.law.labels import label
from incident.law.vocabulary import NotInformingGround, RiskLevel
from incident.slack.text import fit
from incident.store.queries.case import case_file
from incident.usecases.response.decide import ConfirmDecision, confirm_decision

if TYPE_CHECKING:
    from incident.store.models import Decision, Incident

FORM: Final = "second"


def second_view(turn: Turn, incident: "Incident") -> dict[str, Any]:
    """What was decided, by whom and why, and the two answers."""
    decision = _waiting(turn, incident)
    say = turn.say
    answers = [("agree", say("I agree")), ("refuse", say("I do not agree"))]
    rows = [
        *reported(turn, incident),
        assessed(turn, incident),
        blocks.section(_about(turn, decision)),
        blocks.context(say("Decided by %(name)s, for this reason:", name=fit(decision.author_name, 100))),
        blocks.quoted(without_numbers(decision.reason)),
        *_ground(turn, decision),
        blocks.field("answer", say("Your answer"), blocks.radio(answers), optional=False),
        blocks.field("reason", say("Why? (needed when you do not agree)"), blocks.text_input(multiline=True)),
    ]
    metadata = carried(incident.reference, decision=str(decision.id))
    return blocks.modal(FORM, say("Second person"), rows, submit=say("Record"), close=say("Cancel"), metadata=metadata)


def _waiting(turn: Turn, incident: "Incident") -> "Decision":
    """The oldest decision that waits. Raises NotAllowed for its author."""
    waiting = [row for row in case_file(turn.session, incident).decisions if row.state is DecisionState.PROPOSED]
    if not waiting:
        raise IllegalMove("This decision no longer waits for a second person.")
    others = [row for row in waiting if row.author_id is None or row.author_id != turn.actor.id]
    if not others:
        raise NotAllowed("You made this decision yourself. Somebody else has to look at it.")
    return others[0]


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


def _ground(turn: Turn, decision: "Decision") -> list[blocks.Block]:
    """On which ground people at high risk are not told: the second person answers for that too."""
    if decision.subject is not Subject.SUBJECTS or not decision.ground:
        return []
    ground = label(NotInformingGround(decision.ground), turn.language)
    return [blocks.context(turn.say("Legal ground: %(ground)s", ground=ground))]


def submit_second(turn: Turn) -> None:
    """Record the answer."""
    record_once(turn, lambda: _confirm(turn))


def _confirm(turn: Turn) -> dict[str, Any]:
    form, carry = form_of(turn), turn.metadata
    command = ConfirmDecision(
        actor=turn.actor,
        incident=str(carry["ref"]),
        decision=UUID(str(carry["decision"])),
        agree=form.one("answer") == "agree",
        reason=form.text("reason"),
    )
    return {"state": confirm_decision(command, session=turn.session, now=turn.now).state.value}
