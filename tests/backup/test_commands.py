"""From the command line: back up one installation, bring it into another, and be told what differs."""

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from incident.cli import main


def test_an_installation_is_saved_checked_and_brought_back_by_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the copied key and without anything else of the first place; nobody else can read what any command wrote."""
    monkeypatch.chdir(tmp_path)
    before = os.umask(0o022)
    try:
        _round_trip(tmp_path)
    finally:
        os.umask(before)


def _round_trip(folder: Path) -> None:
    def run(*arguments: str, data: str = "data", status: int = 0, **environ: str) -> str:
        os.umask(0o022)
        result = CliRunner(env={"DATA_DIR": str(folder / data), **environ}).invoke(main, arguments)
        assert result.exit_code == status, result.output
        return result.output

    run("db", "upgrade")
    run("incident", "report", "--summary", "A list went to the wrong customer")
    key, kept = folder / "safe" / "key", folder / "kept"
    key.parent.mkdir()
    kept.mkdir()
    run("keys", "copy", str(key))
    assert "left as it is" in run("keys", "copy", str(key), status=1)
    assert "Name a folder" in run("backup", status=2)
    assert "read again and whole" in run("backup", str(kept))
    [archive] = kept.iterdir()
    assert "comes back" in run("backup", "--check", BACKUP_DIR=str(kept))
    assert "another encryption key" in run("restore", str(archive), data="elsewhere", status=1)
    (folder / "elsewhere" / "encryption_key").write_bytes(key.read_bytes())
    assert "are back" in run("restore", str(archive), data="elsewhere")
    assert "empty one only" in run("restore", str(archive), data="elsewhere", status=1)
    assert run("incident", "list", "--json", data="elsewhere") == run("incident", "list", "--json")
    archive.write_bytes(archive.read_bytes()[:-1])
    assert "cut off" in run("backup", "--check", str(archive), status=1)
    whole = [path for place in ("data", "elsewhere", "kept") for path in (folder / place).rglob("*")]
    assert [path for path in whole if stat.S_IMODE(path.stat().st_mode) & 0o077] == []
    assert {"meldklok.sqlite3", "encryption_key"} <= {path.name for path in whole}
