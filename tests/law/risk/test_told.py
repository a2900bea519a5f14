"""EDPB 9/2022 IV.B, ENISA 2013: what an assessment tells as a whole, each finding once and with whose word it is."""

from typing import Any

import pytest

from incident.law.risk import RiskAnswers, assess
from incident.law.risk.answers import (
    ControllerField,
    DataClass,
    EaseOfIdentification,
    Extent,
    Intent,
    Permanence,
    RecipientResponse,
    Restoration,
    ServiceEffect,
    VulnerableGroup,
)
from incident.law.risk.questions import options
from incident.law.risk.telling import tell_factors
from incident.law.texts import sentence, texts
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    Alteration,
    ConsequenceForSubjects,
    Nature,
    Protection,
    Recipient,
    Ternary,
)
from tests.law.risk.calm import AWAY, SEALED, H, R, data, judged, rules_of
from tests.law.risk.support import RULES


def test_several_sides_of_security_give_the_worst_with_every_finding_once() -> None:
    both = judged(
        nature=tuple(Nature),
        alteration=Alteration.NO_MISUSE,
        restoration=Restoration.NEVER,
        backup=Ternary.NO,
        service_effect=ServiceEffect.NONE,
    )
    assert both.risk == R
    assert len(both.findings) == len(set(both.findings))
    assert {"edpb.confidentiality", "edpb.integrity", "edpb.availability"} <= set(rules_of(both))


def test_nothing_broken_means_nothing_is_known_of_what_is() -> None:
    assert judged(nature=()).risk == H


def test_a_difference_between_the_assessors_is_told() -> None:
    salary = judged(data=data("other_financial"), recipient_response=RecipientResponse.DELETION_CONFIRMED)
    assert (salary.risk, salary.enisa.level) == (R, "high")
    assert rules_of(salary)["assessors.differ"] == "notes"
    assert "assessors.differ" not in rules_of(judged())


def test_what_stands_beside_the_factors_only_notes_and_each_says_whose_word_it_is() -> None:
    """ENISA 2013: its score and both of its flags never move the proposal; the duties follow from the law alone."""
    sealed = judged(subjects_number=101, data=data("health"), protection=Protection.ENCRYPTED, **SEALED)
    beside = [(found.rule, found.reason.text_id, found.effect.value, found.basis.value) for found in sealed.findings]
    assert [one for one in beside if not one[0].startswith("edpb.")] == [
        ("enisa.score", "risk.enisa.score", "notes", "method"),
        ("enisa.flag", "risk.enisa.flag.more_than_100_individuals", "notes", "method"),
        ("enisa.flag", "risk.enisa.flag.unintelligible_data", "notes", "method"),
        ("gdpr.duties", "risk.gdpr.duties.unlikely", "sets", "law"),
    ]


def test_every_finding_names_its_rule_in_its_reason() -> None:
    assert all(found.rule == found.reason.rule_id for found in assess(RiskAnswers(), RULES).findings)


@pytest.mark.parametrize(
    ("categories", "asked"), [(("name",), False), (("name", "credentials"), True), (("unknown",), True)]
)
def test_what_credentials_open_is_asked_only_of_credentials(categories: tuple[str, ...], asked: bool) -> None:
    open_questions = judged(data=data(*categories), credentials_open=DataClass.UNKNOWN).unknowns
    assert asked is ("credentials_open" in open_questions)


EFFECTS: list[tuple[str, str, dict[str, Any]]] = [
    ("edpb.combination", "raises", {"data": data("name", "date_of_birth", "address")}),
    ("edpb.combination", "raises", {"data": data("name", "date_of_birth", "orders")}),
    ("edpb.volume", "raises", {"extent": Extent.DOSSIER}),
    ("edpb.vulnerable", "raises", {"vulnerable": (VulnerableGroup.MINORS,)}),
    ("edpb.protected_identity", "raises", {"vulnerable": (VulnerableGroup.PROTECTED_IDENTITY,)}),
    ("edpb.controller", "raises", {"controller_field": ControllerField.HEALTH}),
    ("edpb.number", "raises", {"subjects_number": 1000, "data": data("name", "address")}),
    ("edpb.consequences", "raises", {"consequences_seen": (ConsequenceForSubjects.DISCRIMINATION,)}),
    ("edpb.consequences", "raises", {"consequences_seen": (ConsequenceForSubjects.FRAUD,)}),
    ("edpb.identification", "lowers", {"identification": EaseOfIdentification.LIMITED}),
    ("edpb.identification", "removes", {"identification": EaseOfIdentification.NEGLIGIBLE}),
    ("edpb.pseudonymisation", "lowers", {"protection": Protection.PSEUDONYMISED, "key_safe": Ternary.YES}),
    ("edpb.permanence", "lowers", {"data": data("name", "credentials"), "permanence": Permanence.UNDONE}),
    ("edpb.availability", "sets", AWAY),
    ("edpb.integrity", "sets", {"nature": (Nature.INTEGRITY,)}),
]


@pytest.mark.parametrize(("rule", "effect", "changes"), EFFECTS)
def test_each_factor_is_told_with_what_it_does_to_the_risk(rule: str, effect: str, changes: dict[str, Any]) -> None:
    """EDPB 9/2022 IV.B: what counts against people is told as raising, and only a proof as taking the risk away."""
    assert rules_of(judged(**changes))[rule] == effect


def test_what_can_be_replaced_is_told_as_lowering_only_once_it_was() -> None:
    """A leaked password that nobody changed yet still opens what it opened."""
    for permanence in (Permanence.LASTING, Permanence.UNKNOWN):
        assert "edpb.permanence" not in rules_of(judged(data=data("credentials"), permanence=permanence))


def test_each_answer_of_the_assessment_has_its_meaning_in_words() -> None:
    """Page and Slack show them; of a number only that nobody knows it."""
    assert list(options("extent", "nl")) == [each.value for each in Extent]
    assert set(options("subjects_number", "nl")) == {"unknown"}


G = VulnerableGroup
APPLIES: list[tuple[str, dict[str, Any]]] = [
    ("volume.dossier", {"extent": Extent.DOSSIER}),
    ("volume.unknown", {"extent": Extent.UNKNOWN}),
    ("vulnerable.minors", {"vulnerable": (G.MINORS, G.PROTECTED_IDENTITY)}),
    ("vulnerable.others", {"vulnerable": (G.DEPENDENT,)}),
    ("vulnerable.both", {"vulnerable": (G.DEPENDENT, G.MINORS)}),
    ("vulnerable.unknown", {"vulnerable": UNKNOWN}),
    ("protected_identity.known", {"vulnerable": (G.PROTECTED_IDENTITY,)}),
    ("protected_identity.unknown", {"vulnerable": UNKNOWN}),
    ("controller.known", {"controller_field": ControllerField.HEALTH}),
    ("controller.unknown", {"controller_field": ControllerField.UNKNOWN}),
    ("number.known", {"subjects_number": 1000, "data": data("name", "address")}),
    ("number.unknown", {"subjects_number": UNKNOWN, "data": data("name", "address")}),
    ("recipient.known.many", {"subjects_number": 1000}),
    ("recipient.trusted.uncounted", {"subjects_number": UNKNOWN, "recipient": Recipient.TRUSTED}),
    ("many_recipients.known", {"recipients_number": 5000}),
    ("many_recipients.unknown", {"recipients_number": UNKNOWN}),
    ("intent.targeted", {"intent": Intent.TARGETED, "actor": Actor.EXTERNAL_MALICIOUS}),
    ("intent.unknown", {"intent": Intent.UNKNOWN, "actor": Actor.EXTERNAL_MALICIOUS}),
    ("read.hiding", {"vulnerable": (G.PROTECTED_IDENTITY,)}),
    ("read.safety", {"vulnerable": UNKNOWN, "data": data("name", insight="safety")}),
    ("read.unknown", {"vulnerable": UNKNOWN}),
    ("backup.unknown", {**AWAY, "backup": Ternary.UNKNOWN}),
    ("depended_on.care", {**AWAY, "controller_field": ControllerField.SOCIAL_CARE}),
    ("depended_on.data", {**AWAY, "data": data("health")}),
    ("depended_on.unknown", {**AWAY, "controller_field": ControllerField.UNKNOWN}),
]


@pytest.mark.parametrize(("text", "changes"), APPLIES)
def test_of_several_sentences_about_a_factor_the_one_for_the_answer_is_told(text: str, changes: dict[str, Any]) -> None:
    """GDPR art. 33(3)(c): an authority reads what holds in this case, and not what could hold in some case."""
    result = judged(**changes)
    rule = text.partition(".")[0]
    told = [one.reason for one in result.findings if one.rule == f"edpb.{rule}"]
    assert [one.text_id for one in told] == [f"risk.edpb.{text}"]
    assert sentence(told[0].text_id, told[0].params, "en") in tell_factors(result, "en").splitlines()


@pytest.mark.parametrize("response", RecipientResponse)
def test_what_a_recipient_did_is_told_beside_how_likely_misuse_is(response: RecipientResponse) -> None:
    told = tell_factors(judged(recipient_response=response), "en")
    assert sentence(f"risk.response.{response.value}", (), "en") in told


def test_that_the_data_are_with_somebody_who_means_harm_says_what_their_aim_was() -> None:
    aimed: dict[str, Any] = {"intent": Intent.TARGETED, "actor": Actor.EXTERNAL_MALICIOUS}
    aim = sentence("risk.edpb.intent.targeted", (), "en")
    assert aim in tell_factors(judged(**aimed), "en")
    assert aim not in tell_factors(judged(**aimed, recipient=Recipient.MALICIOUS), "en")


@pytest.mark.parametrize(
    ("language", "left_in"), [("nl", "(mogelijk)"), ("en", "or may be"), ("de", "(möglicherweise)")]
)
def test_no_sentence_about_a_factor_leaves_open_whether_it_holds(language: str, left_in: str) -> None:
    told = [text[language] for text_id, text in texts().items() if text_id.startswith("risk.edpb.")]
    assert told
    assert not [text for text in told if left_in in text or "unknown" in text]
