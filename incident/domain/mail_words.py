"""What we say of a mail with a report: in the record beside its own words, and of one that could not be taken in."""

from enum import StrEnum
from typing import Final

from incident.translations.say import N_

NO_WORDS: Final = N_("(a mail without text)")
UNREADABLE: Final = N_("(this mail cannot be read; open it as it came, among the evidence)")
CUT_OFF: Final = N_("(the rest stands in the mail itself, among the evidence)")
NOT_KEPT: Final = N_("Attached, and not kept by itself: %(files)s")


class Trouble(StrEnum):
    """Why a mail stays where it lies, or nobody gets into the mailbox."""

    AWAY = "away"
    CERTIFICATE = "certificate"
    SIGN_IN = "sign_in"
    TOKEN_AWAY = "token_away"
    TOKEN = "token"
    NOT_ADMITTED = "not_admitted"
    FOLDER = "folder"
    ODD = "odd"
    PUT_AWAY = "put_away"
    BROKEN = "broken"
    REFUSED = "refused"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    FAILED = "failed"


WHY: Final = {
    Trouble.AWAY: N_("Its server cannot be reached."),
    Trouble.CERTIFICATE: N_("Its server shows no certificate that this machine trusts."),
    Trouble.SIGN_IN: N_("Its server refuses the name or the password."),
    Trouble.TOKEN_AWAY: N_("The server that gives us the token for it cannot be reached, or gives no answer."),
    Trouble.TOKEN: N_("We get no token for it: the application, its secret or its certificate is refused."),
    Trouble.NOT_ADMITTED: N_("Its server refuses our token: the application is not admitted to this mailbox."),
    Trouble.FOLDER: N_("The folder in INTAKE_IMAP_URL cannot be opened."),
    Trouble.ODD: N_("Its server answers in a way that nobody understands; the log says how."),
    Trouble.PUT_AWAY: N_("Its report is on record, but it cannot be moved to the folder for handled mails."),
    Trouble.BROKEN: N_("The connection broke while it was read."),
    Trouble.REFUSED: N_("Its server does not hand it over."),
    Trouble.EMPTY: N_("It is empty. Take it out of the mailbox."),
    Trouble.TOO_LARGE: N_("It is larger than 50 MB. Report what it says, and take it out of the mailbox."),
    Trouble.TOO_MANY: N_("More came than can be kept. It is tried again by itself."),
    Trouble.FAILED: N_("It could not be kept; the log says why. It is tried again by itself."),
}


def where(name: str) -> tuple[str, dict[str, str]]:
    """Where a mail waits, as a sentence part with its values; ``name`` as the store of stuck mails has it."""
    kind, _, rest = name.partition(":")
    if kind == "pipe":
        return N_("a mail at your mail server"), {}
    if rest:
        return N_("mail number %(number)s in the mailbox"), {"number": rest.rpartition(":")[2]}
    return N_("the mailbox"), {}
