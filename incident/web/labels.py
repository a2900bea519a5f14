"""Words for the closed lists of this product; the words for the law's own lists are in ``incident.law.labels``."""

from collections.abc import Iterable
from enum import Enum
from typing import Final

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from incident.documents.phrases import phrases
from incident.domain.kernel.events import Status
from incident.domain.kernel.people import Role
from incident.domain.kernel.roles import PERMISSIONS, Permission
from incident.domain.languages import LETTER_LANGUAGES, language_name
from incident.law import labels as law
from incident.law.explain import duty_name, title
from incident.law.forms.catalogue import load_catalogue
from incident.law.vocabulary import Actor, DataCategory, NoticeChannel, NotInformingGround, RiskLevel, SubjectGroup
from incident.web.i18n import language_code

ROLES: Final = {
    Role.REPORTER: _l("Reporter"),
    Role.RESPONDER: _l("Responder"),
    Role.DPO: _l("Data protection officer"),
    Role.SECOND: _l("Second person"),
    Role.AUDITOR: _l("Auditor"),
    Role.ADMIN: _l("Administrator"),
}
ROLE_HINTS: Final = {
    Role.REPORTER: _l("reports breaches and follows their own reports"),
    Role.RESPONDER: _l("handles incidents"),
    Role.DPO: _l("decides, approves, submits and closes"),
    Role.SECOND: _l("agrees or refuses when somebody decides not to notify, and approves notices"),
    Role.AUDITOR: _l("reads everything, changes nothing"),
    Role.ADMIN: _l("people and settings; gives no access to case files"),
}
STATUSES: Final = {
    Status.REPORTED: (_l("Received"), "violet"),
    Status.CONFIRMED: (_l("Confirmed"), "brand"),
    Status.ASSESSED: (_l("Risk assessed"), "brand"),
    Status.DECIDED: (_l("Decided"), "brand"),
    Status.NOTIFIED: (_l("Notified"), "green"),
    Status.CLOSED: (_l("Closed"), ""),
    Status.DISMISSED: (_l("No breach"), ""),
}
RISKS: Final = {
    RiskLevel.UNLIKELY: (_l("Risk unlikely"), "green"),
    RiskLevel.RISK: (_l("Risk"), "amber"),
    RiskLevel.HIGH: (_l("High risk"), "red"),
}
ADDRESSEES: Final = {
    "authority": _l("Autoriteit Persoonsgegevens"),
    "subjects": _l("Data subjects"),
    "public": _l("The public"),
    "controller": _l("Controller (customer)"),
    "staff": _l("Own staff"),
    "police": _l("Police"),
    "insurer": _l("Insurer"),
    "press": _l("Press"),
}
NOTICE_KINDS: Final = {
    "initial": _l("First notice"),
    "provisional": _l("Provisional notice"),
    "follow_up": _l("Follow-up"),
    "final": _l("Final notice"),
    "withdrawal": _l("Withdrawal"),
}


def language_word(code: str) -> str:
    """A language as the page's language calls it."""
    return language_name(code, language_code())


NOTICE_LANGUAGES: Final = {code: LazyString(language_word, code) for code in LETTER_LANGUAGES}


def duty_word(duty: str) -> str:
    """What may be due beside the first notification: other law by its name, the follow-up, an answer; else nothing."""
    return str(duty_name(duty, language_code()))


def deadline_name(obligation: str) -> str:
    """What a deadline is about, in the language of the page."""
    return str(title(obligation, language_code()))


def role_names(roles: Iterable[Role]) -> str:
    """The roles in words."""
    return ", ".join(str(ROLES[role]) for role in Role if role in set(roles))


def recorders() -> str:
    """Who may record that something was reported, for those who may not."""
    names = role_names([role for role in Role if Permission.SUBMIT in PERMISSIONS[role]])
    return str(_("Only people with this role record here what was reported: %(roles)s.", roles=names))


def law_label(member: Enum) -> str:
    """The words for a member of the law's vocabulary in the page's language."""
    return law.label(member, language_code())


def law_choices(kind: type[Enum]) -> tuple[tuple[str, str], ...]:
    """All members of one of the law's lists with their words in the page's language."""
    return law.choices(kind, language_code())


def field_words(name: str) -> law.FieldLabel:
    """Label, help and question of a field of the fact sheet."""
    return law.field_label(name, language_code())


def missing_word(item: str) -> str:
    """What a notice lacks: the label of a field or a placeholder where it names one, else as the notice says it."""
    if item == "translation":
        return str(_("the translation of what was written in another language"))
    try:
        return field_words(item).label
    except KeyError:
        return phrases(language_code())["placeholders"].get(item, item)


def ground_word(ground: str) -> str:
    """The words for a ground of not informing the data subjects by its identifier."""
    return law_label(NotInformingGround(ground))


def group_word(group: str) -> str:
    """A group of people in words; what is no group of the vocabulary is shown as it was written."""
    return law_label(SubjectGroup(group)) if group in set(SubjectGroup) else group


def channel_word(channel: str) -> str:
    """The way on which a notice left, in words."""
    return law_label(NoticeChannel(channel)) if channel in set(NoticeChannel) else _("At the authority's portal")


def data_word(category: str) -> str:
    """The words for a kind of data by its identifier."""
    return law_label(DataCategory(category))


def cause_word(cause: str | None) -> str:
    """The category of a cause in words; what is no category of the vocabulary is shown as it was written."""
    known = {member.value: member for member in Actor}
    return law_label(known[cause]) if cause in known else cause or ""


def note_word(catalogue: str, told: str) -> str:
    """Why a form's answer is what it is, in the language of the page."""
    return load_catalogue(catalogue).retold(told, language_code())


def template_words() -> dict[str, object]:
    """What templates use of this."""
    return {
        "role_names": role_names,
        "recorders": recorders,
        "ROLES": ROLES,
        "STATUSES": STATUSES,
        "RISKS": RISKS,
        "ADDRESSEES": ADDRESSEES,
        "duty_word": duty_word,
        "NOTICE_KINDS": NOTICE_KINDS,
        "NOTICE_LANGUAGES": NOTICE_LANGUAGES,
        "deadline_name": deadline_name,
        "law_label": law_label,
        "field_words": field_words,
        "cause_word": cause_word,
        "data_word": data_word,
        "ground_word": ground_word,
        "group_word": group_word,
        "channel_word": channel_word,
        "missing_word": missing_word,
        "note_word": note_word,
    }
