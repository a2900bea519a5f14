"""What a token of the API may be used for, and for how long."""

from enum import StrEnum
from typing import Final

LONGEST: Final = 365
"""Days after which every token ends: one that is forgotten somewhere opens nothing for ever."""


class Scope(StrEnum):
    """A kind of act, within what the token's person may do."""

    REPORT = "report"
    READ = "read"
    RECORD = "record"
    EXPORT = "export"
    ADMINISTER = "administer"
