"""Long lists a page at a time, so that no page grows without end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

from incident.web.register_filter import page_of

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part(Generic[T]):
    """What one page shows of a list; pages count from 1."""

    rows: Sequence[T]
    page: int
    pages: int


def part_of(rows: Sequence[T], size: int) -> Part[T]:
    """The page that the address asks for, or the last one where it asks for more than there are."""
    pages = max(1, -(-len(rows) // size))
    page = min(pages, page_of(request.args))
    return Part(rows[(page - 1) * size : page * size], page, pages)
