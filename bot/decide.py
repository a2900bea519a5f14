"""Decide whether to notify the authority and to inform the data subjects, with a reason."""

from typing import TYPE_CHECKING, Any, Final

from bot import blocks
from bot.forms import assessed, form_of, form_view, record_once, reported
from bot.turn import Turn
from incident.domain.kinds import Subject
from incident.law.labels import choices
from incident.law.vocabulary import NotInformingGround
from incident.usecases.clock.deadlines import FOLLOW_UP, open_deadline
from incident.usecases.response.decide import Decide, decide
from incident.usecases.response.further_duties import DecideDuty, decide_duty
from incident.usecases.response.propose import live_decision

if TYPE_CHECKING:
    from incident.store.models import Incident

FORM: Final = "decide"


def decide_view(turn: Turn, incident: "Incident") -> dict[str, Any]:
    """The form; what is still to be decided is chosen already."""
    say = turn.say
    authority, subjects = Subject.AUTHORITY, Subject.SUBJECTS
    about = [(authority.value, say("Notify the authority (AP)")), (subjects.value, say("Inform the data subjects"))]
    if open_deadline(turn.session, incident, FOLLOW_UP):
        about.append((Subject.DUTY.value, say("File a follow-up with the authority (AP)")))
    decided = live_decision(turn.session, incident, authority) is not None
    answers = [("yes", say("Yes")), ("no", say("No: a second person must agree"))]
    rows = [
        *reported(turn, incident),
        assessed(turn, incident),
        blocks.field(
            "subject",
            say("What do you decide about?"),
            blocks.radio(about, (subjects if decided else authority).value),
            optional=False,
        ),
        blocks.field("act", say("Your decision"), blocks.radio(answers), optional=False),
        blocks.field("reason", say("Why?"), blocks.text_input(multiline=True), optional=False),
        blocks.field(
            "ground",
            say("If data subjects at high risk are not informed: on which ground?"),
            blocks.one_of(choices(NotInformingGround, turn.language)),
        ),
    ]
    return form_view(turn, incident, FORM, say("Decide"), rows)


def submit_decide(turn: Turn) -> None:
    """Record the decision; a no waits for a second person."""
    record_once(turn, lambda: _decide(turn))


def _decide(turn: Turn) -> dict[str, Any]:
    form = form_of(turn)
    if form.one("subject") == Subject.DUTY.value:
        return _decide_follow_up(turn)
    ground = form.one("ground")
    command = Decide(
        actor=turn.actor,
        incident=str(turn.metadata["ref"]),
        subject=Subject(form.one("subject") or Subject.AUTHORITY),
        act=form.one("act") == "yes",
        reason=form.text("reason"),
        ground=NotInformingGround(ground) if ground else None,
    )
    return {"decision": str(decide(command, session=turn.session, now=turn.now).id)}


def _decide_follow_up(turn: Turn) -> dict[str, Any]:
    form = form_of(turn)
    reference, act = str(turn.metadata["ref"]), form.one("act") == "yes"
    command = DecideDuty(turn.actor, reference, FOLLOW_UP, act, form.text("reason"))
    return {"decision": str(decide_duty(command, session=turn.session, now=turn.now).id)}
