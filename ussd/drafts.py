"""The drafts that a call on the preview began with: it goes on with them, as a real one does with its edition."""

import threading

from django.utils import timezone

from campaigns.press import attempting
from campaigns.press.attempting import Attempt

KEPT = 6  # attempts of this process; a country's menus in all its languages take a few MB
Name = tuple[str, str, str]  # country, language, edition
_kept: dict[Name, Attempt] = {}
_keeping = threading.Lock()


def attempt(country: str, language: str, *, begun: str = "") -> Attempt:
    """The drafts of now, which takes half a second; those of `begun`, an edition's id, where they are kept."""
    known = _kept.get((country, language, begun))
    if known is not None:
        return known
    made = attempting.attempt(country, language, at=timezone.now())
    if made.edition is not None:
        with _keeping:
            _kept[country, language, made.edition.id] = made
            while len(_kept) > KEPT:
                del _kept[next(iter(_kept))]
    return made
