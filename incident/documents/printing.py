"""From a version in the record to the document that is printed: what stands around the text, and the text itself."""

from incident.documents.blocks import Block, Paragraph, words
from incident.documents.differences import changes_blocks, diff_forms
from incident.documents.dossier import dossier_blocks
from incident.documents.drafting import for_recipient
from incident.documents.model import Letterhead, NoticeDocument
from incident.documents.phrases import furniture
from incident.documents.teller import HOME
from incident.documents.wording import Wording
from incident.domain.kinds import Addressee
from incident.domain.organisation import OrganisationProfile
from incident.law.forms.answers import FilledForm, Origin
from incident.law.forms.edpb_1_0 import CATALOGUE_ID as EDPB
from incident.law.forms.notation import moment_in_words
from incident.law.rulesets import AUTHORITY_ZONE
from incident.usecases.notices.authority_form import form_from
from incident.usecases.notices.ports import PrintableNotice

WITH_CHECKPOINT = frozenset(one.value for one in (Addressee.AUTHORITY, Addressee.CONTROLLER))
"""Whose texts carry the checkpoint of the log: it means nothing to other readers."""
_FORM_TITLES = {
    ("ap-2022", "nl"): {
        "1.1.withdrawal_reason": "Intrekking van melding datalek {number} aan de Autoriteit Persoonsgegevens",
        "1.1.earlier_number": "Aanvulling op melding datalek {number} aan de Autoriteit Persoonsgegevens",
        "": "Melding datalek aan de Autoriteit Persoonsgegevens",
    },
    ("edpb-1.0", "en"): {
        "5": "Withdrawal of personal data breach notification {number} (EDPB template, consultation draft)",
        "6": "Follow-up to personal data breach notification {number} (EDPB template, consultation draft)",
        "": "Personal data breach notification (EDPB template, consultation draft)",
    },
}
"""By the question that only this kind of filing has; the number is that of the notification before it."""
_EARLIER_NUMBER = {"ap-2022": "1.1.earlier_number", "edpb-1.0": "6"}


def document_of(
    notice: PrintableNotice, *, logo: bytes | None = None, previous: FilledForm | None = None
) -> NoticeDocument:
    """The document of one version; a letter that is not yet addressed to anybody carries a general greeting.

    With ``previous``, the form as it was filed before, a follow-up opens with what changed, answer by answer.
    """
    form = _form_of(notice) if notice.form else None
    language = form.language if form else notice.language
    title = form_title(form) if form else notice.title
    body = "" if form else for_recipient(notice.body, language)
    return NoticeDocument(
        title=title,
        language=language,
        reference=notice.reference,
        written_on=notice.at.astimezone(AUTHORITY_ZONE).date(),
        markdown=body,
        blocks=_form_blocks(form, previous, notice),
        letterhead=letterhead_of(notice.organisation, logo),
        recipient=_dateline(notice, language),
        details=_details(notice, language),
        footer=notice.organisation.name,
        audit_head=notice.audit_head if notice.addressee in WITH_CHECKPOINT else "",
        draft=not notice.approved,
        heading=True,
    )


def _form_of(notice: PrintableNotice) -> FilledForm:
    """Once it is approved without what that settled; a template has that from the form that it goes with."""
    form = form_from(notice.form)
    return form.approved if notice.approved and notice.goes_with is None else form


def form_title(form: FilledForm) -> str:
    """What the dossier of a form is called: a follow-up and a withdrawal name the notification that they are about."""
    told = {one.key: one for one in form.answers}
    titles = _FORM_TITLES.get((form.catalogue, form.language), {"": form.catalogue})
    title = next(titles[key] for key in titles if not key or key in told)
    earlier = told.get(_EARLIER_NUMBER.get(form.catalogue, ""))
    number = earlier.text if earlier is not None and earlier.origin is Origin.RECORDED else ""
    return " ".join(title.format(number=number).split())


def _form_blocks(form: FilledForm | None, previous: FilledForm | None, notice: PrintableNotice) -> tuple[Block, ...]:
    if form is None:
        return ()
    changes = changes_blocks(diff_forms(previous, form), form.language) if previous else ()
    home = next(iter(notice.organisation.languages), HOME)
    told = dossier_blocks(form, checked=notice.approved, home=home, changes=changes)
    return (*_goes_with(notice, form), *told)


def _goes_with(notice: PrintableNotice, form: FilledForm) -> tuple[Block, ...]:
    """Which approved form a template follows that nobody approves by itself."""
    if (own := notice.goes_with) is None:
        return ()
    moment = moment_in_words(own.at, form.language)
    told = furniture(form.language)["goes_with"].format(
        number=_number(notice, own.number, form.language), who=own.by, moment=moment
    )
    return (Paragraph(words(told)),)


def _details(notice: PrintableNotice, language: str) -> tuple[tuple[str, str], ...]:
    """Reference and day; the version of a form alone: in a letter "version 2" asks what became of the first, and a
    template that nobody approves by itself says with which version of which form it goes.

    A text to the press has no reference, which journalists cannot use, and its day with the place.
    """
    say, day = furniture(language), _day(notice, language)
    if notice.addressee == Addressee.PRESS:
        return () if _dateline(notice, language) else ((say["date"], day),)
    shown = ((say["reference"], notice.reference), (say["date"], day))
    if not notice.form or form_from(notice.form).catalogue == EDPB:
        return shown
    state = f" ({say['approved']})" if notice.approved else ""
    return (*shown, (say["version"], f"{_number(notice, notice.number, language)}{state}"))


def _number(notice: PrintableNotice, number: int, language: str) -> str:
    """The number of a version; of a follow-up its own, as the first notification had a version 1, too."""
    return furniture(language)["of_follow_up"].format(number=number) if notice.previous else str(number)


def _dateline(notice: PrintableNotice, language: str) -> tuple[str, ...]:
    """Place and day as the press writes them, where a letter has its addressee: behind a label they read as a form."""
    city = notice.organisation.city.strip() if notice.addressee == Addressee.PRESS else ""
    return (furniture(language)["dateline"].format(city=city, day=_day(notice, language)),) if city else ()


def _day(notice: PrintableNotice, language: str) -> str:
    return Wording(language).day(notice.at.astimezone(AUTHORITY_ZONE).date())


def letterhead_of(organisation: OrganisationProfile, logo: bytes | None = None) -> Letterhead:
    """The letterhead of an organisation: its name, address and first web site."""
    place = " ".join(part for part in (organisation.postcode, organisation.city) if part)
    site = organisation.website
    lines = (organisation.street, place, site, organisation.email)
    return Letterhead(organisation.name, tuple(line for line in lines if line), logo)
