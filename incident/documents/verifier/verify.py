#!/usr/bin/env python3
"""Check a dossier of Meldklok: python3 verify.py [FOLDER or ZIP] [--checkpoint FILE]

Needs nothing but Python 3.10 or newer, opens no connection and changes nothing. FORMAT.md beside this file describes
every format that is read here, so that you can write a second verifier of your own.

Controleer een dossier van Meldklok. Er is alleen Python 3.10 of nieuwer nodig; er wordt geen verbinding gemaakt en
niets veranderd.
"""

import base64
import hashlib
import hmac
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

Json = Any
"""A value of JSON, as a file of the dossier has it."""

SUMS, PROOF = "SHA256SUMS", "proof/"
AFTERWARDS = tuple(
    PROOF + name
    for name in (
        "log.json",
        "rows.json",
        "checkpoint.txt",
        "inclusion.json",
        "consistency.json",
        "key.txt",
    )
)
"""What is written after the export was put on record: it is checked by itself, and everything else by that entry."""
STAMPS = PROOF + "stamps/"


class Wrong(Exception):
    """What does not fit, in Dutch and in English."""

    def __init__(self, dutch: str, english: str) -> None:
        super().__init__(dutch, english)
        self.dutch, self.english = dutch, english


# --- The dossier: a folder, or the ZIP itself ---------------------------------------------------------------------


class Dossier:
    """The files of one dossier, from a folder or from a ZIP."""

    def __init__(self, place: Path) -> None:
        self._archive = zipfile.ZipFile(place) if place.is_file() else None
        self._folder = place

    def names(self) -> list[str]:
        """The names of all files, sorted."""
        if self._archive:
            return sorted(name for name in self._archive.namelist() if not name.endswith("/"))
        found = (path for path in self._folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        return sorted(path.relative_to(self._folder).as_posix() for path in found)

    def read(self, name: str) -> bytes:
        """The bytes of a file; raises Wrong when it is not there or damaged."""
        try:
            return self._archive.read(name) if self._archive else (self._folder / name).read_bytes()
        except (KeyError, OSError, zipfile.BadZipFile, ValueError) as problem:
            message = f"Het bestand {name} ontbreekt of is beschadigd.", f"The file {name} is missing or damaged."
            raise Wrong(*message) from problem

    def json(self, name: str) -> Json:
        """A file as JSON."""
        try:
            return json.loads(self.read(name).decode("utf-8", "surrogatepass"))
        except ValueError as problem:
            raise Wrong(f"Het bestand {name} is geen JSON.", f"The file {name} is not JSON.") from problem


# --- Ed25519 (RFC 8032, section 5.1), verification only -----------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def _add(a: Point, b: Point) -> Point:
    left, right = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    both, twice = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = right - left, twice - both, twice + both, right + left
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(factor: int, point: Point) -> Point:
    found: Point = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = _add(found, point)
        point, factor = _add(point, point), factor >> 1
    return found


def _x_of(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def _point(encoded: bytes) -> Point | None:
    number = int.from_bytes(encoded, "little")
    y = number & ((1 << 255) - 1)
    x = _x_of(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message is that of the public key."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _point(public), _point(signature[:32])
    factor = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or factor >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    y = 4 * pow(5, P - 2, P) % P
    x = _x_of(y, 0) or 0
    left, right = _times(factor, (x, y, 1, x * y % P)), _add(commitment, _times(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- The Merkle tree (RFC 9162, sections 2.1.3.2 and 2.1.4.2) -----------------------------------------------------


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of_path(leaf: bytes, number: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that this leaf has with this path, or None where the path does not fit."""
    place, last, found = number, size - 1, hashlib.sha256(b"\x00" + leaf).digest()
    if not 0 <= number < size:
        return None
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = _node(sibling, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = _node(found, sibling)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def extends(older: int, older_root: bytes, size: int, root: bytes, path: list[bytes]) -> bool:
    """Whether the tree with ``root`` begins with the older tree, by this proof."""
    if older == size:
        return older_root == root and not path
    if not 0 < older < size or not path:
        return False
    steps = [older_root, *path] if older & (older - 1) == 0 else list(path)
    place, last = older - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = _node(step, old), _node(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = _node(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == older_root and new == root


# --- Checkpoints --------------------------------------------------------------------------------------------------


def read_checkpoint(note: str, key: str) -> tuple[int, bytes, str]:
    """Size, root and moment of a signed checkpoint; how a mail has broken its lines does not matter. Raises Wrong."""
    name, key_id, encoded = key.strip().split("+", 2)
    public = base64.b64decode(encoded)[1:]
    expected = hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    words = note.split()
    start = words.index(name) if name in words else 0
    origin, size, root, moment, *signatures = words[start:]
    text = f"{origin}\n{size}\n{root}\n{moment}\n".encode()
    for at in range(0, len(signatures) - 2, 3):
        dash, signer, blob = signatures[at : at + 3]
        signature = base64.b64decode(blob)
        mine = (dash, signer, signature[:4].hex(), expected.hex()) == ("\u2014", name, key_id, key_id)
        if mine and signed(public, text, signature[4:]):
            return int(size), base64.b64decode(root), moment
    raise Wrong(
        "Het controlepunt is niet ondertekend met de sleutel in proof/key.txt.",
        "The checkpoint is not signed with the key in proof/key.txt.",
    )


# --- The checks ---------------------------------------------------------------------------------------------------


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _listed(dossier: Dossier) -> dict[str, str]:
    text = dossier.read(SUMS).decode()
    found = {line[66:]: line[:64] for line in text.splitlines()}
    if text != "".join(f"{digest}  {name}\n" for name, digest in found.items()):
        raise Wrong(f"De lijst {SUMS} is veranderd.", f"The list {SUMS} was changed.")
    return found


def check_files(dossier: Dossier) -> tuple[str, str]:
    """Every file has the hash of the list, and there is no other file."""
    listed = _listed(dossier)
    for name, digest in listed.items():
        if _sha256(dossier.read(name)) != digest:
            raise Wrong(f"Het bestand {name} is veranderd.", f"The file {name} was changed.")
    for name in dossier.names():
        if name not in listed and name != SUMS:
            raise Wrong(f"Het bestand {name} hoort hier niet.", f"The file {name} does not belong here.")
    return f"Alle {len(listed)} bestanden zijn ongewijzigd.", f"All {len(listed)} files are unchanged."


def _entry_hash(chain: str, entry: Json) -> str:
    names = ("seq", "tag", "actor", "at", "details", "previous", "content")
    content = json.dumps(
        [chain, *(entry[name] for name in names)], sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return _sha256(content.encode("utf-8", "surrogatepass"))


def check_chain(dossier: Dossier) -> tuple[str, str]:
    """The entries follow each other, and none was changed."""
    log = dossier.json(PROOF + "log.json")
    previous = _sha256(f"meldklok:{log['chain']}".encode())
    for number, entry in enumerate(log["entries"], start=1):
        fits = entry["seq"] == number and entry["previous"] == previous
        if not fits or entry["hash"] != _entry_hash(log["chain"], entry):
            raise Wrong(f"Regel {number} van het logboek klopt niet.", f"Entry {number} of the log does not fit.")
        previous = entry["hash"]
    count = len(log["entries"])
    return f"Het logboek is heel: {count} regels.", f"The log is whole: {count} entries."


def _last_commitments(log: Json) -> dict[str, tuple[str, Json]]:
    found = {}
    for entry in log["entries"]:
        for row, digest in entry["content"].items():
            found[row] = (digest, entry)
    return found


def check_rows(dossier: Dossier) -> tuple[str, str]:
    """Every row of the record is what the log committed to; what is missing was erased on record."""
    log, rows = dossier.json(PROOF + "log.json"), dossier.json(PROOF + "rows.json")
    committed, erased = _last_commitments(log), 0
    for name, kept in rows.items():
        text = json.dumps(kept["row"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        salt = bytes.fromhex(kept["salt"])
        digest = hmac.new(salt, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
        if name not in committed or committed[name][0] != digest:
            raise Wrong(f"De inhoud van {name} is veranderd.", f"The content of {name} was changed.")
    for name, (digest, entry) in committed.items():
        if name in rows:
            continue
        if digest:
            raise Wrong(f"{name} staat in het logboek maar ontbreekt.", f"{name} is in the log but missing.")
        erased += "policy" in entry["details"]
    more = (f"; {erased} zijn volgens beleid gewist", f"; {erased} were erased under a policy") if erased else ("", "")
    return (
        f"Alle {len(rows)} gegevens zijn die waarover het logboek spreekt{more[0]}.",
        f"All {len(rows)} records are those that the log speaks of{more[1]}.",
    )


def check_export(dossier: Dossier) -> tuple[str, str]:
    """The log's last export names exactly the files of this dossier."""
    listed = {
        name: digest
        for name, digest in _listed(dossier).items()
        if name not in AFTERWARDS and not name.startswith(STAMPS)
    }
    digest = _sha256("".join(f"{listed[name]}  {name}\n" for name in sorted(listed)).encode())
    exports = [e for e in dossier.json(PROOF + "log.json")["entries"] if e["tag"] == "dossier:exported"]
    if not exports or exports[-1]["details"].get("files") != digest:
        raise Wrong(
            "De bestanden zijn niet die van de uitgifte in het logboek.",
            "The files are not those of the export in the log.",
        )
    moment = exports[-1]["at"]
    return f"Dit dossier is uitgegeven op {moment}.", f"This dossier was made at {moment}."


def text_hash(version: Json) -> str:
    """The hash of a notice's text: its title, body and form."""
    content = [version["title"], version["body"], version["form"]]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _sha256(text.encode("utf-8", "surrogatepass"))


def check_submissions(dossier: Dossier) -> tuple[str, str]:
    """The text of every submission and every file in evidence is in the dossier."""
    rows, files = dossier.json(PROOF + "rows.json"), set(_listed(dossier).values())
    count = 0
    for name, kept in rows.items():
        row = kept["row"]
        if name.startswith("evidence/") and row["blob_sha256"] not in files:
            raise Wrong(f"Het bewijsstuk {row['filename']} ontbreekt.", f"The evidence {row['filename']} is missing.")
        if name.startswith("submission/"):
            count += 1
            version = rows.get(f"notice_version/{row['version_id']}", {}).get("row")
            if version is None:
                raise Wrong(f"De tekst van {name} ontbreekt.", f"The text of {name} is missing.")
            if not version["body_sha256"] == row["body_sha256"] == text_hash(version):
                raise Wrong(f"De tekst van {name} is een andere.", f"The text of {name} is another one.")
    return f"De teksten van alle {count} verzendingen zijn erbij.", f"The texts of all {count} submissions are here."


def check_checkpoint(dossier: Dossier) -> tuple[str, str]:
    """The log is in the signed checkpoint."""
    size, root, moment = read_checkpoint(
        dossier.read(PROOF + "checkpoint.txt").decode(), dossier.read(PROOF + "key.txt").decode()
    )
    log, proof = dossier.json(PROOF + "log.json"), dossier.json(PROOF + "inclusion.json")
    last = log["entries"][-1]
    leaf = f"{log['chain']}\n{last['seq']}\n{last['hash']}\n".encode()
    path = [bytes.fromhex(step) for step in proof["path"]]
    if root_of_path(leaf, proof["number"], size, path) != root:
        raise Wrong("Het logboek staat niet in het controlepunt.", "The log is not in the checkpoint.")
    return (
        f"Het logboek staat in controlepunt {size} van {moment}, dat geldig is ondertekend.",
        f"The log is in checkpoint {size} of {moment}, whose signature is valid.",
    )


def check_outside(dossier: Dossier, note: str) -> tuple[str, str]:
    """A checkpoint that was kept elsewhere is a beginning of the one in the dossier."""
    key = dossier.read(PROOF + "key.txt").decode()
    size, root, _ = read_checkpoint(dossier.read(PROOF + "checkpoint.txt").decode(), key)
    older, older_root, moment = read_checkpoint(note, key)
    steps = dossier.json(PROOF + "consistency.json").get(str(older))
    if older > size or (steps is None and older != size):
        raise Wrong(
            f"Het bewaarde controlepunt {older} kan met dit dossier niet worden vergeleken. Vraag een nieuwer dossier.",
            f"The kept checkpoint {older} cannot be compared with this dossier. Ask for a newer dossier.",
        )
    if not extends(older, older_root, size, root, [bytes.fromhex(step) for step in steps or []]):
        raise Wrong(
            f"Het logboek is veranderd sinds het bewaarde controlepunt {older} van {moment}.",
            f"The log was changed since the kept checkpoint {older} of {moment}.",
        )
    return (
        f"Er is niets veranderd sinds het bewaarde controlepunt {older} van {moment}.",
        f"Nothing was changed since the kept checkpoint {older} of {moment}.",
    )


def check_stamps(dossier: Dossier) -> tuple[str, str]:
    """Each stamped checkpoint is a beginning of this one, and its stamp is on it; whose it is, openssl says."""
    names = {name for name in dossier.names() if name.startswith(STAMPS)}
    notes = sorted(name for name in names if name.endswith(".checkpoint"))
    for name in notes:
        stamp = name.removesuffix("checkpoint") + "tsr"
        note = dossier.read(name)
        check_outside(dossier, note.decode())
        if hashlib.sha256(note).digest() not in dossier.read(stamp):
            raise Wrong(
                f"Het tijdstempel {stamp} is er niet een van {name}.", f"The stamp {stamp} is not one of {name}."
            )
        names -= {name, stamp}
    for name in sorted(names):
        raise Wrong(f"Het bestand {name} hoort hier niet.", f"The file {name} does not belong here.")
    return (
        f"{len(notes)} tijdstempels horen bij controlepunten van dit logboek; wie ze zette, zegt openssl (FORMAT.md).",
        f"{len(notes)} time stamps are of checkpoints of this log; who made them, openssl says (FORMAT.md).",
    )


CHECKS: list[Callable[[Dossier], tuple[str, str]]] = [
    check_files,
    check_chain,
    check_rows,
    check_export,
    check_submissions,
    check_checkpoint,
]


def verify(place: Path, kept: str | None = None) -> tuple[bool, list[tuple[bool, str, str]]]:
    """Run every check; whether all is well, and for each check whether it passed, in Dutch and in English."""
    told = []
    checks: list[Callable[[Dossier], tuple[str, str]]] = list(CHECKS)
    if any(name.startswith(STAMPS) for name in Dossier(place).names()):
        checks.append(check_stamps)
    if kept is not None:
        checks.append(lambda dossier: check_outside(dossier, kept))
    for check in checks:
        try:
            told.append((True, *check(Dossier(place))))
        except Wrong as wrong:
            told.append((False, wrong.dutch, wrong.english))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, OSError, zipfile.BadZipFile) as odd:
            told.append((False, f"Niet te lezen: {odd!r}", f"Cannot be read: {odd!r}"))
    return all(good for good, _, _ in told), told


def main(arguments: list[str]) -> int:
    """Check the dossier and say what was found; 0 when all is well, 1 when something is not."""
    kept = None
    if "--checkpoint" in arguments:
        at = arguments.index("--checkpoint")
        kept = Path(arguments[at + 1]).read_text(encoding="utf-8")
        del arguments[at : at + 2]
    place = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    good, told = verify(place, kept)
    for passed, dutch, english in told:
        sys.stdout.write(f"{'OK  ' if passed else 'FOUT'}  {dutch}\n      {english}\n")
    if good and kept is None:
        sys.stdout.write("\nVergelijk controlepunt en sleutel met wat eerder per mail kwam (--checkpoint BESTAND).\n")
        sys.stdout.write("Compare checkpoint and key with what came by mail before (--checkpoint FILE).\n")
    sys.stdout.write("\nNIETS VERANDERD / NOTHING CHANGED\n" if good else "\nVERANDERD / CHANGED\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
