"""What left the house, as the case report tells it: each text with who approved it, who sent it, and to how many."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from incident.documents.blocks import Block, Heading, Paragraph, Table, words
from incident.documents.wording import Wording
from incident.domain.kernel.json import Json
from incident.law.labels import label
from incident.law.vocabulary import NoticeChannel, SubjectGroup
from incident.store.models import Approval, Notice, NoticeVersion, Submission


@dataclass(frozen=True, slots=True)
class CaseWords:
    """The words of the case report in one language."""

    texts: Mapping[str, Json]
    wording: Wording

    def __call__(self, key: str, **values: object) -> str:
        """The words for ``key``, with the values filled in."""
        return str(self.texts[key]).format(**values) if values else str(self.texts[key])

    def name(self, section: str, key: str) -> str:
        """What one of a list is called; a key without words is shown as it is."""
        return str(self.texts[section].get(key, key))

    def moment(self, at: datetime) -> str:
        """An instant in words."""
        return self.wording.moment(at)

    def short(self, at: datetime) -> str:
        """An instant for a column of a table."""
        return self.wording.short_moment(at)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
        """A table whose first column names its row."""
        cells = tuple(tuple(words(cell) for cell in row) for row in rows)
        return Table(tuple(words(self(name)) for name in head), cells, row_headers=True)


@dataclass(frozen=True, slots=True)
class SentNotice:
    """One text that left the house: its version, the yes to it, the submission, and its file in the dossier."""

    notice: Notice
    version: NoticeVersion
    submission: Submission
    approval: Approval | None
    file: str


def notice_blocks(sent: Sequence[SentNotice], drafts: Sequence[str], say: CaseWords) -> Iterator[Block]:
    """Everything that left, in the order in which it left, and below it the drafts that did not."""
    yield Heading(2, words(say("notices")))
    if not sent:
        yield Paragraph(words(say("no_notices")))
    for number, one in enumerate(sorted(sent, key=lambda one: one.submission.submitted_at), start=1):
        notice = one.notice
        addressee, kind = say.name("addressees", notice.addressee.value), say.name("kinds", notice.kind.value)
        yield Heading(3, words(say("notice", number=number, addressee=addressee, kind=kind)))
        yield say.table(("subject", "answer"), list(_rows(one, say)))
    if drafts:
        yield Heading(3, words(say("drafts")))
        yield Paragraph(words(say("drafts_line", count=len(drafts))))


def _rows(one: SentNotice, say: CaseWords) -> Iterator[tuple[str, str]]:
    notice, version, row = one.notice, one.version, one.submission
    if notice.recipient:
        yield say("for_customer"), notice.recipient
    if notice.group:
        yield say("for_group"), group_word(notice.group, say)
    yield say("language"), say.name("languages", notice.language)
    yield say("text_version"), say("version_line", number=version.number, sha256=version.body_sha256)
    yield say("sent"), f"{say.moment(row.submitted_at)}, {say('sent_by', name=row.by_name)}"
    yield say("channel"), _channel(row.channel, say)
    if notice.addressee.value == "authority":
        yield say("number"), row.reference or say("no_number")
    yield from _mailed(row, say)
    if one.approval is not None:
        yield say("approved"), _approved(one.approval, say)
        if one.approval.unsaid_reason:
            yield say("unsaid"), one.approval.unsaid_reason
    if row.late:
        yield say("late"), row.delay_reason or say("none")
    if row.note:
        yield say("note"), row.note
    yield say("file"), one.file


def group_word(group: str, say: CaseWords) -> str:
    """A group of people in words; what is no group of the vocabulary is shown as it was written."""
    return label(SubjectGroup(group), say.wording.language) if group in set(SubjectGroup) else group


def _channel(channel: str, say: CaseWords) -> str:
    known = {member.value: member for member in NoticeChannel}
    return label(known[channel], say.wording.language) if channel in known else say.name("channels", channel)


def _approved(row: Approval, say: CaseWords) -> str:
    at = say.moment(row.recorded_at)
    if row.single_officer:
        return say("approved_alone", name=row.author_name, at=at, reason=row.single_officer_reason)
    return say("approved_line", name=row.author_name, at=at)


def _mailed(row: Submission, say: CaseWords) -> Iterator[tuple[str, str]]:
    if not row.delivery:
        if row.recipients is not None:
            yield say("reached"), say.wording.number(row.recipients)
        return
    counted = {name: say.wording.number(int(row.delivery[name])) for name in COUNTED}
    first, last = (say.short(datetime.fromisoformat(row.delivery[name])) for name in ("first", "last"))
    when = first if first == last else say("delivery_time", first=first, last=last)
    yield say("mailing"), f"{say('delivery_line', **counted)}; {when}"


COUNTED = ("people", "reached", "failed", "bounced", "stopped")
"""What a mailing counts, per version."""
