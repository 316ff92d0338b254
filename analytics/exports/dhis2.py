"""Numbers as DHIS2 takes them: data values by code, and the data elements they go into.

First-time numbers of one place may be summed over periods; unique and cumulative ones must not be, so their
elements have the aggregation type NONE. Nothing may be summed over organisation units: totals are set unions, so
the total is pushed for the unit of the whole, and `aggregationLevels` is left for the server's administrator.
"""

import json
from collections.abc import Sequence
from typing import Any

from analytics.exports.cover import Cover
from analytics.exports.identity import Dhis2, Element
from analytics.exports.outward import NotReleased, Observation
from analytics.periods import Kind, Period

SCHEMES = {"idScheme": "CODE", "dataElementIdScheme": "CODE", "orgUnitIdScheme": "CODE"}
NAMES = {"unique": "unique in the period", "first_time": "first time", "cumulative": "cumulative"}


def period_of(period: Period) -> str:
    """DHIS2's own word: 202501, 2025Q1, 2025S1, 2025. Raises NotReleased for another span."""
    if period.kind is None:
        raise NotReleased("span")
    return period.code.replace("-", "") if period.kind is not Kind.YEAR else period.code


def values(mapping: Dhis2, found: Sequence[Observation], cover: Cover) -> list[dict[str, str]]:
    """Each number that has a data element and a place; the others have none there."""
    codes = {(one.indicator, one.measure): one.code for one in mapping.elements}
    units = {"": mapping.region} | {f"country {word}": unit for word, unit in mapping.units.items()}
    told = []
    for one in found:
        code = codes.get((one.indicator, one.measure))
        unit = units.get(f"{one.dimension} {one.category}".strip())
        if code and unit:
            told.append(_value(one, code, unit, cover))
    return told


def _value(one: Observation, code: str, unit: str, cover: Cover) -> dict[str, str]:
    words = (one.rule, "unique phone numbers", one.digest[:16], cover.label)
    return {
        "dataElement": code,
        "period": period_of(one.period),
        "orgUnit": unit,
        "value": str(one.value),
        "comment": ", ".join(word for word in words if word),
    }


def payload(mapping: Dhis2, found: Sequence[Observation], cover: Cover) -> dict[str, Any]:
    """The body of POST /api/dataValueSets."""
    return {**SCHEMES, "dataValues": values(mapping, found, cover)}


def metadata(mapping: Dhis2) -> dict[str, Any]:
    """The body of POST /api/metadata: the data elements as they must be."""
    return {"dataElements": [_element(one) for one in mapping.elements]}


def _element(one: Element) -> dict[str, str]:
    name = f"Njia Salama {one.indicator}, {NAMES[one.measure]}"
    return {
        "code": one.code,
        "name": name,
        "shortName": name[:50],
        "description": "Unique phone numbers, used as proxy for people.",
        "domainType": "AGGREGATE",
        "valueType": "INTEGER_ZERO_OR_POSITIVE",
        "aggregationType": one.aggregation,
    }


def write(mapping: Dhis2, found: Sequence[Observation], cover: Cover) -> str:
    return json.dumps(payload(mapping, found, cover), indent=1, ensure_ascii=False) + "\n"
