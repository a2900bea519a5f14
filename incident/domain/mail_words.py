"""What the record says of a mail beside the mail's own words."""

from typing import Final

from incident.translations.say import N_

NO_WORDS: Final = N_("(a mail without text)")
UNREADABLE: Final = N_("(this mail cannot be read; open it as it came, among the evidence)")
CUT_OFF: Final = N_("(the rest stands in the mail itself, among the evidence)")
NOT_KEPT: Final = N_("Attached, and not kept by itself: %(files)s")
