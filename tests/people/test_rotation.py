import pytest
from django.core.management import call_command

from people import consent, identity, rotation
from people.models import Consent, Person, Suppression
from tests.people.made import NOON, number, person

pytestmark = pytest.mark.django_db


def test_retoken_carries_everything_over(rotate):
    known = person(1)
    subject = identity.subjects([known.token], at=NOON)[known.token]
    rotate()

    assert rotation.retoken().people == 1

    now, address = Person.objects.get(), f"tel:{number(1)}"
    assert (now.token, now.stop_token) == (
        identity.token(address),
        identity.suppression_token(address),
    )
    assert now.number == identity.seal(number(1), identity.NUMBER)
    assert identity.subjects([now.token], at=NOON)[now.token] == subject
    assert Consent.objects.get().token == now.token


def test_retoken_is_safe_to_run_again(rotate):
    person(1)
    rotate()

    assert [rotation.retoken().people, rotation.retoken().people] == [1, 0]


def test_nobody_is_sent_to_between_rotation_and_retokening(rotate):
    person(1)
    rotate()

    assert consent.sendable().count() == 0
    rotation.retoken()
    assert consent.sendable().count() == 1


@pytest.mark.parametrize("when", ["before", "between", "after"])
def test_an_opt_out_holds_whenever_it_came(rotate, when):
    person(1)
    for moment in ("before", "between", "after"):
        if when == moment:
            consent.end(number(1), how="word", at=NOON)
        if moment == "before":
            rotate()
        if moment == "between":
            rotation.retoken()

    assert consent.sendable().count() == 0


def test_an_opt_out_under_both_keys_stands_once_for_sending(rotate):
    person(1)
    consent.end(number(1), how="word", at=NOON)
    rotate()
    consent.end(number(1), how="word", at=NOON)

    rotation.retoken()

    assert consent.sendable().count() == 0
    assert (
        Suppression.objects.filter(token=identity.suppression_token(f"tel:{number(1)}")).count()
        == 1
    )


def test_retoken_works_in_portions(rotate, monkeypatch, capsys):
    monkeypatch.setattr(rotation, "PORTION", 2)
    for index in range(5):
        person(index)
    rotate()

    call_command("retoken")

    assert capsys.readouterr().out.startswith("5 people carried over, 5 seals made anew.\n")
