"""The page of who was reached, as people told it of themselves; unknown is a category."""

from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from analytics import labels
from analytics.counting import Table as Tables
from analytics.sheets import Sheet, Tile, percent
from analytics.sieves import Sieve
from analytics.views import breakdowns
from analytics.views.sheet import page

TOLD: Final = ("sex", "age_band", "status", "language")


@page
def who(request: HttpRequest, sieve: Sieve) -> Sheet:
    answer = sieve.answer([*((one,) for one in TOLD), ()])
    tables = answer.tables[sieve.period]
    return Sheet(
        name="who",
        title=_("Who"),
        lead=_(
            "As people told it, when they were asked and did not skip the question. Nothing is guessed from a name or a language."
        ),
        tiles=_tiles(tables),
        tables=tuple(breakdowns.of(sieve, answer, one, overlapping=False) for one in TOLD),
    )


def _tiles(tables: Tables) -> tuple[Tile, ...]:
    unique = tables[()][()].reached.unique
    parts = (
        Tile(
            f"unknown-{one}",
            _("%% unknown: %(dimension)s") % {"dimension": labels.DIMENSIONS[one]},
            percent(breakdowns.unknown(tables, one), unique),
        )
        for one in TOLD
    )
    return (Tile("reached", _("reached in the period"), unique), *parts)
