"""Groups of questions as pages show them: titles for codes, places and languages in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.learning import Line
from bot.origins import place
from campaigns.confusions import percent
from campaigns.writing.titles import titled
from people import languages
from people.languages import Language


@dataclass(frozen=True, slots=True)
class Named:
    """An answer by its title, with a figure: percent, or times."""

    code: str
    title: str
    figure: int


@dataclass(frozen=True, slots=True)
class Row:
    """A group as a list shows it."""

    line: Line
    place: str
    language: Language | None
    guesses: tuple[Named, ...]
    nearly: tuple[Named, ...]

    @property
    def phrasings(self) -> str:
        return "\n".join(self.line.wordings)


def rows(found: Sequence[Line]) -> list[Row]:
    """The lines in words: two queries, however many."""
    known = languages.known()
    codes = {code for line in found for code, _figure in (*line.guesses, *line.nearly)}
    names = titled(codes)
    return [
        Row(
            line,
            place(line.country),
            known.get(line.language),
            tuple(Named(code, names[code], percent(share)) for code, share in line.guesses),
            tuple(Named(code, names[code], times) for code, times in line.nearly),
        )
        for line in found
    ]
