"""How long each kind of personal data is kept once it is needed no more (GDPR art. 5(1)(e)); why, docs/retention.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from incident.domain.kernel.errors import Invalid
from incident.domain.kernel.json import Json


class Kept(StrEnum):
    """What a policy is about. The register itself is none of them: GDPR art. 33(5) asks for it without an end."""

    RECIPIENTS = "recipients"
    MESSAGES = "messages"
    NOTES = "notes"
    EVIDENCE = "evidence"
    CONTACTS = "contacts"
    DRAFTS = "drafts"
    TOKENS = "tokens"
    SIGN_INS = "sign_ins"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The days that are usual, and the fewest and most that can be chosen."""

    usual: int
    least: int
    most: int


FIVE_YEARS: Final = 5 * 365 + 1
"""Within them the authority can fine (Awb art. 5:45) and people can claim damages (BW art. 3:310)."""
BOUNDS: Final[Mapping[Kept, Bounds]] = {
    Kept.MESSAGES: Bounds(365, 90, 3_660),
    Kept.NOTES: Bounds(FIVE_YEARS, 365, 7_320),
    Kept.EVIDENCE: Bounds(FIVE_YEARS, 365, 7_320),
    Kept.CONTACTS: Bounds(365, 30, 3_660),
    Kept.DRAFTS: Bounds(90, 7, 365),
    Kept.TOKENS: Bounds(365, 30, 3_660),
    Kept.SIGN_INS: Bounds(90, 30, 365),
}
"""Of every kind but the people of mailings, whose days are chosen with each mailing."""


def policies_from(document: Mapping[str, Json] | None) -> dict[Kept, int]:
    """The days of every kind; what a document does not say, or says wrongly, is as usual."""
    chosen = {kind: (document or {}).get(kind.value) for kind in BOUNDS}
    return {kind: days if isinstance(days, int) else BOUNDS[kind].usual for kind, days in chosen.items()}


def checked(days: Mapping[Kept, int]) -> dict[str, Json]:
    """The document to be kept. Raises Invalid at the kind whose days are too few or too many."""
    for kind, number in days.items():
        bounds = BOUNDS[kind]
        if not bounds.least <= number <= bounds.most:
            raise Invalid(
                "Choose from %(least)s to %(most)s days.", field=kind.value, least=bounds.least, most=bounds.most
            )
    return {kind.value: number for kind, number in days.items()}
