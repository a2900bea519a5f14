"""GDPR art. 33(3)(d), 34(2): what is done so that a breach does not happen again, in sentences or as a list."""

import re
from typing import Final

from incident.documents.markdown import escape
from incident.documents.notice_case import NoticeCase
from incident.documents.teller import Markdown, Teller, as_markdown
from incident.domain.kinds import Addressee
from incident.law.vocabulary import Unknown

_FORMAL: Final = frozenset({Addressee.CONTROLLER, Addressee.INSURER})
_LISTED: Final = re.compile(r"^(?:[-*]|\d+[.)]) ", re.MULTILINE)


def prevention(measures: tuple[str, ...], note: str, case: NoticeCase, told: Teller) -> Markdown:
    """What is done against the next time: a list under its lead, and sentences in one paragraph behind another.

    A lead with a colon and one sentence under it looked like a form whose list was empty. A customer and the insurer
    read the sentence alone, among what was done; a customer also by when, as long as nobody wrote it.
    """
    words = told.wording.phrases["prevent"]
    listed = bool(_LISTED.search(note)) if note else len(measures) > 1
    by = _planned_day(words["by_listed" if listed else "by"], note, case, told)
    if not listed and (note or measures):
        lead = "" if case.reader in _FORMAL else words["told"]
        return Markdown(f"{lead} {note or escape(measures[0])} {by}".strip())
    return Markdown(
        f"{words['listed']}\n\n{note or as_markdown(measures)}\n\n{by}".rstrip() if note or measures else ""
    )


def _planned_day(words: str, note: str, case: NoticeCase, told: Teller) -> str:
    by, wording = told.facts.measures_prevent_by, told.wording
    if isinstance(by, Unknown) or not case.recipient or case.today is None or by < case.today:
        return ""
    return "" if str(by.day) in note else escape(words.format(day=wording.day(by)))
