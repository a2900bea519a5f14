"""The commonest breaches with what is usual for each, and everything that is proposed for one incident at once."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from incident.domain.data_words import kinds_reported
from incident.domain.fact_sheet import from_json
from incident.domain.organisation import NOBODY_YET, OrganisationProfile
from incident.domain.playbooks import Playbook, find_playbook
from incident.domain.profile_answers import ABOUT_DATA, profile_answers
from incident.domain.report_words import answers_from_words
from incident.law.facts import BreachFacts, FactValue
from incident.law.proposals import proposals
from incident.law.questions import Kind, question
from incident.law.sources import Table
from incident.law.vocabulary import DataCategory, IncidentKind
from incident.law.words import named_kinds, says

FILE: Final = Path(__file__).resolve().parent.parent / "playbooks" / "presets.toml"


@dataclass(frozen=True, slots=True)
class Preset:
    """One of the commonest breaches: its usual answers by field, its checklist and one measure.

    ``kind`` is None where a preset says who told of a breach and not what happened.
    """

    id: str
    kind: IncidentKind | None
    signs: re.Pattern[str] | None
    playbook: Playbook
    titles: Mapping[str, str]
    measures: Mapping[str, str]
    answers: Mapping[str, FactValue]

    def title(self, language: str) -> str:
        """Its name in a language of the pages, or in English for every other."""
        return self.titles.get(language, self.titles["en"])

    def measure(self, language: str) -> str:
        """What keeps it from happening again, in a language of the pages, or in English for every other."""
        return self.measures.get(language, self.measures["en"])

    def named_in(self, text: str, kinds: tuple[IncidentKind, ...]) -> bool:
        """Whether a report that names these kinds speaks of this breach."""
        named = self.kind is None or self.kind in kinds
        return named and (self.signs is None or says(self.signs, text))


@cache
def presets() -> tuple[Preset, ...]:
    """All presets, the more particular of two for the same kind first."""
    return tuple(_preset(entry) for entry in tomllib.loads(FILE.read_text(encoding="utf-8"))["presets"])


def _preset(entry: Table) -> Preset:
    kind = IncidentKind(entry["kind"]) if "kind" in entry else None
    stated = from_json({**entry["answers"], **({"kinds": [kind.value]} if kind else {})})
    playbook = find_playbook(entry["playbook"])
    assert playbook is not None, entry["playbook"]
    return Preset(
        entry["id"],
        kind,
        re.compile("|".join(entry["signs"]), re.IGNORECASE) if "signs" in entry else None,
        playbook,
        entry["title"],
        entry["measure"],
        {name: getattr(stated, name) for name in (*entry["answers"], *(["kinds"] if kind else []))},
    )


def find_preset(preset_id: str) -> Preset | None:
    """The preset with this id, or None."""
    return next((one for one in presets() if one.id == preset_id), None)


def suggested(facts: BreachFacts) -> tuple[Preset, ...]:
    """The presets of which the recorded kind or the words of the report speak."""
    text = words_of(facts)
    kinds = facts.kinds or named_kinds(text)
    return tuple(one for one in presets() if one.named_in(text, kinds))


def words_of(facts: BreachFacts) -> str:
    """What people wrote about the incident; a description that begins as the summary is not read twice."""
    return facts.description if facts.description.startswith(facts.summary) else f"{facts.summary}\n{facts.description}"


class Because(StrEnum):
    """From what a proposed answer comes."""

    WORDS = "words"
    USUAL = "usual"
    PROFILE = "profile"
    FOLLOWS = "follows"


@dataclass(frozen=True, slots=True)
class ProposedAnswer:
    """One answer that a person may accept; ``name`` is the field of the fact sheet."""

    name: str
    value: FactValue
    because: Because

    @property
    def sure(self) -> bool:
        """Whether it stands ticked: what a system lost and what will be done is for a person to say."""
        return self.name != "measures_prevent" and (self.because is not Because.PROFILE or self.name not in ABOUT_DATA)


def proposed_answers(
    preset: Preset | None,
    facts: BreachFacts,
    reported_at: datetime,
    profile: OrganisationProfile = NOBODY_YET,
    language: str = "nl",
) -> tuple[ProposedAnswer, ...]:
    """What the words say, what is usual, what the profile says of the systems named, and what follows from all three.

    Only where nobody has answered. ``language`` is that of the texts a person would otherwise type.
    """
    found: dict[str, ProposedAnswer] = {}
    told = (ProposedAnswer(*one, Because.PROFILE) for one in profile_answers(profile, facts, language))
    for one in (*_found(preset, facts, reported_at), *told):
        if _open(one.name, facts) and one.name not in found and one.value != question(one.name).nothing:
            found[one.name] = one
    after = replace(facts, **{one.name: one.value for one in found.values() if one.sure})
    follow = (ProposedAnswer(one.name, one.value, Because.FOLLOWS) for one in proposals(after))
    return (*found.values(), *(one for one in follow if one.name not in found))


def _found(preset: Preset | None, facts: BreachFacts, reported_at: datetime) -> Iterator[ProposedAnswer]:
    text = words_of(facts)
    named = named_kinds(text)
    said = answers_from_words(text, facts, reported_at)
    if (preset is None and len(named) == 1) or (preset is not None and preset.kind in named):
        said["kinds"] = preset.answers["kinds"] if preset else named
    if kinds := kinds_reported(text):
        usual = preset.answers.get("data_categories", ()) if preset else ()
        said["data_categories"] = tuple(kind for kind in DataCategory if kind in (*usual, *kinds))
    for name, value in said.items():
        yield ProposedAnswer(name, value, Because.WORDS)
    for name, value in (preset.answers if preset else {}).items():
        yield ProposedAnswer(name, value, Because.USUAL)


def _open(name: str, facts: BreachFacts) -> bool:
    """Whether nobody has answered; a remark that is not made says nothing."""
    asked = question(name)
    return not getattr(facts, name) if asked.kind is Kind.FLAG else asked.open(facts)
