"""The form of a public door, the forms by which a reporter comes back, and the form by which a door is made."""

from typing import Any, ClassVar, Final

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, Field, HiddenField, StringField, TextAreaField

from incident.domain.doors import INTRO_LIMIT, Door, DoorKind
from incident.domain.kernel.people import Source
from incident.domain.kernel.text import LINE
from incident.domain.languages import LETTER_LANGUAGES
from incident.usecases.response.public_report import FILE_LIMIT, Handed, ReportFromOutside, outsider
from incident.usecases.response.report import ProcessorTold, ReportIncident
from incident.web.forms.base import Form
from incident.web.forms.fields import ChoiceField, CountField, InstantField, choices_of
from incident.web.forms.validators import AtMost, Needed

KINDS: Final = {
    DoorKind.STAFF: _l("Own staff"),
    DoorKind.CUSTOMERS: _l("Customers and others outside"),
    DoorKind.PROCESSORS: _l("Processors"),
    DoorKind.DEPARTMENT: _l("One department"),
}
PROCESSOR_ONLY: Final = ("company", "known_at", "data", "consequences", "measures")


class FilesForm(Form):
    """Any form with files."""

    aliases: ClassVar[dict[str, str]] = {"file": "files"}

    files = MultipleFileField(_l("Photographs or files"))

    def handed(self) -> tuple[Handed, ...]:
        """The files that came along; of each one byte more than fits, so that too large ones are noticed."""
        files = [file for file in self.files.data or () if getattr(file, "filename", "")]
        return tuple(Handed(file.filename, _read(file)) for file in files)


def _read(file: FileStorage) -> bytes:
    content: bytes = file.read(FILE_LIMIT + 1)
    file.seek(0)
    return content


class PublicForm(FilesForm):
    """What somebody without an account is asked. ``website`` is for robots: nobody sees it."""

    aliases: ClassVar[dict[str, str]] = {
        **FilesForm.aliases,
        "processor_aware_at": "known_at",
        "first_signal_at": "noticed_at",
    }

    ticket = HiddenField()
    website = StringField(_l("Leave this empty"))
    company = StringField(
        _l("Which organisation are you?"), [Needed(_l("Write the name of your organisation.")), AtMost(LINE)]
    )
    summary = TextAreaField(_l("What happened?"), [Needed(_l("Write what happened, in a few words.")), AtMost()])
    noticed_at = InstantField(_l("When was it noticed?"))
    known_at = InstantField(_l("Since when does your organisation know?"))
    data = TextAreaField(_l("Which data, and whose?"), [AtMost()])
    subjects = CountField(_l("About how many people?"))
    consequences = TextAreaField(_l("What could the consequences be for these people?"), [AtMost()])
    measures = TextAreaField(_l("What have you done, or will you do?"), [AtMost()])
    files = MultipleFileField(_l("Photographs or files"))
    name = StringField(_l("Your name"), [AtMost(LINE)])
    contact = StringField(_l("E-mail address or telephone number"), [AtMost(LINE)])

    def offer(self, door: Door) -> "PublicForm":
        """Leave out what this door does not ask: a customer's moment is none of ours, and nor is most of a processor's.

        The count is the processor's too: everybody else would guess.
        """
        processor = door.kind is DoorKind.PROCESSORS
        left_out: tuple[str, ...] = ("noticed_at",) if processor else (*PROCESSOR_ONLY, "subjects")
        if door.kind is DoorKind.CUSTOMERS:
            left_out += ("noticed_at",)
        for name in left_out:
            del self[name]
        return self

    def to_command(self, door: Door, ticket: str, network: str, language: str) -> ReportFromOutside:
        """The command."""
        report = ReportIncident(
            outsider(Source.DOOR),
            self.summary.data or "",
            noticed_at=self._given("noticed_at"),
            subjects=self._given("subjects"),
            reporter_language=language,
            processor=self._processor() if "company" in self else None,
        )
        return ReportFromOutside(
            report,
            way=door.key,
            shown_as=door.name,
            ticket=ticket,
            network=network,
            name=self.name.data or "",
            contact=self.contact.data or "",
            files=self.handed(),
        )

    def _processor(self) -> ProcessorTold:
        contact = ", ".join(part for part in (self.name.data, self.contact.data) if part)
        texts = {name: self[name].data or "" for name in ("data", "consequences", "measures")}
        return ProcessorTold(self["company"].data or "", contact[:LINE], self._given("known_at"), **texts)

    def _given(self, name: str) -> Any:
        return self[name].data if name in self else None


class CodeForm(Form):
    """The code of a receipt."""

    receipt_code = StringField(_l("Your code"), [Needed(_l("Enter the sixteen digits of your receipt.")), AtMost(LINE)])


class AddForm(FilesForm):
    """What a reporter adds later."""

    text = TextAreaField(_l("Your answer, or what you want to add"), [AtMost()])


class AskForm(Form):
    """A question to the reporter."""

    text = TextAreaField(_l("Your question"), [Needed(_l("Write what you want to know.")), AtMost(5_000)])


class DoorForm(Form):
    """A door as its owner sees it."""

    name = StringField(_l("Name"), [Needed(_l("Give the page a name.")), AtMost(LINE)])
    key = StringField(_l("End of the address"), [Needed(_l("Write how the address ends.")), AtMost(60)])
    kind = ChoiceField(_l("For whom?"), [Needed(_l("Choose for whom it is."))])
    is_open = BooleanField(_l("Open: whoever has the address can report"))

    @classmethod
    def of(cls, door: Door) -> "DoorForm":
        """The form of this door."""
        titles = {f"title_{code}": text for code, text in door.titles.items()}
        intros = {f"intro_{code}": text for code, text in door.intros.items()}
        form = cls(obj=door, data=titles | intros)
        form.kind.choices = choices_of((kind.value, str(words)) for kind, words in KINDS.items())
        return form

    def to_door(self) -> Door:
        """The door that was typed."""
        return Door(
            self.key.data or "",
            DoorKind(self.kind.data),
            self.name.data or "",
            bool(self.is_open.data),
            titles={code: self[f"title_{code}"].data or "" for code in LETTER_LANGUAGES},
            intros={code: self[f"intro_{code}"].data or "" for code in LETTER_LANGUAGES},
        )

    @property
    def texts(self) -> list[tuple[str, str, Field, Field, bool]]:
        """Each language with its own name, its title, its introduction, and whether there is anything to see."""
        found = [
            (code, one.name, self[f"title_{code}"], self[f"intro_{code}"]) for code, one in LETTER_LANGUAGES.items()
        ]
        return [(*one, any(field.data or field.errors for field in one[2:])) for one in found]


for _code, _language in LETTER_LANGUAGES.items():
    setattr(
        DoorForm, f"title_{_code}", StringField(_l("Title (%(language)s)", language=_language.name), [AtMost(LINE)])
    )
    _intro = TextAreaField(_l("Introduction (%(language)s)", language=_language.name), [AtMost(INTRO_LIMIT)])
    setattr(DoorForm, f"intro_{_code}", _intro)
