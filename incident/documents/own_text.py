"""What somebody needs who writes the organisation's own text: the names that may stand in it, and a text to start from.

The text to start from is the one that ships with the product, with ``((name))`` at each place where a value goes.
"""

from collections.abc import Mapping
from types import MappingProxyType

from incident.documents.drafting import allowed_placeholders, draft
from incident.documents.notice_facts import Markdown, NoticeFacts
from incident.documents.phrases import phrases
from incident.documents.templates import find_template
from incident.documents.writing import facts_for
from incident.usecases.notices.ports import NoticeRequest


def names_for(request: NoticeRequest, reader: str) -> Mapping[str, str]:
    """Every name that may stand in such a text, with what it is called in the language of who writes it."""
    language = find_template(request.addressee, request.kind, request.language).language
    words = phrases(reader)["placeholders"]
    names = sorted(allowed_placeholders(facts_for(request, language)))
    return MappingProxyType({name: words.get(name, name.replace("_", " ")) for name in names})


def start_text(request: NoticeRequest) -> tuple[str, str]:
    """Subject and text to start from."""
    template = find_template(request.addressee, request.kind, request.language)
    facts = facts_for(request, template.language)
    named = {name: False if isinstance(value, bool) else _named(name) for name, value in facts.values.items()}
    made = draft(template, NoticeFacts(template.language, MappingProxyType(named)))
    organisation = request.organisation.name
    return made.title.replace("((organisation))", organisation), made.body_markdown


def _named(name: str) -> Markdown:
    return Markdown(f"(({name}))")
