"""Every setting is in .env.example, and everything in .env.example is a setting."""

from pathlib import Path

import yaml

from incident.platform.environment import read_env_file
from incident.platform.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
STABLE = {
    "PORT",
    "DATA_DIR",
    "DATABASE_URL",
    "BLOB_URL",
    "BASE_URL",
    "SECRET_KEY",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_APP_TOKEN",
    "SLACK_API_URL",
    "SLACK_CHANNEL",
    "SMTP_URL",
    "MAIL_FROM",
}


def names_read() -> set[str]:
    """The variables that the settings are read from."""
    return set(Settings.names())


def test_the_example_file_documents_every_setting_and_nothing_else() -> None:
    """A new setting without an explanation fails here."""
    assert set(read_env_file(ROOT / ".env.example")) == names_read()


def test_the_stable_names_are_settings_and_stand_in_the_readme() -> None:
    """Scripts of operators rely on them."""
    assert names_read() >= STABLE
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {name for name in STABLE if f"`{name}`" not in readme} == set()


def test_the_example_file_as_it_is_gives_the_defaults(tmp_path: Path) -> None:
    """Copying it changes nothing."""
    copied = {**read_env_file(ROOT / ".env.example"), "DATA_DIR": str(tmp_path)}
    assert Settings.from_env(copied).model_dump() == Settings.from_env({"DATA_DIR": str(tmp_path)}).model_dump()


def test_workflow_calls_what_developers_call_and_templates_are_forms() -> None:
    """One definition of green; who reports is asked for what we need, and told where faults of security go."""
    folder = ROOT / ".github"
    jobs = yaml.safe_load((folder / "workflows" / "check.yaml").read_text(encoding="utf-8"))["jobs"]
    assert ".ci/run" in [step.get("run") for step in jobs["check"]["steps"]]
    for path in sorted((folder / "ISSUE_TEMPLATE").glob("*.yml")):
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        if path.name == "config.yml":
            assert form["contact_links"][0]["url"].endswith("/security/advisories/new")
            continue
        asked = [field for field in form["body"] if field["type"] != "markdown"]
        assert {"name", "description", "labels"} <= set(form)
        assert all(field["id"] and field["attributes"]["label"] for field in asked)
        assert any(field.get("validations", {}).get("required") for field in asked)
