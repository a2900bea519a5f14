"""The ruler: one clock drawn as one horizontal line of hours, the same in lists, pages, mails and PDFs.

``ruler(RulerInput) -> Ruler`` gives the drawing (SVG text) and the same thing as a sentence. The drawing has two
clothes: for pages it is fluid (positions in per cent, letters keep their size) and takes its colours from the style
sheet; ``standalone=True`` gives a fixed width with the colours inside, for documents and mails.
"""

from dataclasses import dataclass

from incident.domain.ruler.draw import draw
from incident.domain.ruler.given import Pin, PinKind, RulerInput, Size, State
from incident.domain.ruler.scale import numbered
from incident.domain.ruler.words import pin_label, sentence, stamp

__all__ = ["LegendEntry", "Pin", "PinKind", "Ruler", "RulerInput", "Size", "State", "ruler"]


@dataclass(frozen=True, slots=True)
class LegendEntry:
    """One numbered pin in words; ``number`` is what the drawing shows inside the pin."""

    number: int
    kind: PinKind
    label: str
    when: str


@dataclass(frozen=True, slots=True)
class Ruler:
    """The drawing, the sentence that says the same, and the words that belong to the numbered pins of a page."""

    svg: str
    sentence: str
    legend: tuple[LegendEntry, ...]


def ruler(given: RulerInput) -> Ruler:
    """Draw the clock as it stands at ``given.now``; raises ValueError where the deadline is not after the start."""
    if given.due_at <= given.starts_at:
        raise ValueError("a ruler needs a deadline after its start")
    words = sentence(given)
    legend = tuple(
        LegendEntry(number, pin.kind, pin_label(pin.kind, given.language), stamp(pin.at, given.zone, given.language))
        for number, pin in numbered(given.pins if given.size is Size.PAGE else ())
    )
    return Ruler(draw(given, words), words, legend)
