"""One incident in Slack: the card, and the window with everything that can be done to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot import blocks
from bot.report import carried
from bot.sensitive import without_numbers
from bot.turn import Turn
from incident.domain.kernel.events import Status
from incident.domain.kernel.roles import Permission, may, require
from incident.domain.next_steps import Act
from incident.slack.card import Card, card_of
from incident.slack.headline import ASK, TAKE, UPDATE, headline, offered, step_action, window_of
from incident.slack.shapes import Block, Element, View
from incident.usecases.common.access import find_incident
from incident.usecases.common.directory import load_directory
from incident.usecases.response.ask_in_slack import reported_in_slack
from incident.usecases.response.restrict import may_assign
from incident.usecases.response.triage import must_be_open

if TYPE_CHECKING:
    from incident.store.models import Incident

WINDOW: Final = "case"
ASSIGN: Final = "case.assign"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done to an incident: the button's name, its words, and who may."""

    action: str
    words: str
    permission: Permission


ACTS: Final = (
    Offer(TAKE, "I take it", Permission.RECORD),
    Offer(ASSIGN, "Assign…", Permission.RECORD),
    Offer(step_action("triage"), "Is it a breach?", Permission.RECORD),
    Offer("case.proposals", "Take over what is usual…", Permission.RECORD),
    Offer("case.facts", "Record facts…", Permission.RECORD),
    Offer(step_action("missing"), "Answer what is missing…", Permission.RECORD),
    Offer("case.timeline", "Add to the timeline…", Permission.RECORD),
    Offer(UPDATE, "Give an update…", Permission.RECORD),
    Offer("case.catchup", "Catch up…", Permission.VIEW_ALL),
    Offer(ASK, "Ask the reporter…", Permission.RECORD),
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


def opens(
    permission: Permission, build: Callable[[Turn, "Incident"], View], *, while_open: bool = False
) -> Callable[[Turn], None]:
    """A listener that shows the form which `build` makes for the incident of the button.

    What can be recorded `while_open` only is refused before anybody fills in a form: the button may be an old one.
    """

    def open_form(turn: Turn) -> None:
        incident = incident_of(turn, permission)
        if while_open:
            must_be_open(incident)
        turn.open(build(turn, incident))
        turn.answer()

    return open_form


def open_case(turn: Turn) -> None:
    """Show the window with everything that can be done."""
    turn.open(case_view(turn, incident_of(turn)))
    turn.answer()


def case_view(turn: Turn, incident: "Incident") -> View:
    """The window: the card, then the acts this person may do."""
    card = card_here(turn, incident)
    rows = _card_only(turn, card)
    if may(turn.actor, Permission.VIEW_ALL):
        rows.append(blocks.quoted(without_numbers(incident.summary)))
    rows += blocks.actions(_buttons(turn, incident, card))
    return blocks.modal(
        WINDOW, incident.reference, rows, submit=None, close=turn.say("Close"), metadata=carried(incident.reference)
    )


def card_here(turn: Turn, incident: "Incident") -> Card:
    """What the record says now, in short."""
    return card_of(turn.session, incident, load_directory(turn.session), turn.now)


def card_blocks(turn: Turn, incident: "Incident") -> tuple[str, list[Block]]:
    """Text and blocks of the card for one person, who is offered no step or page that is refused to them."""
    card = card_here(turn, incident)
    payload = _headline(turn, card)
    section, buttons = payload["blocks"]
    refused = set() if _may_give(turn, incident) else {TAKE}
    for step in offered(card):
        if not may(turn.actor, step.permission):
            window = window_of(step.code)
            refused.add(step_action(window) if window else "link.step")
    if turn.actor.id is None:
        refused.add("link")
    elements = [one for one in buttons["elements"] if one["action_id"] not in refused]
    return str(payload["text"]), [section, {**buttons, "elements": elements}]


def refreshed(turn: Turn, reference: str) -> Callable[[], None]:
    """Bring the window below a form up to date, once the form has been recorded."""
    root = str(turn.view.get("root_view_id") or "")
    own = str(turn.view.get("id") or "")

    def refresh() -> None:
        if root and root != own:
            turn.update(root, case_view(turn, find_incident(turn.session, reference, turn.actor)))

    return refresh


def _headline(turn: Turn, card: Card) -> View:
    settings = turn.deps.settings
    return headline(card, language=turn.language, zone=turn.zone, base_url=settings.base_url, now=turn.now)


def _card_only(turn: Turn, card: Card) -> list[Block]:
    payload = _headline(turn, card)
    page = blocks.link_button(turn.say("Open on the page"), f"{turn.deps.settings.base_url}/incidents/{card.reference}")
    return [*payload["blocks"][:1], *(blocks.actions([page]) if turn.actor.id is not None else [])]


def _buttons(turn: Turn, incident: "Incident", card: Card) -> list[Element]:
    if not card.open:
        return []
    found = [act for act in ACTS if may(turn.actor, act.permission) and _fits(turn, incident, act, card)]
    window = window_of(card.next.code) if card.next else None
    first = step_action("notices" if window == "draft" else window) if window else ""
    return [
        blocks.button(
            turn.say(_words(act, card)), act.action, card.reference, style="primary" if act.action == first else None
        )
        for act in found
    ]


def _words(act: Offer, card: Card) -> str:
    """The act's name; once a breach is confirmed, stating it again is a correction."""
    confirmed = card.status is not Status.REPORTED
    return "No breach, or correct awareness…" if act.action == step_action("triage") and confirmed else act.words


def _may_give(turn: Turn, incident: "Incident") -> bool:
    return may_assign(turn.session, turn.actor, incident)


def _fits(turn: Turn, incident: "Incident", act: Offer, card: Card) -> bool:
    """A second look only where a decision waits; closing only once nothing is missing; giving by who may give it.

    Nobody takes what they have, and only who reported in Slack is asked here.
    """
    if act.action == TAKE and incident.assignee_id == turn.actor.id:
        return False
    if act.action in (TAKE, ASSIGN):
        return _may_give(turn, incident)
    if act.action == ASK:
        return reported_in_slack(incident)
    if act.action == step_action("second"):
        return card.offers(Act.SECOND)
    return act.action != step_action("close") or card.offers(Act.CLOSE)
