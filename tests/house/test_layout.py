"""The plan of the house is the house: the layout in docs/architecture.md names every folder that holds code."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYOUT = re.compile(r"^((?:incident|bot)/[\w/]*)\s{2,}\S", re.MULTILINE)
ELSEWHERE = {"incident", "incident/usecases", "incident/migrations", "incident/migrations/versions"}
"""Named in the text below the list, or only the sum of what stands in it."""


def folders_in_the_plan() -> list[str]:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text[text.index("## 2. Layout") : text.index("## 3.")]
    return [found.rstrip("/") for found in LAYOUT.findall(section)]


def folders_with_code() -> set[str]:
    modules = [path for top in ("incident", "bot") for path in (ROOT / top).rglob("*.py")]
    return {path.parent.relative_to(ROOT).as_posix() for path in modules}


def test_the_plan_names_every_folder_that_holds_code_and_no_other() -> None:
    """Whoever adds, moves or removes a folder changes the plan in the same commit."""
    assert set(folders_in_the_plan()) == folders_with_code() - ELSEWHERE


def test_the_plan_names_each_folder_once() -> None:
    """A list with doubles would hide a missing line."""
    plan = folders_in_the_plan()
    assert len(plan) == len(set(plan))
