"""The list of what is in a backup, by which whoever restores it knows that it is whole and fits."""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from people import keys

FORMAT = 1
NAME = "manifest.json"
DUMP = "database.dump"
BLOCK = 1 << 20  # bytes read at once


class BadBackup(Exception):  # noqa: N818 - named for what it is
    """The folder cannot be restored; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of the backup: its path below the backup's folder, its bytes, its SHA-256 in hex."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`migrations`: app -> its newest. `rows`: table -> rows. `keys`: key id -> print, see `prints`."""

    product: str
    taken_at: datetime
    postgres: str  # major
    role: str  # whose tables they are; rights that were taken away name it
    migrations: Mapping[str, str]
    rows: Mapping[str, int]
    keys: Mapping[str, str]
    files: tuple[Kept, ...]

    def to_json(self) -> str:
        told = {"format": FORMAT, **asdict(self), "taken_at": self.taken_at.isoformat()}
        return json.dumps(told, indent=1) + "\n"


def read(folder: Path) -> Manifest:
    """Raises BadBackup where there is none, or one of a later format."""
    try:
        told = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if told.pop("format") != FORMAT:
            raise BadBackup(f"{folder} was made by a later release: restore it with that one.")
        told["taken_at"] = datetime.fromisoformat(told["taken_at"])
        told["files"] = tuple(Kept(**one) for one in told["files"])
        return Manifest(**told)
    except PermissionError:
        raise BadBackup(
            f"{folder} may not be read by account number {os.geteuid()}, as which this runs: give it to that "
            "account (chown -R). Of a container it is the folder of the host that is mounted there."
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadBackup(
            f"{folder} holds no readable {NAME} ({type(error).__name__}): name the folder of one backup."
        ) from None


def listed(folder: Path) -> Iterator[Kept]:
    """Every file below the folder, the manifest apart."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        name = path.relative_to(folder).as_posix()
        if name != NAME:
            yield Kept(name, path.stat().st_size, digest(path))


def check(folder: Path, manifest: Manifest) -> None:
    """Every file is there as it was made, and no other. Raises BadBackup."""
    there, told = set(listed(folder)), set(manifest.files)
    if wrong := sorted({one.path for one in there ^ told}):
        raise BadBackup(
            f"{len(wrong)} files of {folder} are missing, changed or none of this backup, the first is "
            f"{wrong[0]}: take another copy of it, or an older backup."
        )


def digest(path: Path) -> str:
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            sha.update(block)
    return sha.hexdigest()


def prints(ring: keys.Ring) -> dict[str, str]:
    """Key id -> 32 bits by which a key file is known again. Of 256 random bits they give nothing away."""
    each: Iterable[keys.Keys] = (ring.token, ring.suppression, ring.seal)
    return {
        name: hashlib.sha256(b"njia backup " + key).hexdigest()[:8]
        for one in each
        for name, key in one.keys.items()
    }
