"""A DHIS2 server answers as DHIS2 does: import summaries, conflicts, sign-in pages, lost answers."""

import json

import pytest

from gateways.dhis2 import Conflict, NotTaken, Server, Summary
from tests.gateways.dhis2_said import CONFLICT, UNKNOWN, message, summary, told
from tests.provider import Said, providing

VALUES = {"dataValues": [{"dataElement": "A", "period": "2025Q1", "orgUnit": "KE", "value": "12"}]}


@pytest.fixture
def dhis2():
    with providing() as provider:
        yield provider


def push(provider, *said: Said, dry_run=False):
    provider.says(*said)
    return Server(provider.url, "d2pat_1").push(VALUES, dry_run=dry_run)


@pytest.mark.parametrize("body", [summary(imported=2, updated=1), message(summary(imported=2, updated=1))])  # fmt: skip
def test_summary_is_read_from_older_and_newer_servers(dhis2, body):
    found = push(dhis2, told(body))

    assert found == Summary("SUCCESS", 2, 1, 0, 0, ())
    assert found.ok


def test_request_carries_token_values_and_schemes(dhis2):
    push(dhis2, told(summary()), dry_run=True)

    (asked,) = dhis2.asked
    assert (asked.method, asked.path) == ("POST", "/api/dataValueSets")
    assert asked.headers["Authorization"] == "ApiToken d2pat_1"
    assert json.loads(asked.body) == VALUES
    assert asked.query == {
        "dryRun": "true",
        "importStrategy": "CREATE_AND_UPDATE",
        "dataElementIdScheme": "CODE",
        "orgUnitIdScheme": "CODE",
    }


def test_conflict_names_what_is_not_accepted(dhis2):
    found = push(dhis2, told(CONFLICT, 409))

    assert (found.status, found.ignored, found.ok) == ("WARNING", 1, False)
    assert found.conflicts == (Conflict("NJIA_X", UNKNOWN["value"]),)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said("", 401), r"does not accept the token.*401"),
        (Said("", 403), r"does not accept the token.*403"),
        (Said("", 302, {"Location": "/dhis-web-login"}), r"does not accept the token.*302"),
        (Said("<html>", 502), r"DHIS2 answered 502\."),
        (Said('{"message": "Period not valid"}', 400), r"DHIS2 answered 400\. Period not valid"),
        (Said("<html>sign in</html>", 200), r"DHIS2 answered 200\."),
        (Said('["x"]', 200), r"DHIS2 answered 200\."),
        (Said(fault="cut"), r"The answer was lost"),
    ],
)
def test_answer_that_is_no_summary_is_said_in_words(dhis2, said, words):
    with pytest.raises(NotTaken, match=words):
        push(dhis2, said)


def test_server_that_is_not_there_is_said():
    with pytest.raises(NotTaken, match="cannot be reached"):
        Server("http://127.0.0.1:9", "x").push(VALUES, dry_run=True)


@pytest.mark.parametrize(("dry_run", "mode"), [(True, "VALIDATE"), (False, "COMMIT")])
def test_elements_are_described_by_code(dhis2, dry_run, mode):
    error = {"errorCode": "E5003", "message": "Property `name` already exists"}
    reports = [{"objectReports": [{"errorReports": [error]}]}]
    stats = {"created": 1, "updated": 0, "ignored": 1, "deleted": 0}
    dhis2.says(told({"status": "WARNING", "stats": stats, "typeReports": reports}, 409))

    found = Server(dhis2.url, "t").describe({"dataElements": []}, dry_run=dry_run)

    assert dhis2.asked[0].query["importMode"] == mode
    assert (found.imported, found.ignored) == (1, 1)
    assert found.conflicts == (Conflict("E5003", "Property `name` already exists"),)


def test_token_is_not_shown():
    assert repr(Server("http://x", "d2pat_1")) == "Server(base='http://x')"
