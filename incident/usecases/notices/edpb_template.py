"""The EDPB's common template v1.0, filled from the record: to read, to print, and as its interchange form."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from incident.domain.fact_sheet import told_hash
from incident.domain.kernel.json import JsonObject
from incident.domain.kinds import Addressee, NoticeKind
from incident.law.forms.answers import FilledForm
from incident.law.forms.edpb_1_0 import CATALOGUE_ID, edpb_interchange
from incident.law.forms.edpb_validation import Problem, validate_edpb
from incident.law.forms.fill import fill_as_known
from incident.store import tree
from incident.store.models import Incident
from incident.store.queries.case import newest_form, notice_files
from incident.usecases.common.fact_versions import current_facts, facts_at
from incident.usecases.common.settings import organisation_profile
from incident.usecases.notices.authority_form import FILING, filing_context, form_document, form_from
from incident.usecases.notices.earlier_filing import last_filed
from incident.usecases.notices.ports import ApprovedForm, PrintableNotice


@dataclass(frozen=True, slots=True)
class EdpbTemplate:
    """The filled template, its interchange form, and what is wrong with that; empty problems mean it may be sent.

    ``approved`` is the form of the own authority, where that tells the same and somebody has approved it.
    """

    form: FilledForm
    payload: dict[str, object]
    problems: tuple[Problem, ...]
    is_first: bool
    approved: ApprovedForm | None


def edpb_template(session: Session, incident: Incident, *, now: datetime, language: str = "en") -> EdpbTemplate:
    """Fill it: a first notification until one was filed, a later one from then on; incomplete while answers are open.

    ``language`` (nl, en) is that of the notes beside the answers; the template itself is English.
    """
    facts, organisation = current_facts(session, incident), organisation_profile(session)
    context = filing_context(session, incident, NoticeKind.FINAL, now, facts, organisation, language="en")
    if incident.notified_at is None and not context.earlier_number:
        context = replace(context, kind=FILING[NoticeKind.INITIAL])
    form = fill_as_known(CATALOGUE_ID, facts, organisation, context, language)
    payload, is_first = edpb_interchange(form), context.kind.is_first
    approved = _approved(session, incident, is_first=is_first)
    if approved is not None:
        form = form.settled_by(approved.confirms)
    return EdpbTemplate(form, payload, validate_edpb(payload, now), is_first, approved)


def edpb_sheet(session: Session, incident: Incident, made: EdpbTemplate, *, now: datetime) -> PrintableNotice:
    """The template with what stands around it on paper; it is never approved by itself, but goes with the form of the
    own authority.
    """
    form = made.form
    return PrintableNotice(
        addressee="authority",
        kind="initial",
        language=form.language,
        title="",
        body="",
        form=form_document(form),
        organisation=organisation_profile(session),
        reference=incident.reference,
        number=incident.fact_version,
        at=now,
        approved=made.approved is not None,
        audit_head=tree.stamp(session),
        goes_with=made.approved,
        previous={} if made.is_first else _as_filed(session, incident),
    )


def _as_filed(session: Session, incident: Incident) -> JsonObject:
    """GDPR art. 33(4): the template as the record would have filled it when the authority was last notified: its
    answers are kept nowhere, as nobody files them.
    """
    filed = last_filed(notice_files(session, incident.id))
    if filed is None:
        return {}
    facts, organisation = facts_at(session, incident, filed.version.fact_version), organisation_profile(session)
    context = filing_context(
        session, incident, filed.kind, filed.at, facts, organisation, language="en", until=filed.at
    )
    return form_document(fill_as_known(CATALOGUE_ID, facts, organisation, context, "en"))


def _approved(session: Session, incident: Incident, *, is_first: bool) -> ApprovedForm | None:
    """The newest form of the own authority, if it is approved and tells these facts in a filing of the same kind."""
    found = newest_form(session, incident.id)
    if found is None or (approval := found[2]) is None:
        return None
    kind, facts = found[0].kind, told_hash(Addressee.AUTHORITY, current_facts(session, incident), "")
    if kind is NoticeKind.WITHDRAWAL or FILING[kind].is_first is not is_first or approval.facts_sha256 != facts:
        return None
    version = found[1]
    return ApprovedForm(version.number, approval.author_name, approval.recorded_at, form_from(version.form).confirms)
