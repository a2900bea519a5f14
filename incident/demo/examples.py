"""Four example incidents at different hours of their clock, made by the use cases themselves.

They are marked as examples: no message about them ever leaves the house.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from incident.domain.kernel.errors import IllegalMove
from incident.domain.kernel.json import JsonObject
from incident.domain.kernel.people import Actor
from incident.domain.kernel.roles import Permission, require
from incident.domain.kinds import Addressee, Subject
from incident.law.facts import AffectedController, FactValue, FactValues, Party
from incident.law.vocabulary import Actor as Cause
from incident.law.vocabulary import (
    ConsequenceForData,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    DiscoveredBy,
    IncidentKind,
    Nature,
    PartyRole,
    Protection,
    Recipient,
    Role,
    SecurityMeasure,
    Severity,
    SubjectGroup,
    Ternary,
)
from incident.store.models import Incident
from incident.usecases.notices.draft import DraftNotice, draft_notice
from incident.usecases.notices.ports import NoticeWriter
from incident.usecases.response.assess import AssessRisk, assess_risk
from incident.usecases.response.casework import AddTask, AddTimelineEntry, add_task, add_timeline_entry
from incident.usecases.response.decide import Decide, decide
from incident.usecases.response.record_facts import RecordFacts, record_facts
from incident.usecases.response.report import ReportIncident, report_incident
from incident.usecases.response.triage import ConfirmBreach, confirm_breach


@dataclass(frozen=True, slots=True)
class _Stage:
    """One example on its way: ``at(hours)`` is the instant that many hours after the first signal."""

    session: Session
    actor: Actor
    start: datetime

    def at(self, hours: float) -> datetime:
        return self.start + timedelta(hours=hours)

    def report(self, hours: float, summary: str, **values: FactValue) -> Incident:
        command = ReportIncident(
            self.actor, summary, noticed_at=self.at(0), noticed_by=self.actor.name, is_example=True, **values
        )
        return report_incident(command, session=self.session, now=self.at(hours))

    def confirm(self, incident: Incident, aware: float, hours: float, ground: str, role: Role) -> None:
        command = ConfirmBreach(
            self.actor, incident.id, self.at(aware), self.actor.name, ground, role, (Nature.CONFIDENTIALITY,)
        )
        confirm_breach(command, session=self.session, now=self.at(hours))

    def state(self, incident: Incident, hours: float, **values: FactValue) -> None:
        command = RecordFacts(self.actor, incident.id, values, incident.fact_version)
        record_facts(command, session=self.session, now=self.at(hours))

    def assess(self, incident: Incident, hours: float, answers: JsonObject) -> None:
        assess_risk(AssessRisk(self.actor, incident.id, answers), session=self.session, now=self.at(hours))

    def note(self, incident: Incident, hours: float, text: str) -> None:
        command = AddTimelineEntry(self.actor, incident.id, text, happened_at=self.at(hours))
        add_timeline_entry(command, session=self.session, now=self.at(hours))

    def task(self, incident: Incident, hours: float, title: str) -> None:
        add_task(AddTask(self.actor, incident.id, title), session=self.session, now=self.at(hours))


def load_examples(session: Session, *, actor: Actor, now: datetime, writer: NoticeWriter) -> list[Incident]:
    """Make the four examples. Raises IllegalMove where they have been loaded before."""
    require(actor, Permission.DECIDE)
    there = select(Incident.id).where(Incident.is_example, Incident.exercise_id.is_(None))
    if session.scalars(there.limit(1)).first() is not None:
        raise IllegalMove("The examples are there already.")
    now = now.replace(second=0, microsecond=0)
    return [
        _wrong_recipient(_Stage(session, actor, now - timedelta(hours=5))),
        _processor_intrusion(_Stage(session, actor, now - timedelta(hours=29))),
        _stolen_laptop(_Stage(session, actor, now - timedelta(hours=58)), writer),
        _faulty_release(_Stage(session, actor, now - timedelta(hours=16))),
    ]


def _wrong_recipient(stage: _Stage) -> Incident:
    incident = stage.report(
        0.3,
        "Freshdesk-export met supporttickets van klant A gemaild aan klant B",
        systems=("Freshdesk",),
        subject_groups=(SubjectGroup.CUSTOMERS,),
        subjects=140,
        ongoing=Ternary.NO,
    )
    stage.confirm(incident, 0.3, 1, "De ontvanger meldde zelf dat het bestand van een ander was.", Role.CONTROLLER)
    stage.task(incident, 1, "Klant B vragen het bestand te verwijderen en dat schriftelijk te bevestigen")
    stage.note(incident, 1.5, "Klant B gebeld; de contactpersoon heeft het bestand geopend en zegt verwijdering toe.")
    stage.state(
        incident,
        2,
        kinds=(IncidentKind.EMAIL_WRONG_RECIPIENT,),
        actor=Cause.INTERNAL_NON_MALICIOUS,
        recipient=Recipient.KNOWN,
        disclosure=Disclosure.CONFIRMED,
        data_categories=(DataCategory.NAME, DataCategory.EMAIL, DataCategory.COMMUNICATION_CONTENT),
        protection=(Protection.NONE,),
    )
    return incident


def _processor_intrusion(stage: _Stage) -> Incident:
    incident = stage.report(
        0.5,
        "HubSpot meldt als onze verwerker een indringer in een beheerdersaccount",
        systems=("HubSpot",),
        subject_groups=(SubjectGroup.CUSTOMERS, SubjectGroup.SUBSCRIBERS),
        subjects=11_200,
    )
    stage.confirm(
        incident, 0.5, 2, "Het bericht van HubSpot noemt ons portaal en de betrokken lijsten.", Role.CONTROLLER
    )
    stage.state(
        incident,
        6,
        processor_told_us_at=stage.at(0),
        discovered_by=DiscoveredBy.PROCESSOR,
        discovery="HubSpot stuurde een beveiligingsmelding aan onze beheerder.",
        others_involved=Ternary.YES,
        parties=(Party("HubSpot", PartyRole.PROCESSOR),),
        kinds=(IncidentKind.HACKING, IncidentKind.UNAUTHORISED_ACCESS),
        actor=Cause.EXTERNAL_MALICIOUS,
        recipient=Recipient.MALICIOUS,
        disclosure=Disclosure.LIKELY,
        data_categories=(DataCategory.NAME, DataCategory.EMAIL, DataCategory.PHONE, DataCategory.BEHAVIOUR),
    )
    stage.assess(
        incident,
        20,
        {
            "nature": ["confidentiality"],
            "disclosure": "likely",
            "data": [{"category": "name"}, {"category": "email"}, {"category": "phone"}, {"category": "behaviour"}],
            "recipient": "malicious",
            "actor": "external_malicious",
            "subjects_number": 11_200,
            "protection": "none",
        },
    )
    stage.task(incident, 20, "Bij HubSpot navragen welke contactlijsten zijn ingezien")
    return incident


def _stolen_laptop(stage: _Stage, writer: NoticeWriter) -> Incident:
    incident = stage.report(
        1,
        "Onversleutelde laptop met de gastenlijst van ons evenement gestolen uit een auto",
        systems=("Laptop",),
        subject_groups=(SubjectGroup.CUSTOMERS, SubjectGroup.BUSINESS_CONTACTS),
        subjects=320,
        ongoing=Ternary.YES,
    )
    stage.confirm(incident, 0, 3, "De eigenaar zag de inbraak zelf; de schijf was niet versleuteld.", Role.CONTROLLER)
    stage.state(incident, 8, **_LAPTOP_FACTS)
    stage.assess(incident, 20, _LAPTOP_ANSWERS)
    reason = "Onversleutelde gegevens in handen van een onbekende dief; dieetwensen zijn gezondheidsgegevens."
    now = stage.at(26)
    decide(Decide(stage.actor, incident.id, Subject.AUTHORITY, True, reason), session=stage.session, now=now)
    decide(Decide(stage.actor, incident.id, Subject.SUBJECTS, True, reason), session=stage.session, now=now)
    for addressee in (Addressee.AUTHORITY, Addressee.SUBJECTS):
        draft_notice(
            DraftNotice(stage.actor, incident.id, addressee), session=stage.session, now=stage.at(40), writer=writer
        )
    return incident


_LAPTOP_FACTS: FactValues = {
    "kinds": (IncidentKind.DEVICE_LOST_OR_STOLEN,),
    "actor": Cause.EXTERNAL_MALICIOUS,
    "recipient": Recipient.UNKNOWN_PERSONS,
    "disclosure": Disclosure.LIKELY,
    "description": "Uit een geparkeerde auto is een laptop gestolen met daarop de gastenlijst van een evenement.",
    "discovered_by": DiscoveredBy.CONTROLLER,
    "discovery": "De medewerker vond de auto opengebroken.",
    "data_categories": (DataCategory.NAME, DataCategory.EMAIL, DataCategory.PHONE, DataCategory.HEALTH),
    "data_note": "Gastenlijst met dieetwensen.",
    "records_min": 320,
    "records_max": 320,
    "protection": (Protection.NONE,),
    "protection_intact": Ternary.NO,
    "backup_available": Ternary.YES,
    "consequences_data": (ConsequenceForData.SEEN_BY_UNAUTHORISED, ConsequenceForData.UNLAWFUL_USE),
    "consequences_subjects": (ConsequenceForSubjects.LOSS_OF_CONTROL, ConsequenceForSubjects.IDENTITY_THEFT),
    "severity": Severity.SIGNIFICANT,
    "severity_note": "De gegevens zijn leesbaar voor wie de laptop heeft.",
    "measures_taken": "Toegang van het apparaat ingetrokken, wachtwoorden gewijzigd, aangifte gedaan.",
    "measures_prevent": (SecurityMeasure.ENCRYPTION, SecurityMeasure.TRAINING),
    "measures_prevent_note": "Alle laptops worden versleuteld, en dat wordt gecontroleerd.",
    "reported_to_police": Ternary.YES,
    "cross_border": Ternary.NO,
    "others_involved": Ternary.NO,
}
_LAPTOP_ANSWERS: JsonObject = {
    "nature": ["confidentiality"],
    "disclosure": "likely",
    "data": [{"category": "name"}, {"category": "email"}, {"category": "phone"}, {"category": "health"}],
    "recipient": "unknown_persons",
    "actor": "external_malicious",
    "subjects_number": 320,
    "protection": "none",
    "backup": "yes",
}


def _faulty_release(stage: _Stage) -> Incident:
    incident = stage.report(
        0.2,
        "Foute release van het integratieplatform toonde drie klanten elkaars orders",
        systems=("Integratieplatform",),
        subject_groups=(SubjectGroup.CUSTOMERS,),
        ongoing=Ternary.NO,
    )
    stage.confirm(
        incident, 0.2, 0.5, "Drie klanten zagen orders van elkaar; de logboeken bevestigen het.", Role.PROCESSOR
    )
    controllers = (
        AffectedController("Webwinkel Noord", "privacy@noord.example", 24, "nl", 412, 530),
        AffectedController("Butik Syd AB", "dataskydd@syd.example", 36, "sv", 88, 120),
        AffectedController("Handel West GmbH", "datenschutz@west.example", 48, "de", 1_290, 1_800),
    )
    stage.state(
        incident,
        3,
        affected_controllers=controllers,
        processor_aware_at=stage.at(0.2),
        others_involved=Ternary.YES,
        kinds=(IncidentKind.SHOWN_TO_WRONG_PERSON, IncidentKind.TECHNICAL_MALFUNCTION),
        actor=Cause.INTERNAL_NON_MALICIOUS,
        recipient=Recipient.KNOWN,
        disclosure=Disclosure.CONFIRMED,
        data_categories=(DataCategory.NAME, DataCategory.ADDRESS, DataCategory.ORDERS),
    )
    stage.task(incident, 3, "De release terugdraaien en de tussenopslag legen")
    return incident
