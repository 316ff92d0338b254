"""What is remembered, for how long, and what a thief of Redis would read: nothing."""

import pytest
import redis
from django.conf import settings

from bot.memory import HELD, Memory
from bot.replies import State
from bot.wording import Choice

STATE = State("am", (Choice("1", "faq-006", "አደጋ"),), "start", "a question", "faq-003", 2)


@pytest.fixture
def server():
    client = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    yield client
    client.close()


def test_state_is_found_by_another_process(server):
    Memory(settings.REDIS_URL).put("t1.anna", STATE)

    assert Memory(settings.REDIS_URL).get("t1.anna") == STATE


def test_state_lies_sealed_and_for_minutes(server):
    Memory(settings.REDIS_URL).put("t1.anna", STATE)

    assert b"question" not in server.get("chat:t1.anna")
    assert 0 < server.ttl("chat:t1.anna") <= 900


def test_unknown_token_has_a_fresh_state(server):
    assert Memory(settings.REDIS_URL).get("t1.nobody") == State()


def test_damaged_state_is_a_fresh_one(server):
    server.set("chat:t1.anna", b"damaged")

    assert Memory(settings.REDIS_URL).get("t1.anna") == State()


def test_without_redis_this_process_remembers():
    memory = Memory("redis://127.0.0.1:1/0")
    memory.put("t1.anna", STATE)

    assert memory.get("t1.anna") == STATE


def test_this_process_forgets_after_minutes():
    now = [0.0]
    memory = Memory(clock=lambda: now[0])
    memory.put("t1.anna", STATE)
    now[0] = 901.0

    assert memory.get("t1.anna") == State()


@pytest.mark.parametrize(
    "url", ["", "redis://127.0.0.1:1/0", settings.REDIS_URL], ids=["none", "away", "there"]
)
def test_count_counts(server, url):
    memory = Memory(url)

    assert [memory.count("s:1", 60) for _ in range(3)] == [1, 2, 3]
    assert memory.count("s:2", 60) == 1


def test_count_keeps_no_address_of_a_line(server):
    Memory(settings.REDIS_URL).count("a:192.0.2.7", 60)

    (key,) = server.keys("pace:*")
    assert b"192.0.2.7" not in key


def test_count_begins_anew():
    now = [0.0]
    memory = Memory(clock=lambda: now[0])
    memory.count("s:1", 60)
    now[0] = 61.0

    assert memory.count("s:1", 60) == 1


def test_names_that_somebody_invents_fill_no_memory():
    memory = Memory()
    for number in range(HELD + 10):
        memory.count(f"s:{number}", 60)

    assert len(memory._own) == HELD
