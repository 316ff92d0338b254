"""What a loader wrote comes back as it was, and only where nothing is in its way."""

import pytest

from campaigns.models import ContentItem, Sort
from tests import snapshots

pytestmark = pytest.mark.django_db


def rows() -> list[tuple[object, ...]]:
    return list(ContentItem.objects.order_by("pk").values_list())


def codes() -> list[str]:
    return list(ContentItem.objects.order_by("pk").values_list("code", flat=True))


def make() -> str:
    ContentItem.objects.create(code=f"faq-{len(rows()) + 1}", kind=Sort.FAQ)
    return "made"


def never() -> str:
    raise AssertionError


def test_rows_and_value_come_back_without_being_made_again():
    first, told = snapshots.once("come back", make), rows()
    ContentItem.objects.all().delete()

    again = snapshots.once("come back", never)

    assert (again, rows()) == (first, told)


def test_key_given_after_them_is_a_new_one():
    snapshots.once("key", make)
    ContentItem.objects.all().delete()
    snapshots.once("key", never)

    make()

    assert codes() == ["faq-1", "faq-2"]


def test_beside_other_content_it_is_made_as_always():
    make()

    snapshots.once("beside", make)

    assert codes() == ["faq-1", "faq-2"]
