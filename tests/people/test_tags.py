"""The closed list of tags: nothing that gives somebody away, each country's own, on record."""

from collections.abc import Sequence

import pytest

from people import staff, tags
from people.countries import CODES
from people.models import AuditEntry, Staff, Tag
from people.offering import NotKept
from tests.people.made import NOON, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Staff:
    staff.install_roles()
    return staff.hire("manager", "manager", countries=["KE"], password="x")


def harmless(_text: str) -> Sequence[str]:
    return []


def add(text: str, by: Staff, country: str = "KE", tells: tags.Telling = harmless) -> Tag:
    return tags.add(text, country, tells=tells, by=by, at=NOON)


def test_tag_is_kept_folded_and_on_record(manager):
    add("  Youth   Club ", manager)

    assert Tag.objects.values_list("name", "country", "retired").get() == (
        "youth club",
        "KE",
        False,
    )
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.what, entry.details) == (
        "setting",
        "tag added",
        {"tag": "youth club"},
    )


def test_tag_that_gives_somebody_away_is_refused_with_the_word(manager):
    with pytest.raises(NotKept, match="this one says victim"):
        add("victim club", manager, tells=lambda text: [text.partition(" ")[0]])

    assert Tag.objects.count() == 0


@pytest.mark.parametrize(
    "text",
    ["+254711000001", "0711 000 001", "youth 711-000", "\u0660\u0667\u0661\u0661\u0660\u0660"],
)
def test_tag_that_looks_like_a_number_is_refused_and_stands_nowhere(manager, text):
    with pytest.raises(NotKept, match="looks like a phone number"):
        add(text, manager)

    assert (Tag.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_tag_with_a_year_is_kept(manager):
    assert add("club 2026", manager).name == "club 2026"


@pytest.mark.parametrize("country", ["ET", ""])
def test_tag_of_another_country_or_of_all_is_not_for_one_countrys_manager(manager, country):
    with pytest.raises(NotKept):
        add("bus", manager, country)


def test_tag_of_all_countries_is_for_who_holds_all(manager):
    Staff.objects.filter(pk=manager.pk).update(countries=list(CODES))
    manager.refresh_from_db()

    assert add("bus", manager, "").country == ""


@pytest.mark.parametrize("text", ["", "   ", "BUS"])
def test_nothing_and_the_same_again_are_refused(manager, text):
    add("bus", manager)

    with pytest.raises(NotKept):
        add(text, manager)


def test_countries_offer_their_own_tags_and_those_of_all(manager):
    Tag.objects.bulk_create(
        [Tag(name="bus"), Tag(name="club", country="KE"), Tag(name="old", retired=True)]
    )

    offered = tags.offered()

    assert [sorted(offered[one]) for one in ("KE", "ET")] == [["bus", "club"], ["bus"]]
    assert tags.choices(["KE"]) == [("bus", "bus"), ("club", "club")]
    assert tags.choices(["ET"]) == [("bus", "bus")]


def test_retired_tag_comes_back(manager):
    tag, seen = add("bus", manager), []
    for retired in (True, False):
        tags.retire(tag, retired=retired, by=manager, at=NOON)
        seen.append("bus" in tags.offered()["KE"])

    assert seen == [False, True]


def test_people_are_counted_by_tag_in_the_own_countries(manager):
    person(1, tags=["bus", "club"])
    person(2, tags=["bus"])

    assert tags.people_with(manager) == {"bus": 2, "club": 1}
