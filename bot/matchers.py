"""Matchers of the editions in use, fitted in this process from the editions' own phrasings.

One edition's languages fit in about a second together: the language that is asked for first is fitted at
once, the others behind it in a thread. Nothing is read from a store.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence

from campaigns.edition import Edition
from campaigns.shelf import Shelf
from people import languages
from understanding import calibration, language_id, matcher
from understanding.matcher import Matcher
from understanding.safeguarding import hears_danger

Ranked = Sequence[tuple[str, float]]
EDITIONS_MOST = 4  # editions in use at a time: live, demonstration, and those just replaced


class Matchers:
    """One edition's matchers by base language; safe between threads."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._fitted: dict[str, Matcher] = {}
        self._locks: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self.languages = tuple(sorted({languages.base(one) for one in edition.phrasings}))

    def rank(self, text: str, language: str) -> Ranked:
        """Item ids with probabilities, best first; [] in a language without phrasings."""
        base = languages.base(language)
        return self._matcher(base).rank(text) if base in self.languages else []

    def warm(self) -> None:
        """Fit what is not fitted yet; for a thread."""
        for one in self.languages:
            self._matcher(one)

    def _matcher(self, base: str) -> Matcher:
        found = self._fitted.get(base)
        if found is None:
            with self._locks[base]:
                found = self._fitted.get(base)
                if found is None:
                    found = self._fitted[base] = matcher.fit(examples(self._edition, base), base)
        return found


def examples(edition: Edition, base: str) -> dict[str, list[str]]:
    """Item -> phrasings and title, in the language and in its Latin variant."""
    found: dict[str, list[str]] = {}
    for language, items in edition.phrasings.items():
        if languages.base(language) == base:
            for item, texts in items.items():
                known = edition.items.get(item)
                title = known.texts[language].title if known and language in known.texts else ""
                found.setdefault(item, []).extend(filter(None, [title, *texts]))
    return {item: list(dict.fromkeys(texts)) for item, texts in found.items()}


_made: dict[str, Matchers] = {}  # edition id -> matchers, oldest first
_making = threading.Lock()


def of(edition: Edition) -> Matchers:
    """The edition's matchers; the first call for it begins to fit all its languages behind the scenes."""
    with _making:
        found = _made.get(edition.id)
        if found is None:
            while len(_made) >= EDITIONS_MOST:
                del _made[next(iter(_made))]
            found = _made[edition.id] = Matchers(edition)
            threading.Thread(target=found.warm, name="matchers", daemon=True).start()
    return found


def keep_warm(shelf: Shelf, *, every: float = 2.0) -> None:
    """Fit new editions before anybody asks, from a thread of this process that ends with it."""
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
    current: Callable[[], Edition | None],
) -> Callable[[str, str], tuple[tuple[str, ...], bool]]:
    """The matcher for USSD's free question: (text, language) -> (item ids best first, danger heard)."""

    def ask(text: str, language: str) -> tuple[tuple[str, ...], bool]:
        if hears_danger(text):
            return (), True
        edition = current()
        ranked = of(edition).rank(text, language) if edition else []
        known = calibration.decide(ranked).kind != "unknown"
        return tuple(
            name for name, p in ranked[: 2 * calibration.CHOICES] if p > 0
        ) if known else (), False

    return ask
