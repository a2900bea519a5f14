"""The two commands on a poor machine: an old Python, no venv module, no browser; one clear sentence each."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("sh", "dirname", "rm", "touch", "id")
OLD = "#!/bin/sh\nexit 1\n"
WITHOUT_VENV = f"""#!/bin/sh
case "$*" in
    *"-m venv"*) echo "ensurepip is not available" >&2; exit 1 ;;
    *) exec {sys.executable} "$@" ;;
esac
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with the recipe and a search path of its own that holds next to nothing."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "bin").mkdir()
    for name in ("setup", "browser"):
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools")
    for name in NEEDED:
        found = shutil.which(name)
        assert found is not None
        (tmp_path / "bin" / name).symlink_to(found)
    return tmp_path


def put(machine: Path, name: str, text: str) -> None:
    (machine / "bin" / name).write_text(text)
    (machine / "bin" / name).chmod(0o755)


def run(machine: Path, *words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    order = ["sh", *words]
    variables = {"PATH": str(machine / "bin"), **environ}
    return subprocess.run(order, cwd=machine, env=variables, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("old", [True, False])
def test_without_a_python_that_is_new_enough(machine: Path, old: bool) -> None:
    """An old one, or none at all: what is needed, and how to name another one."""
    if old:
        put(machine, "python3", OLD)
    result = run(machine, "tools/setup", "run")
    assert result.returncode == 1
    assert result.stderr.startswith("Meldklok needs Python 3.11 or newer, and none was found")
    assert len(result.stderr.strip().splitlines()) == 1
    assert not (machine / ".venv").exists()


def test_a_python_without_its_venv_module(machine: Path) -> None:
    """As on a fresh Debian: the package to install; nothing half-made is left."""
    put(machine, "python3", WITHOUT_VENV)
    result = run(machine, "tools/setup", "run")
    assert result.returncode == 1
    assert "apt install python3-venv" in result.stderr.splitlines()[-1]
    assert not (machine / ".venv").exists()


def test_the_python_that_was_named_is_asked_first(machine: Path) -> None:
    """PYTHON wins over the search path."""
    put(machine, "python3", OLD)
    put(machine, "mine", WITHOUT_VENV)
    result = run(machine, "tools/setup", "run", PYTHON=str(machine / "bin" / "mine"))
    assert "Making the environment .venv with Python 3." in result.stderr


def test_a_machine_without_a_browser_is_told_what_to_install(machine: Path) -> None:
    """And the tests run all the same."""
    (machine / "bin" / "id").unlink()
    put(machine, "id", "#!/bin/sh\necho 1000\n")
    result = run(machine, "tools/browser")
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr.strip().endswith("Install the package chromium to run them.")


@pytest.mark.parametrize(("lacking", "installed"), [("nothing", "chromium-headless-shell"), ("*-shell", "chromium")])
def test_root_on_debian_gets_a_browser(machine: Path, lacking: str, installed: str) -> None:
    """By the package manager, quietly: the one without windows, or the usual one where there is no package of it."""
    (machine / "bin" / "id").unlink()
    put(machine, "id", "#!/bin/sh\necho 0\n")
    put(
        machine,
        "apt-get",
        f'#!/bin/sh\necho "$@" >> {machine}/asked\ncase "$*" in {lacking}) echo "E:"; exit 100; esac',
    )
    result = run(machine, "tools/browser")
    assert (result.returncode, result.stdout) == (0, "")
    asked = (machine / "asked").read_text().splitlines()
    assert asked[-1].endswith(f"install -y --no-install-recommends {installed}")


@pytest.mark.parametrize("name", ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"])
def test_a_browser_that_is_there_is_enough(machine: Path, name: str) -> None:
    """Nothing is said and nothing installed."""
    put(machine, name, "#!/bin/sh\n")
    result = run(machine, "tools/browser")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-extras.lock", "requirements-test.lock", "requirements-uv.lock"]
)
def test_lock_files_pin_hashes_and_name_no_registry(name: str) -> None:
    """Every package has an exact version and a hash; no address."""
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = [block for block in text.replace("\\\n", " ").splitlines() if block.strip()]
    assert all("==" in block and "--hash=sha256:" in block for block in blocks)
    assert "://" not in text


def test_the_run_set_is_part_of_the_test_set() -> None:
    """What is tested is what runs."""

    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        return {line.split()[0] for line in lines if "==" in line and not line.startswith(" ")}

    assert pins("requirements.lock") | pins("requirements-extras.lock") <= pins("requirements-test.lock")
