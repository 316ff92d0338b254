"""What staff tell and decide by hand in a year: targets, a baseline, events, broadcasts, closed quarters."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta

from analytics import closing, entries, indicators, targets
from analytics.entries import BROADCASTS, GATHERINGS, Told
from analytics.periods import ZONE, Kind, Period, standard
from analytics.targets import Start
from campaigns import evidence
from demonstration.lot import Lot
from demonstration.plans import MARK
from people import districts

AIMED, GROWTH = 0.55, 0.04  # of the people, in the first whole quarter; more in each later one
WHOLE = 0.8  # of the people, in the calendar year that holds the end
CLOSED_AFTER = timedelta(days=12)
EVENTS, EVENTS_CODE = (
    0.55,
    "3.11",
)  # chance of one in a week and country; the indicator that counts them
RADIO = 0.05
TITLES = ("meeting at a school", "day at a market", "theatre in a village", "talk of returnees")


def aim(begins: date, ends: date, people: int, *, by: str) -> None:
    """Targets of the whole programme, said before the quarters they are about, and where it started."""
    indicator, at = indicators.find(indicators.HEADLINE), datetime.combine(begins, time(9), ZONE)
    start = Start(0, begins, f"{MARK}nobody was counted before")
    targets.set_baseline(indicator, start, targets.Act(by, at))
    for number, quarter in enumerate(_quarters(begins, ends)):
        if quarter.starts > begins:
            value = max(1, round(people * (AIMED + GROWTH * number)))
            _set_target(indicator.code, quarter, value, targets.Act(by, at))
    whole = standard(Kind.YEAR, ends)
    if whole.starts > begins:
        _set_target(indicator.code, whole, max(1, round(people * WHOLE)), targets.Act(by, at))


def _set_target(code: str, period: Period, value: int, act: targets.Act) -> None:
    targets.set_target(indicators.find(code), period, value, act, note=MARK.strip(": "))


def close(begins: date, ends: date, *, hands: tuple[str, str], at: datetime) -> int:
    """Close the quarters that are over and were not closed yet, as of then; how many. Two hands, two names."""
    closed = 0
    for quarter in _quarters(begins, ends):
        due = quarter.end + CLOSED_AFTER
        if quarter.starts >= begins and due <= at and not closing.closed(period=quarter):
            proposed = closing.propose(quarter, by=hands[0], note=MARK.strip(": "), at=due)
            closing.agree(proposed.pk, by=hands[1], at=due + timedelta(hours=1))
            closed += closing.work_off(evidence.SOURCES, at=due + timedelta(hours=2))
    return closed


def explain(begins: date, ends: date, *, by: str, at: datetime) -> int:
    """Say why quarters that are closed came out otherwise than meant; how many."""
    indicator, told = indicators.find(indicators.HEADLINE), 0
    for quarter in _quarters(begins, ends):
        goal = targets.goal_of(indicator.code, quarter)
        found = closing.closed(indicator.code, quarter)
        if goal and found and goal.missed(closing.lines(found[0], [()])[0].numbers.reached.unique):
            reason = f"{MARK}more people, or fewer, dialled than was meant; nobody asked them why."
            targets.explain(indicator, quarter, reason, targets.Act(by, at))
            told += 1
    return told


def _quarters(begins: date, ends: date) -> Iterator[Period]:
    here = standard(Kind.QUARTER, begins)
    while here.starts < ends:
        yield here
        here = standard(Kind.QUARTER, here.ends)


def tell(week: Period, countries: Collection[str], lot: Lot, *, by: str) -> int:
    """Events and broadcasts of one week; how many."""
    told = [one for country in sorted(countries) for one in _told(week, country, lot)]
    for one in told:
        at = datetime.combine(one.on, time(18), ZONE)
        entries.enter(one, entries.Act(by, at))
    return len(told)


def _told(week: Period, country: str, lot: Lot) -> Iterator[Told]:
    name = (country, week.starts)
    length = (week.ends - week.starts).days
    on = week.starts + timedelta(days=lot.whole(length, "on", *name))
    names = [one.name for one in districts.lists()[country] if not one.retired]
    if lot.happens(EVENTS, "event", *name):
        yield Told(
            kind=GATHERINGS[0],
            title=MARK + lot.one(TITLES, "title", *name),
            on=on,
            country=country,
            district=lot.one(names, "district", *name) if names else "",
            indicators=(EVENTS_CODE, indicators.HEADLINE),
            people=20 + lot.whole(180, "people", *name),
            indirect=False,
            method=lot.one(entries.HEADS, "method", *name),
        )
    if lot.happens(RADIO, "radio", *name):
        yield Told(
            kind=BROADCASTS[0],
            title=f"{MARK}talk on the radio",
            on=on,
            country=country,
            indicators=(indicators.HEADLINE,),
            people=5_000 + 100 * lot.whole(400, "listeners", *name),
            indirect=True,
            method=lot.one(entries.ESTIMATES, "estimate", *name),
            explained=f"{MARK}an invented figure of an invented station",
        )
