"""GDPR art. 12(1): the questions of the assessment in words, in Dutch and in English.

Pages, the command line and the JSON Schema take their words from here. ``kind`` is ``answers`` for the fields of
``RiskAnswers`` and ``item`` for those of ``DataItem``.
"""

from collections.abc import Mapping

from incident.law.texts import texts


def question(name: str, language: str, kind: str = "answers") -> str:
    """GDPR art. 12(1): the question that one field asks; raises ``KeyError`` for an unknown field or language."""
    return texts()[f"risk.question.{kind}.{name}"][language]


def options(name: str, language: str, kind: str = "answers") -> Mapping[str, str]:
    """GDPR art. 12(1): what each answer means, by answer, in the order of the closed list; empty for a number."""
    prefix = f"risk.question.{kind}.{name}="
    return {key.removeprefix(prefix): text[language] for key, text in texts().items() if key.startswith(prefix)}


def labels(name: str, language: str, kind: str = "answers") -> list[tuple[str, str]]:
    """GDPR art. 12(1): the same as choices to show, each with its answer."""
    told = options(name, language, kind).items()
    return [(answer, text[0].upper() + text[1:].rstrip(".")) for answer, text in told]


def description(name: str, kind: str) -> str:
    """GDPR art. 12(1): the question and the meaning of its answers in one English text, for the schema."""
    told = [f"{answer}: {meaning}" for answer, meaning in options(name, "en", kind).items()]
    return " ".join([question(name, "en", kind), *told])
