"""What journalists are sent: the gravest first, each subject once, and what nobody knows yet."""

from dataclasses import replace
from datetime import UTC, datetime

from babel import Locale

from incident.documents.notices import DocumentRenderer
from incident.documents.phrases import phrases
from incident.documents.readers import about_us
from incident.documents.teller import Teller, as_markdown
from incident.documents.wording import Wording, capital
from incident.law.facts import AffectedGroup
from incident.law.groups import with_totals
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    AvailabilityLoss,
    DataCategory,
    Informed,
    Ternary,
)
from incident.usecases.notices.ports import PrintableNotice
from tests.documents.cases import DESCRIPTIONS, NEWS, NOW, ORGANISATION
from tests.documents.test_other_readers import CUSTOMER, ROWS, D, G, _body, _facts, _written, each_language


@each_language
def test_news_to_the_press_stands_behind_what_it_leans_on(language: str) -> None:
    """ "The criminals" and "the copied files" are named before; the opening says what and how many."""
    facts = _facts(language, published_groups=(G.EMPLOYEES,))
    body, say = _body("press", facts, language), phrases(language)["words"]
    assert body.index(DESCRIPTIONS[language]) < body.index(NEWS[language])
    opening = body.splitlines()[0]
    assert say["at_most"].format(number=say["persons"].format(number=48)) in opening
    lost = _body("press", replace(facts, actor=Actor.UNKNOWN), language).splitlines()[0]
    assert lost != opening, "nobody stole what was put online by mistake"


@each_language
def test_journalists_read_the_gravest_news_first(language: str) -> None:
    """Data online stand in the title and in the first sentence; where there are none, nothing speaks of it.

    Beside how many people's data are online stands how many the breach affects: journalists looked for both there.
    """
    quiet, hit = (
        _written("press", _facts(language, published_groups=those), language) for those in ((), (G.EMPLOYEES,))
    )
    assert quiet.title != hit.title
    openings = [made.body.splitlines()[0] for made in (quiet, hit)]
    say = phrases(language)
    everybody = say["words"]["persons"].format(number=" ".join(Wording(language).number(3770).split()))
    assert [everybody in " ".join(one.split()) for one in openings] == [True, True]
    online = say["words"]["at_most"].format(number=say["words"]["persons"].format(number=48))
    assert [made.body.count(online) for made in (quiet, hit)] == [0, 1]
    assert online in openings[1]
    assert say["nature"]["confidentiality_stolen"] in quiet.body
    assert say["nature"]["confidentiality_stolen"] not in hit.body


@each_language
def test_journalists_read_in_one_place_what_nobody_knows_yet(language: str) -> None:
    """Which data are online and how many people it concerns; without any of these there is no heading."""
    say, known = phrases(language)["unknown_yet"], _facts(language, published_groups=(), ongoing=Ternary.NO)
    asked = {
        "online": replace(known, published_groups=(G.EMPLOYEES,)),
        "people": replace(known, subjects_min=UNKNOWN, subjects_max=UNKNOWN, affected_groups=()),
    }
    bodies = {name: _body("press", facts, language) for name, facts in asked.items()}
    found = {name: [one for one in say if say[one].partition("{")[0] in body] for name, body in bodies.items()}
    assert found == {name: [name] for name in asked}
    headings = [body.count("\n## ") for body in (_body("press", known, language), *bodies.values())]
    assert headings == [headings[0], *[headings[0] + 1] * 2]


@each_language
def test_journalists_read_that_passwords_were_taken_from_some(language: str) -> None:
    """The most urgent step of all was told to nobody, because it is not for everybody."""
    say, facts = phrases(language)["advice"], _facts(language, affected_controllers=())
    rows = (ROWS[0], replace(ROWS[1], data_categories=(*ROWS[1].data_categories, DataCategory.CREDENTIALS)))
    taken = with_totals(replace(facts, affected_groups=rows, subject_groups=()))
    kept = with_totals(replace(facts, affected_groups=ROWS[:2], subject_groups=()))
    step, customers = say["credentials_some_away"], phrases(language)["groups"][ROWS[1].group.value]
    bodies = [_body("press", one, language) for one in (taken, kept)]
    assert [step in body for body in bodies] == [True, False]
    told = f"- {_behind(customers, step, language)} - "
    assert told in " ".join(bodies[0].split()), "no reader knows that they are in a group"
    back = _body("press", replace(taken, availability_loss=AvailabilityLoss.TEMPORARY, recovered_at=NOW), language)
    assert (say["credentials_some"] in back, step in back) == (True, False), "what one can do at once does not wait"


@each_language
def test_journalists_read_what_those_do_whose_identity_can_be_misused(language: str) -> None:
    """Staff whose number and passport may be online had no advice of their own; where all lost the same, no group has
    its own."""
    say, facts = phrases(language)["advice"], _facts(language, affected_controllers=())
    staff = phrases(language)["groups"]["employees"]
    told = f"- {_behind(staff, say['identity_some'], language)} - "
    hit = _body("press", with_totals(replace(facts, affected_groups=ROWS[:2], subject_groups=())), language)
    same = tuple(replace(row, data_categories=ROWS[0].data_categories) for row in ROWS[:2])
    alike = _body("press", with_totals(replace(facts, affected_groups=same, subject_groups=())), language)
    assert [told in " ".join(body.split()) for body in (hit, alike)] == [True, False]


@each_language
def test_journalists_read_what_those_do_of_whose_document_a_copy_was_taken(language: str) -> None:
    """Their most important step stood in the message to them alone. It is that of the letters, with who pays, in one
    line with what else they should do: two lines began alike, and the one on the document said less than the letter."""
    say, facts = phrases(language), _facts(language, affected_controllers=())
    rows = (replace(ROWS[0], data_categories=(*ROWS[0].data_categories, D.ID_DOCUMENT_COPY)), ROWS[1])
    taken, kept = (
        _body("press", with_totals(replace(facts, affected_groups=one, subject_groups=())), language)
        for one in (rows, ROWS[:2])
    )
    first = f"- {_behind(say['groups']['employees'], say['advice']['identity_some'], language)}"
    step = f"{say['advice']['document'].format(copy=say['advice']['copy_stolen'])} {say['advice']['paid_unknown']}"
    bodies = [" ".join(body.split()) for body in (taken, kept)]
    assert [(first in body, f"{first} {step} - " in body) for body in bodies] == [(True, True), (True, False)]


@each_language
def test_journalists_read_what_those_do_whose_account_number_was_taken(language: str) -> None:
    """It stood in the list of data, and neither what may follow nor what to do about it; the second step of a group is
    a sentence of its own."""
    say, facts = phrases(language), _facts(language, affected_controllers=())
    rows = (replace(ROWS[0], data_categories=(*ROWS[0].data_categories, D.BANK_ACCOUNT)), ROWS[1])
    taken, kept = (
        _body("press", with_totals(replace(facts, affected_groups=one, subject_groups=())), language)
        for one in (rows, ROWS[:2])
    )
    steps = f"{say['advice']['bank_account_some']} {capital(say['advice']['identity_some'])}"
    told = (
        f"- {_behind(say['groups']['employees'], steps, language)} - ",
        say["consequences_theirs_steps"]["bank_account"],
    )
    found = [[one.casefold() in " ".join(body.split()).casefold() for one in told] for body in (taken, kept)]
    assert found == [[True, True], [False, False]]


@each_language
def test_journalists_read_a_long_name_of_a_group_once(language: str) -> None:
    """Beside what it lost; it came back in full with what may follow and with each step."""
    rows = (ROWS[0], AffectedGroup(G.CUSTOMERS, (D.CREDENTIALS, D.EMAIL), subjects=312))
    facts = with_totals(replace(_facts(language, affected_controllers=()), affected_groups=rows, subject_groups=()))
    say, body = phrases(language), " ".join(_body("press", facts, language).split())
    called = [_behind(say[one]["customers"], "", language) for one in ("groups_beside", "groups_brief")]
    assert [body.count(f"- {one}") for one in called] == [1, 2]


@each_language
def test_a_sentence_on_what_we_do_stands_as_it_was_typed(language: str) -> None:
    """Behind our name, place and a colon it read like a telegram; words that are no sentence still need these."""
    known = replace(ORGANISATION, languages=(language,))
    sentence = f"{known.name}{DESCRIPTIONS[language]}"
    said = [
        as_markdown(about_us(replace(known, activity=one), Teller(_facts(language), Wording(language), language)))
        for one in (sentence, DESCRIPTIONS[language])
    ]
    assert said[0].startswith(f"{known.name}{DESCRIPTIONS[language][:9]}")
    assert said[1].startswith(f"{known.name}, {known.city}")


def _behind(group: str, step: str, language: str) -> str:
    return " ".join(f"{capital(group)}{phrases(language)['words']['colon']} {step}".split())


@each_language
def test_each_subject_has_its_paragraph_in_a_text_to_the_press(language: str) -> None:
    """That we have the data back has nothing to do with who put them online, and is told ahead of it."""
    back = datetime(2026, 11, 20, 9, tzinfo=UTC)
    facts = _facts(language, published_groups=(G.EMPLOYEES,), recovered_at=back)
    facts = replace(facts, availability_loss=AvailabilityLoss.TEMPORARY)
    recovered = phrases(language)["nature"]["availability_recovered"].partition("{")[0]
    body = _body("press", facts, language)
    assert f"\n\n{recovered}" in body
    assert body.count(recovered) == 1
    assert body.index(recovered) < body.index(NEWS[language])
    quiet = _body("press", replace(facts, told_news=""), language)
    assert quiet.count(recovered) == 1


@each_language
def test_a_journalist_reads_the_advice_that_is_for_everybody(language: str) -> None:
    """A third of a text to the press was steps for one group, who read them in the message to them; where no step is
    for all, the first of each group stands in for these."""
    facts, say = _facts(language, affected_controllers=()), phrases(language)["advice"]
    body = _body("press", with_totals(replace(facts, affected_groups=ROWS[:2], subject_groups=())), language)
    assert [body.count(say[one]) for one in ("address", "identity")] == [1, 0]
    body = _body("press", replace(facts, consequences_subjects=()), language)
    assert [body.count(say[one]) for one in ("address", "identity", "phishing_email")] == [0, 1, 2]
    assert body.index(say["identity"]) < body.index(say["phishing_email"]), "the first of each group"


@each_language
def test_journalists_read_who_we_are_as_far_as_the_settings_say(language: str) -> None:
    """Where we are and what we do, in the opening: a reader of "data stolen at Zzz" asked who that is."""
    known = replace(ORGANISATION, activity="Zzz.", city="Qqq", languages=(language,))
    body = _body("press", _facts(language), language, organisation=known)
    told = body.partition("\n## ")[0]
    begin = f"{known.name}, Qqq{phrases(language)['words']['colon']}"
    assert f"{begin} {'Zzz' if language == 'de' else 'zzz'}." in told, "no form"
    for named in ("CRM", "Qqq", Locale(language).territories["NL"]):
        other = replace(known, activity=f"{named} zzz")
        assert f"{begin} {named} zzz." in _body("press", _facts(language), language, organisation=other), "a name"
    placed = _body("press", _facts(language), language, organisation=replace(known, activity=""))
    assert phrases(language)["shares"]["place"].format(organisation=known.name, city="Qqq") in placed
    silent = _body("press", _facts(language), language, organisation=replace(known, activity="", city=""))
    opening = silent.partition("\n## ")[0]
    assert known.name not in opening.partition("** ")[2], "nothing is made up"
    assert silent.count("\n## ") == body.count("\n## ")
    foreign = replace(known, activity="Wij maken software voor winkels en voor andere bedrijven in het land.")
    made = _written("press", _facts(language), language, organisation=foreign)
    assert ("translation" in made.missing) is (language != "nl")


@each_language
def test_a_text_to_the_press_names_the_place_and_who_answers(language: str) -> None:
    """With the function of who answers; the reference of a case is of no use to a journalist."""
    made = _written("press", _facts(language), language)
    assert phrases(language)["roles"]["dpo"] in made.body
    notice = PrintableNotice("press", "initial", language, "T", "Tekst", {}, ORGANISATION, "DL-1", 1, NOW, True, "x")
    text = DocumentRenderer().render(notice, "txt").decode()
    dateline = phrases(language)["furniture"]["dateline"].format(
        city=ORGANISATION.city, day=Wording(language).day(NOW.date())
    )
    assert f"\n{dateline}\n" in text, "with no label in front"
    assert "DL-1" not in text


@each_language
def test_who_reads_of_other_organisations_learns_whether_their_people_are_online(language: str) -> None:
    """Where the record tells these from ours; nothing is said as long as nobody was put online."""
    say = phrases(language)["others"]
    for reader in ("press", "public"):
        found = [
            [
                say[name] in _body(reader, _facts(language, published_groups=those), language)
                for name in ("online", "offline")
            ]
            for those in ((G.USERS,), (G.EMPLOYEES,), ())
        ]
        assert found == [[True, False], [False, True], [False, False]]
    mixed = _facts(language, published_groups=(G.EMPLOYEES,), affected_controllers=(replace(CUSTOMER, groups=()),))
    assert say["offline"] not in _body("press", mixed, language)


@each_language
def test_a_journalist_knows_whom_a_number_counts(language: str) -> None:
    """All of them, and how many of these are the people of other organisations."""
    apart = _body("press", _facts(language), language)
    ours = _body("press", _facts(language, affected_controllers=()), language)
    mixed = _body("press", _facts(language, affected_controllers=(replace(CUSTOMER, groups=()),)), language)
    theirs = phrases(language)["words"]["persons"].format(number=Wording(language).number(3410))
    assert [" ".join(theirs.split()) in " ".join(one.split()) for one in (apart, ours, mixed)] == [True, False, False]
    assert len({apart, ours, mixed}) == 3
    assert " ".join(Wording(language).number(3770).split()) in mixed
    told = {one: _body("press", _facts(language, informed=one), language) for one in Informed}
    assert len({told[Informed.INFORMED], told[Informed.PLANNED], told[Informed.NOT_HIGH_RISK]}) == 3


@each_language
def test_nobody_still_waits_for_a_message_that_all_have_had(language: str) -> None:
    """ "Or will receive" beside a notification that says that all were told made an authority ask which of the two."""
    own = 3770 - CUSTOMER.subjects
    for reader in ("press", "public"):
        some, all_, more = (
            _body(reader, _facts(language, informed=Informed.INFORMED, informed_count=count), language)
            for count in (own - 1, own, own + 1)
        )
        assert some != all_ == more


@each_language
def test_who_reads_the_press_and_the_notice_finds_numbers_that_agree(language: str) -> None:
    """How many the breach affects, how many of these are ours, and how many are of other organisations, with what they
    lost: of three numbers in three places readers took the smallest for all, and behind "in total" alone one that came
    with "also" was added to it."""
    say, wording = phrases(language), Wording(language)
    people = say["words"]["persons"].format(number=wording.number(3410))
    press, public = (" ".join(_body(one, _facts(language), language).split()) for one in ("press", "public"))
    theirs = say["others"]["apart"].format(people=people, data="")
    lost = say["others"]["lost"].format(data=say["data"]["email"])
    everybody, ours = (say["words"]["persons"].format(number=wording.number(one)) for one in (3770, 360))
    told = [" ".join(one.split()) for one in (everybody, ours, f"{theirs} {lost}")]
    whole = say["others"]["ours"].partition("}")[2].format(whole=wording.number(3770))
    for body in (press, public):
        assert " ".join(whole.split()) in body, "the part and the whole in one sentence"
        assert [body.count(one) for one in told] == [1, 1, 1]
        assert sorted(told, key=body.index) == told


@each_language
def test_a_journalist_reads_what_each_group_of_others_lost(language: str) -> None:
    """No group of theirs reads of what another lost."""
    more = (*ROWS, AffectedGroup(G.SUBSCRIBERS, (D.PHONE,), subjects=20))
    customer = replace(CUSTOMER, subjects=3430, groups=(G.USERS, G.SUBSCRIBERS))
    body = _body("press", _facts(language, affected_groups=more, affected_controllers=(customer,)), language)
    say = phrases(language)
    colon, between = (say["words"][one] for one in ("colon", "semicolon"))
    users, readers = (say["groups_theirs"][one.value] for one in (G.USERS, G.SUBSCRIBERS))
    told = f"{users}{colon} {say['data']['email']}{between} {readers}{colon} {say['data']['phone']}."
    assert " ".join(told.split()) in " ".join(body.split())
