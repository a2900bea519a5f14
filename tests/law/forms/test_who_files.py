"""GDPR art. 33(3)(b): who files stands once in the record or in the account, and nobody is asked for it again."""

import pytest

from incident.domain.organisation import load_profile
from incident.law.forms.answers import Origin
from incident.law.forms.ap_2022 import fill_ap
from incident.law.forms.filing import Contact
from tests.law.forms.sheets import filing, with_

FILER = Contact("Jo Vos", "FG", "jo@example.nl", "")
PARTS = ("name", "function", "email", "phone")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", ("Jo Vos", "FG", "jo@example.nl", "050 1")),
        ("Jo Vos", ("Jo Vos", "FG", "jo@example.nl", "050 1")),
        ("Ruben Smit", ("Ruben Smit", "", "", "050 1")),
    ],
)
def test_whoever_adds_a_telephone_number_is_not_asked_for_the_name_again(name: str, told: tuple[str, ...]) -> None:
    """AP 3.2.1: the account tells the rest of its own person, and nothing of another one."""
    sheet = with_(reporter_name=name, reporter_function="", reporter_email="", reporter_phone="050 1")
    form = fill_ap(sheet, load_profile(), filing(filer=FILER))
    answers = {part: form.answer(f"3.2.1.{part}") for part in PARTS}
    assert tuple(answers[part].text for part in PARTS) == told
    assert answers["phone"].origin is Origin.RECORDED
    assert answers["name"].origin is (Origin.RECORDED if name else Origin.DERIVED)
