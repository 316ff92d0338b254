"""Who may be sent to: a ground that holds, no word of stop since, whichever came first and however late."""

from datetime import timedelta

import pytest
from django.db import connection

from journal.models import Dead, Entry
from people import consent, erasure, identity, importing, rotation
from people.consent import Ground, OptOut
from people.models import AgeBand, Consent, Person, Suppression
from tests.people.made import NOON, journal_stop, number, person, stop_token, write

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)
START = Ground("sms-optin", "START, then YES", LATER)


def refusals(purpose="campaign"):
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {consent.refusal('p', purpose)} FROM people_person AS p ORDER BY p.id"
        )
        return [reason for (reason,) in cursor.fetchall()]


def test_refusal_is_empty_for_somebody_who_agreed():
    person()

    assert refusals() == [""]


def test_refusal_names_the_reason():
    person(1, age_band=AgeBand.UNDER_18)
    person(2, basis=None)
    person(3, stop_token="s0.of-an-older-key")
    person(4)
    consent.end(number(4), how="word", at=NOON)

    assert refusals() == ["under-18", "no-consent", "old-key", "suppressed"]


def test_refusal_holds_a_consent_to_its_purpose():
    person()

    assert refusals("survey") == ["no-consent"]


def test_refusal_holds_a_suppression_to_its_purpose():
    person()
    consent.suppress([OptOut(stop_token(), NOON, "menu", "KE", "survey")])

    assert refusals() == [""]


@pytest.mark.parametrize("alias", ["p; DROP TABLE x", "", "p p"])
def test_refusal_takes_nothing_but_an_alias(alias):
    with pytest.raises(ValueError, match="alias"):
        consent.refusal(alias)


def test_refusal_takes_nothing_but_a_purpose():
    with pytest.raises(ValueError, match="valid Purpose"):
        consent.refusal("p", "x' OR true --")


def test_sendable_is_a_queryset_with_the_same_rule():
    kept = person(1)
    person(2, age_band=AgeBand.UNDER_18)
    person(3)
    consent.end(number(3), how="word", at=NOON)

    assert list(consent.sendable().filter(country="KE")) == [kept]


def test_fold_opt_outs_makes_them_effective():
    person()
    journal_stop()

    assert consent.fold_opt_outs() == 1
    assert list(consent.sendable()) == []
    assert Suppression.objects.values_list("how", "country", "purpose", "since").get() == (
        "word",
        "KE",
        "all",
        NOON,
    )


def test_fold_opt_outs_honours_somebody_we_do_not_know():
    journal_stop()

    assert consent.fold_opt_outs() == 1
    assert consent.suppressed([stop_token(), stop_token(2)]) == {stop_token()}


def test_folded_opt_out_leaves_no_line_beside_the_message_that_asked_for_it():
    journal_stop()
    Entry.objects.create(kind="sms", line='{"at":1,"t":"t1.x"}')

    consent.fold_opt_outs()

    assert list(Entry.objects.values_list("kind", flat=True)) == ["sms"]


def test_fold_opt_outs_takes_each_entry_once_and_each_person_once():
    journal_stop()
    journal_stop(how="provider")

    assert [consent.fold_opt_outs(), consent.fold_opt_outs()] == [1, 0]
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("nobody", ["", None, 7, ["a"], "x" * 100])
def test_fold_opt_outs_sets_aside_what_names_nobody(nobody):
    journal_stop(st=nobody)
    journal_stop(how="an odd word, longer than its column", c="Kenya")

    assert consent.fold_opt_outs() == 1
    assert Suppression.objects.values_list("token", "how", "country").get() == (
        stop_token(),
        "an odd word, lon",
        "Ke",
    )
    assert Dead.objects.count() == 1


def test_fold_opt_outs_warns_of_a_burst(monkeypatch, caplog):
    monkeypatch.setattr(consent, "BURST", 2)
    journal_stop()
    journal_stop(st=stop_token(2))

    consent.fold_opt_outs()

    assert caplog.messages == [
        "2 opt-outs at once: look whether a hook is abused or a sender is blocked."
    ]


def test_begin_lifts_a_suppression():
    person()
    consent.end(number(), how="word", at=NOON)

    consent.begin(number(), START)

    assert refusals() == [""]
    assert Suppression.objects.get().lifted_at == LATER


def test_begin_keeps_the_history_of_consents():
    consent.begin(number(), START)
    consent.begin(number(), START)

    assert Consent.objects.filter(token=identity.token(f"tel:{number()}")).count() == 2
    assert Person.objects.get().basis == Consent.objects.order_by("pk").last()


def test_stop_after_start_counts_again():
    consent.begin(number(), START)
    consent.end(number(), how="word", at=NOON)
    consent.begin(number(), START)

    consent.end(number(), how="word", at=LATER + timedelta(hours=1))

    assert refusals() == ["suppressed"]
    assert Suppression.objects.count() == 2


def test_an_opt_out_that_arrives_late_does_not_undo_a_later_start():
    consent.end(number(), how="word", at=NOON)
    consent.begin(number(), START)
    journal_stop(at=(NOON + timedelta(minutes=1)).timestamp())

    assert consent.fold_opt_outs() == 0
    assert refusals() == [""]


def test_a_start_that_arrives_late_does_not_undo_a_later_opt_out():
    person()
    consent.end(number(), how="word", at=NOON)
    consent.end(number(), how="menu", at=LATER + timedelta(minutes=1))

    consent.begin(number(), START)

    assert refusals() == ["suppressed"]
    assert Suppression.objects.values_list("since", "how").get() == (NOON, "word")


def test_opt_outs_in_any_order_hold_until_a_start_after_the_last():
    last = LATER + timedelta(minutes=2)
    told = [OptOut(stop_token(), at, "word", "KE") for at in (last, NOON, LATER)]

    assert [consent.suppress(told), consent.suppress(reversed(told))] == [1, 0]
    assert consent.lift([stop_token()], "campaign", at=last - timedelta(seconds=1)) == 0
    assert consent.lift([stop_token()], "campaign", at=last) == 1


def test_end_takes_several_numbers_at_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert consent.end(number(1), number(2), number(1), how="provider", at=NOON) == 2

    assert consent.suppressed([stop_token(1), stop_token(2)]) == {stop_token(1), stop_token(2)}


def test_opt_out_noted_under_the_key_of_before_a_rotation_holds_for_who_is_known(rotate):
    noted = stop_token()
    person(1)
    person(2)
    rotate("suppression")
    rotation.retoken()
    journal_stop(st=noted)

    consent.fold_opt_outs()

    assert refusals() == ["suppressed", ""]
    assert Suppression.objects.get().token == stop_token()


def test_opt_out_of_somebody_unknown_keeps_the_key_it_came_with(rotate, tmp_path):
    noted = stop_token()
    rotate("suppression")
    journal_stop(st=noted)

    consent.fold_opt_outs()

    assert Suppression.objects.get().token == noted
    order = importing.Order("KE", "consent-form", "form 12")
    run = importing.import_list(write(tmp_path, f"phone\n{number()}\n"), order, at=LATER)
    assert (run.added, run.suppressed) == (0, 1)


def test_begin_after_a_rotation_knows_the_person_and_lifts_what_stood(rotate):
    before = person()
    consent.end(number(), how="word", at=NOON)
    rotate("token")
    rotate("suppression")

    after = consent.begin(number(), START)

    assert (after.pk, Person.objects.count(), refusals()) == (before.pk, 1, [""])
    assert rotation.retoken().people == 0


def test_lift_leaves_an_opt_out_that_is_newer_than_the_start():
    consent.end(number(), how="word", at=LATER)

    assert consent.lift([stop_token()], "campaign", at=NOON) == 0


def test_suppression_outlives_erasure_and_import(tmp_path):
    known = person()
    consent.end(number(), how="word", at=NOON)
    erasure.forget(known.token)

    run = importing.import_list(
        write(tmp_path, f"phone\n{number()}\n"),
        importing.Order("KE", "consent-form", "form 12"),
        at=LATER,
    )

    assert (run.added, run.suppressed, Person.objects.count()) == (0, 1, 0)
