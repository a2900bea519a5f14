"""Vendored files are the ones their manifests name, byte for byte, and each set has its licence beside it."""

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (
    "incident/web/static/vendor/source-sans",
    "incident/documents/fonts",
    "tests/browser/vendor/axe-core",
)


@pytest.mark.parametrize("folder", FOLDERS)
def test_files_match_their_manifest(folder: str) -> None:
    """A vendored file that somebody edited, or a manifest that was not renewed, is found."""
    manifest = json.loads((ROOT / folder / "MANIFEST.json").read_text(encoding="utf-8"))
    found = {name: hashlib.sha256((ROOT / folder / name).read_bytes()).hexdigest() for name in manifest["sha256"]}
    assert manifest["sha256"] == found
    assert (ROOT / folder / manifest["licence_file"]).stat().st_size > 100


def test_manifests_name_the_locked_versions() -> None:
    """The copies come from the versions in package.json."""
    wanted = json.loads((ROOT / "tools/vendored/package.json").read_text(encoding="utf-8"))["dependencies"]
    manifests = [json.loads((ROOT / folder / "MANIFEST.json").read_text(encoding="utf-8")) for folder in FOLDERS]
    assert {manifest["package"]: manifest["version"] for manifest in manifests} == wanted


def test_every_script_and_font_in_the_vendor_folder_is_in_a_manifest() -> None:
    """Nothing gets into the vendor folder by hand."""
    vendor = ROOT / "incident/web/static/vendor"
    files = {path.name for path in vendor.rglob("*") if path.suffix in {".js", ".woff2", ".css"}}
    named = set()
    for manifest in vendor.rglob("MANIFEST.json"):
        named |= set(json.loads(manifest.read_text(encoding="utf-8"))["sha256"])
    assert files == named
