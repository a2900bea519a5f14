"""Numbers, dates and lists as people of one language write them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from incident.documents.phrases import Phrases, phrases, phrases_to_colleagues
from incident.domain.languages import FALLBACK, LETTER_LANGUAGES, locale_of
from incident.law.forms.notation import is_round
from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.vocabulary import Unknown

_SHORT: Final = 3
"""Letters of a name of a language or country that many other words begin with."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How one language says things; ``zone`` is the one in which instants are shown: the authority's."""

    language: str
    zone: ZoneInfo = AUTHORITY_ZONE
    to_colleague: bool = False

    @property
    def phrases(self) -> Phrases:
        """All sections of this language's phrases."""
        return (phrases_to_colleagues if self.to_colleague else phrases)(self.language)

    @property
    def words(self) -> Mapping[str, str]:
        """The small words and patterns."""
        return self.phrases["words"]

    @property
    def _locale(self) -> Locale:
        return Locale.parse(locale_of(self.language if self.language in LETTER_LANGUAGES else FALLBACK))

    def number(self, number: int) -> str:
        """``1234`` as ``1.234`` in Dutch."""
        return format_decimal(number, locale=self._locale)

    def count(self, low: int | Unknown, high: int | Unknown, *, exact: bool = False) -> str:
        """A number, "about" a round one, or a range; an empty text when nothing is known.

        Nobody estimates 412: a number that is not round was counted, whatever was ticked beside it.
        """
        if isinstance(low, Unknown) and isinstance(high, Unknown):
            return ""
        if isinstance(low, Unknown) or isinstance(high, Unknown):
            name, number = ("at_most", high) if isinstance(low, Unknown) else ("at_least", low)
            assert not isinstance(number, Unknown)
            return self.words[name].format(number=self.number(number))
        if low == high:
            return (
                self.words["about"].format(number=self.number(low)) if is_round(low) and not exact else self.number(low)
            )
        return self.words["between"].format(low=self.number(low), high=self.number(high))

    def day(self, day: date, *, weekday: bool = False) -> str:
        """``17 november 2026``, with the day of the week when asked."""
        return format_date(day, self.words["day" if weekday else "short_day"], locale=self._locale)

    def day_alone(self, day: date) -> str:
        """A day outside a sentence, as a cell of a table names it: in German it is no dative there."""
        return format_date(day, self.words["day_alone"], locale=self._locale)

    def moment(self, instant: datetime) -> str:
        """An instant with day and time in the zone of the notice; midnight sharp stands for "that day"."""
        day, hour = self.day(self.local(instant).date(), weekday=True), self.hour(instant)
        return self.words["time"].format(date=day, time=hour) if hour else day

    def short_moment(self, instant: datetime) -> str:
        """An instant for a column of a table: short day and time in the zone of the notice, on one line."""
        local = self.local(instant)
        return f"{self.table_day(local.date())} {local:%H:%M}"

    def table_day(self, day: date) -> str:
        """A day for a column of a table."""
        return format_date(day, self.words["table_day"], locale=self._locale)

    def hour(self, instant: datetime) -> str:
        """The time of day in the zone of the notice; empty at midnight sharp, which stands for "that day"."""
        local = self.local(instant)
        return self.clock(local.time()) if local.hour or local.minute else ""

    def clock(self, hour: time, pattern: str = "clock") -> str:
        """A time of day, by one of the patterns among the small words."""
        return str(format_time(hour, self.words[pattern], locale=self._locale))

    def local(self, instant: datetime) -> datetime:
        """The instant in the zone of the notice."""
        return instant.astimezone(self.zone)

    def listing(self, items: Sequence[str], last: str = "and") -> str:
        """``a, b en c``; ``last`` is the small word before the last: "and_also" where the items hold an "and"."""
        if len(items) < 2:
            return "".join(items)
        word = self.words[last]
        return f"{', '.join(items[:-1])}{'' if word.startswith(',') else ' '}{word} {items[-1]}"

    def behind_colon(self, text: str, names: Collection[str]) -> str:
        """``text`` with a small letter at its start, unless that is one of ``names``, an abbreviation or, like
        "Dutch", a word that this language always begins with a capital; in German any noun is."""
        word, locale = next(iter(text.split()), ""), self._locale
        proper = (one for one in (*locale.territories.values(), *locale.languages.values()) if len(one) > _SHORT)
        kept = locale.language == "de" or word in names or word[1:] != word[1:].lower()
        return text if kept or any(map(word.startswith, proper)) else text[:1].lower() + text[1:]

    def apart(self, items: Sequence[str]) -> str:
        """``a; b``: items that hold commas of their own."""
        return f"{self.words['semicolon']} ".join(items)


def capital(text: str) -> str:
    """``text`` with a capital at its start; the rest is left as it is."""
    return text[:1].upper() + text[1:]
