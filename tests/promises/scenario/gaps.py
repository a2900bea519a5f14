"""Fills the marks of missing values in a drafted letter, as a person does in the text field."""

import re
from collections.abc import Mapping

MARK = re.compile(r"\[nog invullen(?:: (?P<what>[^\]]*))?\]")
OTHERWISE = "Bel ons op 050 000 00 01; wij vertellen u wat u kunt doen."


def filled(body: str, words: Mapping[str, str]) -> str:
    """The text without marks: by a word in the mark where one fits, else an offer to call."""

    def answer(mark: re.Match[str]) -> str:
        what = (mark["what"] or "").casefold()
        return next((text for part, text in words.items() if part in what), OTHERWISE)

    return MARK.sub(answer, body)
