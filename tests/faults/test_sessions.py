"""Sessions followed screen by screen while something breaks under them, and counted to the last hop.

The judge is what the caller saw: each screen that was answered lies in the table exactly once, or is told
as missing, and the fold makes of it exactly the exposures of a session that nothing happened to.
"""

import contextlib
import http.client
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import redis

from campaigns.editions.edition import Edition, make
from campaigns.press.shelf import Shelf
from tests.editions import DANGER, MADE, edition
from tests.faults.journey import (
    DANGERS,
    EDITION,
    EXPOSURES,
    JOURNEY,
    LANGUAGES,
    ONE,
    SCREENS,
    Caller,
    ledger,
    whole,
)
from tests.faults.site import Site, until

pytestmark = pytest.mark.django_db


@contextlib.contextmanager
def stopped(site: Site, *stores: str) -> Iterator[None]:
    """These stores killed, and started again behind the block."""
    site.kill(*stores)
    try:
        yield
    finally:
        site.keeper.start()


# --- stores ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stores", [("postgres",), ("valkey",), ("postgres", "valkey")], ids=" ".join
)
def test_session_goes_on_while_stores_are_away_and_counts_once(pair, stores):
    caller = Caller(pair)
    caller.walk(end=3)

    with stopped(pair, *stores):
        caller.walk(3, 6)
    caller.walk(6)

    whole(caller)


def test_door_that_starts_without_stores_answers_and_counts_once(pair):
    with stopped(pair, "postgres", "valkey"):
        late = pair.another()
        caller = Caller(pair)
        caller.walk(end=5, at=late)
    caller.walk(5, at=late)

    whole(caller)
    pair.leave(late)


def test_hops_answered_while_postgres_is_away_wait_in_the_file(pair):
    caller = Caller(pair)

    with stopped(pair, "postgres"):
        caller.walk()
        waiting = (pair.web.health() or {})["backlog_bytes"]

    assert waiting > 1000
    whole(caller)


# --- two doors ------------------------------------------------------------------------------------


def alternate(caller: Caller, *texts: str) -> None:
    """Hops in turns at both doors. People type slower than a pin is copied; a busy machine may not."""
    for turn, text in enumerate(texts):
        caller.dial(text, at=caller.site.webs[turn % 2])
        caller.copied(len(text))


def test_doors_that_serve_hops_in_turns_show_one_session(pair):
    caller = Caller(pair)

    alternate(caller, *(text for text, _ in JOURNEY))

    whole(caller)


def test_star_that_somebody_typed_stays_whole_between_doors(pair):
    caller = Caller(pair)
    alternate(caller, "", "2", "2*6", "2*6*is the*road to saudi dangerous")

    alternate(caller, "2*6*is the*road to saudi dangerous*1")

    assert caller.seen[3].startswith("CON DEMO Choose:\n1 Many people die on t")
    assert caller.seen[4] == ONE


def test_doors_in_turns_answer_and_count_no_hop_twice_while_redis_is_away(pair):
    """Neither knows what the other saw: one begins again, which counts nothing, and nobody meets an error."""
    caller = Caller(pair)

    with stopped(pair, "valkey"):
        for turn, text in enumerate(("", "2", "2*1", "2*1*1")):
            caller.dial(text, at=pair.webs[turn % 2])
    hops = caller.hops()

    assert caller.seen[:3] == [LANGUAGES, LANGUAGES, DANGERS]
    assert all(screen.startswith("CON DEMO ") for screen in caller.seen)
    assert [hop["lost"] for hop in hops] == [False, True, False, False]
    shown = [hop["i"] for hop in hops if hop["i"]]
    assert len(ledger(hops)) == len(shown)


# --- F7: hops posted again ------------------------------------------------------------------------


def again(pair: Site, *, seed: int, callers: int, pause: float) -> None:
    """Each hop twice, at either door; now and then an earlier one once more, when it is long over."""
    chance, texts = random.Random(seed), [text for text, _ in JOURNEY]
    for _ in range(callers):
        caller = Caller(pair)
        for depth, text in enumerate(texts):
            caller.walk(depth, depth + 1)
            late = chance.choice(texts[: depth + 1])
            time.sleep(pause)
            shown = [Caller(pair, caller.name).dial(one)[0] for one in (text, late)]
            assert shown == [SCREENS[depth], SCREENS[texts.index(late)]]
        assert caller.seen == SCREENS
        hops = caller.hops()
        assert [hop["d"] for hop in hops if hop["lost"]] == []
        assert sorted(ledger(hops)) == sorted(EXPOSURES)


def test_f07_hop_posted_again_or_late_shows_the_same_screen_and_counts_once(pair):
    again(pair, seed=1, callers=1, pause=0.3)


@pytest.mark.slow
def test_f07_hops_of_many_posted_again_or_late_count_once(pair):
    again(pair, seed=2, callers=20_000 // (3 * len(JOURNEY)), pause=0.0)


# --- a pin that is lost ---------------------------------------------------------------------------


def lose_by_silence(site: Site) -> None:
    """The door is killed and Redis with it: nobody is left who could know."""
    site.kill("valkey")
    site.web.kill()
    site.web.start()


def lose_by_emptying(site: Site) -> None:
    """Redis answers, but has forgotten; the gateway says by its echo that the session is an old one."""
    site.web.kill()
    redis.Redis.from_url(site.keeper.servers.redis).flushall()
    site.web.start()


@pytest.mark.parametrize(
    ("lose", "echo"),
    [
        pytest.param(lose_by_silence, "", id="silence"),
        pytest.param(lose_by_emptying, "dangers", id="emptying", marks=pytest.mark.slow),
    ],
)
def test_lost_pin_begins_again_at_the_first_screen_and_counts_nothing(pair, lose, echo):
    caller = Caller(pair)
    caller.walk(end=3)
    pair.shipped()

    lose(pair)
    caller.echo = echo
    caller.dial("2*1*1")  # the answer that would have shown content
    pair.keeper.start()
    nothing = ledger(caller.hops())
    caller.echo = ""
    again = ["2*1*1*2", "2*1*1*2*1", "2*1*1*2*1*1"]
    caller.dial(*again)

    assert caller.seen == [*SCREENS[:3], LANGUAGES, *SCREENS[1:4]]
    assert nothing == []
    hops = caller.hops()
    assert [(hop["lost"], hop["d"]) for hop in hops[3:5]] == [(True, 0), (False, 1)]
    assert ledger(hops) == [("interacted", DANGER)]


# --- a long soak ----------------------------------------------------------------------------------


PLACES = ("", "lang", "main", "dangers", DANGER, f"{DANGER}.2", "help")  # what each hop answers


def persist(caller: Caller, dice: random.Random) -> int:
    """Walk the journey at any door, echoing as Africa's Talking does; a hop that meets a dead door is sent
    again, to any. How often that was."""
    retries = 0
    for (text, _), caller.echo in zip(JOURNEY, PLACES, strict=True):
        while True:
            try:
                caller.dial(text, at=dice.choice(caller.site.webs))
                break
            except (OSError, http.client.HTTPException):
                retries += 1
                time.sleep(0.05)
        time.sleep(dice.uniform(0.05, 0.15))
    return retries


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_doors_killed_in_turn_under_load_cost_no_session_a_screen(pair, seed):
    dice, callers = random.Random(seed), [Caller(pair) for _ in range(120)]

    with ThreadPoolExecutor(8) as pool:
        walks = [pool.submit(persist, one, random.Random(one.name)) for one in callers]
        for kill in range(6):
            time.sleep(dice.uniform(0.5, 1.5))
            pair.webs[kill % 2].kill()
            pair.webs[kill % 2].start()
        retries = sum(walk.result() for walk in walks)
    hops = [hop for caller in callers for hop in caller.hops()]

    begun_again = {hop["s"] for hop in hops if hop["lost"]}
    rest = [caller for caller in callers if caller.name not in begun_again]
    assert {tuple(caller.seen) for caller in rest} == {tuple(SCREENS)}
    assert len(begun_again) <= 6 * 8  # whose pin was not copied yet: one a thread and kill
    assert (
        0 <= len(hops) - len(callers) * len(JOURNEY) <= retries
    )  # written, killed before the answer
    own = [hop for hop in hops if hop["s"] not in begun_again]
    assert Counter(ledger(own)) == Counter(EXPOSURES * len(rest))


# --- editions -------------------------------------------------------------------------------------


PARTS = ("lists", "phrasings", "words", "numbers", "figures", "languages", "orders")


def newer(text: str) -> str:
    return text.replace("Many people die on the road.", "Nobody knows how many die.")


def rewritten(old: Edition) -> Edition:
    """The edition a day later, with other words on the screen of the danger."""
    given: dict[str, Any] = {name: getattr(old, name) for name in PARTS}
    menus = [
        replace(
            menu, pages={k: replace(page, text=newer(page.text)) for k, page in menu.pages.items()}
        )
        for menu in old.menus.values()
    ]
    at = old.made_at + timedelta(days=1)
    return make(kind=old.kind, made_at=at, menus=menus, items=old.items.values(), **given)


def publish(site: Site, new: Edition, screen: str) -> None:
    """Put it on the shelf, and wait until new sessions at every door are shown this screen of it."""
    Shelf(site.keeper.data / "editions").put(new)
    for web in site.webs:
        until(partial(lambda web: Caller(site).dial("2*1*1", at=web) == [screen], web))


@pytest.fixture
def another(pair: Site) -> Iterator[Edition]:
    """An edition to publish; behind the test the old content is published again."""
    yield rewritten(EDITION)
    publish(pair, edition(made_at=MADE + timedelta(days=2)), ONE)


def test_edition_published_in_the_middle_is_for_sessions_that_begin_later(pair, another):
    caller, later = Caller(pair), Caller(pair)
    caller.walk(end=3)
    caller.copied()

    publish(pair, another, newer(ONE))
    caller.walk(3, 5, at=pair.webs[1])
    caller.copied(len(JOURNEY[4][0]))
    caller.walk(5)
    later.walk()

    whole(caller)
    assert {hop["e"] for hop in caller.hops()} == {EDITION.id}
    assert later.seen == [newer(screen) for screen in SCREENS]
    assert {hop["e"] for hop in later.hops()} == {another.id}
    assert ledger(later.hops(), another) == EXPOSURES
