"""Breakdowns as tables of a page: by one dimension, largest first, unknown as a category of its own."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from analytics import charts, labels, methods
from analytics.counting import Cells, Numbers
from analytics.figures import Answer
from analytics.sheets import Row, Table, percent
from analytics.sieves import Sieve, ordered
from analytics.views.sheet import mirrored

Name = Callable[[str], str]


def of(sieve: Sieve, answer: Answer, dimension: str, *, overlapping: bool, note: str = "") -> Table:
    """The breakdown by one dimension; `overlapping` when a number may stand in several rows."""
    tables = answer.tables[sieve.period]
    cells = tables[(dimension,)]
    return table(
        dimension,
        cells,
        total=0 if overlapping else sum(one.reached.unique for one in cells.values()),
        name=lambda word: labels.label(dimension, word),
        method=methods.counted(sieve, [(dimension,)], counted_at=answer.counted_at),
        note=note or _sums(overlapping),
    )


def _sums(overlapping: bool) -> str:
    if overlapping:
        return _("A number may stand in several rows: do not sum them.")
    return _(
        "Each number stands in one row: that of its first exposure in the period. The rows sum to the total."
    )


def table(
    key: str, cells: Cells, *, total: int, name: Name, note: str, method: methods.Telling
) -> Table:
    """`total`: of which the share is told; 0: of rows that overlap no share is told."""
    dimension = str(labels.DIMENSIONS.get(key, key))
    shown = [(cell[-1], one) for cell, one in ordered(cells)]
    share = (_("% of the total"),) if total else ()
    return Table(
        key=key,
        title=_("Reached by: %(dimension)s") % {"dimension": dimension},
        note=note,
        head=(dimension, *measures(), *share),
        rows=tuple(
            Row(name(word), (*values(one), *_share(one, total)), word) for word, one in shown
        ),
        chart=charts.bars(
            [(name(word), one.reached.unique) for word, one in shown],
            title=_("Unique numbers by: %(dimension)s") % {"dimension": dimension},
            mirrored=mirrored(),
        ),
        method=method,
    )


def _share(one: Numbers, total: int) -> tuple[int | None, ...]:
    return (percent(one.reached.unique, total),) if total else ()


def measures() -> tuple[str, ...]:
    return (
        _("Unique"),
        _("First time"),
        _("Cumulative"),
        _("Delivered SMS only"),
        _("Interacted only"),
    )


def values(one: Numbers) -> tuple[int, ...]:
    """In the order of `measures`."""
    return (
        one.reached.unique,
        one.reached.first_time,
        one.reached.cumulative,
        one.delivered,
        one.interacted,
    )


def unknown(tables: Mapping[tuple[str, ...], Cells], dimension: str) -> int:
    """How many numbers of a breakdown nothing is known of."""
    return tables[(dimension,)].get(("unknown",), Numbers()).reached.unique
