"""GDPR art. 5(2): accountability. Every judgement of this package carries the reasons that led to it.

A reason holds no sentence: it names a text (``texts/*.toml``) and the values to put in it, so that the same reason can
be told in Dutch and in English, today and in five years.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

Param = str | int | float | datetime | date
"""A value inside a sentence. A ``str`` that starts with ``@`` is the id of another text; an instant is aware UTC."""


@dataclass(frozen=True, slots=True)
class Reason:
    """GDPR art. 5(2): one step of a judgement: which rule, where it is written, which sentence tells it.

    ``params`` are name/value pairs sorted by name, so that equal reasons compare and hash equal.
    """

    rule_id: str
    citation: str
    text_id: str
    params: tuple[tuple[str, Param], ...] = ()


def reason(rule_id: str, citation: str, text_id: str, /, **params: Param) -> Reason:
    """GDPR art. 5(2): build a ``Reason`` from keyword values."""
    if not params:
        return _bare(rule_id, citation, text_id)
    return Reason(rule_id, citation, text_id, tuple(sorted(params.items())))


@lru_cache(maxsize=1024)
def _bare(rule_id: str, citation: str, text_id: str) -> Reason:
    """Most reasons say the same of every breach."""
    return Reason(rule_id, citation, text_id)
