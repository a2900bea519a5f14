"""The pictures of the documentation are all shown, all there, and small enough for a repository."""

import re
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).resolve().parent.parent.parent / "docs"
MOST_BYTES: Final = 4_000_000


def test_the_tour_shows_every_picture() -> None:
    """A picture that nobody sees is old before anybody notices; a hole in the tour is worse."""
    shown = re.findall(r"pictures/([\w-]+\.png)", (DOCS / "tour.md").read_text(encoding="utf-8"))
    kept = [picture.name for picture in (DOCS / "pictures").iterdir()]
    assert sorted(set(shown)) == sorted(kept)
    assert sum(picture.stat().st_size for picture in (DOCS / "pictures").iterdir()) < MOST_BYTES
