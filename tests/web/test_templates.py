"""What a template shows of a value is what ``escape`` makes of it, however it gets there."""

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markupsafe import Markup, escape

from incident.domain.kernel.events import Status
from incident.web.templates import shown

SIGNS = "a é&<>'\"\u2028\x00"


class Word(str):
    """A text that is more than that."""


@given(st.text(SIGNS) | st.text(SIGNS).map(Markup) | st.text(SIGNS).map(Word) | st.integers() | st.sampled_from(Status))
def test_a_value_is_shown_as_it_is_escaped(value: object) -> None:
    """Character by character."""
    assert str.__str__(shown(value)) == str(escape(value))


def test_a_template_lets_no_markup_through_and_misses_nothing(lite_app: Flask) -> None:
    """In a block, in a macro and in a filter."""
    page = lite_app.jinja_env.from_string(
        "{% macro one(text) %}<b>{{ text }}</b>{% endmacro %}{% set kept %}{{ evil }}{% endset %}"
        "{{ evil }}{{ one(evil) }}{{ kept }}{{ evil|upper }}{{ evil|safe }}{{ 5 }}"
    )
    made = page.render(evil="<i>")
    assert made == "&lt;i&gt;<b>&lt;i&gt;</b>&lt;i&gt;&lt;I&gt;<i>5"
    with pytest.raises(UndefinedError):
        lite_app.jinja_env.from_string("{{ nobody }}").render()
