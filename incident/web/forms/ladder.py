"""The ladder as a form: rungs with hours and audiences, how often an overdue deadline reminds, office hours."""

from collections.abc import Iterable
from datetime import time
from types import EllipsisType
from typing import ClassVar, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField

from incident.domain.kernel.json import JsonObject
from incident.domain.reminders.ladder import LadderPolicy, Reached
from incident.domain.reminders.policy import document_of
from incident.domain.reminders.roster import Audience
from incident.domain.typed import or_none, read_time
from incident.web.forms.base import Form, tidy
from incident.web.forms.fields import CheckboxesField, FormData, NumberField, choices_of
from incident.web.forms.validators import AtMost, Needed

AUDIENCES: Final = {
    Audience.DUTY: _l("Duty officer"),
    Audience.DPO: _l("Data protection officer"),
    Audience.DEPUTY: _l("Deputy"),
    Audience.MANAGEMENT: _l("Management"),
    Audience.SECOND: _l("Second person"),
    Audience.EVERYBODY: _l("Everybody"),
}
UNLESS: Final = {
    "": _l("in any case"),
    Reached.ASSESSED: _l("unless the risk is assessed"),
    Reached.DECIDED: _l("unless it is decided"),
    Reached.APPROVED: _l("unless the notice is approved"),
}
DAYS: Final = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))
NUMBER: Final = _l("Enter a number.")
KNOWN_DAYS: Final = frozenset(str(number) for number in range(len(DAYS)))
SPARE, MOST = 2, 40


class RungsField(Field):  # type: ignore[misc]
    """Rungs of one kind: ``{name}-{n}-hours``, ``-audience`` (several) and, for escalations, ``-unless``."""

    def __init__(self, label: str = "", *, hours: str = "hours_left", **kwargs: object) -> None:
        super().__init__(label, **kwargs)
        self.hours = hours
        self.typed: list[JsonObject] | None = None

    @property
    def input_ids(self) -> tuple[str, ...]:
        """Where the error summary leads."""
        return (f"{self.name}-0-hours",)

    @property
    def shown(self) -> list[JsonObject]:
        """What stands in the inputs, with spare rungs."""
        rows = self.typed if self.typed is not None else [self._row(step) for step in self.data or ()]
        return [
            *rows,
            *({"hours": "", "audience": [], "unless": "", "prepares_dossier": False} for _spare in range(SPARE)),
        ]

    def told(self, row: JsonObject) -> tuple[str, str]:
        """What a folded rung says: its hours; whom it tells, and unless when."""
        audience = ", ".join(str(words) for key, words in AUDIENCES.items() if key in row["audience"])
        return row["hours"], ", ".join(filter(None, [audience, row["unless"] and str(UNLESS.get(row["unless"], ""))]))

    def _row(self, step: JsonObject) -> JsonObject:
        audience, unless = list(step["audience"]), step.get("unless") or ""
        dossier = bool(step.get("prepares_dossier"))
        return {"hours": f"{step[self.hours]:g}", "audience": audience, "unless": unless, "prepares_dossier": dossier}

    def process(
        self,
        formdata: FormData | None,
        data: Iterable[JsonObject] | EllipsisType | None = ...,
        extra_filters: object = None,
    ) -> None:
        """Read the rungs; a rung without hours is dropped."""
        self.process_errors: list[str] = []
        self.errors = ()
        self.data = self.object_data = () if data is ... or data is None else data
        if formdata is None or not any(key.startswith(f"{self.name}-") for key in formdata):
            return
        self.typed = [row for number in range(MOST) if (row := self._read(formdata, number))["hours"]]
        try:
            self.data = [self._step(row) for row in self.typed]
        except ValueError as problem:
            self.process_errors = [str(problem)]

    def _read(self, formdata: FormData, number: int) -> JsonObject:
        start = f"{self.name}-{number}"
        hours, audience = str(tidy(formdata.get(f"{start}-hours", ""))), formdata.getlist(f"{start}-audience")
        unless, dossier = formdata.get(f"{start}-unless", ""), f"{start}-dossier" in formdata
        return {"hours": hours, "audience": audience, "unless": unless, "prepares_dossier": dossier}

    def _step(self, row: JsonObject) -> JsonObject:
        try:
            hours = float(row["hours"].replace(",", "."))
        except ValueError:
            raise ValueError(_("Enter hours as a number, like 12.")) from None
        if not row["audience"]:
            raise ValueError(_("Choose whom the rung at %(hours)s h tells.", hours=row["hours"]))
        step = {self.hours: hours, "audience": row["audience"]}
        if self.hours == "after_hours":
            step |= {"unless": row["unless"] or None, "prepares_dossier": row["prepares_dossier"]}
        return step


class ClockField(StringField):  # type: ignore[misc]
    """A time of day as ``08:30``."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time; what cannot be read becomes an error."""
        text = valuelist[0].strip() if valuelist else ""
        found = or_none(read_time, text)
        self.data = f"{found:%H:%M}" if isinstance(found, time) else text
        if found is None:
            raise ValueError(_("Enter a time, like 14:30."))


class LadderForm(Form):
    """The whole ladder."""

    aliases: ClassVar[dict[str, str]] = {"office": "opens", "overdue": "overdue_every_minutes"}

    at_awareness = CheckboxesField(_l("When the clock starts, tell"), [Needed(_l("Choose at least one."))])
    reminders = RungsField(_l("Reminders before the end"))
    escalations = RungsField(_l("Escalations after the start"), hours="after_hours")
    at_due = CheckboxesField(_l("When the deadline passes, tell"), [Needed(_l("Choose at least one."))])
    overdue = CheckboxesField(_l("While it is overdue, tell"), [Needed(_l("Choose at least one."))])
    overdue_every_minutes = NumberField(_l("While it is overdue, repeat every (minutes)"), [Needed(NUMBER)])
    waits_until_hours_left = NumberField(
        _l("Early reminders wait for office hours while more hours are left than"), [Needed(NUMBER)]
    )
    prove_every_days = NumberField(_l("A confirmed drill proves a channel for (days)"), [Needed(NUMBER)])
    opens = ClockField(_l("The office opens at"), [AtMost(8)])
    closes = ClockField(_l("The office closes at"), [AtMost(8)])
    working_days = CheckboxesField(_l("Working days"), [Needed(_l("Choose at least one."))])

    @classmethod
    def of(cls, policy: LadderPolicy) -> "LadderForm":
        """The form with a ladder's values, in the language of the page."""
        values = document_of(policy)
        office = values["office"] or document_of(LadderPolicy())["office"]
        values |= {"opens": office["opens"], "closes": office["closes"]}
        values["working_days"] = [str(day) for day in office["working_days"]]
        values["waits_until_hours_left"] = int(policy.waits_until_hours_left)
        form = cls(data=values)
        for name in ("at_awareness", "at_due", "overdue"):
            form[name].choices = choices_of((key.value, str(words)) for key, words in AUDIENCES.items())
        form.working_days.choices = choices_of((str(number), str(words)) for number, words in enumerate(DAYS))
        return form

    def document(self, policy: LadderPolicy) -> JsonObject:
        """The document that the use case takes; zone and country of the office stay as they are."""
        office = document_of(policy)["office"] or document_of(LadderPolicy())["office"]
        names = (
            "at_awareness",
            "reminders",
            "escalations",
            "at_due",
            "overdue",
            "overdue_every_minutes",
            "prove_every_days",
            "waits_until_hours_left",
        )
        days = [int(day) for day in self.working_days.data or () if day in KNOWN_DAYS]
        return {
            **{name: self[name].data for name in names},
            "office": {**office, "opens": self.opens.data, "closes": self.closes.data, "working_days": days},
        }
