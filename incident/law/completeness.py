"""GDPR art. 33(3), 33(4), 34(2): what of the required content the facts already give, and what to ask next."""

from dataclasses import dataclass
from enum import StrEnum

from incident.law.content import ContentItem, When, required_content
from incident.law.facts import BreachFacts
from incident.law.forms.filing import FilingOrganisation
from incident.law.labels import field_label
from incident.law.questions import is_known, stated_unknown
from incident.law.texts import sentence
from incident.law.vocabulary import Informed


class State(StrEnum):
    """How far an item is: said, said to be not known yet (art. 33(4)), or missing."""

    PRESENT = "present"
    STATED_UNKNOWN = "stated_unknown"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ItemState:
    """One item with its state; ``open_fields`` are the facts that would settle it."""

    item: ContentItem
    state: State
    open_fields: tuple[str, ...]

    def questions(self, language: str) -> tuple[str, ...]:
        """The questions to ask in plain words, one for each group that is open."""
        return tuple(field_label(name, language).ask for name in self.open_fields)

    def words(self, language: str) -> str:
        """The item as a sentence with its citation."""
        text_id = "content.follows" if self.state is State.STATED_UNKNOWN else "content.missing"
        item = sentence(self.item.text_id, (), language)
        if self.state is State.PRESENT:
            return f"{item} ({self.item.citation})"
        return f"{sentence(text_id, [('item', item)], language)} ({self.item.citation})"


@dataclass(frozen=True, slots=True)
class Completeness:
    """The state of every item of one duty."""

    items: tuple[ItemState, ...]

    @property
    def missing(self) -> tuple[ItemState, ...]:
        """What nobody has said anything about."""
        return tuple(item for item in self.items if item.state is State.MISSING)


def completeness(
    obligation_kind: str, facts: BreachFacts, organisation: FilingOrganisation, *, late: bool = False
) -> Completeness:
    """GDPR art. 33(3), 33(5), 34(2), 33(2): how complete the facts are for one duty; ``late`` asks for the reasons."""
    circumstances = {When.ALWAYS}
    if late:
        circumstances.add(When.LATE)
    if facts.informed is Informed.EXCEPTION:
        circumstances.add(When.EXCEPTION)
    items = (item for item in required_content(obligation_kind) if item.when in circumstances)
    return Completeness(tuple(_state(item, facts, organisation) for item in items))


def _state(item: ContentItem, facts: BreachFacts, organisation: FilingOrganisation) -> ItemState:
    open_groups = [group for group in item.needs if not _answered(group, facts, organisation)]
    if not open_groups:
        return ItemState(item, State.PRESENT, ())
    stated = all(set(group) & set(stated_unknown(facts)) for group in open_groups)
    asked = tuple(next(name for name in group if not name.startswith("@")) for group in open_groups)
    return ItemState(item, State.STATED_UNKNOWN if stated else State.MISSING, asked)


def _answered(group: tuple[str, ...], facts: BreachFacts, organisation: FilingOrganisation) -> bool:
    return any(
        is_known(getattr(organisation, name[1:]) if name.startswith("@") else getattr(facts, name)) for name in group
    )
