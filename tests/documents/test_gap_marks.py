"""The marks by which the use cases find missing values are those that the documents write, in every language."""

from incident.documents.phrases import phrases
from incident.domain.languages import LETTER_LANGUAGES, gaps


def test_the_marks_of_all_languages_are_known() -> None:
    """A language whose mark is not known would let an incomplete letter be approved."""
    for code, language in LETTER_LANGUAGES.items():
        assert language.gap == f"[{phrases(code)['furniture']['missing']}"


def test_each_mark_in_a_text_is_found() -> None:
    """Also two of them, and one that somebody cut off while editing."""
    text = "Op [nog invullen: datum] en [nog invullen: plaats], [fyll i"
    assert gaps(text) == ("[nog invullen: datum]", "[nog invullen: plaats]", "[fyll i")
