"""GDPR art. 33 and 34 and the neighbouring duties to notify, as data: who must be told, from when, within what time.

The values stand in ``parameters/regimes_*.toml``; this module only gives them types. What follows from them for one
breach is decided in ``obligations.py``.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from typing import Any, get_args, get_type_hints

from incident.law.periods import Period
from incident.law.sources import Certainty, in_force, tables
from incident.law.vocabulary import LetterKind, NotInformingGround, TriggerKind


class Anchor(StrEnum):
    """GDPR art. 33 and 34: the event from which a period runs."""

    AWARENESS = "awareness"
    PROCESSOR_AWARENESS = "processor_awareness"
    HIGH_RISK = "high_risk_established"
    FIRST_NOTIFICATION = "first_notification"
    EARLIER_REPORT = "earlier_report"
    FIX_AVAILABLE = "fix_available"
    RECORDING = "recording"
    TRIGGER = "trigger"
    GROUND_INVOKED = "ground_invoked"
    LETTER = "letter"


class Threshold(StrEnum):
    """GDPR art. 33(1) and 34(1): what must be so before the duty exists."""

    ANY_BREACH = "any_breach"
    RISK = "risk"
    HIGH_RISK = "high_risk"
    OWN_TRIGGER = "own_trigger"


class Bearer(StrEnum):
    """GDPR art. 4(7) and 4(8): whose duty it is; "anyone" where the role in the processing makes no difference."""

    CONTROLLER = "controller"
    PROCESSOR = "processor"
    ANYONE = "anyone"


class Counting(StrEnum):
    """Regulation 1182/71 and Algemene termijnenwet: which text says how the period is counted."""

    EU_1182_71 = "1182/71"
    ATW = "Atw"
    PLAIN = "plain"
    RTS_2025_301 = "2025/301"


class Status(StrEnum):
    """GDPR art. 99(2): whether the text is law."""

    IN_FORCE = "in_force"
    POLICY = "policy"
    PROPOSAL = "proposal"


@dataclass(frozen=True, slots=True, eq=False)
class Regime:
    """GDPR art. 33: one duty in one version.

    ``setting`` names the organisation setting that switches the duty on ("" = always). ``period`` is ``None`` where the
    law gives no number ("without undue delay"); ``house`` is then the organisation's own; ``longest`` is the outer
    limit of a period that is house policy. ``instead_of`` is the ground whose invocation brings the duty about.
    ``after`` is the duty whose report starts this clock. ``trigger`` is the event that the law needs, and from which
    the anchor ``trigger`` counts; ``letter`` is what an authority has to write before the duty exists; ``sooner`` is a
    period from its classification, if that ends earlier. ``lead`` says that of several countries' authorities one is
    told (art. 56). ``country`` limits the duty to breaches with data subjects there.
    ``recipient`` and ``note`` are text ids; the title is the text ``title.<id>``.
    """

    id: str
    version: str
    status: Status
    bearer: Bearer
    anchor: Anchor
    threshold: Threshold
    recipient: str
    citation: str
    certainty: Certainty
    counting: Counting
    setting: str = ""
    lead: bool = False
    country: str = ""
    form: str = ""
    period: Period | None = None
    longest: Period | None = None
    sooner: Period | None = None
    house: Period | None = None
    instead_of: NotInformingGround | None = None
    trigger: TriggerKind | None = None
    letter: LetterKind | None = None
    after: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    note: str = ""

    def in_force(self, day: date) -> bool:
        """GDPR art. 99(2): whether this version holds on ``day`` (a date in the Netherlands); a proposal never does."""
        return self.status is not Status.PROPOSAL and in_force(self.valid_from, self.valid_to, day)

    @property
    def needs_breach(self) -> bool:
        """GDPR art. 4(12): whether the duty exists only for a breach of personal data, and ends where there is none."""
        return self.threshold is not Threshold.OWN_TRIGGER

    @property
    def full_version(self) -> str:
        """GDPR art. 99(2): the name under which results are stored, for example ``gdpr_33_1@2018``."""
        return f"{self.id}@{self.version}"


@cache
def all_regimes() -> tuple[Regime, ...]:
    """GDPR art. 99: every version of every duty known to the package, proposals included."""
    hints = get_type_hints(Regime)
    return tuple(Regime(**{key: _typed(hints[key], raw) for key, raw in table.items()}) for table in tables("regime"))


def _typed(hint: Any, raw: Any) -> Any:
    """A word of the data as the member of its closed list, a period as one; everything else as it stands."""
    (kind,) = set(get_args(hint) or (hint,)) - {type(None)}
    if kind is Period:
        return Period.parse(raw)
    return kind(raw) if issubclass(kind, Enum) else raw


@cache
def settings() -> tuple[str, ...]:
    """GDPR art. 33 aside: the names of other law that an organisation may switch on, in the order of the data."""
    return tuple(dict.fromkeys(regime.setting for regime in all_regimes() if regime.setting))


def law_of(obligation: str) -> str:
    """GDPR art. 33 aside: under which other law an obligation falls; empty for the GDPR and for what no law knows."""
    return next((regime.setting for regime in all_regimes() if regime.id == obligation), "")
