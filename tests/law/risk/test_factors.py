"""EDPB 9/2022 IV.B: each factor on its own, at its limits. One factor is changed, all others stay calm."""

from typing import Any

import pytest

from incident.law.risk.answers import (
    ControllerField,
    Coverage,
    DataClass,
    DataItem,
    EaseOfIdentification,
    Extent,
    Insight,
    Intent,
    Permanence,
    RecipientResponse,
    Restoration,
    ServiceEffect,
    Strength,
    VulnerableGroup,
)
from incident.law.vocabulary import (
    UNKNOWN,
    Actor,
    Alteration,
    ConsequenceForSubjects,
    DataCategory,
    Disclosure,
    Nature,
    Protection,
    Recipient,
    Ternary,
)
from tests.law.risk.calm import (
    AWAY,
    GRAVITY,
    SEALED,
    H,
    R,
    U,
    data,
    gravity,
    judged,
    likelihood,
    rules_of,
    weighed,
)


def test_the_calm_case_is_calm() -> None:
    result = judged()
    assert weighed(result) == ("limited", "ordinary")
    assert result.risk == "unlikely"
    assert {rule: effect for rule, effect in rules_of(result).items() if rule.startswith("edpb.")} == {
        "edpb.recipient": "lowers",
        "edpb.sensitivity": "sets",
        "edpb.confidentiality": "sets",
    }
    assert result.unknowns == ()


ORDINARY = {
    "name",
    "gender",
    "date_of_birth",
    "address",
    "email",
    "phone",
    "online_identifiers",
    "professional",
    "education",
    "orders",
    "other",
}
ELEVATED = {
    "bsn",
    "identification_number",
    "credentials",
    "bank_account",
    "benefits",
    "other_financial",
    "location",
    "behaviour",
    "communication_content",
}


@pytest.mark.parametrize("category", [each.value for each in DataCategory])
def test_sensitivity_of_each_category(category: str) -> None:
    expected = 1 if category in ORDINARY else 2 if category in ELEVATED else 3
    assert expected == gravity(data=data(category))
    assert ("raises" if expected > 1 else "sets") == rules_of(judged(data=data(category)))["edpb.sensitivity"]


@pytest.mark.parametrize(
    ("category", "expected"),
    [("name", (0, 1, 1, 2, 3, 3, 3)), ("location", (0, 1, 2, 3, 3, 3, 3)), ("health", (0, 1, 3, 3, 3, 3, 3))],
)
def test_insight_moves_the_gravity_of_an_item(category: str, expected: tuple[int, ...]) -> None:
    assert expected == tuple(gravity(data=data(category, insight=insight.value)) for insight in Insight)


@pytest.mark.parametrize(
    ("opens", "expected"), [("simple", 2), ("behavioural", 2), ("financial", 3), ("sensitive", 3), ("unknown", 3)]
)
def test_credentials_weigh_as_much_as_what_they_open(opens: str, expected: int) -> None:
    assert expected == gravity(data=data("credentials"), credentials_open=DataClass(opens))


@pytest.mark.parametrize(
    ("categories", "expected", "text"),
    [
        (("name", "date_of_birth", "address"), 2, "impersonation"),
        (("name", "date_of_birth"), 1, None),
        (("name", "address"), 1, None),
        (("date_of_birth", "address"), 1, None),
        (("professional", "education"), 2, "career"),
        (("name", "bsn", "address"), 3, "identity"),
        (("name", "identification_number", "date_of_birth"), 3, "identity"),
        (("name", "bsn", "other_financial"), 3, "identity"),
        (("name", "bsn", "date_of_birth", "address"), 3, "identity"),
        (("name", "bsn"), 2, None),
        (("bsn", "address"), 2, None),
        (("name", "date_of_birth", "orders"), 2, "sides"),
        (("email", "education", "orders"), 2, "sides"),
        (("name", "address", "orders"), 1, None),
        (("name", "email", "phone", "address", "professional"), 1, None),
    ],
)
def test_combination(categories: tuple[str, ...], expected: int, text: str | None) -> None:
    result = judged(data=data(*categories))
    told = [found.reason.text_id for found in result.findings if found.rule == "edpb.combination"]
    assert GRAVITY[expected] == weighed(result)[1]
    assert ([f"risk.edpb.combination.{text}"] if text else []) == told


@pytest.mark.parametrize("insight", ["none", "limited"])
def test_items_that_tell_nothing_or_little_do_not_combine(insight: str) -> None:
    assert gravity(data=(*data("name", "address"), *data("date_of_birth", insight=insight))) == 1
    assert gravity(data=(*data("name", "address"), *data("date_of_birth"))) == 2


@pytest.mark.parametrize(("extent", "expected"), [("few_items", 1), ("dossier", 2), ("unknown", 2)])
def test_volume_per_person(extent: str, expected: int) -> None:
    assert expected == gravity(extent=Extent(extent))


@pytest.mark.parametrize(
    ("ease", "expected"), [("negligible", 0), ("limited", 2), ("significant", 3), ("maximum", 3), ("unknown", 3)]
)
def test_ease_of_identification(ease: str, expected: int) -> None:
    assert expected == gravity(identification=EaseOfIdentification(ease), data=data("health"))


def test_what_can_hardly_be_linked_says_nothing_however_many() -> None:
    coded: dict[str, Any] = {"identification": EaseOfIdentification.LIMITED, "data": data("online_identifiers")}
    assert gravity(**coded, subjects_number=100_000, recipient=Recipient.MALICIOUS) == 0


@pytest.mark.parametrize(("key_safe", "expected"), [("yes", 2), ("no", 3), ("unknown", 3)])
def test_pseudonymisation_lowers_once(key_safe: str, expected: int) -> None:
    coded: dict[str, Any] = {
        "protection": Protection.PSEUDONYMISED,
        "key_safe": Ternary(key_safe),
        "data": data("health"),
    }
    assert expected == gravity(**coded)
    assert gravity(**coded, identification=EaseOfIdentification.LIMITED) == 2


@pytest.mark.parametrize(
    ("category", "undone", "lasting"), [("credentials", 1, 2), ("credit_card", 1, 3), ("bank_account", 2, 2)]
)
def test_permanence_counts_for_what_can_be_replaced(category: str, undone: int, lasting: int) -> None:
    assert undone == gravity(data=data(category), permanence=Permanence.UNDONE)
    assert lasting == gravity(data=data(category), permanence=Permanence.LASTING)
    assert lasting == gravity(data=data(category), permanence=Permanence.UNKNOWN)
    told = "edpb.permanence" in rules_of(judged(data=data(category), permanence=Permanence.UNDONE))
    assert told is (category != "bank_account")


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ((), 1),
        (("minors",), 2),
        (("dependent",), 2),
        (("asylum_seekers",), 2),
        (("other",), 2),
        (("minors", "dependent"), 2),
        (("protected_identity",), 3),
        (("protected_identity", "minors"), 4),
    ],
)
def test_vulnerable_people(groups: tuple[str, ...], expected: int) -> None:
    assert expected == gravity(vulnerable=tuple(VulnerableGroup(group) for group in groups))


def test_unknown_people_may_be_vulnerable_and_in_hiding() -> None:
    assert gravity(vulnerable=UNKNOWN) == 4
    assert gravity(vulnerable=UNKNOWN, data=data("name", insight="none")) == 0


def test_what_says_nothing_about_people_in_hiding_puts_nobody_in_danger() -> None:
    """Who must not be found is found by data that say something; a list of nothing cannot be read for good."""
    hidden = {"vulnerable": (VulnerableGroup.PROTECTED_IDENTITY,)}
    assert rules_of(judged(**hidden, data=data("name")))["edpb.read"] == "raises"
    assert "edpb.read" not in rules_of(judged(**hidden, data=data("name", insight="none")))


@pytest.mark.parametrize("insight", ["safety", "unknown"])
def test_what_was_read_where_somebody_is_in_danger_was_read_unless_it_came_back_unread(insight: str) -> None:
    """One item on which safety depends is enough, beside any other; strangers who sent it back may have kept it."""
    danger: dict[str, Any] = {"data": (*data("name"), *data("location", insight=insight))}
    trusted: dict[str, Any] = {
        "recipient": Recipient.TRUSTED,
        "recipient_response": RecipientResponse.DELETION_CONFIRMED,
    }
    unread: dict[str, Any] = {"recipient_response": RecipientResponse.RETURNED_UNREAD}
    assert (likelihood(**trusted), likelihood(**trusted, **danger)) == (1, 3)
    assert likelihood(**danger, **{**trusted, **unread}) == 1
    assert rules_of(judged(**danger, **unread, recipient=Recipient.UNKNOWN_PERSONS))["edpb.read"] == "raises"
    assert "edpb.read" not in rules_of(judged(**danger, recipient=Recipient.NOBODY))


@pytest.mark.parametrize("field", list(ControllerField))
def test_nature_of_the_controller(field: ControllerField) -> None:
    assert (1 if field is ControllerField.ORDINARY else 2) == gravity(controller_field=field)
    assert gravity(controller_field=field, data=data("health")) == 3
    assert gravity(controller_field=field, data=data("name", insight="none")) == 0


AT_LARGE: dict[str, Any] = {"recipient": Recipient.UNKNOWN_PERSONS}


@pytest.mark.parametrize(("number", "expected"), [(0, 1), (999, 1), (1000, 2), (UNKNOWN, 2)])
def test_number_of_people(number: Any, expected: int) -> None:
    assert expected == gravity(**AT_LARGE, data=data("name", "address"), subjects_number=number)


def test_a_single_ordinary_kind_of_data_does_not_grow_graver_with_the_number() -> None:
    """Bare e-mail addresses in the hands of an intruder are a risk, but no high risk however many they are."""
    hacked: dict[str, Any] = {"recipient": Recipient.MALICIOUS, "subjects_number": 1_000_000}
    assert judged(**hacked, data=data("email")).risk == R
    assert judged(**hacked, data=data("email", "name")).risk == H
    assert judged(**hacked, data=(*data("email"), *data("name", insight="none"))).risk == R
    assert judged(**hacked, data=data("location")).risk == H


@pytest.mark.parametrize(
    ("reach", "expected"),
    [
        ({"recipient": Recipient.KNOWN}, 2),
        ({"recipient": Recipient.TRUSTED}, 2),
        ({"recipient": Recipient.NOBODY, "recipients_number": 500}, 2),
        ({"recipient": Recipient.KNOWN, "recipients_number": 100}, 2),
        ({"recipient": Recipient.KNOWN, "recipients_number": 101}, 2),
        ({"recipient": Recipient.KNOWN, "recipients_number": UNKNOWN}, 2),
        ({"recipient": Recipient.MALICIOUS}, 2),
        ({"recipient": Recipient.UNKNOWN}, 2),
        ({"recipient": Recipient.MALICIOUS, "actor": Actor.INTERNAL_MALICIOUS, "intent": Intent.TARGETED}, 1),
        ({"recipient": Recipient.KNOWN, "actor": Actor.INTERNAL_MALICIOUS, "intent": Intent.TARGETED}, 1),
        ({"recipient": Recipient.MALICIOUS, "actor": Actor.INTERNAL_MALICIOUS}, 1),
        ({"recipient": Recipient.UNKNOWN, "actor": Actor.INTERNAL_MALICIOUS, "intent": Intent.TARGETED}, 2),
        ({"recipient": Recipient.UNKNOWN_PERSONS, "actor": Actor.INTERNAL_MALICIOUS}, 2),
        ({"recipient": Recipient.UNKNOWN, "actor": Actor.INTERNAL_MALICIOUS}, 2),
        ({"recipient": Recipient.KNOWN, "actor": Actor.EXTERNAL_MALICIOUS, "intent": Intent.TARGETED}, 2),
    ],
)
def test_the_number_counts_whoever_has_the_data(reach: dict[str, Any], expected: int) -> None:
    """Only ordinary data that a known member of the own staff took on purpose are at their gravest already."""
    assert expected == gravity(**reach, data=data("name", "address"), subjects_number=1000)


def test_the_number_counts_for_a_single_kind_that_is_more_than_ordinary_or_that_hit_somebody() -> None:
    """A list of mere addresses is no graver for its length; one of national numbers is, or one that hit people."""
    assert (gravity(data=data("bsn"), subjects_number=999), gravity(data=data("bsn"), subjects_number=1000)) == (2, 3)
    for seen, few, many in (("fraud", 2, 3), ("discrimination", 3, 4), ("reputation", 1, 1)):
        hit: dict[str, Any] = {"consequences_seen": (ConsequenceForSubjects(seen),), "data": data("email")}
        assert (gravity(**hit, subjects_number=999), gravity(**hit, subjects_number=1000)) == (few, many), seen


def test_the_number_always_counts_for_sensitive_data() -> None:
    assert gravity(data=data("health"), subjects_number=1000) == 4
    assert gravity(data=data("health"), subjects_number=999) == 3
    taken: dict[str, Any] = {"recipient": Recipient.MALICIOUS, "actor": Actor.INTERNAL_MALICIOUS}
    assert gravity(**taken, data=data("health"), subjects_number=1000) == 4


@pytest.mark.parametrize("seen", list(ConsequenceForSubjects))
def test_consequences_seen(seen: ConsequenceForSubjects) -> None:
    person = {"physical_or_mental_harm", "discrimination"}
    purse = {"identity_theft", "fraud", "financial_loss", "property_damage", "economic_or_social_disadvantage"}
    assert (3 if seen.value in person else 2 if seen.value in purse else 1) == gravity(consequences_seen=(seen,))


@pytest.mark.parametrize(
    ("recipient", "expected"),
    [
        ("nobody", ((0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0), (0, 0, 0, 0, 0, 0))),
        ("trusted", ((1, 1, 2, 3, 4, 4), (1, 2, 2, 4, 4, 4), (1, 2, 3, 4, 4, 4))),
        ("known", ((1, 2, 3, 3, 4, 4), (1, 4, 4, 4, 4, 4), (1, 4, 4, 4, 4, 4))),
        ("unknown_persons", ((4, 4, 4, 4, 4, 4), (4, 4, 4, 4, 4, 4), (4, 4, 4, 4, 4, 4))),
        ("malicious", ((5, 5, 5, 5, 5, 5), (5, 5, 5, 5, 5, 5), (5, 5, 5, 5, 5, 5))),
        ("unknown", ((5, 5, 5, 5, 5, 5), (5, 5, 5, 5, 5, 5), (5, 5, 5, 5, 5, 5))),
    ],
)
def test_recipient_and_response(recipient: str, expected: tuple[tuple[int, ...], ...]) -> None:
    """The discount is for trusted recipients; a stranger's word counts for few people, a refusal for nobody."""
    for numbers, row in zip(((0, 1, 50), (51, 999), (1000, 5_000_000, UNKNOWN)), expected, strict=True):
        for number in numbers:
            who: dict[str, Any] = {"recipient": Recipient(recipient), "subjects_number": number}
            assert row == tuple(likelihood(**who, recipient_response=each) for each in RecipientResponse)
    effects = {rules_of(judged(recipient=Recipient(recipient)))["edpb.recipient"]}
    assert {"raises" if expected[0][0] > 3 else "lowers"} == effects


@pytest.mark.parametrize(
    ("ease", "key_safe", "expected"),
    [
        ("negligible", "yes", "edpb.recipient.known"),
        ("limited", "yes", "edpb.recipient.known"),
        ("limited", "no", "edpb.recipient.known.many"),
        ("limited", "unknown", "edpb.recipient.known.many"),
        ("significant", "yes", "edpb.recipient.known.many"),
        ("unknown", "yes", "edpb.recipient.known.many"),
    ],
)
def test_only_people_behind_a_code_that_is_safe_and_hard_to_link_do_not_count_as_many(
    ease: str, key_safe: str, expected: str
) -> None:
    """That somebody is hard to find is not enough: the data must be coded, and the key safe."""
    many = judged(
        data=data("health"),
        recipient=Recipient.KNOWN,
        recipient_response=RecipientResponse.DELETION_REQUESTED,
        subjects_number=5000,
        identification=EaseOfIdentification(ease),
        protection=Protection.PSEUDONYMISED,
        key_safe=Ternary(key_safe),
    )
    assert f"risk.{expected}" in {found.reason.text_id for found in many.findings}
    open_ones = {"identification": EaseOfIdentification.LIMITED, "protection": Protection.NONE}
    who: dict[str, Any] = {"recipient": Recipient.KNOWN, "subjects_number": 5000, **open_ones}
    assert likelihood(**who, recipient_response=RecipientResponse.DELETION_REQUESTED) == 4


@pytest.mark.parametrize(
    ("recipient", "number", "expected"),
    [
        ("known", 100, 1),
        ("known", 101, 4),
        ("known", UNKNOWN, 4),
        ("trusted", 100, 1),
        ("trusted", 101, 3),
        ("unknown_persons", 1, 4),
        ("nobody", 500, 0),
    ],
)
def test_many_recipients(recipient: str, number: Any, expected: int) -> None:
    back = RecipientResponse.RETURNED_UNREAD
    assert expected == likelihood(recipient=Recipient(recipient), recipients_number=number, recipient_response=back)


@pytest.mark.parametrize(
    ("actor", "intent", "expected"),
    [
        ("internal_non_malicious", "targeted", 3),
        ("external_non_malicious", "targeted", 3),
        ("internal_malicious", "targeted", 5),
        ("external_malicious", "targeted", 5),
        ("external_malicious", "unknown", 5),
        ("external_malicious", "opportunistic", 3),
        ("external_malicious", "accident", 3),
        ("unknown", "targeted", 5),
        ("unknown", "accident", 3),
    ],
)
def test_intent(actor: str, intent: str, expected: int) -> None:
    assert expected == likelihood(actor=Actor(actor), intent=Intent(intent))


def test_intent_without_anybody_who_has_the_data_is_harmless() -> None:
    nobody: dict[str, Any] = {
        "recipient": Recipient.NOBODY,
        "actor": Actor.EXTERNAL_MALICIOUS,
        "intent": Intent.TARGETED,
    }
    assert likelihood(**nobody) == 0


@pytest.mark.parametrize(
    ("protection", "rule"),
    [("encrypted", "edpb.encryption"), ("otherwise_unintelligible", "edpb.encryption"), ("hashed", "edpb.hashing")],
)
def test_unintelligible_data_cannot_be_misused(protection: str, rule: str) -> None:
    secret: dict[str, Any] = {
        "data": data("credentials"),
        "recipient": Recipient.MALICIOUS,
        "protection": Protection(protection),
    }
    assert weighed(judged(**secret, **SEALED)) == ("none", "negligible")
    assert rules_of(judged(**secret, **SEALED))[rule] == "removes"
    assert likelihood(**secret, **{**SEALED, "key_safe": Ternary.NO}) == 5
    assert likelihood(**secret, **{**SEALED, "protection_strength": Strength.WEAK}) == 5


def test_what_is_not_covered_counts_alone() -> None:
    names_outside = (*data("health"), DataItem(DataCategory.NAME, protected=Coverage.NO))
    assert (
        likelihood(protection=Protection.ENCRYPTED, data=names_outside, **SEALED),
        gravity(protection=Protection.ENCRYPTED, data=names_outside, **SEALED),
    ) == (3, 1)
    hashed = (DataItem(DataCategory.BSN, protected=Coverage.YES), *data("name"))
    assert gravity(protection=Protection.HASHED, data=hashed, **SEALED) == 1
    assert gravity(protection=Protection.HASHED, data=data("bsn", "name"), **SEALED) == 2


def test_evidence_that_nothing_left_settles_confidentiality() -> None:
    result = judged(disclosure=Disclosure.RULED_OUT, data=data("health"), recipient=Recipient.MALICIOUS)
    assert result.risk == "unlikely"
    assert rules_of(result)["edpb.disclosure"] == "removes"


def test_an_intruder_may_have_taken_what_he_could_reach() -> None:
    intruder: dict[str, Any] = {
        "actor": Actor.EXTERNAL_MALICIOUS,
        "intent": Intent.OPPORTUNISTIC,
        "recipient": Recipient.MALICIOUS,
    }
    back: dict[str, Any] = {
        "restoration": Restoration.WITHIN_HOURS,
        "service_effect": ServiceEffect.NONE,
        "backup": Ternary.YES,
    }
    assert judged(**AWAY, **intruder, **back, disclosure=Disclosure.UNKNOWN).risk == "risk"
    assert judged(**AWAY, **intruder, **back, disclosure=Disclosure.RULED_OUT).risk == "unlikely"
    assert "edpb.disclosure" not in rules_of(judged(**AWAY, **back))


@pytest.mark.parametrize(
    ("restoration", "backup", "ordinary", "depended_on"),
    [
        ("within_hours", "no", (U, U, H, H), (U, R, H, H)),
        ("within_days", "no", (U, R, H, H), (R, H, H, H)),
        ("later", "no", (U, R, H, H), (R, H, H, H)),
        ("never", "no", (R, R, H, H), (H, H, H, H)),
        ("unknown", "no", (R, R, H, H), (H, H, H, H)),
        ("never", "unknown", (R, R, H, H), (H, H, H, H)),
        ("never", "yes", (U, R, H, H), (R, H, H, H)),
        ("within_hours", "yes", (U, U, H, H), (U, R, H, H)),
    ],
)
def test_availability(restoration: str, backup: str, ordinary: tuple[str, ...], depended_on: tuple[str, ...]) -> None:
    for noticed, calm, needed in zip(ServiceEffect, ordinary, depended_on, strict=True):
        lost: dict[str, Any] = {
            **AWAY,
            "restoration": Restoration(restoration),
            "backup": Ternary(backup),
            "service_effect": noticed,
        }
        assert calm == judged(**lost).risk
        assert calm == judged(**lost, controller_field=ControllerField.FINANCIAL).risk
        assert needed == judged(**lost, data=data("health")).risk
        for field in (ControllerField.HEALTH, ControllerField.SOCIAL_CARE, ControllerField.UNKNOWN):
            assert needed == judged(**lost, controller_field=field).risk


def test_a_copy_is_told() -> None:
    with_copy, without = judged(**AWAY, backup=Ternary.YES), judged(**AWAY, backup=Ternary.NO)
    assert (rules_of(with_copy)["edpb.backup"], rules_of(without)["edpb.backup"]) == ("lowers", "raises")
    told = [found.reason.text_id for case in (with_copy, without) for found in case.findings if "backup" in found.rule]
    assert told == ["risk.edpb.backup.yes", "risk.edpb.backup.no"]
    assert "edpb.depended_on" not in rules_of(without)
    assert rules_of(judged(**AWAY, controller_field=ControllerField.HEALTH))["edpb.depended_on"] == "raises"


@pytest.mark.parametrize(
    ("alteration", "expected"),
    [
        ("no_misuse", (U, U, U, U)),
        ("misuse_reversible", (U, R, R, H)),
        ("misuse_irreversible", (R, R, H, H)),
        ("unknown", (R, R, H, H)),
    ],
)
def test_integrity(alteration: str, expected: tuple[str, ...]) -> None:
    kinds = (data("name", insight="none"), data("name"), data("location"), data("health"))
    altered: dict[str, Any] = {"nature": (Nature.INTEGRITY,), "alteration": Alteration(alteration)}
    assert expected == tuple(judged(**altered, data=kind).risk for kind in kinds)
    assert "edpb.integrity" in rules_of(judged(**altered))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (0, (U, U, U, U, U)),
        (1, (U, U, U, U, R)),
        (2, (U, U, R, R, R)),
        (3, (U, U, R, H, H)),
        (4, (U, R, R, H, H)),
        (5, (U, R, H, H, H)),
    ],
)
def test_likelihood_and_gravity_together(row: int, expected: tuple[str, ...]) -> None:
    who: list[dict[str, Any]] = [
        {"recipient": Recipient.NOBODY},
        {"recipient": Recipient.TRUSTED, "recipient_response": RecipientResponse.DELETION_CONFIRMED},
        {"recipient": Recipient.TRUSTED},
        {"recipient": Recipient.KNOWN},
        {"recipient": Recipient.UNKNOWN_PERSONS},
        {"recipient": Recipient.MALICIOUS},
    ]
    what: list[dict[str, Any]] = [
        {"data": data("name", insight="none")},
        {"data": data("name")},
        {"data": data("location")},
        {"data": data("health")},
        {"data": data("health"), "extent": Extent.DOSSIER},
    ]
    assert expected == tuple(judged(**who[row], **kind).risk for kind in what)
    assert (row, 4) == (likelihood(**who[row]), gravity(**what[4]))
