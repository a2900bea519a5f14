"""A question to whoever reported in Slack, and the answer: each in a window, with what was asked and said before."""

from typing import TYPE_CHECKING, Final

from bot import blocks
from bot.case import incident_of, reference_of
from bot.confirmation import done_view
from bot.forms import form_of, form_view, record_once
from bot.sensitive import without_numbers
from bot.turn import Turn
from incident.slack.shapes import Block, View
from incident.usecases.common.inbound import Result
from incident.usecases.response.ask_in_slack import AnswerInSlack, answer_in_slack, ask_in_slack, own_report
from incident.usecases.response.public_report import AskReporter, conversation

if TYPE_CHECKING:
    from incident.store.models import Incident

ASK_FORM, ANSWER_FORM = "ask_reporter", "answer"
SHOWN: Final = 10


def ask_view(turn: Turn, incident: "Incident") -> View:
    """The form of a question."""
    say = turn.say
    hint = say("The reporter reads exactly this, in Slack. Name no people and no other case.")
    field = blocks.field("text", say("Your question"), blocks.text_input(multiline=True), hint=hint, optional=False)
    return form_view(turn, incident, ASK_FORM, say("Ask the reporter"), [*_said(turn, incident), field])


def submit_ask(turn: Turn) -> None:
    """Record it; the worker brings word of it to the reporter."""
    record_once(turn, lambda: _ask(turn))


def _ask(turn: Turn) -> Result:
    command = AskReporter(turn.actor, str(turn.metadata["ref"]), form_of(turn).text("text"))
    ask_in_slack(command, session=turn.session, now=turn.now)
    return {}


def open_answer(turn: Turn) -> None:
    """What was asked, with the form of an answer; for nobody but who reported it."""
    own_report(turn.session, reference_of(turn), turn.actor)
    incident, say = incident_of(turn), turn.say
    field = blocks.field("text", say("Your answer"), blocks.text_input(multiline=True), optional=False)
    turn.open(form_view(turn, incident, ANSWER_FORM, say("Your report"), [*_said(turn, incident), field]))
    turn.answer()


def submit_answer(turn: Turn) -> None:
    """Put it on the timeline; who has the incident hears of it."""
    record_once(turn, lambda: _answer(turn))
    turn.replace(done_view(turn, turn.say("Your report"), [turn.say("Thank you. Your answer is on record.")]))


def _answer(turn: Turn) -> Result:
    command = AnswerInSlack(turn.actor, str(turn.metadata["ref"]), form_of(turn).text("text"))
    answer_in_slack(command, session=turn.session, now=turn.now)
    return {}


def _said(turn: Turn, incident: "Incident") -> list[Block]:
    """The newest of what was asked and answered, word for word."""
    told = conversation(turn.session, incident)[-SHOWN:]
    return [
        blocks.quoted(f"{one.author_name}, {turn.moment(one.recorded_at)}\n{without_numbers(one.text)}") for one in told
    ]
