"""Two people answered the same: what is on record now and what this window says, side by side; nothing was lost."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Final

from bot import blocks
from bot.turn import Turn
from incident.domain.fact_sheet import FactConflict
from incident.domain.ruler.words import calendar_day
from incident.law.facts import FactValue
from incident.law.labels import field_label, label
from incident.law.vocabulary import UNKNOWN
from incident.slack.shapes import Block
from incident.slack.text import fit

LONGEST: Final = 600


def both_sides(turn: Turn, conflict: FactConflict) -> list[Block]:
    """What stands at the top of a form that was opened on older facts."""
    say, rows = turn.say, [blocks.section(meanwhile(turn))]
    for one in conflict.conflicts:
        name = field_label(one.name, turn.language).label
        theirs = say("On record now: %(value)s", value=shown_value(turn, one.theirs))
        mine = say("In your window: %(value)s", value=shown_value(turn, one.mine))
        rows.append(blocks.quoted(f"{name}\n{theirs}\n{mine}"))
    return rows


def meanwhile(turn: Turn) -> str:
    """That a window was opened on what is no longer so."""
    return turn.say(
        "*Somebody recorded something else while this window was open.* Nothing was changed. Compare, then record."
    )


def shown_value(turn: Turn, value: FactValue) -> str:
    """An answer in words, in the person's language and zone."""
    if isinstance(value, tuple):
        return ", ".join(shown_value(turn, each) for each in value) or "–"
    if value is UNKNOWN or value in (None, ""):
        return "–"
    if isinstance(value, datetime):
        return turn.moment(value)
    if isinstance(value, date):
        return calendar_day(value, turn.language)
    if isinstance(value, bool):
        return turn.say("Yes") if value else turn.say("No")
    if is_dataclass(value):
        parts = (shown_value(turn, getattr(value, one.name)) for one in fields(value))
        return " · ".join(part for part in parts if part != "–")
    return label(value, turn.language) if isinstance(value, Enum) else fit(str(value), LONGEST)
