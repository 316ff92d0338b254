"""The results of an activity as IATI 2.03: whole numbers, and a mark that they must not be added up.

The schema takes "6425.5" for a number of people; we do not write one. `aggregation-status="0"` says that unique
numbers of several activities or places cannot be summed.
"""

import re
from collections.abc import Sequence
from datetime import timedelta
from xml.etree import ElementTree as ET

from analytics.definitions import CUMULATIVE, DEFINITION, FIRST_TIME, UNIQUE
from analytics.exports.cover import Cover
from analytics.exports.identity import Activity, Organisation
from analytics.exports.outward import Observation
from analytics.linking import MEASURES
from analytics.targets import Goal

NOTES = {"unique": UNIQUE, "first_time": FIRST_TIME, "cumulative": CUMULATIVE}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # not of XML 1.0
Goals = dict[str, Goal]  # by indicator


def write(
    activity: Activity, found: Sequence[Observation], cover: Cover, goals: Goals | None = None
) -> str:
    """The whole file, valid by iati-activities-schema.xsd."""
    root = ET.Element("iati-activities", version="2.03")
    root.set("generated-datetime", cover.counted_at.isoformat(timespec="seconds"))
    place = ET.SubElement(root, "iati-activity", {LANG: "en"})
    place.set("last-updated-datetime", cover.counted_at.isoformat(timespec="seconds"))
    if cover.demonstration:
        place.append(ET.Comment(" DEMONSTRATION: invented numbers "))
    _described(place, activity)
    for code in dict.fromkeys(one.indicator for one in found):
        own = [one for one in found if one.indicator == code]
        _result(place, own, cover, (goals or {}).get(code))
    ET.indent(root, " ")
    for one in root.iter():
        _cleaned(one)
    return ET.tostring(root, encoding="unicode", xml_declaration=True).replace("'", '"', 4) + "\n"


def _cleaned(element: ET.Element) -> None:
    """Control characters in a name would make the whole file unreadable: XML has no way to write them."""
    if element.text:
        element.text = FORBIDDEN.sub("", element.text)
    for name, value in element.items():
        element.set(name, FORBIDDEN.sub("", value))


def _described(place: ET.Element, activity: Activity) -> None:
    """What an activity must say of itself, in the schema's order."""
    ET.SubElement(place, "iati-identifier").text = activity.identifier
    _party(place, "reporting-org", activity.organisation)
    _told(place, "title", activity.title)
    _told(place, "description", activity.description)
    _party(place, "participating-org", activity.funder, role="1")
    _party(place, "participating-org", activity.organisation, role="2")
    ET.SubElement(place, "activity-status", code=activity.status)
    for kind, day in (("1", activity.begins), ("3", activity.ends)):
        ET.SubElement(place, "activity-date", {"type": kind, "iso-date": f"{day}"})


def _party(place: ET.Element, name: str, of: Organisation, **also: str) -> None:
    _narrated(ET.SubElement(place, name, {"ref": of.ref, "type": of.type, **also}), of.name)


def _told(place: ET.Element, name: str, text: str, **attributes: str) -> None:
    _narrated(ET.SubElement(place, name, attributes), text)


def _narrated(place: ET.Element, text: str) -> None:
    ET.SubElement(place, "narrative").text = text


def _result(place: ET.Element, own: Sequence[Observation], cover: Cover, goal: Goal | None) -> None:
    """One result an indicator, in it an indicator each for unique, first time and cumulative."""
    result = ET.SubElement(place, "result", {"type": "1", "aggregation-status": "0"})
    _told(result, "title", f"{own[0].indicator} {own[0].title}")
    _told(result, "description", f"{DEFINITION}")
    for measure in MEASURES:
        numbers = [one for one in own if one.measure == measure]
        if numbers:
            _indicator(result, numbers, cover, goal if measure == "unique" else None)


def _indicator(
    result: ET.Element, numbers: Sequence[Observation], cover: Cover, goal: Goal | None
) -> None:
    marks = {"measure": "1", "ascending": "1", "aggregation-status": "0"}
    place = ET.SubElement(result, "indicator", marks)
    first = numbers[0]
    _told(place, "title", f"{first.title} ({first.measure.replace('_', ' ')})")
    _told(place, "description", f"{NOTES[first.measure]}")
    period = ET.SubElement(place, "period")
    last = first.period.ends - timedelta(days=1)
    ET.SubElement(period, "period-start", {"iso-date": f"{first.period.starts}"})
    ET.SubElement(period, "period-end", {"iso-date": f"{last}"})
    if goal:
        target = ET.SubElement(period, "target", value=whole(goal.value))
        when = "retrospectively " if goal.retrospective else ""
        _told(target, "comment", f"Set {when}on {goal.set_on}.")
    for one in numbers:
        _actual(period, one, cover)


def _actual(period: ET.Element, one: Observation, cover: Cover) -> None:
    actual = ET.SubElement(period, "actual", value=whole(one.value))
    if one.dimension:
        ET.SubElement(actual, "dimension", name=one.dimension, value=one.category)
    words = [f"Unique phone numbers, rule {one.rule}."]
    words += [f"Released table {one.digest}."] if one.digest else []
    words += ["Demonstration: invented."] if cover.demonstration else []
    _told(actual, "comment", " ".join(words))


def whole(value: int) -> str:
    """A number of phone numbers. Raises ValueError for a part of one, or less than none."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no count.")
    return str(value)
