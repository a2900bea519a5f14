"""The verifier that leaves the house in every dossier: one file for anybody's Python, its formats and its guide."""

from importlib.resources import files

VERIFIER = "verify.py"
FORMATS = "FORMAT.md"
GUIDE = "VERIFY.txt"


def verifier() -> bytes:
    """The verifier's source text."""
    return (files(__name__) / VERIFIER).read_bytes()


def formats() -> bytes:
    """The description of the formats, in English."""
    return (files(__name__) / FORMATS).read_bytes()


def guide(*, reference: str, organisation: str, moment: str) -> bytes:
    """How anybody checks this dossier, in English, Dutch and German."""
    text = (files(__name__) / GUIDE).read_text(encoding="utf-8")
    return text.format(reference=reference, organisation=organisation, moment=moment).encode()
