"""What the phrasings of editions mean, where an encoder is installed: encoded by a worker, kept beside the editions.

Encoding thousands takes minutes of one core: it goes on in slices, every text once, and the vectors are kept by language
in `vectors` of the data folder. When all are there, what meaning adds to each matcher is learnt and left beside the edition's
file, where every process finds it. Until then, and in USSD always, spelling alone ranks.
"""

import fcntl
import hashlib
import logging
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from bot import matchers
from bot.matchers import Ranked, Taught
from campaigns.editions.asked import examples
from campaigns.editions.edition import Edition
from people import languages
from understanding import encoder, fused
from understanding.encoder import Encoder
from understanding.fused import Fused, Learnt
from understanding.meaning import Taught as Vectored

SLICE = 15.0  # seconds of encoding at a time: the worker has other work, too
LOOK = 10.0  # seconds between two looks for what was learnt meanwhile
log = logging.getLogger(__name__)
Known = dict[int, NDArray[np.float32]]  # mark of a text -> its vector


class Ranks(Protocol):
    def rank(self, text: str, language: str) -> Ranked: ...


class Weighed:
    """An edition's matchers with what meaning adds, as far as it is learnt; safe between threads."""

    def __init__(self, edition: Edition, by: Encoder) -> None:
        self._edition = edition
        self._by = by
        self._found: dict[str, Fused] = {}
        self._looked: dict[str, float] = {}

    def rank(self, text: str, language: str) -> Ranked:
        """As `Matchers.rank`."""
        found = self._fused(languages.base(language))
        if found:
            return found.rank(text)
        return matchers.of(self._edition).rank(text, language)

    def _fused(self, base: str) -> Fused | None:
        if base not in self._found and time.monotonic() > self._looked.get(base, -LOOK) + LOOK:
            self._looked[base] = time.monotonic()
            if learnt := kept(self._edition, base, self._by):
                spelled = matchers.of(self._edition).of_language(base)
                self._found[base] = fused.join(spelled, learnt, self._by)
        return self._found.get(base)


def of(edition: Edition) -> Ranks:
    """What chats rank with: by spelling, and by meaning where an encoder is installed."""
    by = encoder.installed()
    return weighed(edition, by) if by else matchers.of(edition)


def weighed(edition: Edition, by: Encoder) -> Weighed:
    """Of one edition and encoder, once a process."""
    key = (edition.id, by.name)
    with _making:
        if key not in _made:
            matchers.make_room(_made, matchers.EDITIONS_MOST)
            _made[key] = Weighed(edition, by)
        return _made[key]


_made: dict[tuple[str, str], Weighed] = {}  # oldest first
_making = threading.Lock()


# --- learning, by one worker at a time ------------------------------------------------------------------


def learn(editions: Sequence[Edition], by: Encoder, *, seconds: float = SLICE) -> int:
    """Encode for so long, then learn what is complete. How many phrasings are still to be encoded; 0: all is learnt.

    Another worker at it: nothing is done, and its number is told.
    """
    with _alone() as mine:
        taught = _taught(editions)
        if mine:
            _encode(taught, by, until=time.monotonic() + seconds)
        lacking = sum(len(_lacking(texts, _marks(base, by))) for base, texts in taught.items())
        if mine and not lacking:
            for edition in editions:
                _learn(edition, by)
    return lacking


def _taught(editions: Iterable[Edition]) -> dict[str, list[str]]:
    """All phrasings by base language, each once."""
    found: dict[str, dict[str, None]] = {}
    for edition in editions:
        for base in matchers.of(edition).languages:
            for texts in examples(edition, base).values():
                found.setdefault(base, {}).update(dict.fromkeys(texts))
    return {base: list(texts) for base, texts in found.items()}


def _encode(taught: Mapping[str, Sequence[str]], by: Encoder, *, until: float) -> None:
    for base, texts in taught.items():
        lacking = _lacking(texts, _marks(base, by))
        if not lacking:
            continue
        known = _read(base, by)
        for at in range(0, len(lacking), encoder.BATCH):
            if time.monotonic() > until:
                break
            batch = lacking[at : at + encoder.BATCH]
            known |= zip(map(_mark, batch), by.vectors(batch), strict=True)
        _write(base, by, {one: known[one] for one in map(_mark, texts) if one in known})


def _lacking(texts: Iterable[str], known: Collection[int]) -> list[str]:
    return [text for text in texts if _mark(text) not in known]


def _learn(edition: Edition, by: Encoder) -> None:
    """What is not learnt yet of the edition, beside its file; an edition without one is served by nobody."""
    bases = matchers.of(edition).languages
    fresh = [base for base in bases if not _path(edition, base, by).exists()]
    if not (fresh and (settings.DATA / "editions" / f"{edition.id}.json").exists()):
        return
    known = {base: _read(base, by) for base in bases}
    if not all(known.values()):
        return  # a file was damaged: the next slice encodes it again
    every = {base: _vectored(examples(edition, base), known[base]) for base in bases}
    for base in fresh:
        taught = examples(edition, base)
        vectors = {text: known[base][_mark(text)] for texts in taught.values() for text in texts}
        others = [one for other, one in every.items() if other != base]
        learnt = fused.learn(taught, base, vectors, others, encoder=by.name)
        path = _path(edition, base, by)
        part = path.with_suffix(".part")
        part.write_bytes(learnt.to_bytes())
        part.replace(path)


def _vectored(taught: Taught, known: Known) -> Vectored:
    rows = [(name, known[_mark(text)]) for name, texts in taught.items() for text in texts]
    return Vectored(np.array([row for _, row in rows]), tuple(name for name, _ in rows))


def kept(edition: Edition, base: str, by: Encoder) -> Learnt | None:
    """What was learnt for the language; None where nothing is yet, or a damaged file is."""
    path = _path(edition, base, by)
    try:
        return fused.from_bytes(path.read_bytes())
    except FileNotFoundError:
        return None
    except matchers.DAMAGED as error:
        log.warning("%s is learnt again: %r", path.name, error)
        path.unlink(missing_ok=True)
        return None


def _path(edition: Edition, base: str, by: Encoder) -> Path:
    """All languages teach one another: whatever changes in one makes another file of each."""
    marks = hashlib.sha256(f"{by.name} {matchers.of(edition).mark}".encode()).hexdigest()[:12]
    return settings.DATA / "editions" / f"{edition.id}.{base}.{marks}.meaning"


# --- vectors of texts -----------------------------------------------------------------------------------


def _mark(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def _file(base: str, by: Encoder) -> Path:
    return settings.DATA / "vectors" / f"{base}.{by.name}.npz"


def _marks(base: str, by: Encoder) -> Collection[int]:
    """Of the texts whose vectors are there; without reading these, which are a hundred times as large."""
    with suppress(*matchers.DAMAGED), np.load(_file(base, by), allow_pickle=False) as arrays:
        return set(arrays["marks"].tolist())
    return ()


def _read(base: str, by: Encoder) -> Known:
    """Vectors by the marks of their texts; {} where there are none. A damaged file goes: all is encoded again."""
    path = _file(base, by)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            rows = arrays["vectors"].astype(np.float32)
            return dict(zip(arrays["marks"].tolist(), rows, strict=True))
    except FileNotFoundError:
        return {}
    except matchers.DAMAGED as error:
        log.warning("%s is encoded again: %r", path.name, error)
        path.unlink(missing_ok=True)
        return {}


def _write(base: str, by: Encoder, known: Known) -> None:
    path = _file(base, by)
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(
            file,
            allow_pickle=False,
            marks=np.array(list(known), np.uint64),
            vectors=np.array(list(known.values()), np.float16),
        )
    part.replace(path)


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this worker is the one at it; the lock is gone with the process, however it ends."""
    folder = settings.DATA / "vectors"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
