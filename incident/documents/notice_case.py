"""Whom a copy of a notice is for, and what it needs beside the facts of the breach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from incident.law.facts import BreachFacts
from incident.law.vocabulary import SubjectGroup
from incident.usecases.notices.ports import KeptFile

_THREE_DAYS: Final = 3


@dataclass(frozen=True, slots=True)
class NoticeCase:
    """What a notice needs beside the facts: our reference, and whom this copy is for."""

    reference: str
    recipient: str = ""
    group: str = ""
    evidence: tuple[KeptFile, ...] = ()
    reader: str = ""
    """Whom the text is for, by the name of the addressee."""
    to_each: bool = False
    """Whether the text speaks to each reader of "your data", so that it must be true for every one of them."""
    further: bool = False
    """Whether it adds to an earlier one."""
    described: bool = False
    """Whether the description of the record stands in it, beside which the words for the people would say it twice."""
    accounted: bool = True
    """Whether it tells what happened, which an own text may leave to the nature of the breach."""
    published: bool = False
    """Whether everybody reads it: then the people of our customers are left to these, who decide about telling them."""
    apart: bool = False
    """Whether the people of customers were left out of a text to everybody."""
    whole: BreachFacts | None = None
    """The facts with the people whom this text leaves out."""
    earlier: date | None = None
    """The day of the notice that it adds to, where one was sent."""
    before: BreachFacts | None = None
    """The facts as that notice told them."""
    today: date | None = None
    """The day on which this one is written."""
    response: str = ""
    """What the known recipient of the data confirmed."""

    @property
    def late(self) -> bool:
        """GDPR art. 33(1): whether 72 hours are over since that notice, whatever its hour was."""
        return bool(self.earlier and self.today and (self.today - self.earlier).days > _THREE_DAYS)

    numbers: Mapping[SubjectGroup, int] = field(default_factory=dict)
    """How many people of a group are this customer's, where the record shows it."""
