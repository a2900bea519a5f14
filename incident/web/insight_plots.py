"""The plots of the insight page: each with its title, its drawing, its table and a sentence in words."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil

from babel.dates import format_date
from flask_babel import gettext as _
from flask_babel import ngettext

from incident.documents.wording import Wording
from incident.documents.yearly_report import ReportPlot
from incident.domain.kernel.text import by_count
from incident.domain.organisation import OrganisationProfile
from incident.domain.register.charts import Chart, Column, Part, columns_svg, ranking_svg
from incident.domain.register.insight import EDGES, FEW, Insight, Spread
from incident.law.vocabulary import IncidentKind, PartyRole
from incident.web.i18n import language_code
from incident.web.labels import cause_word, law_label

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Plot(ReportPlot):
    """A plot of the page. ``name`` stands in the address of its download; the first cell of each row names the row."""

    name: str


def plots_on_paper(found: Insight, organisation: OrganisationProfile, in_words: Sequence[str]) -> tuple[Plot, ...]:
    """Those with something to show; ``in_words`` is what breaches tell of their systems for which none was chosen.

    Of few breaches the list at the head says what they would.
    """
    made = plots(found, organisation, standalone=True, in_words=in_words)
    return tuple(plot for plot in made if any(any(row[1:]) for row in plot.rows)) if found.breaches > FEW else ()


def plots(
    found: Insight, organisation: OrganisationProfile, standalone: bool = False, in_words: Sequence[str] = ()
) -> tuple[Plot, ...]:
    """All plots of a period, in the language of the page."""
    return (
        _months(found, standalone),
        _spread("notification", _("From awareness to notification, in hours"), found.to_notification, standalone),
        _spread("decision", _("From awareness to decision, in hours"), found.to_decision, standalone),
        _spread("report", _("From awareness to a later internal report, in hours"), found.to_report, standalone),
        _ranking("kinds", _("What happened"), found.kinds, kind_word, standalone, found.breaches),
        _ranking("causes", _("Causes"), found.causes, cause_word, standalone, found.breaches),
        _systems(found, organisation, standalone, in_words),
    )


def _systems(found: Insight, organisation: OrganisationProfile, standalone: bool, in_words: Sequence[str]) -> Plot:
    """Every breach is in a bar, also the heavy one for which nobody chose a system, but told in words which it was."""
    plot = _ranking("systems", _("Systems"), found.systems, system_word(organisation), standalone)
    if not found.systemless:
        return plot
    none, said = found.systemless - len(in_words), [plot.note] if plot.rows else []
    added: list[tuple[str, int]] = []
    if in_words:
        added.append((_("Recorded in words"), len(in_words)))
        said.append(
            ngettext(
                "Of one breach the systems are recorded in words.",
                "Of %(num)s breaches the systems are recorded in words.",
                len(in_words),
            )
        )
    if none:
        added.append((_("No system chosen"), none))
        said.append(ngettext("Of one breach no system was chosen.", "Of %(num)s breaches no system was chosen.", none))
    rows, words = (*plot.rows, *added), " ".join(said)
    columns = tuple(Column(str(label), (Part(int(amount)),)) for label, amount in (*plot.rows[:SHOWN], *added))
    return replace(plot, svg=ranking_svg(Chart(words, columns, standalone=standalone)), note=words, rows=rows)


def _months(found: Insight, standalone: bool) -> Plot:
    names = [format_date(month.first, "MMM", locale=language_code()) for month in found.months]
    columns = tuple(
        Column(name, (Part(month.in_time), Part(month.late, "late")))
        for name, month in zip(names, found.months, strict=True)
    )
    rows = tuple(
        (
            format_date(month.first, "MMM y", locale=language_code()),
            month.reported,
            month.in_time + month.late,
            month.late,
        )
        for month in found.months
    )
    total, late = (
        sum(month.in_time + month.late for month in found.months),
        sum(month.late for month in found.months),
    )
    if late:
        words = _("Notifications to the authority: %(total)s, of which late: %(late)s.", total=total, late=late)
    else:
        words = _("Notifications to the authority: %(total)s.", total=total)
    head = (_("Month"), _("Received"), _("Notified"), _("Late"))
    drawn = columns_svg(Chart(words, columns, standalone=standalone))
    shown = drawn if any(month.in_time + month.late for month in found.months) else ""
    return Plot(_("Notifications per month"), shown, words, head, rows, "months")


def bars() -> list[str]:
    """The hours of each bar."""
    pairs = [f"{low}–{high}" for low, high in itertools.pairwise(EDGES)]
    return [*pairs, f"> {EDGES[-1]}"]


def _spread(name: str, title: str, spread: Spread, standalone: bool) -> Plot:
    limit = EDGES.index(72) if name == "notification" else None
    columns = tuple(
        Column(label, (Part(amount, "late" if limit is not None and place >= limit else "bar"),))
        for place, (label, amount) in enumerate(zip(bars(), spread.bars, strict=True))
    )
    none = _("No breach was reported later than somebody was aware of it.") if name == "report" else ""
    words = spread_words(spread, limited=limit is not None, none=none)
    drawn = columns_svg(Chart(f"{title}: {words}", columns, limit, _("72 hours"), standalone))
    rows = tuple(zip(bars(), spread.bars, strict=True))
    return Plot(title, drawn if spread.count else "", words, (_("Hours"), _("Breaches")), rows, name)


def spread_words(spread: Spread, *, limited: bool = True, none: str = "") -> str:
    """The distribution in a sentence; ``limited`` where the law sets 72 hours for it, ``none`` where there is none."""
    if spread.middle is None:
        return str(none or _("No breach has come this far in this period."))
    if len(spread.each) > 1:
        hours = Wording(language_code()).listing([str(ceil(one)) for one in spread.each])
        half = str(_("These breaches took %(hours)s h.", hours=hours))
    else:
        half = _half(spread)
    if not limited or not spread.over:
        return half
    return half + " " + str(ngettext("One took more than 72 h.", "%(num)s took more than 72 h.", spread.over))


def _half(spread: Spread) -> str:
    """Within how many hours half of them were, of many; of one how long it took."""
    middle, longest = ceil(spread.middle or 0), ceil(spread.longest)
    one = _("One breach: it took %(middle)s h or less.", middle=middle)
    many = _(
        "%(within)s of %(count)s breaches took %(middle)s h or less; the longest took %(longest)s h.",
        within=spread.within,
        count=spread.count,
        middle=middle,
        longest=longest,
    )
    return by_count(spread.count, one, many)


def _ranking(
    name: str,
    title: str,
    tally: Iterable[tuple[str, int]],
    word: Callable[[str], str],
    standalone: bool,
    of: int = 0,
) -> Plot:
    """What came how often; ``of`` all breaches, where each has one of these or none on record."""
    rows = tuple((word(key), amount) for key, amount in tally)
    columns = tuple(Column(label, (Part(amount),)) for label, amount in rows[:SHOWN])
    words, without = _most_often(rows), of - sum(amount for _label, amount in rows)
    if rows and without > 0:
        words += " " + ngettext(
            "Of one breach it is not on record.", "Of %(num)s breaches it is not on record.", without
        )
    drawn = ranking_svg(Chart(f"{title}: {words}", columns, standalone=standalone))
    return Plot(title, drawn if rows else "", words, (title, _("Breaches")), rows, name)


def _most_often(rows: tuple[tuple[str, int], ...]) -> str:
    """What came first; all of them where several did."""
    if not rows:
        return str(_("Nothing yet."))
    number = rows[0][1]
    first = [label for label, amount in rows if amount == number]
    if len(first) > SHOWN:
        return str(_("%(kinds)s came equally often (%(number)s each).", kinds=len(first), number=number))
    if len(first) > 1:
        return str(_("Most often (%(number)s each): %(first)s.", number=number, first=", ".join(first)))
    return str(_("Most often: %(first)s (%(number)s).", first=first[0], number=number))


def kind_word(kind: str) -> str:
    """A kind of incident in words; what is no kind of the list is shown as it was written."""
    known = {member.value: member for member in IncidentKind}
    return law_label(known[kind]) if kind in known else cause_word(kind)


def system_word(organisation: OrganisationProfile) -> Callable[[str], str]:
    """The name of a system, as it was recorded; processors are marked."""

    def word(key: str) -> str:
        system = organisation.system(key)
        processor = system is not None and system.role is PartyRole.PROCESSOR and not system.own
        return _("%(name)s (processor)", name=key) if processor else key

    return word
