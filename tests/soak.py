"""How often what only chance finds is tried: in every run as often as finds the faults that were put in to see it; by
``make soak`` far more often."""

import os

LONG = os.environ.get("SOAK") == "1"


def often(usual: int, soak: int) -> int:
    """The number of this run."""
    return soak if LONG else usual


__all__ = ["often"]
