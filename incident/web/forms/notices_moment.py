"""A moment that is proof: date, time and zone, and for the hour that clocks strike twice, which of the two it was."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from incident.domain.typed import or_none, read_day, read_time
from incident.law.errors import NotAnInstant
from incident.law.explain import explain
from incident.law.instants import clock_time_exists, is_repeated, known_zone, read_instant
from incident.web.forms.fields import FormData, InstantField
from incident.web.i18n import language_code
from incident.web.viewer import zone as viewers_zone

ZONES = ("Europe/Amsterdam", "UTC")


class MomentField(InstantField):
    """Like its parent, in a zone that can be chosen, and never guessing between the two hours of an autumn night."""

    typed_zone = ""
    offset = ""

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which it is typed: the chosen one, else the viewer's."""
        try:
            return known_zone(self.typed_zone) if self.typed_zone else viewers_zone()
        except NotAnInstant:
            return viewers_zone()

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones to choose from."""
        return tuple(dict.fromkeys((viewers_zone().key, *ZONES)))

    @property
    def twice(self) -> tuple[tuple[str, str], ...]:
        """The two offsets with their words, where the clock struck the typed time twice; else nothing."""
        local = _local(self.typed)
        if local is None:
            return ()
        place = self.zone
        if not clock_time_exists(local.replace(tzinfo=place)) or not is_repeated(local.replace(tzinfo=place), place):
            return ()
        both = (local.replace(tzinfo=place, fold=fold) for fold in (0, 1))
        words = (_("the first time, before the clock went back"), _("the second time, after it"))
        return tuple((_offset(at), f"{at:%H:%M %Z} ({text})") for at, text in zip(both, words, strict=True))

    def process(self, formdata: FormData | None, data: object = ..., extra_filters: object = None) -> None:
        """Read date, time, zone and, where one was chosen, which of two hours."""
        if formdata is not None:
            self.typed_zone = str(formdata.get(f"{self.name}-zone", ""))
            self.offset = str(formdata.get(f"{self.name}-offset", ""))
        super().process(formdata, data, extra_filters)
        if self.typed is None or self.data is None:
            if self.typed is not None and any(self.typed):
                self._read()
            return
        self._read()
        if isinstance(data, datetime) and self.data == data.replace(second=0, microsecond=0):
            self.data = data

    def _read(self) -> None:
        """The same two texts, strictly: a time that the clock skips or strikes twice is one moment only with help."""
        local = _local(self.typed)
        if local is None:
            return
        known = {offset for offset, _words in self.twice}
        chosen = self.offset if self.offset in known else ""
        self.data, self.process_errors = None, []
        try:
            self.data = read_instant(f"{local:%Y-%m-%dT%H:%M}{chosen}", self.zone.key).astimezone(UTC)
        except NotAnInstant as refusal:
            twice = _("This time occurred twice, because the clock went back. Say below which of the two it was.")
            self.process_errors = [twice if known else explain(refusal.reason, language_code())]


def _local(typed: tuple[str, str] | None) -> datetime | None:
    day, moment = typed or ("", "")
    on, at = or_none(read_day, day), or_none(read_time, moment)
    return datetime.combine(on, at) if on is not None and at is not None else None


def _offset(at: datetime) -> str:
    text = f"{at:%z}"
    return f"{text[:3]}:{text[3:]}"
