"""The document says what is true: every address, every answer, every word of a closed list, and nothing else."""

import json
from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker

from analytics import handing, ledger, outside, paging
from analytics.linking import MEASURES
from analytics.models import Level
from campaigns.blasts import finals, routes
from campaigns.editions.tokens import KINDS
from campaigns.models import Audience, Blast, Campaign, Fate
from campaigns.models.content import Component, Sort
from config import api
from people import badges
from people.countries import CODES
from people.models import Badge
from tests.analytics import books
from tests.analytics.books import LATER, QUARTER
from tests.analytics.ledgers import exposure
from tests.campaigns import living, scene
from tests.campaigns.scene import tallied
from tests.partners import Program, program
from tests.published import AT

DOCUMENT = json.loads(api.text())
PATHS: dict[str, dict[str, Any]] = {place: told["get"] for place, told in DOCUMENT["paths"].items()}
SCHEMAS = DOCUMENT["components"]["schemas"]
READ = {place: told for place, told in PATHS.items() if told.get("security") != []}


def resolved(part: Any) -> Any:
    """What a part says, or what it points at."""
    while "$ref" in part:
        root, *names = part["$ref"].split("/")
        assert root == "#"
        part = DOCUMENT
        for name in names:
            part = part[name]
    return part


def parts(of: Any) -> Iterator[Any]:
    """Every object inside."""
    if isinstance(of, dict):
        yield of
    for inner in of.values() if isinstance(of, dict) else of if isinstance(of, list) else ():
        yield from parts(inner)


def faults(schema: dict[str, Any], body: object) -> list[str]:
    whole = {**schema, "components": DOCUMENT["components"]}
    return [one.message for one in Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(body)]  # fmt: skip


# --- the document by itself -------------------------------------------------------------------------


def test_document_is_served_to_anybody():
    answer = Client().get("/api/v1/openapi.json")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert answer.json() == DOCUMENT
    again = Client().get("/api/v1/openapi.json", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_every_address_is_described_and_no_other():
    served = {f"/api/v1/{one.pattern}".replace("<int:pk>", "{id}") for one in api.doors}

    assert served == set(PATHS)
    assert [list(told) for told in DOCUMENT["paths"].values()] == [["get"]] * len(PATHS)


def test_every_reference_leads_somewhere():
    found = [part["$ref"] for part in parts(DOCUMENT) if "$ref" in part]

    assert all(resolved({"$ref": one}) for one in found)
    named = {f"#/components/{kind}/{name}" for kind in ("schemas", "responses", "parameters", "headers") for name in DOCUMENT["components"][kind]}  # fmt: skip
    assert named == set(found)


def test_every_schema_is_one():
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


def test_every_operation_has_a_name_of_its_own_a_scope_and_all_refusals():
    names = [told["operationId"] for told in PATHS.values()]

    assert len(set(names)) == len(names)
    assert {told["tags"][0] for told in READ.values()} == set(badges.SCOPES)
    usual = {"200", "304", "400", "401", "403", "429"}
    assert [place for place, told in READ.items() if not usual <= set(told["responses"])] == []


def test_closed_lists_are_those_of_the_product():
    def words(schema: str, name: str) -> set[Any]:
        return set(SCHEMAS[schema]["properties"][name]["enum"])

    table = SCHEMAS["Table"]["properties"]
    assert words("Table", "table") == set(outside.LAYOUT.tables)
    assert set(table["measures"]["items"]["enum"]) == set(MEASURES)
    assert table["unit"]["const"] == handing.UNIT
    assert words("Blast", "state") == set(Blast.State.values)
    assert list(SCHEMAS["Report"]["properties"]["deliveries"]["properties"]) == list(
        finals.OUTCOMES
    )
    assert words("Indicator", "level") == set(Level.values)
    assert words("Number", "country") == {*CODES, None}
    assert words("Number", "kind") == set(KINDS)
    assert words("Text", "kind") == set(Sort.values)
    assert words("Text", "component") == {*filter(None, Component.values), None}


def test_limits_are_those_of_the_product():
    page = DOCUMENT["components"]["parameters"]["page"]["schema"]

    assert page["maximum"] == paging.LAST
    assert f"{badges.MOST} times a minute" in DOCUMENT["info"]["description"]


def test_no_schema_lets_a_small_number_through():
    numbers = [*SCHEMAS["Report"]["properties"]["deliveries"]["properties"].values()]
    reached = SCHEMAS["Table"]["properties"]["rows"]["items"]["properties"]["reached"]

    found = [*numbers, SCHEMAS["Report"]["properties"]["people"], reached["additionalProperties"]]
    assert {(tuple(one["type"]), one["minimum"]) for one in found} == {(("integer", "null"), 10)}


# --- the document and the answers -------------------------------------------------------------------


@pytest.fixture
def partner(settings, tmp_path, time_machine) -> Iterator[Program]:
    """A program that may read everything, where there is something of everything."""
    time_machine.move_to(AT, tick=False)
    settings.DATA = tmp_path
    scene.forget_routes()
    living.prepare()
    living.published(routes.shelf())
    own = program()
    tallied(over(own), (Fate.DELIVERED, 40), (Fate.FAILED, 30), (Fate.UNSURE, 3))
    ledger.record([exposure(n, country="KE" if n % 3 else "UG") for n in range(64)])
    books.close(QUARTER)
    outside.release("3.3", QUARTER, by="amina", at=LATER)
    yield own
    scene.forget_routes()


def over(own: Program) -> Blast:
    """A blast that ended long ago."""
    begun = timezone.now() - timedelta(days=30)
    made = Blast.objects.create(
        campaign=Campaign.objects.create(code="sea", name="Sea"),
        audience=Audience.objects.create(name="Ears", countries=["KE"]),
        item="faq-021",
        gateway="sim",
        countries=["KE"],
        state=Blast.State.DONE,
        planned_by=own.badge.made_by,
        planned_at=begun,
        started_at=begun,
        expires_at=begun,
        window_from=time(8),
        window_to=time(20),
        budget=100,
        currency="KES",
    )
    made.texts.create(country="KE", language="en", text="A", parts=1, most=1, per_part="0.8")
    return made


def conforms(place: str, answer: Any) -> list[str]:
    """Where an answer is not as the document says."""
    told = PATHS[place]["responses"].get(str(answer.status_code))
    if told is None:
        return [f"{answer.status_code} is not described"]
    told = resolved(told)
    missing = [name for name, one in told.get("headers", {}).items() if resolved(one).get("required") and name not in answer]  # fmt: skip
    if "content" not in told:
        return missing + ([] if answer.content == b"" else ["it has a body"])
    ((media, content),) = told["content"].items()
    wrong = [] if answer["Content-Type"] == media else [answer["Content-Type"]]
    return missing + wrong + faults(content["schema"], answer.json())


def address(place: str, pk: object) -> str:
    return place.removeprefix("/api/v1/").replace("{id}", str(pk))


@pytest.mark.django_db
def test_answers_are_as_the_document_says(partner):
    pk = Blast.objects.latest("pk").pk
    told = {"/api/v1/editions/live/texts": {"country": "KE"}}

    answers = {place: partner.get(address(place, pk), told.get(place)) for place in READ}

    assert {place: conforms(place, one) for place, one in answers.items()} == {
        place: [] for place in READ
    }
    assert {place: one.status_code for place, one in answers.items()} == dict.fromkeys(READ, 200)
    filled = [one.json()["items"] for one in answers.values() if "items" in one.json()]
    assert all(filled)


NAMES = sorted({resolved(one)["name"] for told in READ.values() for one in told.get("parameters", ())})  # fmt: skip
SAID = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


def schema_of(name: str) -> dict[str, Any]:
    every = [resolved(one) for told in READ.values() for one in told.get("parameters", ())]
    found: dict[str, Any] = next(one["schema"] for one in every if one["name"] == name)
    return found


def allowed(name: str) -> st.SearchStrategy[Any]:
    """What the document allows for a parameter."""
    schema = schema_of(name)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "integer":
        return st.integers(schema["minimum"], schema.get("maximum", 10**6))
    if "pattern" in schema:
        plain = st.from_regex(schema["pattern"], alphabet=st.characters(codec="ascii"))
        return plain.map(str.strip)  # a line's end is none of the pattern's, but of Python's $
    return SAID.filter(bool) | st.just("3.3")


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    place=st.sampled_from(sorted(READ)),
    asked=st.fixed_dictionaries({}, optional={name: allowed(name) | SAID for name in NAMES}),
    pk=st.integers(0, 10**20),
    known=st.booleans(),
)
def test_whatever_is_asked_is_answered_as_the_document_says(partner, place, asked, pk, known):
    Badge.objects.update(asked=0)
    shown = partner if known else Program(partner.badge, "nobody")

    answer = shown.get(address(place, pk), asked)

    assert conforms(place, answer) == []
    assert (answer.status_code == 401) == (not known)


@pytest.mark.django_db
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), place=st.sampled_from(sorted(READ)))
def test_whatever_the_document_allows_is_never_called_unclear(partner, data, place):
    Badge.objects.update(asked=0)
    own = [resolved(one) for one in READ[place].get("parameters", ())]
    asked = {
        one["name"]: data.draw(allowed(one["name"]))
        for one in own
        if one["in"] == "query" and (one["required"] or data.draw(st.booleans()))
    }

    answer = partner.get(address(place, 1), asked)

    assert answer.status_code in (200, 404)
