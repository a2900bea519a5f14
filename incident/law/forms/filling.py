"""GDPR art. 33(3): walk through a catalogue and fill each question from the facts, whatever form it is.

A form contributes a *filler* per question: a pure function from the case to a ``Draft``. This module decides what is
shown, turns choices into official texts, and calls an answer recorded, derived, unknown or missing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from incident.law.facts import FREE_TEXTS, BreachFacts
from incident.law.forms.answers import (
    FilledAnswer,
    FilledChapter,
    FilledForm,
    HiddenQuestion,
    Origin,
    QuestionKind,
    UnreproducedQuestion,
    Value,
)
from incident.law.forms.case import NOTHING, Case, Draft, Filler, expected_on
from incident.law.forms.catalogue import Catalogue, CatalogueChapter, Gap, Option, Question
from incident.law.forms.conditions import Given, reason
from incident.law.forms.filing import FilingContext, FilingOrganisation
from incident.law.forms.notation import day_in_words, listing, local_day, moment, moment_in_words, number, sentences
from incident.law.forms.timeline import discovery
from incident.law.forms.whose import exact_subjects
from incident.law.proposals import Proposal
from incident.law.vocabulary import Informed

_SETTLED: Final = frozenset(
    {
        "police_only",
        "levels_between",
        "end_before_recovery",
        "end_while_away",
        "end_while_online",
        "as_people_unsaid",
        "day_to_come",
        "day_to_come_unobliged",
        "goes_on_recovered",
        "later_day",
        "nameless",
        "other_role",
        "secrecy",
        "system_of_others",
        "of_all",
        "of_all_words",
    }
)
"""Notes of answers that somebody looks at, and that are complete as they are."""

_OF_THE_OTHER: Final = frozenset({"as_people", "level_by_risk"})
"""Notes of answers that rest on what the form of the own authority asks itself, so that any approval of it holds."""

_OPEN: Final = {
    "end_open": "open_end",
    "still_away": "open_away",
    "online_open": "open_online",
    "outcome_open": "open_outcome",
}
"""What an answer says that is not known yet, and the name of what that is."""

_DUTIES: Final = frozenset({"customers_untold", "without_delay", "no_day"})
"""Notes of answers that the law asks to act on, whatever the form says (art. 33(2), 34(1))."""


@dataclass(slots=True)
class _Walk:
    """The state of one walk through a form: what was answered so far decides what is shown next."""

    due: Mapping[str, str]
    """What the reasons of hidden questions name: when the filing would be late."""
    chosen: dict[str, Value] = field(default_factory=dict)
    hidden: list[HiddenQuestion] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Filling:
    """One filling: the facts, the organisation and the filing, over a catalogue with its fillers."""

    catalogue: Catalogue
    fillers: Mapping[str, Filler]
    facts: BreachFacts
    organisation: FilingOrganisation
    context: FilingContext
    situation: frozenset[str]
    language: str
    asked_from: datetime | None = None
    """After which instant the form asks a first notification why it is late; None where nothing tells."""

    def form(self) -> FilledForm:
        """Fill every question."""
        walk = _Walk({"due": moment(self.asked_from)} if self.asked_from else {})
        chapters = tuple(self._chapter(chapter, walk) for chapter in self.catalogue.chapters)
        due_at = self.context.due_at if self.context.kind.is_first else None
        form = FilledForm(
            catalogue=self.catalogue.id,
            language=self.catalogue.language,
            chapters=tuple(chapter for chapter in chapters if chapter.answers),
            hidden=tuple(walk.hidden),
            unreproduced=tuple(self._gaps()),
            due_at=due_at,
            voluntary=self._voluntary(due_at),
        )
        on = expected_on(self.facts, self.context)
        if on is None:
            return replace(form, expected=self._later("ask_expected", form, form.undated))
        return replace(form, to_follow=self._later("send_when_known", form, form.awaited, on))

    def _later(self, phrase: str, form: FilledForm, numbers: tuple[str, ...], on: date | None = None) -> str:
        """GDPR art. 33(4): what is done about answers that are open, such as that they follow by a day."""
        if not numbers or phrase not in self.catalogue.phrases:
            return ""
        day = "" if on is None else day_in_words(on, self.catalogue.language)
        named = listing([self._open(form, number) for number in numbers], self.catalogue.phrases["and"])
        return self.catalogue.phrases[phrase] % {"numbers": named, "day": day}

    def _open(self, form: FilledForm, number: str) -> str:
        """The number of an open answer, with what is open in it where the form has a name for that."""
        text, phrases = "\n".join(one.text for one in form.answers if one.number == number), self.catalogue.phrases
        named = [phrases[name] for said, name in _OPEN.items() if name in phrases and phrases[said] in text]
        return f"{number} ({listing(named, phrases['and'])})" if named else number

    def _voluntary(self, due_at: datetime | None) -> str:
        """GDPR art. 33(1): that a filing with a deadline is no duty, and until when it is one if a risk turns up."""
        if due_at is None or not self.context.voluntary:
            return ""
        return self.catalogue.phrases.get("voluntary", "") % {"due": moment_in_words(due_at, self.catalogue.language)}

    def _chapter(self, chapter: CatalogueChapter, walk: _Walk) -> FilledChapter:
        answers = (self._visit(question, walk) for question in chapter.questions)
        return FilledChapter(chapter.number, chapter.title, tuple(answer for answer in answers if answer))

    def _visit(self, question: Question, walk: _Walk) -> FilledAnswer | None:
        given = Given(walk.chosen, self.situation)
        if not question.visible.holds(given):
            walk.hidden.append(self._hidden(question, given, walk.due))
            return None
        case = self._case(question)
        required = question.required.holds(given)
        draft = self._settled(case, self.fillers[question.key](case), required=required)
        walk.chosen[question.key] = draft.options or draft.value
        return self._answer(question, draft, required=required)

    def _case(self, question: Question) -> Case:
        return Case(self.facts, self.organisation, self.context, self.catalogue, question, self.situation)

    def _hidden(self, question: Question, given: Given, due: Mapping[str, str]) -> HiddenQuestion:
        """Why a question is not shown; of one that the portal may ask all the same, what the record would answer."""
        why = self.catalogue.note(reason(question.hidden_notes, given), self.language, due)
        draft = NOTHING
        if any(question.key in gap.decides for gap in self.catalogue.gaps):
            draft = self.fillers[question.key](self._case(question))
        text = draft.text or "; ".join(question.option(option).text for option in draft.options)
        holds = self.catalogue.note(draft.note, self.language, draft.said)
        derived = draft.origin is Origin.DERIVED
        return HiddenQuestion(
            question.number, question.text, why, question.part, question.part_label, text, holds, derived
        )

    def _settled(self, case: Case, draft: Draft, *, required: bool) -> Draft:
        """Say of an empty answer whether it is missing or stated unknown, and let "to be determined" stand in."""
        draft = self._without_early_options(case.question, draft)
        if draft.options or draft.text:
            return draft
        origin = Origin.UNKNOWN if case.stated_unknown else draft.origin
        return self._stand_in(case, origin, draft.note, required=required)

    def _without_early_options(self, question: Question, draft: Draft) -> Draft:
        """Options such as "to be determined" may stand only while more will follow (art. 33(4))."""
        if self.context.kind.is_provisional or not draft.options:
            return draft
        allowed = tuple(option for option in draft.options if not question.option(option).while_incomplete)
        return replace(draft, options=allowed) if allowed else Draft(origin=Origin.UNKNOWN, note=draft.note)

    def _stand_in(self, case: Case, origin: Origin, note: str, *, required: bool) -> Draft:
        question = case.question
        option = question.open_option
        if option and self._option_may_stand_in(option, origin):
            return Draft(options=(option.id,), origin=origin, note=note or self._open_note(), awaited=True)
        phrase = self._open_phrase(question, origin) if required else ""
        text = case.awaited(phrase) if phrase and self.context.kind.is_provisional else phrase
        value = text if text and question.kind is QuestionKind.TEXT else None
        dated = text != phrase and "open_until" in self.catalogue.notes
        note = note or ("open_until" if dated else self._open_note() if text else "")
        return Draft(text=text, value=value, origin=origin, note=note, awaited=bool(text))

    def _open_note(self) -> str:
        """A follow-up may leave open what the first notification did, but not unseen."""
        later = not self.context.kind.is_first and "still_open" in self.catalogue.notes
        return "still_open" if later else "open"

    def _option_may_stand_in(self, option: Option, origin: Origin) -> bool:
        said = origin is Origin.UNKNOWN or self.catalogue.stands_in_when_missing
        return said and (self.context.kind.is_provisional or not option.while_incomplete)

    def _open_phrase(self, question: Question, origin: Origin) -> str:
        """What stands in for an answer that cannot be given; empty when the box must stay visibly empty."""
        may_follow = self.context.kind.is_provisional
        if origin is Origin.UNKNOWN:
            return self.catalogue.phrases["to_be_determined" if may_follow else "not_known"]
        stands_in = self.catalogue.stands_in_when_missing and question.kind is QuestionKind.TEXT
        return self.catalogue.phrases["to_be_determined"] if may_follow and stands_in else ""

    def _answer(self, question: Question, draft: Draft, *, required: bool) -> FilledAnswer:
        options = tuple(question.option(option_id) for option_id in draft.options)
        texts = tuple(option.text for option in options)
        if draft.text:
            texts = (draft.text,) * len(texts)
        derived = self._proposal(question, draft)
        of_all = self._of_all(question)
        todo = draft.note if draft.note in self.catalogue.todo else of_all
        typed = tuple(self._typed(question, draft.text))
        own = {
            "number": self._own_people(),
            "words": " ".join(map(_shortened, typed)).removesuffix("."),
        }
        said = {**own, **draft.said} if of_all else draft.said
        return FilledAnswer(
            number=question.number,
            part=question.part,
            part_label=question.part_label,
            question=question.text,
            kind=question.kind,
            origin=Origin.DERIVED if derived else draft.origin,
            required=required,
            options=texts,
            text=draft.text or "\n".join(texts),
            value=_value(question, tuple(option.letter for option in options), draft),
            fields=question.fields,
            note=derived.why(self.language) if derived else self._noted(question, draft, said),
            todo="" if derived else self.catalogue.left(todo, self.language, said),
            awaited=draft.awaited,
            settled=draft.note in _SETTLED or todo in _SETTLED,
            confirmed="" if derived else self._confirmed(question, todo or draft.note, said),
            confirms=() if (todo or draft.note) in _OF_THE_OTHER else self._confirms(question, draft.text, todo),
            duty=bool(todo) and ("informed" in question.fields or draft.note in _DUTIES),
            citation=question.citation,
            typed=typed,
        )

    def _noted(self, question: Question, draft: Draft, said: Mapping[str, str]) -> str:
        """What is said of an answer, and of one that is missing what may already be on record elsewhere."""
        asks = f"look_for_{question.key}"
        more = asks if draft.origin is Origin.MISSING and asks in self.catalogue.notes else ""
        return " ".join(filter(None, (self.catalogue.note(one, self.language, said) for one in (draft.note, more))))

    def _confirmed(self, question: Question, todo: str, said: Mapping[str, str]) -> str:
        """What whoever approves confirms of what is to be looked at or was noted; nothing where the answer itself says
        that it may rest on others' people.
        """
        assessed = question.key in self.context.counting.of_all and not self.facts.severity_note.strip()
        if assessed and _weighed(question) == ("severity",):
            return ""
        confirmed = f"confirmed_{todo}"
        return self.catalogue.note(confirmed, self.language, said) if confirmed in self.catalogue.notes else ""

    def _own_people(self) -> str:
        """The number of one's own people, in brackets, where the record tells it."""
        own = exact_subjects(self.facts) if self.context.counting.apart else None
        return "" if own is None else f" ({number(own, self.language)})"

    def _confirms(self, question: Question, text: str, todo: str) -> tuple[str, ...]:
        """The fields behind an answer; of somebody's words those alone."""
        if todo != "of_all_words":
            return _weighed(question)
        words = ((name, getattr(self.facts, name)) for name in question.fields if name in FREE_TEXTS)
        return tuple(name for name, own in words if own.strip() and _stands_in(own, text))

    def _of_all(self, question: Question) -> str:
        """GDPR art. 33(1): what to look at in an answer that the record has for all people together: where they live,
        what somebody wrote of them, or what somebody chose, also with the words beside a choice.
        """
        if question.key not in self.context.counting.of_all:
            return ""
        if not {"cross_border", "countries"}.isdisjoint(question.fields):
            return "of_all_where"
        beside = question.part and question.number in self.context.counting.of_all
        return "of_all_words" if question.kind is QuestionKind.TEXT and not beside else "of_all"

    def _typed(self, question: Question, text: str) -> Iterator[str]:
        """The parts of an answer that somebody wrote, as they were written."""
        for name in question.fields:
            own = str(getattr(self.facts, name)).strip() if name in FREE_TEXTS else ""
            if own and _stands_in(own, text):
                yield own

    def _proposal(self, question: Question, draft: Draft) -> Proposal | None:
        """The proposal that gave this answer, so that a person checks it before copying."""
        given = draft.origin not in (Origin.MISSING, Origin.UNKNOWN) and (draft.options or draft.text)
        return next((one for one in self.context.proposed if given and one.name in question.fields), None)

    def _gaps(self) -> Iterable[UnreproducedQuestion]:
        for gap in self.catalogue.gaps:
            yield UnreproducedQuestion(gap.number, self._remark(gap), gap.fields, gap.decides)

    def _remark(self, gap: Gap) -> str:
        """What to keep at hand: with the moment on record, and the end of the hours that the form counts from it for
        a first notification.
        """
        known = getattr(self.facts, gap.fields[0]) if gap.fields else None
        if gap.fields[:1] == ("discovered_at",):
            known = discovery(self.facts)[0]
        if isinstance(known, datetime):
            return self._of_moment(gap, known)
        if isinstance(known, date):
            again = self.context.told_again_at
            days = (known,) if again is None else (known, local_day(again))
            told = listing([day_in_words(one, self.language) for one in days], self.catalogue.phrases["and"])
            return gap.remark_known[self.language] % {"at": told}
        untold = self.facts.informed in {Informed.NOT_HIGH_RISK, Informed.EXCEPTION}
        return (gap.remark_untold if untold else gap.remark)[self.language]

    def _of_moment(self, gap: Gap, known: datetime) -> str:
        """Until when a first notification is in time, or that it was."""
        until, filed = known + timedelta(hours=self.catalogue.late_after_hours), self.facts.first_notified_at
        moments = {"at": known, "until": until}
        if self.context.kind.is_first:
            remark = gap.remark_voluntary if self.context.voluntary else gap.remark_known
            return remark[self.language] % self._in_words(moments)
        if isinstance(filed, datetime) and filed <= until:
            return gap.remark_filed[self.language] % self._in_words({"at": known, "filed": filed})
        return gap.remark[self.language]

    def _in_words(self, moments: Mapping[str, datetime]) -> dict[str, str]:
        return {name: moment_in_words(at, self.language) for name, at in moments.items()}


def _stands_in(own: str, text: str) -> bool:
    """Whether an answer holds what somebody wrote, in one piece or by its sentences."""
    return own.strip() in text or all(one in text for line in own.split("\n") for one in sentences(line))


def _weighed(question: Question) -> tuple[str, ...]:
    """The fields of an answer; the risk is no field of the facts, and is weighed with the severity."""
    return question.fields or ("severity",)


def _shortened(text: str) -> str:
    """A text by its first words, enough to find it."""
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED].rsplit(' ', 1)[0]} …"


_QUOTED: Final = 80


def _value(question: Question, letters: tuple[str, ...], draft: Draft) -> Value:
    if question.kind is QuestionKind.MULTI:
        return tuple(dict.fromkeys(letters)) or None
    return letters[0] if letters else draft.value
