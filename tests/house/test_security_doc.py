"""What docs/security.md names as proof is there, and its counts are those of its table."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_test_that_is_named_as_proof_exists() -> None:
    """A test that was renamed or dropped takes its line with it."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    written = set(re.findall(r"def (test_\w+)", sources))
    named = set(re.findall(r"`(test_\w+)`", TEXT))
    assert len(named) > 60
    assert named - written == set()


def test_the_counts_are_those_of_the_table() -> None:
    """Seventy-eight lines, each met, a gap, or not applicable; of the gaps there are five at most, each argued."""
    rows = re.findall(r"^\| V[\d.-]+ [^|]*\| ([MGN]) \| ([^|]+) \|$", TEXT, re.MULTILINE)
    found = Counter(mark for mark, _why in rows)
    assert found.total() == 78
    assert f"Met {found['M']}, gap {found['G']}, not applicable {found['N']}." in " ".join(TEXT.split())
    assert found["G"] <= 5
    assert all(len(why) > 60 for mark, why in rows if mark == "G")


def test_the_bill_of_materials_names_what_the_lock_installs(tmp_path: Path) -> None:
    """CycloneDX with every package of the lock and its hashes, and the licences of all that is installed."""
    subprocess.run([sys.executable, str(ROOT / "tools" / "sbom")], check=True, capture_output=True)
    bill = (ROOT / "dist" / "sbom.cdx.json").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert '"bomFormat": "CycloneDX"' in bill
    assert [name for name in pins if f'"name": "{name}"' not in bill] == []
    assert "says nothing" not in (ROOT / "dist" / "licences.txt").read_text(encoding="utf-8")
