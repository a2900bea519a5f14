"""What a library imports only because it is installed, and what it does here without."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def as_if_absent(*names: str) -> Iterator[None]:
    """While something is imported, these modules are as if nobody had installed them; what is loaded already stays."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


__all__ = ["as_if_absent"]
