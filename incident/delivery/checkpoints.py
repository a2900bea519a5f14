"""Checkpoints as files in a folder outside the installation: each is written once and never touched again."""

import os
from collections.abc import Iterable
from pathlib import Path


def _path(folder: Path, size: int, ending: str) -> Path:
    return folder / f"{size:09d}.{ending}"


def is_there(folder: Path, size: int) -> bool:
    """Whether this checkpoint lies in the folder."""
    return _path(folder, size, "checkpoint").exists()


def leave(folder: Path, size: int, note: str, leaves: Iterable[tuple[int, str, int, str]]) -> None:
    """Write the leaves, then the checkpoint, which says that both are there. Raises OSError."""
    _write(_path(folder, size, "leaves"), "".join(" ".join(map(str, leaf)) + "\n" for leaf in leaves))
    _write(_path(folder, size, "checkpoint"), note)


def _write(path: Path, text: str) -> None:
    """Write the file whole, and for reading only; what another process has written already stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o444)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
