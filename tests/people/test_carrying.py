"""Carried to today's key: every column with a token, one row a person, whatever both keys held."""

from dataclasses import replace
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models

from analytics import ledger, recounts
from people import carrying, erasure, identity
from people.carrying import carry, columns, predecessors, successors
from people.models import Consent, Erasure, SealField, Subject, Suppression, TokenField
from tests.analytics.ledgers import exposure
from tests.people.made import NOON

pytestmark = pytest.mark.django_db


def subject(token, **fields):
    return Subject.objects.create(token=token, met_at=NOON, seen_at=NOON, **fields)


def suppression(token, **fields):
    return Suppression.objects.create(token=token, since=NOON, how="word", **fields)


def tokens(model):
    return sorted(model.objects.values_list("token", flat=True))


def test_columns_are_all_that_hold_a_token():
    marked = {one.label for one in columns(TokenField)}
    named = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField) and field.name.endswith("token")
    }

    assert marked == named
    assert "campaigns_delivery.token" in marked
    assert "people_person.stop_token" in marked


def test_columns_are_all_that_hold_a_seal():
    assert {one.label for one in columns(SealField)} == {
        "people_person.number",
        "campaigns_answer.number",
        "campaigns_answer.text",
        "campaigns_answer.choices",
        "campaigns_forward.number",
        "campaigns_forward.text",
        "bot_case.number",
        "bot_case.text",
        "bot_case.safe_word",
        "bot_question.text",
        "bot_questiongroup.added",
        "bot_wish.address",
        "bot_wish.number",
        "bot_wishtext.text",
    }


def test_carry_renames_rows_and_leaves_the_others():
    subject("t1.a"), subject("t1.b")

    assert carry([("t1.a", "t2.a")]) == 1

    assert tokens(Subject) == ["t1.b", "t2.a"]


def test_carry_keeps_to_its_key():
    suppression("s1.a"), subject("t1.a")

    carry([("s1.a", "s2.a"), ("t1.a", "t2.a")], "suppression")

    assert (tokens(Suppression), tokens(Subject)) == (["s2.a"], ["t1.a"])


def test_carry_drops_the_older_row_where_both_stand():
    old, new = subject("t1.a"), subject("t2.a")

    carry([("t1.a", "t2.a")])

    assert list(Subject.objects.all()) == [new]
    assert old.subject != new.subject


def test_carry_keeps_the_language_of_who_was_met_under_both():
    subject("t1.a", language="so"), subject("t2.a")
    subject("t1.b", language="so"), subject("t2.b", language="am")

    carry([("t1.a", "t2.a"), ("t1.b", "t2.b")])

    assert dict(Subject.objects.values_list("token", "language")) == {"t2.a": "so", "t2.b": "am"}


def test_carry_of_several_keys_ends_in_one_row():
    subject("t1.a"), subject("t2.a"), subject("t2.b")

    carry([("t1.a", "t3.a"), ("t2.a", "t3.a"), ("t2.b", "t3.b")])

    assert tokens(Subject) == ["t3.a", "t3.b"]


def test_carry_keeps_a_lifted_suppression_beside_a_standing_one():
    suppression("s1.a", lifted_at=NOON), suppression("s1.a"), suppression("s2.a")

    carry([("s1.a", "s2.a")], "suppression")

    found = Suppression.objects.order_by("lifted_at").values_list("token", "lifted_at")
    assert list(found) == [("s2.a", NOON), ("s2.a", None)]


def test_carry_again_changes_nothing_unless_asked():
    carry([("t1.a", "t2.a")])
    subject("t1.a")

    assert carry([("t1.a", "t2.a")]) == 0
    assert carry([("t1.a", "t2.a")], again=True) == 1


def test_carry_leaves_consents_of_whole_lists_alone():
    Consent.objects.create(basis="consent-form", evidence="x", given_at=NOON)

    carry([("t1.a", "t2.a")])

    assert tokens(Consent) == [""]


def test_carry_copies_a_wish_to_be_forgotten():
    Erasure.objects.create(token="t1.a", at=NOON)

    carry([("t1.a", "t2.a")])

    assert dict(Erasure.objects.values_list("token", "at")) == {"t1.a": NOON, "t2.a": NOON}


def test_successors_lead_over_two_rotations():
    carry([("t1.a", "t2.a")])
    carry([("t2.a", "t3.a"), ("t1.a", "t3.a")])

    assert successors(["t1.a", "t2.a", "t1.b"]) == {"t1.a": "t3.a", "t2.a": "t3.a"}
    assert sorted(predecessors(["t3.a"])) == ["t1.a", "t2.a"]


def test_part_with_drops_what_a_retired_key_named():
    carry([("t1.a", "t2.a"), ("t10.b", "t11.b")])

    assert carrying.part_with("t1") == 1
    assert successors(["t1.a", "t10.b"]) == {"t10.b": "t11.b"}


def test_forget_forgets_who_they_were_before():
    carry([("t1.a", "t2.a")])

    erasure.forget("t2.a")

    assert tokens(Erasure) == ["t1.a", "t2.a"]
    assert successors(["t1.a"]) == {}


def test_carry_counts_whom_the_ledger_knew_twice():
    met = identity.subjects(["t1.a", "t2.a"], at=NOON)
    ledger.record(
        replace(exposure(n), subject=one, key=uuid4()) for n, one in enumerate(met.values())
    )

    carry([("t1.a", "t2.a")])

    assert recounts.possible() == 1
