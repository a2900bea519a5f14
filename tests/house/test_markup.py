"""What reads the pages for all tests: it takes what is valid, and lets nothing pass that a browser would put right."""

import pytest

from tests.markup import read

PAGE = '<!DOCTYPE html>\n<html lang="en">\n<head><title>A &amp; B</title></head>\n<body>{}</body>\n</html>\n'


def test_a_valid_page_becomes_a_tree_of_what_stands_there() -> None:
    """Texts with their spaces, attributes with and without a value, and drawings; in a field the first line ends."""
    tree = read(
        PAGE.format(
            '<!-- a note --><p class="a b">one <b>two</b> <i>three</i><br><b>br</b> &lt;b&gt;</p>\n'
            '<form><input name="x" value="&#34;" required><textarea>\ntext</textarea></form>'
            '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg><script>if (1 < 2) go("</p>")</script>'
        )
    )
    assert (tree.tag, tree.get("lang"), tree.findtext("head/title")) == ("html", "en", "A & B")
    assert "".join(tree.findall("body/p")[0].itertext()) == "one two threebr <b>"
    field = next(tree.iter("input"))
    assert (field.get("value"), field.get("required")) == ('"', "")
    assert tree.findtext("body/form/textarea") == "text"
    assert tree.find("body/svg/path") is not None


@pytest.mark.parametrize(
    "broken",
    [
        "<p>too few",
        "<p>too many</p></i>",
        "<p>too many</p></p>",
        "<b><p>crossed</b></p>",
        "<p><div>in a paragraph</div></p>",
        "<p>a rule <hr> in it</p>",
        "<ul><li>open<li>open</ul>",
        '<a href="x"><a href="y">twice</a></a>',
        "<form><form></form></form>",
        "<button><button>twice</button></button>",
        "<h2>another</h3>",
        "<table>text<tbody><tr><td>x</td></tr></tbody></table>",
        "<table><tbody><tr><b>x</b></tr></tbody></table>",
        "<table><tr><td>x</td></tr></table>",
        '<table><tbody><tr><input type="hidden" name="x"></tr></tbody></table>',
        "<td>no table</td>",
        "<body>again",
        "<title>late</title></body></html><p>behind the end</p>",
        "<div/>closed at once",
        "</br>",
        '<p class="a" class="b">twice</p>',
        '<p class="a"id="b">no space</p>',
        "<p class=a=b>no quotes</p>",
        '<p class="open>x</p>',
        "<p>one < two</p>",
        "<p>&ampersand</p>",
        "<p>&nosuch;</p>",
        "<p>&#0;</p>",
        "<p>\0</p>",
        "<!-- open",
        "<?php go() ?>",
        "<![CDATA[x]]>",
    ],
)
def test_what_a_browser_would_put_right_is_a_failure(broken: str) -> None:
    """In the body of a page that is valid without it."""
    assert read(PAGE.format("")).tag == "html"
    with pytest.raises(AssertionError):
        read(PAGE.format(broken))


@pytest.mark.parametrize("start", ["", '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN">', "<!DOCTYPE xml>"])
def test_a_page_says_at_its_beginning_what_it_is(start: str) -> None:
    """Otherwise browsers lay it out as they did thirty years ago."""
    with pytest.raises(AssertionError):
        read(PAGE.format("").replace("<!DOCTYPE html>", start))
