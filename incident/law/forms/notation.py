"""GDPR art. 33(3): how the forms write dates, times, numbers and lists, in the authority's time zone."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

from incident.law.rulesets import AUTHORITY_ZONE
from incident.law.texts import LANGUAGES, texts
from incident.law.vocabulary import Unknown


def day(instant: datetime | date) -> str:
    """``dd-mm-yyyy``; an instant gives the day in the authority's zone."""
    return _local(instant).strftime("%d-%m-%Y") if isinstance(instant, datetime) else instant.strftime("%d-%m-%Y")


def time_of_day(instant: datetime) -> str:
    """``HH:MM`` in the authority's zone; within the repeated hour of October the offset is added."""
    local = _local(instant)
    offset = f" (UTC{local:%z})" if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset() else ""
    return f"{local:%H:%M}{offset}"


def moment(instant: datetime) -> str:
    """``dd-mm-yyyy HH:MM`` in the authority's zone."""
    return f"{day(instant)} {time_of_day(instant)}"


def moment_in_words(instant: datetime, language: str) -> str:
    """``23 november 2026, 08:30``, for running text, in the authority's zone."""
    return f"{day_in_words(instant, language)}, {time_of_day(instant)}"


def utc_iso(instant: datetime) -> str:
    """``yyyy-mm-ddThh:mm:ssZ``, the interchange form of an instant."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def same_day(first: datetime, second: datetime) -> bool:
    """Whether two instants fall on one day of the authority's calendar."""
    return _local(first).date() == _local(second).date()


def local_day(instant: datetime) -> date:
    """The day of an instant in the authority's zone."""
    return _local(instant).date()


def day_in_words(instant: datetime | date, language: str) -> str:
    """``15 december 2026``, for running text; an ordinal in German."""
    found = local_day(instant) if isinstance(instant, datetime) else instant
    return f"{found.day}{'.' if language == 'de' else ''} {_months(language)[found.month - 1]} {found.year}"


def names_day(text: str, found: date) -> bool:
    """Whether a text that somebody wrote names this day, with its month in words or in one of the usual figures."""
    months = "|".join(re.escape(_months(language)[found.month - 1]) for language in LANGUAGES)
    figures = rf"0?{found.day}[-/.]0?{found.month}[-/.]{found.year}|{found.isoformat()}"
    named = rf"(?<!\d)(?:0?{found.day}\.? (?:{months})|(?:{months}) {found.day}(?!\d)|{figures})"
    return re.search(named, text, re.IGNORECASE) is not None


def still_investigated(text: str) -> bool:
    """Whether a text that somebody wrote says that something is being investigated, of which more will be known."""
    running = (
        r"onderzoekt|zoekt [^.]*\buit|wordt .*onderzocht|onderzoek loopt|investigating|being investigated|"
        r"finding out|untersucht (?:noch|derzeit)"
    )
    return re.search(rf"\b(?:{running})\b", text, re.IGNORECASE) is not None


def on_police(text: str) -> str:
    """The sentences in which a text that somebody wrote names the police."""
    return " ".join(one for one in sentences(text) if re.search(r"politi|police|polizei", one, re.IGNORECASE))


def unanswered(text: str) -> str:
    """The sentences in which a text that somebody wrote says that what was asked has no answer yet, each with the one
    before, which says what that was.
    """
    told = []
    for line in text.split("\n"):
        found = sentences(line)
        told += [" ".join(found[max(at - 1, 0) : at + 1]) for at, one in enumerate(found) if _UNANSWERED.search(one)]
    return " ".join(told)


_UNANSWERED = re.compile(
    r"nog (?:geen (?:antwoord|reactie)|niet (?:geantwoord|gereageerd))|no (?:answer|reply|response) yet|"
    r"not (?:answered|replied|responded) yet|noch (?:keine (?:Antwort|Reaktion)|nicht (?:geantwortet|reagiert))",
    re.IGNORECASE,
)


def without_advice(text: str) -> str:
    """A text that somebody wrote for everybody, without what it tells readers to do: a sentence, or what stands in one
    behind a colon.
    """
    kept = (" ".join(filter(None, map(_unadvised, sentences(line)))) for line in text.split("\n"))
    return lines(*kept)


def _unadvised(sentence: str) -> str:
    fact, colon, rest = sentence.partition(": ")
    if _ADVICE.match(fact):
        return ""
    return f"{fact}." if colon and _ADVICE.match(rest) else sentence


def sentences(text: str) -> list[str]:
    """A text that somebody wrote, by its sentences."""
    return re.split(r"(?<=[.!?])\s+(?=[A-ZÀ-Þ‘“„«])", text.strip())


_ADVICE = re.compile(
    r"(?:(?:maak|open|betaal|geef|deel|stuur|bel|antwoord|reageer|gebruik) (?:\w+ )?(?:geen|nooit|niet|uw)\b|"
    r"wees |let op|pas op|controleer |(?:betala|klicka|öppna|lämna|svara) (?:inte|aldrig)\b|(?:dann )?\w+en sie\b|"
    r"(?:ne |n’)\w+ez\b|klik |neem contact|(?:verander|wijzig) uw|please\b|bitte\b|do not\b|don’t\b|never\b|"
    r"be (?:alert|careful|aware)|check (?:your|whether)|change your|call us|(?:ignore|delete) (?:this|these|those|"
    r"them)|vérifiez|changez|méfiez)",
    re.IGNORECASE,
)
"""How a sentence begins that tells its readers what to do."""


def undated(text: str) -> str:
    """The text without the days that it names."""
    return re.sub(_days(), "", text, flags=re.IGNORECASE)


def tells_number(text: str) -> bool:
    """Whether a text that somebody wrote names a number that is no day, year or time of day."""
    figures = rf"{_days()}|\d{{1,2}}[:.]\d{{2}}(?!\d)"
    return re.search(r"\d", re.sub(figures, "", text, flags=re.IGNORECASE)) is not None


def _days() -> str:
    months = "|".join(re.escape(name) for language in LANGUAGES for name in _months(language))
    words = rf"\d{{1,2}}\.? (?:{months})(?: \d{{4}})?|(?:{months}) \d{{1,2}}(?:,? \d{{4}})?"
    return rf"{words}|\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{2,4}}"


def number(value: int, language: str) -> str:
    """``12.500`` in Dutch and ``12,500`` in English, for running text; a field for a number takes the figures alone."""
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", ".")


def is_round(value: int) -> bool:
    """Whether a number has at most two digits that say something, the way estimates do: nobody estimates 412."""
    return value >= _SMALLEST and value % 10 ** max(len(str(value)) - 2, 1) == 0


def listing(items: Sequence[str], conjunction: str) -> str:
    """``a, b and c``; parted by semicolons where an item holds a comma of its own."""
    if len(items) < 2:
        return "".join(items)
    if any("," in re.sub(r"\([^)]*\)", "", item) for item in items):
        return "; ".join(items)
    return f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


def ended(sentence: str) -> str:
    """A sentence whose last name brings a full stop of its own: "B.V." and no second one."""
    return re.sub(r"(?<!\.)\.\.(?!\.)", ".", sentence)


def capital(text: str) -> str:
    """The text with a capital at its start; the rest as it is."""
    return text[:1].upper() + text[1:]


def count(value: int | Unknown) -> int | None:
    """A recorded number of people or records, or None; a negative one cannot be a count and is no answer."""
    return value if isinstance(value, int) and value >= 0 else None


def lines(*texts: str) -> str:
    """The texts that are not empty, one a line."""
    return "\n".join(text.strip() for text in texts if text.strip())


def _months(language: str) -> list[str]:
    return texts()["calendar.months"][language].split()


_SMALLEST = 10


def _local(instant: datetime) -> datetime:
    return instant.astimezone(AUTHORITY_ZONE)
