"""The files behind the sentences."""

from pathlib import Path

import pytest

from incident.law import texts as package


def test_a_text_may_not_stand_in_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two files that tell the same id differently would make the language depend on the order of files."""
    for name in ("one.toml", "two.toml"):
        (tmp_path / name).write_text('["a.b"]\nnl = "ja"\nen = "yes"\n', "utf-8")
    (tmp_path / "notes.txt").write_text("not a text file of the law", "utf-8")
    monkeypatch.setattr(package, "files", lambda _: tmp_path)
    package.texts.cache_clear()
    with pytest.raises(ValueError, match=r"^These texts stand in two files: \['a\.b'\]\.$"):
        package.texts()
    (tmp_path / "two.toml").unlink()
    assert package.texts() == {"a.b": {"nl": "ja", "en": "yes"}}
    package.texts.cache_clear()
