"""Where the documents of a case are put at the moment at which somebody would read them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from incident.documents.personal import personal_texts, print_file
from incident.domain.recipients import Addressed
from incident.usecases.mailing.texts import letter
from incident.usecases.notices.edpb_template import edpb_sheet, edpb_template
from incident.usecases.notices.ports import NoticeRenderer, PrintableNotice
from incident.usecases.notices.render import render_notice
from tests.promises.scenario.case import Letter
from tests.promises.scenario.stage import Stage

READER: Final = "Noor"
MAILED: Final = Addressed(1, "Anna de Vries", "a.devries@post.example")
POSTED: Final = Addressed(2, "Jonas Müller", "", "Hauptstraße 2", "26871", "Papenburg", "Deutschland")


@dataclass
class Shelf:
    """The files by their path, in the language in which people write."""

    stage: Stage
    renderer: NoticeRenderer
    language: str
    files: dict[str, bytes] = field(default_factory=dict)
    posted: list[tuple[PrintableNotice, Addressed]] = field(default_factory=list)

    def notice(self, when: str, name: str, notice: Letter) -> None:
        """Put a notice there as it is read."""
        self.stage.on(when, lambda _now: self._put(f"{self.language}/{name}", notice))

    def letter(self, when: str, name: str, notice: Letter) -> None:
        """Put a letter to people there, also as the mail and as the paper that one person gets."""

        def act(_now: datetime) -> None:
            path, found = f"{self.language}/{name}", letter(self.stage.session, notice.newest(READER).id)
            text, html = personal_texts(found, MAILED)
            self.files |= {f"{path}-mail.txt": text.encode(), f"{path}-mail.html": html.encode()}
            self.posted.append((found, POSTED))
            self._put(path, notice)

        self.stage.on(when, act)

    def all(self) -> dict[str, bytes]:
        """The files, and all letters on paper in the one file that the printer gets."""
        return {**self.files, f"{self.language}/letters-print.pdf": print_file(self.posted)}

    def form(self, when: str, name: str, notice: Letter) -> None:
        """Put the form of the authority there: the Dutch one in Dutch, the European one in English."""

        def act(now: datetime) -> None:
            if self.language == "nl":
                self._put(f"forms/ap-{name}", notice)
            if self.language == "en":
                self._european(f"forms/edpb-{name}", notice, now)

        self.stage.on(when, act)

    def _put(self, path: str, notice: Letter) -> None:
        version, stage = notice.newest(READER), self.stage
        for format in ("txt", "pdf"):
            made = render_notice(
                stage.session,
                version.id,
                format,
                actor=stage.person(READER),
                renderer=self.renderer,
                blobs=stage.blobs,
            )
            self.files[f"{path}.{format}"] = made.content

    def _european(self, path: str, notice: Letter, now: datetime) -> None:
        session, incident = self.stage.session, notice.case.incident
        assert incident is not None
        sheet = edpb_sheet(session, incident, edpb_template(session, incident, now=now), now=now)
        for format in ("txt", "pdf"):
            self.files[f"{path}.{format}"] = self.renderer.render(sheet, format)
