"""GDPR art. 33(1), 33(4): what a form needs beside the facts: which filing it is, when, and by which organisation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from incident.law.forms.notation import lines
from incident.law.proposals import Proposal
from incident.law.vocabulary import (
    UNKNOWN,
    Attachment,
    OrganisationSector,
    OrganisationSize,
    RiskLevel,
    SubjectGroup,
    Unknown,
)


class FilingKind(StrEnum):
    """The kinds of notification the authority takes (art. 33(1), 33(4); AP question 1.1; EDPB fields 3 and 4)."""

    FIRST_COMPLETE = "first_complete"
    FIRST_PROVISIONAL = "first_provisional"
    FOLLOW_UP = "follow_up"
    FOLLOW_UP_PROVISIONAL = "follow_up_provisional"
    WITHDRAWAL = "withdrawal"

    @property
    def is_first(self) -> bool:
        """Whether nothing was filed before."""
        return self in {FilingKind.FIRST_COMPLETE, FilingKind.FIRST_PROVISIONAL}

    @property
    def is_provisional(self) -> bool:
        """Whether more will follow (art. 33(4)), so that 'to be determined' may stand."""
        return self in {FilingKind.FIRST_PROVISIONAL, FilingKind.FOLLOW_UP_PROVISIONAL}


@dataclass(frozen=True, slots=True)
class Contact:
    """A person on a form; an empty text means that it is not known."""

    name: str
    function: str
    email: str
    phone: str

    @property
    def reach(self) -> str:
        """E-mail address and telephone number, one a line."""
        return lines(self.email, self.phone)


NOBODY = Contact("", "", "", "")
"""No such person known."""


@dataclass(frozen=True, slots=True)
class Counting:
    """GDPR art. 33(1): whose people a form counts where customers are on record.

    ``apart`` where the people of those for whom nobody notifies are taken out; ``alone`` how many people would be left
    without those of whom nobody has said it. ``touched`` are the numbers of the answers that hang on it, and ``of_all``
    the keys of those that the record has for all people together, once it is settled, and ``left_out`` names the
    customers for whom nobody notifies. ``offline`` where data are on the internet, and none of theirs as far as the
    record tells.
    """

    apart: bool = False
    alone: int | None = None
    touched: tuple[str, ...] = ()
    of_all: tuple[str, ...] = ()
    left_out: str = ""
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """GDPR art. 33(4): the notification before a follow-up: when it was made, and what it told."""

    at: datetime
    description: str
    measures: str


def _as_it_is(code: str, _language: str) -> str:
    return code


@dataclass(frozen=True, slots=True)
class FilingContext:
    """The filing a form is filled for.

    ``now`` is the aware instant of filling. ``due_at`` is the deadline of art. 33(1) when one runs; ``earlier_number``
    is the authority's number of the filing before this one. ``risk`` is the outcome a person decided, never a guess,
    ``risk_reason`` why that person judged otherwise than proposed, and ``risk_explanation`` what the proposal rests on.
    ``other_notifications`` names authorities already told under other duties, in words. ``filer`` is who files, by the
    account; ``proposed`` holds answers that follow from others; ``planned`` the measures on the list of tasks;
    ``running`` the ids of the duties that have a clock; ``told_so_far`` counts the letters that left of mailings that
    still run, and ``told_again_at`` is when people were last told more, and ``told_again`` which
    groups and how many people that day, 0 where nobody counted them; ``told_publicly_at`` is when the public first
    was. ``telling_reason`` is why people are told, by whoever decided it. ``then`` is the notification before, where
    the record has news, and ``customers_told`` names the customers who were told, with when first and when last.
    ``attachments_note`` holds the files on record, and ``attachments_named`` those that an earlier notification named.
    ``deleted`` where the recipient confirmed to have deleted the data.
    ``country_name`` says a country's code in words of a language. ``unanswered`` are the numbers that are open where it
    is called provisional because of them, and nobody chose that. ``counting`` says whose people are counted.
    """

    kind: FilingKind
    now: datetime
    reference: str = ""
    earlier_number: str = ""
    withdrawal_reason: str = ""
    due_at: datetime | None = None
    other_notifications: tuple[str, ...] = ()
    risk: RiskLevel | Unknown = UNKNOWN
    risk_explanation: str = ""
    risk_reason: str = ""
    attachments: tuple[Attachment, ...] = ()
    attachments_note: str = ""
    attachments_named: str = ""
    filer: Contact = NOBODY
    proposed: tuple[Proposal, ...] = ()
    planned: tuple[str, ...] = ()
    told_so_far: int = 0
    told_again_at: datetime | None = None
    told_again: tuple[tuple[SubjectGroup | None, int], ...] = ()
    told_publicly_at: datetime | None = None
    telling_reason: str = ""
    then: Earlier | None = None
    customers_told: tuple[tuple[str, datetime, datetime], ...] = ()
    deleted: bool = False
    running: frozenset[str] = frozenset()
    unanswered: tuple[str, ...] = ()
    counting: Counting = Counting()
    country_name: Callable[[str, str], str] = _as_it_is

    @property
    def assessed(self) -> str:
        """GDPR art. 33(3)(c): why a person judged otherwise than proposed, and what the proposal rests on."""
        return lines(self.risk_reason, self.risk_explanation)

    @property
    def voluntary(self) -> bool:
        """GDPR art. 33(1): whether nobody has to notify: a risk is unlikely."""
        return self.risk is RiskLevel.UNLIKELY


class FilingOrganisation(Protocol):
    """What the forms ask about the organisation itself; an empty text means that it is not known."""

    def __hash__(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def street(self) -> str: ...
    @property
    def postcode(self) -> str: ...
    @property
    def city(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def kvk(self) -> str: ...
    @property
    def fg_number(self) -> str: ...
    @property
    def dpo_name(self) -> str: ...
    @property
    def dpo_email(self) -> str: ...
    @property
    def dpo_phone(self) -> str: ...
    @property
    def dpo_designated(self) -> bool | None: ...
    @property
    def sector(self) -> str: ...
    @property
    def sector_kind(self) -> OrganisationSector | Unknown: ...
    @property
    def size(self) -> OrganisationSize | Unknown: ...
    @property
    def size_note(self) -> str: ...
    @property
    def activity(self) -> str: ...
    @property
    def in_eea(self) -> bool: ...
    @property
    def establishments(self) -> tuple[str, ...]: ...
    @property
    def lead_authority(self) -> str: ...
    @property
    def representative_name(self) -> str: ...
    @property
    def representative_contact(self) -> str: ...
    @property
    def policy_number(self) -> str: ...
