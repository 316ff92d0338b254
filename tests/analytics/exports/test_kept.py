"""The long table: every kept number of the span once, as of one moment, in the reader's countries."""

import csv
import io
from collections import Counter
from dataclasses import replace

import pytest

from analytics.exports import kept, tidy
from analytics.exports.gathering import Sources
from analytics.figures import columns, numbers_of
from analytics.models import Figure
from tests.analytics.exports.conftest import NEXT_YEAR, QUARTER, YEAR

pytestmark = pytest.mark.django_db


def rows_of(cover, countries=None):
    text = tidy.write(kept.observations(cover, countries)).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_kept_number_is_one_row(recorded, cover):
    rows = rows_of(cover)

    inside = Figure.objects.filter(starts__gte=YEAR.starts, ends__lte=YEAR.ends)
    assert len(rows) == kept.expected(YEAR, None) == inside.count() * len(kept.MEASURES)
    found = {
        (row["rule"], row["from"], row["to"], row["dimension"], row["category"], row["measure"]): row["value"]
        for row in rows
    }  # fmt: skip
    for one in inside.filter(by="sex"):
        place = (f"{one.indicator}/{one.rule}", str(one.starts), str(one.ends), "sex", one.cell[0])
        told = {name: found[(*place, name)] for name in kept.MEASURES}
        expected = {name: str(value) for name, value in columns(numbers_of(one)).items()}
        assert told | {"referred": ""} == expected | {"referred": ""}


def test_portions_are_joined_without_a_gap(recorded, cover, monkeypatch):
    whole = rows_of(cover)
    monkeypatch.setattr(kept, "PORTION", 7)

    assert rows_of(cover) == whole


def test_reader_of_one_country_gets_its_rows_alone(recorded, cover):
    rows = rows_of(cover, ["KE"])

    assert {row["dimension"].split(",")[0] for row in rows} == {"country"}
    assert {row["category"].split()[0] for row in rows} == {"KE"}


def test_small_counts_of_referrals_are_withheld(recorded, cover):
    rows = [row for row in rows_of(cover) if row["measure"] == "referred"]

    shown = {row["value"] for row in rows}
    assert {"1", "2", "3", "4"} & shown == set()
    assert Counter(row["value"] == "c" for row in rows)[True] > 0


def test_row_says_whose_it_is_and_its_digest(recorded, ask):
    closed = {("3.3", QUARTER.starts, QUARTER.ends): "d" * 64}
    asked = replace(ask, sources=Sources(digests=lambda _period: closed))

    rows = rows_of(asked.cover(NEXT_YEAR))

    digests = {(row["indicator"], row["from"], row["to"]) for row in rows if row["digest"]}
    assert digests == {("3.3", "2025-04-01", "2025-07-01")}
    assert {(row["deployment"], row["label"]) for row in rows} == {
        ("A deployment", "demonstration")
    }
