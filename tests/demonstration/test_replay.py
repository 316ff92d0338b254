"""What comes late: the calls of one door, whose machine is off when a quarter ends."""

import json
from datetime import date, timedelta

from analytics.periods import Period
from demonstration import replay
from demonstration.lot import Lot

LOT = Lot(7)
WEEK = timedelta(days=7)
LAST = Period(date(2026, 3, 29), date(2026, 4, 5))  # a quarter ends in it


def lines(count: int = 200, kind: str = "hop") -> bytes:
    return b"".join(f"{kind}\t{json.dumps({'s': n})}\n".encode() for n in range(count))


def after(weeks: int) -> Period:
    return Period(LAST.starts + weeks * WEEK, LAST.ends + weeks * WEEK)


def test_all_comes_in_a_week_like_any_other():
    late: list[tuple[date, bytes]] = []

    assert replay.arrived(lines(), late, LOT, after(-1)) == lines()
    assert late == []


def test_part_of_the_calls_at_a_quarters_end_does_not_come():
    late: list[tuple[date, bytes]] = []

    come = replay.arrived(lines(), late, LOT, LAST)

    assert 150 < come.count(b"\n") < 190
    assert sorted(come.splitlines() + late[0][1].splitlines()) == sorted(lines().splitlines())


def test_it_comes_five_weeks_later_and_once():
    late: list[tuple[date, bytes]] = []
    come = replay.arrived(lines(), late, LOT, LAST)

    found = [replay.arrived(b"", late, LOT, after(n)) for n in range(1, 8)]

    assert [n for n, block in enumerate(found, 1) if block] == [5]
    assert len(found[4]) == len(lines()) - len(come)


def test_hops_and_end_of_a_session_come_together():
    late: list[tuple[date, bytes]] = []

    come = replay.arrived(lines() + lines(kind="end"), late, LOT, LAST).decode()

    hops = {line.partition("\t")[2] for line in come.splitlines() if line.startswith("hop")}
    ends = {line.partition("\t")[2] for line in come.splitlines() if line.startswith("end")}
    assert hops == ends


def test_what_is_no_call_is_never_late():
    late: list[tuple[date, bytes]] = []

    assert replay.arrived(lines(kind="chat"), late, LOT, LAST) == lines(kind="chat")
