"""What a step is called, why it is due, and where it is taken: one wording for pages, Slack, reminders and mails.

English is the source; other languages come from the catalogue of the pages. No name and no fact of the case is in the
words of a step, so that they may stand in a channel; the reason may name a customer and is for the pages only.
"""

from typing import Final

from incident.domain.next_steps import About, Act, Step
from incident.law.explain import title
from incident.translations.say import N_, translated

WHAT: Final = {
    "second": N_("Look at the decision"),
    "second.authority": N_("Look at the decision about notifying the authority"),
    "second.subjects": N_("Look at the decision about informing the people concerned"),
    "triage": N_("Is it a breach?"),
    "name": N_("Tell the customers: record which ones are affected"),
    "assess": N_("Assess the risk"),
    "decide.authority": N_("Decide whether to notify the authority"),
    "decide.subjects": N_("Decide whether to inform the people concerned"),
    "draft.authority": N_("Draft the dossier for the authority"),
    "complete.authority": N_("Complete the dossier for the authority"),
    "approve.authority": N_("Approve the dossier for the authority"),
    "file.authority": N_("Fill in the authority's form and record the submission"),
    "draft.follow_up": N_("Complete the facts and draft the follow-up"),
    "complete.follow_up": N_("Complete the follow-up"),
    "approve.follow_up": N_("Approve the follow-up"),
    "file.follow_up": N_("File the follow-up and record it"),
    "draft.subjects": N_("Draft the letter to the people concerned"),
    "complete.subjects": N_("Complete the letter to the people concerned"),
    "approve.subjects": N_("Approve the letter to the people concerned"),
    "file.subjects": N_("Send the letter to the people concerned"),
    "draft.public": N_("Draft the public communication"),
    "complete.public": N_("Complete the public communication"),
    "approve.public": N_("Approve the public communication"),
    "file.public": N_("Publish the communication and record it"),
    "ask_release": N_("Ask somebody to release the mailing"),
    "release": N_("Release the mailing to the people concerned"),
    "sending": N_("Wait until the letters have been sent"),
    "record": N_("Record that the people concerned were told"),
    "reach": N_("Tell those whom the letter did not reach, and record it"),
    "draft.customers": N_("Tell the customers whose data are affected"),
    "complete.customers": N_("Tell the customers: complete the notice"),
    "approve.customers": N_("Tell the customers: approve the notice"),
    "file.customers": N_("Tell the customers: send the notice and record it"),
    "report": N_("Report under other law, or decide that no report is due"),
    "answer": N_("Do what the authority's letter asks, and record it"),
    "withdraw": N_("Withdraw the notification to the authority"),
    "measure": N_("Add at least one measure with an owner and a date"),
    "update": N_("Record what has become known since the incident was closed"),
    "amend": N_("Tell whom you told before what has changed"),
    "close": N_("Close the incident"),
}
WHY: Final = {
    "second": N_("Until then nothing changes and the clock runs on."),
    "triage": N_(
        "And since when are we aware? Until somebody says so, the clock runs from the earliest signal: the worst case."
    ),
    "assess": N_("The risk decides whether the authority and the people concerned must be told."),
    "decide": N_("Meldklok proposes; a named person decides and writes why."),
    "approve": N_("Somebody other than the author reads it before it leaves."),
    "release": N_("Somebody other than who started it looks once more; only then does anything leave."),
    "sending": N_("They are sent one by one; the page counts along."),
    "reach": N_("Their clock runs on until everybody is told (GDPR art. 34)."),
    "record": N_("The record shows when, how and how many people were told (GDPR art. 33(5))."),
    "authority": N_("Only a person can file at the authority's portal; the dossier has every answer in its order."),
    "follow_up": N_("What was filed was not complete. The authority expects the rest (GDPR art. 33(4))."),
    "subjects": N_("Without undue delay (GDPR art. 34)."),
    "public": N_("The people concerned are not told one by one (GDPR art. 34(3)(c))."),
    "name": N_("A processor tells its customers without undue delay; they decide what is notified (GDPR art. 33(2))."),
    "customers": N_("First %(name)s: this clock ends first."),
    "report": N_("Beside the GDPR: %(law)s."),
    "answer": N_("The authority wrote, with a term of its own: %(law)s."),
    "withdraw": N_("The authority was told of a breach that was none."),
    "measure": N_("What keeps it from happening again, who sees to it, and by when."),
    "update": N_("It was reopened: what is new may change the risk, and who must be told."),
    "amend": N_(
        "What was sent before may no longer be true: a follow-up to the authority, a letter to whom you have not told. "
        "If nothing changes for them, close the incident."
    ),
    "close": N_("With the cause and what was learned; it stays in the register."),
}
LATE: Final = N_("The deadline has passed: this cannot wait.")
LATE_FILING: Final = N_(
    "The deadline has passed: notify all the same, now, with the reason for the delay (GDPR art. 33(1))."
)
FILING: Final = frozenset({Act.DRAFT, Act.COMPLETE, Act.APPROVE, Act.FILE})
PLACES: Final = {
    Act.TRIAGE: "triage",
    Act.NAME: "facts/parties#affected_controllers-field",
    Act.ASSESS: "risk",
    Act.REPORT: "duties",
    Act.ANSWER: "duties",
    Act.MEASURE: "tasks?kind=measure#add",
    Act.UPDATE: "facts",
    Act.CLOSE: "close",
}
DRAFTS: Final = {
    About.AUTHORITY: "addressee=authority",
    About.FOLLOW_UP: "addressee=authority&kind=follow_up",
    About.SUBJECTS: "addressee=subjects",
    About.PUBLIC: "addressee=public",
    About.CUSTOMERS: "addressee=controller",
}
"""What is chosen already in the form of a new notice, by whom the step is about."""


def source(code: str) -> str:
    """The step of this code in English; empty for a code that this version of Meldklok does not know."""
    return WHAT.get(code) or WHAT.get(code.partition(".")[0], "")


def what(code: str, language: str) -> str:
    """The step of this code in words, as an order."""
    text = source(code)
    return translated(language, text) if text else ""


def why(step: Step, language: str, *, late: bool = False) -> str:
    """Why it is due, in one sentence; once the deadline has passed, that it has and what the law asks then."""
    if late:
        return translated(language, LATE_FILING if step.about is About.AUTHORITY and step.act in FILING else LATE)
    text = WHY.get(step.act) or WHY.get(step.about, "")
    law = title(step.name, language) if step.act in (Act.REPORT, Act.ANSWER) else ""
    return translated(language, text, name=step.name, law=law)


def path(reference: str, step: Step) -> str:
    """The address, from the root of the site, of the very thing the step is taken at."""
    return f"/incidents/{reference}/{_place(step)}"


def _place(step: Step) -> str:
    thing = step.thing
    match step.act:
        case Act.SECOND:
            return f"decisions#waiting-{thing}"
        case Act.DECIDE:
            return f"decisions#{step.about}"
        case Act.ASK_RELEASE | Act.RELEASE | Act.SENDING | Act.RECORD | Act.REACH:
            return f"mailings/{thing}"
        case Act.COMPLETE | Act.APPROVE | Act.FILE if thing is not None:
            return f"notices/{thing}"
        case Act.DRAFT:
            return f"notices?{DRAFTS[step.about]}#draft"
        case _:
            return PLACES.get(step.act, "notices")
