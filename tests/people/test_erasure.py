"""Forgotten: no way leads from the number to the ledger, and the stop and the counts stay."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from journal.models import Entry, Marker
from people import consent, erasure, identity
from people.languages import remembered
from people.models import Consent, Person, Reveal, Staff, Subject, Suppression
from tests.people.made import NOON, number, person, stop_token

pytestmark = pytest.mark.django_db


def test_forget_leaves_no_way_from_the_number_to_the_ledger():
    known = person()
    subject = identity.subjects([known.token], at=NOON)[known.token]

    gone = erasure.forget(known.token)

    assert gone == erasure.Forgotten(people=1, subjects=1, consents=1)
    assert (Person.objects.count(), Subject.objects.count()) == (0, 0)
    assert identity.subjects([known.token], at=NOON)[known.token] != subject


def test_forget_keeps_the_proof_of_consent_without_the_person():
    known = person()

    erasure.forget(known.token)

    kept = Consent.objects.get()
    assert (kept.basis, kept.token[:7], kept.evidence) == ("sms-optin", "erased:", "")


def test_forget_buries_two_people_under_two_tombstones():
    for one in (person(1), person(2)):
        erasure.forget(one.token)

    assert len(set(Consent.objects.values_list("token", flat=True))) == 2


def test_forget_keeps_the_suppression():
    known = person()
    consent.end(number(), how="forget", at=NOON)

    erasure.forget(known.token)

    assert consent.suppressed([stop_token()]) == {stop_token()}
    assert Suppression.objects.count() == 1


def test_forget_covers_former_keys():
    identity.subjects(["t0.old"], at=NOON)

    assert erasure.forget("t1.new", former=["t0.old"]).subjects == 1


def test_forget_drops_the_remembered_language():
    known = person()
    remembered().note(known.token, "so")

    erasure.forget(known.token)

    assert remembered().get(known.token) is None


def test_forget_unlinks_reveals():
    known = person()
    Reveal.objects.create(
        token=known.token, by=Staff.objects.create(username="amina"), reason="call back", at=NOON
    )

    erasure.forget(known.token)

    kept = Reveal.objects.get()
    assert (kept.token[:7], kept.reason, kept.by.username) == ("erased:", "", "amina")


def test_forget_of_nobody_does_nothing():
    person()

    assert not erasure.forget("t1.nobody")
    assert Person.objects.count() == 1


def test_what_an_entry_of_before_brings_back_goes_again():
    """A message on its way when the wish was folded makes its subject anew."""
    known = person()
    erasure.forget(known.token)
    identity.subjects([known.token], at=NOON)
    line = Entry.objects.create(kind="sms", line=json.dumps({"t": known.token}), stored_at=NOON)
    Marker.objects.create(kind="sms", entry=line.pk)

    erasure.follow(at=timezone.now())

    assert (Subject.objects.count(), Entry.objects.count()) == (0, 0)


def test_consent_that_an_entry_of_before_brings_back_is_buried():
    known = person()
    erasure.forget(known.token)
    person()  # the START of before, folded late

    erasure.follow(at=timezone.now())

    assert Person.objects.count() == 0
    assert [token[:7] for token in Consent.objects.values_list("token", flat=True)] == [
        "erased:",
        "erased:",
    ]


def test_who_comes_back_after_the_wish_stays():
    known = person()
    erasure.forget(known.token)
    identity.subjects([known.token], at=timezone.now() + timedelta(seconds=1))

    erasure.follow(at=timezone.now())

    assert Subject.objects.count() == 1


def test_wish_itself_is_forgotten_after_a_day():
    erasure.forget(person().token)

    erasure.follow(at=timezone.now() + timedelta(hours=1))
    assert erasure.asked().count() == 1
    erasure.follow(at=timezone.now() + erasure.FOLLOWED)

    assert erasure.asked().count() == 0
