#!/usr/bin/env python3
"""Check a dossier of Meldklok: python3 verify.py [FOLDER or ZIP] [--checkpoint FILE] [--language en|nl|de]

Needs nothing but Python 3.10 or newer, opens no connection and changes nothing. FORMAT.md beside this file describes
every format that is read here, so that you can write a second verifier of your own. VERIFY.txt says the same in Dutch
and in German.
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


# --- What is said -------------------------------------------------------------------------------------------------

LANGUAGES = ("en", "nl", "de")
WORDS = """
WRONG
FOUT
FALSCH
NOTHING CHANGED
NIETS VERANDERD
NICHTS VERÄNDERT
CHANGED
VERANDERD
VERÄNDERT
Compare checkpoint and key with what came by mail before (--checkpoint FILE).
Vergelijk controlepunt en sleutel met wat eerder per mail kwam (--checkpoint BESTAND).
Vergleichen Sie Prüfpunkt und Schlüssel mit dem, was früher per E-Mail kam (--checkpoint DATEI).
Cannot be read: {problem}
Niet te lezen: {problem}
Nicht lesbar: {problem}
The file {name} is missing or damaged.
Het bestand {name} ontbreekt of is beschadigd.
Die Datei {name} fehlt oder ist beschädigt.
The file {name} is not JSON.
Het bestand {name} is geen JSON.
Die Datei {name} ist kein JSON.
The file {name} was changed.
Het bestand {name} is veranderd.
Die Datei {name} wurde geändert.
The file {name} does not belong here.
Het bestand {name} hoort hier niet.
Die Datei {name} gehört nicht hierher.
The list {name} was changed.
De lijst {name} is veranderd.
Die Liste {name} wurde geändert.
All {count} files are unchanged.
Alle {count} bestanden zijn ongewijzigd.
Alle {count} Dateien sind unverändert.
Entry {number} of the log does not fit.
Regel {number} van het logboek klopt niet.
Eintrag {number} des Protokolls stimmt nicht.
The log is whole: {count} entries.
Het logboek is heel: {count} regels.
Das Protokoll ist vollständig: {count} Einträge.
The content of {name} was changed.
De inhoud van {name} is veranderd.
Der Inhalt von {name} wurde geändert.
{name} is in the log but missing.
{name} staat in het logboek maar ontbreekt.
{name} steht im Protokoll, fehlt aber.
All {count} records are those that the log speaks of.
Alle {count} gegevens zijn die waarover het logboek spreekt.
Alle {count} Datensätze sind die, von denen das Protokoll spricht.
All {count} records are those that the log speaks of; {erased} were erased under a policy.
Alle {count} gegevens zijn die waarover het logboek spreekt; {erased} zijn volgens beleid gewist.
Alle {count} Datensätze sind die, von denen das Protokoll spricht; {erased} wurden nach Regeln gelöscht.
The files are not those of the export in the log.
De bestanden zijn niet die van de uitgifte in het logboek.
Die Dateien sind nicht die der Ausgabe im Protokoll.
This dossier was made at {moment}.
Dit dossier is uitgegeven op {moment}.
Dieses Dossier wurde erstellt am {moment}.
The evidence {name} is missing.
Het bewijsstuk {name} ontbreekt.
Das Beweisstück {name} fehlt.
The text of {name} is missing.
De tekst van {name} ontbreekt.
Der Text von {name} fehlt.
The text of {name} is another one.
De tekst van {name} is een andere.
Der Text von {name} ist ein anderer.
The texts of all {count} submissions are here.
De teksten van alle {count} verzendingen zijn erbij.
Die Texte aller {count} Übermittlungen liegen bei.
The checkpoint is not signed with the key in proof/key.txt.
Het controlepunt is niet ondertekend met de sleutel in proof/key.txt.
Der Prüfpunkt ist nicht mit dem Schlüssel in proof/key.txt signiert.
The log is not in the checkpoint.
Het logboek staat niet in het controlepunt.
Das Protokoll steht nicht im Prüfpunkt.
The log is in checkpoint {size} of {moment}, whose signature is valid.
Het logboek staat in controlepunt {size} van {moment}, dat geldig is ondertekend.
Das Protokoll steht in Prüfpunkt {size} vom {moment}, dessen Signatur gültig ist.
The kept checkpoint {size} cannot be compared with this dossier. Ask for a newer dossier.
Het bewaarde controlepunt {size} kan met dit dossier niet worden vergeleken. Vraag een nieuwer dossier.
Der aufbewahrte Prüfpunkt {size} lässt sich mit diesem Dossier nicht vergleichen. Verlangen Sie ein neueres Dossier.
The log was changed since the kept checkpoint {size} of {moment}.
Het logboek is veranderd sinds het bewaarde controlepunt {size} van {moment}.
Das Protokoll wurde seit dem aufbewahrten Prüfpunkt {size} vom {moment} geändert.
Nothing was changed since the kept checkpoint {size} of {moment}.
Er is niets veranderd sinds het bewaarde controlepunt {size} van {moment}.
Seit dem aufbewahrten Prüfpunkt {size} vom {moment} wurde nichts geändert.
The stamp {stamp} is not one of {name}.
Het tijdstempel {stamp} is er niet een van {name}.
Der Zeitstempel {stamp} ist keiner von {name}.
{count} time stamps are of checkpoints of this log; who made them, openssl says (FORMAT.md).
{count} tijdstempels horen bij controlepunten van dit logboek; wie ze zette, zegt openssl (FORMAT.md).
{count} Zeitstempel gehören zu Prüfpunkten dieses Protokolls; wer sie setzte, sagt openssl (FORMAT.md).
""".strip().split("\n")
IN_EACH = {WORDS[at]: dict(zip(LANGUAGES, WORDS[at : at + 3], strict=True)) for at in range(0, len(WORDS), 3)}
"""Every sentence by its English words: {English: {language: sentence}}."""


class Said:
    """A sentence, by its English words, and what stands in its braces."""

    def __init__(self, english: str, **values: object) -> None:
        self._each, self._values = IN_EACH[english], values

    def words(self, language: str = "en") -> str:
        """The sentence in one language."""
        return self._each[language].format(**self._values)


class Wrong(Exception):
    """What does not fit, as a sentence."""

    def __init__(self, english: str, **values: object) -> None:
        self.said = Said(english, **values)
        super().__init__(self.said.words())


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
            raise Wrong("The file {name} is missing or damaged.", name=name) from problem

    def json(self, name: str) -> Json:
        """A file as JSON."""
        try:
            return json.loads(self.read(name).decode("utf-8", "surrogatepass"))
        except ValueError as problem:
            raise Wrong("The file {name} is not JSON.", name=name) from problem


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
    raise Wrong("The checkpoint is not signed with the key in proof/key.txt.")


# --- The checks ---------------------------------------------------------------------------------------------------


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _listed(dossier: Dossier) -> dict[str, str]:
    text = dossier.read(SUMS).decode()
    found = {line[66:]: line[:64] for line in text.splitlines()}
    if text != "".join(f"{digest}  {name}\n" for name, digest in found.items()):
        raise Wrong("The list {name} was changed.", name=SUMS)
    return found


def check_files(dossier: Dossier) -> Said:
    """Every file has the hash of the list, and there is no other file."""
    listed = _listed(dossier)
    for name, digest in listed.items():
        if _sha256(dossier.read(name)) != digest:
            raise Wrong("The file {name} was changed.", name=name)
    for name in dossier.names():
        if name not in listed and name != SUMS:
            raise Wrong("The file {name} does not belong here.", name=name)
    return Said("All {count} files are unchanged.", count=len(listed))


def _entry_hash(chain: str, entry: Json) -> str:
    names = ("seq", "tag", "actor", "at", "details", "previous", "content")
    content = json.dumps(
        [chain, *(entry[name] for name in names)], sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return _sha256(content.encode("utf-8", "surrogatepass"))


def check_chain(dossier: Dossier) -> Said:
    """The entries follow each other, and none was changed."""
    log = dossier.json(PROOF + "log.json")
    previous = _sha256(f"meldklok:{log['chain']}".encode())
    for number, entry in enumerate(log["entries"], start=1):
        fits = entry["seq"] == number and entry["previous"] == previous
        if not fits or entry["hash"] != _entry_hash(log["chain"], entry):
            raise Wrong("Entry {number} of the log does not fit.", number=number)
        previous = entry["hash"]
    return Said("The log is whole: {count} entries.", count=len(log["entries"]))


def _last_commitments(log: Json) -> dict[str, tuple[str, Json]]:
    found = {}
    for entry in log["entries"]:
        for row, digest in entry["content"].items():
            found[row] = (digest, entry)
    return found


def check_rows(dossier: Dossier) -> Said:
    """Every row of the record is what the log committed to; what is missing was erased on record."""
    log, rows = dossier.json(PROOF + "log.json"), dossier.json(PROOF + "rows.json")
    committed, erased = _last_commitments(log), 0
    for name, kept in rows.items():
        text = json.dumps(kept["row"], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        salt = bytes.fromhex(kept["salt"])
        digest = hmac.new(salt, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
        if name not in committed or committed[name][0] != digest:
            raise Wrong("The content of {name} was changed.", name=name)
    for name, (digest, entry) in committed.items():
        if name in rows:
            continue
        if digest:
            raise Wrong("{name} is in the log but missing.", name=name)
        erased += "policy" in entry["details"]
    if not erased:
        return Said("All {count} records are those that the log speaks of.", count=len(rows))
    return Said(
        "All {count} records are those that the log speaks of; {erased} were erased under a policy.",
        count=len(rows),
        erased=erased,
    )


def check_export(dossier: Dossier) -> Said:
    """The log's last export names exactly the files of this dossier."""
    listed = {
        name: digest
        for name, digest in _listed(dossier).items()
        if name not in AFTERWARDS and not name.startswith(STAMPS)
    }
    digest = _sha256("".join(f"{listed[name]}  {name}\n" for name in sorted(listed)).encode())
    exports = [e for e in dossier.json(PROOF + "log.json")["entries"] if e["tag"] == "dossier:exported"]
    if not exports or exports[-1]["details"].get("files") != digest:
        raise Wrong("The files are not those of the export in the log.")
    return Said("This dossier was made at {moment}.", moment=exports[-1]["at"])


def text_hash(version: Json) -> str:
    """The hash of a notice's text: its title, body and form."""
    content = [version["title"], version["body"], version["form"]]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _sha256(text.encode("utf-8", "surrogatepass"))


def check_submissions(dossier: Dossier) -> Said:
    """The text of every submission and every file in evidence is in the dossier."""
    rows, files = dossier.json(PROOF + "rows.json"), set(_listed(dossier).values())
    count = 0
    for name, kept in rows.items():
        row = kept["row"]
        if name.startswith("evidence/") and row["blob_sha256"] not in files:
            raise Wrong("The evidence {name} is missing.", name=row["filename"])
        if name.startswith("submission/"):
            count += 1
            version = rows.get(f"notice_version/{row['version_id']}", {}).get("row")
            if version is None:
                raise Wrong("The text of {name} is missing.", name=name)
            if not version["body_sha256"] == row["body_sha256"] == text_hash(version):
                raise Wrong("The text of {name} is another one.", name=name)
    return Said("The texts of all {count} submissions are here.", count=count)


def check_checkpoint(dossier: Dossier) -> Said:
    """The log is in the signed checkpoint."""
    size, root, moment = read_checkpoint(
        dossier.read(PROOF + "checkpoint.txt").decode(), dossier.read(PROOF + "key.txt").decode()
    )
    log, proof = dossier.json(PROOF + "log.json"), dossier.json(PROOF + "inclusion.json")
    last = log["entries"][-1]
    leaf = f"{log['chain']}\n{last['seq']}\n{last['hash']}\n".encode()
    path = [bytes.fromhex(step) for step in proof["path"]]
    if root_of_path(leaf, proof["number"], size, path) != root:
        raise Wrong("The log is not in the checkpoint.")
    return Said("The log is in checkpoint {size} of {moment}, whose signature is valid.", size=size, moment=moment)


def check_outside(dossier: Dossier, note: str) -> Said:
    """A checkpoint that was kept elsewhere is a beginning of the one in the dossier."""
    key = dossier.read(PROOF + "key.txt").decode()
    size, root, _ = read_checkpoint(dossier.read(PROOF + "checkpoint.txt").decode(), key)
    older, older_root, moment = read_checkpoint(note, key)
    steps = dossier.json(PROOF + "consistency.json").get(str(older))
    if older > size or (steps is None and older != size):
        raise Wrong(
            "The kept checkpoint {size} cannot be compared with this dossier. Ask for a newer dossier.", size=older
        )
    if not extends(older, older_root, size, root, [bytes.fromhex(step) for step in steps or []]):
        raise Wrong("The log was changed since the kept checkpoint {size} of {moment}.", size=older, moment=moment)
    return Said("Nothing was changed since the kept checkpoint {size} of {moment}.", size=older, moment=moment)


def check_stamps(dossier: Dossier) -> Said:
    """Each stamped checkpoint is a beginning of this one, and its stamp is on it; whose it is, openssl says."""
    names = {name for name in dossier.names() if name.startswith(STAMPS)}
    notes = sorted(name for name in names if name.endswith(".checkpoint"))
    for name in notes:
        stamp = name.removesuffix("checkpoint") + "tsr"
        note = dossier.read(name)
        check_outside(dossier, note.decode())
        if hashlib.sha256(note).digest() not in dossier.read(stamp):
            raise Wrong("The stamp {stamp} is not one of {name}.", stamp=stamp, name=name)
        names -= {name, stamp}
    for name in sorted(names):
        raise Wrong("The file {name} does not belong here.", name=name)
    return Said(
        "{count} time stamps are of checkpoints of this log; who made them, openssl says (FORMAT.md).", count=len(notes)
    )


CHECKS: list[Callable[[Dossier], Said]] = [
    check_files,
    check_chain,
    check_rows,
    check_export,
    check_submissions,
    check_checkpoint,
]


def verify(place: Path, kept: str | None = None) -> tuple[bool, list[tuple[bool, Said]]]:
    """Run every check; whether all is well, and for each check whether it passed and what is to say."""
    told = []
    checks = list(CHECKS)
    if any(name.startswith(STAMPS) for name in Dossier(place).names()):
        checks.append(check_stamps)
    if kept is not None:
        checks.append(lambda dossier: check_outside(dossier, kept))
    for check in checks:
        try:
            told.append((True, check(Dossier(place))))
        except Wrong as wrong:
            told.append((False, wrong.said))
        except (KeyError, TypeError, ValueError, AttributeError, IndexError, OSError, zipfile.BadZipFile) as odd:
            told.append((False, Said("Cannot be read: {problem}", problem=repr(odd))))
    return all(good for good, _ in told), told


def _option(arguments: list[str], name: str) -> str | None:
    if name not in arguments:
        return None
    at = arguments.index(name)
    value = arguments[at + 1]
    del arguments[at : at + 2]
    return value


def main(arguments: list[str]) -> int:
    """Check the dossier and say what was found; 0 when all is well, 1 when something is not."""
    kept, asked = _option(arguments, "--checkpoint"), _option(arguments, "--language")
    languages = (asked,) if asked in LANGUAGES else LANGUAGES
    place = Path(arguments[0]) if arguments else Path(__file__).resolve().parent.parent
    good, told = verify(place, Path(kept).read_text(encoding="utf-8") if kept else None)
    for passed, said in told:
        for one in languages:
            sys.stdout.write(f"{'OK' if passed else Said('WRONG').words(one):<8}{said.words(one)}\n")
    if good and kept is None:
        _close("Compare checkpoint and key with what came by mail before (--checkpoint FILE).", languages)
    _close("NOTHING CHANGED" if good else "CHANGED", languages)
    return 0 if good else 1


def _close(english: str, languages: tuple[str, ...]) -> None:
    sys.stdout.write("\n" + "".join(f"{Said(english).words(one)}\n" for one in languages))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
