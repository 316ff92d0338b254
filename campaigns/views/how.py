"""The page of how people were reached: channel, campaign, network, and the content item where it is counted."""

from collections.abc import Iterable, Mapping
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _

from analytics import charts, counting, labels, methods
from analytics.figures import Answer
from analytics.sheets import Row, Sheet, Table
from analytics.sieves import Sieve
from analytics.views import breakdowns
from analytics.views.sheet import asked_to_count, mirrored, page
from campaigns.models.blasts import Campaign
from campaigns.writing.titles import titled

ITEM: Final = ("item",)
UNKNOWN: Final = "unknown"


@page
def how(request: HttpRequest, sieve: Sieve) -> Sheet:
    answer = sieve.answer([("channel",), ("campaign",), ("network",)])
    return Sheet(
        name="how",
        title=_("How"),
        lead=_("By which channel, campaign, network and content people were reached."),
        tables=(
            breakdowns.of(sieve, answer, "channel", overlapping=True),
            _campaigns(sieve, answer),
            breakdowns.of(sieve, answer, "network", overlapping=False),
            _items(sieve, count=asked_to_count(request, sieve)),
        ),
    )


def _campaigns(sieve: Sieve, answer: Answer) -> Table:
    """By the names of campaigns as they are now; what is counted knows their codes."""
    cells = answer.tables[sieve.period][("campaign",)]
    codes = [cell[0] for cell in cells]
    names = dict(Campaign.objects.filter(code__in=codes).values_list("code", "name"))
    return breakdowns.table(
        "campaign",
        cells,
        total=0,
        name=lambda code: names.get(code) or labels.label("campaign", code),
        method=methods.counted(sieve, [("campaign",)], counted_at=answer.counted_at),
        note=_("A number may stand in several rows: do not sum them."),
    )


def item_names(codes: Iterable[str]) -> Mapping[str, str]:
    """Titles for a reader; sensitive content has no code in the ledger."""
    known = [one for one in codes if one != UNKNOWN]
    return titled(known) | {UNKNOWN: _("sensitive content, as one")}


def _items(sieve: Sieve, *, count: bool) -> Table:
    """By content item, which no kept figure knows: from the exposures, where the reader asks for that."""
    met = counting.met(sieve.question, sieve.period, [ITEM])[ITEM] if count else {}
    found = sorted(
        ((code, one) for (code,), one in met.items() if one.reached),
        key=lambda row: (row[0] == UNKNOWN, -row[1].reached, row[0]),
    )
    names = item_names(code for code, _one in found)
    return Table(
        key="item",
        title=_("Reached by: content item"),
        note=_(
            "A number may stand in several rows: do not sum them. Of sensitive content the ledger does not know "
            "which it was: it is one row."
        ),
        head=(_("Content item"), _("Unique"), _("Delivered SMS only"), _("Interacted only")),
        rows=tuple(
            Row(names[code], (one.reached, one.tiers[2], one.tiers[3]), code) for code, one in found
        ),
        chart=charts.bars(
            [(names[code], one.reached) for code, one in found],
            title=_("Unique numbers by content item"),
            mirrored=mirrored(),
        ),
        method=methods.counted(sieve, [ITEM], counted_at=sieve.at),
        more="" if count else "count=now",
        more_says=_(
            "Content items are counted from every exposure of the period: this may take a minute."
        ),
    )
