"""What is sent in a year of demonstration, to whom and when: four campaigns that follow the seasons."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from analytics.periods import ZONE
from campaigns.blasts.planning import Wish
from campaigns.editions.edition import Edition, Item
from campaigns.editions.tokens import EVERYBODY
from campaigns.models.blasts import Audience, Campaign
from demonstration import seasons

MARK = "Demonstration: "  # every name begins with it
EVERY, FIRST = timedelta(weeks=3), timedelta(days=9)  # between blasts to one region
HOUR = time(10)
BUDGET = Decimal(1_000_000)
REGIONS = {"Red Sea and Horn": ("DJ", "ER", "ET", "SO"), "Nile and lakes": ("KE", "SD", "SS", "UG")}
SEA, WORK, SCHOOL, HARVEST = (
    "demonstration-sea",
    "demonstration-work",
    "demonstration-school",
    "demonstration-harvest",
)
NAMES = {
    SEA: "crossing the sea",
    WORK: "work abroad, safely",
    SCHOOL: "after school",
    HARVEST: "after the harvest",
}
COMPONENTS = ("safe", "help", "rights", "risk")  # a way out first: fear alone is not approved


@dataclass(frozen=True, slots=True)
class Sending:
    """One blast to be."""

    at: datetime
    campaign: str
    audience: str
    item: str

    @property
    def wish(self) -> Wish:
        return Wish(item=self.item, audience=self.audience, budget=BUDGET, campaign=self.campaign)

    @property
    def name(self) -> str:
        """The same in each making of the same year, unlike a blast's number."""
        return f"{self.audience} {self.at:%F}"


def schedule(
    begins: date, ends: date, edition: Edition, countries: Collection[str]
) -> list[Sending]:
    """Every blast of these days, in order of time."""
    found, items = list[Sending](), _items(edition)
    for number, (region, own) in enumerate(regions(countries)):
        day, told = begins + FIRST + timedelta(days=10 * number), dict[str, int]()
        while day < ends:
            campaign = _campaign(day, own)
            place = told[campaign] = told.get(campaign, -1) + 1
            at = datetime.combine(day, HOUR, ZONE)
            found.append(Sending(at, campaign, MARK + region, items[place % len(items)]))
            day += EVERY
    return sorted(found, key=lambda one: (one.at, one.audience))


def regions(countries: Collection[str]) -> Iterator[tuple[str, list[str]]]:
    for region, every in REGIONS.items():
        if own := [one for one in every if one in countries]:
            yield region, own


def prepare(begins: date, ends: date, countries: Collection[str]) -> None:
    """Campaigns and audiences, where they do not stand yet."""
    for code, name in NAMES.items():
        known = {
            "name": MARK + name,
            "starts": begins,
            "ends": ends,
            "countries": sorted(countries),
        }
        Campaign.objects.get_or_create(code=code, defaults=known)
    for region, own in regions(countries):
        Audience.objects.get_or_create(name=MARK + region, defaults={"countries": own})


def _campaign(day: date, countries: Sequence[str]) -> str:
    """What the season asks for."""
    ahead = day + seasons.BEFORE_RAMADAN
    if seasons.MUSLIM & set(countries) and any(
        day <= begins <= ahead for begins in seasons.ramadans(day.year, day.year + 1)
    ):
        return SEA
    standing = {one.what for one in seasons.seasons() for c in countries if one.holds(c, day)}
    if "end of the school year" in standing:
        return SCHOOL
    return HARVEST if any(what.startswith("harvest") for what in standing) else WORK


def _items(edition: Edition) -> list[str]:
    """What can be sent everywhere, the components taking turns; sensitive content is not sent unasked."""
    lots = [[one.id for one in _sendable(edition, what)] for what in COMPONENTS]
    most = max(map(len, lots))
    return [lot[turn % len(lot)] for turn in range(most) for lot in lots if lot]


def _sendable(edition: Edition, component: str) -> list[Item]:
    return [
        one
        for one in edition.items.values()
        if one.component == component
        and not one.sensitive
        and EVERYBODY in one.countries
        and any(text.sms for text in one.texts.values())
    ]
