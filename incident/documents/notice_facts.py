"""The facts of a breach in the words of one language: all a notice template may say, and what is still missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from incident.documents.advice import advice, answers_late
from incident.documents.consequences import consequence_names, consequences, for_each_group, staff_effects
from incident.documents.evidence import evidence_values
from incident.documents.further import advice_now, numbers_now, settled
from incident.documents.happening import (
    BREACH,
    back_at,
    data_items,
    found,
    group_items,
    happened,
    in_bad_hands,
    law_group,
    names_day,
    names_reader,
    nature_sentences,
    online,
    other_data,
    own_words,
    shielded,
    spared,
    systems,
    when,
    why_you,
)
from incident.documents.helplines import dialled
from incident.documents.notice_case import NoticeCase
from incident.documents.prevention import prevention
from incident.documents.readers import (
    about_us,
    others_affected,
    others_online,
    reader_values,
    report_values,
    reports_deed,
    still_untold,
    tells_hour,
    told_apart,
)
from incident.documents.teller import HOME, Gap, Markdown, Teller, Value, as_markdown, behind_first
from incident.documents.wording import Wording, capital
from incident.domain.kinds import Addressee
from incident.domain.organisation import OrganisationProfile
from incident.law.facts import AffectedController, BreachFacts
from incident.law.forms.timeline import discovery
from incident.law.groups import (
    all_are_told,
    facts_of_group,
    facts_of_groups,
    groups_differ,
    numbers_of,
    our_groups,
    published,
)
from incident.law.vocabulary import (
    IncidentKind,
    Informed,
    Nature,
    SecurityMeasure,
    SubjectGroup,
    Ternary,
)

AUTHORITY_WEBSITES: Final = {"Autoriteit Persoonsgegevens": "www.autoriteitpersoonsgegevens.nl"}
TOLD_PEOPLE: Final = frozenset(
    {
        "told_people",
        "told_news",
        "other_people",
        "other_reason",
        "data_note",
        "consequences_subjects_note",
        "measures_taken",
        "measures_prevent_note",
        "advice_to_subjects",
    }
)
"""The facts whose own words stand in letters to data subjects."""
_INFORMED: Final = frozenset({Addressee.POLICE, Addressee.INSURER, Addressee.PRESS, Addressee.STAFF})
"""Who reads of the breach without being one of the people concerned."""
_DISCOVERY: Final = frozenset({Addressee.POLICE, Addressee.INSURER})
"""Who reads how it was discovered."""
_HEARS_ANSWER: Final = frozenset({Addressee.SUBJECTS, Addressee.STAFF})
"""Who is told what the recipient of the data confirmed."""
_WILL_HEAR: Final = frozenset({Informed.INFORMED, Informed.PLANNED_ON_DATE, Informed.PLANNED})


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """The values by name, in ``language``; a ``Gap`` is a value that is missing."""

    language: str
    values: Mapping[str, Value]

    @property
    def provided(self) -> frozenset[str]:
        """The names that have a value."""
        return frozenset(name for name, value in self.values.items() if not isinstance(value, Gap))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The values that are missing."""
        return tuple(value for value in self.values.values() if isinstance(value, Gap))


def notice_facts(
    facts: BreachFacts, organisation: OrganisationProfile, case: NoticeCase, wording: Wording
) -> NoticeFacts:
    """Everything a template may use, from the facts and the organisation, in the language of ``wording``."""
    whole, customer = facts, _customer(facts, case.recipient)
    group = law_group(case.group, organisation)
    if not group and _groups_of(customer, facts):
        case = replace(case, to_each=False, numbers=numbers_of(facts, customer) if customer else {})
    case = replace(case, before=_readers(case.before, case, group) if case.before else None)
    whole, facts = facts, _readers(facts, case, group)
    case = replace(case, apart=case.published and whole.subject_groups != facts.subject_groups, whole=whole)
    told = Teller(facts, wording, next(iter(organisation.languages), HOME))
    values: dict[str, Value] = {}
    for part in (
        _about_us(organisation, case, told),
        _about_breach(organisation, case, told),
        _about_effects(organisation, case, told),
        reader_values(whole, organisation.name, told),
        report_values(organisation.lead_authority, told, described=case.described),
        evidence_values(case.evidence, told),
    ):
        values.update(part)
    values.update(_about_customer(customer, case, told))
    return NoticeFacts(wording.language, MappingProxyType(values))


def _readers(facts: BreachFacts, case: NoticeCase, group: SubjectGroup | None) -> BreachFacts:
    """The sheet as it is true for who reads the text: a group, the people of a customer, or all whom we tell."""
    if group:
        return facts_of_group(facts, group)
    if theirs := _groups_of(_customer(facts, case.recipient), facts):
        return facts_of_groups(facts, theirs)
    return facts_of_groups(facts, our_groups(facts)) if case.published else facts


def _about_us(organisation: OrganisationProfile, case: NoticeCase, told: Teller) -> dict[str, Value]:
    facts, roles = told.facts, told.wording.phrases["roles"]
    place = " ".join(part for part in (organisation.postcode, organisation.city) if part)
    address = ", ".join(part for part in (organisation.street, place) if part)
    own = facts.contact_name.strip()
    officer = organisation.dpo_name if own in ("", organisation.dpo_name) else ""
    function = facts.contact_function.strip() or (roles["dpo"] if officer else "")
    phone = facts.contact_phone or organisation.dpo_phone or organisation.phone
    email = facts.contact_email or organisation.dpo_email or organisation.email
    return {
        "reference": told.text("reference", case.reference),
        "further": case.further,
        "earlier": _earlier(case, told.wording),
        "organisation": told.text("organisation", organisation.name),
        "organisation_address": told.text("organisation_address", address),
        "organisation_website": organisation.website,
        "about_us": about_us(organisation, told),
        "policy_number": told.text("policy_number", organisation.policy_number),
        "chamber_number": told.text("chamber_number", organisation.kvk),
        "contact_name": told.text("contact_name", own, organisation.dpo_name),
        "contact_function": function,
        "contact_email": told.text("contact_email", email),
        "contact_phone": dialled(phone.strip(), organisation.country, told.wording.language),
        "authority": told.text("authority", organisation.lead_authority),
        "authority_website": AUTHORITY_WEBSITES.get(organisation.lead_authority, ""),
        "authority_dutch": organisation.lead_authority in AUTHORITY_WEBSITES,
    }


def _earlier(case: NoticeCase, wording: Wording) -> str:
    """When we told this reader before, as a sentence begins."""
    words = wording.words
    return words["earlier_on"].format(day=wording.day(case.earlier)) if case.earlier else words["earlier"]


def _about_breach(organisation: OrganisationProfile, case: NoticeCase, told: Teller) -> dict[str, Value]:
    facts, wording = told.facts, told.wording
    aware, _recorded = discovery(facts)
    first = case.described or case.reader == Addressee.POLICE
    dated = names_day(facts.told_people, facts.occurred_from, wording) and not first
    before = facts.description if case.reader == Addressee.INSURER else facts.told_people if dated else ""
    called = "breach_formal" if case.recipient else BREACH
    discovered = (
        ""
        if aware is None or (case.reader in _DISCOVERY and tells_hour(facts.discovery, aware, told))
        else found(facts, aware, wording, own_words=before, called=called)
    )
    count = wording.count(facts.subjects_min, facts.subjects_max, exact=facts.subjects_exact)
    apart = aware != facts.occurred_to or case.reader == Addressee.INSURER
    return {
        "happened": _happened(told, described=case.described),
        "description": told.fact("description", "description", facts.description, facts.summary),
        "when": when(facts, wording, called=called, dated=dated),
        "discovered": told.text("discovered", discovered) if apart else "",
        "discovery": told.optional(facts.discovery),
        "nature": _nature(case, told),
        "online": " ".join(_online(case, told)),
        "yours_online": case.to_each and not case.recipient and bool(published(facts)) and not groups_differ(facts),
        "customers_affected": bool(facts.affected_controllers),
        "others": _others(case, told),
        "taken": Nature.CONFIDENTIALITY in facts.nature and in_bad_hands(facts),
        "data": _data(case, told),
        "data_note": "" if other_data(facts) and not groups_differ(facts) else told.optional(facts.data_note),
        "protection": shielded(facts, wording),
        "group_names": _groups(case, told),
        "by_group": not case.to_each and (groups_differ(facts) or told_apart(case.reader, told) is not None),
        "other_people": told.optional(facts.other_people) if facts.subject_groups == (SubjectGroup.OTHER,) else "",
        "why_you": Markdown(why_you(facts, wording, told.optional(facts.other_reason))),
        "subjects_count": count,
        "people_reached": all_are_told(facts),
        "people_hear": facts.informed in _WILL_HEAR and not all_are_told(facts),
        "people_told": facts.informed is Informed.INFORMED and not all_are_told(facts),
        "people_unheard": facts.informed not in _WILL_HEAR,
        "staff_affected": SubjectGroup.EMPLOYEES in facts.subject_groups,
        "records_count": wording.count(facts.records_min, facts.records_max),
        "systems": systems(facts, organisation, facts.description if case.described else ""),
    }


def _others(case: NoticeCase, told: Teller) -> str:
    """In a text to everybody: that people whose data we process for others are affected too, and who tells them; what
    the press reads of them, where no customer's people can be among ours. Whether theirs are online is said where these
    can be told apart: all readers of "none of the other groups" asked it."""
    customers, whole = told.facts.affected_controllers, case.whole or told.facts
    if not customers:
        return ""
    say = told.wording.phrases["others"]
    if not (case.apart and all(one.groups for one in customers)):
        return " ".join((say["among"], say["decide"]))
    also, online = others_affected(whole, told), others_online(whole, told.wording)
    return " ".join(filter(None, (also, online, say["decide"])))


def _happened(told: Teller, *, described: bool) -> Value:
    """What somebody wrote, for the people or for who gets the description; or else what follows from the facts."""
    facts = told.facts
    if own := own_words(facts, described=described):
        return told.fact("happened", "", own)
    return told.items("happened", "kinds", happened(facts, told.wording))


def _nature(case: NoticeCase, told: Teller) -> Value:
    """What happened to the data; whose stand online belongs beside who has them, which is told first.

    Empty, and no gap, where what happened says all of it. That criminals have a copy goes without saying for who reads
    that they put the data online, or of the theft. To journalists each subject has a paragraph.
    """
    facts, manner = told.facts, "nature_formal" if case.recipient else "nature_yours" if case.to_each else "nature"
    untold = still_untold(facts, told.wording, described=case.described)
    restoring = facts.backup_available is Ternary.YES and untold.backup_available is not Ternary.YES
    if case.reader in _INFORMED or (case.reader == Addressee.PUBLIC and back_at(facts) is not None):
        manner = "nature_restoring" if restoring and back_at(facts) is None else "nature_others"
    before = case.accounted and (bool(own_words(facts, described=case.described)) or names_reader(facts))
    first, *others = nature_sentences(untold, told.wording, manner, told=before) or ("",)
    shown = _shown(case, told)
    theft = reports_deed(case.reader, told.facts) and IncidentKind.EXFILTRATION in told.facts.kinds
    copied = told.wording.phrases["nature"]["confidentiality_stolen"]
    if not case.to_each and first == copied and (_online(case, told) or theft):
        first = ""
    behind = tuple(one for one in others if one != _returned(case, told))
    if case.reader == Addressee.PRESS and told.facts.nature:
        return Markdown("\n\n".join(filter(None, (" ".join(filter(None, (first, *shown))), *behind))))
    said = tuple(filter(None, (first, *shown, *behind)))
    return (said or "") if facts.nature else told.items("nature", "nature", ())


def _returned(case: NoticeCase, told: Teller) -> str:
    """That data came back, for all who read next what was put online: behind that it seemed to be of it."""
    facts, back, words = told.facts, back_at(told.facts), told.wording.phrases["nature"]
    ahead = case.published and facts.told_news.strip() and published(facts)
    untold = still_untold(facts, told.wording, described=case.described)
    if not ahead or back is None or Nature.AVAILABILITY not in untold.nature[1:]:
        return ""
    return words["availability_recovered"].format(day=told.wording.day(told.wording.local(back).date()))


def _news(case: NoticeCase, told: Teller) -> Value:
    """What is new, with whose data stand online, and to a customer last that data came back since the notice before.

    People read that with what happened, unless nothing else is new: beside what was put online it seemed to be of that.
    """
    news, back = told.fact("news", "told_news", told.facts.told_news), back_at(told.facts)
    news = behind_first(news, _online(case, told)) if isinstance(news, Markdown) else news
    if not (Nature.AVAILABILITY in told.facts.nature and back) or not (case.recipient or isinstance(news, Gap)):
        return news
    day = told.wording.local(back).date()
    if case.earlier and day < case.earlier:
        return news
    manner = told.wording.phrases["nature_formal" if case.recipient else "nature"]
    said = manner["availability_recovered"].format(day=told.wording.day(day))
    return Markdown("\n\n".join((*((news,) if isinstance(news, Markdown) else ()), said)))


def _latest(case: NoticeCase, told: Teller) -> Markdown:
    """The news for all who do not get a further notice, with whose data it is in one paragraph: that some are online
    was told three times in a row."""
    news = told.optional(told.facts.told_news)
    said = behind_first(news, _shown(case, told), within=True) if news else ""
    return Markdown("\n\n".join(filter(None, (_returned(case, told), said))))


def _shown(case: NoticeCase, told: Teller) -> tuple[str, ...]:
    """Whose data were put online; to journalists, whose first sentence says it, whose were not."""
    spare = case.reader == Addressee.PRESS
    return told.naming(tuple(filter(None, (spared(told.facts, told.wording),)))) if spare else _online(case, told)


def _online(case: NoticeCase, told: Teller) -> tuple[str, ...]:
    """What is said of whose data were put online; nothing where it would be true of a part of the readers only."""
    if case.to_each and (case.recipient or groups_differ(told.facts)):
        return ()
    others = case.reader in _INFORMED
    return told.naming(
        online(told.facts, told.wording, to_each=case.to_each, theirs=bool(case.recipient), others=others)
    )


def _data(case: NoticeCase, told: Teller) -> Value:
    """The data; a gap where groups lost different data, and what is true of one reader is not of the next: a letter to
    people has to become one to a group, and of a customer somebody has to choose which groups are theirs."""
    if case.to_each and groups_differ(told.facts):
        return told.gap("customer_data" if case.recipient else "affected_group")
    manner = "data_formal" if case.recipient else "data_yours" if case.to_each else "data_theirs"
    apart = None if case.to_each or case.recipient else told_apart(case.reader, told)
    if apart is not None:
        return apart
    items = data_items(told.facts, told.wording, manner, case.numbers)
    return told.items("data", "data_categories", told.naming(items))


def _groups(case: NoticeCase, told: Teller) -> Value:
    """The groups of people; a gap in a text to one customer, of whom only some of them are."""
    if case.to_each and case.recipient and groups_differ(told.facts):
        return told.gap("group_names")
    names = group_items(told.facts, told.wording, formal=bool(case.recipient))
    return told.items("group_names", "subject_groups", told.naming(names))


def _about_effects(organisation: OrganisationProfile, case: NoticeCase, told: Teller) -> dict[str, Value]:
    """What may follow and what is done about it: what somebody wrote on the plans speaks for them."""
    facts = told.facts
    prevent = (measure for measure in facts.measures_prevent if measure is not SecurityMeasure.OTHER)
    measures = tuple(map(capital, told.label("measures", prevent)))
    note = told.optional(facts.measures_prevent_note)
    follows, steps = consequences(case, told), advice(organisation.country, case, told)
    both = for_each_group(organisation.country, case, told, follows, steps)
    return {
        "consequences": both or follows,
        "consequence_names": consequence_names(case, told),
        "staff_effects": staff_effects(case, told),
        "consequences_note": told.optional(facts.consequences_subjects_note),
        "measures_taken": told.fact("measures_taken", "measures_taken", facts.measures_taken),
        "measures_prevent": note or measures,
        "measures_prevent_note": note,
        "prevention": prevention(measures, note, case, told),
        "advice": "" if both else steps,
        "replies": told.wording.phrases["advice"]["availability"] if answers_late(facts) else "",
        "news": _news(case, told),
        "latest": _latest(case, told),
        "settled": (case.reader in _HEARS_ANSWER and settled(facts, case, told.wording)) or "",
        "advice_now": advice_now(facts, case.before, told.wording) if case.to_each else "",
        "numbers_now": numbers_now(facts, case.before, case.recipient, told.wording),
        "delay": told.wording.phrases["further"]["delay_late" if case.late else "delay_asked"],
        "advice_own": told.optional(facts.advice_to_subjects),
    }


def _customer(facts: BreachFacts, name: str) -> AffectedController | None:
    return next((customer for customer in facts.affected_controllers if customer.name == name), None)


def _groups_of(customer: AffectedController | None, facts: BreachFacts) -> tuple[SubjectGroup, ...]:
    """The groups on the sheet that are this customer's people; none as long as nobody chose them."""
    chosen = customer.groups if customer else ()
    return tuple(group for group in facts.subject_groups if group in chosen)


def _about_customer(customer: AffectedController | None, case: NoticeCase, told: Teller) -> dict[str, Value]:
    count = told.wording.count
    return {
        "customer": told.text("customer", customer.name if customer else case.recipient),
        "customer_contact": customer.contact.strip() if customer else "",
        "customer_subjects": count(customer.subjects, customer.subjects) if customer else "",
        "customer_records": count(customer.records, customer.records) if customer else "",
    }


def placeholder_values(facts: NoticeFacts) -> dict[str, str]:
    """What an organisation's own text may use as ``((name))``: texts as they are, lists as Markdown lists."""
    return {name: as_markdown(value) for name, value in facts.values.items() if not isinstance(value, bool)}
