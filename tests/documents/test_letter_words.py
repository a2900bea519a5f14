"""Each language reads as it is written by those who speak it: what readers of one language stumbled over stays away."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from incident.documents.drafting import for_recipient, on_envelope
from incident.documents.helplines import dialled
from incident.documents.html import render_email_html
from incident.documents.markdown import escape
from incident.documents.model import NoticeDocument
from incident.documents.notices import DocumentRenderer
from incident.documents.phrases import phrases
from incident.documents.spacing import with_fixed_spaces
from incident.documents.text import render_text
from incident.documents.wording import Wording
from incident.documents.writing import write_notice
from incident.domain.fact_sheet import facts_hash, letter_hash
from incident.domain.languages import LETTER_LANGUAGES
from incident.law.facts import BreachFacts
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    AvailabilityLoss,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    DiscoveredBy,
    Nature,
    Protection,
    Recipient,
    SubjectGroup,
    Ternary,
)
from incident.usecases.notices.ports import NoticeRequest, PrintableNotice
from tests.documents.cases import CUSTOMER, DESCRIPTIONS, FACTS, MEASURES, NOW, ORGANISATION, begins

DUTY = {
    "nl": ("zonder onredelijke vertraging", "zo mogelijk"),
    "en": ("without undue delay", "where feasible"),
    "de": ("unverzüglich", "möglichst binnen"),
    "fr": ("dans les meilleurs délais", "si possible"),
    "sv": ("utan onödigt dröjsmål", "om möjligt"),
}
DELAYED = {
    "nl": "redenen voor de vertraging",
    "en": "reasons for the delay",
    "de": "Verzögerung",
    "fr": "motifs du retard",
    "sv": "skälen till förseningen",
}


def _facts(language: str, **changes: object) -> BreachFacts:
    told = {"measures_taken": MEASURES[language], "description": DESCRIPTIONS[language]}
    return replace(FACTS, **told | changes)  # type: ignore[arg-type]


def _letter(language: str, facts: BreachFacts, addressee: str = "subjects", authority: str = "") -> str:
    organisation = replace(ORGANISATION, lead_authority=authority, country="SE") if authority else ORGANISATION
    customer = CUSTOMER if addressee == "controller" else ""
    request = NoticeRequest(addressee, "initial", language, facts, organisation, "DL-2026-0042", NOW, customer)
    return write_notice(request).body


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_a_day_that_was_just_named_is_not_named_again(language: str) -> None:
    """Found out an hour later is "the same day"; the next day is named, and so is a day nobody gave an hour for."""
    start = FACTS.occurred_from
    assert start is not UNKNOWN
    later = start + timedelta(hours=1)
    begun = begins(language, "same_day")
    assert begun in _letter(language, _facts(language, occurred_to=start, aware_at=later))
    assert begun not in _letter(language, _facts(language, occurred_to=start, aware_at=later + timedelta(days=1)))
    midnight = start.replace(hour=23, minute=0) - timedelta(days=1)
    assert begun not in _letter(language, _facts(language, occurred_to=start, aware_at=midnight))


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
@pytest.mark.parametrize("addressee", ["subjects", "public"])
def test_the_authority_is_dutch_only_where_it_is(language: str, addressee: str) -> None:
    """An organisation with another lead authority does not call that one Dutch."""
    dutch = re.compile("Dutch|nederländsk|niederländisch|néerlandais")
    theirs = _letter(language, _facts(language, data_categories=FACTS.data_categories[:2]), addressee)
    assert language == "nl" or dutch.search(theirs)
    assert not dutch.search(_letter(language, _facts(language), addressee, authority="IMY"))


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_what_somebody_saw_may_have_been_read(language: str) -> None:
    """Beside "a man there opened the mail" readers doubted that it "may reach others"; where nobody saw it, it may."""
    secret, said = (ConsequenceForSubjects.PROFESSIONAL_SECRECY,), phrases(language)
    seen, likely = (
        _letter(
            language,
            _facts(language, nature=(Nature.CONFIDENTIALITY,), disclosure=known, consequences_subjects=secret),
        )
        for known in (Disclosure.CONFIRMED, Disclosure.LIKELY)
    )
    told = [escape(said[manner]["professional_secrecy"]) for manner in ("consequences_seen", "consequences")]
    assert [[one in body for one in told] for body in (seen, likely)] == [[True, False], [False, True]]


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_who_has_the_data_may_have_read_it_where_that_is_known(language: str) -> None:
    """Beside "a man there opened the mail" nobody asks who else: of a thief it stays open."""
    secret, said = (ConsequenceForSubjects.PROFESSIONAL_SECRECY,), phrases(language)
    seen = _facts(
        language,
        nature=(Nature.CONFIDENTIALITY,),
        disclosure=Disclosure.CONFIRMED,
        consequences_subjects=secret,
    )
    known, thief = (_letter(language, replace(seen, recipient=one)) for one in (Recipient.KNOWN, Recipient.MALICIOUS))
    told = [escape(said[manner]["professional_secrecy"]) for manner in ("consequences_known", "consequences_seen")]
    assert [[one in body for one in told] for body in (known, thief)] == [[True, False], [False, True]]


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_who_reads_what_somebody_was_sent_learns_that_theirs_was_among_it(language: str) -> None:
    """ "A list went to a customer" did not say whether one's own data stood on it; nobody else is told of theirs."""
    said, unknown = (phrases(language)["nature_yours"][f"confidentiality_{one}"] for one in ("recipient", "told"))
    sent = _facts(
        language, nature=(Nature.CONFIDENTIALITY,), disclosure=Disclosure.CONFIRMED, recipient=Recipient.KNOWN
    )
    found = {
        one: said in _letter(language, sent, one) for one in ("subjects", "public", "press", "staff", "controller")
    }
    assert [one for one, told in found.items() if told] == ["subjects"]
    assert said not in _letter(language, replace(sent, disclosure=Disclosure.LIKELY))
    strange = _letter(language, replace(sent, recipient=Recipient.UNKNOWN))
    assert (said in strange, unknown in strange) == (False, True), "nobody is called the recipient whom we do not know"


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_nobody_discovered_what_somebody_else_told(language: str) -> None:
    """ "A man there called us. We discovered the breach the same day" made readers of four languages stop."""
    start = FACTS.occurred_from
    assert start is not UNKNOWN
    for later, key, own in ((timedelta(hours=1), "told_day", "same_day"), (timedelta(days=1), "told", "discovered_it")):
        facts = _facts(language, occurred_to=start, aware_at=start + later)
        for who in (DiscoveredBy.EXTERNAL_PARTY, DiscoveredBy.PROCESSOR):
            told = _letter(language, replace(facts, discovered_by=who)).replace("\\", "")
            assert (begins(language, key) in told, begins(language, own) in told) == (True, False)
        before_its_notice = replace(
            facts, discovered_by=DiscoveredBy.PROCESSOR, processor_told_us_at=start + later + timedelta(minutes=1)
        )
        for ours in (facts, replace(before_its_notice, discovered_at=start + later)):
            assert begins(language, own) in _letter(language, ours).replace("\\", "")


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_nobody_is_warned_of_calls_whose_number_was_not_taken(language: str) -> None:
    """Readers whose name and e-mail address were taken asked whether we had lost their number too."""
    steps, mail, phone = phrases(language)["advice"], DataCategory.EMAIL, DataCategory.PHONE
    for lost, key in (((mail,), "phishing_email"), ((mail, phone), "phishing"), ((phone,), "phishing")):
        body = _letter(language, _facts(language, data_categories=(DataCategory.NAME, *lost)))
        assert [name for name in ("phishing", "phishing_email") if escape(steps[name]) in body] == [key]


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_whose_data_are_away_reads_of_the_backup_on_record(language: str) -> None:
    """Readers asked whether their data were gone for good, which the firms in the same breach were told."""
    say, facts = phrases(language)["nature"], _facts(language)
    kept = _letter(language, replace(facts, backup_available=Ternary.YES))
    assert (say["availability_backup"] in kept, say["availability_backup"] in _letter(language, facts)) == (True, False)


def _to_customer(language: str, kind: str) -> str:
    facts = _facts(language, told_people=DESCRIPTIONS[language], told_news=DESCRIPTIONS[language])
    return write_notice(NoticeRequest("controller", kind, language, facts, ORGANISATION, "DL-1", NOW, CUSTOMER)).body


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_a_customer_reads_both_halves_of_the_time_they_have(language: str) -> None:
    """GDPR art. 33(1): "without undue delay and, where feasible, not later than 72 hours", in a sentence of its own."""
    (told,) = (one for one in re.split(r"[.?] ", _to_customer(language, "initial")) if " 72 " in one)
    assert all(half in told for half in DUTY[language]), told


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_a_customer_who_hears_more_later_is_given_no_new_72_hours(language: str) -> None:
    """GDPR art. 33(1): six days later five readers asked whether a new time began; who is late gives the reasons."""
    body = _to_customer(language, "follow_up")
    prompt, feasible = DUTY[language]
    assert prompt in body
    assert feasible not in body
    (told,) = (one for one in body.split("\n\n") if " 72 " in one)
    assert DELAYED[language] in told
    assert re.search(r"33\W+(?:\w+ )?4\b", body), "what is new goes to the authority too (art. 33(4))"


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_other_consequences_are_told_by_the_note_or_not_at_all(language: str) -> None:
    """A letter never says that more stands below where nothing does."""
    both = (ConsequenceForSubjects.FRAUD, ConsequenceForSubjects.OTHER)
    other = phrases(language)["consequences"]["other"]
    assert other not in _letter(language, _facts(language, consequences_subjects=both))
    noted = _facts(language, consequences_subjects=both, consequences_subjects_note=DESCRIPTIONS[language])
    assert other in _letter(language, noted)
    alone = NoticeRequest(
        "subjects", "initial", language, _facts(language, consequences_subjects=both[1:]), ORGANISATION, "DL-1", NOW
    )
    assert "consequences" in write_notice(alone).missing


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_two_sentences_stand_one_space_apart(language: str) -> None:
    """Also where the words of the record name the day, so that the sentence between them falls away."""
    day = {"nl": "16 november", "en": "16 November", "sv": "16 november", "de": "16. November", "fr": "16 novembre"}
    told = f"{DESCRIPTIONS[language]} ({day[language]} 2026)"
    assert "  " not in _letter(language, _facts(language, told_people=told, aware_at=NOW))


def test_a_title_in_a_dutch_greeting_is_written_small() -> None:
    """ "Beste Mevrouw drs." is how no Dutch letter begins, and "Beste De heer" neither."""
    assert for_recipient("((greeting))", "nl", name="Mevrouw drs. A. Kok") == "Beste mevrouw drs. A. Kok,"
    assert for_recipient("((greeting))", "nl", name="De heer Jansen") == "Beste meneer Jansen,"
    assert for_recipient("((greeting))", "nl", name="Dhr. Jansen") == "Beste meneer Jansen,"
    assert for_recipient("((greeting))", "nl", name="Mevlana") == "Beste Mevlana,"


@pytest.mark.parametrize(
    ("language", "name", "greeting"),
    [
        ("nl", "Mevrouw J. de Groot", "Beste mevrouw De Groot,"),
        ("nl", "Dhr. Chr. A.J. van ’t Hek", "Beste meneer Van ’t Hek,"),
        ("nl", "J. de Groot", "Beste heer of mevrouw De Groot,"),
        ("fr", "J. de Groot", "Madame, Monsieur,"),
        ("nl", "Mevrouw Jo de Groot", "Beste mevrouw Jo de Groot,"),
        ("nl", "Mevrouw J.", "Beste mevrouw J.,"),
        ("de", "Herr W. von Berg", "Guten Tag Herr von Berg,"),
        ("en", "Ms J. Green", "Dear Ms Green,"),
        ("fr", "Madame É. Legrand", "Bonjour Madame Legrand,"),
        ("sv", "S. Bagge", "Hej S. Bagge!"),
    ],
)
def test_behind_a_title_a_greeting_has_no_initials(language: str, name: str, greeting: str) -> None:
    """An initial after a title shows that a machine wrote; in Dutch the name then begins with a capital."""
    assert for_recipient("((greeting))", language, name=name) == greeting


@pytest.mark.parametrize(
    ("language", "name", "line"),
    [
        ("de", "Herr T. Lehmann", "Herrn T. Lehmann"),
        ("de", "De heer Jansen", "Herrn Jansen"),
        ("de", "Mevrouw Kok", "Frau Kok"),
        ("nl", "mevrouw J. de Groot", "Mevrouw J. de Groot"),
        ("nl", "dhr. S. Bakker", "De heer S. Bakker"),
        ("nl", "van den Berg", "van den Berg"),
        ("en", "Mr P. Ward", "Mr P. Ward"),
        ("fr", "Mw. Kok", "Madame Kok"),
    ],
)
def test_a_name_stands_above_an_address_as_the_language_writes_it_there(language: str, name: str, line: str) -> None:
    """ "Herr" there shows in the first line that a machine wrote it."""
    assert on_envelope(name, language) == line


def test_a_dutch_title_is_said_in_the_language_of_the_letter() -> None:
    """ "Guten Tag Mevrouw Kok" is how no German letter begins; the list of people has Dutch titles."""
    assert for_recipient("((greeting))", "de", name="Mevrouw A. Kok") == "Guten Tag Frau Kok,"
    assert for_recipient("((greeting))", "en", name="De heer Jansen") == "Dear Mr Jansen,"
    assert for_recipient("((greeting))", "fr", name="Mw. Kok") == "Bonjour Madame Kok,"


def test_french_puts_a_space_before_the_colon_in_plain_text_too() -> None:
    """What stands around the text keeps the language's typography."""
    notice = PrintableNotice(
        "controller",
        "initial",
        "fr",
        "Objet",
        "| a | b |\n| --- | --- |\n| Nom | x |",
        {},
        ORGANISATION,
        "DL-1",
        1,
        NOW,
        True,
        "ab",
    )
    text = DocumentRenderer().render(notice, "txt").decode()
    assert "Notre référence\xa0: DL-1" in text
    assert "Nom\xa0: x" in text
    assert not re.search(r"\w:", text)


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_what_began_and_ended_on_one_day_names_it_once(language: str) -> None:
    """ "Between Friday 20 November at 8 and Friday 20 November at 9" is no sentence for people."""
    start = FACTS.occurred_from
    assert start is not UNKNOWN
    facts = _facts(language, occurred_to=start + timedelta(minutes=50), aware_at=start + timedelta(days=3))
    told = _letter(language, facts).replace("\\", "")
    assert len(re.findall(r"16\.? [Nn]ovemb", told)) == 1
    assert len(re.findall(r"22(:|\.| h )55", told)) == 1


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_the_day_in_the_words_for_the_people_is_not_named_again(language: str) -> None:
    """The whole date twice in one paragraph read as a machine's; of "the night of 15 to 16" nobody knows which."""
    start = FACTS.occurred_from
    assert start is not UNKNOWN
    found, hour = start + timedelta(minutes=20), Wording(language).hour(start + timedelta(minutes=20))
    day = Wording(language).day(start.date())
    one, two = (
        _letter(language, _facts(language, occurred_to=start, aware_at=found, told_people=f"{told} {day}."))
        for told in (DESCRIPTIONS[language], f"{DESCRIPTIONS[language]} 15 –")
    )
    begun = begins(language, "that_day")
    assert (begun in one.replace("\\", ""), one.replace("\\", "").count(day), hour in one) == (True, 1, True)
    assert two.replace("\\", "").count(day) == 2


def test_the_same_day_is_the_one_that_the_text_named() -> None:
    """Where the words for the people name the first day only, "the same day" would be a day too early."""
    words = "Op 16 november kwam iemand in een mailbox van ons."
    found = FACTS.occurred_to
    assert found is not UNKNOWN
    letter = _letter("nl", replace(FACTS, told_people=words, aware_at=found + timedelta(hours=1)))
    assert "dezelfde dag" not in letter
    assert "17 november 2026" in letter


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_data_that_are_back_were_away(language: str) -> None:
    """No letter says beside "the systems work again" that the data cannot be used, nor asks to call for them."""
    say = phrases(language)
    back = _letter(language, _facts(language, recovered_at=NOW)).replace("\\", "")
    assert say["nature"]["availability_recovered"].format(day=Wording(language).day(NOW.date())) in back
    assert say["nature"]["availability_temporary"] not in back
    assert say["advice"]["availability"] not in back
    assert say["advice"]["availability"] in _letter(language, _facts(language))


def test_an_approval_of_a_letter_ends_when_the_data_come_back() -> None:
    """A letter that waits to be sent says that they are away."""
    assert letter_hash(FACTS) != letter_hash(replace(FACTS, recovered_at=NOW))


def test_whether_one_notifies_for_a_customer_ends_no_approval_of_a_letter() -> None:
    """GDPR art. 33(1): only the authority's form says it, for all or for one of them."""
    (customer,) = FACTS.affected_controllers
    answered = replace(FACTS, affected_controllers=(replace(customer, on_behalf=Ternary.YES),))
    assert letter_hash(FACTS) == letter_hash(answered)
    assert facts_hash(FACTS) != facts_hash(answered), "the form is another"


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_a_customer_reads_when_the_data_are_back_or_that_we_will_say_so(language: str) -> None:
    """GDPR art. 33(3)(a): "the data is away" beside "there are back-ups" leaves the controller to guess."""
    away = phrases(language)["nature_formal"]["availability_temporary"]
    assert away in _letter(language, _facts(language), "controller")
    kept = phrases(language)["nature_formal"]["availability_backup"]
    assert kept in _letter(language, _facts(language, backup_available=Ternary.YES), "controller")
    for own in ("De reservekopieën zijn intact.", "The backups are safe.", "Les sauvegardes sont intactes."):
        told = _facts(language, backup_available=Ternary.YES, description=own)
        assert kept not in _letter(language, told, "controller"), "the record's own words have told of it"
    back = _letter(language, _facts(language, recovered_at=NOW), "controller").replace("\\", "")
    assert away not in back
    day = Wording(language).day(NOW.date())
    told = phrases(language)["nature_formal"]["availability_recovered"].format(day=day)
    assert told in back
    request = NoticeRequest(
        "controller", "follow_up", language, _facts(language, recovered_at=NOW), ORGANISATION, "DL-1", NOW, CUSTOMER
    )
    before, after = (
        write_notice(replace(request, earlier=NOW.date() + timedelta(days=days))).body.replace("\\", "").split("\n## ")
        for days in (-1, 1)
    )
    assert [told in part for part in before[1:]].index(True) == 0, "news where it came after the notice before"
    assert sum(told in part for part in before) == 1
    assert not re.search(r"\b22\.$", "".join(before[2:]), re.MULTILINE), "nor is half of a German day left of it"
    assert [told in part for part in after[1:4]] == [False, False, True]


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_which_document_was_copied_we_say_when_we_can_look(language: str) -> None:
    """ "Ask us" beside "we cannot get at the data" made a reader stop; lost for good there is nothing to look up."""
    say, copied = phrases(language)["advice"], (DataCategory.ID_DOCUMENT_COPY,)
    lost = _facts(language, data_categories=copied)
    away, back, gone = (
        _letter(language, one)
        for one in (
            lost,
            replace(lost, recovered_at=NOW),
            replace(lost, availability_loss=AvailabilityLoss.PERMANENT),
        )
    )
    names = ("which", "which_later")
    found = [[escape(say[name]) in body for name in names] for body in (away, back, gone)]
    assert found == [[False, True], [True, False], [False, False]]


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_who_should_replace_a_document_reads_who_pays_for_it(language: str) -> None:
    """Eight readers asked it; as long as nobody here knows, they are told to ask us."""
    say, names = phrases(language)["advice"], ("paid_yes", "paid_no", "paid_unknown")
    copied = _facts(language, data_categories=(DataCategory.ID_DOCUMENT_COPY,), recovered_at=NOW)
    for answer, told in zip(Ternary, names, strict=True):
        body = _letter(language, replace(copied, document_paid=answer))
        assert [name for name in names if escape(say[name]) in body] == [told]
    other = _letter(language, replace(copied, data_categories=(DataCategory.BSN,), document_paid=Ternary.YES))
    assert escape(say["paid_yes"]) not in other


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_staff_may_ask_for_what_they_miss(language: str) -> None:
    """They know their own data, but wait for their pay, so that it stands with our address: among the steps against
    fraud all readers asked what it meant. Where it is all they can do it is a step; others who know theirs read none.
    """
    ask = escape(phrases(language)["advice"]["availability"])
    own = (DataCategory.NAME, DataCategory.EMAIL)
    staff = _facts(language, data_categories=own, subject_groups=(SubjectGroup.EMPLOYEES,))
    *_others, steps, contact = _letter(language, staff).split("\n## ")
    assert (ask in steps, f"\n{ask}\n" in contact) == (False, True)
    *_others, steps, contact = _letter(language, replace(staff, nature=(Nature.AVAILABILITY,))).split("\n## ")
    assert (ask in steps, ask in contact) == (True, False)
    assert ask not in _letter(language, replace(staff, recovered_at=NOW))
    gone = _letter(language, replace(staff, availability_loss=AvailabilityLoss.PERMANENT))
    assert (ask in gone, escape(phrases(language)["advice"]["availability_lost"]) in gone) == (False, True)
    assert ask not in _letter(language, replace(staff, subject_groups=(SubjectGroup.CUSTOMERS,)))
    assert ask not in _letter(language, staff, "controller")


def test_who_gets_the_description_is_not_told_twice_what_happened() -> None:
    """Police, insurer and customer read the description of the record; the words for the people are not theirs."""
    words = "Op 16 november kwam iemand in een mailbox van ons."
    facts = _facts("nl", told_people=words)
    for addressee, told in (
        ("police", "Het incident duurde van maandag 16 november 2026"),
        ("insurer", "| Datum en tijd van het incident | maandag 16 november 2026, 22:05 uur – dinsdag 17 november"),
        ("controller", "De inbreuk duurde van maandag 16 november 2026"),
    ):
        assert words not in _letter("nl", facts, addressee)
        assert told in _letter("nl", facts, addressee)
    assert words in _letter("nl", facts, "press")


@pytest.mark.parametrize(
    ("language", "text", "kept"),
    [
        ("fr", "Que s’est-il passé ? Le « dossier » : vers 1 h 10 !", "passé~? Le «~dossier~»~: vers 1~h~10~!"),
        ("fr", "| A | B |\n| :--- | :--- |", "| :--- | :--- |"),
        ("en", "What happened? Call 0299 00 00 01.", "happened? Call 0299~00~00~01."),
        ("de", "Was ist passiert ?", "passiert ?"),
        ("de", "Am Sonntag, dem 29. November 2026, um 7 Uhr", "dem 29.~November 2026, um 7 Uhr"),
        ("en", "On 24 November 2026 we", "On 24~November 2026 we"),
        ("sv", "tisdag kl. 05.30", "tisdag kl.~05.30"),
    ],
)
def test_what_belongs_on_one_line_stays_there(language: str, text: str, kept: str) -> None:
    """A French question mark never begins a line, and nobody dials half a number; a table stays a table."""
    assert kept.replace("~", "\u00a0") in with_fixed_spaces(text, language)


def test_a_french_letter_leaves_with_fixed_spaces() -> None:
    """In each form in which it leaves the house."""
    notice = NoticeDocument("Que faire ?", "fr", "DL-1", NOW.date(), "## Et après ?\n\nRien.", heading=True)
    text, html = render_text(notice).casefold(), render_email_html(notice).partition("<body")[2]
    assert "et après\u00a0?" in text
    assert "Et après&nbsp;?" in html
    assert " ?" not in text + html


@pytest.mark.parametrize(
    ("phone", "country", "language", "dialled_as"),
    [
        ("0299 00 00 01", "NL", "en", "+31 299 00 00 01"),
        ("0299 00 00 01", "NL", "nl", "0299 00 00 01"),
        ("0800 1234", "NL", "de", "0800 1234"),
        ("030 123456", "DE", "en", "030 123456"),
        ("+31 50 000 00 00", "NL", "fr", "+31 50 000 00 00"),
    ],
)
def test_a_number_can_be_dialled_where_the_reader_lives(
    phone: str, country: str, language: str, dialled_as: str
) -> None:
    """Who reads German may live in Germany, where 0299 is another place."""
    assert dialled(phone, country, language) == dialled_as


OTHER_WORDS = {
    "nl": ("datalek", "op de beveiliging"),
    "en": ("leak", "incident"),
    "de": ("Datenpanne", "Vorfall"),
    "fr": ("fuite", "incident"),
    "sv": ("dataintrång", "läcka"),
}
FORMAL_ALONE = {"nl": "inbreuk", "en": "notif", "de": "Verletzung", "fr": "violation", "sv": "underrätt"}


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_one_text_has_one_word_for_the_breach(language: str) -> None:
    """GDPR art. 33(2): a notice to a customer has the word of the law alone, a letter to people the everyday one."""
    facts = _facts(language, told_people=DESCRIPTIONS[language])
    formal = write_notice(
        NoticeRequest("controller", "initial", language, facts, ORGANISATION, "DL-2026-0042", NOW, CUSTOMER)
    )
    told = f"{formal.title} {formal.body}"
    assert [word for word in OTHER_WORDS[language] if word in told] == []
    plain = write_notice(NoticeRequest("subjects", "initial", language, facts, ORGANISATION, "DL-2026-0042", NOW))
    assert FORMAL_ALONE[language] not in f"{plain.title} {plain.body}".casefold()


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_a_customer_is_promised_the_list_of_people_when_we_can_make_it(language: str) -> None:
    """ "As soon as we can access the data" stood below "available again since Sunday"."""
    notices = {
        name: _letter(language, _facts(language, **more), "controller")
        for name, more in {
            "away": {},
            "back": {"recovered_at": NOW},
            "gone": {"availability_loss": AvailabilityLoss.PERMANENT},
        }.items()
    }
    later = {
        "nl": "zodra wij weer bij",
        "en": "as soon as we can access",
        "de": "sobald wir",
        "fr": "dès que nous",
        "sv": "så snart vi",
    }
    assert [later[language] in body.casefold() for body in notices.values()] == [True, False, False]


@pytest.mark.parametrize("language", LETTER_LANGUAGES)
def test_what_a_step_is_about_stands_among_what_may_follow(language: str) -> None:
    """Whoever is told to change a password reads why; it stands in for nothing that somebody has to weigh."""
    say, D, C = phrases(language)["consequences_steps"], DataCategory, ConsequenceForSubjects
    known = {"recipient": Recipient.KNOWN, "disclosure": Disclosure.CONFIRMED, "actor": Actor.INTERNAL_NON_MALICIOUS}
    spread = (C.DISCLOSURE_TO_THIRD_PARTIES,)

    def told(categories: tuple[DataCategory, ...], feared: tuple[C, ...], **more: object) -> list[str]:
        facts = _facts(language, data_categories=categories, consequences_subjects=feared, **more)
        body = _letter(language, facts).replace("\\", "")
        return [name for name, text in say.items() if text in body]

    assert told((D.CREDENTIALS,), (C.FRAUD,)) == ["credentials"]
    open_to_all = {"protection": (Protection.NONE,)}
    assert told((D.CREDENTIALS,), (C.FRAUD,), **open_to_all) == ["credentials_open"], "others can read the password"
    both = _facts(language, data_categories=(D.CREDENTIALS,), consequences_subjects=(C.FRAUD,), **open_to_all)
    readable = phrases(language)["consequences_theirs_steps"]["credentials_open"]
    assert readable in _letter(language, both, "press").replace("\\", ""), "journalists read it, too"
    assert told((D.BANK_ACCOUNT,), (C.FRAUD,)) == ["bank_account"]
    assert told((D.BANK_ACCOUNT,), (C.FRAUD, C.FINANCIAL_LOSS)) == [], "loss of money is told of already"
    assert told((D.COMMUNICATION_CONTENT,), (C.FRAUD,)) == ["communication_content"]
    assert told((D.COMMUNICATION_CONTENT,), (C.FRAUD, C.PROFESSIONAL_SECRECY)) == [], "it says the same"
    assert told((D.NAME, D.EMAIL), spread, **known) == ["phishing"]
    assert told((D.NAME, D.EMAIL), (*spread, C.FRAUD), **known) == [], "fraud is told of already"
    assert told((D.CREDENTIALS,), ()) == [], "nobody has weighed what may follow"
    assert told((D.CREDENTIALS,), (C.FRAUD,), disclosure=Disclosure.RULED_OUT) == []
