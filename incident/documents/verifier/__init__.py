"""The verifier that leaves the house in every dossier: one file for anybody's Python, and what its formats are."""

from importlib.resources import files

VERIFIER = "verify.py"
FORMATS = "FORMAT.md"


def verifier() -> bytes:
    """The verifier's source text."""
    return (files(__name__) / VERIFIER).read_bytes()


def formats() -> bytes:
    """The description of the formats, in English."""
    return (files(__name__) / FORMATS).read_bytes()
