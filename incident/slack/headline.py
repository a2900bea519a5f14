"""The message that stands for an incident in Slack and is edited in place. Pure: card in, payload out."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from incident.domain.kernel.events import Status
from incident.domain.next_steps import Act, Step
from incident.domain.part_words import part_word
from incident.domain.ruler.words import stamp
from incident.domain.step_words import path, what
from incident.law.explain import title
from incident.slack import limits
from incident.slack.card import Card, bar
from incident.slack.shapes import Block, Message
from incident.slack.text import fit
from incident.slack.words import hours_word, notified_word, overdue_word, status_word, word
from incident.usecases.clock.deadlines import AUTHORITY

OPEN, TAKE, UPDATE, ASK, ANSWER = "case.open", "case.take", "case.update", "case.ask", "case.answer"


def step_action(step: str) -> str:
    """The name of the button that begins a step."""
    return f"case.{step}"


def headline(card: Card, *, language: str, zone: ZoneInfo, base_url: str, now: datetime) -> Message:
    """Text and blocks: status, the running clock, who has it, what is missing, buttons for the next step."""
    clock = clock_line(card, language, zone, now)
    lines = [state_line(card, language), clock]
    if card.open:
        lines += _holders(card, language, zone, now)
        lines += step_lines(card, language)
    elif not card.part_of:
        lines.append(_reopening(card, language, base_url))
    return _message(card, clock, lines, buttons(card, language, base_url))


def status_line(
    card: Card, room: str, *, gone: bool, language: str, zone: ZoneInfo, base_url: str, now: datetime
) -> Message:
    """What the security channel keeps knowing of a case with a room of its own, until it is closed.

    With the room `gone` the case goes on here, with all buttons.
    """
    clock = clock_line(card, language, zone, now)
    lines, elements = [state_line(card, language), clock], buttons(card, language, base_url)
    if card.open:
        lines += _holders(card, language, zone, now)
        lines += step_lines(card, language)[:1]
        lines.append(word("gone" if gone else "moved", language, reference=card.reference, channel=room))
    elif not card.part_of:
        lines.append(_reopening(card, language, base_url))
    return _message(card, clock, lines, elements if gone else elements[-2:])


def _reopening(card: Card, language: str, base_url: str) -> str:
    """How a closed case is taken up again, which asks for a reason and a page of its own."""
    return word("reopen", language, page=f"{base_url}/incidents/{card.reference}/close")


def state_line(card: Card, language: str) -> str:
    """The status; once the authority was notified, after how many hours, which says that status too."""
    told = [status_word(card.status, language)]
    if card.notified_after is not None:
        notified = notified_word(card.notified_after, language)
        told = [notified] if card.status is Status.NOTIFIED else [*told, notified]
    return " · ".join((f"*{card.reference}*", *told))


def _holder(card: Card, language: str, zone: ZoneInfo, now: datetime) -> str:
    """Who has it, and until when the others may wait for news."""
    holder = word("has", language, who=card.assignee or word("nobody", language))
    if card.update_due_at is None:
        return holder
    moment = stamp(card.update_due_at, zone.key, language)
    return f"{holder} · {word('update_due' if now < card.update_due_at else 'update_late', language, moment=moment)}"


def _holders(card: Card, language: str, zone: ZoneInfo, now: datetime) -> list[str]:
    """Who has it, and who sees to which part of it."""
    parts = " · ".join(f"{part_word(part, language)}: {who}" for part, who in card.parts)
    return [_holder(card, language, zone, now), *([parts] if parts else [])]


def _message(card: Card, clock: str, lines: list[str], elements: list[Block]) -> Message:
    blocks: list[Block] = [{"type": "section", "text": {"type": "mrkdwn", "text": fit("\n".join(lines), 3000)}}]
    blocks.append({"type": "actions", "elements": elements})
    return {"text": fit(f"{card.reference}: {clock}", limits.MESSAGE_TEXT), "blocks": blocks}


def clock_line(card: Card, language: str, zone: ZoneInfo, now: datetime) -> str:
    """The first deadline as a bar, its duty unless it is the first notification, the hours left and the moment."""
    if card.part_of:
        return word("part_of", language, reference=card.part_of)
    if not card.open or card.due_at is None or card.starts_at is None:
        return word("no_clock", language)
    moment = word("until", language, moment=stamp(card.due_at, zone.key, language))
    provisional = f" ({word('provisional', language)})" if card.provisional else ""
    duty = f"{title(card.duty, language)}: " if card.duty not in ("", AUTHORITY) else ""
    return f"`{bar(card.starts_at, card.due_at, now)}` {duty}{left(card.due_at, language, now)}, {moment}{provisional}"


def left(due_at: datetime, language: str, now: datetime) -> str:
    """The time left or overdue in words."""
    hours = int(abs(due_at - now).total_seconds() // 3600)
    return hours_word(hours, language) if now < due_at else overdue_word(hours, language)


def step_lines(card: Card, language: str) -> list[str]:
    """The next step with whom it waits for, and what else is not on record yet."""
    if card.next is None:
        return []
    lines = [word("next", language, step=what(card.next.code, language))]
    if card.waits_for:
        lines[0] += f" · {word('waits', language, who=', '.join(card.waits_for))}"
    elif not card.next.by_machine:
        lines[0] += f" · {word('no_role', language)}"
    named = dict.fromkeys(what(step.code, language) for step in card.steps if step.act is not Act.CLOSE)
    later = [name for name in named if name != what(card.next.code, language)]
    return [*lines, word("missing", language, steps="; ".join(later))] if later else lines


def buttons(card: Card, language: str, base_url: str) -> list[Block]:
    """The next step, a second look that waits beside it, taking it over, everything else, and the page."""
    elements = [_step_button(card.reference, step, language, base_url) for step in offered(card)]
    if card.open and card.assignee is None:
        elements.append(_button(word("take", language), TAKE, card.reference))
    elements.append(_button(word("more", language), OPEN, card.reference))
    page = _button(word("page", language), "link", card.reference)
    return [*elements, {**page, "url": f"{base_url}/incidents/{card.reference}"}]


def offered(card: Card) -> list[Step]:
    """The steps with a button: the next one, and the second look that waits beside it for somebody else.

    One window shows all that a second person has to look at, so that one button is enough for several.
    """
    if not card.open or card.next is None:
        return []
    looks = [step for step in card.steps[1:] if step.act is Act.SECOND and step.ready]
    return [card.next, *(looks[:1] if card.next.act is not Act.SECOND else [])]


def _step_button(reference: str, step: Step, language: str, base_url: str) -> Block:
    """The button that begins the step here, or that leads to the very thing on its page."""
    name, window = what(step.code, language), window_of(step.code)
    if window is not None:
        return {**_button(name, step_action(window), reference), "style": "primary"}
    return {**_button(name, "link.step", reference), "style": "primary", "url": base_url + path(reference, step)}


def window_of(code: str) -> str | None:
    """The window in which a step is taken in Slack, by the name of its button; None where only a page can do it."""
    return None if code in _ON_PAGES else _WINDOWS.get(code.partition(".")[0])


_WINDOWS: Final[dict[str, str]] = {
    Act.SECOND: "second",
    Act.TRIAGE: "triage",
    Act.NAME: "facts",
    Act.UPDATE: "facts",
    Act.ASSESS: "assess",
    Act.DECIDE: "decide",
    Act.DRAFT: "draft",
    Act.COMPLETE: "missing",
    Act.APPROVE: "approve",
    Act.FILE: "submit",
    Act.MEASURE: "task",
    Act.CLOSE: "close",
}
_ON_PAGES: Final = frozenset(
    {f"{act}.{about}" for about in ("customers", "public") for act in ("draft", "complete")}
    | {"file.subjects", "file.public"}
)
"""What the windows cannot do: a notice to each customer, a letter to many people, and what is published."""


def topic(card: Card, *, language: str, zone: ZoneInfo) -> str:
    """Reference and deadline, within the 250 characters of a topic."""
    if card.due_at is None or not card.open:
        clock = status_word(card.status, language)
    else:
        clock = word("until", language, moment=stamp(card.due_at, zone.key, language))
    return fit(word("topic", language, reference=card.reference, clock=clock), limits.TOPIC)


def _button(text: str, action: str, value: str) -> Block:
    return {
        "type": "button",
        "action_id": action,
        "value": value,
        "text": {"type": "plain_text", "text": fit(text, limits.BUTTON_TEXT)},
    }
