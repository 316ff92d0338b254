"""What a check finds, as values: said in the reader's language, with what to do about it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from people.countries import COUNTRIES


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    `said`, `do`: English with `{places}` for `values`, translated when read. `about`: what it is about, the same at
    each look, "" where a check can find one thing alone. `country`: of whose staff it is an affair, "" for all.
    `wrong`: somebody is harmed or will be; else it is worth a look. `since`: where the check itself knows it.
    """

    said: str
    do: str
    values: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    country: str = ""
    wrong: bool = True
    since: datetime | None = None

    def sentence(self) -> str:
        """What is the matter, in the language of whoever reads."""
        return gettext(self.said).format(**self._words())

    def advice(self) -> str:
        """What to do, in the language of whoever reads."""
        return gettext(self.do).format(**self._words())

    def _words(self) -> dict[str, str]:
        """The values, a country by its name."""
        place = COUNTRIES.get(self.values.get("country", ""))
        return {**self.values, "country": str(place.name)} if place else dict(self.values)

    def as_json(self) -> dict[str, Any]:
        return {
            "said": self.sentence(),
            "do": self.advice(),
            "about": self.about,
            "country": self.country,
            "wrong": self.wrong,
            "since": self.since.isoformat() if self.since else None,
        }


Look = Callable[[datetime], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that is looked at. `title`: English, translated when read. `slow`: it waits for another machine."""

    name: str
    title: str
    look: Look
    slow: bool = False

    @property
    def label(self) -> str:
        return gettext(self.title)
