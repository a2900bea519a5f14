"""Cutting and escaping: nothing a reporter types breaks a message or pings a channel."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import blocks
from bot.slack_here.blockkit import check
from incident.slack.shorten import shorten
from incident.slack.text import clusters, escape_mrkdwn, fit, length, plain

HOSTILE = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("👩‍💻🇳🇱é&<>!@#`*_~|\n\r\u200d\u202e\u0301👍🏽")), max_size=120
)


def test_an_option_too_long_for_its_line_goes_on_below_it() -> None:
    """Nothing of it is lost where both lines hold it; a short one has one line."""
    long = "ruled out by evidence, such as complete logs. 'No sign of it' is not evidence that nobody saw the data."
    short, cut = blocks.options([("a", "yes."), ("b", long)])
    assert "description" not in short
    first, second = cut["text"]["text"], cut["description"]["text"]
    assert f"{first.removesuffix(' …')} {second.removeprefix('… ')}" == long


@given(HOSTILE)
def test_an_option_of_any_words_is_one_that_slack_takes(words: str) -> None:
    """Two lines within their limits, neither empty."""
    (option,) = blocks.options([("a", words)])
    for line in (option["text"], option.get("description", option["text"])):
        assert 0 < length(line["text"]) <= 75


@given(HOSTILE, st.integers(1, 100))
def test_a_cut_text_keeps_to_its_limit_and_says_that_it_was_cut(text: str, limit: int) -> None:
    """At most the limit; unchanged when it fits; otherwise it ends in an ellipsis."""
    cut = fit(text, limit)
    assert length(cut) <= limit
    assert cut == text if length(text) <= limit else cut.endswith("…")


@given(HOSTILE, st.integers(1, 100))
def test_a_cut_falls_between_the_signs_a_reader_sees(text: str, limit: int) -> None:
    """What remains is a whole number of clusters of the original."""
    cut = fit(text, limit)
    if cut != text:
        kept = cut[:-1]
        boundaries = {""}
        built = ""
        for cluster in clusters(text):
            built += cluster
            boundaries.add(built.rstrip())
        assert kept in boundaries


@given(HOSTILE)
def test_the_pieces_together_are_the_text(text: str) -> None:
    """Splitting into clusters loses nothing."""
    assert "".join(clusters(text)) == text


@given(HOSTILE, st.integers(1, 60))
def test_an_escaped_text_is_never_cut_inside_an_entity(text: str, limit: int) -> None:
    """Half an entity would show as rubbish, or let the next character through."""
    cut = fit(escape_mrkdwn(text), limit)
    assert re.sub(r"&(amp|lt|gt);", "", cut).count("&") == 0
    assert "<" not in cut
    assert ">" not in cut


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("👩‍💻👩‍💻", 6, "👩‍💻…"),
        ("🇳🇱🇧🇪", 5, "🇳🇱…"),
        ("👍🏽👍🏽", 5, "👍🏽…"),
        ("e\u0301e\u0301e\u0301", 4, "e\u0301…"),
        ("a&amp;b", 5, "a…"),
        ("zie <https://example.org|de pagina> nu", 20, "zie…"),
        ("gewoon", 6, "gewoon"),
    ],
)
def test_known_difficult_cuts(text: str, limit: int, expected: str) -> None:
    """Emoji sequences, flags, accents, entities and links are whole or absent."""
    assert fit(text, limit) == expected


def test_a_mention_typed_by_a_person_pings_nobody() -> None:
    """Angle brackets are what makes a mention; they are escaped."""
    assert escape_mrkdwn("<!channel> & <@U1>\x00") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
    assert plain("a\x07b\ud800") == "ab"


def test_a_limit_below_one_is_a_mistake_of_the_caller() -> None:
    """There is no text of less than one character that says it was cut."""
    with pytest.raises(ValueError, match="less than one"):
        fit("text", 0)


def _text(value: str, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": kind, "text": value or "-"}


WORD = st.text(alphabet=st.sampled_from("ab 👩‍💻🇳🇱é&<>!@\n\u200d\u0301"), min_size=1, max_size=12)
LONG = st.builds(lambda text, times: text * times, WORD, st.sampled_from((1, 7, 20, 260, 500)))
QUICK = settings(max_examples=25, deadline=None)
SECTIONS = st.builds(lambda value: {"type": "section", "text": _text(value)}, LONG)
FIELDS = st.builds(lambda value, n: {"type": "section", "fields": [_text(value)] * n}, LONG, st.sampled_from((1, 11)))
HEADERS = st.builds(lambda value: {"type": "header", "text": _text(value, "plain_text")}, LONG)
BUTTONS = st.builds(
    lambda value, n: {
        "type": "actions",
        "elements": [{"type": "button", "action_id": f"b{i}", "text": _text(value, "plain_text")} for i in range(n)],
    },
    LONG,
    st.integers(1, 30),
)
OPTIONS = st.builds(
    lambda value, n: {
        "type": "section",
        "text": _text("x"),
        "accessory": {
            "type": "static_select",
            "action_id": "s",
            "options": [{"text": _text(value, "plain_text"), "value": str(i)} for i in range(n)],
        },
    },
    LONG,
    st.integers(1, 120),
)
BLOCKS = st.lists(st.one_of(SECTIONS, FIELDS, HEADERS, BUTTONS, OPTIONS), min_size=1, max_size=3)


@QUICK
@given(BLOCKS, LONG, st.sampled_from((1, 18)))
def test_the_last_gate_makes_every_message_acceptable(blocks: list[dict[str, Any]], text: str, times: int) -> None:
    """However long the texts and lists, what leaves is something Slack takes."""
    assert check(shorten({"channel": "C1", "text": text or "-", "blocks": blocks * times})) == ()


@QUICK
@given(BLOCKS, LONG, st.sampled_from((1, 40)))
def test_the_last_gate_makes_every_modal_acceptable(blocks: list[dict[str, Any]], title: str, times: int) -> None:
    """The same for a view, whose title has 24 characters at most."""
    view = {"type": "modal", "title": _text(title, "plain_text"), "blocks": blocks * times}
    assert check(shorten(view)) == ()


@QUICK
@given(BLOCKS)
def test_the_last_gate_leaves_its_argument_alone(blocks: list[dict[str, Any]]) -> None:
    """The stored payload stays what it was; only the copy that is sent is shorter."""
    payload = {"channel": "C1", "text": "x" * 5000, "blocks": blocks}
    before = repr(payload)
    shorten(payload)
    assert repr(payload) == before
