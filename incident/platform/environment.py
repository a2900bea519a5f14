"""Reading the environment and a `.env` file: text in, typed values out, and one clear sentence when a value is wrong.

Only `incident.platform.settings` uses this module; everybody else gets a finished `Settings`.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class SettingsError(ValueError):
    """A setting is missing or wrong; the message is one sentence that names the variable and says what to do."""

    def __init__(self, variable: str, sentence: str) -> None:
        super().__init__(sentence)
        self.variable = variable


def read_env_file(path: Path) -> dict[str, str]:
    """The `KEY=VALUE` lines of `path`; an absent file is empty.

    Blank lines and lines that start with `#` are skipped; one pair of quotes around a value is taken off. Nothing is
    expanded or executed. Raises SettingsError with the number of the first line that is something else.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(path.name, f"The file {path} cannot be read as UTF-8 text: {problem}.") from problem
    entries = (_entry(path, number, line.strip()) for number, line in enumerate(lines, start=1))
    return dict(entry for entry in entries if entry)


def _entry(path: Path, number: int, line: str) -> tuple[str, str] | None:
    if not line or line.startswith("#"):
        return None
    name, equals, value = line.partition("=")
    if not equals or not _NAME.match(name):
        raise SettingsError(path.name, f"Line {number} of {path} is not KEY=VALUE: correct it or remove it.")
    return name, _unquoted(path, number, name, value.strip())


def _unquoted(path: Path, number: int, name: str, value: str) -> str:
    if value[:1] not in ("'", '"'):
        return value
    if len(value) < 2 or value[-1] != value[0]:
        raise SettingsError(name, f"Line {number} of {path} opens a quote for {name} and does not close it: close it.")
    return value[1:-1]


class Environment:
    """Typed access to a mapping of variables; an empty value counts as not set."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name: value.strip() for name, value in values.items() if value.strip()}

    def text(self, name: str) -> str | None:
        """The value of `name`, or None when it is not set."""
        return self._values.get(name)

    def secret(self, name: str) -> str | None:
        """The value of `name`, or the content of the file that `<name>_FILE` points at; both at once are refused."""
        path = self.text(f"{name}_FILE")
        if path is None:
            return self.text(name)
        if self.text(name):
            raise SettingsError(name, f"Both {name} and {name}_FILE are set: keep one of them.")
        try:
            return Path(path).read_text(encoding="utf-8").strip() or None
        except (OSError, UnicodeDecodeError) as problem:
            raise SettingsError(f"{name}_FILE", f"{name}_FILE points at {path}, which cannot be read.") from problem

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number between `low` and `high`, both included."""
        text = self.text(name)
        if text is None:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise SettingsError(name, f"{name} must be a whole number from {low} to {high}, not {text!r}.")
        return int(text)

    def seconds(self, name: str, default: float, low: float, high: float) -> float:
        """A number of seconds between `low` and `high`, decimals allowed."""
        text = self.text(name)
        if text is None:
            return default
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text) or not low <= float(text) <= high:
            raise SettingsError(name, f"{name} must be a number of seconds from {low:g} to {high:g}, not {text!r}.")
        return float(text)

    def choice(self, name: str, default: str, options: tuple[str, ...]) -> str:
        """One of `options`."""
        text = self.text(name) or default
        if text not in options:
            raise SettingsError(name, f"{name} must be one of {', '.join(options)}, not {text!r}.")
        return text

    def web_address(self, name: str, value: str | None) -> str | None:
        """`value` when it is an http or https address without credentials, query or fragment; without a final slash."""
        if value is None:
            return None
        parts = _split(name, value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise SettingsError(name, f"{name} must be an address such as https://breaches.example.org.")
        return value.rstrip("/")

    def address(self, name: str, value: str | None, schemes: tuple[str, ...], example: str) -> str | None:
        """`value` when its scheme is one of `schemes`. The value itself is never repeated: it may hold a password."""
        if value is not None and _split(name, value).scheme not in schemes:
            raise SettingsError(name, f"{name} must start with one of {', '.join(schemes)}, such as {example}.")
        return value


def _split(name: str, value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as problem:
        raise SettingsError(name, f"{name} is not a valid address: check host and port.") from problem
    return parts
