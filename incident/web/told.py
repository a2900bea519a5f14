"""The entries of the log in words: who did what. Ids stay out of sight, names stay out of the log."""

from collections.abc import Mapping, Sequence
from typing import Final

from flask_babel import lazy_gettext as _l

from incident.domain.kernel.events import Tag
from incident.domain.kernel.json import Json
from incident.domain.kinds import Part
from incident.domain.part_words import part_word
from incident.law.vocabulary import RiskLevel
from incident.store.queries.log import NamedEntry
from incident.web.i18n import language_code
from incident.web.labels import ADDRESSEES, RISKS, deadline_name, duty_word

SENTENCES: Final = {
    Tag.INCIDENT_REPORTED: _l("%(who)s reported the incident"),
    Tag.INCIDENT_ASSIGNED: _l("%(who)s gave the case to %(to)s"),
    Tag.INCIDENT_PART_GIVEN: _l("%(who)s gave a part in the case to %(to)s: %(part)s"),
    Tag.INCIDENT_CLOSED: _l("%(who)s closed the case"),
    Tag.INCIDENT_REOPENED: _l("%(who)s opened the case again"),
    Tag.INCIDENT_RESTRICTED: _l("%(who)s restricted the case to: %(people)s"),
    Tag.INCIDENT_UNRESTRICTED: _l("%(who)s ended the restriction"),
    Tag.INCIDENT_LET_IN: _l("%(who)s let %(to)s in"),
    Tag.INCIDENT_READ: _l("%(who)s read the restricted case"),
    Tag.EXERCISE_STARTED: _l("%(who)s began the exercise"),
    Tag.INJECT_DELIVERED: _l("A message of the exercise came in"),
    Tag.STATUS_SHARED: _l("%(who)s made a private link to the status; days until it ends: %(days)s"),
    Tag.STATUS_UNSHARED: _l("%(who)s ended a private link to the status"),
    Tag.STATUS_READ: _l("The status was read by a private link"),
    Tag.BREACH_CONFIRMED: _l("%(who)s confirmed that it is a breach of personal data"),
    Tag.BREACH_DENIAL_PROPOSED: _l("%(who)s proposed that it is no breach of personal data"),
    Tag.BREACH_DENIED: _l("%(who)s agreed that it is no breach of personal data"),
    Tag.BREACH_DENIAL_REFUSED: _l("%(who)s did not agree that it is no breach"),
    Tag.FACTS_RECORDED: _l("%(who)s recorded version %(version)s of the facts"),
    Tag.RISK_ASSESSED: _l("%(who)s assessed the risk: %(about)s"),
    Tag.DECISION_PROPOSED: _l("%(who)s proposed a decision: %(about)s"),
    Tag.DECISION_MADE: _l("%(who)s decided: %(about)s"),
    Tag.DECISION_REFUSED: _l("%(who)s did not agree to a decision: %(about)s"),
    Tag.DECISION_SELF_REVIEWED: _l("%(who)s reviewed an own decision, alone: %(about)s"),
    Tag.DEADLINE_STARTED: _l("A deadline began: %(about)s"),
    Tag.DEADLINE_MET: _l("A deadline was met: %(about)s"),
    Tag.DEADLINE_WAIVED: _l("A deadline is no longer required: %(about)s"),
    Tag.DEADLINE_SUPERSEDED: _l("A deadline was replaced: %(about)s"),
    Tag.REMINDER_MADE: _l("Meldklok made a reminder"),
    Tag.ESCALATION_MADE: _l("Meldklok turned to other people"),
    Tag.MESSAGE_QUEUED: _l("Meldklok prepared messages: %(messages)s"),
    Tag.MESSAGE_SENT: _l("Meldklok sent a message by %(channel)s"),
    Tag.MESSAGE_SHOWN: _l("A message was shown in the terminal only"),
    Tag.MESSAGE_FAILED: _l("A message could not be delivered or came back"),
    Tag.MESSAGE_REQUEUED: _l("%(who)s had a message sent again"),
    Tag.MESSAGE_GIVEN_UP: _l("%(who)s gave up a message"),
    Tag.NOTICE_DRAFTED: _l("%(who)s drafted version %(number)s of the notice to: %(about)s"),
    Tag.NOTICE_EDITED: _l("%(who)s wrote version %(number)s of the notice to: %(about)s"),
    Tag.NOTICE_APPROVED: _l("%(who)s approved version %(number)s of the notice to: %(about)s"),
    Tag.NOTICE_UNAPPROVED: _l("The approval of a notice lapsed: %(because)s"),
    Tag.NOTICE_RENDERED: _l("%(who)s made a document of the notice to: %(about)s"),
    Tag.NOTICE_SUBMITTED: _l("%(who)s recorded that a notice went to: %(about)s"),
    Tag.NOTICE_NUMBERED: _l("%(who)s recorded the number under which a notice was filed"),
    Tag.NOTICE_MOVED: _l("%(who)s corrected the moment at which a notice was filed"),
    Tag.NOTICE_RELEASED: _l("%(who)s took a step in a mailing"),
    Tag.EVIDENCE_ATTACHED: _l("%(who)s took a file into evidence"),
    Tag.EVIDENCE_READ: _l("%(who)s opened a file in evidence"),
    Tag.EVIDENCE_HARMFUL: _l("%(who)s marked a file in evidence as harmful"),
    Tag.TIMELINE_ADDED: _l("%(who)s added to the timeline"),
    Tag.TASK_ADDED: _l("%(who)s added a task or measure"),
    Tag.TASK_CHANGED: _l("%(who)s changed a task or measure"),
    Tag.RECIPIENTS_ADDED: _l("%(who)s added a list of people (%(people)s)"),
    Tag.RECIPIENTS_EXPORTED: _l("%(who)s downloaded the list of people of a mailing"),
    Tag.RECIPIENTS_ERASED: _l("The people of a mailing were erased, as the policy says, from %(due)s on"),
    Tag.DATA_ERASED: _l("What was kept long enough was erased (rows: %(rows)s), as the policy says: %(policy)s"),
    Tag.HOLD_PLACED: _l("%(who)s put the data on hold: nothing of them is erased"),
    Tag.HOLD_LIFTED: _l("%(who)s lifted the hold"),
    Tag.DOSSIER_EXPORTED: _l("%(who)s downloaded the whole dossier"),
    Tag.ROOM_OPENED: _l("Meldklok opened a room in Slack"),
    Tag.RECORD_SEALED: _l("The rest of what was written was sealed"),
}
"""What stands in the log of an incident. A kind without words here is shown by its tag."""
AGREED: Final = _l("%(who)s agreed to the decision: %(about)s")
"""What takes a second person is decided by that person's yes, and proposed by somebody else."""
TOOK: Final = _l("%(who)s took the case")
"""The same as giving it, to oneself."""
SUBJECTS: Final = {"breach": _l("whether it is a breach"), "risk": _l("the level of risk")}
WAYS: Final = {
    "email": _l("e-mail"),
    "subjects": _l("a mailing to the people concerned"),
    "apprise": _l("a further channel"),
    "terminal": _l("the terminal"),
    "slack": "Slack",
}
"""The ways out of the house that are no names."""
MAILING_STEPS: Final = {
    "assigned": _l("%(who)s chose a letter for people of a mailing (%(people)s)"),
    "printed": _l("%(who)s printed letters of a mailing"),
    "asked": _l("%(who)s asked somebody else to release a mailing"),
    "released": _l("%(who)s released a mailing"),
    "stopped": _l("%(who)s stopped a mailing"),
    "resumed": _l("%(who)s let a mailing go on"),
    "posted": _l("%(who)s recorded that letters were posted"),
    "ended": _l("A mailing has ended"),
}
"""What was done with a mailing, by the step that the entry names."""
TELLS: Final = {
    "authority": (_l("not to notify"), _l("to notify")),
    "subjects": (_l("not to inform"), _l("to inform")),
}
"""A decision in words: no, yes. What other law asks is a notification too."""
UNKNOWN_DETAIL: Final = "–"


class _Known(dict[str, object]):
    """Details that a sentence asks for and an entry does not have."""

    def __missing__(self, key: str) -> str:
        return UNKNOWN_DETAIL


def told(entries: Sequence[NamedEntry]) -> list[tuple[NamedEntry, str]]:
    """Each entry with its sentence."""
    return [(entry, sentence(entry)) for entry in entries]


def sentence(entry: NamedEntry) -> str:
    """Who did what, in the reader's language."""
    tag = Tag(entry.tag)
    words = SENTENCES.get(tag)
    if tag is Tag.NOTICE_RELEASED:
        words = MAILING_STEPS.get(str(entry.details.get("step")), words)
    if tag is Tag.INCIDENT_ASSIGNED and entry.details_named.get("to") == entry.who:
        words = TOOK
    if tag is Tag.DECISION_MADE and not entry.details.get("act"):
        words = AGREED
    if words is None:
        return entry.tag
    subject = ": ".join(filter(None, (about(entry.details, entry.notice), entry.recipient)))
    known = {**entry.details, **entry.details_named, "who": entry.who, "about": subject}
    known["channel"] = WAYS.get(str(known.get("channel")), known.get("channel", UNKNOWN_DETAIL))
    if "part" in known:
        known["part"] = part_word(Part(str(known["part"])), language_code())
    return str(words) % _Known(known)


def about(details: Mapping[str, Json], notice: str = "") -> str:
    """What an act was about: a duty, a level of risk, an addressee."""
    if "obligation" in details:
        return deadline_name(str(details["obligation"]))
    level = details.get("risk", details.get("level"))
    if level in list(RiskLevel):
        return str(RISKS[RiskLevel(level)][0])
    named = ("addressee", "duty", "subject", "proposal", "refused")
    subject = notice or next((str(details[name]) for name in named if details.get(name)), "")
    words = str(ADDRESSEES.get(subject) or duty_word(subject) or SUBJECTS.get(subject) or UNKNOWN_DETAIL)
    if "act" in details:
        return f"{words}: {TELLS.get(subject, TELLS['authority'])[bool(details['act'])]}"
    return words
