"""The address of every page of the scenario, by a name; what no address leads to is walked to by the tests."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select

from incident.domain.kernel.reference import EXERCISE, make_reference
from incident.store.db import db
from incident.store.models import DrillCall, Incident, Notice, Person
from tests.promises.scenario.installation import EXPORT, Installation

CHAPTERS: Final = (
    "introduction",
    "international",
    "parties",
    "timeline",
    "incident",
    "data",
    "subjects",
    "protection",
    "consequences",
    "actions",
)
PAGES: Final[dict[str, str]] = {
    "board": "/",
    "board-overdue": "/?show=late",
    "board-mine": "/?show=mine",
    "report": "/report",
    "receipt": "/report/{test}/receipt",
    "incident": "/incidents/{hubspot}",
    "incident-overdue": "/incidents/{payslips}",
    "incident-new": "/incidents/{test}",
    "incident-closed": "/incidents/{export}",
    "incident-processor": "/incidents/{release}",
    "triage": "/incidents/{test}/triage",
    "facts": "/incidents/{hubspot}/facts",
    "facts-history": "/incidents/{hubspot}/facts-history",
    "proposals": "/incidents/{hubspot}/proposals",
    "proposals-new": "/incidents/{test}/proposals?kind=phishing",
    "risk": "/incidents/{hubspot}/risk",
    "risk-empty": "/incidents/{test}/risk",
    "decisions": "/incidents/{hubspot}/decisions",
    "decisions-waiting": "/incidents/{phishing}/decisions",
    "decisions-empty": "/incidents/{test}/decisions",
    "notices": "/incidents/{hubspot}/notices",
    "notices-empty": "/incidents/{test}/notices",
    "customers": "/incidents/{release}/notices",
    "dossier": "{dossier}",
    "dossier-incomplete": "{incomplete}",
    "dossier-sent": "{sent}",
    "beside": "{dossier}/beside",
    "dossier-submit": "{dossier}/submit",
    "dossier-compare": "{dossier}/compare?from=1&to=2",
    "letter": "{letter}",
    "letter-draft": "{draft}",
    "letter-compare": "{letter}/compare?from=1&to=2",
    "letter-languages": "{letter}/languages",
    "customer": "{customer}",
    "customer-draft": "{customer_draft}",
    "edpb": "/incidents/{hubspot}/edpb",
    "portal-insurer": "/incidents/{hubspot}/portals/insurer",
    "mailings": "/incidents/{hubspot}/mailings",
    "mailing": "{mailing}",
    "mailing-people": "{mailing}/people",
    "mailing-person": "{mailing}/people/2",
    "timeline": "/incidents/{hubspot}/timeline",
    "tasks": "/incidents/{hubspot}/tasks",
    "duties": "/incidents/{hubspot}/duties",
    "evidence": "/incidents/{hubspot}/evidence",
    "record": "/incidents/{hubspot}/record",
    "restrict": "/incidents/{hubspot}/restrict",
    "shared": "/incidents/{hubspot}/shared",
    "status": "/status/{status}",
    "record-closed": "/incidents/{export}/record",
    "close": "/incidents/{hubspot}/close",
    "close-possible": "/incidents/{laptop}/close",
    "close-done": "/incidents/{export}/close",
    "register": "/register",
    "register-second": "/register?page=2",
    "register-search": "/register?q=Freshdesk&status=closed",
    "register-columns": "/register?col=reference&col=summary&col=risk&col=notified_at&col=systems&col=lessons",
    "register-nothing": "/register?q=zeppelin",
    "import": "/register/import",
    "insight": "/insight",
    "people": "/people",
    "person": "/people/{person}",
    "person-new": "/people/new",
    "invite": "/people/invite",
    "powers": "/powers",
    "organisation": "/settings/organisation",
    "lists": "/settings/lists",
    "trade": "/settings/trade",
    "processing": "/settings/processing",
    "templates": "/settings/notices",
    "template": "/settings/notices/subjects/initial/nl",
    "ladder": "/settings/ladder",
    "roster": "/settings/roster",
    "drill": "/drill/{call}",
    "drill-confirmed": "/drill/{confirmed_call}",
    "exercises": "/exercises",
    "exercise": "/exercises/2",
    "exercise-ended": "/exercises/1",
    "exercise-incident": "/incidents/{exercise}",
    "regimes": "/settings/regimes",
    "doors": "/settings/doors",
    "doors-new": "/settings/doors/new",
    "doors-edit": "/settings/doors/medewerkers",
    "door": "/door/medewerkers",
    "door-processors": "/door/leveranciers",
    "followup": "/followup",
    "reporter": "/incidents/{test}/reporter",
    "channels": "/settings/channels",
    "events": "/settings/events",
    "events-new": "/settings/events/new",
    "events-edit": "/settings/events/5f0e1d2c3b4a5968",
    "retention": "/settings/retention",
    "retention-person": "/settings/retention/person",
    "health": "/settings/health",
    "help": "/help",
    "method": "/help/method",
    "account": "/account",
    "passkeys": "/account/passkeys",
    "second-factor": "/account/second-factor",
    "recovery-codes": "/account/recovery-codes",
    "password": "/account/password",
    "verify": "/account/verify",
    "tokens": "/account/tokens",
    "api": "/account/tokens/api",
    "export-waiting": f"/register/exports/{EXPORT}",
    "not-found": "/no-such-page",
    "facts-missing": "/incidents/{release}/facts/missing",
    **{f"facts-{chapter}": f"/incidents/{{hubspot}}/facts/{chapter}" for chapter in CHAPTERS},
}


def addresses(made: Installation) -> dict[str, str]:
    """Every page with its address in this installation."""
    with made.app.app_context():
        known = _known(made)
    return {name: address.format(**known) for name, address in PAGES.items()}


def _known(made: Installation) -> Mapping[str, str]:
    session = db.session()
    rows = session.execute(
        select(Incident.reference, Notice).join(Incident, Incident.id == Notice.incident_id).order_by(Notice.created_at)
    )
    notices: dict[tuple[str, str], list[str]] = {}
    for reference, notice in rows:
        address = f"/incidents/{reference}/notices/{notice.id}"
        notices.setdefault((reference, notice.addressee.value), []).append(address)
    known = made.references
    person = session.scalars(select(Person).where(Person.name == "Jelle Postma")).one()
    customers = notices[known["release"], "controller"]
    confirmed = select(DrillCall.id).join(Person).where(DrillCall.confirmed_at.is_not(None))
    return {
        **known,
        "person": str(person.id),
        "call": str(session.scalars(select(DrillCall.id).where(DrillCall.confirmed_at.is_(None))).one()),
        "confirmed_call": str(session.scalars(confirmed.where(Person.name == "Noor de Wit")).one()),
        "exercise": make_reference(2026, 2, EXERCISE),
        "status": made.status,
        "mailing": f"/incidents/{known['hubspot']}/mailings/{made.mailing}",
        "dossier": notices[known["hubspot"], "authority"][0],
        "letter": notices[known["hubspot"], "subjects"][0],
        "incomplete": notices[known["payslips"], "authority"][0],
        "draft": notices[known["payslips"], "subjects"][0],
        "sent": notices[known["export"], "authority"][0],
        "customer": customers[0],
        "customer_draft": customers[1],
    }
