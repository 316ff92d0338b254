"""The funnel against a naive recount, for any order of hops and ends, with repeats, in any batches."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.editions import DANGER, MADE, SAFE
from tests.journal.lines import write
from tests.ussd.hops import END, find
from tests.ussd.steps import at
from ussd import folding, funnel
from ussd.models import Call, Step, Total

PLACES = ("main", "dangers", DANGER, f"{DANGER}.2", SAFE, "help", "ask")
STATUSES = ("Success", "Incomplete", "Failed", "Odd")
GIVING_UP = {"kind": "give-up"}
Event = dict[str, Any]


@dataclass
class Session:
    """What a careful clerk knows of one session: the screens in the order they were believed."""

    entered: list[Event] = field(default_factory=list)
    status: str | None = None
    quiet: bool = False

    def hear(self, one: Event) -> None:
        if not self.entered or one["d"] > self.entered[-1]["d"]:
            self.entered.append(one)
            self.quiet = False

    @property
    def over(self) -> str:
        """left, abandoned or open."""
        if self.status == "Success" or (self.entered and self.entered[-1]["ends"]):
            return "left"
        return "abandoned" if self.status is not None or self.quiet else "open"


def clerk(events: list[Event], batch: int) -> dict[str, Session]:
    """The recount. Hops of one batch are believed in the order of their times."""
    sessions: dict[str, Session] = {}
    for chunk in chunks(events, batch):
        for one in sorted(chunk, key=lambda event: event.get("at", 0)):
            session = sessions.setdefault(one.get("s", ""), Session())
            if "x" in one:
                session.hear(one)
            elif "status" in one:
                session.status = one["status"]
            else:
                for each in sessions.values():
                    each.quiet |= each.over == "open" and bool(each.entered)
    sessions.pop("", None)
    return sessions


def chunks(events: list[Event], batch: int) -> list[list[Event]]:
    """Hops that follow each other fold together, so many at most; an end or a give-up parts them."""
    found: list[list[Event]] = []
    for one in events:
        if "x" in one and found and "x" in found[-1][0] and len(found[-1]) < batch:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def take_in(events: list[Event], batch: int) -> None:
    for chunk in chunks(events, batch):
        first = chunk[0]
        if "x" in first:
            write("hop", *chunk)
            folding.fold_hops(find)
        elif "status" in first:
            write("end", first)
            folding.fold_ends(find)
        else:
            funnel.give_up(at=MADE + timedelta(days=1))


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Sessions whose hops and ends come in any order, some twice, with give-ups in between."""
    events: list[Event] = []
    for number in range(draw(st.integers(1, 3))):
        places = draw(st.lists(st.sampled_from(PLACES), min_size=0, max_size=4))
        for depth, place in enumerate(places):
            language = draw(st.sampled_from(("", "en", "sw")))
            events.append(at(depth * 7, place, depth, s=f"s{number}", l=language))
        if draw(st.booleans()) and places:
            events.append(at(40, "bye", len(places), s=f"s{number}", ends=True))
        if draw(st.booleans()):
            events.append({**END, "s": f"s{number}", "status": draw(st.sampled_from(STATUSES))})
    repeated = draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    pauses = [GIVING_UP] * draw(st.integers(0, 2))
    return draw(st.permutations([*events, *repeated, *pauses]))


def screens(sessions: dict[str, Session]) -> Counter[tuple[str, str, str]]:
    """(place, language, column) -> how many, as the clerk counts."""
    found: Counter[tuple[str, str, str]] = Counter()
    for session in sessions.values():
        for number, one in enumerate(session.entered, 1):
            key = (shown(one["x"]), one["l"])
            found[*key, "entered"] += 1
            last = number == len(session.entered)
            found[*key, session.over if last else "left"] += 1
    return found


def shown(place: str) -> str:
    return funnel.SENSITIVE if place in ("help", "ask") else place


def counted() -> Counter[tuple[str, str, str]]:
    """The same from the table; what is neither left nor abandoned is open."""
    found: Counter[tuple[str, str, str]] = Counter()
    for row in Step.objects.all():
        key = (row.place, row.language)
        found[*key, "entered"] += row.entered
        found[*key, "left"] += row.left
        found[*key, "abandoned"] += row.abandoned
        found[*key, "open"] += row.entered - row.left - row.abandoned
    return found


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(histories(), st.integers(1, 6))
def test_counters_agree_with_a_recount(events, batch):
    with transaction.atomic():
        take_in(events, batch)
        clerks = clerk(events, batch)

        assert +counted() == +screens(clerks)
        assert min([0, *counted().values()]) == 0
        over = [one for one in clerks.values() if one.over != "open"]
        sums = Total.objects.aggregate(n=Sum("sessions"), seen=Sum("screens"), paid=Sum("priced"))
        assert [value or 0 for value in sums.values()] == [
            len(over),
            sum(len(one.entered) for one in over),
            sum(one.status is not None for one in over),
        ]
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_hops_and_ends_folded_side_by_side_count_once():
    names = [f"s{number}" for number in range(120)]
    hops = [at(depth, place, depth, s=s) for s in names for depth, place in enumerate(PLACES[:3])]
    ends = [{**END, "s": s, "status": "Incomplete"} for s in names]
    random.Random(7).shuffle(hops)
    write("hop", *hops)
    write("end", *ends)

    def work(fold: Any) -> None:
        while fold():
            pass
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(work, lambda: folding.fold_hops(find, limit=40)),
            pool.submit(work, lambda: folding.fold_ends(find, limit=10)),
        ]
    assert [job.exception() for job in jobs] == [None, None]

    rows = {s: Call.objects.get(session=s) for s in names}
    at_rest = Counter(row.place for row in rows.values())
    kept = Counter({row.place: row.abandoned for row in Step.objects.all()})
    assert +kept == +at_rest
    total = Total.objects.exclude(sessions=0).get()
    assert (total.outcome, total.sessions, total.priced) == ("abandoned", 120, 120)
    assert total.screens == sum(row.screens for row in rows.values())
