"""The authority reads of the same data as the people: the forms call them what letters call them."""

import re

import pytest

from incident.documents.phrases import phrases
from incident.law.forms.catalogue import load_catalogue
from incident.law.vocabulary import DataCategory


@pytest.mark.parametrize(("form", "language"), [("ap-2022", "nl"), ("edpb-1.0", "en")])
def test_data_have_one_name_in_forms_and_letters(form: str, language: str) -> None:
    """What the form has a box for has the form's name there; of the rest it is told in these words, without the
    examples that whoever gets a letter needs.
    """
    names, said = load_catalogue(form), phrases(language)["data"]
    boxed = (
        {member for key in ("6.1", "6.2") for one in names.question(key).options for member in one.members}
        if form == "ap-2022"
        else set()
    )
    told = [one for one in DataCategory if one.value not in {"other", "unknown", *boxed}]
    for one in told:
        told_in_full = said[one.value]
        without_examples = re.sub(r" \((?:zoals|such as) [^)]*\)", "", told_in_full)
        assert _plain(names.name(one)) in {_plain(told_in_full), _plain(without_examples)}


def _plain(words: str) -> str:
    return words.replace("(", "").replace(")", "").replace(",", "")
