"""GDPR art. 33(3)(b): who reports, who is the data protection officer, and whom the authority may call."""

from dataclasses import dataclass

from incident.law.forms.filling import Case
from incident.law.forms.notation import lines


@dataclass(frozen=True, slots=True)
class Contact:
    """A person on a form; an empty text means that it is not known."""

    name: str
    function: str
    email: str
    phone: str

    @property
    def reach(self) -> str:
        """E-mail address and telephone number, one a line."""
        return lines(self.email, self.phone)


NOBODY = Contact("", "", "", "")
"""No contact person known."""


def reporter_of(case: Case) -> Contact:
    """The person who files."""
    facts = case.facts
    return Contact(
        facts.reporter_name.strip(), facts.reporter_function.strip(), facts.reporter_email, facts.reporter_phone
    )


def dpo_of(case: Case) -> Contact:
    """The data protection officer of the profile."""
    who = case.organisation
    return Contact(who.dpo_name.strip(), case.phrase("dpo"), who.dpo_email, who.dpo_phone) if who.dpo_name else NOBODY


def reporter_is_dpo(case: Case) -> bool:
    """Whether the officer files in person."""
    return reporter_of(case).name != "" and reporter_of(case).name == dpo_of(case).name


def contact_of(case: Case) -> tuple[Contact, str]:
    """Whom the authority may call, and the note that says why when nobody recorded it."""
    facts = case.facts
    if facts.contact_name.strip():
        recorded = Contact(
            facts.contact_name.strip(), facts.contact_function.strip(), facts.contact_email, facts.contact_phone
        )
        return recorded, ""
    if dpo_of(case).name:
        return dpo_of(case), "contact_is_dpo"
    return reporter_of(case), "contact_is_reporter"
