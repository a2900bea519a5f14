"""A table of inputs: several things of the same kind, such as the other organisations involved."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from types import EllipsisType

from flask_babel import gettext as _
from wtforms import Field

from incident.domain.kernel.errors import DomainError
from incident.domain.organisation import MOST_OF_A_LIST
from incident.domain.typed import read_count
from incident.web.forms.base import tidy, translated
from incident.web.forms.fields import FormData
from incident.web.forms.validators import Validator

SPARE = 2
QUIET = ("id", "name_en")


@dataclass(frozen=True, slots=True)
class Column:
    """One input of a row; with ``options`` it is a list to choose from: one of it, or ``many``, parted by commas."""

    name: str
    label: str
    options: Sequence[tuple[str, str]] | None = None
    numeric: bool = False
    kind: str = "text"
    """How the browser asks for it: as text, a date or a time."""
    many: bool = False
    unsaid: str = "unknown"
    """Which option of a list stands there where nobody has chosen."""
    told: str = "{}"
    """How a folded row says what stands in it."""
    without: str = ""
    """What it says where nothing does."""

    def chosen(self, values: Sequence[str]) -> str:
        """What was chosen, in words."""
        return ", ".join(str(words) for value, words in self.options or () if value in values)

    def takes(self, text: str) -> bool:
        """Whether a cell may say this: of a list, what stands in it, or nothing."""
        given = text.split(",") if self.many else [text]
        return self.options is None or not text or {value for value, _words in self.options}.issuperset(given)

    def said(self, text: str) -> str:
        """The text of one cell in words; what is not known yet says nothing."""
        if self.options is not None:
            text = self.chosen([value for value in text.split(",") if value != "unknown"])
        return self.told.replace("{}", text) if text else self.without


class RowsField(Field):  # type: ignore[misc]
    """Rows of columns; a row that is left empty is dropped, and two spare rows wait at the end.

    ``build`` makes one value of the row's texts and raises ValueError with a sentence; ``show`` gives the texts of a
    value; ``tell`` says in words of its own what stands in a folded row, and ``lacks`` what does not stand there yet.
    """

    def __init__(
        self,
        label: str = "",
        validators: Sequence[Validator] | None = None,
        *,
        columns: Sequence[Column] = (),
        build: Callable[[dict[str, str]], object] = dict,
        show: Callable[..., dict[str, str]] = dict,
        tell: Callable[[dict[str, str]], str] | None = None,
        lacks: Callable[[dict[str, str]], str] = lambda _row: "",
        **kwargs: object,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.columns, self.build, self.show, self.tell, self.lacks = tuple(columns), build, show, tell, lacks
        self.typed: list[dict[str, str]] | None = None
        self.names: Sequence[str] = ()
        """What the first input of a row proposes."""

    @property
    def input_ids(self) -> tuple[str, ...]:
        """The id of the first input, where the error summary leads."""
        return (f"{self.name}-0-{self.columns[0].name}",)

    @property
    def shown(self) -> list[dict[str, str]]:
        """What stands in the inputs, with the spare rows."""
        rows = self.typed if self.typed is not None else [self.show(value) for value in self.data or ()]
        return [*rows, *({} for _spare in range(SPARE))]

    def told(self, row: dict[str, str]) -> tuple[str, str]:
        """What a folded row says: its first cell, and what stands in the others but for short and English names."""
        if not row:
            return "", ""
        said = [column.said(row.get(column.name, "")) for column in self.columns if column.name not in QUIET]
        if self.tell is not None:
            return said[0], self.tell(row)
        return said[0], " · ".join(words for words in said[1:] if words)

    def process(
        self,
        formdata: FormData | None,
        data: Iterable[object] | EllipsisType | None = ...,
        extra_filters: object = None,
    ) -> None:
        """Read the rows; the first one that cannot be read becomes the error."""
        self.process_errors: list[str] = []
        self.errors = ()
        self.data = self.object_data = () if data is ... or data is None else data
        if formdata is None or not any(key.startswith(f"{self.name}-") for key in formdata):
            return
        self.typed = [
            row for number in range(MOST_OF_A_LIST + SPARE) if any((row := self._row(formdata, number)).values())
        ]
        try:
            self.data = tuple(self._built(row) for row in self.typed)
        except ValueError as problem:
            self.data = ()
            self.process_errors = [str(problem)]
        except DomainError as problem:
            self.data = ()
            self.process_errors = [translated(problem)]

    def _built(self, row: dict[str, str]) -> object:
        if not all(column.takes(row.get(column.name, "")) for column in self.columns):
            raise ValueError(_("Choose from the answers in the list."))
        return self.build(row)

    def _row(self, formdata: FormData, number: int) -> dict[str, str]:
        row = {column.name: self._cell(formdata, number, column) for column in self.columns}
        filled = any(row[column.name] for column in self.columns if self._says(column))
        return row if filled else {}

    def _cell(self, formdata: FormData, number: int, column: Column) -> str:
        name = f"{self.name}-{number}-{column.name}"
        if column.many:
            return ",".join(str(tidy(one)) for one in formdata.getlist(name))
        return str(tidy(formdata.get(name, "")))

    @staticmethod
    def _says(column: Column) -> bool:
        """Whether this column can say that its row is used; a list that opens on an option says nothing."""
        return column.options is None or column.many or column.options[0][0] == ""


def count_or_none(text: str) -> int | None:
    """A whole number, of a range the most; None when empty. Raises Invalid with a sentence."""
    found = read_count(text)
    return None if found is None else found.most
