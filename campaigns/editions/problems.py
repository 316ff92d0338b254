"""What is wrong with content, as values: said in the reader's language, linked to where it can be mended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext, gettext_noop

# what two people who change the same thing at once are told
MOVED = gettext_noop("somebody changed it meanwhile; look at it again first.")


class About(StrEnum):
    """What a problem is about, and so which page mends it; `code` of the problem names the row."""

    ITEM = "item"
    TEXT = "text"  # with a language
    NUMBER = "number"
    FIGURE = "figure"
    LANGUAGE = "language"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `said`: English with `{places}` for `values`, translated when read."""

    said: str
    about: About = About.ITEM
    code: str = ""
    language: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def sentence(self) -> str:
        """In the language of whoever reads."""
        return gettext(self.said).format(**self.values)

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.language, self.code)))
        return f"{where}: {self.sentence()}" if where else self.sentence()

    def as_json(self) -> dict[str, Any]:
        return {
            "said": self.said,
            "about": self.about.value,
            "code": self.code,
            "language": self.language,
            "values": dict(self.values),
        }

    @staticmethod
    def from_json(raw: Mapping[str, Any]) -> "Problem":
        return Problem(**{**raw, "about": About(raw["about"])})


def nowhere(code: str, language: str, country: str, error: KeyError) -> Problem:
    """A text that names a menu in which that country has nothing, as filling its tokens told."""
    said = gettext_noop("{token} leads nowhere in {country}: nothing is listed there.")
    values = {"token": f"{{{error.args[0]}}}", "country": country}
    return Problem(said, About.TEXT, code, language, values)


def once(problems: Iterable[Problem]) -> Iterable[Problem]:
    """Each problem once: a text that is too long is so in every country."""
    return {str(one): one for one in problems}.values()


def listed(names: Sequence[str], most: int = 8) -> str:
    """The first of these names, and how many there are besides."""
    rest = f" + {len(names) - most}" if len(names) > most else ""
    return ", ".join(names[:most]) + rest


class Refused(ValueError):  # noqa: N818 - named for what it is
    """Content that cannot be taken as it is; `problems` says all that is wrong, each with its place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
