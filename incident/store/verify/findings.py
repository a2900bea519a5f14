"""What can be wrong, in words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Problem(StrEnum):
    """Each way in which record, files, log and checkpoints can contradict each other."""

    ENTRY_MISSING = "entry_missing"
    ENTRY_ALTERED = "entry_altered"
    ENTRY_UNCHAINED = "entry_unchained"
    LOG_CUT = "log_cut"
    ROW_UNKNOWN = "row_unknown"
    ROW_GONE = "row_gone"
    ROW_ALTERED = "row_altered"
    ROW_BACK = "row_back"
    INCIDENT_GONE = "incident_gone"
    FILE_GONE = "file_gone"
    FILE_ALTERED = "file_altered"
    FILE_LOCKED = "file_locked"
    LIST_ALTERED = "list_altered"
    MESSAGE_UNPROVEN = "message_unproven"
    MESSAGE_GONE = "message_gone"
    LEAF_ALTERED = "leaf_altered"
    LEAF_GONE = "leaf_gone"
    CHECKPOINT_ALTERED = "checkpoint_altered"
    CHECKPOINT_UNSIGNED = "checkpoint_unsigned"
    CHECKPOINT_GONE = "checkpoint_gone"
    STAMP_WRONG = "stamp_wrong"
    OUTSIDE_UNSIGNED = "outside_unsigned"
    OUTSIDE_LONGER = "outside_longer"
    OUTSIDE_OTHER = "outside_other"
    OUTSIDE_ENTRY = "outside_entry"


SENTENCES = {
    Problem.ENTRY_MISSING: "%(chain)s: entry %(seq)s of the log is missing.",
    Problem.ENTRY_ALTERED: "%(chain)s: entry %(seq)s of the log was changed.",
    Problem.ENTRY_UNCHAINED: "%(chain)s: entry %(seq)s of the log does not follow the one before it.",
    Problem.LOG_CUT: "%(chain)s: the log ends at entry %(seq)s, which is not the end that was kept.",
    Problem.ROW_UNKNOWN: "%(chain)s: %(what)s is in the record, and no entry of the log speaks of it.",
    Problem.ROW_GONE: "%(chain)s: %(what)s is gone, which entry %(seq)s of %(at)s put on record.",
    Problem.ROW_ALTERED: "%(chain)s: %(what)s was changed after entry %(seq)s of %(at)s had put it on record.",
    Problem.ROW_BACK: "%(chain)s: %(what)s is there again, though entry %(seq)s of %(at)s says that it was taken away.",
    Problem.INCIDENT_GONE: "Incident %(number)s of %(year)s is gone, and its log with it.",
    Problem.FILE_GONE: "%(chain)s: the file of %(what)s is gone.",
    Problem.FILE_ALTERED: "%(chain)s: the file of %(what)s was changed.",
    Problem.FILE_LOCKED: "%(chain)s: the file of %(what)s was sealed with a key that this installation does not have.",
    Problem.LIST_ALTERED: "%(chain)s: the list of people of %(what)s was changed.",
    Problem.MESSAGE_UNPROVEN: "%(chain)s: message %(what)s is marked as sent, and no entry of the log says so.",
    Problem.MESSAGE_GONE: "%(chain)s: entry %(seq)s says that message %(what)s was sent, and the outbox does not.",
    Problem.LEAF_ALTERED: "%(chain)s: entry %(seq)s of the log is not the one that checkpoint %(size)s covers.",
    Problem.LEAF_GONE: "Leaf %(number)s of the tree is missing.",
    Problem.CHECKPOINT_ALTERED: "Checkpoint %(size)s does not fit the log that it covers.",
    Problem.CHECKPOINT_UNSIGNED: "Checkpoint %(size)s is not signed with the key of this installation.",
    Problem.CHECKPOINT_GONE: "Checkpoint %(size)s is gone, of which entry %(seq)s of the log speaks.",
    Problem.STAMP_WRONG: "The time stamp of checkpoint %(size)s is not one of the authority on this checkpoint.",
    Problem.OUTSIDE_UNSIGNED: "The kept checkpoint %(what)s is not signed with the key of this installation.",
    Problem.OUTSIDE_LONGER: "The kept checkpoint %(size)s of %(at)s covers more than there is: the end is gone.",
    Problem.OUTSIDE_OTHER: "The log was rewritten: it does not begin with the kept checkpoint %(size)s of %(at)s.",
    Problem.OUTSIDE_ENTRY: "%(chain)s: entry %(seq)s of the log is gone or another one than was kept outside.",
}
LABELS = {
    "approval": "An approval.",
    "assessment": "A risk assessment.",
    "deadline": "A deadline of the case.",
    "decision": "A decision that was taken.",
    "evidence": "A piece of evidence.",
    "exercise": "An exercise.",
    "exercise_inject": "A message of an exercise.",
    "fact_sheet": "A version of the facts.",
    "incident": "The incident itself.",
    "mailing": "A mailing to people.",
    "notice": "A notice to somebody.",
    "notice_version": "The text of a notice.",
    "person": "A person's account.",
    "rendition": "A finished document.",
    "setting_version": "A setting of the house.",
    "submission": "A submission.",
    "task": "A task or measure.",
    "timeline_entry": "An entry of the timeline.",
    "token": "An access token.",
}
"""What a row is called; the full stop is only for the translators' tool."""


WHOLE = "Whole and in order. Logs: %(chains)s, entries: %(entries)s, records: %(rows)s."
ERASED = "Records that were erased under the policy of %(policy)s: %(rows)s."
EXTENDS = "Today's log extends every checkpoint that was kept outside: %(outside)s."
STAMPED = "Time stamps of the authority that fit their checkpoints: %(stamps)s; the last one is of %(moment)s."
UNCHECKED = "Time stamps that were not checked, because TIMESTAMP_CERTIFICATES names no authority: %(unchecked)s."
NOT_FOUND = (
    "Without a checkpoint from outside nobody can find that somebody altered record, log and checkpoints together, or "
    "put back an older copy of all."
)


def as_is(sentence: str) -> str:
    """The sentence in English."""
    return sentence


@dataclass(frozen=True, slots=True)
class Finding:
    """One contradiction. ``table`` and ``key`` name a row, for the words and for whoever looks for it."""

    problem: Problem
    chain: str = ""
    table: str = ""
    key: str = ""
    params: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, translate: Callable[[str], str] = as_is) -> str:
        """The finding in words."""
        label = translate(LABELS[self.table]).rstrip(".") if self.table in LABELS else self.table
        what = f"{label} ({self.key[-40:]})" if label and self.key else label or self.key
        return translate(SENTENCES[self.problem]) % {"chain": self.chain, "what": what, **self.params}
