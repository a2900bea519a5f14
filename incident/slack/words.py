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
    "missing": "Ontbreekt: {steps}",
    "complete": "Alles is vastgelegd.",
    "page": "Openen op de pagina",
    "more": "Meer…",
    "take": "Ik neem het",
    "step.triage": "Is het een datalek?",
    "step.assess": "Risico beoordelen",
    "step.decide": "Besluiten",
    "step.second": "Besluit bekijken",
    "step.notices": "Melding laten goedkeuren",
    "step.submit": "Indiening vastleggen",
    "step.task": "Maatregel toevoegen",
    "step.close": "Sluiten",
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
    "missing": "Missing: {steps}",
    "complete": "Everything is on record.",
    "page": "Open on the page",
    "more": "More…",
    "take": "I take it",
    "step.triage": "Is it a breach?",
    "step.assess": "Assess the risk",
    "step.decide": "Decide",
    "step.second": "Look at the decision",
    "step.notices": "Have the notice approved",
    "step.submit": "Record the submission",
    "step.task": "Add a measure",
    "step.close": "Close",
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
