"""The knowledge page: the same question before and after an answer was read, and who did not answer again."""

from collections.abc import Mapping, Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _

from analytics import charts, few, methods
from analytics import knowledge as rules
from analytics.charts import Chart, Lane
from analytics.intervals import wilson
from analytics.knowledge import Gain
from analytics.sheets import Row, Sheet, Table, Tile, Value, percent
from analytics.sieves import Sieve
from analytics.views.sheet import mirrored, page
from campaigns.views.how import item_names


@page
def knowledge(request: HttpRequest, sieve: Sieve) -> Sheet:
    asked = {
        "starts": sieve.period.begin,
        "ends": sieve.period.end,
        "countries": sieve.countries,
        "campaign": sieve.campaign,
    }
    found = rules.gains(
        starts=sieve.period.begin,
        ends=sieve.period.end,
        countries=sieve.countries,
        campaign=sieve.campaign,
    )
    return Sheet(
        name="knowledge",
        title=_("Knowledge"),
        lead=_(
            "The same question before and after the explanation was read. Answers are paired within one meeting."
        ),
        tiles=_tiles(found),
        tables=(_table(found, asked),),
    )


def _tiles(found: list[Gain]) -> tuple[Tile, ...]:
    asked, paired = sum(one.asked for one in found), sum(one.paired for one in found)
    return (
        Tile("paired", _("pairs of answers"), few.told(paired)),
        Tile("asked", _("meetings with a first answer"), few.told(asked)),
        Tile(
            "no-second",
            _("% did not answer again"),
            None if few.few(paired) or few.few(asked) else percent(asked - paired, asked),
        ),
    )


def _table(found: Sequence[Gain], asked: Mapping[str, object]) -> Table:
    names = item_names(one.item for one in found)
    return Table(
        key="knowledge",
        title=_("Question by question"),
        note=_(
            "Improved: wrong before, right after; worsened: the other way round. In percent of the pairs, with the "
            "range in which the share of all may lie (95 %), if those who answered again are like the others: who "
            "did not is told beside it. One right answer shows no gain and is not counted."
        ),
        head=(
            _("Question"),
            _("First answers"),
            _("Pairs"),
            _("% not again"),
            _("Right before"),
            _("Right after"),
            _("Improved"),
            _("% improved"),
            _("from–to"),
            _("Worsened"),
            _("% worsened"),
            _("from–to"),
        ),
        rows=tuple(_row(one, names[one.item]) for one in found),
        empty=_(
            "Nobody answered a question of the quiz in this period. It follows an answer in the USSD menu that has one."
        ),
        chart=_chart(found, names),
        method=methods.plain(
            _(
                "Knowledge gain: answered the same question before and after, in the same meeting, and improved. "
                "Reported with the number of pairs, % improved, % worsened and who did not answer again. Fewer than "
                "five pairs are not told."
            ),
            _("The range is Wilson's interval of 95 %."),
            queries=[methods.query(_("Pairs of answers"), rules.GAINS, asked)],
        ),
    )


def _row(one: Gain, name: str) -> Row:
    if few.few(one.paired) or few.few(one.asked):
        return Row(name, (few.told(one.asked), few.told(one.paired), *([None] * 9)), one.item)
    values: tuple[Value, ...] = (
        one.asked,
        one.paired,
        percent(one.no_second, one.asked),
        one.right_before,
        one.right_after,
        one.improved,
        percent(one.improved, one.paired),
        _range(one.improved, one.paired),
        one.worsened,
        percent(one.worsened, one.paired),
        _range(one.worsened, one.paired),
    )
    return Row(name, values, one.item)


def _range(hits: int, of: int) -> str | None:
    found = wilson(hits, of)
    return f"{round(100 * found[0])}–{round(100 * found[1])}" if found else None


def _chart(found: Sequence[Gain], names: Mapping[str, str]) -> Chart | None:
    """Of each question two lanes: the range in which the share may lie, and the share as a mark in it."""
    drawn = []
    for one in found:
        for words, hits, tone in (
            (_("improved"), one.improved, 0),
            (_("worsened"), one.worsened, 1),
        ):
            span = None if few.few(one.paired) else wilson(hits, one.paired)
            if span:
                share = 100 * hits / one.paired
                shares = ((100 * span[0], 100 * span[1], 5), (share - 0.6, share + 0.6, tone))
                drawn.append(Lane(f"{words}: {names[one.item]}", shares, f"{round(share)} %"))
    return charts.lanes(
        drawn,
        title=_("Improved and worsened, in percent of the pairs"),
        mirrored=mirrored(),
        legend=(_("improved"), _("worsened"), "", "", "", _("range of 95 %")),
        top=100,
    )
