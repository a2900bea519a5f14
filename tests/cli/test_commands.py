"""The command line: every command explains itself with an example, and a mistake is one sentence on standard error."""

import inspect
import json
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest

from incident.cli import main
from incident.cli._network import answers, port_is_free
from tests.databases import KEY
from tests.forked import command
from tests.ports import free_port

STABLE = ("run", "web", "worker", "bot", "db upgrade", "doctor")


def walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None, f"{' '.join((*path, name))} holds no command of its name"
            yield from walk(child, (*path, name))


COMMANDS = {" ".join(path): command for path, command in walk(main)}


def meldklok(
    *arguments: str, folder: Path, environ: dict[str, str] | None = None, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Run the command in `folder` with nothing in its environment but what is given."""
    root = str(Path(__file__).resolve().parents[2])
    variables = {"PATH": "/usr/bin:/bin", "PYTHONPATH": root, "DATA_DIR": str(folder / "data"), **(environ or {})}
    order = [sys.executable, "-m", "incident", *arguments]
    return subprocess.run(
        order, cwd=folder, env=variables, capture_output=True, text=True, timeout=timeout, check=False
    )


def again(*arguments: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """As above, with all that is said as one text: a fork, for what another call of this file starts as the program."""
    root, said = str(Path(__file__).resolve().parents[2]), folder / "said"
    environ = {"PYTHONPATH": root, "DATA_DIR": str(folder / "data"), **variables}
    process = command(*arguments, environ=environ, said=said)
    process.join(60)
    assert process.exitcode is not None, f"meldklok {' '.join(arguments)} does not end"
    return subprocess.CompletedProcess(arguments, process.exitcode, stdout=said.read_text())


@pytest.mark.parametrize("name", STABLE)
def test_the_stable_commands_are_there(name: str) -> None:
    """Scripts of operators rely on these names."""
    assert name in COMMANDS


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself_with_an_example(name: str) -> None:
    """What it does, and one line that can be copied."""
    text = inspect.cleandoc(COMMANDS[name].help or "")
    assert re.search(r"\x08\nExamples?:\n {2}.*meldklok", text), f"meldklok {name} --help has no example"
    assert text.split("\n\n")[0].endswith("."), f"meldklok {name} --help does not begin with a sentence"


def test_help_and_version_answer_without_any_setting(tmp_path: Path) -> None:
    """A broken configuration must not hide the help."""
    broken = {"PORT": "eighty"}
    for argument in ("--help", "--version"):
        result = meldklok(argument, folder=tmp_path, environ=broken)
        assert (result.returncode, result.stderr) == (0, "")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", [("web",), ("worker",), ("bot",), ("run",), ("db", "upgrade")])
def test_a_wrong_setting_is_one_sentence_and_a_status(command: tuple[str, ...], tmp_path: Path) -> None:
    """No stack trace for a typo."""
    result = meldklok(*command, folder=tmp_path, environ={"PORT": "eighty"})
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.strip() == "Error: PORT must be a whole number from 1 to 65535, not 'eighty'."


def test_a_broken_env_file_is_one_sentence(tmp_path: Path) -> None:
    """With the number of the line."""
    (tmp_path / ".env").write_text("PORT=8000\nthis is not a setting\n")
    result = meldklok("run", folder=tmp_path)
    assert result.returncode == 1
    assert result.stderr.strip() == f"Error: Line 2 of {tmp_path}/.env is not KEY=VALUE: correct it or remove it."


@pytest.mark.parametrize("command", ["run", "web"])
def test_a_port_in_use_is_one_sentence(command: str, tmp_path: Path) -> None:
    """Said before anything is started or migrated."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        result = meldklok(command, folder=tmp_path, environ={"PORT": str(port)})
    sentence = f"Error: Port {port} is in use: stop the program that holds it, or set PORT to another number."
    assert (result.returncode, result.stderr.strip()) == (1, sentence)
    assert not (tmp_path / "data" / "meldklok.sqlite3").exists()


def test_an_unknown_command_is_refused(tmp_path: Path) -> None:
    """With status 2, as for every wrong use."""
    result = meldklok("explode", folder=tmp_path)
    assert result.returncode == 2
    assert "No such command 'explode'" in result.stderr


def test_a_database_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    """Without the password."""
    url = "postgresql://me:hidden@127.0.0.1:1/meldklok"
    environ = {"DATABASE_URL": url, "SECRET_KEY": "k3Vd-92ls_Qmz7Tn4pXy8Bc1Wf6Gh5Rj0a", "ENCRYPTION_KEY": KEY}
    result = meldklok("db", "upgrade", folder=tmp_path, environ=environ)
    assert result.returncode == 1
    assert result.stderr.startswith("Error: The database cannot be used: ")
    assert "hidden" not in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    """On an empty folder nothing is there yet; the sentence names the command."""
    result = meldklok("seed", "--examples", folder=tmp_path)
    assert result.returncode == 1
    assert result.stderr.strip().endswith("Run `meldklok db upgrade` first.")


def test_upgrade_then_current_name_the_same_revision(tmp_path: Path) -> None:
    """The two commands agree with each other."""
    assert meldklok("db", "upgrade", folder=tmp_path).returncode == 0
    said = again("db", "current", folder=tmp_path).stdout.split()
    assert said[1].rstrip(",") == said[3] != "none"


def test_upgrade_check_tells_the_steps_and_changes_nothing(tmp_path: Path) -> None:
    """Before an upgrade one knows what it will do; status 1 while there is something to do, for scripts."""
    before = meldklok("db", "upgrade", "--check", folder=tmp_path)
    assert (before.returncode, before.stdout.split()[0]) == (1, "0001")
    assert before.stderr.startswith("Nothing was changed.")
    assert again("db", "current", folder=tmp_path).stdout.startswith("database none,")
    assert again("db", "upgrade", folder=tmp_path).returncode == 0
    after = meldklok("db", "upgrade", "--check", folder=tmp_path)
    assert (after.returncode, after.stderr) == (0, "")


def test_a_database_of_a_newer_version_is_one_sentence_and_stays_as_it_is(tmp_path: Path) -> None:
    """An old program must not touch what a newer one has made; the operator reads what to do."""
    assert again("db", "upgrade", folder=tmp_path).returncode == 0
    with closing(sqlite3.connect(tmp_path / "data" / "meldklok.sqlite3")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    started = meldklok("run", folder=tmp_path, environ={"PORT": str(free_port())})
    told = [(started.returncode, started.stderr)]
    for words in (("db", "upgrade"), ("db", "upgrade", "--check")):
        result = again(*words, folder=tmp_path)
        told.append((result.returncode, result.stdout))
    for status, said in told:
        assert status == 1
        assert "Error: The database was brought to version 9999 by a newer Meldklok" in said
        assert "Traceback" not in said
    assert again("db", "current", folder=tmp_path).stdout.startswith("database 9999,")


def test_doctor_says_what_is_wrong_as_text_and_as_json(tmp_path: Path) -> None:
    """Status 1 when something fails; each finding that is not well has an advice."""
    result = meldklok("doctor", "--json", folder=tmp_path)
    findings = {finding["name"]: finding for finding in json.loads(result.stdout)}
    assert result.returncode == 1
    assert findings["schema"]["state"] == "fail"
    assert findings["schema"]["advice"] == "Run: meldklok db upgrade"
    assert all(finding["advice"] for finding in findings.values() if finding["state"] != "ok")
    text = again("doctor", folder=tmp_path)
    assert text.returncode == 1
    assert "Run: meldklok db upgrade" in text.stdout


def test_doctor_survives_a_wrong_setting(tmp_path: Path) -> None:
    """It is the command one turns to then."""
    result = again("doctor", "--json", folder=tmp_path, ZONE="Mars")
    [finding] = json.loads(result.stdout)
    assert (result.returncode, finding["name"], finding["state"]) == (1, "settings", "fail")
    assert "ZONE" in finding["sentence"]


def test_the_bot_waits_idle_without_slack(tmp_path: Path) -> None:
    """So that a runner of the Procfile does not take its end for a failure."""
    environ = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "DATA_DIR": str(tmp_path),
    }
    order = [sys.executable, "-m", "incident", "bot"]
    with subprocess.Popen(order, cwd=tmp_path, env=environ, stderr=subprocess.PIPE, text=True) as bot:
        assert bot.stderr is not None
        assert any("Slack is not configured" in line for line in bot.stderr)
        with pytest.raises(subprocess.TimeoutExpired):
            bot.wait(timeout=1)
        bot.terminate()


def test_a_port_is_free_or_answers(tmp_path: Path) -> None:
    """The two questions the start asks."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        holder.listen()
        assert (port_is_free("127.0.0.1", port), answers("0.0.0.0", port)) == (False, True)
    assert (port_is_free("127.0.0.1", port), answers("127.0.0.1", port)) == (True, False)


def test_events_are_subscribed_to_tried_and_ended_by_commands(tmp_path: Path) -> None:
    """The secret alone stands on standard output; a receiver whose calls fail makes `list` end with 1."""
    assert again("db", "upgrade", folder=tmp_path).returncode == 0
    made = meldklok("events", "add", "--name", "Alerts", "--url", "http://127.0.0.1:9/", folder=tmp_path)
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=\n", made.stdout), made.stderr
    listed = again("events", "list", folder=tmp_path)
    key, *rest = listed.stdout.split()
    assert (rest, listed.returncode) == (["Alerts", "127.0.0.1", "on"], 0)
    assert again("events", "test", key, folder=tmp_path).returncode == 0
    told = again("doctor", folder=tmp_path).stdout
    assert "Alerts does not take events: this address may not be called" in told
    with closing(sqlite3.connect(tmp_path / "data" / "meldklok.sqlite3")) as database, database:
        database.execute("UPDATE outbox SET last_error = 'the receiver answered 500' WHERE channel = 'events'")
    listed = again("events", "list", folder=tmp_path)
    assert ("calls fail: the receiver answered 500" in listed.stdout, listed.returncode) == (True, 1)
    assert again("events", "remove", key, folder=tmp_path).returncode == 0
    assert again("events", "list", folder=tmp_path).stdout == ""
    wrong = again("events", "test", key, folder=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (1, "Error: There is no such subscription.\n")


def test_a_shell_completes_commands_where_it_is_asked_to(tmp_path: Path) -> None:
    """The script lies where bash looks for it, and a real bash completes a sub-command by it."""
    said = meldklok("--install-completion", "bash", folder=tmp_path, environ={"HOME": str(tmp_path)})
    script = tmp_path / ".local/share/bash-completion/completions/meldklok"
    assert (said.returncode, str(script) in said.stdout) == (0, True), said
    typed = 'COMP_WORDS=(meldklok law d); COMP_CWORD=2; _meldklok_completion meldklok; echo "${COMPREPLY[@]}"'
    order = ["bash", "--norc", "-c", f"source {script}; {typed}"]
    environ = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    completed = subprocess.run(order, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert completed.stdout.split() == ["deadline"], completed
