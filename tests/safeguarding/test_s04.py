"""S4: no history is shown; a later holder of the phone learns nothing from dialling, HELP or STATUS."""

import pytest
import redis
from django.conf import settings

import bot.tasks
from tests.doors import OTHER_PHONE, PHONE

ENGLISH = "2"
BUSY = [("1", "1"), ("8",), ("6", "how do I get a passport"), ("3",)]
LATER = [(), ("1",), ("7",), ("8",), ("6",), ("9",), ("98",), ("status",), ("#",)]
WORDS = ["HELP", "STATUS", "history", "0", "98", "what did I ask"]


@pytest.mark.parametrize("keys", LATER, ids=str)
def test_second_session_equals_a_fresh_one_except_for_the_language(site, keys):
    for n, path in enumerate(BUSY):
        site.call(ENGLISH, *path, session=f"before-{n}")
    site.call(ENGLISH, phone=OTHER_PHONE, session="another")
    site.fold()

    again = site.call(*keys, session="later")

    assert again == site.call(*keys, phone=OTHER_PHONE, session="fresh")


def test_screens_of_a_code_dialled_with_its_answers_are_the_same_for_everybody(site):
    site.call(ENGLISH, "8", session="before")

    assert site.call("2", "1") == site.call("2", "1", phone=OTHER_PHONE, session="other")


@pytest.mark.parametrize("word", WORDS)
def test_words_by_sms_tell_a_later_holder_nothing(full_site, deployment, word):
    """After the minutes that a conversation lasts, whatever was said before."""
    full_site.sms("they beat me and locked the door", reference="before")
    full_site.sms("I like it", OTHER_PHONE, "other-before")
    full_site.fold()
    forget_conversations()

    full_site.sms(word, reference="later")
    full_site.sms(word, OTHER_PHONE, "other-later")
    full_site.fold()

    told = dict.fromkeys((PHONE, OTHER_PHONE), "")
    told |= {number: text for number, text, _reference in deployment.record()[2:]}
    assert told[PHONE] == told[OTHER_PHONE] != ""


def forget_conversations() -> None:
    """As a quarter of an hour does, in Redis and in the process."""
    bot.tasks._memory.cache_clear()
    store = redis.Redis.from_url(settings.REDIS_URL)
    for key in store.scan_iter("chat:*"):
        store.delete(key)
    store.close()
