"""Room for a new item: the next name of its kind, the keys of its menu that open nothing yet."""

import pytest

from campaigns.models import ContentItem
from campaigns.writing import room
from tests.published import AT, loaded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def content() -> None:
    loaded("en", at=AT)


@pytest.mark.parametrize(("kind", "name"), [("faq", "faq-057"), ("quiz", "quiz-17"), ("menu", "")])
def test_next_name_counts_on(kind: str, name: str):
    assert room.free_code(kind) == name


def test_first_name_of_a_kind_has_three_digits():
    assert room.free_code("story") == "story-001"


def test_taken_keys_are_those_of_the_countries_asked():
    rows = ContentItem.objects.filter(parent="asylum", retired=False)
    kenya = {str(r.order): r.code for r in rows if not r.countries or "KE" in r.countries}

    taken = room.keys_taken("asylum", ["KE"])

    assert taken == {key: [code] for key, code in sorted(kenya.items())}
    assert set(room.keys_taken("asylum", [], besides="faq-003")) >= set(taken) - {"1"}


def test_free_keys_are_the_others_and_never_those_of_the_screens():
    taken = set(room.keys_taken("main", []))

    assert set(room.free_keys("main", [])) == set("1234567") - taken - {"6"}
