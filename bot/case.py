"""One incident in Slack: the card, and the window with everything that can be done to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot import blocks
from bot.report import carried
from bot.sensitive import without_numbers
from bot.turn import Turn
from incident.domain.kernel.events import Status
from incident.domain.kernel.roles import Permission, may, require
from incident.domain.next_steps import Act
from incident.slack.card import Card, card_of
from incident.slack.headline import TAKE, headline, step_action, window_of
from incident.usecases.common.access import find_incident
from incident.usecases.common.directory import load_directory

if TYPE_CHECKING:
    from incident.store.models import Incident

WINDOW: Final = "case"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done to an incident: the button's name, its words, and who may."""

    action: str
    words: str
    permission: Permission


ACTS: Final = (
    Offer(TAKE, "I take it", Permission.RECORD),
    Offer("case.assign", "Assign…", Permission.RECORD),
    Offer(step_action("triage"), "Is it a breach?", Permission.RECORD),
    Offer("case.facts", "Record facts…", Permission.RECORD),
    Offer("case.timeline", "Add to the timeline…", Permission.RECORD),
    Offer(step_action("task"), "Add a task or measure…", Permission.RECORD),
    Offer("case.tasks", "Tasks…", Permission.RECORD),
    Offer(step_action("assess"), "Assess the risk…", Permission.ASSESS),
    Offer(step_action("decide"), "Decide…", Permission.DECIDE),
    Offer(step_action("second"), "Look at the decision…", Permission.CONFIRM),
    Offer(step_action("notices"), "Notices…", Permission.DRAFT),
    Offer(step_action("submit"), "Record the submission…", Permission.SUBMIT),
    Offer(step_action("close"), "Close the incident…", Permission.CLOSE),
)


def reference_of(turn: Turn) -> str:
    """The incident a button belongs to."""
    return str(turn.action.get("value") or "").split("|")[0]


def incident_of(turn: Turn, permission: Permission | None = None) -> "Incident":
    """The incident of a button, when the person may see it (and may do the act)."""
    incident = find_incident(turn.session, reference_of(turn), turn.actor)
    if permission is not None:
        require(turn.actor, permission)
    return incident


def opens(permission: Permission, build: Callable[[Turn, "Incident"], dict[str, Any]]) -> Callable[[Turn], None]:
    """A listener that shows the form which `build` makes for the incident of the button."""

    def open_form(turn: Turn) -> None:
        turn.open(build(turn, incident_of(turn, permission)))
        turn.answer()

    return open_form


def open_case(turn: Turn) -> None:
    """Show the window with everything that can be done."""
    turn.open(case_view(turn, incident_of(turn)))
    turn.answer()


def case_view(turn: Turn, incident: "Incident") -> dict[str, Any]:
    """The window: the card, then the acts this person may do."""
    card = _card(turn, incident)
    rows = _card_only(turn, card)
    if may(turn.actor, Permission.VIEW_ALL):
        rows.append(blocks.quoted(without_numbers(incident.summary)))
    rows += blocks.actions(_buttons(turn, card))
    return blocks.modal(
        WINDOW, incident.reference, rows, submit=None, close=turn.say("Close"), metadata=carried(incident.reference)
    )


def _card(turn: Turn, incident: "Incident") -> Card:
    return card_of(turn.session, incident, load_directory(turn.session), turn.now)


def card_blocks(turn: Turn, incident: "Incident") -> tuple[str, list[blocks.Block]]:
    """Text and blocks of the card, as a message."""
    payload = _headline(turn, _card(turn, incident))
    return str(payload["text"]), list(payload["blocks"])


def refreshed(turn: Turn, reference: str) -> Callable[[], None]:
    """Bring the window below a form up to date, once the form has been recorded."""
    root = str(turn.view.get("root_view_id") or "")
    own = str(turn.view.get("id") or "")

    def refresh() -> None:
        if root and root != own:
            incident = find_incident(turn.session, reference, turn.actor)
            view = case_view(turn, incident)
            turn.session.rollback()
            turn.client.views_update(view_id=root, view=view)

    return refresh


def _headline(turn: Turn, card: Card) -> dict[str, Any]:
    settings = turn.deps.settings
    return headline(card, language=turn.language, zone=turn.zone, base_url=settings.base_url, now=turn.now)


def _card_only(turn: Turn, card: Card) -> list[blocks.Block]:
    payload = _headline(turn, card)
    page = blocks.link_button(turn.say("Open on the page"), f"{turn.deps.settings.base_url}/incidents/{card.reference}")
    return [*payload["blocks"][:1], *(blocks.actions([page]) if turn.actor.id is not None else [])]


def _buttons(turn: Turn, card: Card) -> list[blocks.Element]:
    if not card.open:
        return []
    found = [act for act in ACTS if may(turn.actor, act.permission) and _fits(act, card)]
    window = window_of(card.next.code) if card.next else None
    first = step_action(window) if window else ""
    return [
        blocks.button(
            turn.say(_words(act, card)), act.action, card.reference, style="primary" if act.action == first else None
        )
        for act in found
    ]


def _words(act: Offer, card: Card) -> str:
    """The act's name; once a breach is confirmed, stating it again is a correction."""
    confirmed = card.status is not Status.REPORTED
    return "Correct awareness" if act.action == step_action("triage") and confirmed else act.words


def _fits(act: Offer, card: Card) -> bool:
    """A second look only where a decision waits; closing only once nothing is missing."""
    if act.action == step_action("second"):
        return card.offers(Act.SECOND)
    return act.action != step_action("close") or card.offers(Act.CLOSE)
