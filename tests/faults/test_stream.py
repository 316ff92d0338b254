"""F4 and all others together: what `make up` starts, killed in the middle of a blast and of dials.

Judges: the simulated network's own record, the callers' own log, and the published edition. Nobody is
written to twice, nobody is lost, whoever is uncertain is named, and everything is counted exactly once.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import override_settings

from people import identity
from tests.faults import stream_checks, stream_product, stream_story, stream_vectors
from tests.faults.stream_callers import Crowd
from tests.faults.stream_judge import Blast
from tests.faults.stream_product import Product
from tests.faults.stream_story import BAD_ROWS, DOUBLES, REFUSED, Story

PEOPLE, MANY, BATCH = 3_000 - len(BAD_ROWS) - DOUBLES, 12_000, 25
AIR = {
    "seed": 5,
    "latency": 0.1,
    "latency_spread": 0.2,
    "loss": 0.05,
    "receipt_missing": 0.6,
    "receipt_delay": 0.3,
    "callback_retry": 1.0,
}


@contextmanager
def keys_of(product: Product) -> Iterator[None]:
    """The product's own keys in this process: tokens here are tokens there."""
    with override_settings(KEYS_FILE=product.data / "keys.toml"):
        identity.reload_keys()
        yield
    identity.reload_keys()


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """One start of the product, and everything that happens to it."""
    with stream_product.running(batch=BATCH, rate=900.0) as product, keys_of(product):
        story = stream_story.prepare(product, PEOPLE, AIR)
        stream_story.begin(story)
        stream_story.odd_ones(story)
        with Crowd(story.world, stream_story.everybody()) as crowd:
            story.crowd = crowd
            in_the_middle(story)
            stream_story.finish(story, hurry=True)
        stream_story.settle(story, hurry=True)
        yield story


def in_the_middle(story: Story) -> None:
    """What serves, sends and counts is killed, the bulk worker twice, and both stores together."""
    product = story.product
    stream_story.sending(story, 300)
    for part in ("bulk", "worker", "now"):
        product.kill(part)
    stream_story.web_back(product, "worker")
    stream_story.sending(story, 300)
    stream_story.outage(story)
    stream_story.sending(story, 300)
    product.kill("bulk")
    product.kill("web")
    stream_story.web_back(product, "web")


@pytest.fixture(scope="module")
def blast(story: Story) -> Blast:
    assert story.blast is not None
    return story.blast


def test_list_is_taken_and_every_bad_row_named(story):
    assert story.imported == {
        "added": PEOPLE,
        "known": 0,
        "suppressed": 0,
        "refused": {**REFUSED, "duplicate": DOUBLES},
    }


def test_whoever_planned_a_blast_cannot_approve_it(story):
    code, out, err = story.self_approval

    assert (code, out) == (1, "")
    assert err.startswith("CommandError: ")
    assert story.plan["people"] == PEOPLE


def test_f04_stores_killed_in_a_blast_send_nobody_twice_and_lose_nobody(story, blast):
    stream_checks.nobody_twice_nobody_lost(story, blast)


def test_every_delivery_is_what_the_network_says_it_is(story, blast):
    stream_checks.every_delivery_as_the_network_says(story, blast, batch=BATCH)


def test_report_says_the_same(story, blast):
    stream_checks.report_says_the_same(story, blast)


def test_every_hop_is_answered_and_journalled_once(story):
    stream_checks.every_hop_journalled_once(story)


def test_f04_dials_are_answered_while_both_stores_are_away(story):
    stream_checks.dials_answered_without_stores(story)


def test_every_dialogue_is_counted_exactly_once(story):
    stream_checks.every_dialogue_counted_once(story)


def test_funnel_adds_up(story):
    stream_checks.funnel_adds_up(story)


def test_chat_answers_and_counts_each_browser(story):
    stream_checks.chat_answers_and_counts(story)


def test_indicators_count_every_number_once(story, blast):
    stream_checks.indicators_count_every_number_once(story, blast)


def test_f04_ledger_equals_its_recount(story):
    stream_checks.ledger_holds(story)


# --- recorded bodies and bad input, through the running product ------------------------------------


def test_recorded_bodies_and_bad_input_get_the_right_answer(story):
    assert [one for one in story.answers if one.given != one.expected] == []
    assert len(story.answers) == 154


def test_recorded_bodies_count_as_what_they_are(story):
    query = "SELECT gateway, network, language, item FROM analytics_exposure WHERE key = %s"
    found = {}
    for name, _ in stream_vectors.bodies("ussd"):
        key = stream_vectors.key_of(name)
        found[name] = story.product.rows(query, key)

    assert found == {
        name: [("sim", NETWORKS.get(name, "63902"), LANGUAGES.get(name, "sw"), "faq-006")]
        for name, _ in stream_vectors.bodies("ussd")
    }


NETWORKS = {"missing_network": "", "sandbox": "99999", "free_text_unicode": "63601"}
LANGUAGES = {"free_text_unicode": "am"}


def test_nothing_bad_leaves_a_trace(story):
    said = [line for line in story.said if "Traceback" in line or " ERROR " in line]

    assert said == []
    assert story.product.rows("SELECT kind, why FROM journal_dead") == []


def test_what_died_is_told_in_plain_lines(story):
    """An operator reads along: whatever was killed, no traceback."""
    assert [line for line in story.product.output if "Traceback" in line] == []


# --- any part at any moment -----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 4))
def test_any_part_may_die_at_any_moment(seed):
    """Minutes each: leases run out and receipts are waited for in real time."""
    with stream_product.running(batch=BATCH, rate=250.0) as product, keys_of(product):
        story = stream_story.prepare(product, MANY, {**AIR, "seed": seed})
        with Crowd(story.world, stream_story.everybody()) as crowd:
            story.crowd = crowd
            stream_story.begin(story)
            stream_story.kill_at_random(story, seed, kills=15)
            stream_story.finish(story, hurry=False)
        stream_story.settle(story, hurry=False)
        assert story.blast is not None
        stream_checks.nobody_twice_nobody_lost(story, story.blast)
        stream_checks.every_delivery_as_the_network_says(story, story.blast, batch=BATCH)
        stream_checks.report_says_the_same(story, story.blast)
        stream_checks.every_hop_journalled_once(story)
        stream_checks.dials_answered_without_stores(story)
        stream_checks.every_dialogue_counted_once(story)
        stream_checks.funnel_adds_up(story)
        stream_checks.chat_answers_and_counts(story)
        stream_checks.indicators_count_every_number_once(story, story.blast)
        stream_checks.ledger_holds(story)
