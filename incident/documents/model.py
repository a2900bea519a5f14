"""One notice, ready to be written out as PDF, DOCX, HTML, e-mail or plain text."""

from dataclasses import dataclass
from datetime import date

from incident.documents.blocks import Block, Figure, Heading, words
from incident.documents.markdown import parse
from incident.documents.outline import in_order
from incident.documents.spacing import with_fixed_spaces
from incident.domain.kernel.reference import is_exercise


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: name, the lines under it, and a logo (PNG, JPEG or SVG bytes) when there is one."""

    name: str
    lines: tuple[str, ...] = ()
    logo: bytes | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """How a letter ends: the closing words, then the name and function of who signs."""

    closing: str
    name: str
    function: str = ""


@dataclass(frozen=True, slots=True)
class NoticeDocument:
    """A notice: pure data, the same for every format.

    ``language`` is a BCP 47 code (``nl``, ``en``, ``sv``, ``de``, ``fr``); ``written_on`` dates the text and
    the file, so that the same document always gives the same bytes. The text comes as ``markdown`` (what people edit
    and approve), as ``blocks`` (what a program builds, such as a dossier), or as both, in that order. ``heading`` puts
    the title above them where the text itself has none. ``ruler_text`` says in words what the drawing shows.
    """

    title: str
    language: str
    reference: str
    written_on: date
    markdown: str = ""
    blocks: tuple[Block, ...] = ()
    letterhead: Letterhead | None = None
    recipient: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = ()
    signature: Signature | None = None
    footer: str = ""
    audit_head: str = ""
    ruler_svg: str | None = None
    ruler_text: str = ""
    draft: bool = False
    heading: bool = False

    @property
    def mark(self) -> str:
        """The name of the words that say what this is not, to stand on every page; empty for what is in force."""
        if is_exercise(self.reference):
            return "exercise_mark"
        return "draft_mark" if self.draft else ""

    def content(self) -> tuple[Block, ...]:
        """All blocks in reading order: the title when asked for, the ruler, the Markdown text, the built blocks."""
        title = (Heading(1, words(with_fixed_spaces(self.title, self.language))),) if self.heading else ()
        ruler = (Figure(self.ruler_svg, self.ruler_text or self.title),) if self.ruler_svg else ()
        return in_order((*title, *ruler, *parse(with_fixed_spaces(self.markdown, self.language)), *self.blocks))
