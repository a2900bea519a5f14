"""Risk assessments and decisions: the machine's proposal and, beside it, what a named person decided."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import DecisionState, Subject
from incident.law.vocabulary import RiskLevel
from incident.store.db import Base
from incident.store.models.columns import Authored, Committed, IncidentKey, Key, PersonKey, Short, choice


class Assessment(Committed, Authored, Base):
    """One run of both assessors over answers that a person gave; never changed afterwards."""

    __tablename__ = "assessment"

    id: Mapped[Key]
    incident_id: Mapped[IncidentKey]
    number: Mapped[int]
    fact_version: Mapped[int]
    answers: Mapped[JsonObject]
    result: Mapped[JsonObject]
    proposed_risk: Mapped[RiskLevel] = mapped_column(choice(RiskLevel))
    risk: Mapped[RiskLevel] = mapped_column(choice(RiskLevel))
    deviation_reason: Mapped[str] = mapped_column(default="")
    ruleset: Mapped[str] = mapped_column(String(80))


class Decision(Committed, Authored, Base):
    """A reasoned decision of a named person.

    ``then_close`` says that its author wants the incident closed once the second person has agreed.
    """

    __tablename__ = "decision"

    id: Mapped[Key]
    incident_id: Mapped[IncidentKey]
    subject: Mapped[Subject] = mapped_column(choice(Subject))
    act: Mapped[bool]
    proposed_act: Mapped[bool | None]
    deviates: Mapped[bool] = mapped_column(default=False)
    ground: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str]
    fact_version: Mapped[int]
    state: Mapped[DecisionState] = mapped_column(choice(DecisionState))
    second_id: Mapped[PersonKey]
    second_name: Mapped[Short] = mapped_column(default="")
    second_at: Mapped[datetime | None]
    second_reason: Mapped[str] = mapped_column(default="")
    then_close: Mapped[bool] = mapped_column(default=False)

    @property
    def self_reviewed(self) -> bool:
        """Whether its author answered for the second person, in an office of one."""
        return self.second_id is not None and self.second_id == self.author_id
