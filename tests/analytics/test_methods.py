"""How a number was counted: the statements that are told are those that count."""

import json

import pytest
from django.db import connection

from analytics import definitions, ledger, methods, refreshing
from analytics.periods import parse
from tests.analytics.ledgers import many
from tests.analytics.sieving import AT, YEAR, sieve

pytestmark = pytest.mark.django_db


def test_definition_stands_there_word_for_word():
    method = methods.counted(sieve(), [("country",)])()

    assert method.words[0] == str(definitions.DEFINITION)
    assert "3.3/1" in method.rule


def test_told_statement_run_by_hand_gives_the_number():
    ledger.record(many(300, people=40))
    refreshing.refresh(at=AT)
    _kept, met, _first = methods.counted(sieve(), [()])().queries

    with connection.cursor() as cursor:
        cursor.execute(met.statement, json.loads(met.parameters))
        (row,) = cursor.fetchall()

    assert row[-2] == sieve().answer([()]).tables[YEAR][()][()].reached.unique


def test_kept_rows_are_found_by_what_is_told():
    ledger.record(many(300, people=40))
    refreshing.refresh(at=AT)
    kept = methods.counted(sieve(), [("country",)])().queries[0]

    with connection.cursor() as cursor:
        cursor.execute(kept.statement, json.loads(kept.parameters))
        found = cursor.fetchall()

    assert len(found) == 3


def test_before_the_programme_there_is_nothing_to_count():
    method = methods.counted(sieve(period=parse("1999")), [()])()

    assert len(method.queries) == 1


def test_parameters_that_are_not_asked_with_are_not_told():
    told = methods.query("all", "SELECT %(one)s", {"one": 1, "two": 2})

    assert json.loads(told.parameters) == {"one": 1}
