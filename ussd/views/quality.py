"""The page of how far the numbers can be trusted: what is unknown, missing, unsure, late, or may be forged."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics import charts, labels, lateness, methods, recounts
from analytics.counting import Numbers
from analytics.few import told
from analytics.figures import Answer
from analytics.questions import PERSONS
from analytics.sheets import Row, Sheet, Table, Tile, percent
from analytics.sieves import Sieve
from analytics.views import breakdowns
from analytics.views.sheet import asked_to_count, mirrored, page
from analytics.waterfalls import Flow
from campaigns.blasts import carriage
from campaigns.blasts.carriage import Carriage, Lot
from campaigns.views.delivery import asked_of, read_from
from ussd import suspects
from ussd.suspects import Suspects


@page
def quality(request: HttpRequest, sieve: Sieve) -> Sheet:
    answer = sieve.answer([(), ("country",), *((one,) for one in PERSONS)])
    total = answer.tables[sieve.period][()][()]
    flow = sieve.flow(count=asked_to_count(request, sieve))
    found = carriage.carried(asked_of(sieve))
    return Sheet(
        name="quality",
        title=_("Quality"),
        lead=_(
            "How far the numbers can be trusted: what is unknown, missing, unsure, late or suspect."
        ),
        tiles=tuple(_tiles(sieve, flow, found)),
        tables=(
            _unknown(sieve, answer, total),
            _signs(sieve, total.unlinked.unique, flow, found),
            _late(sieve),
            _suspect(sieve),
        ),
    )


def _tiles(sieve: Sieve, flow: Flow, found: Carriage) -> Iterator[Tile]:
    yield Tile("reached", _("reached in the period"), flow.reached)
    yield Tile(
        "missing", _("% of numbers sent to without a receipt"), percent(flow.no_receipt, flow.sent)
    )
    yield Tile("unsure", _("messages unsure"), found.lots().get(Lot.UNSURE, 0))
    yield Tile(
        "recounts",
        _("possible recounts after erasure"),
        recounts.possible(countries=sieve.countries),
        _("since the start"),
    )


def _unknown(sieve: Sieve, answer: Answer, total: Numbers) -> Table:
    tables, unique = answer.tables[sieve.period], total.reached.unique
    dimensions = ("country", *PERSONS)
    rows = [(one, breakdowns.unknown(tables, one)) for one in dimensions] if unique else []
    return Table(
        key="unknown",
        title=_("What is not known of the numbers reached"),
        note=_(
            "Most questions may be skipped, and of sensitive content nothing is kept: unknown is an answer."
        ),
        head=(_("Of"), _("Unknown"), _("% of the numbers reached")),
        rows=tuple(
            Row(str(labels.DIMENSIONS[one]), (size, percent(size, unique)), one)
            for one, size in rows
        ),
        chart=charts.lanes(
            [
                charts.Lane(
                    str(labels.DIMENSIONS[one]),
                    ((0, 100 * size / unique, 1),),
                    f"{percent(size, unique)} %",
                )
                for one, size in rows
            ],
            title=_("Unknown, in percent of the numbers reached"),
            mirrored=mirrored(),
            top=100,
        ),
        method=methods.counted(sieve, [(one,) for one in dimensions], counted_at=answer.counted_at),
    )


def _signs(sieve: Sieve, apart: int, flow: Flow, found: Carriage) -> Table:
    lots = found.lots()
    messages = sum(lots.values())
    rows = (
        ("no-receipt", _("Numbers sent to without a handset's receipt"), flow.no_receipt, flow.sent),
        ("overdue", _("Messages without a final receipt"), lots.get(Lot.NO_RECEIPT, 0), messages),
        ("silent", _("Messages on networks that send no receipt"), lots.get(Lot.SILENT, 0), messages),
        ("unsure", _("Messages of unknown fate"), lots.get(Lot.UNSURE, 0), messages),
        ("apart", _("Chat identities without a number, in no total"), apart, apart + flow.reached),
    )  # fmt: skip
    return Table(
        key="signs",
        title=_("Missing and unsure"),
        note=_("None of these counts as reached. A receipt that comes late moves a number over."),
        head=(_("What"), _("How many"), _("Of"), "%"),
        rows=tuple(
            Row(words, (size, of, percent(size, of)), code) for code, words, size, of in rows if of
        ),
        empty=_("Nothing was sent in this period."),
        method=read_from(found, asked_of(sieve)),
    )


def _late(sieve: Sieve) -> Table:
    """Whole closed periods only: what is restated of part of their countries nobody may see."""
    found = lateness.restated(sieve.indicator.code, sieve.period, sieve.own)
    return Table(
        key="restatements",
        title=_("Restatements of closed periods"),
        note=_(
            "What came after closing never changes the closed figure: it stands beside it, with its date."
        ),
        head=(_("Closed period"), _("Restated on"), _("Late facts"), _("Unique, more or less")),
        rows=tuple(
            Row(one.period.code, (date_format(one.at, "SHORT_DATE_FORMAT"), one.facts, one.unique))
            for one in found
        ),
        empty=_(
            "Nothing was restated: no period inside this one is closed, or nothing came too late."
        ),
        method=methods.plain(
            _(
                "A restatement holds what facts recorded after closing add to each number of the closed period."
            ),
            queries=[
                methods.query(
                    _("Restatements"),
                    lateness.READ,
                    lateness.parameters(sieve.indicator.code, sieve.period),
                )
            ],
        ),
    )


def _suspect(sieve: Sieve) -> Table:
    months = [
        one
        for one in suspects.suspects(sieve.countries)
        if sieve.period.starts <= one.month < sieve.period.ends
    ]
    return Table(
        key="suspect",
        title=_("USSD sessions that may be forged"),
        note=_(
            "Signs, and no proof: neighbours call too, and some providers never tell of an end. Fewer than five are told as “<5”."
        ),
        head=(_("Month"), _("Country"), _("Sessions"), _("% numbers in a row"), _("% no end told")),
        rows=tuple(map(_months, months)),
        empty=_("No USSD session is over in this period."),
        method=methods.plain(
            _(
                "Numbers in a row: at most three away from another that called within the hour before. No end told: "
                "the provider never said that the session ended. A session can be both."
            )
        ),
    )


def _months(one: Suspects) -> Row:
    place = labels.label("country", one.country)
    values = (place, told(one.sessions), one.share(one.near), one.share(one.unended))
    return Row(f"{one.month:%Y-%m}", values, one.country)
