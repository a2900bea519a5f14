"""Numbers that must not reach Slack or a report: a citizen service number (BSN) or a bank account (IBAN)."""

import re
from collections.abc import Iterable
from typing import Final

from stdnum import iban
from stdnum.nl import bsn

from incident.domain.kernel.errors import Invalid

_BSN: Final = re.compile(r"(?<![\w/])\d(?:[ .-]?\d){8}(?![\w/])")
_IBAN: Final = re.compile(r"(?<!\w)[A-Za-z]{2}[ ]?\d{2}(?:[ ]?[A-Za-z0-9]){11,30}(?!\w)")
HIDDEN: Final = "•••"
_IBAN_LENGTH: Final = range(15, 35)


def holds_bsn(text: str) -> bool:
    """Whether some nine digits in a text pass the test of the Dutch citizen service number."""
    return any(bsn.is_valid(match.group()) for match in _BSN.finditer(text))


def holds_iban(text: str) -> bool:
    """Whether something in a text is a valid account number; what follows it does not hide it."""
    return any(_starts_with_iban(match.group()) for match in _IBAN.finditer(text))


def _starts_with_iban(found: str) -> bool:
    joined = found.replace(" ", "")
    return any(iban.is_valid(joined[:size]) for size in _IBAN_LENGTH if size <= len(joined))


def without_numbers(text: str) -> str:
    """A text that came in elsewhere, as Slack may show it: such a number in it is hidden."""
    hidden = _BSN.sub(lambda found: HIDDEN if bsn.is_valid(found.group()) else found.group(), text)
    return _IBAN.sub(lambda found: HIDDEN if _starts_with_iban(found.group()) else found.group(), hidden)


def refuse_numbers(texts: Iterable[tuple[str, str]]) -> None:
    """Raise Invalid at the first field whose text holds such a number. The number itself is not repeated."""
    for field, text in texts:
        if holds_bsn(text):
            raise Invalid(
                "This looks like a citizen service number (BSN). Write only that a BSN is involved: the number itself "
                "must not be spread further. Is it another number? Put a / between its digits.",
                field=field,
            )
        if holds_iban(text):
            raise Invalid(
                "This looks like a bank account number (IBAN). Write only that an account number is involved: the "
                "number itself must not be spread further.",
                field=field,
            )
