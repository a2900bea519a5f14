"""What people decide about, by name: skins may not know the tables."""

from typing import Final

from incident.domain.kinds import Addressee, MailingChannel, NoticeKind, Subject, TaskKind

DECIDABLE: Final = {"authority": Subject.AUTHORITY, "subjects": Subject.SUBJECTS}
ADDRESSEES: Final = {item.value: item for item in Addressee}
NOTICE_KINDS: Final = {item.value: item for item in NoticeKind}
TASK_KINDS: Final = {item.value: item for item in TaskKind}
MAILING_CHANNELS: Final = {item.value: item for item in MailingChannel}
