"""Every page of a well-used installation in Dutch, whose words are longer; on a telephone, at night."""

from collections.abc import Callable
from typing import Final

import pytest

from tests.browser.sweep import Eyes, Sweep
from tests.promises.scenario.installation import Installation
from tests.promises.scenario.places import addresses

EYES: Final = Eyes(width=390, dark=True, language="nl")


@pytest.mark.slow
def test_every_page(sweep: Callable[[Eyes], Sweep], scene: tuple[Installation, str]) -> None:
    """At four widths and in both colours: nothing overlaps, is cut off or out of reach, and axe has nothing to say."""
    look = sweep(EYES)
    look.sign_in("noor")
    for name, path in addresses(scene[0]).items():
        look.open(path, status=404 if name == "not-found" else 200)
        look.look(name, status=404 if name == "not-found" else 200)
    look.finish()
