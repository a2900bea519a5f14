"""What the use cases ask for: a notice written from the facts, in the words of its addressee's language."""

import re
from typing import Final

from incident.documents.drafting import Draft, draft, draft_own
from incident.documents.notice_case import NoticeCase
from incident.documents.notice_facts import NoticeFacts, notice_facts
from incident.documents.templates import find_template
from incident.documents.wording import Wording
from incident.domain.kinds import Addressee, NoticeKind
from incident.law.facts import BreachFacts
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.vocabulary import Role
from incident.usecases.notices.ports import NoticeRequest, WrittenNotice

_DESCRIBED: Final = frozenset({Addressee.CONTROLLER, Addressee.POLICE, Addressee.INSURER})
"""Who gets the description of the record."""
_PUBLISHED: Final = frozenset({Addressee.PUBLIC, Addressee.PRESS})
"""What everybody can read."""
_ACCOUNT: Final = re.compile(r"\(\((happened|description)\)\)")
"""Where an own text tells what happened."""
_FURTHER: Final = frozenset({NoticeKind.FOLLOW_UP, NoticeKind.FINAL})


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


def facts_for(request: NoticeRequest, language: str) -> NoticeFacts:
    """The values for ``request`` in ``language``."""
    case = NoticeCase(
        request.reference,
        request.recipient,
        request.group,
        evidence=request.evidence,
        reader=request.addressee,
        to_each=request.addressee == Addressee.SUBJECTS
        or (request.addressee == Addressee.CONTROLLER and not _all_theirs(request.facts)),
        further=request.kind in _FURTHER,
        described=request.addressee in _DESCRIBED and bool(request.facts.description.strip()),
        accounted=request.template_text is None or _ACCOUNT.search(request.template_text) is not None,
        published=request.addressee in _PUBLISHED,
        earlier=request.earlier,
        before=request.before,
        today=request.now.astimezone(AUTHORITY_ZONE).date(),
        response=request.response,
    )
    return notice_facts(request.facts, request.organisation, case, Wording(language))


def _all_theirs(facts: BreachFacts) -> bool:
    """Whether all people on the sheet are of the one customer of a processor: its breach holds customers' data only."""
    return facts.role is Role.PROCESSOR and len(facts.affected_controllers) == 1
