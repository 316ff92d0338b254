"""The page of where people were reached: countries and, inside each, districts of which enough is known."""

from collections.abc import Iterator, Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import charts, few, labels, methods
from analytics.counting import Cells, Numbers
from analytics.figures import Answer
from analytics.sheets import Row, Sheet, Table
from analytics.sieves import Sieve, ordered
from analytics.views import breakdowns
from analytics.views.sheet import mirrored, page

DISTRICTS = ("country", "district")
Named = tuple[tuple[str, ...], Numbers]


@page
def where(request: HttpRequest, sieve: Sieve) -> Sheet:
    answer = sieve.answer([("country",), DISTRICTS])
    note = _(
        "The country of the exposure. A number met in two countries stands in both rows, and once in the total."
    )
    return Sheet(
        name="where",
        title=_("Where"),
        lead=_("Countries, and districts as people told them. Places with few numbers are merged."),
        tables=(
            breakdowns.of(sieve, answer, "country", overlapping=True, note=note),
            _districts(sieve, answer),
        ),
    )


def _districts(sieve: Sieve, answer: Answer) -> Table:
    rows = list(_rows(answer.tables[sieve.period][DISTRICTS]))
    return Table(
        key="district",
        title=_("Reached by: district"),
        note=_(
            "Districts with fewer than five numbers are one row of their country. Nothing of this page leaves the "
            "house: tables for outside have their own rule, fewer than ten."
        ),
        head=(_("District"), _("Country"), *breakdowns.measures()),
        rows=tuple(rows),
        chart=charts.bars(
            [
                (f"{row.label} · {row.values[0]}", row.values[1])
                for row in rows
                if isinstance(row.values[1], int)
            ],
            title=_("Unique numbers by: district"),
            mirrored=mirrored(),
        ),
        method=methods.counted(sieve, [DISTRICTS], counted_at=answer.counted_at),
    )


def _rows(cells: Cells) -> Iterator[Row]:
    """Country by country: districts, the largest first, then those that are too small to be told alone."""
    for country in dict.fromkeys(cell[0] for cell, _one in ordered(cells)):
        own = [row for row in ordered(cells) if row[0][0] == country and row[1].reached.unique]
        parts = few.split([one.reached.unique for _cell, one in own])
        place = labels.label("country", country)
        for one in parts.kept:
            (_country, district), numbers = own[one]
            name = labels.label("district", district)
            yield Row(name, (place, *breakdowns.values(numbers)), f"{country}/{district}")
        if parts.merged:
            yield _merged([own[one] for one in parts.merged], place)


def _merged(rows: Sequence[Named], place: str) -> Row:
    """Nothing but their unique numbers, and those only where they are enough."""
    words = ngettext(
        "%(count)s district, not told alone", "%(count)s districts, not told alone", len(rows)
    )
    unique = sum(numbers.reached.unique for _cell, numbers in rows)
    nothing: tuple[None, ...] = (None,) * (len(breakdowns.measures()) - 1)
    return Row(words % {"count": len(rows)}, (place, few.told(unique), *nothing), "")
