"""How a letter on a page marks what it lacks."""

from incident.web.letters import body_of_page


def test_what_a_letter_lacks_is_marked_and_nothing_else() -> None:
    """A mark that nobody closed marks nothing, so that no tag is swallowed."""
    page = "<body><p>Bel [nog invullen: telefoon] of [fyll i</p><p>meer</p></body>"
    assert body_of_page(page) == "<p>Bel <mark>[nog invullen: telefoon]</mark> of [fyll i</p><p>meer</p>"
