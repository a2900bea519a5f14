"""The notice templates: ``templates/notices/<addressee>/<kind>/<language>.md.j2``.

A file opens with TOML between two lines ``+++``: the title of the notice, its legal basis, the values it cannot do
without, and under ``covers`` which values carry each item the law requires. Below stands Markdown in sandboxed Jinja.
A template is known by its path and the SHA-256 of the file, so that every draft names exactly what it came from.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Final

from incident.domain.kernel.errors import NotFound
from incident.domain.languages import FALLBACK
from incident.platform.resources import templates_folder

_FENCE: Final = "+++"
_FALLBACKS: Final = {"provisional": "initial", "final": "follow_up", "follow_up": "initial", "withdrawal": "initial"}
"""Which kind of text stands in where a kind has none of its own."""


@dataclass(frozen=True, slots=True)
class NoticeTemplate:
    """One template; ``covers`` maps an item the law requires onto the names of the values that carry it.

    The items are those of ``incident.law.content.required_content(obligation)``; ``obligation`` is empty for a text
    that no provision asks for, such as a note for staff.
    """

    addressee: str
    kind: str
    language: str
    title: str
    legal_basis: str
    obligation: str
    requires: tuple[str, ...]
    covers: Mapping[str, tuple[str, ...]]
    body: str
    sha256: str

    @property
    def path(self) -> str:
        """Where the template stands, below the folder of notices."""
        return f"{self.addressee}/{self.kind}/{self.language}"

    @property
    def ref(self) -> str:
        """The template as a draft names it: path and the beginning of its hash."""
        return f"{self.path}@{self.sha256[:16]}"


@cache
def all_templates() -> tuple[NoticeTemplate, ...]:
    """Every template that ships with the product, in alphabetical order of the paths."""
    return tuple(_read(templates_folder() / "notices"))


def _read(folder: Path) -> Iterator[NoticeTemplate]:
    for path in sorted(folder.glob("*/*/*.md.j2")):
        addressee, kind, name = path.relative_to(folder).parts
        yield template_from(path.read_text(encoding="utf-8"), addressee, kind, name.removesuffix(".md.j2"))


def template_from(text: str, addressee: str, kind: str, language: str) -> NoticeTemplate:
    """Read one template. Raises ``ValueError`` when its head is missing or broken."""
    empty, head, body = text.split(_FENCE, 2) if text.count(_FENCE) >= 2 else ("", "", "")
    if empty or not head:
        raise ValueError(f"{addressee}/{kind}/{language}: the head between two lines of {_FENCE} is missing")
    about = tomllib.loads(head)
    covers = {item: tuple(names) for item, names in about["covers"].items()}
    return NoticeTemplate(
        addressee=addressee,
        kind=kind,
        language=language,
        title=about["title"],
        legal_basis=about["legal_basis"],
        obligation=about["obligation"],
        requires=tuple(about["requires"]),
        covers=MappingProxyType(covers),
        body=body.lstrip("\n"),
        sha256=sha256(text.encode()).hexdigest(),
    )


def find_template(addressee: str, kind: str, language: str) -> NoticeTemplate:
    """The template for this notice. A kind without its own text uses the nearest; a language without one uses English.

    Raises ``NotFound`` when there is nothing for this addressee at all.
    """
    known = {(found.addressee, found.kind, found.language): found for found in all_templates()}
    for step in _kinds(kind):
        for spoken in (language, FALLBACK):
            if found := known.get((addressee, step, spoken)):
                return found
    raise NotFound("There is no template for this addressee and kind of notice.", field="addressee")


def _kinds(kind: str) -> Iterator[str]:
    step: str | None = kind
    while step is not None:
        yield step
        step = _FALLBACKS.get(step)
