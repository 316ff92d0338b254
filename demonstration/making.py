"""A year of demonstration from its first day to its last, in minutes: the same seed and days give the same figures."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone
from django.utils.translation import gettext as _

from analytics import chain, refreshing, restating
from analytics.periods import Period, later, midnight, month_of
from analytics.turns import turn
from campaigns.blasts import budget, routes, tallies
from campaigns.models import Blast, Price
from demonstration import chats, guarding, inhabitants, papers, plans, replay
from demonstration.fates import Network
from demonstration.guarding import NotHere
from demonstration.lot import Lot
from demonstration.models import Year
from demonstration.phones import Phones
from demonstration.places import PLACES
from demonstration.replay import Cast, Stage
from people import audit
from people.audit import Kind
from people.models import Staff

PEOPLE, SEED, MONTHS = 6_000, 1, 12
MOST_PEOPLE = 100_000
WEEK = timedelta(days=7)
LOCK = 0x79656172  # an advisory lock's number: one year is made or removed at a time
State = Year.State
log = logging.getLogger(__name__)
Told = Callable[[int], None]  # per cent


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants: the end is the first day that is not in it, None: the latest there can be."""

    people: int = PEOPLE
    seed: int = SEED
    months: int = MONTHS
    ends: date | None = None


def ask(wish: Wish, *, by: str, at: datetime) -> Year:
    """A year that waits for being made. Raises NotHere."""
    if not 0 < wish.people <= MOST_PEOPLE:
        raise NotHere(_("Between 1 and %(most)d people.") % {"most": MOST_PEOPLE})
    ends = wish.ends or guarding.last_day(at)
    begins = later(month_of(ends), -wish.months)
    guarding.make_sure_of_room(begins, ends)
    return Year.objects.create(
        begins=begins, ends=ends, seed=wish.seed, people=wish.people, asked_by=by, asked_at=at
    )


def make(year: Year) -> Year:
    """Make a year that was asked for. Raises whatever broke it off; what was made until then stays and can be removed."""
    with alone():
        mine = Year.objects.filter(pk=year.pk, state=State.WAITING)
        if not mine.update(state=State.RUNNING, done=0):
            raise NotHere(_("This year is made already, or being made."))
        began = time.monotonic()
        try:
            guarding.make_sure_of_nobody(year.begins, year.ends)
            sums = _make(year, lambda done: _told(year, done))
        except Exception as error:
            Year.objects.filter(pk=year.pk).update(
                state=State.FAILED, fault=f"{type(error).__name__}: {error}"
            )
            raise
        Year.objects.filter(pk=year.pk).update(
            state=State.MADE, done=100, sums=sums, seconds=time.monotonic() - began
        )
    year.refresh_from_db()
    return year


def work_off() -> int:
    """Make the year that waits, unless somebody is at it; how many were made. A fault is noted and logged."""
    made = 0
    for year in Year.objects.filter(state=State.WAITING):
        try:
            make(year)
            made += 1
        except NotHere as refused:
            Year.objects.filter(pk=year.pk, state=State.WAITING).update(
                state=State.FAILED, fault=str(refused)
            )
        except Exception:
            log.exception("The year of demonstration was broken off.")
    return made


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else makes or removes a year meanwhile. Raises NotHere."""
    with turn(LOCK) as mine:
        if not mine:
            raise NotHere(_("A year is being made or removed at this moment."))
        yield


def _told(year: Year, done: int) -> None:
    Year.objects.filter(pk=year.pk).update(done=done)


# --- from the first week to the last --------------------------------------------------------------------


def _make(year: Year, told: Told) -> dict[str, int]:
    with TemporaryDirectory() as folder:
        stage = _stage(year, Path(folder))
        own = sorted({one.country for one in stage.people})
        plans.prepare(year.begins, year.ends, own)
        _silence(year)
        papers.aim(year.begins, year.ends, year.people, by=stage.cast.planner.username)
        sendings = plans.schedule(year.begins, year.ends, stage.edition, own)
        weeks = list(_weeks(year.begins, year.ends))
        for number, week in enumerate(weeks):
            now = [one for one in sendings if week.begin <= one.at < week.end]
            replay.run(stage, week, _month(year.begins, week), now)
            _papers(stage, year, week, own)
            told(95 * (number + 1) // len(weeks))
        _finish(stage, year)
        return stage.sums


def _stage(year: Year, folder: Path) -> Stage:
    gateway = routes.gateway()
    edition = routes.edition(simulated=True)
    lot = Lot(year.seed)
    served = {one.country for one in gateway.codes.values()} & {one for one, _ in edition.menus}
    orders = {
        country: order
        for country, order in edition.orders.items()
        if country in PLACES and country in served
    }
    people = inhabitants.invent(year.people, lot, orders)
    return Stage(
        begins=year.begins,
        edition=edition,
        gateway=gateway,
        lot=lot,
        people=people,
        phones=Phones(folder / "journal", gateway, routes.shelf()),
        network=Network(replay.by_number(people), lot),
        cast=_cast(),
        folder=folder,
        asked=chats.phrasings(edition),
    )


def _cast() -> Cast:
    """Two of the demonstration's accounts. Raises NotHere where they are gone."""
    found = {one.username: one for one in Staff.objects.filter(demonstration=True, is_active=True)}
    try:
        return Cast(found["manager"], found["approver"])
    except KeyError:
        said = _(
            "The accounts “manager” and “approver” of the demonstration are needed: manage.py demo_accounts."
        )
        raise NotHere(said) from None


def _silence(year: Year) -> None:
    """Networks that send no receipts are known as such from the year's first day on."""
    mute = [place for place in PLACES.values() if not any(line.told for line in place.lines)]
    gateway = routes.gateway()
    for price in budget.prices([gateway], [one.code for one in mute], midnight(year.begins)):
        Price.objects.get_or_create(
            gateway=price.gateway,
            country=price.country,
            network=price.network,
            valid_from=midnight(year.begins),
            defaults={
                "per_part": price.per_part,
                "currency": price.currency,
                "receipts": False,
            },
        )


def _weeks(begins: date, ends: date) -> Iterator[Period]:
    here = begins
    while here < ends:
        yield Period(here, min(here + WEEK, ends))
        here += WEEK


def _month(begins: date, week: Period) -> int | None:
    """Which month of the year begins in this week, from 0; None for none."""
    for number in range(MONTHS + 1):
        if week.starts <= later(month_of(begins), number) < week.ends:
            return number
    return None


def _papers(stage: Stage, year: Year, week: Period, countries: Sequence[str]) -> None:
    cast = stage.cast
    stage.note("entries", papers.tell(week, countries, stage.lot, by=cast.planner.username))
    hands = (cast.planner.username, cast.approver.username)
    stage.note("closed", papers.close(year.begins, year.ends, hands=hands, at=week.end))


def _finish(stage: Stage, year: Year) -> None:
    """What beat would have done since: links of the chain, tallies of the blasts, figures of the periods."""
    at = timezone.now()
    papers.explain(
        year.begins, year.ends, by=stage.cast.planner.username, at=midnight(year.ends) - WEEK
    )
    begin, end = midnight(year.begins), midnight(year.ends)
    for blast in Blast.objects.filter(planned_at__gte=begin, planned_at__lt=end):
        for kind in tallies.RARITY:
            tallies.count(blast, kind, at=at)
    chain.close_days(at=at)
    restating.restate_due(at=at)
    refreshing.refresh(at=at)
    details = {
        "from": f"{year.begins}",
        "to": f"{year.ends}",
        "seed": f"{year.seed}",
        "people": f"{year.people}",
    }
    audit.note(
        Kind.SETTING, by=None, what="a year of demonstration was made", details=details, at=at
    )
