"""The IATI file is valid by the official schema, of whole numbers, and never to be summed."""

from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.conf import settings

from analytics.exports import iati, identity
from analytics.exports.outward import Observation
from analytics.linking import MEASURES
from analytics.periods import parse
from analytics.targets import Goal

SCHEMAS = Path(__file__).parents[2] / "data" / "iati"


@pytest.fixture
def activity():
    return identity.read(Path(settings.EXPORTS_FILE)).iati


def released(value=6425):
    places = (("", ""), ("country", "KE"), ("channel", "sms"))
    return [
        Observation(code, f"Of <{code}> & more", f"{code}/1", parse("2025-Q3"), *place, measure, value)
        for code in ("3.3", "2.7")
        for place in places
        for measure in MEASURES
    ]  # fmt: skip


def faults(text):
    """What the official schema says against it."""
    etree = pytest.importorskip("lxml.etree", reason="lxml is in requirements.lock: make setup")
    schema = etree.XMLSchema(etree.parse(str(SCHEMAS / "iati-activities-schema.xsd")))
    schema.validate(etree.fromstring(text.encode()))
    return [error.message for error in schema.error_log]


def test_file_is_valid_by_the_schema(activity, cover):
    goals = {"3.3": Goal(7000, date(2025, 8, 1), retrospective=True)}

    assert faults(iati.write(activity, released(), cover, goals)) == []
    assert faults(iati.write(activity, [], cover)) == []


def test_schema_catches_a_broken_file(activity, cover):
    text = iati.write(activity, released(), cover)

    assert len(faults(text.replace("<period-end", "<period-and"))) > 0
    assert len(faults(text.replace('aggregation-status="0"', 'aggregation-status="no"'))) > 0


def test_numbers_are_whole_and_never_to_be_summed(activity, cover):
    root = ET.fromstring(iati.write(activity, released(), cover))

    assert root.get("version") == "2.03"
    marked = [*root.iter("result"), *root.iter("indicator")]
    assert {one.get("aggregation-status") for one in marked} == {"0"}
    assert [len(list(root.iter(name))) for name in ("result", "indicator", "actual")] == [2, 6, 18]
    assert {one.get("value") for one in root.iter("actual")} == {"6425"}


def test_period_ends_on_its_last_day_and_cells_are_dimensions(activity, cover):
    root = ET.fromstring(iati.write(activity, released(), cover))

    assert {one.get("iso-date") for one in root.iter("period-end")} == {"2025-09-30"}
    indicator = next(root.iter("indicator"))
    dimensions = [(one.get("name"), one.get("value")) for one in indicator.iter("dimension")]
    assert dimensions == [("country", "KE"), ("channel", "sms")]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ('"Safe" & <way>', '"Safe" & <way>'),
        ("=1+1", "=1+1"),
        ("طريق آمن", "طريق آمن"),
        ("safe\0\x0bway\ufffe", "safeway"),
    ],
)
def test_any_name_can_be_read_back(activity, cover, name, told):
    row = Observation("3.3", name, "3.3/1", parse("2025-Q3"), "campaign", name, "unique", 20)

    root = ET.fromstring(iati.write(activity, [row], cover))

    assert [one.get("value") for one in root.iter("dimension")] == [told]
    assert root.findtext("*/result/title/narrative") == f"3.3 {told}"


def test_target_stands_at_unique_numbers_with_the_day_it_was_set(activity, cover):
    goals = {"3.3": Goal(7000, date(2025, 8, 1), retrospective=True)}

    root = ET.fromstring(iati.write(activity, released(), cover, goals))

    (target,) = root.iter("target")
    assert target.get("value") == "7000"
    assert target.findtext("comment/narrative") == "Set retrospectively on 2025-08-01."


def test_demonstration_is_said_in_the_file(activity, cover):
    text = iati.write(activity, released(), cover)

    assert text.count("<!-- DEMONSTRATION: invented numbers -->") == 1
    assert text.count("Demonstration: invented.") == 18


@pytest.mark.parametrize("value", [6425.5, 6425.0, "6425", -1, True, None])
def test_part_of_a_person_is_refused(value):
    with pytest.raises(ValueError, match="is no count"):
        iati.whole(value)
