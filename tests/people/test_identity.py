"""Tokens, seals and subjects: nobody's number is read from them, and nobody is counted twice through a rotation."""

import base64
import hashlib
import hmac
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from people import identity, keys
from people.identity import BrokenSeal
from people.models import Subject
from tests.people.made import NOON, number


def test_token_is_hmac_with_its_key_id():
    key = identity.ring().token.keys["t1"]
    digest = hmac.new(key, b"tel:+254711000001", hashlib.sha256).digest()[:20]

    assert (
        identity.token("tel:+254711000001")
        == f"t1.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"
    )


def test_token_differs_by_purpose():
    assert (
        identity.token("tel:+254711000001")[3:]
        != identity.suppression_token("tel:+254711000001")[3:]
    )


@given(st.lists(st.text(min_size=1, max_size=30), unique=True, max_size=20))
def test_token_is_one_to_one(addresses):
    assert len({identity.token(address) for address in addresses}) == len(addresses)


@given(st.text(max_size=200), st.sampled_from([identity.NUMBER, identity.TEXT]))
def test_seal_opens_to_what_was_sealed(text, kind):
    sealed = identity.seal(text, kind)

    assert identity.unseal(sealed) == identity.unseal(sealed, kind) == text


def test_seal_of_a_number_is_always_the_same_and_of_a_text_never():
    assert identity.seal("+254711000001", "number") == identity.seal("+254711000001", "number")
    assert identity.seal("1") != identity.seal("1")


def test_unseal_refuses_another_kind():
    with pytest.raises(BrokenSeal):
        identity.unseal(identity.seal("hello"), identity.NUMBER)


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.replace(".text.", ".number."),
        lambda s: s[:-4] + "AAAA",
        lambda s: "e9" + s[2:],
        lambda s: "",
        lambda s: "e1.text",
        lambda s: "e1.other.AAAA",
        lambda s: "e1.text.A",
    ],
)
def test_unseal_refuses_a_changed_seal(change):
    with pytest.raises(BrokenSeal):
        identity.unseal(change(identity.seal("a message of some length")))


def test_meet_knows_number_country_and_token():
    met = identity.meet("0711000001", "KE")

    assert met == identity.Met("tel:+254711000001", identity.token("tel:+254711000001"), "KE")


def test_token_from_memory_costs_under_two_microseconds():
    identity.token("tel:+254711000001")
    fastest = min(_seconds(identity.token, "tel:+254711000001") for _ in range(5))

    assert fastest < 2e-6


def _seconds(call, argument, times=2000):
    begun = time.perf_counter()
    for _ in range(times):
        call(argument)
    return (time.perf_counter() - begun) / times


def test_rotation_changes_tokens_and_remembers_the_former(rotate):
    old = identity.token("tel:+254711000001")

    rotate("token")

    new = identity.token("tel:+254711000001")
    assert (new[:3], identity.former_tokens("tel:+254711000001")) == ("t2.", (old,))


def test_rotation_still_opens_old_seals(rotate):
    sealed = identity.seal("+254711000001", "number")

    rotate("seal")

    assert identity.unseal(sealed, "number") == "+254711000001"
    assert identity.seal("+254711000001", "number").startswith("e2.")


def test_keys_are_refused_outside_a_demonstration(settings, tmp_path):
    settings.KEYS_FILE, settings.DEMONSTRATION = tmp_path / "keys.toml", False
    identity.reload_keys()

    with pytest.raises(keys.BadKeys, match=r"people\.keys make"):
        identity.token("tel:+254711000001")
    settings.DEMONSTRATION = True
    identity.reload_keys()


@pytest.mark.django_db
def test_subjects_are_made_once():
    tokens = [identity.token(f"tel:{number(index)}") for index in range(5)]

    first = identity.subjects(tokens, at=NOON)
    again = identity.subjects([*tokens, *tokens], at=NOON)

    assert again == first
    assert (set(first), len(set(first.values()))) == (set(tokens), 5)


@pytest.mark.django_db
def test_subjects_takes_many_in_portions(monkeypatch):
    monkeypatch.setattr(identity, "SLICE", 7)
    tokens = [f"t1.{index:027d}" for index in range(20)]

    assert len(identity.subjects(tokens, at=NOON)) == 20
    assert Subject.objects.count() == 20


@pytest.mark.django_db
def test_subjects_notes_the_day_somebody_was_last_seen():
    identity.subjects(["t1.a"], at=NOON)

    identity.subjects(["t1.a"], at=NOON + timedelta(hours=3))
    same_day = Subject.objects.get().seen_at
    identity.subjects(["t1.a"], at=NOON + timedelta(days=3))

    assert (same_day, Subject.objects.get().seen_at) == (NOON, NOON + timedelta(days=3))


@pytest.mark.django_db
def test_subjects_carries_a_subject_over_to_the_new_key(rotate):
    old = identity.subjects(["t1.a"], at=NOON)["t1.a"]
    rotate("token")

    found = identity.subjects(
        ["t2.a", "t2.b"], at=NOON, former={"t2.a": ("t1.a",), "t2.b": ("t1.b",)}
    )

    assert found["t2.a"] == old
    assert set(Subject.objects.values_list("token", flat=True)) == {"t2.a", "t2.b"}


def test_subject_of_a_month_is_the_same_through_a_rotation_and_another_next_month(rotate):
    address = f"tel:{number()}"
    before = identity.monthly(identity.token(address), (), at=NOON)
    rotate("token")

    token, former = identity.token(address), identity.former_tokens(address)

    assert identity.monthly(token, former, at=NOON + timedelta(days=1)) == before
    assert identity.monthly(token, former, at=NOON + timedelta(days=31)) != before


@pytest.mark.django_db
def test_subjects_carries_nobody_to_a_key_of_before(rotate):
    rotate("token")
    rotate("token")
    identity.subjects(["t1.a"], at=NOON)

    identity.subjects(["t2.a"], at=NOON, former={"t2.a": ("t1.a",)})

    assert set(Subject.objects.values_list("token", flat=True)) == {"t1.a", "t2.a"}


@pytest.mark.django_db(transaction=True)
def test_subjects_of_many_callers_at_once_are_the_same():
    tokens = [f"t1.{index:027d}" for index in range(300)]
    gate, given = threading.Barrier(6), []

    def ask():
        try:
            gate.wait()
            given.append(identity.subjects(tokens, at=NOON))
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(given) == 6
    assert all(one == given[0] for one in given)
    assert Subject.objects.count() == 300
