"""Matchers of the editions in use, fitted once from the editions' own phrasings and kept beside them.

Fitting costs a second or more a language, taking a fitted one up some milliseconds: whichever process needs
one first leaves it beside the edition's file on the shelf, with which it goes. Every process ranks with what
was packed, so all give the same answers. Nothing is read from a store.
"""

import fcntl
import hashlib
import json
import logging
import threading
import time
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

import understanding
from bot import alarm, words
from campaigns.editions.asked import examples
from campaigns.editions.edition import Edition
from campaigns.press.shelf import Shelf
from people import languages
from understanding import calibration, fitting, language_id, matcher
from understanding.matcher import Matcher
from understanding.safeguarding import hears_danger

Ranked = Sequence[tuple[str, float]]
Taught = Mapping[str, Sequence[str]]  # item -> how people ask for it
EDITIONS_MOST = 4  # editions in use at a time: live, demonstration, and those just replaced
LOOKED_AT_MOST = 2  # drafts and old editions that somebody looks at; one language of each
HELPED = ("help", "person")  # words that a screen answers with the numbers of people to call
DAMAGED = (ValueError, KeyError, EOFError, OSError, zipfile.BadZipFile, zlib.error)
log = logging.getLogger(__name__)


class Matchers:
    """One edition's matchers by base language; safe between threads."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._fitted: dict[str, Matcher] = {}
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._begun: set[str] = set()
        self.languages = tuple(sorted({languages.base(one) for one in edition.phrasings}))

    def rank(self, text: str, language: str) -> Ranked:
        """Item ids with probabilities, best first; [] in a language without phrasings."""
        base = languages.base(language)
        return self.of_language(base).rank(text) if base in self.languages else []

    def warm(self) -> None:
        """Make ready what is not yet, two languages at a time: each in a process of its own."""
        lacking = [one for one in self.languages if one not in self._fitted]
        if lacking:
            with ThreadPoolExecutor(2, "matcher") as pool:
                list(pool.map(self.of_language, lacking))

    @cached_property
    def mark(self) -> str:
        """What tells apart what is learnt of all languages together."""
        return " ".join(mark(examples(self._edition, base)) for base in self.languages)

    def ready(self, language: str) -> bool:
        """Whether it can rank in this language at once; where not, that begins behind the scenes."""
        base = languages.base(language)
        if base not in self.languages or base in self._fitted:
            return True
        if base not in self._begun:
            self._begun.add(base)
            threading.Thread(target=self._begin, args=(base,), name="matcher", daemon=True).start()
        return False

    def _begin(self, base: str) -> None:
        try:
            self.of_language(base)
        finally:
            self._begun.discard(base)

    def of_language(self, base: str) -> Matcher:
        """The matcher of a base language that has phrasings; fitted now where it is not yet."""
        found = self._fitted.get(base)
        if found is None:
            with self._locks[base]:
                found = self._fitted.get(base)
                if found is None:
                    found = self._fitted[base] = _taken_up(self._edition, base)
        return found


# --- beside the edition's file --------------------------------------------------------------------------


def _taken_up(edition: Edition, base: str) -> Matcher:
    """What another process fitted; else fitted here, and left for the others if the edition lies on the shelf."""
    taught = examples(edition, base)
    folder = settings.DATA / "editions"
    path = folder / f"{edition.id}.{base}.{mark(taught)}.matcher"
    if not (folder / f"{edition.id}.json").exists():
        return matcher.from_bytes(_lent(path) or fitting.packed(taught, base))
    return _kept(path) or _fitted(taught, base, path)


def _fitted(taught: Taught, base: str, path: Path) -> Matcher:
    """Fitted by one process, while the others that need the same one wait for it."""
    try:
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # gone with the process, however it ends
            found = _kept(path)
            if found is None:
                part = path.with_suffix(".part")
                part.write_bytes(_lent(path) or fitting.packed(taught, base))
                part.replace(path)
                found = _kept(path)
    except OSError as error:
        log.warning("matcher %s is not kept: %s", path.name, error)
        found = None
    return found or matcher.from_bytes(fitting.packed(taught, base))


def _lent(path: Path) -> bytes | None:
    """The same matcher from beside another edition: most editions change no phrasing of most languages."""
    edition, _, rest = path.name.partition(".")
    for other in path.parent.glob(f"*.{rest}"):
        if not other.name.startswith(edition) and _kept(other) is not None:
            return other.read_bytes()
    return None


def _kept(path: Path) -> Matcher | None:
    """The matcher of that file; None where there is none, or a damaged one."""
    try:
        return matcher.from_bytes(path.read_bytes())
    except FileNotFoundError:
        return None
    except DAMAGED as error:
        log.warning("matcher %s is fitted again: %r", path.name, error)
        return None


def mark(taught: Taught) -> str:
    """What tells matchers apart: the phrasings they were fitted on, and the code and tables that did it."""
    said = json.dumps(taught, sort_keys=True).encode()
    return hashlib.sha256(_release() + said).hexdigest()[:12]


@lru_cache(maxsize=1)
def _release() -> bytes:
    """The digest of all that fits and ranks: a matcher of an earlier release would read texts otherwise."""
    folder = Path(understanding.__path__[0])
    files = sorted([*folder.glob("*.py"), *folder.glob("tables/*.*")])
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).digest()


_made: dict[str, Matchers] = {}  # edition id -> matchers, oldest first
_looked_at: dict[str, Matchers] = {}  # the same, of editions that nobody is served
_making = threading.Lock()


def of(edition: Edition) -> Matchers:
    """The edition's matchers; the first call for it begins to make all its languages ready behind the scenes."""
    with _making:
        found = _made.get(edition.id)
        if found is None:
            make_room(_made, EDITIONS_MOST)
            found = _made[edition.id] = Matchers(edition)
            threading.Thread(target=found.warm, name="matchers", daemon=True).start()
    return found


def make_room(made: MutableMapping[Any, Any], most: int) -> None:
    """Let the oldest go until one more is at most so many."""
    while len(made) >= most:
        del made[next(iter(made))]


def looked_at(edition: Edition) -> Matchers:
    """Matchers of an edition that may be a draft: nothing is begun for it, and none in use gives way to it."""
    with _making:
        found = _made.get(edition.id) or _looked_at.get(edition.id)
        if found is None:
            make_room(_looked_at, LOOKED_AT_MOST)
            found = _looked_at[edition.id] = Matchers(edition)
    return found


def keep_warm(shelf: Shelf, *, every: float = 2.0) -> None:
    """Make new editions ready before anybody asks, from a thread of this process that ends with it."""
    threading.Thread(target=_tend, args=(shelf, every), name="warm matchers", daemon=True).start()


def _tend(shelf: Shelf, every: float) -> None:
    hears_danger("")  # compiles the rules
    language_id.posterior("a")  # reads the table
    while True:
        for edition in (shelf.current(simulated=True), shelf.current(simulated=False)):
            if edition is not None:
                of(edition)
        time.sleep(every)


def asker(
    current: Callable[[], Edition | None], of: Callable[[Edition], Matchers] = of
) -> Callable[[str, str], tuple[tuple[str, ...], bool]]:
    """The matcher for USSD's free question: (text, language) -> (item ids best first, danger heard).

    Danger is what chats hear as danger. A word that asks for help, or for a person, leads to the same screen.
    """

    def ask(text: str, language: str) -> tuple[tuple[str, ...], bool]:
        if alarm.danger_in(text) or words.word(text) in HELPED:
            return (), True
        edition = current()
        ranked = of(edition).rank(text, language) if edition else []
        known = calibration.decide(ranked).kind != "unknown"
        return tuple(
            name for name, p in ranked[: 2 * calibration.CHOICES] if p > 0
        ) if known else (), False

    return ask
