"""The traces and evidence that the record keeps, as the police read of them."""

from typing import Final

from incident.documents.markdown import escape
from incident.documents.teller import Markdown, Teller, Value
from incident.usecases.notices.ports import KeptFile

_FEW_FILES: Final = 12
"""So many files of evidence are named one by one."""


def evidence_values(kept: tuple[KeptFile, ...], told: Teller) -> dict[str, Value]:
    """How many files of evidence there are; where they are few, of each what the police ask: what it is, who added it
    when, and its hash."""
    few, words = (kept if len(kept) <= _FEW_FILES else ()), told.wording.words
    number = words["few"].split()[len(few) - 1] if few else told.wording.number(len(kept))
    many = words["one_file" if len(kept) == 1 else "files"].format(number=number)
    return {
        "evidence": many if kept else "",
        "evidence_many": len(kept) > len(few),
        "evidence_files": tuple(_kept_file(one, told) for one in few),
    }


def _kept_file(kept: KeptFile, told: Teller) -> Markdown:
    say, described = (
        told.wording.phrases["shares"],
        told.optional(told.wording.behind_colon(" ".join(kept.description.split()).rstrip("."), ())),
    )
    by = say["added_by"].format(name=kept.added_by) if kept.added_by else ""
    added = escape(say["added"].format(moment=told.wording.moment(kept.added_at), by=by))
    colon = told.wording.words["colon"]
    called = f"{escape(kept.name)}{f'{colon} {described}' if described else ''}"
    return Markdown(f"{called} {added}. SHA-256{colon} {kept.sha256}")
