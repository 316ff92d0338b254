"""What a blast may cost: prices, the highest possible cost, what is spent and what stays reserved.

Whole blasts are in one currency. The price of the dearest network at the dearest gateway of the blast counts
for everybody in a country, since numbers move between networks and people may be sent to through the next
gateway; so the reserve can only be too high.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext

from campaigns.blasts import money, tallies
from campaigns.blasts.tallies import Untold
from campaigns.models.blasts import Blast, Campaign, Price
from campaigns.models.deliveries import Chunk, Delivery, Fate
from campaigns.models.series import Series
from gateways.base import Gateway
from gateways.network import operators
from people.countries import CALLING

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
COMMITTED = (Blast.State.APPROVED, Blast.State.RUNNING, Blast.State.PAUSED)


class NoMoney(ValueError):  # noqa: N818 - named for what it is
    """The budget does not allow it, or the money cannot be added up; the text has the figures."""


@dataclass(frozen=True, slots=True)
class Tariff:
    """The dearest price of a part in one country."""

    per_part: Decimal
    currency: str


def tariffs(
    gateways: Iterable[Gateway], countries: Iterable[str], at: datetime
) -> dict[str, Tariff]:
    """Country -> tariff, for the countries that have a price at one of them on that day.

    Raises NoMoney where one country is priced in several currencies.
    """
    found: dict[str, Tariff] = {}
    for price in prices(gateways, countries, at):
        known = found.get(price.country)
        if known is not None and known.currency != price.currency:
            said = gettext(
                "%(country)s is priced in %(one)s and %(other)s: plan with gateways of one currency."
            )
            both = {"one": known.currency, "other": price.currency}
            raise NoMoney(said % {"country": price.country, **both})
        if known is None or price.per_part > known.per_part:
            found[price.country] = Tariff(price.per_part, price.currency)
    return found


def prices(gateways: Iterable[Gateway], countries: Iterable[str], at: datetime) -> QuerySet[Price]:
    """The newest price of each network there, by gateway and country."""
    names = []
    for gateway in gateways:
        names.append(gateway.name)
        if gateway.simulated:
            _price_simulated(gateway.name)
    return newest(names, at).filter(country__in=list(countries))


def newest(gateways: Iterable[str], at: datetime) -> QuerySet[Price]:
    """What the price list of these gateways said then, by gateway, country and network."""
    rows = Price.objects.filter(gateway__in=list(gateways), valid_from__lte=at)
    told = rows.order_by("gateway", "country", "network", "-valid_from")
    return told.distinct("gateway", "country", "network")


def _price_simulated(name: str) -> None:
    """The simulated network's price list, written where nobody has set another."""
    if Price.objects.filter(gateway=name).exists():
        return
    Price.objects.bulk_create(
        [
            Price(
                gateway=name,
                country=CALLING[prefix.removeprefix("+")],
                per_part=price,
                currency=operators.CURRENCY,
                valid_from=LONG_AGO,
            )
            for prefix, price in operators.PRICES.items()
        ],
        ignore_conflicts=True,
    )


def one_currency(tariffs: Mapping[str, Tariff], wanted: str) -> str:
    """The currency of all these prices. Raises NoMoney where there are several, or not the wanted one."""
    currencies = {tariff.currency for tariff in tariffs.values()}
    if len(currencies) > 1:
        names = ", ".join(sorted(currencies))
        said = gettext("This audience is priced in %(names)s: plan one blast for each currency.")
        raise NoMoney(said % {"names": names})
    currency = currencies.pop() if currencies else wanted
    if wanted and wanted != currency:
        said = gettext("The budget is in %(wanted)s, the gateway's prices are in %(currency)s.")
        raise NoMoney(said % {"wanted": wanted, "currency": currency})
    return currency


def check(blast: Blast) -> None:
    """The blast's highest possible cost fits its own budget and its campaign's. Raises NoMoney.

    Call it while the campaign's row is locked: two approvals must not both take the last money.
    """
    cost = money.told(blast.reserved, blast.currency)
    if blast.reserved > blast.budget:
        said = gettext("It may cost %(cost)s, the budget is %(budget)s.")
        raise NoMoney(said % {"cost": cost, "budget": money.told(blast.budget)})
    campaign = blast.campaign
    if campaign.budget is None:
        return
    if campaign.currency != blast.currency:
        said = gettext("The campaign's budget is in %(own)s, not in %(currency)s.")
        raise NoMoney(said % {"own": campaign.currency, "currency": blast.currency})
    left = campaign.budget - committed(campaign)
    if blast.reserved > left:
        said = gettext("It may cost %(cost)s, the campaign has %(left)s left.")
        raise NoMoney(said % {"cost": cost, "left": money.told(left)})


def committed(campaign: Campaign) -> Decimal:
    """Money of the campaign that is spent or reserved. Blasts that ended hold what they cost, and what may
    have been charged though nobody said so."""
    alive = campaign.blasts.filter(state__in=COMMITTED).aggregate(sum=Sum("reserved"))["sum"]
    ended = campaign.blasts.filter(state__in=[Blast.State.DONE, Blast.State.STOPPED])
    return (alive or Decimal(0)) + sum((_gone(blast) for blast in ended), Decimal(0))


def check_again(blast: Blast, more: Decimal) -> None:
    """Sending again for `more` fits into what its campaign and its series have left. Raises NoMoney.

    Call it while the campaign's row is locked. One that ended holds its whole reserve again, as it did before.
    """
    check_series(blast, more)
    campaign = blast.campaign
    if campaign.budget is None:
        return
    ended = blast.state not in COMMITTED
    own = _gone(blast) if ended else blast.reserved
    left = campaign.budget - committed(campaign) + own - blast.reserved
    if more > left:
        said = gettext("It may cost %(cost)s, the campaign has %(left)s left.")
        cost = money.told(more, blast.currency)
        raise NoMoney(said % {"cost": cost, "left": money.told(max(left, Decimal(0)))})


def held_by(series: int) -> Decimal:
    """What the blasts of a series may cost: each that lives its whole budget, each that ended what it came to."""
    own = Blast.objects.filter(occurrence__series=series)
    away = Chunk.objects.filter(blast=OuterRef("pk"), state__in=["leased", "begun"])
    alive = own.filter(Exists(away) | Q(state__in=[Blast.State.PLANNED, *COMMITTED]))
    ended = own.exclude(pk__in=alive.values("pk"))
    return (alive.aggregate(sum=Sum("budget"))["sum"] or Decimal(0)) + sum(
        (_gone(blast) for blast in ended), Decimal(0)
    )


def check_series(blast: Blast, more: Decimal) -> None:
    """An ended blast of a series may cost `more` again only from what the series has left. Raises NoMoney.

    Holds the series' row to the end of the transaction: no next day may take the same money meanwhile.
    """
    series = Series.objects.select_for_update(of=("self",)).filter(occurrences__blast=blast).first()
    if series is None or blast.state != Blast.State.DONE:
        return
    if held_by(series.pk) - _gone(blast) + blast.budget > series.budget:
        left = series.budget - held_by(series.pk)
        raise NoMoney(
            f"{more:f} {blast.currency} more and its own budget do not fit into the {left:f} that its series has left."
        )


def each(blast: Blast) -> dict[tuple[str, str], Decimal]:
    """(country, language) -> the most that the blast's message to one person there may cost."""
    return {(text.country, text.language): text.each for text in blast.texts.all()}


def dearest(blast: Blast) -> Decimal:
    """The most that one of its messages may cost; nothing where it has no texts."""
    return max(each(blast).values(), default=Decimal(0))


def spent(blast: Blast) -> Decimal:
    """What the provider said it charged so far."""
    return blast.chunks.aggregate(sum=Sum("cost"))["sum"] or Decimal(0)


def held_for_unsure(blast: Blast) -> Decimal:
    """What deliveries of unknown fate may have cost: it stays reserved until they are settled."""
    prices = each(blast)
    unsure = Delivery.objects.filter(chunk__blast=blast, state=Fate.UNSURE)
    groups = unsure.values_list("country", "language").annotate(people=Count("pk"))
    return sum(
        (prices[country, language] * people for country, language, people in groups), Decimal(0)
    )


def held_untold(blast: Blast) -> Decimal:
    """What messages may have cost that left, or may have, and whose charge nobody told.

    Only a receipt proved them, their provider tells no prices, or they were sent again. Unsure ones are not in it.
    Counted now: no money is let go by an old count.
    """
    return at_most(blast, tallies.count_untold(blast))


def at_most(blast: Blast, messages: Iterable[Untold]) -> Decimal:
    """What so many messages of a blast may have cost."""
    prices = each(blast)
    return sum((prices[one.country, one.language] * one.messages for one in messages), Decimal(0))


def _gone(blast: Blast) -> Decimal:
    """Money of an ended blast that is no longer there, at the highest."""
    return spent(blast) + held_for_unsure(blast) + held_untold(blast)
