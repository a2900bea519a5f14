"""Every template, in every language, says what the law requires, and says nothing it has not been told."""

from dataclasses import replace

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from incident.documents.blocks import Paragraph, plain
from incident.documents.drafting import draft
from incident.documents.markdown import parse
from incident.documents.notice_facts import NoticeFacts
from incident.documents.teller import Value
from incident.documents.templates import NoticeTemplate, all_templates, find_template, template_from
from incident.domain.kernel.errors import NotFound
from incident.domain.languages import gaps
from incident.law.content import When, required_content
from incident.law.facts import BreachFacts
from tests.documents.cases import CASE, FACTS, LANGUAGES, ORGANISATION, facts_in

TEMPLATES = all_templates()
WANTED = {
    **dict.fromkeys(
        ((one, "initial") for one in ("subjects", "public", "controller", "staff", "police", "insurer", "press")),
        LANGUAGES,
    ),
    ("subjects", "follow_up"): LANGUAGES,
}


def _path(template: NoticeTemplate) -> str:
    return template.path


each_template = pytest.mark.parametrize("template", TEMPLATES, ids=_path)


def test_there_is_a_text_for_every_addressee_and_language() -> None:
    """The set is complete, and nothing lies about that nobody can choose."""
    assert {found.path for found in TEMPLATES} == {
        f"{a}/{k}/{code}" for (a, k), codes in WANTED.items() for code in codes
    }


@each_template
def test_every_required_item_is_declared(template: NoticeTemplate) -> None:
    """Derived from the law: each item that is always owed has its values in this template."""
    owed = {item.id for item in required_content(template.obligation) if item.when is When.ALWAYS}
    assert owed <= set(template.covers)
    assert template.obligation or template.addressee in {"staff", "police", "insurer", "press"}


@each_template
def test_every_declared_value_really_stands_in_the_text(template: NoticeTemplate) -> None:
    """A declaration alone proves nothing: a mark given as the value must come out in the body."""
    for names in template.covers.values():
        for name in names:
            facts = facts_in(template.language)
            mark = f"Sentinel{name.replace('_', '')}"
            was = facts.values[name]
            value: Value = (mark,) if isinstance(was, tuple) else mark
            marked = NoticeFacts(facts.language, {**facts.values, name: value})
            assert mark in draft(template, marked).body_markdown, name


@each_template
def test_a_complete_case_leaves_no_gap(template: NoticeTemplate) -> None:
    """With all facts known nothing is missing, no mark and no template code is left, and the ref names the file."""
    made = draft(template, facts_in(template.language))
    assert (made.missing, gaps(made.body_markdown)) == ((), ())
    assert not any(code in made.body_markdown + made.title for code in ("{{", "}}", "{%", "None", "Gap(", "..\n"))
    assert made.template_ref == f"{template.path}@{template.sha256[:16]}"


@each_template
def test_an_empty_case_still_makes_a_draft_that_names_what_is_missing(template: NoticeTemplate) -> None:
    """A draft may always be incomplete: every required value that is not there is marked and listed."""
    bare = replace(ORGANISATION, dpo_name="", dpo_email="", dpo_phone="", kvk="", street="", postcode="", city="")
    facts = facts_in(template.language, BreachFacts(), bare, replace(CASE, recipient=""))
    made = draft(template, facts)
    assert {"contact_name", "contact_email"} <= set(made.missing)
    assert len(gaps(made.body_markdown)) >= 2
    assert set(template.requires) - set(made.missing) == {name for name in template.requires if name in facts.provided}


@each_template
def test_the_same_facts_give_the_same_text(template: NoticeTemplate) -> None:
    """The hash that is approved does not depend on when or how often a text is made."""
    assert draft(template, facts_in(template.language)) == draft(template, facts_in(template.language))


def test_kinds_and_languages_without_their_own_text_fall_back() -> None:
    """A provisional letter uses the first text, a final one the follow-up, an unknown language English."""
    assert find_template("subjects", "provisional", "sv").path == "subjects/initial/sv"
    assert find_template("subjects", "final", "de").path == "subjects/follow_up/de"
    assert find_template("press", "follow_up", "it").path == "press/initial/en"
    with pytest.raises(NotFound):
        find_template("king", "initial", "nl")


HEAD = '+++\ntitle = "T"\nlegal_basis = "x"\nobligation = ""\nrequires = []\n[covers]\n+++\n'


@pytest.mark.parametrize(
    "code",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ data.append(1) }}",
        "{{ data.__getattribute__('x') }}",
        "{{ happened|attr('__class__') }}",
    ],
)
def test_templates_run_in_a_sandbox(code: str) -> None:
    """Nothing of Python is within reach of a template, and nothing can be changed from within."""
    template = template_from(HEAD + code, "a", "b", "nl")
    with pytest.raises((SecurityError, UndefinedError)):
        draft(template, facts_in("nl"))


def test_a_name_that_does_not_exist_is_an_error() -> None:
    """A typing error in a template can never print an empty place."""
    with pytest.raises(UndefinedError, match="contact_nmae"):
        draft(template_from(HEAD + "{{ contact_nmae }}", "a", "b", "nl"), facts_in("nl"))


def test_a_template_without_a_head_is_refused() -> None:
    """The head says what the text covers; without it nobody could check."""
    with pytest.raises(ValueError, match="head"):
        template_from("Hallo", "a", "b", "nl")


def test_a_name_is_never_markup() -> None:
    """A contact or customer called in Markdown or HTML prints as exactly that."""
    name = "**Jan** <b>[x](https://evil.example) `y` | z"
    values = {**facts_in("nl").values, "contact_name": name, "customer": name}
    made = draft(find_template("controller", "initial", "nl"), NoticeFacts("nl", values))
    shown = [plain(block.runs) for block in parse(made.body_markdown) if isinstance(block, Paragraph)]
    assert shown[0] == f"Aan {name}"
    assert not any(
        run.link for block in parse(made.body_markdown) if isinstance(block, Paragraph) for run in block.runs
    )


def test_facts_are_text_and_never_template_code() -> None:
    """Braces in a fact are printed, not run."""
    told = replace(FACTS, measures_taken="{{ 7*7 }} {% raw %} ((greeting)) en dat is het.")
    made = draft(find_template("subjects", "initial", "nl"), facts_in("nl", told))
    assert "{{ 7\\*7 }} {% raw %} \\(\\(greeting))" in made.body_markdown
    assert made.body_markdown.count("((greeting))") == 1
