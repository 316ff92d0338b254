"""What a DHIS2 server answers to values, as servers of several years say it."""

import json

from tests.provider import Said


def counts(imported=0, updated=0, ignored=0):
    return {"imported": imported, "updated": updated, "ignored": ignored, "deleted": 0}


def summary(status="SUCCESS", conflicts=(), **numbers):
    """The body of an ImportSummary."""
    told = {"responseType": "ImportSummary", "status": status, "importCount": counts(**numbers)}
    return told | ({"conflicts": list(conflicts)} if conflicts else {})


def message(inner, status=200, word="OK"):
    """The web message around it, since 2.38."""
    return {"httpStatus": word, "httpStatusCode": status, "status": word, "response": inner}


UNKNOWN = {"object": "NJIA_X", "value": "Data element not found or not accessible: `NJIA_X`", "errorCode": "E7610"}  # fmt: skip
CONFLICT = message(summary("WARNING", [UNKNOWN], ignored=1), 409, "Conflict") | {
    "message": "One more conflicts encountered, please check import summary."
}


def told(body, status=200):
    return Said(json.dumps(body), status, {"Content-Type": "application/json"})
