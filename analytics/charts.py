"""Charts as plain SVG, drawn by us: positions as text, so that no locale writes them with a comma.

Drawn for a width of 360, the narrowest screen; a wide screen shows them larger, up to a limit. Read from the
right when the page is, by mirrored positions: text is anchored by its own direction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.utils.formats import number_format

WIDTH: Final = 360
LANE: Final = 34  # height of one lane: a line of text and its bar
BAR: Final = 11
PLOT: Final = 130  # height of columns
TOP: Final = 16
MOST: Final = 12  # lanes shown; the table holds them all
LONG: Final = 44  # characters of a label that fit beside a number
TICKS: Final = 7  # names along the bottom that fit
SIGNED: Final = (
    "\u200e"  # a mark that keeps the sign before the number where text runs from the right
)

Share = tuple[float, float, int]  # from, to (in the chart's own unit), tone


@dataclass(frozen=True, slots=True)
class Rect:
    x: str
    y: str
    width: str
    height: str
    tone: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """`anchor`: start, middle or end, in the direction of the page."""

    x: str
    y: str
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A finished drawing; `title` and `desc` are what a screen reader says of it."""

    title: str
    desc: str
    height: int
    rects: tuple[Rect, ...]
    words: tuple[Word, ...]
    rules: tuple[str, ...] = ()  # heights of thin lines across
    legend: tuple[tuple[int, str], ...] = ()  # tone, its meaning

    @property
    def box(self) -> str:
        return f"0 0 {WIDTH} {self.height}"


@dataclass(frozen=True, slots=True)
class Lane:
    """One line of a chart: a name, what is drawn of it, and the number beside the name."""

    label: str
    shares: tuple[Share, ...]
    value: str


def number(value: float) -> str:
    """As the reader writes numbers."""
    return str(number_format(value, decimal_pos=0, use_l10n=True, force_grouping=True))


def bars(
    pairs: Iterable[tuple[str, int]], *, title: str, mirrored: bool, legend: Sequence[str] = ()
) -> Chart | None:
    """The simplest chart: a bar for each name. None: nothing to draw."""
    found = [Lane(label, ((0, value, 0),), number(value)) for label, value in pairs]
    return lanes(found, title=title, mirrored=mirrored, legend=legend)


def lanes(
    found: Sequence[Lane],
    *,
    title: str,
    mirrored: bool,
    legend: Sequence[str] = (),
    top: float | None = None,
    most: int = MOST,
) -> Chart | None:
    """Horizontal bars in shares. `top`: what the whole width stands for, else the largest end."""
    shown = found[:most]
    largest = top or max((to for one in shown for _from, to, _tone in one.shares), default=0)
    if not shown or not largest:
        return None
    rects: list[Rect] = []
    words: list[Word] = []
    for place, one in enumerate(shown):
        y = place * LANE
        words.append(Word(_x(0, 0, mirrored), f"{y + 13}", _short(one.label)))
        words.append(Word(_x(WIDTH, 0, mirrored), f"{y + 13}", one.value, "end"))
        rects += [_lane(share, largest, y + 18, mirrored) for share in one.shares]
    return Chart(
        title=title,
        desc="; ".join(f"{one.label}: {one.value}" for one in shown),
        height=LANE * len(shown),
        rects=tuple(rects),
        words=tuple(words),
        legend=_keys(legend),
    )


def _lane(share: Share, largest: float, y: int, mirrored: bool) -> Rect:
    begin, end, tone = share
    x = WIDTH * min(begin, end) / largest
    width = max(WIDTH * abs(end - begin) / largest, 1.5 if begin != end else 0)
    x = min(x, WIDTH - width)
    return Rect(_x(x, width, mirrored), f"{y}", f"{width:.1f}", f"{BAR}", tone)


@dataclass(frozen=True, slots=True)
class Column:
    """One place in time: a value, a part of it, and a mark where something was aimed at."""

    label: str
    value: int
    part: int = 0
    mark: int | None = None


def columns(
    found: Sequence[Column], *, title: str, mirrored: bool, legend: Sequence[str]
) -> Chart | None:
    """Columns in order of time, the part in front of the whole, the mark as a bar across."""
    largest = max((max(one.value, one.part, one.mark or 0) for one in found), default=0)
    if not largest:
        return None
    step = WIDTH / len(found)
    every = -(-len(found) // TICKS)
    rects: list[Rect] = []
    words = [Word(_x(0, 0, mirrored), "11", number(largest))]
    for place, one in enumerate(found):
        rects += _column(one, place * step, step, largest, mirrored)
        if place % every == 0:
            middle = _x(place * step + step / 2, 0, mirrored)
            words.append(Word(middle, f"{TOP + PLOT + 14}", one.label, "middle"))
    return Chart(
        title=title,
        desc="; ".join(f"{one.label}: {number(one.value)}" for one in found),
        height=TOP + PLOT + 20,
        rects=tuple(rects),
        words=tuple(words),
        rules=(f"{TOP}", f"{TOP + PLOT / 2:.1f}", f"{TOP + PLOT}"),
        legend=_keys(legend),
    )


def _column(one: Column, x: float, step: float, largest: int, mirrored: bool) -> list[Rect]:
    width, inner = step * 0.72, step * 0.4
    told = f"{one.label}: {number(one.value)}"
    drawn = [_standing(x + step * 0.14, width, one.value / largest, 0, told, mirrored)]
    if one.part:
        drawn.append(_standing(x + step * 0.3, inner, one.part / largest, 3, told, mirrored))
    if one.mark is not None:
        y = TOP + PLOT * (1 - one.mark / largest)
        line = _x(x + step * 0.04, step * 0.92, mirrored)
        drawn.append(Rect(line, f"{max(y - 1.5, 0):.1f}", f"{step * 0.92:.1f}", "3", 2))
    return drawn


def _standing(x: float, width: float, share: float, tone: int, title: str, mirrored: bool) -> Rect:
    height = PLOT * share
    y = TOP + PLOT - height
    return Rect(_x(x, width, mirrored), f"{y:.1f}", f"{width:.1f}", f"{height:.1f}", tone, title)


@dataclass(frozen=True, slots=True)
class Stair:
    """One step of a waterfall: what stands (a level), or what is added to or taken from it."""

    label: str
    value: int
    level: bool = False


def stairs(
    found: Sequence[Stair], *, title: str, mirrored: bool, legend: Sequence[str]
) -> Chart | None:
    """A waterfall: levels from zero, additions and losses from where the one before ended."""
    here, drawn = 0, []
    for one in found:
        begin = 0 if one.level else here
        here = one.value if one.level else here + one.value
        tone = 0 if one.level else 1 if one.value < 0 else 2
        sign = SIGNED if one.value < 0 else "" if one.level or not one.value else f"{SIGNED}+"
        drawn.append(Lane(one.label, ((begin, here, tone),), f"{sign}{number(one.value)}"))
    return lanes(drawn, title=title, mirrored=mirrored, legend=legend, most=len(drawn))


def stacked(
    rows: Iterable[tuple[str, Sequence[int]]],
    *,
    title: str,
    mirrored: bool,
    legend: Sequence[str],
    whole: bool = False,
) -> Chart | None:
    """Bars of several parts; the tone is the part's place. `whole`: each bar fills the width."""
    drawn = []
    for label, parts in rows:
        total = sum(parts)
        scale = 100 / total if whole and total else 1
        ends = [sum(parts[:place]) * scale for place in range(len(parts) + 1)]
        shares = [
            (begin, end, tone) for tone, (begin, end) in enumerate(pairwise(ends)) if end > begin
        ]
        drawn.append(Lane(label, tuple(shares), number(total)))
    top = 100.0 if whole else None
    return lanes(drawn, title=title, mirrored=mirrored, legend=legend, top=top)


def _keys(legend: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """Tones and their meaning; a tone that is not used has none."""
    return tuple((tone, words) for tone, words in enumerate(legend) if words)


def _x(x: float, width: float, mirrored: bool) -> str:
    """Where it begins, seen from the side from which the page is read."""
    return f"{WIDTH - x - width if mirrored else x:.1f}"


def _short(label: str) -> str:
    return label if len(label) <= LONG else f"{label[: LONG - 1]}…"
