"""The file `.env`: KEY=VALUE and nothing else, below the real environment."""

import logging
from importlib import import_module
from pathlib import Path

import pytest

from incident.platform import logs
from incident.platform.environment import read_env_file
from incident.platform.problem import SettingsError
from incident.platform.settings import Settings

doctor = import_module("incident.cli.doctor")


def test_values_comments_quotes_and_blank_lines(tmp_path: Path) -> None:
    """What people write into such a file; nothing is expanded."""
    file = tmp_path / ".env"
    file.write_text("# comment\n\nPORT=9000\nMAIL_FROM='a b@example.org'\nX=\"$HOME=1\"\nEMPTY=\nQ=it's # fine\n")
    expected = {"PORT": "9000", "MAIL_FROM": "a b@example.org", "X": "$HOME=1", "EMPTY": "", "Q": "it's # fine"}
    assert read_env_file(file) == expected


def test_a_file_that_is_not_there_is_empty(tmp_path: Path) -> None:
    """The file is optional."""
    assert read_env_file(tmp_path / ".env") == {}


@pytest.mark.parametrize("line", ["PORT 9000", "export PORT=9000", "=9000", "9PORT=1", "PORT = 9000", "<<<<<<< HEAD"])
def test_a_broken_line_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    """One sentence, without the content: the line may hold a secret."""
    file = tmp_path / ".env"
    file.write_text(f"# first\n{line}\n")
    with pytest.raises(SettingsError, match=r"^Line 2 of .*\.env is not KEY=VALUE: correct it or remove it\.$"):
        read_env_file(file)


@pytest.mark.parametrize("value", ["'open", '"', "\"mixed'"])
def test_a_quote_that_stays_open_is_named(tmp_path: Path, value: str) -> None:
    """Otherwise half a password is used."""
    file = tmp_path / ".env"
    file.write_text(f"SMTP_URL={value}\n")
    with pytest.raises(SettingsError, match=r"Line 1 of .* opens a quote for SMTP_URL"):
        read_env_file(file)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    """A picture, or UTF-16 from Notepad."""
    (tmp_path / ".env").write_bytes("PORT=9000".encode("utf-16"))
    with pytest.raises(SettingsError, match="cannot be read as UTF-8"):
        read_env_file(tmp_path / ".env")


def test_the_real_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set for one start is not silently replaced by the file."""
    (tmp_path / ".env").write_text(f"PORT=9000\nWEB_THREADS=3\nDATA_DIR={tmp_path / 'data'}\n")
    monkeypatch.setenv("PORT", "9001")
    for name in ("WEB_THREADS", "DATA_DIR", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    settings = Settings.load(tmp_path)
    assert (settings.port, settings.web_threads) == (9001, 3)


def test_an_unknown_name_is_told_with_the_nearest_known_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip of the pen must not leave the house without mail; the names of secrets' files are known."""
    (tmp_path / ".env").write_text("SMTP_ULR=smtp://x\nQ=1\nSECRET_KEY_FILE=\nPORT=\n")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    assert Settings.load(tmp_path).unknown == {"SMTP_ULR": "SMTP_URL", "Q": ""}


def test_start_and_doctor_name_what_nobody_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the operator looks: the first lines of the log, and the doctor's first finding."""
    (tmp_path / ".env").write_text("SMTP_ULR=smtp://x\n")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    settings = Settings.load(tmp_path)
    before = logging.getLogger().handlers[:]
    logs.configure(settings, "web")
    logging.getLogger().handlers[:] = before
    assert "SMTP_ULR" in (said := capsys.readouterr().err)
    assert "SMTP_URL" in said
    finding = doctor._settings(settings)
    assert (finding.state, "SMTP_ULR (SMTP_URL?)" in finding.sentence) == ("warn", True)
