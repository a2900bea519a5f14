"""The few words of the messages that Meldklok keeps up to date in Slack, translated by the one catalogue."""

from typing import Final

from incident.domain.kernel.events import Status
from incident.domain.kinds import Addressee
from incident.translations.say import N_, translated

STATUSES: Final = {
    Status.REPORTED: N_("Reported"),
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
WORDS: Final = {
    "left": N_("%(n)s hours left"),
    "less": N_("less than 1 hour left"),
    "over": N_("%(n)s hours overdue"),
    "until": N_("until %(moment)s"),
    "provisional": N_("provisional, because the moment of awareness is not on record yet"),
    "no_clock": N_("No clock is running."),
    "has": N_("Handled by: %(who)s"),
    "nobody": N_("nobody"),
    "next": N_("Next step: *%(step)s*"),
    "waits": N_("waits for %(who)s"),
    "missing": N_("Then: %(steps)s"),
    "page": N_("Open on the page"),
    "more": N_("More…"),
    "take": N_("I take it"),
    "topic": N_("%(reference)s · %(clock)s"),
    "moved": N_("%(reference)s is handled in <#%(channel)s>."),
    "gone": N_("Its room <#%(channel)s> is closed to Meldklok: messages about %(reference)s come here."),
    "notified": N_("authority notified after %(n)s hours"),
}


def word(key: str, language: str, **values: object) -> str:
    """The words for a key; English for a language we do not have."""
    return translated(language, WORDS[key], **values)


def status_word(status: Status, language: str) -> str:
    """A status in words: those of the pages."""
    return translated(language, STATUSES[status])


def addressee_word(addressee: Addressee, language: str) -> str:
    """To whom a notice goes: the words of the pages."""
    return translated(language, ADDRESSEES[addressee])
