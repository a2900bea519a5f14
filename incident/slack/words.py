"""The few words of the messages that Meldklok keeps up to date in Slack, in Dutch and English."""

from typing import Final

from incident.domain.kernel.events import Status

_NL: Final[dict[str, str]] = {
    "reported": "Gemeld, nog niet beoordeeld",
    "confirmed": "Datalek bevestigd",
    "assessed": "Risico beoordeeld",
    "decided": "Besloten",
    "notified": "Gemeld bij de AP",
    "closed": "Gesloten",
    "dismissed": "Geen datalek",
    "left": "nog {n} uur",
    "less": "nog minder dan 1 uur",
    "over": "{n} uur te laat",
    "until": "uiterlijk {moment}",
    "provisional": "voorlopig, want het moment van kennisname is nog niet vastgelegd",
    "no_clock": "Er loopt geen klok.",
    "has": "Behandelaar: {who}",
    "nobody": "niemand",
    "next": "Volgende stap: *{step}*",
    "waits": "wacht op {who}",
    "missing": "Daarna: {steps}",
    "page": "Openen op de pagina",
    "more": "Meer…",
    "take": "Ik neem het",
    "topic": "{reference} · {clock}",
    "moved": "{reference} wordt behandeld in <#{channel}>.",
}
_EN: Final[dict[str, str]] = {
    "reported": "Reported, not yet judged",
    "confirmed": "Breach confirmed",
    "assessed": "Risk assessed",
    "decided": "Decided",
    "notified": "Notified to the AP",
    "closed": "Closed",
    "dismissed": "No breach",
    "left": "{n} hours left",
    "less": "less than 1 hour left",
    "over": "{n} hours overdue",
    "until": "until {moment}",
    "provisional": "provisional, because the moment of awareness is not on record yet",
    "no_clock": "No clock is running.",
    "has": "Handled by: {who}",
    "nobody": "nobody",
    "next": "Next step: *{step}*",
    "waits": "waits for {who}",
    "missing": "Then: {steps}",
    "page": "Open on the page",
    "more": "More…",
    "take": "I take it",
    "topic": "{reference} · {clock}",
    "moved": "{reference} is handled in <#{channel}>.",
}
CATALOGUES: Final = {"nl": _NL, "en": _EN}


def word(key: str, language: str, **values: object) -> str:
    """The words for a key; English for a language we do not have."""
    return CATALOGUES.get(language, _EN)[key].format(**values)


def status_word(status: Status, language: str) -> str:
    """A status in words."""
    return word(status.value, language)
