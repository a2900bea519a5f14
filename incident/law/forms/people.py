"""GDPR art. 33(3)(b): who reports, who is the data protection officer, and whom the authority may call."""

from incident.law.forms.case import Case, Draft, Filler
from incident.law.forms.filing import NOBODY, Contact
from incident.law.forms.fillers import written


def _recorded(case: Case) -> Contact:
    facts = case.facts
    name, function = facts.reporter_name.strip(), facts.reporter_function.strip()
    return Contact(name, function, facts.reporter_email, facts.reporter_phone)


def reporter_of(case: Case) -> Contact:
    """The person who files: as recorded; what is not recorded of the account's own person the account tells."""
    own, filer = _recorded(case), case.context.filer
    if own.name not in {"", filer.name}:
        return own
    return Contact(filer.name, own.function or filer.function, own.email or filer.email, own.phone or filer.phone)


def reporter(part: str) -> Filler:
    """One part of who files; derived where the account gave it."""

    def fill(case: Case) -> Draft:
        told = getattr(reporter_of(case), part)
        if told == getattr(_recorded(case), part):
            return written(told)
        return written(told, note="from_role" if told == case.catalogue.phrases.get("dpo") else "from_account")

    return fill


def dpo_of(case: Case) -> Contact:
    """The data protection officer of the profile."""
    who = case.organisation
    return Contact(who.dpo_name.strip(), case.phrase("dpo"), who.dpo_email, who.dpo_phone) if who.dpo_name else NOBODY


def reporter_is_dpo(case: Case) -> bool:
    """Whether the officer files in person."""
    return reporter_of(case).name != "" and reporter_of(case).name == dpo_of(case).name


def contact_of(case: Case) -> tuple[Contact, str]:
    """Whom the authority may call, with what is known of that person, and the note that says why when nobody
    recorded it.
    """
    facts = case.facts
    name = facts.contact_name.strip()
    if name:
        known = next((one for one in (dpo_of(case), reporter_of(case)) if one.name == name), NOBODY)
        return Contact(
            name,
            facts.contact_function.strip() or known.function,
            facts.contact_email or known.email,
            facts.contact_phone or known.phone,
        ), ""
    if dpo_of(case).name:
        return dpo_of(case), "contact_is_dpo"
    return reporter_of(case), "contact_is_reporter"
