"""Audiences: lists that do not filter when empty, and names that make themselves."""

from datetime import UTC, datetime

import pytest

from campaigns.blasts import audiences
from campaigns.blasts.audiences import NoAudience
from campaigns.models import Audience, AudienceMember
from tests.campaigns import scene

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def audience(**filters: object) -> Audience:
    return Audience.objects.create(name="ours", **{"countries": ["KE"], **filters})


@pytest.fixture
def six():
    scene.people(1, first=0, language="sw", district="Garissa", sex="female", tags=["bus", "youth"])
    scene.people(1, first=1, language="so", district="Garissa", age_band="18-24", tags=["youth"])
    scene.people(1, first=2, language="so", district="Turkana", sex="male")
    scene.people(1, first=3, age_band="under-18")
    scene.people(1, first=4, basis=None)
    scene.people(1, "ET")


@pytest.mark.parametrize(
    ("filters", "people", "left_out"),
    [
        ({}, 3, {"under-18": 1, "no-consent": 1}),
        ({"countries": ["KE", "ET"]}, 4, {"under-18": 1, "no-consent": 1}),
        ({"languages": ["so"]}, 2, {}),
        ({"districts": ["Garissa"]}, 2, {}),
        ({"districts": ["Garissa"], "languages": ["so"]}, 1, {}),
        ({"sexes": ["female", "male"]}, 2, {}),
        ({"age_bands": ["18-24"]}, 1, {}),
        ({"tags": ["bus"]}, 1, {}),
        ({"tags": ["bus", "youth"]}, 2, {}),
        ({"tags": ["nobody"]}, 0, {}),
    ],
    ids=str,
)
def test_turnout_by_filters(six, filters, people, left_out):
    turnout = audiences.turnout(audience(**filters), at=NOW)

    assert (turnout.people, turnout.left_out) == (people, left_out)


def test_explicit_audience_is_its_members_alone(six):
    made = audience(explicit=True)
    AudienceMember.objects.create(audience=made, token=scene.token(2))

    turnout = audiences.turnout(made, at=NOW)

    assert (turnout.people, turnout.left_out) == (1, {})


@pytest.mark.parametrize(("name", "countries"), [("KE", 1), ("all", 8)])
def test_country_code_and_all_are_made_at_first_use(name, countries):
    made = audiences.named(name)

    assert len(made.countries) == countries
    assert audiences.named(name) == made


def test_saved_audience_is_found_by_its_name():
    made = audience()

    assert audiences.named("ours") == made


def test_unknown_name_is_refused():
    with pytest.raises(NoAudience, match="“Nairobi”"):
        audiences.named("Nairobi")


def test_turnout_tells_who_may_be_sent_to_and_who_may_not(six):
    found = audiences.turnout(audience(countries=["KE", "ET"]), at=NOW)

    assert found.people == 4
    assert found.left_out == {"under-18": 1, "no-consent": 1}
    assert found.groups == {("KE", "sw", ""): 1, ("KE", "so", ""): 2, ("ET", "sw", ""): 1}
    assert found.at == NOW


def test_turnout_of_an_audience_that_is_not_saved(six):
    assert audiences.turnout(Audience(countries=["KE"], districts=["Turkana"]), at=NOW).people == 1


def test_archived_audience_is_not_found():
    audience(archived_at=NOW)

    with pytest.raises(NoAudience, match="“ours”"):
        audiences.named("ours")


@pytest.mark.parametrize(
    ("name", "stands"), [("KE", True), ("all", True), ("ours", False), ("ke", False)]
)
def test_names_that_mean_a_whole_country(name, stands):
    assert audiences.standing(name) == stands
