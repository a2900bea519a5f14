"""What the use cases ask for: a notice written from the facts, in the words of its addressee's language."""

from incident.documents.drafting import Draft, draft, draft_own
from incident.documents.notice_facts import NoticeCase, NoticeFacts, notice_facts
from incident.documents.templates import find_template
from incident.documents.wording import Wording
from incident.domain.kinds import Addressee
from incident.usecases.notices.ports import NoticeRequest, WrittenNotice


def write_notice(request: NoticeRequest) -> WrittenNotice:
    """The text for ``request``. Raises ``NotFound`` without a template, ``Invalid`` for an unknown placeholder."""
    made = draft_for(request)
    return WrittenNotice(made.title, made.body_markdown, made.template_ref, made.missing)


def draft_for(request: NoticeRequest) -> Draft:
    """Like :func:`write_notice`, with everything that is known about the draft."""
    template = find_template(request.addressee, request.kind, request.language)
    facts = facts_for(request, template.language)
    made = draft(template, facts)
    if request.template_text is None:
        return made
    return draft_own(request.template_text, request.template_title or made.title, facts)


def write_withdrawal(request: NoticeRequest, *, authority_reference: str, reason: str) -> WrittenNotice:
    """The letter that goes with a withdrawn notification: its number exactly as received, and why it is withdrawn."""
    template = find_template("authority", "withdrawal", request.language)
    case = NoticeCase(request.reference, authority_reference=authority_reference, withdrawal_reason=reason)
    made = draft(template, notice_facts(request.facts, request.organisation, case, Wording(template.language)))
    return WrittenNotice(made.title, made.body_markdown, made.template_ref, made.missing)


def facts_for(request: NoticeRequest, language: str) -> NoticeFacts:
    """The values for ``request`` in ``language``."""
    to_each = request.addressee == Addressee.SUBJECTS
    case = NoticeCase(request.reference, request.recipient, request.group, evidence=request.evidence, to_each=to_each)
    return notice_facts(request.facts, request.organisation, case, Wording(language))
