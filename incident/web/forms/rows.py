"""A table of inputs: several things of the same kind, such as the other organisations involved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import Field

from incident.domain.kernel.errors import DomainError
from incident.domain.typed import read_count
from incident.web.forms.base import tidy, translated

SPARE = 2
MOST = 200


@dataclass(frozen=True, slots=True)
class Column:
    """One input of a row; with ``options`` it is a list to choose from: one of it, or ``many``, parted by commas."""

    name: str
    label: str
    options: Sequence[tuple[str, str]] | None = None
    numeric: bool = False
    many: bool = False

    def chosen(self, values: Sequence[str]) -> str:
        """What was chosen, in words."""
        return ", ".join(str(words) for value, words in self.options or () if value in values)


class RowsField(Field):  # type: ignore[misc]
    """Rows of columns; a row that is left empty is dropped, and two spare rows wait at the end.

    ``build`` makes one value of the row's texts and raises ValueError with a sentence; ``show`` gives the texts of a
    value.
    """

    def __init__(
        self,
        label: str = "",
        validators: Any = None,
        *,
        columns: Sequence[Column] = (),
        build: Callable[[dict[str, str]], Any] = dict,
        show: Callable[[Any], dict[str, str]] = dict,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.columns, self.build, self.show = tuple(columns), build, show
        self.typed: list[dict[str, str]] | None = None

    @property
    def input_ids(self) -> tuple[str, ...]:
        """The id of the first input, where the error summary leads."""
        return (f"{self.name}-0-{self.columns[0].name}",)

    @property
    def shown(self) -> list[dict[str, str]]:
        """What stands in the inputs, with the spare rows."""
        rows = self.typed if self.typed is not None else [self.show(value) for value in self.data or ()]
        return [*rows, *({} for _spare in range(SPARE))]

    def process(self, formdata: Any, data: Any = ..., extra_filters: Any = None) -> None:
        """Read the rows; the first one that cannot be read becomes the error."""
        self.process_errors: list[str] = []
        self.errors = ()
        self.data = () if data is ... or data is None else data
        if formdata is None or not any(key.startswith(f"{self.name}-") for key in formdata):
            return
        self.typed = [row for number in range(MOST) if any((row := self._row(formdata, number)).values())]
        try:
            self.data = tuple(self.build(row) for row in self.typed)
        except ValueError as problem:
            self.data = ()
            self.process_errors = [str(problem)]
        except DomainError as problem:
            self.data = ()
            self.process_errors = [translated(problem)]

    def _row(self, formdata: Any, number: int) -> dict[str, str]:
        row = {column.name: self._cell(formdata, number, column) for column in self.columns}
        filled = any(row[column.name] for column in self.columns if self._says(column))
        return row if filled else {}

    def _cell(self, formdata: Any, number: int, column: Column) -> str:
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
