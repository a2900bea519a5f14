"""Statistics, plots and pages of what the register teaches."""

import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select

from incident.documents.blocks import Figure, Heading, Paragraph, Table, plain
from incident.documents.yearly_report import ReportBreach, ReportPlot, YearlyReport, report_document
from incident.domain.kernel.people import Role
from incident.domain.organisation import OrganisationProfile
from incident.domain.register.charts import Chart, Column, Part, columns_svg, ranking_svg
from incident.domain.register.insight import EDGES, Case, Insight, Sums, insight, months, repeats, spread, summed, tally
from incident.law.vocabulary import RiskLevel
from incident.store.db import db
from incident.store.models import Incident
from incident.web.insight_plots import plots, plots_on_paper, spread_words
from tests.factories import make_actor, make_incident
from tests.web.client import Visitor
from tests.web.conftest import Team
from tests.web.test_pages import statements

ZONE = ZoneInfo("Europe/Amsterdam")
AWARE = datetime(2026, 1, 5, 9, tzinfo=UTC)


def _case(hours: float | None = None, **values: object) -> Case:
    told = None if hours is None else AWARE + timedelta(hours=hours)
    return Case("DL-1", AWARE, aware_at=AWARE, notified_at=told, is_breach="yes", **values)  # type: ignore[arg-type]


def _sums(cases: list[Case]) -> Sums:
    return summed(cases, ZONE)


def _insight(cases: list[Case], last: date = date(2026, 1, 31)) -> Insight:
    return insight(_sums(cases), date(2026, 1, 1), last)


@pytest.mark.parametrize(("hours", "late"), [(0, False), (71.99, False), (72, False), (72.01, True), (200, True)])
def test_seventy_two_hours_sharp_are_in_time(hours: float, late: bool) -> None:
    """The bar before the limit holds its upper bound, and so does the law."""
    found = spread(_sums([_case(hours)]).hours["notification"])
    assert (_case(hours).late, found.over == 1, found.bars.index(1) >= EDGES.index(72)) == (late, late, late)


def test_months_follow_the_zone_and_leave_none_out() -> None:
    """Half past midnight on 1 February in Amsterdam is still January in UTC."""
    at = datetime(2026, 1, 31, 23, 30, tzinfo=UTC)
    found = months(_sums([Case("x", at)]), date(2025, 12, 10), date(2026, 3, 1))
    assert [(month.first.month, month.reported) for month in found] == [(12, 0), (1, 0), (2, 1), (3, 0)]


def test_late_notifications_stand_in_the_month_they_left() -> None:
    """In time and late apart."""
    (month,) = months(_sums([_case(10), _case(80), _case(None)]), date(2026, 1, 1), date(2026, 1, 31))
    assert (month.reported, month.in_time, month.late) == (3, 1, 1)


@given(st.lists(st.floats(0, 1000), max_size=60))
@settings(max_examples=60)
def test_every_case_is_in_exactly_one_bar(hours: list[float]) -> None:
    """And the middle lies between the ends."""
    found = spread(_sums([_case(value) for value in hours]).hours["notification"])
    assert sum(found.bars) == found.count == len(hours)
    if found.middle is not None:
        assert min(hours) - 0.01 <= found.middle <= max(hours) + 0.01


def test_a_report_that_came_first_took_no_time() -> None:
    """Most are reported before anybody is aware of a breach: "within 0 hours" would be said of something else."""
    first = Case("DL-1", AWARE, aware_at=AWARE + timedelta(hours=2), is_breach="yes")
    later = Case("DL-2", AWARE, aware_at=AWARE - timedelta(hours=3), is_breach="yes")
    assert list(_sums([first, later]).hours["report"]) == [3]


def test_at_most_is_rounded_up(team: Team) -> None:
    """18 hours and a half are not "18 hours or less", and four of six are not half of them."""
    with team.app.test_request_context():
        words = spread_words(spread([3.0, 4.0, 18.4, 18.5, 21.6, 22.0]))
    assert words == "4 of 6 breaches took 19 h or less; the longest took 22 h."


def test_of_a_few_breaches_each_is_told(team: Team) -> None:
    """ "2 of 3 took 22 h or less" makes statistics of what can be listed; late ones are still counted."""
    with team.app.test_request_context():
        words = [spread_words(spread(hours)) for hours in ([3.0, 18.4, 21.6], [3.0, 72.5], [3.0])]
    assert words[0] == "These breaches took 3, 19 and 22 h."
    assert words[1] == "These breaches took 3 and 73 h. One took more than 72 h."
    assert words[2] == "One breach: it took 3 h or less."


def test_a_pattern_needs_three_in_one_system_and_one_quarter() -> None:
    """Two, another system, another quarter, or a repetition within one incident are none."""
    mail = {"kind": "email_wrong_recipient", "systems": ("crm", "crm")}
    later = Case("DL-9", AWARE + timedelta(days=120), kind="email_wrong_recipient", systems=("crm",))
    assert repeats(_sums([_case(**mail), _case(**mail), later])) == ()
    (found,) = repeats(_sums([*[_case(**mail)] * 3, _case(kind="theft", systems=("crm",))]))
    assert (found.year, found.quarter, found.kind, found.system, found.times) == (
        2026,
        1,
        "email_wrong_recipient",
        "crm",
        3,
    )


def test_a_quarter_begins_at_midnight_of_the_zone() -> None:
    """Half past midnight on 1 April in Amsterdam is still March in UTC."""
    at = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    (found,) = repeats(_sums([Case(f"DL-{n}", at, kind="theft", systems=("crm",)) for n in range(3)]))
    assert (found.year, found.quarter) == (2026, 2)


@given(st.lists(st.floats(0, 200) | st.sampled_from([72.0, 72 + 1 / 3600]), max_size=20))
@settings(max_examples=60)
def test_what_is_late_is_counted_by_the_law(hours: list[float]) -> None:
    """The number of late notifications is the number of cases that are each late."""
    cases = [_case(value) for value in hours]
    found = _insight(cases)
    assert found.late == sum(case.late for case in cases)


def test_no_breach_counts_as_a_report_only() -> None:
    """It was reported, and it is no breach."""
    cases = [_case(10, risk="high"), Case("x", AWARE, is_breach="no", cause="other")]
    found = _insight(cases)
    assert (found.total, found.breaches, found.notified, found.causes, found.risks) == (2, 1, 1, (), (("high", 1),))


def test_a_report_that_nobody_has_judged_is_named_among_the_breaches() -> None:
    """It may turn out to be none, so no number calls it a breach without a word."""
    found = _insight([_case(10), Case("x", AWARE), Case("y", AWARE, is_breach="no")])
    assert (found.total, found.breaches, found.unjudged) == (3, 2, 1)


def test_tally_is_ordered_and_skips_the_unnamed() -> None:
    """The most frequent first, then by name."""
    assert tally(_sums([_case(cause=cause) for cause in ("b", "a", None, "", "b", "c")]), "cause") == (
        ("b", 2),
        ("a", 1),
        ("c", 1),
    )


@pytest.mark.parametrize("draw", [columns_svg, ranking_svg])
@pytest.mark.parametrize("standalone", [True, False])
@given(amounts=st.lists(st.integers(0, 100_000), max_size=14), label=st.text(max_size=40))
@settings(max_examples=40)
def test_plots_are_well_formed_and_carry_no_inline_style(draw, standalone, amounts, label) -> None:
    """Whatever the labels say; one picture with words; numbers stay inside the drawing."""
    label = re.sub(r"[\x00-\x1f\ud800-\udfff\ufffe\uffff]", "", label)
    columns = tuple(Column(label, (Part(amount), Part(1, "late"))) for amount in amounts)
    drawn = draw(Chart(f"<{label}>", columns, limit=1, limit_word="72", standalone=standalone))
    root = ElementTree.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.get("aria-label") == f"<{label}>"
    assert " style=" not in drawn
    assert ("class=" in drawn) is not standalone
    for box in (node for node in root.iter() if node.tag.endswith("rect")):
        assert float(box.get("x")) >= 0
        assert float(box.get("x")) + float(box.get("width")) <= 720.5


def filled(team: Team, count: int, is_breach: str = "yes") -> None:
    """So many breaches, of which one was aware for 80 hours."""
    with team.app.app_context():
        session = db.session()
        actor = make_actor(session, f"R{count}", [Role.REPORTER], team.clock.now())
        for number in range(count):
            made: Incident = make_incident(session, actor, team.clock.now(), summary=f"Case {number}")
            made.kind, made.systems, made.is_breach = "email_wrong_recipient", "=cmd", is_breach
            made.aware_at = team.clock.now() - timedelta(hours=80)
            made.notified_at = team.clock.now()
        session.commit()


def test_the_page_shows_what_the_register_holds(team: Team) -> None:
    """Numbers, plots with tables, a pattern, and the same number of statements however many."""
    dpo = team.visitor("Dora", Role.DPO)
    assert "Nothing to learn from yet" in dpo.get("/insight").text
    counted = []
    for count in (3, 30):
        filled(team, count)
        with statements(dpo) as found:
            page = dpo.get("/insight")
        counted.append(len(found))
    assert counted[0] == counted[1] <= 10
    assert "33 took more than 72 h." in page.text
    assert "not judged yet" not in page.text
    filled(team, 2, "unknown")
    assert "2 not judged yet" in dpo.get("/insight").text
    assert "2026 Q1" in page.text
    assert sum(node.tag.endswith("svg") and node.get("class") == "chart" for node in page.tree.iter()) >= 5


def test_tables_and_the_report_leave_the_house_on_record(team: Team) -> None:
    """CSV without formulas; a PDF in the language of the page; unknown plots and years are no error."""
    dpo = team.visitor("Dora", Role.DPO)
    filled(team, 4)
    table = dpo.client.get("/insight/systems.csv").data.decode("utf-8-sig")
    assert table.splitlines()[1] == "'=cmd;4"
    assert dpo.client.get("/insight/report.pdf").data.startswith(b"%PDF-")
    assert dpo.client.get("/insight/report.pdf?year=2026").headers["Content-Disposition"].count("2026")
    assert dpo.client.get("/insight/nonsense.csv").status_code == 404
    assert dpo.get("/insight?year=99999").status == 200
    assert dpo.get("/insight?year=2025").status == 200
    assert team.visitor("Rob", Role.RESPONDER).client.get("/insight/report.pdf").status_code == 404


def test_the_report_lists_the_gravest_breaches_and_nothing_that_is_none(team: Team) -> None:
    """Of very many a board reads thirty; what turned out to be no breach is in no number and in no list."""
    dpo = team.visitor("Dora", Role.DPO)
    filled(team, 31)
    with team.app.app_context():
        none, grave, *_others = db.session.scalars(select(Incident).order_by(Incident.reference))
        names = none.reference, grave.reference
        none.is_breach, grave.subjects = "no", 9_000
        db.session.commit()
    told = printed(dpo)
    assert names[0] not in " ".join(told)
    assert f"{names[1]} " in " ".join(told)
    assert "with the highest risk" not in " ".join(told), "all thirty are listed"
    filled(team, 5)
    told = printed(dpo)
    assert "The 30 with the highest risk and the most people, of 35" in " ".join(told)
    assert f"{names[1]} " in " ".join(told)


def printed(visitor: Visitor) -> list[str]:
    """The words of each page of the report."""
    pages = PdfReader(BytesIO(visitor.client.get("/insight/report.pdf").data)).pages
    return [" ".join(page.extract_text().split()) for page in pages]


@pytest.mark.parametrize(("language", "wrong"), [("nl", "1 incidenten"), ("en", "1 incidents"), ("de", "1 Vorfälle")])
def test_the_report_counts_one_in_good_grammar_and_shows_nothing_empty(language: str, wrong: str) -> None:
    """No table of noughts and no chart without a bar: a sentence says that there is nothing."""
    found = _insight([_case()], date(2026, 3, 31))
    empty = ReportPlot("Uren", "", "Nog niets.", ("Uren", "Aantal"), (("0-12", 0), ("12-24", 0)))
    some = ReportPlot("Soort", "<svg/>", "Het vaakst: a.", ("Soort", "Aantal"), (("a", 2), ("b", 1), ("c", 0)))
    report = YearlyReport(OrganisationProfile("Alumio B.V."), language, date(2026, 4, 1), found, (empty, some), "")
    blocks = report_document(report).blocks
    assert not any(wrong in plain(one.runs) for one in blocks if isinstance(one, Paragraph))
    assert sum(isinstance(one, Figure) for one in blocks) == 1
    tables = [[plain(row[0]) for row in one.rows] for one in blocks if isinstance(one, Table)]
    assert tables[-1] == ["a", "b"]
    assert not any("0-12" in rows for rows in tables)


def test_the_report_gives_each_number_once_and_says_whose_people_are_counted() -> None:
    """The board reads a number in the table alone, and beside it how many are those of other controllers."""
    found = _insight([_case()._replace(subjects=4321)], date(2026, 3, 31))
    report = YearlyReport(OrganisationProfile("Alumio B.V."), "nl", date(2026, 4, 1), found, (), "", theirs=21)
    blocks = report_document(report).blocks
    assert not any("4.321" in plain(one.runs) for one in blocks if isinstance(one, Paragraph))
    cells = [tuple(map(plain, row)) for one in blocks if isinstance(one, Table) for row in one.rows]
    assert ("Waarvan betrokkenen van organisaties voor wie wij verwerker zijn", "21") in cells
    headings = [plain(one.runs) for one in blocks if isinstance(one, Heading)]
    assert headings == ["In cijfers"], "no section is empty"
    assert all(one.numbers for one in blocks if isinstance(one, Table)), "numbers end below each other"


def test_a_reserve_stands_only_where_a_number_is_missing() -> None:
    """And that people may be counted twice only where there are two breaches; how many were told by choice, if any."""
    profile = OrganisationProfile("Alumio B.V.")

    def names(many: int, *more: Case, **values: int) -> list[str]:
        found = _insight([_case()] * many + [*more], date(2026, 3, 31))
        blocks = report_document(YearlyReport(profile, "en", date(2026, 4, 1), found, (), "", **values)).blocks
        return [plain(row[0]) for one in blocks if isinstance(one, Table) for row in one.rows]

    assert "People affected" in names(1)
    assert "People affected, as far as numbers are known (who is in two breaches counts twice)" in names(2, uncounted=1)
    assert "People affected (who is in two breaches counts twice)" in names(2)
    assert "Of which voluntarily (a risk was unlikely)" in names(2, _case(20.0, risk="unlikely"))
    assert not any("voluntarily" in name for name in names(2, _case(risk="unlikely")))


def test_the_report_says_that_nothing_was_late_only_where_that_is_known() -> None:
    """Of a breach that came from an older register, nobody recorded since when the organisation was aware."""

    def told(*cases: Case) -> str:
        report = YearlyReport(
            OrganisationProfile("Alumio B.V."), "en", date(2026, 4, 1), _insight([*cases], date(2026, 3, 31)), (), ""
        )
        return " ".join(plain(one.runs) for one in report_document(report).blocks if isinstance(one, Paragraph))

    in_time = _case(20.0)
    assert in_time.notified_at is not None
    assert "The first notification was in time" in told(in_time)
    assert "Every first notification was in time" in told(in_time, in_time)
    assert "late" not in told(in_time, in_time._replace(aware_at=None))
    assert "More than 72 hours after awareness: 1" in told(in_time, _case(80.0))


def test_no_term_is_claimed_for_what_nobody_had_to_notify() -> None:
    """GDPR art. 33(1): the 72 hours are those of a notification that the law asks for, and no other is ever late."""

    def told(voluntary: int) -> str:
        free = [_case(80.0, risk="unlikely")] * voluntary
        found = _insight(free + [_case(20.0)] * (2 - voluntary), date(2026, 3, 31))
        assert (found.notified, found.voluntary, found.late) == (2, voluntary, 0)
        assert sum(month.late for month in found.months) == 0
        report = YearlyReport(OrganisationProfile("Alumio B.V."), "en", date(2026, 4, 1), found, (), "")
        return " ".join(plain(one.runs) for one in report_document(report).blocks if isinstance(one, Paragraph))

    assert "The one first notification that the law asks for was in time" in told(1)
    assert "One notification was voluntary; no term runs for it." in told(1)
    assert "2 notifications were voluntary; no term runs for these." in told(2)
    assert "within 72 hours" not in told(2)
    assert "voluntarily" not in told(0)


def test_the_report_opens_with_the_breaches_and_what_is_open_of_them() -> None:
    """Before any number; the gravest of very many, and it says of how many."""
    found = _insight([_case(), _case()], date(2026, 3, 31))
    listed = (ReportBreach("DL-1", "Ransomware", "12", "High risk", "", "Notified", open="Still going on."),)
    report = YearlyReport(OrganisationProfile("Alumio B.V."), "en", date(2026, 4, 1), found, (), "", breaches=listed)
    document = report_document(report)
    headings = [plain(one.runs) for one in document.blocks if isinstance(one, Heading)]
    assert headings == ["What is still open", "Breaches", "In numbers"]
    told = [plain(one.runs) for one in document.blocks if isinstance(one, Paragraph)]
    assert any(one.startswith("The 1 with the highest risk and the most people, of 2") for one in told)
    assert document.details[0] == ("Period", "1 January 2026 – 31 March 2026 (the year, as far as it has gone)")
    assert document.details[1] == ("Made", "1 April 2026")


def test_a_breach_without_a_system_has_a_bar_of_its_own(team: Team) -> None:
    """The one that matters most was in no bar, and the mail seemed to blame."""
    cases = [_case(systems=("Mail",)), _case(systems=("Mail",)), _case()]
    with team.app.test_request_context():
        drawn = plots(_insight(cases, date(2026, 3, 31)), OrganisationProfile("Alumio B.V."))
    systems = next(plot for plot in drawn if plot.name == "systems")
    assert systems.rows == (("Mail", 2), ("No system chosen", 1))
    assert systems.note == "Most often: Mail (2). Of one breach no system was chosen."
    with team.app.test_request_context():
        made = plots_on_paper(_insight(cases, date(2026, 3, 31)), OrganisationProfile("Alumio B.V."), ("All servers.",))
        many = _insight([*cases] * 2, date(2026, 3, 31))
        told = plots_on_paper(many, OrganisationProfile("Alumio B.V."), ("All servers.", "A till."))
    assert made == (), "of a few the list at the head says what plots would"
    systems = next(plot for plot in told if plot.name == "systems")
    assert systems.rows == (("Mail", 4), ("Recorded in words", 2)), "of many these would be a list, and no count"
    assert systems.note == "Most often: Mail (4). Of 2 breaches the systems are recorded in words."


def test_the_report_begins_with_what_weighs_most(team: Team) -> None:
    """Before that nothing was late; of several the one with the most people, and none where no risk is high."""
    dpo = team.visitor("Dora", Role.DPO)
    filled(team, 3)
    assert "There were 3 breaches. No high risk was found." in printed(dpo)[0]
    with team.app.app_context():
        first, second, _third = db.session.scalars(select(Incident).order_by(Incident.reference))
        first.risk = second.risk = RiskLevel.HIGH
        second.subjects, second.summary = 9_000, "The servers are locked"
        name = second.reference
        db.session.commit()
    told = printed(dpo)[0]
    assert f"There were 3 breaches. 2 have a high risk. The gravest: The servers are locked ({name})." in told
    assert "It concerns 9,000 people." in told
    assert told.index("2 have a high risk") < told.index("Breaches Reference")


def test_the_report_says_in_a_sentence_what_would_be_a_table_of_one_row() -> None:
    """Below a heading and a sentence that said it already."""
    found = _insight([_case(), _case()], date(2026, 3, 31))
    plot = ReportPlot("Systems", "", "Most often: Mail (2).", ("System", "Breaches"), (("Mail", 2),))
    profile = OrganisationProfile("Alumio B.V.")
    report = YearlyReport(
        profile,
        "en",
        date(2026, 4, 1),
        found,
        (plot,),
        "",
        kinds=(("Theft", 2),),
        counted="There were 2.",
        to_do=("Send it now.",),
        gravest=("One is high.", "It goes on."),
    )
    blocks = report_document(report).blocks
    told = [plain(one.runs) for one in blocks if isinstance(one, Paragraph)]
    assert "One kind came 2 times: Theft." in told
    assert told[:4] == ["There were 2.", "Send it now.", "One is high.", "It goes on."]
    assert all(len(one.rows) > 1 for one in blocks if isinstance(one, Table))


def test_breaches_without_a_cause_are_counted(team: Team) -> None:
    """So that the figures below a heading add up to those above it."""
    from incident.web.insight_plots import _ranking

    with team.app.test_request_context():
        said = [_ranking("causes", "Causes", (("a", 2), ("b", 1)), str, False, of).note for of in (0, 3, 4)]
    assert said[0] == said[1]
    assert said[2] == f"{said[0]} Of one breach it is not on record."


def test_a_tie_is_said(team: Team) -> None:
    """Three that came once are not "most often: the first"."""
    from incident.web.insight_plots import _most_often

    with team.app.test_request_context():
        assert _most_often((("a", 1), ("b", 1), ("c", 1))) == "Most often (1 each): a, b, c."
        assert _most_often((("a", 2), ("b", 1))) == "Most often: a (2)."
        assert _most_often(()) == "Nothing yet."
