"""The waterfall page: from the audience to the numbers reached, each loss with its reason, balanced to zero."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.translation import gettext as _

from analytics import charts, methods, waterfalls
from analytics.charts import Stair
from analytics.sheets import Query, Row, Sheet, Table, Tile
from analytics.sieves import Sieve
from analytics.views.sheet import asked_to_count, mirrored, page
from analytics.waterfalls import Flow
from campaigns.blasts import carriage, reasons
from campaigns.blasts.carriage import Asked, Carriage, Lot
from campaigns.views.delivery import LOTS, aside, asked_of, read_from

LOSSES = (Lot.WAITING, Lot.NO_RECEIPT, Lot.SILENT)
EXPLAINED = (Lot.REFUSED, Lot.UNSURE, Lot.FAILED)


@page
def waterfall(request: HttpRequest, sieve: Sieve) -> Sheet:
    exact = asked_to_count(request, sieve)
    flow = sieve.flow(count=exact)
    asked = asked_of(sieve)
    carried = carriage.carried(asked)
    tables = (_numbers(sieve, flow, exact=exact), _messages(carried, asked))
    return Sheet(
        name="waterfall",
        title=_("Waterfall"),
        lead=_(
            "From whom we meant to whom we reached: every loss with its reason, and nothing left over."
        ),
        tiles=(
            Tile("targeted", _("targeted"), flow.targeted),
            Tile("reached", _("reached in the period"), flow.reached),
            Tile("difference", _("difference of the steps, numbers"), flow.difference),
            Tile("difference-messages", _("difference of the steps, messages"), carried.difference),
        ),
        tables=tables,
    )


# --- unique numbers, from the ledger ---------------------------------------------------------------


def _stairs(flow: Flow) -> Iterator[tuple[str, Stair]]:
    """Levels always, steps where there is anybody."""
    yield "targeted", Stair(_("Targeted"), flow.targeted, level=True)
    yield "not_sent", Stair(_("nothing accepted by a provider"), -flow.not_sent)
    yield "targeted_before", Stair(_("targeted before the period"), flow.targeted_before)
    yield "sent", Stair(_("Sent"), flow.sent, level=True)
    yield "no_receipt", Stair(_("no handset's receipt"), -flow.no_receipt)
    yield "sent_before", Stair(_("sent before the period"), flow.sent_before)
    yield "delivered", Stair(_("Delivered"), flow.delivered, level=True)
    yield "own_way", Stair(_("by USSD or chat, without a delivered SMS"), flow.own_way)
    yield "not_counted", Stair(_("delivered, but the rule asks for more"), -flow.not_counted)
    yield "reached", Stair(_("Reached"), flow.reached, level=True)


def _numbers(sieve: Sieve, flow: Flow, *, exact: bool) -> Table:
    stairs = [(code, one) for code, one in _stairs(flow) if one.level or one.value]
    met = any(one.value for _code, one in stairs)
    return Table(
        key="numbers",
        title=_("Unique numbers"),
        note=_("Each step counted for itself.")
        if exact
        else _("From kept figures: of opposite steps only the difference is told."),
        head=(_("Step"), _("Numbers")),
        rows=tuple(Row(one.label, (one.value,), code, strong=one.level) for code, one in stairs)
        if met
        else (),
        chart=_drawn([one for _code, one in stairs], _("From targeted to reached, unique numbers")),
        method=_counted(sieve),
        more="" if exact else "count=now",
        more_says=_("To count each step from the ledger may take a minute."),
    )


def _counted(sieve: Sieve) -> methods.Telling:
    queries: list[Query] = []
    if sieve.question.start < sieve.period.ends:
        asked = waterfalls.statement(sieve.question, sieve.period)
        queries.append(methods.query(_("Numbers by combination of tiers"), *asked))
    return methods.told(sieve, queries)


def _drawn(stairs: list[Stair], title: str) -> charts.Chart | None:
    return charts.stairs(
        stairs,
        title=title,
        mirrored=mirrored(),
        legend=(_("level"), _("taken away"), _("added")),
    )


# --- messages, from the blasts ----------------------------------------------------------------------


def _steps(found: Carriage) -> Iterator[tuple[str, Stair]]:
    yield "chosen", Stair(_("In the audience's filters"), found.chosen, level=True)
    for reason, people in sorted(found.excluded.items(), key=lambda one: -one[1]):
        yield reason, Stair(reasons.word(reasons.REASONS, reason), -people)
    yield "people", Stair(_("Messages planned"), found.people, level=True)
    why, lots = found.why(), found.lots()
    for lot in EXPLAINED:
        of = [(reason, size) for (one, reason), size in why.items() if one == lot]
        for reason, size in sorted(of, key=lambda one: -one[1]):
            word = reasons.word(reasons.REASONS, reason)
            yield f"{lot}/{reason}", Stair(f"{LOTS[lot]}: {word}", -size)
    for lot in LOSSES:
        yield lot.value, Stair(str(LOTS[lot]), -lots.get(lot, 0))
    yield "delivered", Stair(_("Delivered"), lots.get(Lot.DELIVERED, 0), level=True)


def _messages(found: Carriage, asked: Asked) -> Table:
    stairs = [(code, one) for code, one in _steps(found) if one.level or one.value]
    return Table(
        key="messages",
        title=_("Messages of the blasts begun in the period"),
        note=" ".join(
            (
                _("One message is one blast to one number: who gets two is in here twice."),
                *aside(found),
            )
        ),
        head=(_("Step"), _("Messages")),
        rows=tuple(Row(one.label, (one.value,), code, strong=one.level) for code, one in stairs)
        if found.blasts
        else (),
        empty=_(
            "No blast of this indicator began in the period. Plan one, or choose a longer period."
        ),
        chart=_drawn(
            [one for _code, one in stairs], _("From the audience to the handset, messages")
        ),
        method=read_from(found, asked),
    )
