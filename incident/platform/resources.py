"""Folders with the files that travel with the code: templates, static files, migrations, data files and fonts.

In a checkout the templates lie in the top-level folder `templates/`; a wheel carries them as `incident/_templates`.
"""

from importlib.metadata import files
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]


def templates_folder() -> Path:
    """Folder with page, e-mail and notice templates."""
    packed = PACKAGE / "_templates"
    return packed if packed.is_dir() else PACKAGE.parent / "templates"


def static_folder() -> Path:
    """Folder with style sheets, scripts and vendored front-end files, served under /static."""
    return PACKAGE / "web" / "static"


def migrations_folder() -> Path:
    """Folder with the Alembic environment and its versions."""
    return PACKAGE / "migrations"


def translations_folder() -> Path:
    """Folder with the gettext catalogues."""
    return PACKAGE / "translations"


def organisation_folder() -> Path:
    """Folder with the default organisation profile."""
    return PACKAGE / "organisation"


def fonts_folder() -> Path:
    """Folder with the TTF fonts embedded in PDF files; the only folder the PDF engine may read fonts from."""
    return PACKAGE / "documents" / "fonts"


def procfile() -> Path:
    """The Procfile that `meldklok run` follows."""
    packed = PACKAGE / "_Procfile"
    return packed if packed.is_file() else PACKAGE.parent / "Procfile"


def missing_folders() -> tuple[Path, ...]:
    """The folders above that are not there; a complete installation has none."""
    wanted = (templates_folder(), static_folder(), migrations_folder(), organisation_folder(), fonts_folder())
    return tuple(folder for folder in wanted if not folder.is_dir())


def missing_files() -> list[str]:
    """Files that the installer wrote down and that are gone or of another size; a checkout has no such list."""
    return [
        str(file)
        for file in files("meldklok") or ()
        if file.parts[0] in ("incident", "bot") and file.size is not None and _size(file.locate()) != file.size
    ]


def _size(path: object) -> int | None:
    try:
        return Path(str(path)).stat().st_size
    except OSError:
        return None
