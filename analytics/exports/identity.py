"""Who reports, and what its numbers are called elsewhere: the file that NJIA_EXPORTS names (exports.example.toml)."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

SUM, NONE = "SUM", "NONE"
MAY = {"first_time": {SUM, NONE}, "unique": {NONE}, "cumulative": {NONE}}
DEFAULT_NAME = "Njia Salama"


class BadIdentity(ValueError):  # noqa: N818 - what it is
    """The file cannot be used; the words name the place that is wrong."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """`type`: of IATI's codelist OrganisationType."""

    ref: str
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Activity:
    """What IATI wants to know of the activity besides its results."""

    identifier: str
    title: str
    description: str
    organisation: Organisation
    funder: Organisation
    status: str
    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Element:
    """A data element of DHIS2: which number of ours it takes, and what DHIS2 may do with it."""

    indicator: str
    measure: str
    code: str
    aggregation: str


@dataclass(frozen=True, slots=True)
class Dhis2:
    """Ours to DHIS2's, by code. `region`: the unit of the whole; `units`: country -> unit."""

    url: str
    token: str = field(repr=False)
    region: str
    units: Mapping[str, str]
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """None where the file says nothing of it."""

    name: str = DEFAULT_NAME
    iati: Activity | None = None
    dhis2: Dhis2 | None = None


def read(path: Path) -> Identity:
    """Raises BadIdentity."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadIdentity(f"{path.name} cannot be read: {error}.") from error
    try:
        return Identity(
            name=str(told.get("name", DEFAULT_NAME)),
            iati=_activity(told["iati"]) if "iati" in told else None,
            dhis2=_mapping(told["dhis2"]) if "dhis2" in told else None,
        )
    except KeyError as error:
        raise BadIdentity(f"{path.name} lacks {error.args[0]}.") from error
    except TypeError as error:
        raise BadIdentity(f"{path.name} has something that nobody knows: {error}.") from error


def _activity(told: Mapping[str, Any]) -> Activity:
    begins, ends = told["begins"], told["ends"]
    if not (isinstance(begins, date) and isinstance(ends, date)) or ends < begins:
        raise BadIdentity("[iati] begins and ends must be days, the first one first.")
    return Activity(
        identifier=str(told["identifier"]),
        title=str(told["title"]),
        description=str(told["description"]),
        organisation=Organisation(**told["organisation"]),
        funder=Organisation(**told["funder"]),
        status=str(told["status"]),
        begins=begins,
        ends=ends,
    )


def _mapping(told: Mapping[str, Any]) -> Dhis2:
    elements = tuple(Element(**one) for one in told["elements"])
    for one in elements:
        if one.aggregation not in MAY.get(one.measure, set()):
            raise BadIdentity(
                f"[[dhis2.elements]] {one.code}: {one.measure} cannot have aggregation {one.aggregation}."
            )
    return Dhis2(
        url=str(told["url"]).rstrip("/"),
        token=_secret(str(told.get("token", ""))),
        region=str(told["region"]),
        units={str(country): str(unit) for country, unit in told["units"].items()},
        elements=elements,
    )


def _secret(word: str) -> str:
    """$NAME is read from the environment, so that no secret lies in the file."""
    return os.environ.get(word[1:], "") if word.startswith("$") else word
