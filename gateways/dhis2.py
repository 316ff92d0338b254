"""Puts data values and metadata into a DHIS2 server, and says what it made of them.

Source: dhis2-docs, "Data" (POST /api/dataValueSets, import summaries) and "Metadata". Conflicts come with status
409 and, since 2.38, inside a web message under `response`; before, the summary is the body itself.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateways.carriage import Answer, AnswerLost, Carriage, NotSent

TIMEOUT = (10.0, 120.0)  # seconds to connect, and until an import is through
TOLD = (200, 201, 409)  # with a summary
NOT_ALLOWED = (301, 302, 401, 403)  # a server without the token sends its sign-in page


class NotTaken(Exception):  # noqa: N818 - what happened
    """DHIS2 did not look at the values, or nobody knows; the words say which."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What DHIS2 does not accept: the thing it is about, and its words."""

    about: str
    said: str


@dataclass(frozen=True, slots=True)
class Summary:
    """What an import did, or in a dry run would do."""

    status: str  # SUCCESS, WARNING, ERROR
    imported: int
    updated: int
    ignored: int
    deleted: int
    conflicts: tuple[Conflict, ...]

    @property
    def ok(self) -> bool:
        return self.status in ("SUCCESS", "OK") and not self.conflicts


@dataclass(frozen=True, slots=True)
class Server:
    """One DHIS2; `token`: a personal access token, never shown."""

    base: str
    token: str = field(repr=False)

    def push(self, values: Mapping[str, Any], *, dry_run: bool) -> Summary:
        """Create and update data values by code. Raises NotTaken."""
        asked = {
            "dryRun": _word(dry_run),
            "importStrategy": "CREATE_AND_UPDATE",
            "dataElementIdScheme": "CODE",
            "orgUnitIdScheme": "CODE",
        }
        return _summary(self._post("dataValueSets", values, asked), ("importCount",))

    def describe(self, elements: Mapping[str, Any], *, dry_run: bool) -> Summary:
        """Create and update data elements by code. Raises NotTaken."""
        mode = "VALIDATE" if dry_run else "COMMIT"
        asked = {"importMode": mode, "identifier": "CODE", "importStrategy": "CREATE_AND_UPDATE"}
        return _summary(self._post("metadata", elements, asked), ("stats",))

    def _post(self, place: str, body: Mapping[str, Any], asked: Mapping[str, str]) -> Answer:
        headers = {
            "Authorization": f"ApiToken {self.token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        carriage = Carriage(self.base, TIMEOUT, pool=1)
        try:
            url = f"{self.base}/api/{place}"
            data = json.dumps(body).encode()
            return carriage.ask("POST", url, headers=headers, data=data, params=asked)
        except NotSent as error:
            raise NotTaken(f"{self.base} cannot be reached.") from error
        except AnswerLost as error:
            raise NotTaken(
                "The answer was lost: the values may be there. Push again, it changes nothing twice."
            ) from error
        finally:
            carriage.close()


def _word(yes: bool) -> str:
    return "true" if yes else "false"


def _summary(answer: Answer, counted: tuple[str, ...]) -> Summary:
    """Read an answer. Raises NotTaken where it is none of an import."""
    if answer.status in NOT_ALLOWED:
        raise NotTaken(f"DHIS2 does not accept the token, or it may not import ({answer.status}).")
    told = answer.data if isinstance(answer.data, dict) else {}
    inner = told.get("response")
    body = inner if isinstance(inner, dict) else told
    counts = next((body[name] for name in counted if isinstance(body.get(name), dict)), None)
    if answer.status not in TOLD or counts is None:
        said = str(told.get("message", ""))[:200]
        raise NotTaken(f"DHIS2 answered {answer.status}. {said}".strip())
    return Summary(
        status=str(body.get("status", "")),
        imported=_count(counts, "imported", "created"),
        updated=_count(counts, "updated"),
        ignored=_count(counts, "ignored"),
        deleted=_count(counts, "deleted"),
        conflicts=tuple(_conflicts(body)),
    )


def _count(counts: Mapping[str, Any], *names: str) -> int:
    return next((int(counts[name]) for name in names if str(counts.get(name, "")).isdecimal()), 0)


def _conflicts(body: Mapping[str, Any]) -> list[Conflict]:
    """Of values; and of metadata, where each object reports its own errors."""
    found = [
        Conflict(str(one.get("object", "")), str(one.get("value", "")))
        for one in body.get("conflicts") or ()
    ]
    for kind in body.get("typeReports") or ():
        for each in kind.get("objectReports") or ():
            errors = each.get("errorReports") or ()
            found += [
                Conflict(str(one.get("errorCode", "")), str(one.get("message", "")))
                for one in errors
            ]
    return found
