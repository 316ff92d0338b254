"""The long table: every kept number of the span once, as of one moment, in the reader's countries."""

import csv
import io
from collections import Counter

import pytest

from analytics import closing, frozen, ledger, refreshing
from analytics.exports import kept, tidy
from analytics.figures import columns, numbers_of
from analytics.models import Figure
from tests.analytics.books import close
from tests.analytics.exports.conftest import NEXT_YEAR, QUARTER, YEAR
from tests.analytics.ledgers import exposure

pytestmark = pytest.mark.django_db


def rows_of(cover, countries=None):
    text = tidy.write(kept.observations(cover, countries)).removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(text)))


def test_each_kept_number_is_one_row(recorded, cover):
    rows = rows_of(cover)

    inside = Figure.objects.filter(starts__gte=YEAR.starts, ends__lte=YEAR.ends)
    assert len(rows) == kept.expected(YEAR, None) == inside.count() * len(frozen.MEASURES)
    found = {
        (row["rule"], row["from"], row["to"], row["dimension"], row["category"], row["measure"]): row["value"]
        for row in rows
    }  # fmt: skip
    for one in inside.filter(by="sex"):
        place = (f"{one.indicator}/{one.rule}", str(one.starts), str(one.ends), "sex", one.cell[0])
        told = {name: found[(*place, name)] for name in frozen.MEASURES}
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


def test_closed_period_is_told_as_it_was_frozen_with_its_digest(recorded, ask):
    closed = close(QUARTER)
    frozen = closing.table_of(closed)[("channel",)]
    ledger.record([exposure(9_000, channel="sms", at=closed.closed_at.replace(year=2025, month=5))])
    refreshing.refresh(at=NEXT_YEAR)

    rows = rows_of(ask.cover(NEXT_YEAR))

    own = [row for row in rows if row["digest"] == closed.digest]
    assert {(row["indicator"], row["from"], row["to"]) for row in own} == {
        ("3.3", "2025-04-01", "2025-07-01")
    }
    told = {row["category"]: int(row["value"]) for row in own if row["dimension"] == "channel" and row["measure"] == "unique"}  # fmt: skip
    assert told == {cell[0]: one.reached.unique for cell, one in frozen.items()}
    may = [row["value"] for row in rows if (row["from"], row["to"], row["dimension"], row["measure"], row["indicator"]) == ("2025-05-01", "2025-06-01", "total", "unique", "3.3")]  # fmt: skip
    kept_now = Figure.objects.get(indicator="3.3", starts="2025-05-01", ends="2025-06-01", by="")
    assert may == [str(kept_now.unique)]


def test_row_says_whose_it_is(recorded, cover):
    told = {(row["deployment"], row["label"]) for row in rows_of(cover)}

    assert told == {("A deployment", "demonstration")}
