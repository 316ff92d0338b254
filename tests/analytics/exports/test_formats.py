"""HXL, ActivityInfo and DHIS2: what stands in the files, and what is refused."""

import csv
import io
import json
import re
from datetime import date

import pytest

from analytics.exports import activityinfo, dhis2, hxl, identity, tidy
from analytics.exports.identity import BadIdentity
from analytics.exports.outward import NotReleased, Observation
from analytics.periods import Period, parse

PLACES = (("", ""), ("country", "KE"), ("country", "UG"), ("channel", "sms"))
EXAMPLE = (
    'name = "Here"\n[dhis2]\nurl = "http://there/"\ntoken = "$NJIA_A_TOKEN"\nregion = "ALL"\n'
    'units = { KE = "kenya" }\n'
)
ELEMENT = (
    '[[dhis2.elements]]\nindicator = "3.3"\nmeasure = "{0}"\ncode = "{0}"\naggregation = "{1}"\n'
)


def released(period="2025", measures=("unique", "first_time")) -> list[Observation]:
    span = parse(period)
    return [
        Observation(
            "3.3", "Reached", "3.3/1", span, dimension, category, measure, 100 + n, "d" * 64
        )
        for n, (dimension, category) in enumerate(PLACES)
        for measure in measures
    ]


def read(tmp_path, text):
    path = tmp_path / "exports.toml"
    path.write_text(text, encoding="utf-8")
    return identity.read(path)


def mapped(tmp_path, *elements):
    return read(tmp_path, EXAMPLE + "".join(ELEMENT.format(*one) for one in elements)).dhis2


def flat(rows):
    return list(csv.reader(io.StringIO(tidy.write(rows).removeprefix("\ufeff"))))


# --- HXL ----------------------------------------------------------------------------------------------------


def test_second_row_has_tags_of_the_list_alone(cover):
    _names, tags, *_rows = flat(hxl.rows(released(), cover))

    assert set(tags) <= hxl.ALLOWED
    assert [tag for tag in tags if not re.fullmatch(r"#[a-z]+(\+[a-z][a-z0-9_]*)+", tag)] == []


@pytest.mark.parametrize("tag", ["#reachedd+unique", "reached+unique", "#reached", ""])
def test_tag_that_is_none_of_ours_is_refused(tag):
    with pytest.raises(ValueError, match="Not a tag of ours"):
        hxl.checked(["#date+start", tag])


def test_row_of_hxl_is_a_category_with_its_numbers(cover):
    names, _tags, *rows = flat(hxl.rows(released(measures=("unique",)), cover))

    told = [dict(zip(names, row, strict=True)) for row in rows]
    assert [(row["country"], row["channel"], row["unique"], row["first_time"]) for row in told] == [
        ("", "", "100", ""),
        ("KE", "", "101", ""),
        ("UG", "", "102", ""),
        ("", "sms", "103", ""),
    ]
    assert {(row["from"], row["to"], row["label"]) for row in told} == {
        ("2025-01-01", "2025-12-31", "demonstration")
    }


# --- ActivityInfo --------------------------------------------------------------------------------------------


def test_activityinfo_has_a_key_a_row_and_no_key_twice(cover):
    head, *rows = flat(activityinfo.rows(released(), cover))

    keys = [row[head.index("key")] for row in rows]
    assert keys[:3] == [
        "3.3/2025/total/unique",
        "3.3/2025/total/first_time",
        "3.3/2025/country=KE/unique",
    ]
    assert len(set(keys)) == len(keys) == len(released())


# --- DHIS2 ---------------------------------------------------------------------------------------------------


def test_values_go_where_the_mapping_says_and_nowhere_else(tmp_path, cover):
    mapping = mapped(tmp_path, ("unique", "NONE"), ("first_time", "SUM"))

    told = json.loads(dhis2.write(mapping, released(), cover))

    places = [(one["dataElement"], one["orgUnit"], one["value"]) for one in told["dataValues"]]
    assert places == [
        ("unique", "ALL", "100"),
        ("first_time", "ALL", "100"),
        ("unique", "kenya", "101"),
        ("first_time", "kenya", "101"),
    ]
    assert told["dataElementIdScheme"] == "CODE"
    assert (
        told["dataValues"][0]["comment"]
        == f"3.3/1, unique phone numbers, {'d' * 16}, demonstration"
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("2025", "2025"), ("2025-S2", "2025S2"), ("2025-Q3", "2025Q3"), ("2025-07", "202507")],
)
def test_period_is_written_as_dhis2_does(ours, theirs):
    assert dhis2.period_of(parse(ours)) == theirs


def test_free_span_is_no_period_of_dhis2():
    with pytest.raises(NotReleased):
        dhis2.period_of(Period(date(2025, 1, 2), date(2025, 2, 3)))


def test_elements_say_what_may_be_summed(tmp_path):
    mapping = mapped(tmp_path, ("unique", "NONE"), ("first_time", "SUM"), ("cumulative", "NONE"))

    told = dhis2.metadata(mapping)["dataElements"]

    assert {one["code"]: one["aggregationType"] for one in told} == {
        "unique": "NONE",
        "first_time": "SUM",
        "cumulative": "NONE",
    }
    assert {one["valueType"] for one in told} == {"INTEGER_ZERO_OR_POSITIVE"}


# --- who reports ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (EXAMPLE + ELEMENT.format("unique", "SUM"), "unique cannot have aggregation SUM"),
        (EXAMPLE + ELEMENT.format("sent", "NONE"), "sent cannot have aggregation NONE"),
        (EXAMPLE, "lacks elements"),
        ("name = ", "cannot be read"),
        ('[iati]\nbegins = "x"\nends = "y"\n', "must be days"),
        ("[iati]\nbegins = 2025-01-01\nends = 2026-01-01\n", "lacks identifier"),
    ],
)
def test_file_that_makes_no_sense_is_refused_in_words(tmp_path, text, words):
    with pytest.raises(BadIdentity, match=words):
        read(tmp_path, text)


def test_token_comes_from_the_environment_and_is_not_shown(tmp_path, monkeypatch):
    monkeypatch.setenv("NJIA_A_TOKEN", "d2pat-secret")

    mapping = mapped(tmp_path, ("unique", "NONE"))

    assert (mapping.token, mapping.url) == ("d2pat-secret", "http://there")
    assert "d2pat-secret" not in repr(mapping)


def test_file_that_is_not_there_is_said(tmp_path):
    with pytest.raises(BadIdentity, match=r"none\.toml cannot be read"):
        identity.read(tmp_path / "none.toml")
