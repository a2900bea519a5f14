"""The drill in Slack: one button starts it, one button confirms a call."""

from typing import Final
from uuid import UUID

from bot import blocks
from bot.turn import Turn
from incident.domain.kernel.roles import Permission, require
from incident.usecases.messages.drill import StartDrill, confirm_call, start_drill

WORDS: Final = ("drill", "proefoproep", "oefening", "probealarm")
START: Final = "drill.start"


def offer(turn: Turn) -> None:
    """Show the button, to who may change the roster."""
    require(turn.actor, Permission.MANAGE_SETTINGS)
    text = turn.say("A drill calls everybody on the roster over every channel; each person confirms by one click.")
    button = blocks.button(turn.say("Start a drill"), START, "now")
    turn.answer(text=text, blocks=[blocks.section(text), *blocks.actions([button])])


def start(turn: Turn) -> None:
    """Call everybody on the roster."""
    called = start_drill(StartDrill(turn.actor), session=turn.session, now=turn.now)
    turn.commit()
    turn.answer()
    calls = turn.counted("one call", "%(num)s calls", len(called))
    people = turn.counted("one person", "%(num)s people", len({one.person.id for one in called}))
    begun = turn.say("The drill has begun: %(calls)s to %(people)s.", calls=calls, people=people)
    turn.later.append(lambda: turn.tell(begun))


def confirm(turn: Turn) -> None:
    """Only the person who was called can say that the call arrived."""
    call_id = UUID(str(turn.action.get("value")))
    confirm_call(turn.session, call_id, turn.actor, now=turn.now)
    turn.commit()
    turn.answer()
    turn.later.append(lambda: turn.tell(turn.say("Thank you: it is on record that this reached you.")))
