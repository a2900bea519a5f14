"""What the parts in a case are called: one wording for pages, Slack and mails."""

from typing import Final

from incident.domain.kinds import Part
from incident.translations.say import N_, translated

PARTS: Final = {
    Part.DPO: N_("Data protection officer"),
    Part.IT: N_("IT lead"),
    Part.COMMUNICATIONS: N_("Communications"),
}


def part_word(part: Part, language: str) -> str:
    """The part in words; English for a language we do not have."""
    return translated(language, PARTS[part])
