"""Every result as sentences, in both languages."""

import re
from collections.abc import Iterator
from datetime import date
from string import Formatter

import pytest

from incident.law.awareness import awareness_findings
from incident.law.explain import duty_name, explain, remark_text, sentences, title
from incident.law.facts import AffectedController, AuthorityLetter, BreachFacts
from incident.law.regimes import all_regimes
from incident.law.texts import LANGUAGES, Verbatim, cited, moment, sentence, texts
from incident.law.trace import Reason, reason
from incident.law.vocabulary import LetterKind, RiskLevel, Role, Ternary
from tests.law.clock.cases import at, authority_clock, clocks, duties

AWARE = at("2026-11-16T09:20")
BREACH = BreachFacts(role=Role.CONTROLLER, is_breach=Ternary.YES, aware_at=AWARE)


def placeholders(text: str) -> set[str]:
    """The names a text wants filled."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("text_id", sorted(texts()))
def test_every_text_exists_in_each_language_with_the_same_values(text_id: str) -> None:
    """No language says less than the other, and nothing is empty."""
    text = texts()[text_id]
    assert set(text) == set(LANGUAGES)
    assert {frozenset(placeholders(text[language])) for language in LANGUAGES} == {frozenset(placeholders(text["en"]))}
    assert all(text[language].strip() for language in LANGUAGES)


def ids_in_data() -> Iterator[str]:
    """The text ids that the regimes and the kinds of obligation name."""
    yield from (f"title.{regime.id}" for regime in all_regimes())
    for regime in all_regimes():
        yield regime.recipient
        if regime.note:
            yield regime.note
        if regime.period is None:
            yield f"period.none.{regime.anchor}"
        if regime.anchor not in ("awareness", "processor_awareness"):
            yield from (f"waits.{regime.anchor}", f"start.{regime.anchor}")


@pytest.mark.parametrize("text_id", sorted(set(ids_in_data())))
def test_every_text_named_by_the_data_exists(text_id: str) -> None:
    """A regime without its words would fail on the night it is needed."""
    assert text_id in texts()


def test_a_name_that_ends_with_a_full_stop_ends_the_sentence() -> None:
    """ "To: Noord B.V.." reads as a slip in the account of the duties."""
    facts = BreachFacts(role=Role.PROCESSOR, aware_at=AWARE, affected_controllers=(AffectedController("Noord B.V."),))
    told = [explain(one, "en") for one in duties(facts).values() if one.recipient == "Noord B.V."]
    assert [one.split("\n")[0].rpartition(": ")[2] for one in told] == ["Noord B.V."]


def test_a_deadline_in_english() -> None:
    """The whole explanation of a plain week."""
    assert explain(authority_clock("2026-11-23T09:20"), "en") == (
        "Notification to the supervisory authority: due Thursday 26 November 2026 09:20 CET.\n"
        "The clock runs from the awareness: Monday 23 November 2026 09:20 CET. [EDPB Guidelines 9/2022, par. 31]\n"
        "The period is 72 consecutive hours; nights, weekends and public holidays count. [GDPR art. 33(1)]\n"
        "Regulation 1182/71 allows another reading, in which the hour of the event is not counted: the last of 72 "
        "hours, from Monday 23 November 2026 10:00 CET, would then end on Thursday 26 November 2026 10:00 CET. "
        "Meldklok does not count on it; do not either. "
        "[Regulation 1182/71 art. 3(1)]\n"
        "Computed with rule set nl-2026-09-11.1."
    )


def test_a_deadline_in_dutch_in_another_zone() -> None:
    """Dutch is the first language; the zone of the reader is written out."""
    clock = authority_clock("2026-10-23T16:20")
    told = explain(clock, "nl", zone="Asia/Tokyo").splitlines()
    assert told[0] == "Melding aan de toezichthouder: uiterlijk maandag 26 oktober 2026 23:20 JST."
    assert told[2].endswith("[AVG art. 33(1)]")
    assert told[-2] == (
        "De klok gaat onderweg terug: dezelfde kloktijd (dinsdag 27 oktober 2026 00:20 JST) is pas na 73 uur bereikt "
        "en is te laat; de termijn is 72 uur."
    )
    assert told[-1] == "Berekend met regelset nl-2026-09-11.1."


def test_the_dutch_act_is_cited_by_its_name() -> None:
    """A remark of the Algemene termijnenwet names it with its article."""
    told = explain(authority_clock("2026-12-24T12:17"), "nl")
    assert "[Algemene termijnenwet art. 4(a)]" in told
    assert "[Verordening 1182/71 art. 3(4)]" in told


def test_an_obligation_is_told_with_its_reasons() -> None:
    """Whom, whether, why, and what it waits for."""
    assert explain(duties(BREACH, risk=RiskLevel.HIGH)["gdpr_34"], "en") == (
        "Communication to the data subjects: required. To: the data subjects.\n"
        "Assessment: high risk. That is the threshold of this duty. [GDPR art. 34(1)]\n"
        "The clock starts when a high risk has been established. [GDPR art. 34(1)]\n"
        "Without undue delay; the law gives no number of hours. Inform the data subjects as soon as possible. "
        "[GDPR art. 34(1)]"
    )


def test_an_answer_to_the_authority_names_it() -> None:
    """GDPR art. 58(1)(a): the letter has a number, and its recipient is no customer's name."""
    facts = BreachFacts(authority_letters=(AuthorityLetter(LetterKind.QUESTIONS, AWARE),))
    (key,) = [key for key in duties(facts) if key.startswith("gdpr_58_1")]
    told = explain(duties(facts)[key], "en")
    assert told.startswith("Answer to questions of the authority: required. To: Autoriteit Persoonsgegevens (AP).\n")


@pytest.mark.parametrize("name", ["Bakker B.V.", "@title.gdpr_34", "{at}", "recipient.ap", "@nothing", "A: B"])
def test_a_customers_name_is_never_read_as_a_text(name: str) -> None:
    """Whatever a customer is called stands in the sentence as it is."""
    facts = BreachFacts(role=Role.PROCESSOR, aware_at=AWARE, affected_controllers=(AffectedController(name, "", 24),))
    obligation, clock = duties(facts)[f"gdpr_33_2:{name}"], clocks(facts)[f"gdpr_33_2:{name}"]
    end = f"{name.removesuffix('.')}.\n"
    assert explain(obligation, "en").startswith(f"Notice of the processor to the controller: required. To: {end}")
    assert explain(clock, "en").startswith(f"Notice to customer {name}: due Tuesday 17 November")
    assert title(f"gdpr_33_2:{name}", "en") == f"Notice to customer {name}"


def test_the_stand_in_for_unnamed_customers_has_its_text() -> None:
    """Without a name the recipient is the text."""
    told = explain(duties(BreachFacts(role=Role.PROCESSOR, aware_at=AWARE))["gdpr_33_2"], "en")
    assert told.startswith("Notice of the processor to the controller: required. To: the controller.\n")


def test_findings_name_their_moments_in_words() -> None:
    """A text inside a text is filled in the same language; numbers follow the language too."""
    facts = BreachFacts(first_signal_at=at("2026-11-16T09:00"), aware_at=at("2026-11-17T10:30"))
    (finding,) = awareness_findings(facts)
    assert explain(finding, "nl").startswith("Tussen het eerste signaal en de kennisname liggen 25,5 uur, meer dan 24.")
    assert explain(finding, "en").startswith("There are 25.5 hours between the first signal and the awareness, more")
    (order,) = awareness_findings(BreachFacts(occurred_from=AWARE, aware_at=at("2026-11-16T09:00")))
    assert explain(order, "nl").startswith(
        "De volgorde kan niet kloppen: de kennisname (maandag 16 november 2026 09:00 CET) ligt voor het begin van het "
    )


def test_a_tuple_is_told_piece_by_piece_and_nothing_in_silence() -> None:
    """Results can be put together; no results give no text."""
    found = duties(BREACH)
    both = explain((found["gdpr_33_1"], found["gdpr_33_5"]), "en")
    assert both == f"{explain(found['gdpr_33_1'], 'en')}\n{explain(found['gdpr_33_5'], 'en')}"
    assert explain((), "nl") == ""


def test_another_type_of_result_can_be_registered() -> None:
    """A module with a result of its own adds its sentences; without them it is refused by name."""

    class Verdict:
        """A result of another module."""

    with pytest.raises(TypeError, match=r"^There are no sentences for Verdict\.$"):
        explain(Verdict(), "nl")
    sentences.register(Verdict, lambda result, language="nl", zone="UTC": (f"Verdict in {language} at {zone}.",))
    assert explain((Verdict(),), "en", "Asia/Tokyo") == "Verdict in en at Asia/Tokyo."


def test_an_unknown_language_is_refused() -> None:
    """No silent fallback."""
    with pytest.raises(KeyError):
        explain(authority_clock("2026-11-23T09:20"), "fr")


def test_sentences_default_to_dutch_in_amsterdam() -> None:
    """The same zone as `explain` where none is named."""
    clock = authority_clock("2026-11-23T09:20")
    for result in (
        clock,
        clock.remarks[0],
        clock.because[0],
        clock.remarks,
        *duties(BREACH).values(),
    ):
        assert "\n".join(sentences(result, "nl")) == explain(result, "nl") == explain(result, "nl", "Europe/Amsterdam")
    assert remark_text(clock.remarks[0], "nl") == remark_text(clock.remarks[0], "nl", "Europe/Amsterdam")
    assert title("gdpr_34", "nl") == "Mededeling aan de betrokkenen"


def test_a_remark_without_a_law_has_no_citation() -> None:
    """House policy and the change of the clock cite nothing."""
    clock = clocks(BreachFacts(role=Role.CONTROLLER, aware_at=AWARE, first_notified_at=AWARE))["gdpr_33_4"]
    told = [sentences(remark, "en") for remark in clock.remarks]
    assert told == [
        (
            "By house policy it may not take longer than 28 days after the first notification: "
            "Monday 14 December 2026 09:20 CET.",
        ),
        ("The period is house policy, because the law gives no number of days.",),
    ]


@pytest.mark.parametrize(
    ("citation", "dutch"),
    [
        ("GDPR art. 33(1)", "AVG art. 33(1)"),
        ("UK GDPR art. 33(1)", "UK GDPR art. 33(1)"),
        ("EDPB Guidelines 9/2022, par. 31", "EDPB-richtsnoeren 9/2022, punt 31"),
        (
            "Regulation (EU) 2022/2554 (DORA) art. 19; Delegated Regulation (EU) 2025/301",
            "Verordening (EU) 2022/2554 (DORA) art. 19; Gedelegeerde Verordening (EU) 2025/301",
        ),
        ("UAVG art. 41", "UAVG art. 41"),
    ],
)
def test_citations_speak_the_language_of_the_reader(citation: str, dutch: str) -> None:
    """The law's name in Dutch; in English the citation is as recorded."""
    assert cited(citation, "nl") == dutch
    assert cited(citation, "en") == citation


def test_values_are_written_for_people() -> None:
    """Days without a time, whole numbers without a comma, and words of people as they are."""
    assert sentence("explain.deadline", {"title": "x", "due": date(2027, 3, 1)}.items(), "nl") == (
        "x: uiterlijk maandag 1 maart 2027."
    )
    assert sentence("explain.deadline", {"title": 72.0, "due": 1.5}.items(), "en") == "72: due 1.5."
    assert sentence("explain.deadline", {"title": Verbatim("@x"), "due": "@title.gdpr_34"}.items(), "en") == (
        "@x: due Communication to the data subjects."
    )
    with pytest.raises(KeyError):
        sentence("explain.deadline", {"title": "@no.such.text", "due": 1}.items(), "en")


def test_moments_are_written_with_their_zone() -> None:
    """Weekday, date, time and the abbreviation that tells summer from winter."""
    assert moment(at("2026-10-25T02:30+02:00"), "nl") == "zondag 25 oktober 2026 02:30 CEST"
    assert moment(at("2026-10-25T02:30+01:00"), "nl") == "zondag 25 oktober 2026 02:30 CET"


def test_equal_reasons_are_equal_whatever_the_order_of_their_values() -> None:
    """Values are sorted by name, so a reason can be compared and hashed."""
    one, other = reason("r", "c", "t", a=1, b=2), reason("r", "c", "t", b=2, a=1)
    assert one == other == Reason("r", "c", "t", (("a", 1), ("b", 2)))
    assert len({one, other}) == 1


def test_no_text_holds_an_unfilled_brace() -> None:
    """Every placeholder is a plain name."""
    for text in texts().values():
        for language in LANGUAGES:
            assert re.fullmatch(r"[^{}]*(\{[a-z_]+\}[^{}]*)*", text[language])


@pytest.mark.parametrize(
    ("duty", "expected"),
    [
        ("dora", "DORA"),
        ("uk_gdpr", "UK GDPR"),
        ("gdpr_33_4", "Follow-up to the supervisory authority"),
        ("gdpr_33_2:Bakker BV", "Notice to customer Bakker BV"),
        ("gdpr_58_1:2", "Answer to questions of the authority (2)"),
        ("measures", ""),
        ("", ""),
    ],
)
def test_a_decision_names_the_law_or_the_duty_it_is_about(duty: str, expected: str) -> None:
    """A law by the name of its setting, a duty by its own; what is neither has no name."""
    assert duty_name(duty, "en") == expected


@pytest.mark.parametrize(
    ("citation", "german"),
    [
        ("GDPR art. 33(1)", "DSGVO Art. 33 Abs. 1"),
        ("GDPR art. 33(3)(a)", "DSGVO Art. 33 Abs. 3 Buchst. a"),
        ("GDPR art. 4(12)", "DSGVO Art. 4 Nr. 12"),
        ("Regulation 1182/71 art. 3(1)", "Verordnung 1182/71 Art. 3 Abs. 1"),
        ("GDPR art. 34(1); art. 34(2)", "DSGVO Art. 34 Abs. 1; Art. 34 Abs. 2"),
        ("GDPR art. 34(3)(a)(b)(c)", "DSGVO Art. 34 Abs. 3 Buchst. a, b, c"),
        ("NIS2 art. 23(4)(a), (d)(iv)", "NIS2 Art. 23 Abs. 4 Buchst. a, Buchst. d Ziff. iv"),
        (
            "Regulation (EU) 2024/2847 art. 14(2)(a), 14(4)(a)",
            "Verordnung (EU) 2024/2847 Art. 14 Abs. 2 Buchst. a, 14 Abs. 4 Buchst. a",
        ),
        ("GDPR art. 34", "DSGVO Art. 34"),
    ],
)
def test_german_names_the_parts_of_an_article(citation: str, german: str) -> None:
    """As the law is cited there; the other languages keep the brackets."""
    assert cited(citation, "de") == german
    assert cited("GDPR art. 33(3)(a)", "nl") == "AVG art. 33(3)(a)"
