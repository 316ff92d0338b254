"""The key file: 256-bit keys for tokens, suppression and seals, outside the database and its backups.

Plain Python, so that an operator can make the file before anything else exists:
`python -m people.keys make FILE`, `python -m people.keys rotate FILE PURPOSE`.
Why keys at all: all mobile numbers of the eight countries are hashed in two minutes (D9).
"""

import base64
import binascii
import os
import secrets
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LENGTHS = {
    "token": 32,
    "suppression": 32,
    "seal": 64,
}  # bytes; a seal is AES-256-SIV, two keys in one
LETTERS = {"token": "t", "suppression": "s", "seal": "e"}
LEAST_DIFFERENT = (
    16  # random 32 bytes hold about 30 different ones; a typed or default key does not
)
SHARED = 0o077
SECRETS = Path("/run/secrets")  # container secrets are read-only mounts whose mode we do not choose


class BadKeys(Exception):  # noqa: N818 - named for what it is
    """The key file cannot be used; the message says what to do. Never carries a key."""


def age(name: str) -> tuple[int, str]:
    """Sorts key ids from the oldest to the newest: t1, t9, t10."""
    return len(name), name


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one purpose: `current` makes, the others (newest first) only recognise."""

    current: str
    keys: Mapping[str, bytes]

    @property
    def former(self) -> tuple[str, ...]:
        others = (name for name in self.keys if name != self.current)
        return tuple(sorted(others, key=age, reverse=True))


@dataclass(frozen=True, slots=True)
class Ring:
    token: Keys
    suppression: Keys
    seal: Keys


def load(file: Path, *, demonstration: bool) -> Ring:
    """The ring of `file`; made at first use only for a demonstration. Raises BadKeys."""
    if not file.exists():
        if not demonstration:
            raise BadKeys(f"No key file at {file}. Make one: python -m people.keys make {file}")
        make(file, origin="demonstration")
    if file.stat().st_mode & SHARED and SECRETS not in file.parents:
        raise BadKeys(f"{file} can be read by others. Do: chmod 600 {file}")
    document = _document(file)
    if document.get("origin") == "demonstration" and not demonstration:
        raise BadKeys(f"{file} was made for a demonstration. Make another for real people.")
    return _ring(document)


def _document(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadKeys(f"{file} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadKeys(
            f"{file} is no TOML ({type(error).__name__}): restore it from a backup, nobody can be recognised without it."
        ) from None


def _ring(document: Mapping[str, object]) -> Ring:
    ring = Ring(*(_keys(purpose, document.get(purpose)) for purpose in LENGTHS))
    values = [
        key for keys in (ring.token, ring.suppression, ring.seal) for key in keys.keys.values()
    ]
    if len(set(values)) < len(values):
        raise BadKeys("The same key stands twice in the key file: each purpose needs its own.")
    return ring


def _keys(purpose: str, table: object) -> Keys:
    if not isinstance(table, dict) or not isinstance(table.get("keys"), dict):
        raise BadKeys(f"The key file has no [{purpose}] with [{purpose}.keys].")
    keys = {name: _key(purpose, name, text) for name, text in table["keys"].items()}
    if table.get("current") not in keys:
        raise BadKeys(f"[{purpose}] names no current key that it holds.")
    return Keys(table["current"], keys)


def _key(purpose: str, name: str, text: object) -> bytes:
    try:
        key = base64.b64decode(str(text), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != LENGTHS[purpose] or len(set(key)) < LEAST_DIFFERENT:
        raise BadKeys(
            f"Key {name} of [{purpose}] is weak or a default: {LENGTHS[purpose]} random bytes are needed."
        )
    if not name.isalnum() or len(name) > 8:
        raise BadKeys(f"Key ids are up to 8 letters and digits, not {name!r}.")
    return key


def make(file: Path, *, origin: str = "operator", number: int = 1) -> None:
    """A new key file, 0600. Of several processes that start together, one wins and all read its keys.

    `number`: in the ids of its keys; after a loss, one that no lost key had.
    """
    purposes = {
        purpose: {f"{letter}{number}": _fresh(purpose)} for purpose, letter in LETTERS.items()
    }
    text = _toml(
        origin, {purpose: next(iter(keys)) for purpose, keys in purposes.items()}, purposes
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(file, text)
    try:
        os.link(draft, file)  # fails where another process was first
    except FileExistsError:
        if origin == "operator":
            raise BadKeys(f"{file} exists already; it was left as it is.") from None
    finally:
        draft.unlink()


def rotate(file: Path, purpose: str) -> str:
    """Give `purpose` a new current key and keep the old ones for recognising. The new key's id."""
    if purpose not in LENGTHS:
        raise BadKeys(f"Keys are for {', '.join(LENGTHS)}, not for {purpose!r}.")
    document = _document(file)
    ring = _ring(document)
    purposes = {name: _texts(getattr(ring, name)) for name in LENGTHS}
    current = {name: getattr(ring, name).current for name in LENGTHS}
    new = _next(purpose, purposes[purpose])
    purposes[purpose][new], current[purpose] = _fresh(purpose), new
    _draft(file, _toml(str(document.get("origin", "operator")), current, purposes)).replace(file)
    return new


def retire(file: Path, purpose: str, name: str) -> None:
    """Take a key that makes nothing any more out of the file. Raises BadKeys.

    Whether rows still need it, a file cannot know: `manage.py keys retire` asks the tables first.
    """
    document = _document(file)
    ring = _ring(document)
    own: Keys = getattr(ring, purpose)
    if name not in own.former:
        raise BadKeys(f"{name!r} is no former key of {purpose}: {', '.join(own.former) or 'none'}.")
    purposes = {each: _texts(getattr(ring, each)) for each in LENGTHS}
    current = {each: getattr(ring, each).current for each in LENGTHS}
    del purposes[purpose][name]
    _draft(file, _toml(str(document.get("origin", "operator")), current, purposes)).replace(file)


def _next(purpose: str, known: Mapping[str, str]) -> str:
    """An id no key of the file ever had: retired ones are older than the newest that is left."""
    numbers = (int(name[1:]) for name in known if name[1:].isdecimal())
    return f"{LETTERS[purpose]}{max(numbers, default=0) + 1}"


def _texts(keys: Keys) -> dict[str, str]:
    return {name: base64.b64encode(key).decode() for name, key in keys.keys.items()}


def _fresh(purpose: str) -> str:
    return base64.b64encode(secrets.token_bytes(LENGTHS[purpose])).decode()


def _toml(
    origin: str, current: Mapping[str, str], purposes: Mapping[str, Mapping[str, str]]
) -> str:
    lines = [
        "# Whoever reads this file can tell which tokens belong to which numbers.",
        "# Keep a copy apart from the database's backups: without it no number can be read again.",
        f'origin = "{origin}"',
    ]
    for purpose, keys in purposes.items():
        lines += ["", f"[{purpose}]", f'current = "{current[purpose]}"', f"[{purpose}.keys]"]
        lines += [f'{name} = "{text}"' for name, text in keys.items()]
    return "\n".join(lines) + "\n"


def _draft(file: Path, text: str) -> Path:
    """A file beside `file`, 0600 from its first byte."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(handle)
    return draft


def main(words: list[str]) -> int:
    """The shell's door: 0 when done, 2 when misused."""
    match words:
        case ["make", file]:
            make(Path(file))
        case ["make", file, number] if number.isdecimal():
            make(Path(file), number=int(number))
        case ["rotate", file, purpose]:
            sys.stdout.write(
                f"{rotate(Path(file), purpose)} is now the current key of {purpose}.\n"
            )
        case _:
            sys.stderr.write(
                "python -m people.keys make FILE [NUMBER] | rotate FILE token|suppression|seal\n"
            )
            return 2
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BadKeys as problem:
        sys.exit(str(problem))
