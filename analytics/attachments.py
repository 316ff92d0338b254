"""Evidence of manual entries: files named by what is in them, so that a changed one is seen.

They may show names or faces: they lie under the data folder, mode 0600, and only roles that may see entries
get them out again.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from analytics.refusals import NotKept

MOST = 10 * 1024 * 1024  # bytes
NAME = 120  # letters of a file's name that are kept
# what a file of the kind begins with; its ending alone says nothing
BEGINNINGS = {
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".xlsx": b"PK\x03\x04",
    ".docx": b"PK\x03\x04",
}
ACCEPT = ",".join(BEGINNINGS)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A kept file: SHA-256 of its content in hex, its name as it came, its size in bytes."""

    digest: str
    name: str
    size: int


def folder() -> Path:
    place = Path(settings.DATA) / "evidence"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def keep(name: str, chunks: Iterable[bytes]) -> Evidence:
    """Keep a file. Raises NotKept for one that is too large, empty, or not of its kind."""
    ending = Path(name).suffix.lower()
    if ending not in BEGINNINGS:
        kinds = ", ".join(one[1:] for one in BEGINNINGS)
        raise NotKept(_("Evidence is one of these: %(kinds)s.") % {"kinds": kinds})
    content = _whole(chunks)
    if not content.startswith(BEGINNINGS[ending]):
        raise NotKept(_("What is in the file is not what its name ends with: %s.") % ending)
    digest = hashlib.sha256(content).hexdigest()
    _write(folder() / digest, content)
    return Evidence(digest, _plain(name), len(content))


def _whole(chunks: Iterable[bytes]) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > MOST:
            raise NotKept(_("The file is larger than 10 MB."))
    return bytes(content)


def _write(place: Path, content: bytes) -> None:
    """Whole or not at all; the same content is kept once."""
    draft = place.with_name(f"{secrets.token_hex(8)}.part")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)


def _plain(name: str) -> str:
    """The file's name without a path or marks that cannot be seen; its ending stays."""
    path = Path(name.replace("\\", "/"))
    stem = "".join(letter for letter in path.stem if letter.isprintable())
    return stem[: NAME - len(path.suffix)] + path.suffix


def read(digest: str) -> bytes | None:
    """The file as it was kept; None where it is gone or was changed."""
    try:
        content = (folder() / digest).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == digest else None
