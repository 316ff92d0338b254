"""F3, F4 and more for the doors: stores and the whole web process are killed under load.

The judge is the caller's own record: every screen that was answered must lie in the table exactly once;
what was written and killed before its answer left is at most one hop a connection and kill.
"""

import random
import time

import pytest

from tests.faults.dialling import Load, judge
from tests.faults.journey import Caller, whole
from tests.faults.site import Site


def test_every_dial_is_answered_and_counted_once_while_both_stores_are_away(pair: Site) -> None:
    with Load(pair, pair.web) as load:
        time.sleep(0.5)
        pair.kill("valkey", "postgres")
        before = len(load.answered)
        time.sleep(1.5)
        during = len(load.answered) - before
        pair.keeper.start()
        time.sleep(0.5)

    assert load.unanswered == 0
    assert during > 100
    assert load.slowest < 2.0
    judge(pair, load, kills=0)


def test_killed_web_process_loses_no_answered_hop_and_no_session(pair: Site) -> None:
    caller = Caller(pair)
    with Load(pair, pair.web) as load:
        caller.walk(end=2)
        time.sleep(0.5)
        caller.copied()
        pair.web.kill()
        pair.web.start()
        caller.walk(2)

    judge(pair, load, kills=1)
    whole(caller)


def test_stopped_web_process_ships_everything_before_it_ends(pair: Site) -> None:
    web = pair.another()

    with Load(pair, web) as load:
        time.sleep(0.5)
    pair.leave(web)

    judge(pair, load, kills=0)


@pytest.mark.slow
def test_everything_is_killed_again_and_again(site: Site) -> None:
    rng, kills = random.Random(11), 0
    with Load(site, site.web) as load:
        for _ in range(20):
            time.sleep(rng.uniform(0.2, 1.5))
            match rng.choice(["web", "web", "postgres", "valkey", "both"]):
                case "web":
                    site.web.kill()
                    site.web.start()
                    kills += 1
                case "both":
                    site.kill("valkey", "postgres")
                    time.sleep(rng.uniform(0.2, 1.0))
                    site.keeper.start()
                case store:
                    site.kill(store)
                    time.sleep(rng.uniform(0.2, 1.0))
                    site.keeper.start()

    assert site.web.process is not None
    assert site.web.process.poll() is None
    judge(site, load, kills=kills)
