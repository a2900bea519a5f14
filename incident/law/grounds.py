"""GDPR art. 34(3), UAVG art. 41 and 42: the grounds on which data subjects need not be told, as dated data.

The values stand in ``parameters/grounds.toml``. What a ground asks is named there; whether it is so is judged where the
answers are known: the assessment for unintelligible data, the profile for a financial undertaking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final

from incident.law.sources import Certainty, in_force, tables
from incident.law.vocabulary import NotInformingGround

UNINTELLIGIBLE: Final = "unintelligible"
FINANCIAL_UNDERTAKING: Final = "financial_undertaking"


@dataclass(frozen=True, slots=True)
class Ground:
    """GDPR art. 34(3): one ground with its place in the law, its validity and what it asks.

    ``asks`` is empty, ``UNINTELLIGIBLE`` or ``FINANCIAL_UNDERTAKING``; ``open`` is the text that says what stands
    unverified, or empty.
    """

    id: NotInformingGround
    citation: str
    certainty: Certainty
    valid_from: date
    valid_to: date | None = None
    asks: str = ""
    open: str = ""

    def in_force(self, day: date) -> bool:
        """GDPR art. 99(2): whether the ground holds on ``day`` (a date in the Netherlands)."""
        return in_force(self.valid_from, self.valid_to, day)


@cache
def grounds() -> Mapping[NotInformingGround, Ground]:
    """GDPR art. 34(3): every ground, in the order of the data."""
    found = (
        Ground(**{**table, "id": NotInformingGround(table["id"]), "certainty": Certainty(table["certainty"])})
        for table in tables("ground")
    )
    return MappingProxyType({ground.id: ground for ground in found})
