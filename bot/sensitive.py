"""Numbers that must not reach Slack or a report: a citizen service number (BSN), a bank account (IBAN) or a card."""

import re
from collections.abc import Iterable
from typing import Final

from stdnum import iban, luhn
from stdnum.nl import bsn

from incident.domain.kernel.errors import Invalid

_BETWEEN: Final = "[ \u00a0\u2009\u202f._\u2010-\u2014-]?"
"""What people, or their text processors, put between digits."""
_DATE: Final = r"\d{1,2}[-.]\d{1,2}[-.](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d"
_BSN: Final = re.compile(rf"(?<!DL-)(?<![\d/])(?!{_DATE})\d(?:{_BETWEEN}\d){{8}}(?![\d/])")
"""Also glued to letters. Our own references, a date with its hour, and what has a / beside it are something else."""
_IBAN: Final = re.compile(r"(?<!\w)[A-Za-z]{2}[ ]?\d{2}(?:[ ]?[A-Za-z0-9]){11,30}(?!\w)")
_CARD: Final = re.compile(rf"(?<![\w/])(?:[2456](?:{_BETWEEN}\d){{15}}|3[47](?:{_BETWEEN}\d){{13}})(?![\w/])")
"""The lengths and first digits of the cards in use here; a telephone's IMEI passes the same test and is none."""
HIDDEN: Final = "•••"
_IBAN_LENGTH: Final = range(15, 35)


def holds_bsn(text: str) -> bool:
    """Whether some nine digits in a text pass the test of the Dutch citizen service number."""
    return any(_is_bsn(match.group()) for match in _BSN.finditer(text))


def holds_iban(text: str) -> bool:
    """Whether something in a text is a valid account number; what follows it does not hide it."""
    return any(_starts_with_iban(match.group()) for match in _IBAN.finditer(text))


def _starts_with_iban(found: str) -> bool:
    joined = found.replace(" ", "")
    return any(iban.is_valid(joined[:size]) for size in _IBAN_LENGTH if size <= len(joined))


def holds_card(text: str) -> bool:
    """Whether something in a text is a valid number of a credit or debit card."""
    return any(_is_card(match.group()) for match in _CARD.finditer(text))


def _is_bsn(found: str) -> bool:
    return bsn.is_valid("".join(filter(str.isdigit, found)))


def _is_card(found: str) -> bool:
    return luhn.is_valid("".join(filter(str.isdigit, found)))


def without_numbers(text: str) -> str:
    """A text that came in elsewhere, as Slack may show it: such a number in it is hidden."""
    for numbers, is_one in ((_BSN, _is_bsn), (_CARD, _is_card), (_IBAN, _starts_with_iban)):
        text = numbers.sub(lambda found, is_one=is_one: HIDDEN if is_one(found.group()) else found.group(), text)  # type: ignore[misc]
    return text


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
        if holds_card(text):
            raise Invalid(
                "This looks like a card number. Write only that a card is involved: the number itself must not be "
                "spread further. Is it another number? Put a / between its digits.",
                field=field,
            )
