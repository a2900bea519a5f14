"""The message that stands for an incident in Slack and is edited in place. Pure: card in, payload out."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from incident.slack import limits
from incident.slack.card import Card, bar, hours_left
from incident.slack.text import fit
from incident.slack.words import status_word, word

Block = dict[str, Any]
OPEN, TAKE = "case.open", "case.take"


def step_action(step: str) -> str:
    """The name of the button that begins a step."""
    return f"case.{step}"


def headline(card: Card, *, language: str, zone: ZoneInfo, base_url: str, now: datetime) -> dict[str, Any]:
    """Text and blocks: status, the running clock, who has it, what is missing, buttons for the next step."""
    clock = clock_line(card, language, zone, now)
    lines = [f"*{card.reference}* · {status_word(card.status, language)}", clock]
    if card.open:
        lines.append(word("has", language, who=card.assignee or word("nobody", language)))
        lines.append(missing_line(card, language))
    blocks: list[Block] = [{"type": "section", "text": {"type": "mrkdwn", "text": fit("\n".join(lines), 3000)}}]
    blocks.append({"type": "actions", "elements": buttons(card, language, base_url)})
    return {"text": fit(f"{card.reference}: {clock}", limits.MESSAGE_TEXT), "blocks": blocks}


def clock_line(card: Card, language: str, zone: ZoneInfo, now: datetime) -> str:
    """The first deadline as a bar, the hours left and the moment, with its zone."""
    if not card.open or card.due_at is None or card.starts_at is None:
        return word("no_clock", language)
    local = card.due_at.astimezone(zone)
    moment = word("until", language, moment=f"{local:%d-%m-%Y %H:%M} ({zone.key})")
    provisional = f" ({word('provisional', language)})" if card.provisional else ""
    return f"`{bar(card.starts_at, card.due_at, now)}` {left(card.due_at, language, now)}, {moment}{provisional}"


def left(due_at: datetime, language: str, now: datetime) -> str:
    """The time left or overdue in words."""
    hours = hours_left(due_at, now)
    if hours < 0:
        return word("over", language, n=-hours)
    return word("left", language, n=hours) if hours else word("less", language)


def missing_line(card: Card, language: str) -> str:
    """What is not on record yet."""
    if not card.missing:
        return word("complete", language)
    return word("missing", language, steps=", ".join(word(f"step.{step.value}", language) for step in card.missing))


def buttons(card: Card, language: str, base_url: str) -> list[Block]:
    """The next step, taking it over, everything else, and the page."""
    elements: list[Block] = []
    if card.open and card.next is not None:
        name = word(f"step.{card.next.value}", language)
        elements.append({**_button(name, step_action(card.next.value), card.reference), "style": "primary"})
    if card.open and card.assignee is None:
        elements.append(_button(word("take", language), TAKE, card.reference))
    elements.append(_button(word("more", language), OPEN, card.reference))
    page = _button(word("page", language), "link", card.reference)
    return [*elements, {**page, "url": f"{base_url}/incidents/{card.reference}"}]


def topic(card: Card, *, language: str, zone: ZoneInfo) -> str:
    """Reference and deadline, within the 250 characters of a topic."""
    if card.due_at is None or not card.open:
        clock = status_word(card.status, language)
    else:
        clock = word("until", language, moment=f"{card.due_at.astimezone(zone):%d-%m-%Y %H:%M} {zone.key}")
    return fit(word("topic", language, reference=card.reference, clock=clock), limits.TOPIC)


def _button(text: str, action: str, value: str) -> Block:
    return {
        "type": "button",
        "action_id": action,
        "value": value,
        "text": {"type": "plain_text", "text": fit(text, limits.BUTTON_TEXT)},
    }
