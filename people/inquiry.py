"""Who is asking, if they like: how often callers of a country are asked one question, and which.

The answers live on exposures only (D8), never on a person. Nobody is asked until a country switches it on, which
it does when its notice is agreed. What is set here holds for the editions published from then on.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from people import districts as areas
from people.countries import COUNTRIES
from people.models import CountryMenu, Question

NEVER = 0
LEAST, MOST = 2, 100  # one session in so many
EVERY = tuple(Question.values)


@dataclass(frozen=True, slots=True)
class Asking:
    """One session in `one_in` is asked one of `questions`; NEVER: none is."""

    one_in: int = NEVER
    questions: tuple[str, ...] = EVERY


def asking() -> Mapping[str, Asking]:
    """How each country asks (one query)."""
    rows = CountryMenu.objects.values_list("country", "asks_one_in", "asks")
    kept = {country: Asking(one_in, tuple(asks)) for country, one_in, asks in rows}
    return {country: kept.get(country, Asking()) for country in COUNTRIES}


def districts() -> Mapping[str, tuple[str, ...]]:
    """Country -> the names its callers choose from, in their order (one query)."""
    return {country: areas.offered(own) for country, own in areas.lists().items()}
