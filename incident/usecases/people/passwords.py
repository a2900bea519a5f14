"""Which passwords nobody may have: what everybody chooses, and what is made of the person's own words.

The estimate is loaded with the first new password: its lists take 12 MB, and most processes never see one.
"""

import re
from collections.abc import Iterable
from threading import Lock
from typing import Final

from incident.domain.kernel.errors import Invalid

HARD_ENOUGH: Final = 10**10
"""So many guesses, each in the order in which a thief would try them, no list of common passwords reaches."""
LOOKED_AT: Final = 32
"""Characters: more make no password easier, and the estimate of 72 takes eight seconds where it is made to be slow."""
OURS: Final = ("meldklok", "datalek", "welkom", "wachtwoord", "geheim", "lente", "zomer", "herfst", "winter")
"""Words that people here begin with, and that the estimate's own lists, which are English, do not hold."""
ONE_AT_A_TIME: Final = Lock()
"""The library keeps the person's own words in a table of the whole process while it looks."""


def check_password(password: str, own_words: Iterable[str] = ()) -> None:
    """Raise Invalid where a thief would come to this password early; ``own_words`` are names and addresses."""
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]

    own = [part for word in own_words for part in (word, *re.split(r"\W+", word)) if len(part) > 2]
    with ONE_AT_A_TIME:
        found = zxcvbn(password[:LOOKED_AT], user_inputs=[*own, *OURS])
    if found["guesses"] < HARD_ENOUGH:
        raise Invalid(
            "This password is too easy to guess: many people use it, or it is made of your own name and the like. "
            "Choose a sentence that nobody else would.",
            field="password",
        )
