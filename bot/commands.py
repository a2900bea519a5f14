"""`/datalek` and `/breach`: report (by default, also with what happened behind it), list, mine, a reference, help."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from bot import drill
from bot.case import card_blocks
from bot.catchup import catch_up
from bot.report import open_report, open_report_saying, readable
from bot.shared import tell_unless_shared
from bot.turn import Turn
from bot.update import open_update
from incident.domain.kernel.people import Actor
from incident.domain.kernel.reference import meant_reference
from incident.domain.kinds import Part
from incident.slack.headline import left
from incident.slack.shapes import Received
from incident.slack.text import fit
from incident.slack.words import status_word
from incident.store.queries.incidents import IncidentRow, board
from incident.usecases.common.access import find_incident, visible

COMMANDS: Final = ("/datalek", "/breach")
SHOWN: Final = 15
TYPED: Final = {
    "nl": {"list": "lijst", "mine": "mijn", "catchup": "bijpraten", "drill": "proefoproep"},
    "de": {"list": "liste", "mine": "meine", "catchup": "bisher", "drill": "probealarm"},
}
_MEANT_AS_REFERENCE: Final = re.compile(r"(?:DL|EX)[-\d]", re.IGNORECASE)
"""Of a reference with a wrong check letter nobody can tell which case is meant: it is no report either."""


def answer_command(turn: Turn) -> None:
    """Do what the word says; any other words, be it one, are what happened, and the form opens with them."""
    text = readable(str(turn.body.get("text") or "")).strip()
    word, rest = [*text.split(maxsplit=1), "", ""][:2]
    act, reference = WORDS.get(word.lower()), meant_reference(word)
    if act is not None and (not rest or (act in ABOUT_ONE and meant_reference(rest) is not None)):
        act(turn)
    elif reference is not None:
        show_incident(turn, reference)
    elif not rest and _MEANT_AS_REFERENCE.match(word):
        turn.answer(text=turn.say("I do not know “%(word)s”.", word=fit(word, 40)) + "\n" + help_text(turn))
    else:
        open_report_saying(turn, rest if act is _report else text)


def wants_text(body: Received) -> bool:
    """Whether the acknowledgement itself is the answer: help, the button of a drill, or a reference that is wrong."""
    words = str(body.get("text") or "").split()
    if len(words) != 1 or meant_reference(words[0]) is not None:
        return False
    return WORDS.get(words[0].lower()) in (_help_command, _drill) or bool(_MEANT_AS_REFERENCE.match(words[0]))


def _report(turn: Turn) -> None:
    open_report(turn)


def _help_command(turn: Turn) -> None:
    turn.answer(text=help_text(turn))


def help_text(turn: Turn) -> str:
    """Every word that the command knows."""
    say = turn.say
    command = str(turn.body.get("command") or COMMANDS[0])
    lines = (
        ("", say("report a data breach")),
        (say("laptop stolen at a customer"), say("the same, with what happened already in the form")),
        (typed("list", turn.language), say("open incidents that you may see")),
        (typed("mine", turn.language), say("your own reports and cases")),
        ("DL-2026-0001-K", say("one incident: clock, next step")),
        ("update", say("tell the room how it stands, and when it hears more; elsewhere with the reference behind it")),
        (
            typed("catchup", turn.language),
            say("what is known, unknown, decided and next; elsewhere with the reference behind it"),
        ),
        (typed("drill", turn.language), say("call everybody on the roster, to see that reminders arrive")),
        ("help", say("this text")),
    )
    return "\n".join(f"`{f'{command} {word}'.strip()}` – {text}" for word, text in lines)


def typed(word: str, language: str) -> str:
    """The word of a command as a reader of this language types it; the English one is always understood."""
    return TYPED.get(language, {}).get(word, word)


def _list(turn: Turn) -> None:
    _listing(turn, lambda row, actor: True, turn.say("There are no open incidents that you may see."))


def _mine(turn: Turn) -> None:
    _listing(turn, is_mine, turn.say("You have no open reports or cases."))


def is_mine(row: IncidentRow, actor: Actor) -> bool:
    """Whether somebody reported it, has it, or has a part in it."""
    incident = row.incident
    if actor.id is not None and actor.id in (incident.reporter_id, *map(incident.holder, (None, *Part))):
        return True
    return actor.slack_id is not None and actor.slack_id == incident.reporter_slack_id


def _listing(turn: Turn, wanted: Callable[[IncidentRow, Actor], bool], nothing: str) -> None:
    rows = [row for row in board(turn.session, visible(turn.actor)) if wanted(row, turn.actor)]
    text = list_text(turn, rows) or nothing
    turn.session.rollback()
    turn.answer()
    turn.later.append(lambda: tell_unless_shared(turn, text, None))


def list_text(turn: Turn, rows: Sequence[IncidentRow]) -> str:
    """One line per incident: reference, status, time left. More than fits is counted."""
    lines = []
    for row in rows[:SHOWN]:
        clock = left(row.deadline.due_at, turn.language, turn.now) if row.deadline else "–"
        lines.append(f"*{row.incident.reference}* · {status_word(row.incident.status, turn.language)} · {clock}")
    if len(rows) > SHOWN:
        lines.append(turn.say("… and %(count)s more, in the App Home.", count=len(rows) - SHOWN))
    return "\n".join(lines)


def show_incident(turn: Turn, reference: str) -> None:
    """The card of one incident, for whoever asks."""
    incident = find_incident(turn.session, reference, turn.actor)
    text, rows = card_blocks(turn, incident)
    turn.session.rollback()
    turn.answer()
    turn.later.append(lambda: tell_unless_shared(turn, text, rows))


def _drill(turn: Turn) -> None:
    drill.offer(turn)


WORDS: Final[dict[str, Callable[[Turn], None]]] = {
    "": _report,
    "report": _report,
    "meld": _report,
    "melden": _report,
    "new": _report,
    "list": _list,
    **dict.fromkeys(("lijst", "liste"), _list),
    **dict.fromkeys(("mine", "mijn", "meine"), _mine),
    "help": _help_command,
    "?": _help_command,
    **dict.fromkeys(drill.WORDS, _drill),
    "update": open_update,
    **dict.fromkeys(("catchup", "bijpraten", "bisher"), catch_up),
}
ABOUT_ONE: Final = frozenset({open_update, catch_up})
"""What is done to one incident: the one named behind the word, or whose room this is."""
