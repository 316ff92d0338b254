"""The numbers counted a second time from the rows of a pack alone: plain Python, no database, no SQL.

The words are those of `analytics.questions`: a route (country, channel, campaign) counts a subject in every
category it was met in; a person's word (language, sex ...) is that of the first qualifying exposure. About
60 bytes a row and 200 a subject are held; each breakdown is one pass over them.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from analytics.counting import MASKS, NOBODY, Cells, Numbers, Reached, Table
from analytics.questions import PERSONS, ROUTES, By, Cell

EARLIER = ("subject", "month", "linked", *ROUTES, *PERSONS)
ROWS = ("subject", "day", "tier", "linked", *ROUTES, "item", *PERSONS)
WORDS = (*ROUTES, *PERSONS)
UNKNOWN = "unknown"
APART = len(MASKS)  # as in analytics.counting: bits of chat identities without a number
NUMBER_BEFORE, NUMBER_HERE, APART_BEFORE, APART_HERE = 1, 2, 4, 8
NEVER = 2**63


@dataclass(slots=True)
class Words:
    """One column as small numbers."""

    codes: "array[int]" = field(default_factory=lambda: array("I"))
    known: dict[str, int] = field(default_factory=dict)

    def add(self, word: str) -> None:
        self.codes.append(self.known.setdefault(word or UNKNOWN, len(self.known)))

    @property
    def words(self) -> list[str]:
        return list(self.known)


class Facts:
    """The rows of a pack, small. Earlier ones have to be added first."""

    def __init__(self, tiers: Iterable[str]) -> None:
        self.reached = sum(MASKS[tier] for tier in tiers)
        self.subjects: dict[str, int] = {}
        self.subject, self.bits = array("I"), array("H")
        self.columns = {name: Words() for name in WORDS}
        self.before = 0  # so many rows are earlier ones
        self.months = set[str]()  # of earlier rows
        self._known: dict[str, date] = {}
        self.best_ever, self.best_here = array("Q"), array("Q")  # rank << 40 | row, by subject

    def add_earlier(self, cells: Sequence[str]) -> None:
        """A row of before the period: who was reached, by which way. In order of month and recording."""
        told = dict(zip(EARLIER, cells, strict=True))
        bit = NUMBER_BEFORE if _true(told["linked"]) else APART_BEFORE
        place, subject = self._add(told, bit)
        self.before += 1
        self.months.add(told["month"])
        self.best_ever[subject] = min(self.best_ever[subject], place)

    def add(self, cells: Sequence[str]) -> None:
        """A row of the period, in order of recording. Raises ValueError and KeyError for what is none."""
        told = dict(zip(ROWS, cells, strict=True))
        mask = MASKS[told["tier"]] << (0 if _true(told["linked"]) else APART)
        place, subject = self._add(told, mask)
        day = self._day(told["day"])
        late = (day.year * 12 + day.month) << 40 | place
        if mask & (self.reached | self.reached << APART):
            self.best_ever[subject] = min(self.best_ever[subject], late)
        else:
            late |= 1 << 62
        self.best_here[subject] = min(self.best_here[subject], late)

    def _day(self, text: str) -> date:
        day = self._known.get(text)
        if day is None:
            day = self._known[text] = date.fromisoformat(text)
        return day

    def _add(self, told: Mapping[str, str], bits: int) -> tuple[int, int]:
        subject = self.subjects.setdefault(told["subject"], len(self.subjects))
        if subject == len(self.best_ever):
            self.best_ever.append(NEVER)
            self.best_here.append(NEVER)
        for name, words in self.columns.items():
            words.add(told[name])
        self.subject.append(subject)
        self.bits.append(bits)
        return len(self.subject) - 1, subject

    @property
    def days(self) -> set[date]:
        """On which the period's rows lie."""
        return set(self._known.values())

    # --- counting ---

    def table(self, sets: Sequence[By]) -> Table:
        """All numbers in these breakdowns. Cells of nobody are left out, but for the total of ()."""
        found: Table = {}
        for routes in dict.fromkeys(tuple(one for one in by if one in ROUTES) for by in sets):
            met, ever = self._masks(routes)
            for by in sets:
                if tuple(one for one in by if one in ROUTES) == routes:
                    found[by] = self._cells(by, routes, met, ever)
        return {by: found[by] for by in sets}

    def _masks(self, routes: By) -> tuple[dict[int, int], dict[int, int]]:
        """What became of each subject in each category of the routes: tiers met here; since when reached."""
        met: dict[int, int] = {}
        ever: dict[int, int] = {}
        width, reached, apart = len(self.subjects), self.reached, self.reached << APART
        for place, code in enumerate(self._codes(routes)):
            key, bits = code * width + self.subject[place], self.bits[place]
            if place < self.before:
                ever[key] = ever.get(key, 0) | bits
                continue
            met[key] = met.get(key, 0) | bits
            here = (NUMBER_HERE if bits & reached else 0) | (APART_HERE if bits & apart else 0)
            if here:
                ever[key] = ever.get(key, 0) | here
        return met, ever

    def _codes(self, names: By) -> Iterable[int]:
        """One number for the words of several columns, row by row."""
        codes: Iterable[int] = (0 for _ in self.subject)
        for name in names:
            column = self.columns[name]
            codes = _joined(codes, column.codes, len(column.known))
        return codes

    def _cells(self, by: By, routes: By, met: dict[int, int], ever: dict[int, int]) -> Cells:
        persons = tuple(one for one in by if one not in ROUTES)
        found: dict[Cell, list[Counter[int]]] = {}
        for side, (masks, best) in enumerate(((met, self.best_here), (ever, self.best_ever))):
            for (code, person, mask), people in self._groups(masks, persons, best).items():
                words = {**self._words(routes, code), **self._words(persons, person)}
                cell = tuple(words[one] for one in by)
                found.setdefault(cell, [Counter(), Counter()])[side][mask] += people
        cells = {
            cell: _numbers(found[cell][0], found[cell][1], self.reached) for cell in sorted(found)
        }
        if by == ():
            return cells or {(): NOBODY}
        return {cell: one for cell, one in cells.items() if one != NOBODY}

    def _groups(
        self, masks: dict[int, int], persons: By, best: "array[int]"
    ) -> Counter[tuple[int, int, int]]:
        """How many subjects share a category of the routes, the person's words and a mask."""
        width = len(self.subjects)
        kinds = self._kinds(persons, best) if persons else array("I", bytes(4 * width))
        return Counter((key // width, kinds[key % width], mask) for key, mask in masks.items())

    def _kinds(self, persons: By, best: "array[int]") -> "array[int]":
        """Each subject's words, as one number; 0 where it has none here."""
        columns = [self.columns[name] for name in persons]
        kinds = array("I", bytes(4 * len(best)))
        for subject, rank in enumerate(best):
            if rank != NEVER:
                place, code = rank & (1 << 40) - 1, 0
                for column in columns:
                    code = code * len(column.known) + column.codes[place]
                kinds[subject] = code
        return kinds

    def _words(self, names: By, code: int) -> dict[str, str]:
        """The words of a joined number."""
        found = {}
        for name in reversed(names):
            words = self.columns[name].words
            code, place = divmod(code, len(words))
            found[name] = words[place]
        return found


def _joined(codes: Iterable[int], more: "array[int]", size: int) -> Iterator[int]:
    return (code * size + other for code, other in zip(codes, more, strict=True))


def _true(word: str) -> bool:
    if word not in ("t", "f"):
        raise ValueError(f"{word!r} is neither t nor f.")
    return word == "t"


def _numbers(met: Counter[int], ever: Counter[int], reached: int) -> Numbers:
    def people(bits: int) -> int:
        return sum(count for mask, count in met.items() if mask & bits)

    def since(has: int, lacks: int) -> int:
        return sum(count for mask, count in ever.items() if mask & has and not mask & lacks)

    number, apart = NUMBER_BEFORE | NUMBER_HERE, APART_BEFORE | APART_HERE
    loose = sum(
        count for mask, count in met.items() if mask & reached << APART and not mask & reached
    )
    return Numbers(
        **{tier: people(bit) for tier, bit in MASKS.items()},
        reached=Reached(people(reached), since(number, NUMBER_BEFORE), since(number, 0)),
        unlinked=Reached(loose, since(apart, number | APART_BEFORE), since(apart, number)),
    )
