"""The delivery page: what became of messages by network and route, and why some did not arrive."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics import charts, methods
from analytics.sheets import Row, Sheet, Table, Tile, percent
from analytics.sieves import Sieve
from analytics.views.sheet import mirrored, page
from campaigns.blasts import carriage, reasons
from campaigns.blasts.carriage import Asked, Carriage, Lot

LOTS: Final[Mapping[Lot, Promise]] = {
    Lot.DELIVERED: gettext_lazy("delivered"),
    Lot.FAILED: gettext_lazy("failed"),
    Lot.NO_RECEIPT: gettext_lazy("no final receipt"),
    Lot.SILENT: gettext_lazy("no receipt possible"),
    Lot.UNSURE: gettext_lazy("unsure"),
    Lot.REFUSED: gettext_lazy("refused or left out"),
    Lot.WAITING: gettext_lazy("not begun"),
}
READ: Final = """\
SELECT t.rows FROM campaigns_tally t JOIN campaigns_blast b ON b.id = t.blast_id
JOIN campaigns_campaign c ON c.id = b.campaign_id
WHERE t.kind = 'fates' AND b.started_at >= %(begin)s AND b.started_at < %(end)s
  AND %(indicator)s = ANY(b.indicators) AND b.countries <@ %(countries)s
  AND (%(campaign)s = '' OR c.code = %(campaign)s)"""


@page
def delivery(request: HttpRequest, sieve: Sieve) -> Sheet:
    asked = asked_of(sieve)
    found = carriage.carried(asked)
    lots = found.lots()
    total = sum(lots.values())
    return Sheet(
        name="delivery",
        title=_("Delivery"),
        lead=_(
            "What became of the messages of the blasts begun in the period, by network and route."
        ),
        tiles=(
            Tile("messages", _("messages"), total),
            Tile("delivered", _("% delivered"), percent(lots.get(Lot.DELIVERED, 0), total)),
            Tile("failed", _("% failed"), percent(lots.get(Lot.FAILED, 0), total)),
            Tile(
                "no-receipt",
                _("% without a final receipt"),
                percent(lots.get(Lot.NO_RECEIPT, 0), total),
            ),
        ),
        tables=(_ways(found, asked), _why(found, asked)),
    )


def asked_of(sieve: Sieve) -> Asked:
    return Asked(
        begin=sieve.period.begin,
        end=sieve.period.end,
        indicator=sieve.indicator.code,
        countries=sieve.countries,
        campaign=sieve.campaign,
    )


def aside(found: Carriage) -> Iterator[str]:
    """What is not in the numbers, in words."""
    if found.wider:
        yield ngettext(
            "%(count)s blast is left aside: it goes to other countries too.",
            "%(count)s blasts are left aside: they go to other countries too.",
            found.wider,
        ) % {"count": found.wider}
    if found.uncounted:
        yield ngettext(
            "%(count)s blast was not counted yet: look again in a minute.",
            "%(count)s blasts were not counted yet: look again in a minute.",
            found.uncounted,
        ) % {"count": found.uncounted}


def read_from(found: Carriage, asked: Asked) -> methods.Telling:
    return methods.plain(
        _(
            "Delivered: a handset's delivery receipt with final success. Failed: a receipt with final failure. No "
            "final receipt: the network took the message, and no handset answered. Unsure: the provider's answer was "
            "lost; it may have been sent. Only delivered messages count as reached."
        ),
        queries=[methods.query(_("Kept sums of each blast"), READ, asdict(asked))],
        counted_at=found.counted_at,
    )


def _ways(found: Carriage, asked: Asked) -> Table:
    ways = sorted(found.by_way().items(), key=lambda one: -sum(one[1].values()))
    named = [
        (f"{reasons.network_name(network)} · {gateway}", f"{gateway}/{network}", lots)
        for (gateway, network), lots in ways
    ]
    return Table(
        key="ways",
        title=_("By network and route"),
        note=" ".join(
            (
                _(
                    "A route is the gateway through which a message went; networks as the provider named them."
                ),
                *aside(found),
            )
        ),
        head=(
            _("Network and route"),
            _("Messages"),
            *(str(LOTS[lot]) for lot in Lot),
            _("% delivered"),
        ),
        rows=tuple(Row(name, _values(lots), code) for name, code, lots in named),
        empty=_(
            "No blast of this indicator began in the period. Plan one, or choose a longer period."
        ),
        chart=charts.stacked(
            [(name, [lots.get(lot, 0) for lot in Lot]) for name, _code, lots in named],
            title=_("What became of messages, by network and route"),
            mirrored=mirrored(),
            legend=[str(LOTS[lot]) for lot in Lot],
            whole=True,
        ),
        method=read_from(found, asked),
    )


def _values(lots: Mapping[Lot, int]) -> tuple[int | None, ...]:
    total = sum(lots.values())
    parts = (lots.get(lot, 0) for lot in Lot)
    return (total, *parts, percent(lots.get(Lot.DELIVERED, 0), total))


def _why(found: Carriage, asked: Asked) -> Table:
    rows = sorted(found.why().items(), key=lambda one: -one[1])
    named = [
        (f"{LOTS[lot]}: {reasons.word(reasons.REASONS, reason)}", f"{lot}/{reason}", size)
        for (lot, reason), size in rows
    ]
    return Table(
        key="why",
        title=_("Why messages did not arrive"),
        note=_("As the provider or the network said it."),
        head=(_("Reason"), _("Messages")),
        rows=tuple(Row(name, (size,), code) for name, code, size in named),
        empty=_("Nothing failed in this period, as far as receipts tell."),
        chart=charts.bars(
            [(name, size) for name, _code, size in named],
            title=_("Messages that did not arrive, by reason"),
            mirrored=mirrored(),
        ),
        method=read_from(found, asked),
    )
