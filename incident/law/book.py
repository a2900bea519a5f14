"""GDPR art. 5(2): every rule, value, source, certainty and open question as one text for a lawyer and a board.

It is made from the data that the package judges by, so it cannot say anything else. Markdown, in a page language.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from incident.law.book_values import table, told, value_title
from incident.law.explain import title
from incident.law.forms.catalogue import load_catalogue, portals
from incident.law.grounds import grounds
from incident.law.periods import Period
from incident.law.regimes import Anchor, Regime, Status, all_regimes, law_of
from incident.law.sources import Certainty, house_value, values
from incident.law.texts import cited, sentence, texts

_TOLD: Final = ("risk.edpb.", "risk.response.", "risk.enisa.", "risk.gdpr.")
"""The sentences of the assessment."""


def book(language: str) -> str:
    """GDPR art. 5(2): the whole text; raises ``KeyError`` for a language without texts."""
    chapters = (_head, _duties, _forms, _grounds, _values, _factors, _open, _sign)
    return "\n\n".join(part for chapter in chapters for part in chapter(language)) + "\n"


def _say(text_id: str, language: str, **params: str) -> str:
    return sentence(f"book.{text_id}", tuple(params.items()), language)


def _head(language: str) -> Iterator[str]:
    yield f"# {_say('title', language)}"
    yield _say("intro", language)
    yield _say("certainty", language)


def _duties(language: str) -> Iterator[str]:
    yield f"## {_say('duties', language)}"
    yield _say("duties.about", language)
    yield _table(_say("columns.duties", language), (_duty(regime, language) for regime in all_regimes()))


def _duty(regime: Regime, language: str) -> tuple[str, ...]:
    return (
        f"{title(regime.id, language)} (`{regime.id}`)",
        cited(regime.citation, language),
        _start(regime, language),
        _period(regime, language),
        sentence(regime.recipient, (), language),
        _valid(regime, language),
        regime.certainty.value,
    )


def _start(regime: Regime, language: str) -> str:
    trigger = sentence(f"trigger.{regime.trigger}", (), language) if regime.anchor is Anchor.TRIGGER else ""
    return _say(f"anchor.{regime.anchor}", language, trigger=trigger)


def _period(regime: Regime, language: str) -> str:
    own = f" ({_say('policy', language)})" if regime.house or regime.status is Status.POLICY else ""
    shown = _shown(regime.period or regime.house, language)
    sooner = f", {_say('sooner', language, period=_shown(regime.sooner, language))}" if regime.sooner else ""
    return f"{shown}{own}{sooner}"


def _shown(period: Period | None, language: str) -> str:
    if period is None:
        return "–"
    unit = "hours" if period.hours else "days" if period.days else "months"
    return _say(f"period.{unit}", language, number=str(period.hours or period.days or period.months))


def _valid(regime: Regime, language: str) -> str:
    return _say(f"status.{regime.status}", language, since=_day(regime.valid_from))


def _day(day: date | None) -> str:
    return day.isoformat() if day else "–"


def _forms(language: str) -> Iterator[str]:
    """The forms of other portals: on which words they rest, and what is not known of them."""
    yield f"## {_say('forms', language)}"
    yield _say("forms.about", language)
    rows = ((form, [*form.questions]) for form in map(load_catalogue, portals()))
    yield _table(
        _say("columns.forms", language),
        (
            (
                f"{form.title} (`{form.id}`)",
                form.version,
                "; ".join(title(one.id, language) for one in form.reports if law_of(one.id)) or "–",
                str(len(asked)),
                str(sum(one.by_hand for one in asked)),
                str(sum(one.certainty is Certainty.UNVERIFIED for one in asked)),
                form.about[language],
                form.certainty.value,
            )
            for form, asked in rows
        ),
    )
    yield _say("forms.profile", language)


def _grounds(language: str) -> Iterator[str]:
    yield f"## {_say('grounds', language)}"
    rows = (
        (
            sentence(f"ground.{ground.id}", (), language),
            cited(ground.citation, language),
            _say(f"asks.{ground.asks}", language),
            sentence(ground.open, (), language) if ground.open else "–",
            ground.certainty.value,
        )
        for ground in grounds().values()
    )
    yield _table(_say("columns.grounds", language), rows)


def _values(language: str) -> Iterator[str]:
    yield f"## {_say('values', language)}"
    yield _say("values.about", language)
    for value in values():
        yield f"### {value_title(value, language)} (`{value.id}`)"
        yield f"{cited(value.citation, language)} · {value.certainty.value}"
        yield told(value, language)


def _factors(language: str) -> Iterator[str]:
    yield f"## {_say('factors', language)}"
    told = (text[language] for text_id, text in texts().items() if text_id.startswith(_TOLD))
    yield "\n".join(f"- {text}" for text in told)


def _open(language: str) -> Iterator[str]:
    yield f"## {_say('open', language)}"
    unread = (regime for regime in all_regimes() if regime.certainty is Certainty.UNVERIFIED)
    lines = [
        _say("open.line", language, citation=cited(regime.citation, language), title=title(regime.id, language))
        for regime in unread
    ]
    lines += [sentence(ground.open, (), language) for ground in grounds().values() if ground.open]
    few = (("few", house_value("edpb.few_people").value),)
    lines += [sentence(text_id, few, language) for text_id in texts() if text_id.startswith("book.question.")]
    yield "\n".join(f"- {line}" for line in lines)


def _sign(language: str) -> Iterator[str]:
    yield f"## {_say('sign', language)}"
    yield _table(_say("sign.lines", language), [("", "", "", "", "")])


def _table(heads: str, rows: Iterable[tuple[str, ...]]) -> str:
    return table(heads.split(" | "), rows)
