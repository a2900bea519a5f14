"""Earlier breaches like this one, for whoever is about to say what it is or to decide about it: as on the page."""

from typing import TYPE_CHECKING, Final

from bot import blocks
from bot.sensitive import without_numbers
from bot.turn import Turn
from incident.domain.precedents import Precedent
from incident.law.labels import label
from incident.slack.shapes import Block
from incident.slack.text import fit
from incident.usecases.common.fact_versions import current_facts
from incident.usecases.response.earlier import earlier_breaches

if TYPE_CHECKING:
    from incident.store.models import Incident

SUMMARY, REASON = 120, 240
SHOWN: Final = 3


def earlier(turn: Turn, incident: "Incident") -> list[Block]:
    """How many of the newest of the kind were notified, and the few most like this one; for who may see them."""
    found = earlier_breaches(turn.session, incident, current_facts(turn.session, incident), turn.actor)
    if found is None:
        return []
    say = turn.say
    counts = say("Notified: %(notified)s. Not notified: %(kept)s.", notified=found.notified, kept=found.kept)
    title = f"*{say('Earlier breaches like this')}* {counts}"
    binds = say("It is not binding; whoever decides otherwise says why.")
    return [
        blocks.section(f"{title}\n{binds}"),
        *(blocks.quoted(_told(turn, one)) for one in found.closest[:SHOWN]),
    ]


def _told(turn: Turn, one: Precedent) -> str:
    say = turn.say
    parts = [one.reference, say("notified") if one.notified else say("not notified")]
    parts += [label(one.risk, turn.language)] if one.risk else []
    reason = say("Because: %(reason)s", reason=fit(one.reason, REASON)) if one.reason else ""
    return without_numbers("\n".join(filter(None, (" · ".join(parts), fit(one.summary, SUMMARY), reason))))
