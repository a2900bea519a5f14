"""Every page of a well-used installation in German, the third language; whose words are the longest."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.browser.sweep import Eyes, Sweep
from tests.promises.scenario.installation import Installation
from tests.promises.scenario.places import addresses

EYES: Final = Eyes(width=390, dark=False, language="de")


@pytest.mark.slow
def test_every_page(sweep: Callable[[Eyes], Sweep], scene: tuple[Installation, str]) -> None:
    """At four widths nothing overlaps, is cut off or out of reach. Colours and axe are no matter of language."""
    look = sweep(EYES)
    look.sign_in("noor")
    for name, path in addresses(scene[0]).items():
        look.open(path, status=404 if name == "not-found" else 200)
        look.measure(name)
    look.finish()
