"""Reading the environment and a `.env` file, and the kinds of values, each with one clear sentence when it is wrong.

Only `incident.platform.settings` uses this module; everybody else gets a finished `Settings`.
"""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

from incident.platform.problem import SettingsError

Network = IPv4Network | IPv6Network
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""A machine's names for itself: nobody listens in between."""


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


def given(environ: Mapping[str, str], names: Iterable[str], secret: Iterable[str]) -> dict[str, str]:
    """The variables of `names` that are set; an empty value counts as not set.

    A secret may come from the file that `<name>_FILE` points at; both at once are refused.
    """
    values = {name: value.strip() for name, value in environ.items() if value.strip()}
    found = {name: values[name] for name in names if name in values}
    for name in secret:
        path = values.get(f"{name}_FILE")
        if path is None:
            continue
        if name in found:
            raise SettingsError(name, f"Both {name} and {name}_FILE are set: keep one of them.")
        try:
            content = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as problem:
            raise SettingsError(f"{name}_FILE", f"{name}_FILE points at {path}, which cannot be read.") from problem
        if content:
            found[name] = content
    return found


def between(low: int, high: int) -> BeforeValidator:
    """A whole number between `low` and `high`, both included."""

    def whole(value: object, info: ValidationInfo) -> int:
        text, name = str(value), _variable(info)
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise SettingsError(name, f"{name} must be a whole number from {low} to {high}, not {text!r}.")
        return int(text)

    return BeforeValidator(whole)


def seconds(low: float, high: float) -> BeforeValidator:
    """A number of seconds between `low` and `high`, decimals allowed."""

    def span(text: str, info: ValidationInfo) -> timedelta:
        name = _variable(info)
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text) or not low <= float(text) <= high:
            raise SettingsError(name, f"{name} must be a number of seconds from {low:g} to {high:g}, not {text!r}.")
        return timedelta(seconds=float(text))

    return BeforeValidator(span)


def scheme(*schemes: str, such_as: str) -> AfterValidator:
    """An address with one of `schemes`. The value itself is never repeated: it may hold a password."""

    def address(value: str, info: ValidationInfo) -> str:
        name = _variable(info)
        if _split(name, value).scheme not in schemes:
            raise SettingsError(name, f"{name} must start with one of {', '.join(schemes)}, such as {such_as}.")
        return value

    return AfterValidator(address)


def mailbox(value: str, info: ValidationInfo) -> str:
    """A folder of a mailbox, with a name, that is read encrypted. IMAP says all of it in ASCII."""
    name = _variable(info)
    parts = _split(name, value)
    if parts.scheme != "imaps" or not (parts.hostname and parts.username):
        raise SettingsError(name, f"{name} must be an address such as imaps://name:password@mail.example.org/INBOX.")
    said = unquote(value)
    if not (said.isascii() and said.isprintable()):
        sentence = f"{name} may have letters without accents, digits and signs only, also in the name of its folders."
        raise SettingsError(name, sentence)
    return value


def check_mailbox(url: str | None, token: Sequence[str | None]) -> None:
    """A mailbox is opened with the password in its address, or with a token that the three settings ask for."""
    if any(token) and not all(token):
        sentence = (
            "INTAKE_OAUTH_TOKEN_URL, INTAKE_OAUTH_CLIENT_ID and INTAKE_OAUTH_SECRET belong together: set all three."
        )
        raise SettingsError("INTAKE_OAUTH_TOKEN_URL", sentence)
    if url and bool(urlsplit(url).password) is all(token):
        sentence = "INTAKE_IMAP_URL needs a password, or the settings INTAKE_OAUTH_… in its place, and not both."
        raise SettingsError("INTAKE_IMAP_URL", sentence)


def key_or_secret(value: str, info: ValidationInfo) -> str:
    """A secret, or an RSA key with its certificate as PEM."""
    if "-----BEGIN" not in value:
        return value
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from cryptography.x509 import load_pem_x509_certificate

    try:
        key = load_pem_private_key(value.encode(), None)
        certificate = load_pem_x509_certificate(value.encode())
        fits = isinstance(key, RSAPrivateKey) and key.public_key() == certificate.public_key()
    except (ValueError, TypeError):
        fits = False
    if not fits:
        name = _variable(info)
        sentence = f"{name} must be a secret, or an RSA key without a password and its certificate, both as PEM."
        raise SettingsError(name, sentence)
    return value


def web_address(value: str, info: ValidationInfo) -> str:
    """An http or https address without credentials, query or fragment; without a final slash."""
    name = _variable(info)
    parts = _split(name, value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(name, f"{name} must be an address such as https://breaches.example.org.")
    return value.rstrip("/")


def encrypted_address(value: str, info: ValidationInfo) -> str:
    """A web address with https, or of this machine itself; a final slash stays, for it belongs to the name."""
    name, final = _variable(info), "/" if value.endswith("/") else ""
    address = web_address(value, info)
    parts = _split(name, address)
    if parts.username or (parts.scheme != "https" and parts.hostname not in LOOPBACK):
        raise SettingsError(name, f"{name} must start with https:// and hold no password.")
    return address + final


def listed(text: str) -> tuple[str, ...]:
    """The parts between commas."""
    return tuple(part for part in (part.strip() for part in text.split(",")) if part)


def pairs(text: str, info: ValidationInfo) -> tuple[tuple[str, str], ...]:
    """Parts such as `name=value` between commas; the last equals sign is the one that counts."""
    found = tuple(part.rpartition("=") for part in listed(text))
    if any(not name.strip() or not value.strip() for name, _equals, value in found):
        name = _variable(info)
        raise SettingsError(name, f"{name} must be a list such as name=value, other=value.")
    return tuple((name.strip(), value.strip()) for name, _equals, value in found)


def time_zone(name: str) -> ZoneInfo:
    """A time zone of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise SettingsError(
            "ZONE", f"ZONE {name!r} is not a time zone: write one such as Europe/Amsterdam."
        ) from problem


def writable_folder(path: Path, info: ValidationInfo) -> Path:
    """A folder that can be written, made where it is not there yet."""
    folder, name = path.expanduser().resolve(), _variable(info)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".writable-{secrets.token_hex(8)}"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        reason = problem.strerror or "unknown reason"
        raise SettingsError(name, f"{name}: the folder {folder} cannot be written: {reason}.") from problem
    return folder


def _variable(info: ValidationInfo) -> str:
    """The variable of a field; the size of uploads is asked for in MB and kept in bytes."""
    field = info.field_name or ""
    return "MAX_UPLOAD_MB" if field == "max_upload_bytes" else field.upper()


def _split(name: str, value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as problem:
        raise SettingsError(name, f"{name} is not a valid address: check host and port.") from problem
    return parts


def networks(text: str) -> tuple[Network, ...]:
    """Networks as addresses with a length, separated by spaces. Raises SettingsError where one is none."""
    try:
        return tuple(ip_network(one) for one in text.split())
    except ValueError as problem:
        sentence = "EVENT_NETWORKS must name networks such as 10.20.0.0/16 fd00:20::/64, separated by spaces."
        raise SettingsError("EVENT_NETWORKS", sentence) from problem
