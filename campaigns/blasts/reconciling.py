"""What the provider charged beside what the price list says: per network of a blast, per gateway and month."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext

from campaigns.blasts import budget, tallies
from campaigns.blasts.permits import Refused, may
from campaigns.blasts.tallies import Charge, Untold
from campaigns.models.blasts import Blast, Price
from campaigns.models.deliveries import Chunk
from campaigns.models.replies import Answer
from campaigns.models.sums import Tally
from people import audit
from people.audit import Kind
from people.models import Staff

ENTER = "campaigns.add_price"
FOURTH = Decimal("0.0001")  # of a price: as exact as the list holds it
Place = tuple[str, str, str]  # gateway, country, network


@dataclass(frozen=True, slots=True)
class Line:
    """One network of a blast. listed: a part's price when it was planned; now: that of today; None: no price."""

    gateway: str
    country: str
    network: str
    currency: str  # as charged; "": the provider named none
    messages: int
    parts: int
    charged: Decimal
    planned_in: str
    listed: Decimal | None
    now: Decimal | None

    @property
    def place(self) -> Place:
        return self.gateway, self.country, self.network

    @property
    def each(self) -> Decimal:
        """What a part really cost, on average."""
        return (self.charged / self.parts).quantize(FOURTH) if self.parts else Decimal(0)

    @property
    def expected(self) -> Decimal | None:
        return None if self.listed is None else self.listed * self.parts

    @property
    def foreign(self) -> bool:
        """Charged in another currency than planned."""
        return self.currency not in ("", self.planned_in)

    @property
    def differs(self) -> bool:
        return not self.foreign and self.listed is not None and self.each != self.listed

    @property
    def open(self) -> bool:
        """The list of today still says something else than was charged."""
        return self.differs and self.each != self.now


def lines(blast: Blast, *, at: datetime) -> list[Line]:
    """What each network cost, the dearest first."""
    parts = {(text.country, text.language): text.parts for text in blast.texts.all()}
    sums: dict[tuple[str, str, str, str], tuple[int, int, Decimal]] = {}
    for one in tallies.charges(blast, at=at):
        key = (one.gateway, one.country, one.network, one.currency)
        messages, all_parts, amount = sums.get(key, (0, 0, Decimal(0)))
        more = one.messages * parts.get((one.country, one.language), 1)
        sums[key] = (messages + one.messages, all_parts + more, amount + one.amount)
    then, now = _listed(blast, blast.planned_at), _listed(blast, at)
    made = [
        Line(*key, *numbers, blast.currency, _price(then, *key[:3]), _price(now, *key[:3]))
        for key, numbers in sums.items()
    ]
    return sorted(made, key=lambda line: (-line.charged, line.place))


def _listed(blast: Blast, at: datetime) -> Mapping[Place, Price]:
    found = budget.newest(blast.routes, at)
    return {(one.gateway, one.country, one.network): one for one in found}


def _price(
    listed: Mapping[Place, Price], gateway: str, country: str, network: str
) -> Decimal | None:
    """A network's own price, else that of all others. Of an untold network only where there is one price."""
    own = listed.get((gateway, country, network)) or listed.get((gateway, country, ""))
    several = not network and sum(key[:2] == (gateway, country) for key in listed) > 1
    return None if own is None or several else own.per_part


def enter(blast: Blast, place: Place, *, by: Staff, at: datetime) -> Price:
    """Put what was really charged on the price list, from now on. Plans made before keep their own price.

    Raises Refused where nothing differs there (any more), or they may not.
    """
    may(by, ENTER, [place[1]])
    with transaction.atomic():
        line = next((one for one in lines(blast, at=at) if one.place == place and one.open), None)
        if line is None:
            raise Refused(gettext("The price list says that already."))
        listed = _listed(blast, at)
        old = listed.get(place) or listed[place[0], place[1], ""]
        made = Price.objects.create(
            gateway=line.gateway,
            country=line.country,
            network=line.network,
            per_part=line.each,
            currency=old.currency,
            valid_from=at,
            receipts=old.receipts,
        )
        told = {"row": str(made.pk), "blast": str(blast.pk)}
        audit.note(
            Kind.SETTING,
            by=by,
            what=f"price {made}: added",
            country=line.country,
            details=told,
            at=at,
        )
    return made


# --- by month -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Month:
    """What one gateway cost in a month. single: SMS that somebody asked for, whose rows stay for days only."""

    month: date
    gateway: str
    currency: str
    single: bool
    messages: int
    amount: Decimal


def months(countries: Iterable[str]) -> list[Month]:
    """What was charged for people of these countries, the newest month first; blasts of more are not in it."""
    own = list(countries)
    chunks = Chunk.objects.filter(blast__countries__contained_by=own, committed_at__isnull=False)
    sent = (
        chunks.annotate(month=TruncMonth("committed_at"))
        .values_list("month", "gateway", "blast__currency")
        .annotate(messages=Sum("accepted"), amount=Sum("cost"))
    )
    answers = Answer.objects.filter(country__in=own, cost__isnull=False)
    single = (
        answers.annotate(month=TruncMonth("made_at"))
        .values_list("month", "gateway", "currency")
        .annotate(messages=Count("pk"), amount=Sum("cost"))
    )
    rows = [*_months(sent, single=False), *_months(single, single=True)]
    return sorted(rows, key=lambda row: (-row.month.toordinal(), row.gateway, row.single))


def _months(
    rows: Iterable[tuple[datetime, str, str, int, Decimal]], *, single: bool
) -> Iterable[Month]:
    for month, gateway, currency, messages, amount in rows:
        if messages:
            yield Month(month.date(), gateway, currency, single, messages, amount)


@dataclass(frozen=True, slots=True)
class Foreign:
    """Messages of a blast that were charged in another currency than it was planned in."""

    blast: int
    planned_in: str
    currency: str
    messages: int
    amount: Decimal


def foreign(countries: Iterable[str]) -> list[Foreign]:
    """What the months add up although it is no money of theirs; by the last counts, the newest blast first."""
    kept = Tally.objects.filter(
        kind=Tally.Kind.COSTS, blast__countries__contained_by=list(countries)
    ).select_related("blast")
    found: dict[tuple[int, str, str], tuple[int, Decimal]] = {}
    for tally in kept.order_by("-blast"):
        for one in _strange(tallies.read_charges(tally), tally.blast.currency):
            key = (tally.blast_id, tally.blast.currency, one.currency)
            messages, amount = found.get(key, (0, Decimal(0)))
            found[key] = (messages + one.messages, amount + one.amount)
    return [Foreign(*key, *numbers) for key, numbers in found.items()]


@dataclass(frozen=True, slots=True)
class Open:
    """Messages of a blast that left and whose charge their provider never told. most: what they may have cost."""

    blast: int
    messages: int
    most: Decimal
    currency: str


def untold(countries: Iterable[str]) -> list[Open]:
    """What no month holds although it may be charged; by the last counts, the newest blast first."""
    kept = Tally.objects.filter(
        kind=Tally.Kind.UNTOLD, blast__countries__contained_by=list(countries)
    ).exclude(rows=[])
    rows = kept.select_related("blast").prefetch_related("blast__texts").order_by("-blast")
    return [_open(one.blast, tallies.read_untold(one)) for one in rows]


def _open(blast: Blast, messages: Sequence[Untold]) -> Open:
    most = budget.at_most(blast, messages)
    return Open(blast.pk, sum(one.messages for one in messages), most, blast.currency)


def _strange(charges: Sequence[Charge], own: str) -> Iterable[Charge]:
    return (one for one in charges if one.currency not in ("", own))
