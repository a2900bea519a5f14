"""Markdown is read once, and no fact can become markup."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from incident.documents.blocks import Code, Heading, Listing, Paragraph, Quote, Rule, Run, Table, plain
from incident.documents.markdown import escape, parse, prose, safe_link
from incident.documents.model import NoticeDocument
from incident.domain.placeholders import placeholders


def test_every_kind_of_block_is_read() -> None:
    """Headings, lists in lists, tables, quotes, code and lines all become blocks."""
    text = "# A\n\n- b\n  - c\n\n3. d\n\n|x|y|\n|-|-|\n|1|2|\n\n> q\n\n---\n\n```\nz\n```\n"
    heading, bullets, numbers, table, quote, rule, code = parse(text)
    assert heading == Heading(1, (Run("A"),))
    assert isinstance(bullets, Listing)
    assert isinstance(bullets.items[0][1], Listing)
    assert isinstance(numbers, Listing)
    assert (numbers.ordered, numbers.start) == (True, 3)
    assert table == Table(((Run("x"),), (Run("y"),)), (((Run("1"),), (Run("2"),)),))
    assert quote == Quote((Paragraph((Run("q"),)),))
    assert (rule, code) == (Rule(), Code("z"))


def test_looks_and_breaks_of_words() -> None:
    """Bold inside italic, code, links and forced breaks survive; a soft line end is a space."""
    (paragraph,) = parse("a **b *c*** `d` [e](https://x.example)\\\nf\ng")
    assert isinstance(paragraph, Paragraph)
    assert paragraph.runs == (
        Run("a "),
        Run("b ", bold=True),
        Run("c", bold=True, italic=True),
        Run(" "),
        Run("d", code=True),
        Run(" "),
        Run("e", link="https://x.example"),
        Run("\n"),
        Run("f g"),
    )


def test_raw_html_stays_visible_text_and_bad_links_lose_their_address() -> None:
    """A script tag is shown as it was typed; a javascript link is no link."""
    (paragraph,) = parse("<script>alert(1)</script> [x](data:text/html,y) ![p](https://t.example/p.png)")
    assert isinstance(paragraph, Paragraph)
    assert "<script>alert(1)</script>" in plain(paragraph.runs)
    assert [run.link for run in paragraph.runs if run.link] == []


@given(st.text(max_size=200))
def test_an_escaped_text_is_shown_letter_by_letter(text: str) -> None:
    """Whatever a person types into a field, Markdown shows exactly that, on one line, in one paragraph."""
    typed = " ".join("".join(letter for letter in text if letter.isprintable() or letter.isspace()).split())
    blocks = parse(escape(typed))
    assert [plain(block.runs) for block in blocks if isinstance(block, Paragraph)] == ([typed] if typed else [])
    assert all(not run.link and not run.bold for block in blocks if isinstance(block, Paragraph) for run in block.runs)


@given(st.text(alphabet="()ab_ \\*", max_size=60))
def test_an_escaped_text_holds_no_placeholder(text: str) -> None:
    """A fact that looks like ((greeting)) is never filled in later."""
    assert placeholders(escape(text)) == ()


def test_ordinary_text_is_not_littered_with_backslashes() -> None:
    """People edit this text: e-mail addresses, times, amounts and brackets stay readable."""
    typed = "jan_de.vries@x.example, 08.40 uur, € 1.250,00 (circa), 10-12%, A/B + C"
    assert escape(typed) == typed


def test_free_text_keeps_its_lines_and_lists() -> None:
    """Each line becomes a paragraph, lines with a dash a list; nothing else is markup."""
    blocks = parse(prose("Eén *twee*\n- a\n• b\n\n# geen kop"))
    assert [type(block).__name__ for block in blocks] == ["Paragraph", "Listing", "Paragraph"]
    assert isinstance(blocks[2], Paragraph)
    assert plain(blocks[2].runs) == "# geen kop"


def test_links_lead_to_web_mail_and_telephone_only() -> None:
    """Any other scheme, and an address that cannot be parsed, is no link."""
    assert [safe_link(link) for link in ("https://a.example", "mailto:a@b.example", "tel:+31")] != ["", "", ""]
    assert [safe_link(link) for link in ("javascript:alert(1)", "file:///etc/passwd", "//x", "http://[")] == [""] * 4


def test_only_the_title_is_a_heading_of_the_first_level() -> None:
    """A heading that an organisation typed with one # was printed across the line above it."""
    text = "Dear reader,\n\n# What happened\n\nA theft.\n\n## What now\n\n# Questions\n"
    document = NoticeDocument("A breach", "en", "DL-2026-0001-9", date(2026, 3, 2), markdown=text, heading=True)
    found = [(one.level, plain(one.runs)) for one in document.content() if isinstance(one, Heading)]
    assert found == [(1, "A breach"), (2, "What happened"), (2, "What now"), (2, "Questions")]
