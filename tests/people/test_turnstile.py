"""Limits a phone and a minute: what passes, what is said of the rest, and what is kept in memory."""

import pytest

from journal.writer import Journal
from people import turnstile
from people.turnstile import DIALS, Limit, Turnstile, strangers
from tests.doors import journalled

THREE = Limit("sms", 3)


@pytest.fixture
def journal(tmp_path) -> Journal:
    return Journal(tmp_path / "journal")


def test_as_many_pass_as_the_limit_says(journal):
    own = Turnstile(THREE, journal)

    assert [own.full("t1.a", 60.0) for _ in range(5)] == [False, False, False, True, True]


def test_phones_do_not_hinder_each_other(journal):
    own = Turnstile(Limit("sms", 1), journal)
    own.full("t1.a", 60.0)

    assert [own.full("t1.b", 60.0), own.full("t1.a", 60.0)] == [False, True]


@pytest.mark.parametrize("later", [120.0, 0.0], ids=["a minute later", "a clock set back"])
def test_another_minute_begins_anew(journal, later):
    own = Turnstile(Limit("sms", 1), journal)
    own.full("t1.a", 119.9)

    assert own.full("t1.a", later) is False


def test_what_was_held_back_is_told_once_a_minute_without_the_phone(journal):
    own = Turnstile(Limit("sms", 1), journal)
    for at in (60.0, 61.0, 62.0, 120.0, 121.0):
        own.full("t1.a", at, "sim", "KE")

    told = {"kind": "limited", "what": "sms", "g": "sim", "c": "KE"}
    assert journalled(journal) == [{**told, "at": 61.0}, {**told, "at": 121.0}]


def test_memory_is_bounded(journal, monkeypatch):
    monkeypatch.setattr(turnstile, "KEYS_MOST", 10)
    own = Turnstile(THREE, journal)
    for number in range(1000):
        own.full(f"t1.{number}", 60.0)

    assert len(own._counts) <= 10


def test_a_caller_as_fast_as_thumbs_never_meets_the_limit():
    presses_a_second = 1.5

    assert DIALS.most > presses_a_second * 60


def test_an_address_that_guesses_secrets_is_told_of_and_not_named(journal):
    note = strangers(journal, lambda: 60.0)
    for _ in range(50):
        note("192.0.2.1")

    told = {"kind": "limited", "at": 60.0, "what": "secret", "g": "", "c": ""}
    assert journalled(journal) == [told]
