"""The few words of the messages that Meldklok keeps up to date in Slack, translated by the one catalogue."""

from typing import Final

from incident.domain.kernel.events import Status
from incident.domain.kinds import Addressee
from incident.translations.say import N_, counted, translated

STATUSES: Final = {
    Status.REPORTED: N_("Received"),
    Status.CONFIRMED: N_("Confirmed"),
    Status.ASSESSED: N_("Risk assessed"),
    Status.DECIDED: N_("Decided"),
    Status.NOTIFIED: N_("Notified"),
    Status.CLOSED: N_("Closed"),
    Status.DISMISSED: N_("No breach"),
}
ADDRESSEES: Final = {
    Addressee.AUTHORITY: "Autoriteit Persoonsgegevens",
    Addressee.SUBJECTS: N_("Data subjects"),
    Addressee.PUBLIC: N_("The public"),
    Addressee.CONTROLLER: N_("Controller (customer)"),
    Addressee.STAFF: N_("Own staff"),
    Addressee.POLICE: N_("Police"),
    Addressee.INSURER: N_("Insurer"),
    Addressee.PRESS: N_("Press"),
}
DAYS_FROM: Final = 96
"""Hours below which a day is no measure, as on the pages."""
WORDS: Final = {
    "less": N_("less than 1 hour left"),
    "late": N_("less than 1 hour overdue"),
    "until": N_("until %(moment)s"),
    "provisional": N_("provisional, because the moment from which it counts is not on record yet"),
    "no_clock": N_("No clock is running."),
    "part_of": N_("Part of %(reference)s, where it goes on."),
    "has": N_("Handled by: %(who)s"),
    "nobody": N_("nobody"),
    "next": N_("Next step: *%(step)s*"),
    "waits": N_("waits for %(who)s"),
    "no_role": N_("nobody has the role for this"),
    "missing": N_("Then: %(steps)s"),
    "page": N_("Open on the page"),
    "more": N_("More…"),
    "take": N_("I take it"),
    "at_once": N_("authority notified within an hour"),
    "reopen": N_("To take it up again, reopen it <%(page)s|on its page>."),
    "older": N_("An escalation stood here. A newer one is below."),
    "taken": N_("An escalation stood here. What it asked for was done or is no longer needed."),
    "answer": N_("Answer"),
    "update": N_("Give an update"),
    "update_due": N_("next update by %(moment)s"),
    "update_late": N_("an update was promised for %(moment)s"),
    "portal": N_("The authority's portal"),
    "dossier": N_("Dossier for the authority"),
    "topic": N_("%(reference)s · %(clock)s"),
    "moved": N_("%(reference)s is handled in <#%(channel)s>."),
    "gone": N_("Its room <#%(channel)s> is closed to Meldklok: messages about %(reference)s come here."),
    "restricted": N_("This case goes on elsewhere, among those who may know of it."),
}


def word(key: str, language: str, **values: object) -> str:
    """The words for a key; English for a language we do not have."""
    return translated(language, WORDS[key], **values)


def hours_word(hours: int, language: str) -> str:
    """So many whole hours left, and days from the fourth on."""
    if hours >= DAYS_FROM:
        return counted(language, "%(num)s day left", "%(num)s days left", hours // 24)
    return counted(language, "%(num)s hour left", "%(num)s hours left", hours) if hours else word("less", language)


def overdue_word(hours: int, language: str) -> str:
    """So many whole hours overdue."""
    if not hours:
        return word("late", language)
    return counted(language, "%(num)s hour overdue", "%(num)s hours overdue", hours)


def notified_word(hours: int, language: str) -> str:
    """After how long the authority was notified."""
    if not hours:
        return word("at_once", language)
    return counted(language, "authority notified after %(num)s hour", "authority notified after %(num)s hours", hours)


def status_word(status: Status, language: str) -> str:
    """A status in words: those of the pages."""
    return translated(language, STATUSES[status])


def addressee_word(addressee: Addressee, language: str) -> str:
    """To whom a notice goes: the words of the pages."""
    return translated(language, ADDRESSEES[addressee])
