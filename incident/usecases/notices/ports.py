"""What the use cases ask of the document makers: to write a notice from facts, and to turn a version into bytes."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from incident.domain.kernel.json import JsonObject
from incident.domain.organisation import OrganisationProfile
from incident.law.facts import BreachFacts


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the evidence: its SHA-256 as it came, who added it and when, and what they said that it is."""

    name: str
    sha256: str
    added_at: datetime
    added_by: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class NoticeRequest:
    """Which text is wanted: for whom, of which kind, in which language, from which facts."""

    addressee: str
    kind: str
    language: str
    facts: BreachFacts
    organisation: OrganisationProfile
    reference: str
    now: datetime
    recipient: str = ""
    group: str = ""
    evidence: tuple[KeptFile, ...] = ()
    template_text: str | None = None
    template_title: str | None = None
    earlier: date | None = None
    """The day of the text to the same reader that this one adds to."""
    before: BreachFacts | None = None
    """The facts as they stood in that text."""
    response: str = ""
    """What a recipient whom we know did with the data, as the newest assessment says."""


@dataclass(frozen=True, slots=True)
class WrittenNotice:
    """The text, the template it came from (name and hash), and what it still lacks."""

    title: str
    body: str
    template_ref: str
    missing: tuple[str, ...]


class NoticeWriter(Protocol):
    """Writes notices other than the authority's form."""

    def write(self, request: NoticeRequest) -> WrittenNotice:
        """The draft; raises DomainError when there is no such template."""
        ...


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """How the organisation's letters look: its logo, and its own Word letter. Nothing where it gave none."""

    logo: bytes | None = None
    letter: bytes | None = None


@dataclass(frozen=True, slots=True)
class ApprovedForm:
    """Which version of the own authority's form was approved, by whom and when, and which fields that confirmed."""

    number: int
    by: str
    at: datetime
    confirms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PrintableNotice:
    """One version with what stands around it on paper; ``previous`` is the form as it was filed before this one.

    ``reply_to`` is the address of the contact that a letter by e-mail names. ``goes_with`` is the approved form that a
    template follows which nobody approves by itself.
    """

    addressee: str
    kind: str
    language: str
    title: str
    body: str
    form: JsonObject
    organisation: OrganisationProfile
    reference: str
    number: int
    at: datetime
    approved: bool
    audit_head: str
    house: HouseStyle = HouseStyle()
    previous: JsonObject = field(default_factory=dict)
    reply_to: str = ""
    goes_with: ApprovedForm | None = None


class NoticeRenderer(Protocol):
    """Turns one version into a file; the same version always gives the same bytes."""

    @property
    def name(self) -> str:
        """Which renderer, in which version; kept beside each file."""
        ...

    def render(self, notice: PrintableNotice, format: str) -> bytes:
        """The bytes in ``pdf``, ``docx``, ``txt`` or ``html``."""
        ...
